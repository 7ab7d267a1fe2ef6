/** What is still to be done here, above what happened: open activities with their days, ticked off in place, and notes pinned to the top. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarClock, Clock, Pin } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { useActs } from '@/lib/actions'
import { isEditable, objectByName, type ObjectDef } from '@/lib/definitions'
import { formatRelative, formatTime } from '@/lib/format'
import { bothOf } from '@/lib/question'
import { fewQuery, isEmpty, linkFilter, type RecordData } from '@/lib/records'
import { useDefinitions, useLocale } from '@/lib/session'
import { Avatar, cx, Tick } from '@/ui/kit'
import { Told } from '@/ui/Told'
import { linkField } from './Composer'

const MOST = 6

export function Ahead({ object, record, onDone }: { object: ObjectDef; record: RecordData; onDone: (activity: RecordData) => void }) {
  const { t } = useTranslation()
  const definitions = useDefinitions()
  const activity = objectByName(definitions, 'activity')
  const note = objectByName(definitions, 'note')
  const byActivity = activity?.can.read ? linkField(activity, object) : undefined
  const byNote = note?.can.read ? linkField(note, object) : undefined
  const open = useQuery({ ...fewQuery(activity?.plural ?? '', { filter: byActivity ? bothOf(linkFilter(activity, byActivity.name, record.id), 'is_done = false') : '', sort: 'due_at', limit: MOST }), enabled: byActivity !== undefined, retry: false })
  const pinned = useQuery({ ...fewQuery(note?.plural ?? '', { filter: byNote ? bothOf(linkFilter(note, byNote.name, record.id), 'is_pinned = true') : '', sort: '-created_at', limit: 3 }), enabled: byNote !== undefined, retry: false })
  const todo = open.data?.data ?? []
  const kept = pinned.data?.data ?? []
  if (!activity || (todo.length === 0 && kept.length === 0)) return null
  return (
    <section aria-label={t('ahead.title')} className="mb-4 rounded-md bg-subtle px-3 py-2 shadow-[inset_0_0_0_1px_var(--line)]">
      <h2 className="flex items-center gap-1.5 py-1 text-meta font-medium tracking-normal text-fg-2"><CalendarClock size={13} />{t('ahead.title')}</h2>
      <ul>
        {todo.map((one) => <Todo key={one.id} activity={activity} record={one} onDone={onDone} />)}
        {kept.map((one) => (
          <li key={one.id} className="flex min-h-8 items-start gap-2.5 py-1">
            <Pin size={14} className="mt-1 ms-px shrink-0 text-fg-3" />
            <p className="line-clamp-3 min-w-0 flex-1 break-words whitespace-pre-wrap"><Told text={String(one['body'] ?? one.title)} /></p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Todo({ activity, record, onDone }: { activity: ObjectDef; record: RecordData; onDone: (activity: RecordData) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const acts = useActs()
  const at = [record['due_at'], record['starts_at']].find((one): one is string => typeof one === 'string' && one !== '')
  const isLate = at !== undefined && new Date(at).getTime() < Date.now()
  const isDone = record['is_done'] === true
  const owner = record.linked?.['owner']
  const mayTick = activity.fields.some((field) => field.name === 'is_done' && isEditable(activity, field))
  return (
    <li className="flex min-h-8 items-center gap-2.5">
      <Tick label={t('home.finish', { title: record.title })} checked={isDone} disabled={!mayTick} onChange={(on) => void acts.save(activity, record, { is_done: on }, { what: on ? t('home.finished', { title: record.title }) : t('notice.changed', { title: record.title }) }).then((saved) => saved && on && onDone(record))} />
      <Link to="/o/$plural/$id" params={{ plural: activity.plural, id: record.id }} className={cx('flex min-h-6 min-w-0 flex-1 items-center truncate hover:underline', isDone && 'text-fg-3 line-through')}>{record.title || t('common.untitled')}</Link>
      {!isEmpty(owner) && !Array.isArray(owner) && owner && <Avatar name={owner.title} size={18} />}
      {at && <time dateTime={at} title={formatTime(at, locale)} className={cx('flex shrink-0 items-center gap-1 text-meta tabular-nums', isLate && !isDone ? 'text-bad' : 'text-fg-3')}>{isLate && !isDone && <Clock size={12} />}{formatRelative(at, locale)}</time>}
    </li>
  )
}
