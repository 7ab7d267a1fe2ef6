/** The list on a phone: two lines a row, groups that fold, and what can be done behind a swipe or the row's menu. */

import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronDown, EllipsisVertical, Mail, PencilLine, Phone, SearchX, Trash2 } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type PointerEvent, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useActs } from '@/lib/actions'
import { faceOf, storedType, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import type { ListState } from '@/lib/listUrl'
import { openForm } from '@/lib/panels'
import { isEmpty, linkedOf, type RecordData } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { Face } from '@/ui/Face'
import { FieldValue } from '@/ui/FieldValue'
import { iconOf } from '@/ui/icons'
import { Button, cx, Drop, DropItem } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import type { Column } from './columns'
import { parseGrouping } from './table/groups'
import { GroupName } from './table/GroupRow'
import { useTableRows } from './table/useTableRows'

const ROW = 64
/** What can stand under a name without its label. */
const TELLING = new Set(['link', 'links', 'email', 'phone', 'text', 'choice', 'multi_choice', 'date', 'address', 'url'])
const HEAD = 44

export default function PhoneList({ object, columns, fields, filter, sort, asked, state, onClear }: {
  object: ObjectDef
  columns: Column[]
  fields: FieldDef[]
  filter: string
  sort: string
  asked: string
  state: ListState
  onClear: () => void
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { grouping, groupField } = useMemo(() => {
    const wanted = parseGrouping(state.group)
    const field = fields.find((one) => one.name === wanted?.field)
    return { grouping: field ? wanted : null, groupField: field }
  }, [state.group, fields])
  const contact = useMemo(() => ({ phone: object.fields.find((field) => field.type === 'phone'), email: object.fields.find((field) => field.type === 'email') }), [object])
  const wanted = [...new Set([asked, contact.phone?.name, contact.email?.name].filter(Boolean))].join(',')
  const rows = useTableRows(object.plural, filter, sort, wanted, grouping, [])
  const { lines, see } = rows
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const virtual = useVirtualizer({ count: lines.count, getScrollElement: () => scroller, estimateSize: (index) => (lines.at(index)?.kind === 'row' ? ROW : HEAD), overscan: 6 })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => see(first, last), [see, first, last])
  useEffect(() => virtual.measure(), [virtual, lines])

  if (rows.error && lines.count === 0) return <div className="flex-1"><Failed error={rows.error} onRetry={rows.again} /></div>
  if (rows.pending) return <Bones rows={12} className="flex-1" />
  if (lines.count === 0) {
    return (
      <Blank className="flex-1" icon={filter ? SearchX : iconOf(object.icon)} title={filter ? t('list.no_result') : t('list.nothing_yet')} action={filter ? <Button look="outline" onClick={onClear}>{t('filter.clear_all')}</Button> : null}>
        {filter ? t('list.no_result_hint') : t('list.empty_hint')}
      </Blank>
    )
  }
  const status = columns.find((column) => column.field.type === 'choice')
  const figure = columns.find((column) => storedType(column.field) === 'money') ?? columns.find((column) => column.name === 'updated_at')
  // A bare number or a tick says nothing without its name.
  const seconds = columns.filter((column) => column !== status && column !== figure && TELLING.has(storedType(column.field)))

  return (
    <div ref={setScroller} className={cx('min-h-0 flex-1 overflow-x-hidden overflow-y-auto overscroll-contain', rows.stale && 'opacity-55')}>
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const line = lines.at(item.index)
          const record = rows.recordAt(item.index)
          const key = record ? `${line?.section.key} ${record.id}` : `line ${item.index}`
          return (
            <li key={key} className="absolute inset-x-0 top-0" style={{ height: item.size, transform: `translateY(${item.start}px)` }}>
              {line?.kind === 'head' && line.section.group && groupField ? (
                <button type="button" aria-expanded={line.section.open} onClick={() => rows.fold(line.section.key, !line.section.open)} className="flex h-full w-full items-center gap-2 border-b border-line bg-subtle px-4 text-start">
                  <ChevronDown size={16} className={cx('shrink-0 text-fg-3 transition-transform', !line.section.open && '-rotate-90 rtl:rotate-90')} />
                  <span className="min-w-0 flex-1 truncate font-medium"><GroupName group={line.section.group} field={groupField} unit={grouping?.unit ?? null} plain /></span>
                  <span className="text-meta text-fg-3 tabular-nums">{formatNumber(Number(line.section.group.values['count'] ?? 0), locale)}</span>
                </button>
              ) : line?.kind === 'more' ? (
                <button type="button" onClick={() => rows.showMore(line.section.key)} className="h-full w-full border-b border-line px-4 text-start font-medium text-accent-text">{t('grid.show_more', { count: line.section.hidden, number: formatNumber(line.section.hidden, locale) })}</button>
              ) : record ? (
                <PhoneRow object={object} record={record} phone={contact.phone} email={contact.email} second={secondOf(record, seconds)}>
                  {figure && <FieldValue field={figure.field} record={record} />}
                  {status && <FieldValue field={status.field} record={record} />}
                </PhoneRow>
              ) : (
                <div className="flex h-full items-center gap-3 border-b border-line px-4" aria-hidden><span className="bone size-9 rounded-full" /><span className="bone h-4 w-2/5" /></div>
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** What stands under the name: the record's own second line, else the first value that is filled. */
function secondOf(record: RecordData, columns: readonly Column[]): ReactNode {
  if (record.subtitle) return record.subtitle
  const column = columns.find((one) => !isEmpty(record[one.name]))
  if (!column) return null
  // A link within the row's own link would be none.
  const { field } = column
  if (field.type === 'link' || field.type === 'links') return linkedOf(record, field).map((one) => one.title).join(', ')
  return <FieldValue field={field} record={record} />
}

/** How far a row is pulled before its actions stay open, and how wide they are. */
const OPENS = 48
const ACTION = 72

function PhoneRow({ object, record, phone, email, second, children }: { object: ObjectDef; record: RecordData; phone: FieldDef | undefined; email: FieldDef | undefined; second: ReactNode; children: ReactNode }) {
  const { t } = useTranslation()
  const acts = useActs()
  const [pulled, setPulled] = useState(0)
  const start = useRef<{ x: number; y: number; from: number; sideways: boolean | null } | null>(null)
  const number = phone ? String(record[phone.name] ?? '') : ''
  const address = email ? String(record[email.name] ?? '') : ''
  const call = number ? `tel:${number.replace(/[^\d+]/g, '')}` : null
  const write = address ? `mailto:${address}` : null
  const edit = () => openForm({ kind: 'edit', object: object.name, id: record.id })
  const drop = () => void acts.trash(object, record)

  const quick: { key: string; label: string; icon: ReactNode; look: string; href?: string; run?: () => void }[] = [
    ...(call ? [{ key: 'call', label: t('phone.call'), icon: <Phone size={18} />, look: 'bg-ok-soft text-ok', href: call }] : []),
    ...(write ? [{ key: 'write', label: t('phone.write'), icon: <Mail size={18} />, look: 'bg-accent-soft text-accent-text', href: write }] : []),
    ...(object.can.update ? [{ key: 'edit', label: t('phone.edit'), icon: <PencilLine size={18} />, look: 'bg-hover text-fg-2', run: edit }] : []),
    ...(object.can.delete ? [{ key: 'delete', label: t('bulk.delete'), icon: <Trash2 size={18} />, look: 'bg-bad-soft text-bad', run: drop }] : []),
  ]
  const room = quick.length * ACTION

  function onPointerDown(event: PointerEvent) {
    if (event.pointerType === 'touch') start.current = { x: event.clientX, y: event.clientY, from: pulled, sideways: null }
  }
  function onPointerMove(event: PointerEvent<HTMLDivElement>) {
    const from = start.current
    if (!from) return
    const way = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1
    const x = (from.x - event.clientX) * way
    if (from.sideways === null && Math.hypot(x, event.clientY - from.y) > 8) from.sideways = Math.abs(x) > Math.abs(event.clientY - from.y)
    if (from.sideways) setPulled(Math.max(0, Math.min(room, from.from + x)))
  }
  function onPointerUp() {
    const from = start.current
    start.current = null
    if (from?.sideways) setPulled((held) => (held > OPENS && (from.from === 0 || held > from.from - OPENS) ? room : 0))
  }

  return (
    <div className="relative h-full overflow-hidden border-b border-line" onPointerDown={onPointerDown} onPointerMove={onPointerMove} onPointerUp={onPointerUp} onPointerCancel={onPointerUp}>
      {pulled > 0 && (
        <div className="absolute inset-y-0 end-0 flex" style={{ width: room }}>
          {quick.map((one) => one.href ? (
            <a key={one.key} href={one.href} className={cx('flex flex-1 flex-col items-center justify-center gap-0.5 text-label', one.look)}>{one.icon}{one.label}</a>
          ) : (
            <button key={one.key} type="button" onClick={() => { setPulled(0); one.run?.() }} className={cx('flex flex-1 flex-col items-center justify-center gap-0.5 text-label', one.look)}>{one.icon}{one.label}</button>
          ))}
        </div>
      )}
      <div className={cx('relative flex h-full touch-pan-y items-center bg-surface transition-transform duration-150 rtl:[--way:-1]', start.current && 'transition-none')} style={{ transform: pulled > 0 ? `translateX(calc(${-pulled}px * var(--way, 1)))` : undefined }}>
        <Link to="/o/$plural/$id" params={{ plural: object.plural, id: record.id }} draggable={false} onClick={(event) => { if (pulled > 0) { event.preventDefault(); setPulled(0) } }} className="flex h-full min-w-0 flex-1 items-center gap-3 ps-4 active:bg-hover">
          <Face kind={faceOf(object)} name={record.title} icon={object.icon} size={36} />
          <span className="flex min-w-0 flex-1 flex-col">
            <span className="truncate text-lead font-medium">{record.title || t('common.untitled')}</span>
            <span className="flex min-w-0 truncate text-meta text-fg-2">{second}</span>
          </span>
          <span className="flex max-w-[40%] shrink-0 flex-col items-end gap-1 text-meta text-fg-2">{children}</span>
        </Link>
        {quick.length > 0 && (
          <Drop align="end" trigger={<button type="button" aria-label={t('phone.menu_of', { title: record.title || t('common.untitled') })} className="grid h-full w-10 shrink-0 place-items-center text-fg-3"><EllipsisVertical size={16} /></button>}>
            {quick.map((one) => (
              <DropItem key={one.key} icon={one.icon} danger={one.key === 'delete'} onClick={() => (one.href ? window.open(one.href, '_self') : one.run?.())}>{one.label}</DropItem>
            ))}
          </Drop>
        )}
      </div>
    </div>
  )
}
