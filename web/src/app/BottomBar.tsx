/** The bar of a phone: home, the first lists, search, everything else. */

import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { House, Inbox, LogOut, Menu as MenuIcon, Search, Settings } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { useUnread } from '@/lib/me'
import { AREA_PAGES } from '@/lib/pages'
import { notificationsStore, paletteStore } from '@/lib/panels'
import { useLabel } from '@/lib/session'
import { signOut } from '@/lib/signOut'
import { cx, Drop, DropItem, DropLine, DropTitle } from '@/ui/kit'
import { useAreas } from './Sidebar'

const ITEM = 'flex min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-label text-fg-3 data-popup-open:text-fg'

export function BottomBar() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const areas = useAreas()
  const unread = useUnread()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const shown = areas.filter((area) => area.name === 'customers' || area.name === 'sales')

  return (
    <nav aria-label={t('shell.main')} className="fixed inset-x-0 bottom-0 z-30 flex h-14 border-t border-line bg-raised pb-[env(safe-area-inset-bottom)] md:hidden">
      <Link to="/" className={cx(ITEM, path === '/' && 'text-accent-text')}>
        <House size={18} strokeWidth={1.75} />
        {t('area.home')}
      </Link>
      {shown.map((area) => {
        const first = area.objects[0]
        if (!first) return null
        const isOpen = area.objects.some((object) => path.startsWith(`/o/${object.plural}`))
        return (
          <Link key={area.name} to="/o/$plural" params={{ plural: first.plural }} search={{}} className={cx(ITEM, isOpen && 'text-accent-text')}>
            <area.icon size={18} strokeWidth={1.75} />
            <span className="max-w-full truncate">{area.label}</span>
          </Link>
        )
      })}
      <button type="button" className={ITEM} onClick={() => paletteStore.set(true)}>
        <Search size={18} strokeWidth={1.75} />
        {t('common.search')}
      </button>
      <button type="button" className={ITEM} aria-haspopup="dialog" onClick={() => notificationsStore.set(true)}>
        <span className="relative">
          <Inbox size={18} strokeWidth={1.75} />
          {unread > 0 && <span aria-hidden className="absolute -end-1.5 -top-1 size-2 rounded-full bg-accent" />}
        </span>
        <span className="max-w-full truncate">{t('inbox.title')}</span>
        {unread > 0 && <span className="sr-only">{t('inbox.unread', { count: unread })}</span>}
      </button>
      <Drop
        side="top"
        align="end"
        width="w-64"
        trigger={
          <button type="button" className={ITEM}>
            <MenuIcon size={18} strokeWidth={1.75} />
            {t('shell.more')}
          </button>
        }
      >
        {areas.filter((area) => area.name !== 'settings').map((area) => (
          <div key={area.name}>
            <DropTitle>{area.label}</DropTitle>
            {area.objects.map((object) => (
              <DropItem key={object.id} onClick={() => void navigate({ to: '/o/$plural', params: { plural: object.plural }, search: {} })}>
                {labelOf(object.label_plural)}
              </DropItem>
            ))}
            {(AREA_PAGES[area.name] ?? []).map((page) => <DropItem key={page.to} onClick={() => void navigate({ to: page.to, search: {} })}>{t(page.label)}</DropItem>)}
          </div>
        ))}
        <DropLine />
        <DropItem icon={<Settings size={15} />} onClick={() => void navigate({ to: '/settings' })}>{t('area.settings')}</DropItem>
        <DropItem icon={<LogOut size={15} />} onClick={() => void signOut(queries).then(() => navigate({ to: '/sign-in', search: {} }))}>{t('session.sign_out')}</DropItem>
      </Drop>
    </nav>
  )
}
