/** What holds on every page, signed in or not: hints, toasts, the page that is not there, the page that broke. */

import { Tooltip } from '@base-ui/react/tooltip'
import { Link, Outlet, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Blank, Failed } from '@/ui/states'
import { Toaster } from '@/ui/overlays'

export function Root() {
  return (
    <Tooltip.Provider delay={350}>
      <Outlet />
      <Toaster />
    </Tooltip.Provider>
  )
}

export function NotFound() {
  const { t } = useTranslation()
  return (
    <main className="grid h-full place-items-center">
      <Blank
        icon={Compass}
        title={t('state.not_found')}
        action={
          <Link to="/" className="rounded-sm bg-accent px-3 py-1.5 font-medium text-accent-fg hover:bg-accent-hover">
            {t('state.go_home')}
          </Link>
        }
      >
        {t('state.not_found_hint')}
      </Blank>
    </main>
  )
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <main className="grid h-full place-items-center">
      <Failed
        error={error}
        onRetry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </main>
  )
}
