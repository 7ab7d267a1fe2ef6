/** The frame of the settings: what there is on the left, one page at a time on the right. */

import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { Database, Key, Palette, Settings, Upload, type LucideIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDefinitions, useLabel, useSession } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { cx } from '@/ui/kit'
import { TopBar } from '@/ui/TopBar'

export default function SettingsPage() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const session = useSession()
  const definitions = useDefinitions()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const lists = (definitions?.objects ?? []).filter((object) => object.area === 'settings' && object.can.read && object.name !== 'view')
  const link = (to: '/settings' | '/settings/keys' | '/settings/objects' | '/imports', label: string, Icon: LucideIcon) => {
    const on = to === '/settings' ? path === '/settings' || path === '/settings/' : path.startsWith(to)
    return (
      <Link to={to} aria-current={on ? 'page' : undefined} className={cx('flex h-8 shrink-0 items-center gap-2.5 rounded-sm px-2.5 whitespace-nowrap', on ? 'bg-hover font-medium text-fg' : 'text-fg-2 hover:bg-hover')}>
        <Icon size={15} strokeWidth={1.75} className={cx('shrink-0', on ? 'text-accent-text' : 'text-fg-3')} />
        {label}
      </Link>
    )
  }
  return (
    <>
      <TopBar crumbs={<span className="flex items-center gap-2"><Settings size={16} className="text-accent-text" />{t('area.settings')}</span>} />
      <div className="flex min-h-0 flex-1 max-md:flex-col">
        <nav aria-label={t('area.settings')} className="flex w-60 shrink-0 flex-col gap-px border-e border-line p-2.5 max-md:w-full max-md:flex-row max-md:overflow-x-auto max-md:border-e-0 max-md:border-b">
          {link('/settings', t('settings.mine'), Palette)}
          {link('/settings/keys', t('keys.title'), Key)}
          {session?.can.admin && link('/settings/objects', t('objects.title'), Database)}
          {link('/imports', t('import.title'), Upload)}
          {lists.map((object) => {
            const Icon = iconOf(object.icon)
            return (
              <Link key={object.id} to="/o/$plural" params={{ plural: object.plural }} search={{}} className="flex h-8 shrink-0 items-center gap-2.5 rounded-sm px-2.5 whitespace-nowrap text-fg-2 hover:bg-hover">
                <Icon size={15} strokeWidth={1.75} className="text-fg-3" />
                {labelOf(object.label_plural)}
              </Link>
            )
          })}
        </nav>
        <div className="min-h-0 min-w-0 flex-1 overflow-y-auto">
          <div className="mx-auto max-w-[820px] px-6 py-7 max-md:px-4"><Outlet /></div>
        </div>
      </div>
    </>
  )
}
