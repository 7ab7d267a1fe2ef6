/** The lines on the screen and a few around them; alone in following the scrolling. */

import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { lazy, memo, Suspense, useEffect, useLayoutEffect, type RefObject } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import type { Cursor, Range } from '@/lib/gridKeys'
import type { RecordData } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { cx } from '@/ui/kit'
import type { Column } from '../columns'
import type { Unit } from '../layouts/groups'
import { HEAD_ROW, ROW, SELECT } from './frame'
import type { Line, Lines } from './lines'
import type { Middle } from './listWindow'
import { BoneRow, Row, type OnDone } from './Row'
import type { Editing, Faults } from './useEditing'

const GroupRow = lazy(() => import('./GroupRow').then((module) => ({ default: module.GroupRow })))

/** Grey rows that a reader may run into before the next page has come. */
const STRAY = 100

export interface BodyProps {
  object: ObjectDef
  lines: Lines
  recordAt: (line: number) => RecordData | undefined
  columns: readonly Column[]
  group: { field: FieldDef; unit: Unit | null } | null
  figures: Record<string, string>
  scroller: HTMLDivElement | null
  width: number
  virtual: RefObject<Virtualizer<HTMLDivElement, Element> | null>
  cursor: Cursor | null
  /** With its corners in order; null for a single cell. */
  range: Range | null
  /** The last line that the corner was pulled to. */
  fillTo: number | null
  editing: Editing | null
  faults: Faults
  isSelected: (record: RecordData, section: string) => boolean
  isGroupSelected: (section: string) => boolean
  peek: string | null
  onDone: OnDone
  /** Lines that are reached from either end, not by leaping into them. */
  middle: Middle | null
  onSee: (from: number, to: number) => void
}

export const Body = memo(function Body(props: BodyProps) {
  const { lines, scroller, width, virtual, middle, onSee } = props
  const rowVirtualizer = useVirtualizer({ count: lines.count, getScrollElement: () => scroller, estimateSize: () => ROW, overscan: 6, scrollPaddingStart: HEAD_ROW, scrollPaddingEnd: 40, useFlushSync: false })
  useLayoutEffect(() => {
    virtual.current = rowVirtualizer
  })
  const items = rowVirtualizer.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => onSee(first, last), [onSee, first, last])
  // Who pulls the bar into the middle is set down at its nearer end, and reads on from there.
  useEffect(() => {
    if (!middle || first < middle.from + STRAY || last > middle.to - STRAY) return
    const isNearTop = first - middle.from < middle.to - last
    const back = setTimeout(() => virtual.current?.scrollToIndex(isNearTop ? middle.from : middle.to, { align: isNearTop ? 'end' : 'start' }), 250)
    return () => clearTimeout(back)
  }, [middle, first, last, virtual])

  return (
    <div role="rowgroup" className="relative shrink-0" style={{ height: rowVirtualizer.getTotalSize(), minWidth: width + 24 }}>
      {items.map((item) => {
        const line = lines.at(item.index)
        if (!line) return null
        const record = line.kind === 'row' ? props.recordAt(item.index) : undefined
        const isEditing = record !== undefined && props.editing?.id === record.id
        return (
          <div
            key={keyOf(line, record, item.index)}
            role="row"
            data-row={item.index}
            aria-rowindex={item.index + 2}
            aria-level={props.group ? (line.kind === 'row' ? 2 : 1) : undefined}
            aria-expanded={line.kind === 'head' ? line.section.open : undefined}
            aria-selected={record ? props.isSelected(record, line.section.key) : undefined}
            className={cx('absolute inset-x-0 top-0', isEditing || props.cursor?.row === item.index || (record && isFaulty(props.faults, record)) ? 'z-4' : 'contain-[layout_style]')}
            style={{ height: ROW, transform: `translateY(${item.start}px)` }}
          >
            <LineView {...props} line={line} record={record} at={item.index} isEditing={isEditing} />
          </div>
        )
      })}
    </div>
  )
})

/** Its reasons reach over the rows below. */
function isFaulty(faults: Faults, record: RecordData): boolean {
  if (faults.size === 0) return false
  for (const key of faults.keys()) if (key.startsWith(`${record.id} `)) return true
  return false
}

function keyOf(line: Line, record: RecordData | undefined, at: number): string {
  if (line.kind !== 'row') return `${line.kind} ${line.section.key}`
  return record ? `${line.section.key} ${record.id}` : `bone ${at}`
}

function LineView({ line, record, at, isEditing, ...props }: BodyProps & { line: Line; record: RecordData | undefined; at: number; isEditing: boolean }) {
  const active = props.cursor?.row === at
  if (line.kind === 'head' && line.section.group && props.group) {
    return <Suspense><GroupRow group={line.section.group} field={props.group.field} unit={props.group.unit} open={line.section.open} columns={props.columns} figures={props.figures} line={at} active={active} selected={props.isGroupSelected(line.section.key)} /></Suspense>
  }
  if (line.kind === 'more') return <MoreRow line={at} hidden={line.section.hidden} active={active} />
  if (!record) return <BoneRow columns={props.columns} />
  const { range, fillTo } = props
  const inRange = range !== null && at >= range.from.row && at <= range.to.row
  const bottom = range ? range.to.row : (props.cursor?.row ?? -1)
  const right = range ? range.to.column : (props.cursor?.column ?? -1)
  return (
    <Row
      object={props.object}
      record={record}
      columns={props.columns}
      line={at}
      selected={props.isSelected(record, line.section.key)}
      peeked={props.peek === record.id}
      cursor={active ? (props.cursor?.column ?? -1) : -1}
      span={inRange ? spanOf(range, at) : null}
      corner={props.cursor && at === bottom && fillTo === null ? right : -1}
      filling={fillTo !== null && at > bottom && at <= fillTo ? columnsOfRange(range, props.cursor) : null}
      editing={isEditing ? props.editing : null}
      faults={props.faults.size > 0 ? props.faults : null}
      onDone={props.onDone}
    />
  )
}

// The same span must be the same object, or each move of the cursor would draw every row of the range anew.
const spans = new Map<string, { from: number; to: number; top: boolean; bottom: boolean }>()

function spanOf(range: Range, at: number) {
  const span = { from: range.from.column, to: range.to.column, top: at === range.from.row, bottom: at === range.to.row }
  const key = `${span.from} ${span.to} ${span.top} ${span.bottom}`
  const known = spans.get(key)
  if (known) return known
  if (spans.size > 500) spans.clear()
  spans.set(key, span)
  return span
}

function columnsOfRange(range: Range | null, cursor: Cursor | null): { from: number; to: number } | null {
  if (range) return spanOf(range, -1)
  return cursor ? { from: cursor.column, to: cursor.column } : null
}

function MoreRow({ line, hidden, active }: { line: number; hidden: number; active: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <div className="flex h-full border-b border-line bg-surface">
      <div className="sticky start-0 flex items-center" style={{ paddingInlineStart: SELECT + 4 }}>
        <div id={`more-${line}`} role="gridcell" data-more className={cx('flex h-6 items-center rounded-sm px-2 text-meta font-medium text-accent-text hover:bg-hover', active && 'shadow-[inset_0_0_0_2px_var(--accent)]')}>
          {t('grid.show_more', { count: hidden, number: formatNumber(hidden, locale) })}
        </div>
      </div>
    </div>
  )
}
