/** Areas and their objects, from the definitions the caller may read; the open area unfolds with counts. */

import { useQueries, useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { ChevronRight, House, Inbox, Search, Settings as Gear, type LucideIcon } from 'lucide-react'
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useCompany } from '@/lib/company'
import { AREAS, type ObjectDef } from '@/lib/definitions'
import { formatCount } from '@/lib/format'
import { shortcut } from '@/lib/keys'
import { favouritesQuery, useUnread } from '@/lib/me'
import { AREA_PAGES, areaOfPage, mayAnalyse } from '@/lib/pages'
import { notificationsStore, paletteStore } from '@/lib/panels'
import { countQuery } from '@/lib/records'
import { useDefinitions, useLabel, useLocale, useSession } from '@/lib/session'
import { areaIcon } from '@/ui/areas'
import { Drop, DropItem, DropTitle, cx, Hint, Key } from '@/ui/kit'
import { UserMenu } from './UserMenu'

const Favourites = lazy(() => import('./Favourites'))

export const AREA_LABELS: Record<string, string> = {
  customers: 'area.customers', sales: 'area.sales', marketing: 'area.marketing', service: 'area.service', commerce: 'area.commerce', loyalty: 'area.loyalty',
  community: 'area.community', analytics: 'area.analytics', automation: 'area.automation', settings: 'area.settings',
}

export interface Area {
  name: string
  label: string
  icon: LucideIcon
  objects: ObjectDef[]
}

/** Areas in their fixed order, then those of custom objects; only the ones that hold something this person may read. */
export function useAreas(): Area[] {
  const definitions = useDefinitions()
  const { t } = useTranslation()
  return useMemo(() => {
    const byArea = new Map<string, ObjectDef[]>()
    for (const object of definitions?.objects ?? []) {
      if (!object.can.read || HIDDEN.has(object.name)) continue
      const area = object.area || 'customers'
      byArea.set(area, [...(byArea.get(area) ?? []), object])
    }
    const order = [...AREAS, ...[...byArea.keys()].filter((area) => !(AREAS as readonly string[]).includes(area))]
    return order.flatMap((name) => {
      const objects = byArea.get(name) ?? (name === 'analytics' && mayAnalyse(definitions) ? [] : undefined)
      return objects ? [{ name, label: AREA_LABELS[name] ? t(AREA_LABELS[name]) : name, icon: areaIcon(name), objects }] : []
    })
  }, [definitions, t])
}

/** Kept by the product for other screens; their lists say nothing by themselves. */
const HIDDEN = new Set(['view', 'dashboard', 'sql_question', 'alert', 'report', 'order_line', 'quote_line', 'deal_line', 'deal_role', 'bundle_part', 'segment'])

/** Set up once or read beside something else: behind the area's other pages, and out of the way until asked for. */
const ASIDE = new Set(['tag', 'competitor', 'pipeline', 'stage', 'note', 'attachment', 'territory', 'quota', 'form', 'form_answer', 'price', 'discount', 'commission_plan', 'booking_page'])

export function useOpenObject(): string | null {
  return useRouterState({ select: (state) => /^\/(?:o|trash)\/([^/]+)/.exec(state.location.pathname)?.[1] ?? null })
}

