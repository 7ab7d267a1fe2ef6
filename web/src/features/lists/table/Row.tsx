/** One record as a row of cells; drawn again only when something of it changed. */

import { Link } from '@tanstack/react-router'
import { PanelRight } from 'lucide-react'
import { memo, useRef, type CSSProperties, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { faceOf, type ObjectDef } from '@/lib/definitions'
import type { RecordData } from '@/lib/records'
import { Face } from '@/ui/Face'
import { FieldValue } from '@/ui/FieldValue'
import { InlineEdit, type InlineEditProps } from '@/ui/InlineEdit'
import { cx } from '@/ui/kit'
import type { Column } from '../columns'
import { cellStyle, SELECT } from './frame'
import { faultKey, withFaults, type Editing, type Fault, type Faults } from './useEditing'

export type OnDone = InlineEditProps['onDone']

/** The part of the range that lies in this row. */
export interface Span {
  from: number
  to: number
  top: boolean
  bottom: boolean
}

export interface RowProps {
  object: ObjectDef
  record: RecordData
  columns: readonly Column[]
  line: number
  selected: boolean
  peeked: boolean
  /** The cell with the cursor; -1 for none. */
  cursor: number
  span: Span | null
  /** The column whose corner can be pulled down; -1 for none. */
  corner: number
  /** Being filled by the corner that is pulled. */
  filling: { from: number; to: number } | null
  editing: Editing | null
  faults: Faults | null
  onDone: OnDone
}

export const Row = memo(function Row({ object, record: saved, columns, line, selected, peeked, cursor, span, corner, filling, editing, faults, onDone }: RowProps) {
  const { t } = useTranslation()
  const shade = selected || peeked ? '[--row:color-mix(in_oklch,var(--accent-soft)_55%,var(--surface))]' : '[--row:var(--surface)] hover:[--row:var(--subtle)]'
  const record = faults ? withFaults(saved, faults, columns.map((column) => column.field.name)) : saved
  return (
    <div className={cx('group/r flex h-full border-b border-line bg-(--row)', shade)}>
      <div role="gridcell" aria-colindex={1} data-select aria-label={selected ? t('list.selected_row') : t('list.select_row')} className="sticky start-0 z-2 grid shrink-0 place-items-center bg-(--row)" style={{ width: SELECT }}>
        <span className={cx('grid size-4 place-items-center rounded-xs', selected ? 'bg-accent text-accent-fg' : 'opacity-0 shadow-[inset_0_0_0_1px_var(--line-strong)] group-hover/r:opacity-100 pointer-coarse:opacity-100')}>
          {selected && <TickMark />}
        </span>
      </div>
      {columns.map((column, index) => {
        const spanned = span !== null && index >= span.from && index <= span.to
        return (
          <Cell
            key={column.name}
            line={line}
            index={index}
            column={column}
            last={column.pinned && columns[index + 1]?.pinned !== true}
            active={cursor === index}
            edge={spanned ? edgeOf(span, index) : null}
            corner={corner === index}
            filling={filling !== null && index >= filling.from && index <= filling.to}
            editing={editing?.column === index ? editing : null}
            fault={faults?.get(faultKey(saved.id, column.field.name)) ?? null}
            record={record}
            onDone={onDone}
          >
            {index === 0 ? (
              <>
                <Face kind={faceOf(object)} name={record.title} icon={object.icon} size={20} />
                <Link to="/o/$plural/$id" params={{ plural: object.plural, id: record.id }} tabIndex={-1} preload={false} draggable={false} className="truncate font-medium text-fg hover:underline decoration-line-strong underline-offset-3">
                  {record.title || t('common.untitled')}
                </Link>
                <span data-peek title={t('list.peek')} className="ms-auto hidden size-6 shrink-0 place-items-center rounded-xs bg-raised text-fg-3 shadow-[inset_0_0_0_1px_var(--line)] group-hover/r:grid hover:text-fg">
                  <PanelRight size={13} className="rtl:rotate-180" />
                </span>
              </>
            ) : (
              <FieldValue field={column.field} record={record} />
            )}
          </Cell>
        )
      })}
      <div className="min-w-6 flex-1" />
    </div>
  )
})

/** The outline of a range, drawn by its cells: one line along each outer side. */
function edgeOf(span: Span, index: number): CSSProperties {
  const line = 'var(--accent)'
  const sides = [
    span.top && `inset 0 1.5px 0 ${line}`,
    span.bottom && `inset 0 -1.5px 0 ${line}`,
    index === span.from && `inset calc(1.5px * var(--way, 1)) 0 0 ${line}`,
    index === span.to && `inset calc(-1.5px * var(--way, 1)) 0 0 ${line}`,
  ].filter(Boolean)
  return sides.length > 0 ? { boxShadow: sides.join(', ') } : {}
}

function TickMark() {
  return (
    <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden fill="none" stroke="currentColor" strokeWidth="2.400" strokeLinecap="round" strokeLinejoin="round">
      <path d="m2 6.500 2.700 2.500L10 3.300" />
    </svg>
  )
}

function Cell({ line, index, column, last, active, edge, corner, filling, editing, fault, record, onDone, children }: {
  line: number
  index: number
  column: Column
  last: boolean
  active: boolean
  edge: CSSProperties | null
  corner: boolean
  filling: boolean
  editing: Editing | null
  fault: Fault | null
  record: RecordData
  onDone: OnDone
  children: ReactNode
}) {
  const { t } = useTranslation()
  const place = useRef<HTMLDivElement>(null)
  return (
    <div
      ref={place}
      id={`cell-${line}-${index}`}
      role="gridcell"
      data-column={index}
      aria-colindex={index + 2}
      aria-selected={edge !== null || undefined}
      aria-invalid={fault !== null || undefined}
      aria-describedby={fault && active ? `fault-${line}-${index}` : undefined}
      style={cellStyle(column, index)}
      className={cx(
        'relative flex shrink-0 items-center gap-2 px-2.5 text-fg-2 select-none',
        column.align === 'end' && 'justify-end',
        column.pinned && 'sticky z-2 bg-(--row)',
        last && 'border-e border-line',
        index === 0 && 'ps-1',
        editing || (fault && (active || fault.latest)) ? 'z-3 overflow-visible' : corner ? 'z-1' : 'overflow-hidden',
        active && 'after:pointer-events-none after:absolute after:inset-0 after:rounded-[3px] after:shadow-[inset_0_0_0_2px_var(--accent)]',
      )}
    >
      {children}
      {edge && <i aria-hidden className="pointer-events-none absolute inset-0 bg-accent/8 rtl:[--way:-1]" style={edge} />}
      {filling && <i aria-hidden className="pointer-events-none absolute inset-0 border border-dashed border-accent bg-accent/5" />}
      {fault && !editing && <i aria-hidden className="pointer-events-none absolute inset-0 shadow-[inset_0_0_0_1.5px_var(--bad)]" />}
      {corner && !editing && <i aria-hidden data-corner title={t('grid.fill_hint')} className="absolute end-0 bottom-0 z-2 size-2 cursor-crosshair rounded-ss-[3px] bg-accent shadow-[0_0_0_1px_var(--surface)]" />}
      {editing && <InlineEdit field={column.field} record={record} typed={editing.typed} unsaved={fault !== null} anchor={place} onDone={onDone} className="absolute inset-0 z-4 h-full w-full px-2.5" />}
      {fault && (active || editing || fault.latest) && (
        <span id={`fault-${line}-${index}`} role="alert" className="absolute start-0 top-full z-5 mt-1 w-max max-w-72 rounded-md bg-bad-soft px-2 py-1 text-start text-meta whitespace-normal text-bad shadow-2">
          {fault.detail}
        </span>
      )}
    </div>
  )
}

export function BoneRow({ columns }: { columns: readonly Column[] }) {
  return (
    <div className="flex h-full items-center border-b border-line" aria-hidden>
      <div className="shrink-0" style={{ width: SELECT }} />
      {columns.map((column, index) => (
        <div key={column.name} className="shrink-0 px-2.5" style={{ width: `var(--w${index})` }}>
          <div className="bone h-3 w-3/5" />
        </div>
      ))}
    </div>
  )
}
