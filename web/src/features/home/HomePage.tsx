/** My day: what is overdue and what is due, where I have to be, who named me, and which deals stand still. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { AtSign, CalendarCheck, CalendarClock, ChevronLeft, ChevronRight, Clock, Handshake, House, Plus, Stamp, type LucideIcon } from 'lucide-react'
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { useCommands } from '@/lib/commands'
import { faceOf, isEditable, objectByName, type ObjectDef } from '@/lib/definitions'
import { dayKey, formatClock, formatCount, formatDay, formatMoney, formatNumber, formatRelative, formatTime, type Money } from '@/lib/format'
import { dayQuery, markRead, recentsQuery, type DayPart, type Notification } from '@/lib/me'
import { notificationsStore, openForm, peekStore } from '@/lib/panels'
import { approvalsQuery } from '@/lib/quotes'
import { countQuery, createRecord, type Linked, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useLocale, useSession } from '@/lib/session'
import { Face } from '@/ui/Face'
import { LinkChip } from '@/ui/FieldValue'
import { iconOf } from '@/ui/icons'
import { Avatar, Button, cx, IconButton, Tick } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'
import { TopBar } from '@/ui/TopBar'

export default function HomePage() {
  const { t } = useTranslation()
  const session = useSession()
  const locale = useLocale()
  const definitions = useDefinitions()
  const today = dayKey(new Date().toISOString())
  const [date, setDate] = useState(today)
  const day = useQuery({ ...dayQuery(date), placeholderData: (before) => before })
  const activity = objectByName(definitions, 'activity')
  const deal = objectByName(definitions, 'deal')
  const figures = (definitions?.objects ?? []).filter((object) => object.can.read && ['contact', 'company', 'deal', 'order', 'ticket', 'lead'].includes(object.name)).slice(0, 6)
  const step = (days: number) => setDate((held) => dayKey(new Date(new Date(`${held}T12:00:00`).getTime() + days * 86_400_000).toISOString()))

  useCommands(t('home.title'), [
    { id: 'task', label: t('composer.add_task'), key: 't', run: () => document.querySelector<HTMLInputElement>('[data-new-task]')?.focus() },
    { id: 'next', label: t('home.next_day'), key: 'j', run: () => step(1) },
    { id: 'before', label: t('home.day_before'), key: 'k', run: () => step(-1) },
    { id: 'today', label: t('home.back_to_today'), key: '.', run: () => setDate(today) },
  ])

  return (
    <>
      <TopBar crumbs={<span className="flex items-center gap-2"><House size={16} className="text-accent-text" />{t('home.title')}</span>}>
        {date !== today && <Button onClick={() => setDate(today)}>{t('home.back_to_today')}</Button>}
        <IconButton label={t('home.day_before')} keys="K" onClick={() => step(-1)}><ChevronLeft size={16} className="rtl:rotate-180" /></IconButton>
        <IconButton label={t('home.next_day')} keys="J" onClick={() => step(1)}><ChevronRight size={16} className="rtl:rotate-180" /></IconButton>
      </TopBar>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-[1120px] flex-col gap-6 px-5 py-6 max-md:px-4">
          <div>
            <h1 className="text-title font-semibold">{t(greeting(), { name: session?.user.name.split(' ')[0] ?? '' })}</h1>
            <p className="text-fg-2">{[formatDay(`${date}T12:00:00`, locale), new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(new Date(`${date}T12:00:00`))].filter((part, index, all) => all.indexOf(part) === index).join(', ')}</p>
          </div>
          {day.isError && !day.data ? <Failed error={day.error} onRetry={() => void day.refetch()} /> : (
            <div className="grid items-start gap-x-6 gap-y-6 lg:grid-cols-[3fr_2fr]">
              {activity?.can.read && <Tasks activity={activity} overdue={day.data?.overdue} due={day.data?.today} next={day.data?.next} />}
              <div className="flex flex-col gap-6">
                {activity?.can.read && <Agenda activity={activity} part={day.data?.agenda} date={date} />}
                <Approvals />
                <Mentions told={day.data?.mentions} />
                {deal?.can.read && <Still deal={deal} part={day.data?.deals_without_next_step} />}
                <Recents />
              </div>
            </div>
          )}
          {figures.length > 0 && (
            <ul className="grid grid-cols-[repeat(auto-fit,minmax(140px,1fr))] gap-3">
              {figures.map((object) => <Figure key={object.id} object={object} />)}
            </ul>
          )}
        </div>
      </div>
    </>
  )
}

function greeting(): string {
  const hour = new Date().getHours()
  return hour < 5 ? 'home.evening' : hour < 12 ? 'home.morning' : hour < 18 ? 'home.afternoon' : 'home.evening'
}

function Card({ icon: Icon, title, count, children, action }: { icon: LucideIcon; title: string; count?: string | undefined; children: ReactNode; action?: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-2 flex min-h-7 items-center gap-2 text-lead font-semibold">
        <Icon size={16} className="shrink-0 text-fg-3" />
        <span className="truncate">{title}</span>
        {count && <span className="rounded-sm bg-hover px-1.5 text-label font-medium text-fg-2 tabular-nums">{count}</span>}
        <span className="flex-1" />
        {action}
      </h2>
      <div className="rounded-md bg-surface shadow-[inset_0_0_0_1px_var(--line),var(--depth-1)]">{children}</div>
    </section>
  )
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="px-3.5 py-4 text-fg-3">{children}</p>
}

/** Open activities of mine: the overdue ones first, then today's, then the week's, and a line to add one. */
function Tasks({ activity, overdue, due, next }: { activity: ObjectDef; overdue: DayPart | null | undefined; due: DayPart | null | undefined; next: DayPart | null | undefined }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const parts = [
    { key: 'overdue', label: t('home.overdue'), part: overdue, tone: 'text-bad' },
    { key: 'today', label: t('home.today'), part: due, tone: 'text-fg' },
    { key: 'next', label: t('home.next'), part: next, tone: 'text-fg-2' },
  ].filter((one) => (one.part?.count ?? 0) > 0)
  const all = parts.flatMap((one) => one.part?.data.map((record) => record.id) ?? [])
  const total = parts.reduce((sum, one) => sum + (one.part?.count ?? 0), 0)
  return (
    <Card icon={CalendarCheck} title={t('home.tasks')} count={total > 0 ? formatNumber(total, locale) : undefined}>
      {overdue === undefined ? <Bones rows={4} /> : (
        <>
          {parts.map((one) => (
            <section key={one.key} aria-label={one.label}>
              <h3 className={cx('flex items-center gap-2 px-3.5 pt-3 pb-1 text-meta font-semibold tracking-normal', one.tone)}>
                {one.label}
                <span className="font-normal text-fg-3 tabular-nums">{formatNumber(one.part?.count ?? 0, locale)}</span>
              </h3>
              <ul>{one.part?.data.map((record) => <Task key={record.id} activity={activity} record={record} among={all} isLate={one.key === 'overdue'} />)}</ul>
              {(one.part?.count ?? 0) > (one.part?.data.length ?? 0) && (
                <Link to="/o/$plural" params={{ plural: activity.plural }} search={{ f: 'owner = me and is_done = false', sort: 'due_at' }} className="block px-3.5 py-2 text-meta text-accent-text hover:underline">{t('related.all')}</Link>
              )}
            </section>
          ))}
          {parts.length === 0 && <Nothing>{t('home.no_tasks')}. {t('home.no_tasks_hint')}</Nothing>}
        </>
      )}
      {activity.can.create && <NewTask activity={activity} />}
    </Card>
  )
}

