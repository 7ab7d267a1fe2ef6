/** The head of the table: names of columns with their menus; dragged to another place, pulled to another width. */

import { ArrowDown, ArrowUp } from 'lucide-react'
import { lazy, Suspense, useState, type PointerEvent as ReactPointerEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { ObjectDef } from '@/lib/definitions'
import { MAX_WIDTH, MIN_WIDTH, type ListState, type SortKey } from '@/lib/listUrl'
import { useLabel } from '@/lib/session'
import { fieldIcon, iconOf } from '@/ui/icons'
import { cx, Drop, Tick } from '@/ui/kit'
import type { Column } from '../columns'
import { cellStyle, HEAD_ROW, SELECT } from './frame'
import { swallowClick } from './usePointer'

const HeaderMenu = lazy(() => import('./HeaderMenu'))

export function Header({ object, columns, sort, width, state, onState, onFilter, scroller, all, some, onAll, cursor }: {
  object: ObjectDef
  /** The first is the title. */
  columns: readonly Column[]
  sort: SortKey[]
  width: number
  state: ListState
  onState: (change: Partial<ListState>) => void
  onFilter: (field: string) => void
  scroller: HTMLDivElement | null
  all: boolean
  some: boolean
  onAll: (on: boolean) => void
  /** The column whose head has the cursor; -1 for none. */
  cursor: number
}) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [drop, setDrop] = useState<number | null>(null)
  const names = columns.slice(1).map((column) => column.name)

  function reorder(from: number, to: number) {
    const next = [...names]
    const [moved] = next.splice(from, 1)
    if (!moved) return
    next.splice(to > from ? to - 1 : to, 0, moved)
    if (next.join() !== names.join()) onState({ columns: next })
  }

  function setWidth(name: string, pixels: number) {
    onState({ widths: { ...state.widths, [name]: Math.round(Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, pixels))) } })
  }

  /** Resizing writes the CSS variable directly; the state follows when the pointer is let go. */
  function resize(index: number, column: Column) {
    return (event: ReactPointerEvent) => {
      event.preventDefault()
      event.stopPropagation()
      const from = event.clientX
      const sign = scroller && getComputedStyle(scroller).direction === 'rtl' ? -1 : 1
      let pixels = column.width
      const move = (moved: PointerEvent) => {
        pixels = Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, column.width + (moved.clientX - from) * sign))
        scroller?.style.setProperty(`--w${index}`, `${pixels}px`)
      }
      follow(move, () => pixels !== column.width && setWidth(column.name, pixels))
    }
  }

  /** As wide as what it shows now: the widest cell on the screen. */
  function fit(index: number, column: Column) {
    const cells = scroller?.querySelectorAll<HTMLElement>(`[data-column="${index}"], [data-header="${index}"] button`) ?? []
    const widest = Math.max(MIN_WIDTH, ...[...cells].map((cell) => [...cell.children].reduce((sum, child) => sum + child.scrollWidth + 8, 24)))
    setWidth(column.name, widest)
  }

  /** Dragging a header walks it between the others; a line shows where it will land. */
  function drag(index: number) {
    return (event: ReactPointerEvent) => {
      if (event.button !== 0) return
      const from = event.clientX
      const rtl = scroller !== null && getComputedStyle(scroller).direction === 'rtl'
      let to: number | null = null
      const move = (moved: PointerEvent) => {
        if (to === null && Math.abs(moved.clientX - from) < 6) return
        const cells = [...(scroller?.querySelectorAll<HTMLElement>('[data-header]') ?? [])].slice(1)
        to = cells.findIndex((cell) => {
          const box = cell.getBoundingClientRect()
          const middle = box.left + box.width / 2
          return rtl ? moved.clientX > middle : moved.clientX < middle
        })
        if (to === -1) to = cells.length
        setDrop(to)
      }
      follow(move, (ended) => {
        setDrop(null)
        if (to === null) return
        ended.preventDefault()
        // The click that follows a drag must not open the menu.
        swallowClick()
        reorder(index, to)
      })
    }
  }

  return (
    <div role="row" aria-rowindex={1} className="sticky top-0 z-6 flex shrink-0 border-b border-line bg-surface" style={{ minWidth: width + 24, height: HEAD_ROW }}>
      <div role="columnheader" aria-colindex={1} aria-label={t('list.select_all')} className="sticky start-0 z-7 grid shrink-0 place-items-center bg-surface" style={{ width: SELECT }}>
        <Tick label={t('list.select_all')} checked={all} some={some && !all} onChange={onAll} tabIndex={-1} />
      </div>
      {columns.map((column, index) => {
        const place = sort.findIndex((key) => key.field === column.name)
        const sorted = sort[place]
        const Icon = index === 0 ? iconOf(object.icon) : fieldIcon(column.field)
        const at = index - 1
        return (
          <div
            key={column.name}
            id={`head-${index}`}
            role="columnheader"
            data-header={index}
            aria-colindex={index + 2}
            aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : column.sortable ? 'none' : undefined}
            style={cellStyle(column, index)}
            className={cx(
              'group/h relative flex shrink-0 items-center',
              column.pinned && 'sticky z-6 bg-surface',
              column.pinned && columns[index + 1]?.pinned !== true && 'border-e border-line',
              cursor === index && 'after:pointer-events-none after:absolute after:inset-0 after:rounded-[3px] after:shadow-[inset_0_0_0_2px_var(--accent)]',
              drop === at && index > 0 && 'before:absolute before:-start-px before:inset-y-0 before:z-9 before:w-0.5 before:bg-accent',
              drop === names.length && at === names.length - 1 && 'before:absolute before:-end-px before:inset-y-0 before:z-9 before:w-0.5 before:bg-accent',
            )}
          >
            <Drop
              onRelease
              trigger={
                <button
                  type="button"
                  tabIndex={-1}
                  onPointerDown={index === 0 ? undefined : drag(at)}
                  className={cx('flex h-full min-w-0 flex-1 items-center gap-1.5 px-2.5 text-meta font-medium text-fg-3 outline-none hover:bg-subtle hover:text-fg-2 data-popup-open:bg-hover', column.align === 'end' && 'justify-end', index === 0 && 'ps-1')}
                >
                  <Icon size={13} strokeWidth={1.75} className="shrink-0" />
                  <span className="truncate">{labelOf(column.field.label)}</span>
                  {sorted && (sorted.descending ? <ArrowDown size={12} className="shrink-0 text-accent-text" /> : <ArrowUp size={12} className="shrink-0 text-accent-text" />)}
                  {sorted && sort.length > 1 && <span className="shrink-0 text-label font-semibold text-accent-text tabular-nums">{place + 1}</span>}
                </button>
              }
            >
              <Suspense><HeaderMenu column={column} index={index} names={names} state={state} onState={onState} onFilter={onFilter} onWidth={(pixels) => setWidth(column.name, pixels)} onMove={(to) => reorder(at, to)} /></Suspense>
            </Drop>
            <span onPointerDown={resize(index, column)} onDoubleClick={() => fit(index, column)} className="absolute -end-1 inset-y-0 z-8 w-2 cursor-col-resize after:absolute after:start-[3px] after:inset-y-2 after:w-0.5 after:rounded-full hover:after:bg-accent" />
          </div>
        )
      })}
      <div className="min-w-6 flex-1" />
    </div>
  )
}

/** Follows the pointer until it is let go. */
function follow(move: (event: PointerEvent) => void, end: (event: PointerEvent) => void): void {
  const stop = (event: PointerEvent) => {
    window.removeEventListener('pointermove', move)
    window.removeEventListener('pointerup', stop)
    window.removeEventListener('pointercancel', stop)
    end(event)
  }
  window.addEventListener('pointermove', move)
  window.addEventListener('pointerup', stop)
  window.addEventListener('pointercancel', stop)
}
