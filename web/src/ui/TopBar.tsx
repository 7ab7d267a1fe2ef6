/** The bar of a page: where it is, and at most one outline and one primary button. */

import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'

export function TopBar({ crumbs, children }: { crumbs: ReactNode; children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line ps-4 pe-3 md:ps-5">
      <nav aria-label={t('shell.breadcrumb')} className="flex min-w-0 flex-1 items-center gap-2 text-lead font-medium">
        {crumbs}
      </nav>
      {children}
    </header>
  )
}

export function Crumb({ to, params, children }: { to?: '/o/$plural' | '/settings' | '/imports' | '/settings/objects'; params?: { plural: string }; children: ReactNode }) {
  return (
    <>
      {to === '/o/$plural' && params ? (
        <Link to={to} params={params} search={{}} className="min-w-0 truncate font-normal text-fg-3 hover:text-fg">{children}</Link>
      ) : to && to !== '/o/$plural' ? (
        <Link to={to} className="min-w-0 truncate font-normal text-fg-3 hover:text-fg">{children}</Link>
      ) : (
        <span className="truncate font-normal text-fg-3 max-md:hidden">{children}</span>
      )}
      <span aria-hidden className={to ? 'text-fg-3' : 'text-fg-3 max-md:hidden'}>/</span>
    </>
  )
}