/** One line, one task, due at the end of today; everything else can be said later. */
function NewTask({ activity }: { activity: ObjectDef }) {
  const { t } = useTranslation()
  const acts = useActs()
  const session = useSession()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)

  async function add() {
    const subject = text.trim()
    if (subject === '' || busy) return
    setBusy(true)
    const due = new Date()
    due.setHours(due.getHours() < 17 ? 17 : 23, due.getHours() < 17 ? 0 : 59, 0, 0)
    try {
      const { data, change } = await createRecord(activity.plural, { subject, kind: 'task', due_at: due.toISOString(), ...(session ? { owner: session.user.id } : {}) })
      setText('')
      acts.created(activity, data, change)
      void queries.invalidateQueries({ queryKey: ['day'] })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad', action: { label: t('form.open_form'), run: () => openForm({ kind: 'create', object: activity.name, preset: { subject } }) } })
    } finally {
      setBusy(false)
    }
  }

  return (
    <div className="flex items-center gap-3 border-t border-line px-3.5">
      <Plus size={15} className="shrink-0 text-fg-3" />
      <input
        data-new-task
        aria-label={t('home.new_task')}
        placeholder={t('home.new_task')}
        value={text}
        aria-busy={busy}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event: KeyboardEvent<HTMLInputElement>) => {
          if (event.nativeEvent.isComposing) return
          if (event.key === 'Enter') void add()
          else if (event.key === 'Escape') event.currentTarget.blur()
        }}
        className="h-10 min-w-0 flex-1 bg-transparent outline-none"
      />
    </div>
  )
}

