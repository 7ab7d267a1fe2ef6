import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { ArrowRightLeft, BadgeCheck, Banknote, Building2, CalendarCheck, CalendarClock, CircleUser, Database, DatabaseZap, FileCode2, FileText, GitBranch, History, Inbox, Key, Languages, ListChecks, Mail, MailOpen, Network, Palette, ScanEye, Settings, ShieldCheck, Smartphone, type LucideIcon, Upload, UserCog, UserPlus, Users } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { useDefinitions, useLabel, useSession } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { cx } from '@/ui/kit'
import { TopBar } from '@/ui/TopBar'

const PLACES = [
  {
    label: 'settings.me',
    items: [
      { to: '/settings', label: 'profile.title', icon: CircleUser },
      { to: '/settings/security', label: 'security.title', icon: ShieldCheck },
      { to: '/settings/appearance', label: 'settings.appearance', icon: Palette },
      { to: '/settings/mailboxes', label: 'mailboxes.title', icon: Inbox },
    ],
  },
  {
    label: 'settings.people',
    admin: true,
    items: [
      { to: '/settings/people', label: 'people.title', icon: Users },
      { to: '/settings/teams', label: 'teams.title', icon: Network },
      { to: '/settings/roles', label: 'roles.title', icon: UserCog },
      { to: '/settings/access', label: 'why.title', icon: ScanEye },
    ],
  },
  {
    label: 'settings.data',
    admin: true,
    items: [
      { to: '/settings/objects', label: 'objects.title', icon: Database },
      { to: '/settings/pipelines', label: 'pipelines.title', icon: GitBranch },
      { to: '/settings/assignment', label: 'assignment.title', icon: UserPlus },
      { to: '/settings/conversion', label: 'mapping.title', icon: ArrowRightLeft },
      { to: '/settings/forms', label: 'forms.title', icon: ListChecks },
      { to: '/settings/files', label: 'files.title', icon: FileCode2 },
    ],
  },
  {
    label: 'settings.company',
    admin: true,
    items: [
      { to: '/settings/company', label: 'company.title', icon: Building2 },
      { to: '/settings/languages', label: 'languages.title', icon: Languages },
      { to: '/settings/currencies', label: 'currencies.title', icon: Banknote },
      { to: '/settings/quotes', label: 'offering.title', icon: FileText },
      { to: '/settings/calendars', label: 'calendars.title', icon: CalendarClock },
      { to: '/settings/sign-in', label: 'rules.title', icon: BadgeCheck },
    ],
  },
  {
    label: 'settings.work',
    items: [
      { to: '/settings/sources', label: 'sources.title', icon: DatabaseZap, admin: true },
      { to: '/settings/mail', label: 'mail.title', icon: Mail, admin: true },
      { to: '/settings/transfers', label: 'transfers.title', icon: Upload },
      { to: '/settings/sequences', label: 'settings.sequences', icon: iconOf('list-ordered') },
      { to: '/settings/templates', label: 'settings.templates', icon: MailOpen },
      { to: '/settings/booking', label: 'booking.title', icon: CalendarCheck },
      { to: '/settings/phones', label: 'phones.title', icon: Smartphone },
      { to: '/settings/keys', label: 'keys.title', icon: Key },
      { to: '/settings/audit', label: 'audit.title', icon: History, admin: true },
    ],
  },
] as const

type To = (typeof PLACES)[number]['items'][number]['to']

interface Place {
  label: string
  items: { to: To; label: string; icon: LucideIcon }[]
}

/** What this person may open. */
function usePlaces(): Place[] {
  const admin = useSession()?.can.admin === true
  return PLACES.filter((place) => admin || !('admin' in place))
    .map((place) => ({ label: place.label, items: place.items.filter((item) => admin || !('admin' in item)).map(({ to, label, icon }) => ({ to, label, icon })) }))
}

export default function SettingsPage() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const navigate = useNavigate()
  const places = usePlaces()
  const path = useRouterState({ select: (state) => state.location.pathname.replace(/\/$/, '') })
  const lists = (definitions?.objects ?? []).filter((object) => object.area === 'settings' && object.can.read && !OWN_PAGES.has(object.name))
  const isOpen = (to: To) => (to === '/settings' ? path === to : path === to || path.startsWith(`${to}/`))
  const here = places.flatMap((place) => place.items).find((item) => isOpen(item.to))

  return (
    <>
      <TopBar crumbs={<span className="flex items-center gap-2"><Settings size={16} className="text-accent-text" />{t('area.settings')}</span>} />
      <div className="flex min-h-0 flex-1 max-md:flex-col">
        <div className="border-b border-line px-4 py-2 md:hidden">
          <select aria-label={t('area.settings')} className="input font-medium" value={here?.to ?? '/settings'} onChange={(event) => void navigate({ to: event.target.value as To })}>
            {places.map((place) => (
              <optgroup key={place.label} label={t(place.label)}>
                {place.items.map((item) => <option key={item.to} value={item.to}>{t(item.label)}</option>)}
              </optgroup>
            ))}
          </select>
        </div>
        <nav aria-label={t('area.settings')} className="flex w-60 shrink-0 flex-col gap-px overflow-y-auto border-e border-line p-2.5 pb-6 max-md:hidden">
          {places.map((place) => (
            <div key={place.label} className="flex flex-col gap-px pb-3">
              <h2 className="px-2.5 pt-1 pb-1 text-label font-medium text-fg-3">{t(place.label)}</h2>
              {place.items.map(({ to, label, icon: Icon }) => (
                <Link key={to} to={to} aria-current={isOpen(to) ? 'page' : undefined} className={cx('flex h-7.5 shrink-0 items-center gap-2.5 rounded-sm px-2.5 whitespace-nowrap', isOpen(to) ? 'bg-hover font-medium text-fg' : 'text-fg-2 hover:bg-hover')}>
                  <Icon size={15} strokeWidth={1.75} className={cx('shrink-0', isOpen(to) ? 'text-accent-text' : 'text-fg-3')} />
                  <span className="truncate">{t(label)}</span>
                </Link>
              ))}
              {place.label === 'settings.data' && lists.map((object) => {
                const Icon = iconOf(object.icon)
                return (
                  <Link key={object.id} to="/o/$plural" params={{ plural: object.plural }} search={{}} className="flex h-7.5 shrink-0 items-center gap-2.5 rounded-sm px-2.5 whitespace-nowrap text-fg-2 hover:bg-hover">
                    <Icon size={15} strokeWidth={1.75} className="shrink-0 text-fg-3" />
                    <span className="truncate">{labelOf(object.label_plural)}</span>
                  </Link>
                )
              })}
            </div>
          ))}
        </nav>
        <div className="min-h-0 min-w-0 flex-1 overflow-y-auto"><Outlet /></div>
      </div>
    </>
  )
}

/** Objects with a page here that says more than their list. */
const OWN_PAGES = new Set(['view', 'user', 'team', 'source', 'mailbox', 'assignment_rule', 'absence', 'playbook_step', 'mail_sequence', 'mail_template'])