export function Sidebar({ rail }: { rail: boolean }) {
  const { t } = useTranslation()
  const session = useSession()
  const favourites = useQuery(favouritesQuery).data ?? []
  const areas = useAreas()
  const open = useOpenObject()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const openArea = areas.find((area) => area.objects.some((object) => object.plural === open))?.name ?? areaOfPage(path) ?? (open === null && !path.startsWith('/settings') ? areas[0]?.name : undefined)
  const company = session?.company || 'Rapport'
  const logo = useCompany()?.logo

  return (
    <nav aria-label={t('shell.main')} className={cx('flex shrink-0 flex-col gap-0.5 p-2 pe-1.5 max-md:hidden', rail ? 'w-[54px]' : 'w-[228px]')}>
      <div className={cx('mb-1 flex h-9 items-center gap-2 px-1.5', rail && 'justify-center px-0')}>
        <img src={logo ?? '/mark.svg'} alt="" width={22} height={22} className={logo ? 'rounded-xs bg-white object-contain' : undefined} />
        {!rail && <span className="flex-1 truncate text-[13.5px] font-semibold tracking-[-0.015em]">{company}</span>}
      </div>
      <MaybeHint show={rail} label={t('shell.search')} keys={shortcut('⌘K')}>
        <button
          type="button"
          onClick={() => paletteStore.set(true)}
          aria-label={rail ? t('shell.search') : undefined}
          className={cx('mb-1 flex h-8 items-center gap-2 rounded-md px-2 text-fg-3', rail ? 'justify-center hover:bg-active' : 'bg-surface shadow-[inset_0_0_0_1px_var(--line),var(--depth-1)] hover:text-fg-2')}
        >
          <Search size={15} className="shrink-0" />
          {!rail && (
            <>
              <span className="flex-1 truncate text-start">{t('shell.search_hint')}</span>
              <Key>{shortcut('⌘K')}</Key>
            </>
          )}
        </button>
      </MaybeHint>
      <InboxRow rail={rail} />
      <div className="-me-1 mt-2 flex flex-1 flex-col gap-px overflow-y-auto pe-1">
        <Row rail={rail} icon={House} label={t('area.home')} active={path === '/'}>
          {(look, inside) => <Link to="/" className={look} aria-label={rail ? t('area.home') : undefined}>{inside}</Link>}
        </Row>
        {areas.filter((area) => area.name !== 'settings').map((area) => (
          <AreaRow key={area.name} area={area} rail={rail} isOpen={area.name === openArea} open={open} />
        ))}
        {!rail && favourites.length > 0 && <Suspense><Favourites /></Suspense>}
      </div>
      <div className="flex flex-col gap-px pt-2">
        <Row rail={rail} icon={Gear} label={t('area.settings')} active={path.startsWith('/settings') || openArea === 'settings'}>
          {(look, inside) => <Link to="/settings" className={look} aria-label={rail ? t('area.settings') : undefined}>{inside}</Link>}
        </Row>
        <UserMenu rail={rail} />
      </div>
    </nav>
  )
}

/** What one was told: mentions, what one was given to do, answers. */
function InboxRow({ rail }: { rail: boolean }) {
  const { t } = useTranslation()
  const unread = useUnread()
  const name = unread > 0 ? t('inbox.unread', { count: unread }) : t('inbox.title')
  return (
    <MaybeHint show={rail} label={name} keys="I">
      <button type="button" aria-label={rail ? name : undefined} aria-haspopup="dialog" onClick={() => notificationsStore.set(true)} className={cx(ROW, 'relative', rail && 'justify-center')}>
        <Inbox size={16} strokeWidth={1.75} className={cx('shrink-0', unread > 0 ? 'text-accent-text' : 'text-fg-3')} />
        {!rail && <span className={cx('flex-1 truncate', unread > 0 && 'font-medium text-fg')}>{t('inbox.title')}</span>}
        {unread > 0 && (rail
          ? <span aria-hidden className="absolute end-2 top-1 size-2 rounded-full bg-accent" />
          : <span className="rounded-full bg-accent px-1.5 text-label font-medium text-accent-fg tabular-nums">{unread > 99 ? '99+' : unread}<span className="sr-only"> {t('inbox.is_unread')}</span></span>)}
      </button>
    </MaybeHint>
  )
}

function AreaRow({ area, rail, isOpen, open }: { area: Area; rail: boolean; isOpen: boolean; open: string | null }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const first = area.objects[0]
  const page = AREA_PAGES[area.name]?.[0]
  if (rail) {
    const inArea = area.objects.some((object) => object.plural === open) || areaOfPage(path) === area.name
    return (
      <Drop
        side="inline-end"
        trigger={
          <button type="button" aria-label={area.label} className={cx(ROW, 'justify-center', inArea && 'bg-active text-fg')}>
            <area.icon size={16} strokeWidth={1.75} className={inArea ? 'text-accent-text' : ''} />
          </button>
        }
      >
        <DropTitle>{area.label}</DropTitle>
        {area.objects.map((object) => (
          <ObjectItem key={object.id} object={object} />
        ))}
        {(AREA_PAGES[area.name] ?? []).map((page) => <Link key={page.to} to={page.to} search={{}} className="block"><DropItem>{t(page.label)}</DropItem></Link>)}
      </Drop>
    )
  }
  const look = cx(ROW, isOpen && 'font-medium text-fg')
  const inside = (
    <>
      <area.icon size={16} strokeWidth={1.75} className={cx('shrink-0', isOpen ? 'text-accent-text' : 'text-fg-3')} />
      <span className="flex-1 truncate">{area.label}</span>
    </>
  )
  return (
    <div>
      {first ? <Link to="/o/$plural" params={{ plural: first.plural }} search={{}} className={look} aria-expanded={isOpen}>{inside}</Link>
        : page && <Link to={page.to} search={{}} className={look} aria-expanded={isOpen}>{inside}</Link>}
      {isOpen && <Objects area={area} open={open} labelOf={labelOf} />}
    </div>
  )
}