function Task({ activity, record, among, isLate }: { activity: ObjectDef; record: RecordData; among: string[]; isLate: boolean }) {
  const { t } = useTranslation()
  const acts = useActs()
  const locale = useLocale()
  const queries = useQueryClient()
  const [gone, setGone] = useState(false)
  const at = typeof record['due_at'] === 'string' ? record['due_at'] : null
  const isDone = gone || record['is_done'] === true
  const mayTick = activity.fields.some((field) => field.name === 'is_done' && isEditable(activity, field))
  const about = aboutOf(record)

  async function finish(on: boolean) {
    setGone(on)
    const saved = await acts.save(activity, record, { is_done: on }, { what: on ? t('home.finished', { title: record.title }) : t('notice.changed', { title: record.title }) })
    if (!saved) setGone(!on)
    void queries.invalidateQueries({ queryKey: ['day'] })
  }

  return (
    <li className="flex min-h-10 items-center gap-3 px-3.5 hover:bg-subtle">
      <Tick label={t('home.finish', { title: record.title })} checked={isDone} disabled={!mayTick} onChange={(on) => void finish(on)} />
      <Link
        to="/o/$plural/$id"
        params={{ plural: activity.plural, id: record.id }}
        onKeyDown={(event) => {
          if (event.key !== ' ') return
          event.preventDefault()
          peekStore.set({ object: activity.name, id: record.id, among })
        }}
        className={cx('flex min-h-6 min-w-0 flex-1 items-center hover:underline', isDone && 'text-fg-3 line-through')}
      >
        <span className="truncate">{record.title || t('common.untitled')}</span>
      </Link>
      {about && <span className="max-w-[40%] min-w-0 shrink-0 truncate text-fg-2 max-md:hidden"><LinkChip linked={about} focusable /></span>}
      {at && <time dateTime={at} title={formatTime(at, locale)} className={cx('flex shrink-0 items-center gap-1 text-meta tabular-nums', isLate && !isDone ? 'text-bad' : 'text-fg-3')}>{isLate && !isDone && <Clock size={12} />}{isLate ? formatRelative(at, locale) : formatDayAndClock(at, locale)}</time>}
    </li>
  )
}

function formatDayAndClock(at: string, locale: string): string {
  return dayKey(at) === dayKey(new Date().toISOString()) ? formatClock(at, locale) : new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric' }).format(new Date(at))
}

/** Whom or what it is about: the deal, else the person, else the company. */
function aboutOf(record: RecordData): Linked | null {
  for (const name of ['deal', 'contact', 'company', 'lead', 'ticket']) {
    const linked = record.linked?.[name]
    if (linked && !Array.isArray(linked) && linked.title) return linked
  }
  return null
}

