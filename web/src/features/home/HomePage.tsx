/** My day: what I have to do, what I looked at, and how many there are of what I work with. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarCheck, Clock, House } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useActs } from '@/lib/actions'
import { faceOf, objectByName, type ObjectDef } from '@/lib/definitions'
import { formatCount, formatDay, formatRelative } from '@/lib/format'
import { countQuery, fewQuery, isEmpty, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useLocale, useSession, useSettings } from '@/lib/session'
import { Face } from '@/ui/Face'
import { iconOf } from '@/ui/icons'
import { cx, Tick } from '@/ui/kit'
import { Blank, Bones } from '@/ui/states'
import { TopBar } from '@/ui/TopBar'

export default function HomePage() {
  const { t } = useTranslation()
  const session = useSession()
  const locale = useLocale()
  const definitions = useDefinitions()
  const activity = objectByName(definitions, 'activity')
  const figures = (definitions?.objects ?? []).filter((object) => object.can.read && ['contact', 'company', 'deal', 'order', 'ticket', 'lead'].includes(object.name)).slice(0, 6)

  return (
    <>
      <TopBar crumbs={<span className="flex items-center gap-2"><House size={16} className="text-accent-text" />{t('area.home')}</span>} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-[1040px] flex-col gap-6 px-5 py-7 max-md:px-4">
          <div>
            <h1 className="text-title font-semibold">{t(greeting(), { name: session?.user.name.split(' ')[0] ?? '' })}</h1>
            <p className="text-fg-2">{formatDay(new Date().toISOString(), locale)}, {new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(new Date())}</p>
          </div>
          {figures.length > 0 && (
            <ul className="grid grid-cols-[repeat(auto-fit,minmax(150px,1fr))] gap-4">
              {figures.map((object) => <Figure key={object.id} object={object} />)}
            </ul>
          )}
          <div className="grid items-start gap-6 lg:grid-cols-[3fr_2fr]">
            {activity?.can.read && <Tasks activity={activity} />}
            <Recents />
          </div>
        </div>
      </div>
    </>
  )
}

function greeting(): string {
  const hour = new Date().getHours()
  return hour < 5 ? 'home.evening' : hour < 12 ? 'home.morning' : hour < 18 ? 'home.afternoon' : 'home.evening'
}

function Figure({ object }: { object: ObjectDef }) {
  const labelOf = useLabel()
  const locale = useLocale()
  const { data } = useQuery(countQuery(object.plural))
  const Icon = iconOf(object.icon)
  return (
    <li>
      <Link to="/o/$plural" params={{ plural: object.plural }} search={{}} className="block rounded-md bg-surface px-4 py-3 shadow-[inset_0_0_0_1px_var(--line),var(--depth-1)] hover:bg-subtle">
        <span className="flex items-center gap-1.5 text-meta text-fg-3"><Icon size={14} strokeWidth={1.75} />{labelOf(object.label_plural)}</span>
        <span className="block text-key font-semibold tracking-tight tabular-nums">{data ? formatCount(data, locale) : <span className="bone inline-block h-6 w-16 align-middle" />}</span>
      </Link>
    </li>
  )
}

/** Open activities of mine, the overdue ones first. */
function Tasks({ activity }: { activity: ObjectDef }) {
  const { t } = useTranslation()
  const names = new Set(activity.fields.map((field) => field.name))
  const owner = ['assignee', 'owner'].find((name) => names.has(name))
  const done = ['is_done', 'done_at'].find((name) => names.has(name))
  const due = ['due_at', 'due', 'due_on', 'starts_at'].find((name) => names.has(name))
  const filter = [owner && `${owner} = me`, done && (done === 'is_done' ? 'is_done = false' : `${done} is empty`)].filter(Boolean).join(' and ')
  const { data, isPending, isError } = useQuery({ ...fewQuery('activities', { filter, limit: 12, ...(due ? { sort: due } : {}) }), retry: false })

  return (
    <section aria-label={t('home.tasks')}>
      <h2 className="mb-2 flex items-center gap-2 text-lead font-semibold"><CalendarCheck size={16} className="text-fg-3" />{t('home.tasks')}</h2>
      <div className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
        {isPending ? <Bones rows={4} /> : isError || data.data.length === 0 ? (
          <Blank icon={CalendarCheck} title={t('home.no_tasks')} className="!py-10">{t('home.no_tasks_hint')}</Blank>
        ) : (
          <ul>{data.data.map((record) => <Task key={record.id} activity={activity} record={record} done={done} due={due} />)}</ul>
        )}
      </div>
    </section>
  )
}

function Task({ activity, record, done, due }: { activity: ObjectDef; record: RecordData; done: string | undefined; due: string | undefined }) {
  const { t } = useTranslation()
  const acts = useActs()
  const locale = useLocale()
  const at = due && !isEmpty(record[due]) ? String(record[due]) : null
  const late = at !== null && new Date(at).getTime() < Date.now()
  const finished = done ? record[done] === true || (done !== 'is_done' && !isEmpty(record[done])) : false
  return (
    <li className="flex min-h-10 items-center gap-3 border-b border-line px-3 last:border-0">
      {done && <Tick label={t('home.finish', { title: record.title })} checked={finished} onChange={(on) => void acts.save(activity, record, { [done]: done === 'is_done' ? on : on ? new Date().toISOString() : null }, { what: t('home.finished', { title: record.title }) })} />}
      <Link to="/o/$plural/$id" params={{ plural: activity.plural, id: record.id }} className={cx('min-w-0 flex-1 truncate hover:underline', finished && 'text-fg-3 line-through')}>{record.title || t('common.untitled')}</Link>
      {at && <span className={cx('flex shrink-0 items-center gap-1 text-meta tabular-nums', late && !finished ? 'text-bad' : 'text-fg-3')}>{late && !finished && <Clock size={12} />}{formatRelative(at, locale)}</span>}
    </li>
  )
}

function Recents() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const [settings] = useSettings()
  const recents = (settings.recents ?? []).slice(0, 8)
  return (
    <section aria-label={t('home.recent')}>
      <h2 className="mb-2 flex items-center gap-2 text-lead font-semibold"><Clock size={16} className="text-fg-3" />{t('home.recent')}</h2>
      <div className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
        {recents.length === 0 ? (
          <Blank icon={Clock} title={t('home.no_recent')} className="!py-10">{t('home.no_recent_hint')}</Blank>
        ) : (
          <ul>
            {recents.map((recent) => {
              const object = objectByName(definitions, recent.object)
              if (!object) return null
              return (
                <li key={recent.id} className="border-b border-line last:border-0">
                  <Link to="/o/$plural/$id" params={{ plural: object.plural, id: recent.id }} className="flex min-h-10 items-center gap-2.5 px-3 hover:bg-subtle">
                    <Face kind={faceOf(object)} name={recent.title} icon={object.icon} size={22} />
                    <span className="min-w-0 flex-1 truncate font-medium">{recent.title}</span>
                    <span className="shrink-0 text-meta text-fg-3">{labelOf(object.label)}</span>
                  </Link>
                </li>
              )
            })}
          </ul>
        )}
      </div>
    </section>
  )
}