function ObjectItem({ object }: { object: ObjectDef }) {
  const labelOf = useLabel()
  return (
    <Link to="/o/$plural" params={{ plural: object.plural }} search={{}} className="block">
      <DropItem>{labelOf(object.label_plural)}</DropItem>
    </Link>
  )
}

function Objects({ area: { name, label, objects }, open, labelOf }: { area: Area; open: string | null; labelOf: ReturnType<typeof useLabel> }) {
  const { t } = useTranslation()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const aside = objects.filter((object) => ASIDE.has(object.name))
  const folds = aside.length > 1
  const [wanted, setWanted] = useState(false)
  const unfolded = wanted || aside.some((object) => object.plural === open)
  return (
    <div className="my-0.5 ms-[17px] flex flex-col gap-px border-s border-line ps-2.5">
      <Counted objects={folds ? objects.filter((object) => !aside.includes(object)) : objects} open={open} labelOf={labelOf} />
      {(AREA_PAGES[name] ?? []).map((page) => (
        <Link key={page.to} to={page.to} search={{}} aria-current={path === page.to ? 'page' : undefined} className={cx(LINE, path === page.to ? 'bg-active font-medium text-fg' : 'text-fg-2 hover:bg-active')}>
          <span className="flex-1 truncate">{t(page.label)}</span>
        </Link>
      ))}
      {folds && (
        <button type="button" aria-expanded={unfolded} aria-label={`${t('shell.more')}: ${label}`} onClick={() => setWanted(!unfolded)} className={cx(LINE, 'text-start text-fg-3 hover:bg-active hover:text-fg-2')}>
          <span className="flex-1 truncate">{t('shell.more')}</span>
          <ChevronRight size={14} aria-hidden className={cx('shrink-0 transition-transform rtl:-scale-x-100', unfolded && 'rotate-90 rtl:rotate-90')} />
        </button>
      )}
      {folds && unfolded && <Counted objects={aside} open={open} labelOf={labelOf} />}
    </div>
  )
}

const LINE = 'flex h-7 shrink-0 items-center gap-2 rounded-sm px-2'

function Counted({ objects, open, labelOf }: { objects: ObjectDef[]; open: string | null; labelOf: ReturnType<typeof useLabel> }) {
  const locale = useLocale()
  const counts = useQueries({ queries: objects.map((object) => countQuery(object.plural)) })
  return objects.map((object, index) => {
    const count = counts[index]?.data
    return (
      <Link
        key={object.id}
        to="/o/$plural"
        params={{ plural: object.plural }}
        search={{}}
        aria-current={open === object.plural ? 'page' : undefined}
        className={cx(LINE, open === object.plural ? 'bg-active font-medium text-fg' : 'text-fg-2 hover:bg-active')}
      >
        <span className="flex-1 truncate">{labelOf(object.label_plural)}</span>
        {count && <span className="text-label font-normal text-fg-2 tabular-nums">{formatCount(count, locale)}</span>}
      </Link>
    )
  })
}

const ROW = 'flex h-[27px] w-full shrink-0 items-center gap-2.5 rounded-sm px-2 text-start text-fg-2 hover:bg-active'

function Row({ rail, icon: Icon, label, active, children }: { rail: boolean; icon: LucideIcon; label: string; active: boolean; children: (look: string, inside: ReactNode) => React.ReactElement<Record<string, unknown>> }) {
  const look = cx(ROW, rail && 'justify-center', active && 'bg-active font-medium text-fg')
  const inside = (
    <>
      <Icon size={16} strokeWidth={1.75} className={cx('shrink-0', active ? 'text-accent-text' : 'text-fg-3')} />
      {!rail && <span className="flex-1 truncate">{label}</span>}
    </>
  )
  return (
    <MaybeHint show={rail} label={label}>
      {children(look, inside)}
    </MaybeHint>
  )
}

function MaybeHint({ show, label, keys, children }: { show: boolean; label: string; keys?: string; children: React.ReactElement<Record<string, unknown>> }) {
  return show ? <Hint label={label} keys={keys} side="inline-end">{children}</Hint> : children
}