/** Where I have to be, in order of the clock. */
function Agenda({ activity, part, date }: { activity: ObjectDef; part: DayPart | null | undefined; date: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const now = Date.now()
  return (
    <Card
      icon={CalendarClock}
      title={t('home.agenda')}
      count={part && part.count > 0 ? formatNumber(part.count, locale) : undefined}
      action={activity.can.create && <Button size="sm" aria-label={t('home.new_meeting')} onClick={() => openForm({ kind: 'create', object: activity.name, preset: { kind: 'meeting', starts_at: new Date(`${date}T10:00:00`).toISOString() } })}><Plus size={14} /></Button>}
    >
      {part === undefined ? <Bones rows={2} /> : !part || part.data.length === 0 ? <Nothing>{t('home.no_agenda')}</Nothing> : (
        <ol className="py-1.5">
          {part.data.map((record) => {
            const occurrence = record['occurrence'] as { at: string; ends_at: string | null } | undefined
            const from = occurrence?.at ?? (typeof record['starts_at'] === 'string' ? record['starts_at'] : '')
            const to = occurrence ? occurrence.ends_at : typeof record['ends_at'] === 'string' ? record['ends_at'] : null
            const isOn = new Date(from).getTime() <= now && to !== null && new Date(to).getTime() > now
            const isOver = new Date(to ?? from).getTime() < now
            const about = aboutOf(record)
            return (
              <li key={`${record.id} ${from}`} className="flex items-start gap-3 px-3.5 py-1.5">
                <time dateTime={from} className={cx('w-14 shrink-0 pt-px text-meta tabular-nums', isOver ? 'text-fg-3' : 'text-fg-2')}>{formatClock(from, locale)}</time>
                <span aria-hidden className={cx('mt-1 w-[3px] shrink-0 self-stretch rounded-full', isOn ? 'bg-accent' : isOver ? 'bg-line-strong' : 'bg-ok-fill')} />
                <span className="min-w-0 flex-1">
                  <Link to="/o/$plural/$id" params={{ plural: activity.plural, id: record.id }} className={cx('block min-h-6 truncate font-medium hover:underline', isOver && 'text-fg-2')}>{record.title || t('common.untitled')}</Link>
                  <span className="flex min-w-0 gap-2 text-meta text-fg-3">
                    {isOn && <span className="shrink-0 font-medium text-accent-text">{t('home.on_now')}</span>}
                    {about && <LinkChip linked={about} focusable />}
                    {typeof record['location'] === 'string' && record['location'] && <span className="truncate">{record['location']}</span>}
                  </span>
                </span>
              </li>
            )
          })}
        </ol>
      )}
    </Card>
  )
}

/** What waits for my decision. */
function Approvals() {
  const { t } = useTranslation()
  const locale = useLocale()
  const waiting = useQuery(approvalsQuery).data?.waiting ?? []
  if (waiting.length === 0) return null
  return (
    <Card icon={Stamp} title={t('home.approvals')} count={formatNumber(waiting.length, locale)} action={<Link to="/approvals" className="rounded-sm px-2 text-meta font-normal text-accent-text hover:underline">{t('home.approvals_all')}</Link>}>
      <ul className="py-1">
        {waiting.slice(0, 5).map((one) => (
          <li key={one.id}>
            <Link to="/quotes/$id" params={{ id: one.record }} className="flex min-h-9 items-center gap-3 px-3.5 hover:bg-hover">
              <span className="font-medium">{one.title}</span>
              <span className="min-w-0 flex-1 truncate text-fg-2">{one.rule}</span>
              {one.amount && <span className="tabular-nums">{formatMoney(one.amount, locale)}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Mentions({ told }: { told: { data: Notification[]; unread: number } | null | undefined }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const navigate = useNavigate()
  const queries = useQueryClient()
  if (!told || told.data.length === 0) return null
  const unread = told.data.filter((one) => one.read_at === null).length
  return (
    <Card icon={AtSign} title={t('home.mentions')} count={unread > 0 ? formatNumber(unread, locale) : undefined} action={<Button size="sm" onClick={() => notificationsStore.set(true)}>{t('inbox.title')}</Button>}>
      <ul className="py-1">
        {told.data.slice(0, 4).map((one) => {
          const target = one.about ?? one.record
          return (
            <li key={one.id}>
              <button
                type="button"
                onClick={() => {
                  if (one.read_at === null) void markRead(queries, { ids: [one.id] }).catch(() => {})
                  if (target) void navigate({ to: '/o/$plural/$id', params: { plural: target.plural, id: target.id } })
                }}
                className="flex w-full items-start gap-2.5 px-3.5 py-2 text-start hover:bg-subtle"
              >
                <Avatar name={one.actor?.name ?? '?'} size={22} />
                <span className="min-w-0 flex-1"><span className={cx('line-clamp-2', one.read_at === null ? 'text-fg' : 'text-fg-2')}>{one.text}</span><span className="text-meta text-fg-3">{formatRelative(one.at, locale)}</span></span>
                {one.read_at === null && <span className="mt-1.5 size-2 shrink-0 rounded-full bg-accent"><span className="sr-only">{t('inbox.is_unread')}</span></span>}
              </button>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

const MOST_DEALS = 6

/** Deals of mine that nobody is going to do anything about. */
function Still({ deal, part }: { deal: ObjectDef; part: DayPart | null | undefined }) {
  const { t } = useTranslation()
  const locale = useLocale()
  if (!part || part.count === 0) return null
  return (
    <Card icon={Handshake} title={t('home.still')} count={formatNumber(part.count, locale)}>
      <ul className="py-1">
        {part.data.slice(0, MOST_DEALS).map((record) => {
          const amount = record['amount'] as Money | null | undefined
          const company = record.linked?.['company']
          return (
            <li key={record.id} className="group flex min-h-10 items-center gap-2.5 px-3.5 hover:bg-subtle">
              <Link to="/o/$plural/$id" params={{ plural: deal.plural, id: record.id }} className="min-w-0 flex-1 py-1 hover:underline">
                <span className="block truncate font-medium">{record.title || t('common.untitled')}</span>
                {company && !Array.isArray(company) && <span className="block truncate text-meta text-fg-3">{company.title}</span>}
              </Link>
              {amount && <span className="shrink-0 text-fg-2 tabular-nums">{formatMoney(amount, locale, true)}</span>}
              <Button size="sm" look="outline" onClick={() => openForm({ kind: 'create', object: 'activity', preset: { kind: 'task', deal: record.id }, linked: { deal: { id: record.id, object: deal.name, title: record.title } }, stay: true })}>{t('home.plan')}</Button>
            </li>
          )
        })}
      </ul>
      {part.count > MOST_DEALS && <Link to="/o/$plural" params={{ plural: deal.plural }} search={{ f: 'owner = me and status = "open" and open_activities_count = 0' }} className="block px-3.5 pb-2.5 text-meta text-accent-text hover:underline">{t('home.all_of', { number: formatNumber(part.count, locale) })}</Link>}
    </Card>
  )
}

function Recents() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const recents = useQuery(recentsQuery).data ?? []
  return (
    <Card icon={Clock} title={t('home.recent')}>
      {recents.length === 0 ? <Nothing>{t('home.no_recent')}. {t('home.no_recent_hint')}</Nothing> : (
        <ul className="py-1">
          {recents.slice(0, 6).map((recent) => {
            const object = objectByName(definitions, recent.object)
            if (!object) return null
            return (
              <li key={recent.id}>
                <Link to="/o/$plural/$id" params={{ plural: object.plural, id: recent.id }} className="flex min-h-9 items-center gap-2.5 px-3.5 hover:bg-subtle">
                  <Face kind={faceOf(object)} name={recent.title} icon={object.icon} size={20} />
                  <span className="min-w-0 flex-1 truncate">{recent.title || t('common.untitled')}</span>
                  <span className="shrink-0 text-meta text-fg-3">{labelOf(object.label)}</span>
                </Link>
              </li>
            )
          })}
        </ul>
      )}
    </Card>
  )
}

function Figure({ object }: { object: ObjectDef }) {
  const labelOf = useLabel()
  const locale = useLocale()
  const { data } = useQuery(countQuery(object.plural))
  const Icon = iconOf(object.icon)
  return (
    <li>
      <Link to="/o/$plural" params={{ plural: object.plural }} search={{}} className="block rounded-md bg-surface px-3.5 py-2.5 shadow-[inset_0_0_0_1px_var(--line)] hover:bg-subtle">
        <span className="flex items-center gap-1.5 text-meta text-fg-3"><Icon size={14} strokeWidth={1.75} />{labelOf(object.label_plural)}</span>
        <span className="block text-figure font-semibold tabular-nums">{data ? formatCount(data, locale) : <span className="bone inline-block h-5 w-14 align-middle" />}</span>
      </Link>
    </li>
  )
}
