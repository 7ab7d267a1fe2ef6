/**
 * The table: what stands on which line, where the cursor is, and which key, click or clipboard does what. The parts are
 * beside it: rows and groups in `useTableRows`, edits in `useEditing`, ranges in `useRangeActs`, and what is drawn.
 */

import { useNavigate } from '@tanstack/react-router'
import type { Virtualizer } from '@tanstack/react-virtual'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type ClipboardEvent, type KeyboardEvent, type MouseEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { afterEdit, gridAction, HEAD, squared, type Cursor, type Range } from '@/lib/gridKeys'
import { isCommand } from '@/lib/keys'
import { printSort, type ListState } from '@/lib/listUrl'
import type { Linked } from '@/lib/records'
import { useLabel, useLocale, useSettings } from '@/lib/session'
import type { EditKey } from '@/ui/InlineEdit'
import { Button, cx } from '@/ui/kit'
import type { Column } from '../columns'
import { Body } from './Body'
import { figureName, figureOf } from './figures'
import { revealColumn, titleColumn, totalWidth, widthsOf } from './frame'
import { parseGrouping } from './groups'
import { Header } from './Header'
import { Skeleton } from './Skeleton'
import { useEditing } from './useEditing'
import { usePointer } from './usePointer'
import { MOST_ROWS, useRangeActs } from './useRangeActs'
import { useSelection } from './useSelection'
import { useTableRows } from './useTableRows'

const BulkBar = lazy(() => import('../BulkBar'))
const Footer = lazy(() => import('./Footer').then((module) => ({ default: module.Footer })))
const Nothing = lazy(() => import('./states').then((module) => ({ default: module.Nothing })))
const NotAnswered = lazy(() => import('./states').then((module) => ({ default: module.NotAnswered })))
const PastePanel = lazy(() => import('./PastePanel'))

/** Rows a page key walks. */
const PAGE = 18

export interface TableProps {
  object: ObjectDef
  /** Without the first, which is the title. */
  columns: Column[]
  /** Every field a row may be grouped by. */
  fields: FieldDef[]
  filter: string
  asked: string
  peek: string | null
  state: ListState
  onState: (change: Partial<ListState>) => void
  onPeek: (id: string | null) => void
  /** Opens the choice of conditions, or a condition on this field. */
  onAddFilter: (field?: string) => void
  exportUrl: (format: string, filter?: string) => string
}

export function TableView({ object, columns: chosen, fields, filter, asked, peek, state, onState, onPeek, onAddFilter, exportUrl }: TableProps) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const navigate = useNavigate()
  const [settings] = useSettings()
  const letters = settings.letters !== false

  const titleWidth = state.widths['title']
  const columns = useMemo(() => [titleColumn(object, titleWidth), ...chosen], [object, titleWidth, chosen])
  const { group, shownGroup } = useMemo(() => {
    const grouping = parseGrouping(state.group)
    const field = grouping ? fields.find((one) => one.name === grouping.field) : undefined
    return { group: field && grouping ? grouping : null, shownGroup: field && grouping ? { field, unit: grouping.unit } : null }
  }, [state.group, fields])
  const figures = useMemo(() => columns.slice(1).flatMap((column) => figureName(column.field, figureOf(column.field, state.figures[column.name])) ?? []), [columns, state.figures])
  const sorted = printSort(state.sort)
  const rows = useTableRows(object.plural, filter, sorted, asked, group, figures)
  const { lines, recordAt } = rows

  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const virtual = useRef<Virtualizer<HTMLDivElement, Element> | null>(null)
  const [cursor, setCursor] = useState<Cursor>({ row: 0, column: 0 })
  /** The other corner of the range; null while a single cell is meant. */
  const [anchor, setAnchor] = useState<Cursor | null>(null)
  const [active, setActive] = useState(false)
  const [fillTo, setFillTo] = useState<number | null>(null)
  const selection = useSelection(rows, filter)
  const edits = useEditing(object)
  const { editing, setEditing, begin, save, faults } = edits
  const acts = useRangeActs(object, columns, rows, edits.keepRefused)

  const range = useMemo<Range | null>(() => (anchor && (anchor.row !== cursor.row || anchor.column !== cursor.column) ? squared({ from: anchor, to: cursor }) : null), [anchor, cursor])
  const shape = useMemo(() => ({ rows: lines.count, columns: columns.length, page: PAGE }), [lines.count, columns.length])

  // Another question begins at its top.
  useEffect(() => {
    setEditing(null)
    setAnchor(null)
    setCursor((held) => ({ row: 0, column: held.column }))
    scroller?.scrollTo({ top: 0 })
  }, [filter, sorted, state.group, scroller, setEditing])

  // An arrow pressed while nothing has the focus begins in the table.
  useEffect(() => {
    const onArrow = (event: globalThis.KeyboardEvent) => {
      const nobody = document.activeElement === document.body || document.activeElement?.id === 'page'
      if (!scroller || !nobody || event.defaultPrevented || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return
      event.preventDefault()
      scroller.focus({ preventScroll: true })
    }
    window.addEventListener('keydown', onArrow)
    return () => window.removeEventListener('keydown', onArrow)
  }, [scroller])

  const go = useCallback((to: Cursor) => {
    setCursor(to)
    if (to.row !== HEAD) virtual.current?.scrollToIndex(to.row, { align: 'auto' })
    requestAnimationFrame(() => revealColumn(scroller, columns, to.column))
  }, [scroller, columns])

  // The last row of all is read before the cursor can stand on it.
  const [ending, setEnding] = useState<Cursor | null>(null)
  const { toEnd } = rows
  async function goToEnd(column: number, extend: boolean) {
    const from = extend ? (anchor ?? cursor) : null
    try {
      const row = await toEnd()
      setAnchor(from)
      setEnding({ row, column })
    } catch {
      notify({ text: t('state.failed'), tone: 'bad' })
    }
  }
  useEffect(() => {
    if (!ending || ending.row >= lines.count) return
    setEnding(null)
    go(ending)
  }, [ending, lines, go])

  function chooseLines(of: Range) {
    if (!selection.chooseLines(of.from.row, of.to.row)) notify({ text: t('grid.too_many_to_choose', { number: formatNumber(MOST_ROWS, locale) }), tone: 'bad' })
  }

  function edit(at: Cursor, typed?: string) {
    const record = recordAt(at.row)
    const column = columns[at.column]
    if (!record || !column) return
    setAnchor(null)
    setCursor(at)
    begin(record, column.field, { line: at.row, column: at.column }, typed)
  }

  const finishEdit = useCallback((value: unknown, key: EditKey | null, linked: Linked | Linked[] | null | undefined, version: number) => {
    const at = editing
    setEditing(null)
    if (!at) return
    const record = recordAt(at.line)
    const column = columns[at.column]
    if (record && record.id === at.id && column && value !== undefined) {
      save(record, column.field, value, { linked, version, place: `cell-${at.line}-${at.column}` })
    }
    if (!key) return
    go(afterEdit({ key: key.key, shift: key.shift ?? false }, { row: at.line, column: at.column }, shape))
    scroller?.focus({ preventScroll: true })
  }, [editing, setEditing, recordAt, columns, save, shape, go, scroller])

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    const target = event.target as HTMLElement
    const fromHead = target.closest('[data-header] button') !== null
    if (editing || (target !== event.currentTarget && !fromHead) || lines.count === 0) return
    // A menu that closed has left the focus in the head: arrows take it back to the cells.
    if (fromHead && !/^(Arrow|Escape|Tab)/.test(event.key)) return
    if (fromHead && event.key !== 'Tab') scroller?.focus({ preventScroll: true })
    const line = cursor.row === HEAD ? null : lines.at(cursor.row)
    const action = gridAction({ key: event.key, shift: event.shiftKey, command: isCommand(event), alt: event.altKey }, cursor, shape, letters, line?.kind === 'head')
    if (!action) return
    event.preventDefault()
    event.stopPropagation()
    const record = recordAt(cursor.row)
    const place = range ?? { from: cursor, to: cursor }
    switch (action.do) {
      case 'move': {
        if (isCommand(event) && (event.key === 'End' || event.key === 'ArrowDown')) return void goToEnd(action.to.column, action.extend)
        setAnchor(action.extend ? (anchor ?? cursor) : null)
        go(action.to)
        const next = recordAt(action.to.row)
        if (peek && next && next.id !== peek) onPeek(next.id)
        return
      }
      case 'edit': {
        if (cursor.row === HEAD) return scroller?.querySelector<HTMLElement>(`[data-header="${cursor.column}"] button`)?.click()
        if (line?.kind === 'head') return action.with ? undefined : rows.fold(line.section.key, !line.section.open)
        if (line?.kind === 'more') return action.with ? undefined : rows.showMore(line.section.key)
        return edit(cursor, action.with)
      }
      case 'fold': return line ? rows.fold(line.section.key, action.open) : undefined
      case 'clear_cells': return void acts.clear(place)
      case 'fill_down': return void acts.fillDown(place)
      case 'toggle_row': {
        if (!range) return selection.toggle(cursor.row, false)
        return chooseLines(range)
      }
      case 'select_rows': return chooseLines(place)
      case 'select_all': return selection.chooseAll()
      case 'peek': {
        if (line?.kind === 'head') return rows.fold(line.section.key, !line.section.open)
        return onPeek(peek ? null : (record?.id ?? null))
      }
      case 'open':
        if (record) void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id: record.id } })
        return
      case 'leave': {
        const field = columns[cursor.column]?.field
        if (record && field && faults.size > 0) edits.dropFault(record.id, field.name)
        if (range) setAnchor(null)
        else if (selection.ids.size > 0 || selection.everything) selection.clear()
        else if (peek) onPeek(null)
        return
      }
      case 'add_filter': return onAddFilter()
      case 'clear_filter': return onState({ filter: '', search: '' })
    }
  }

  function onClipboard(event: ClipboardEvent<HTMLDivElement>) {
    if (editing || event.target !== event.currentTarget || cursor.row === HEAD) return
    const place = range ?? { from: cursor, to: cursor }
    if (event.type === 'paste') {
      event.preventDefault()
      void acts.paste(place, event.clipboardData.getData('text/plain'))
    } else if (event.type === 'cut') acts.cut(place, event.nativeEvent)
    else acts.copy(place, event.nativeEvent)
  }

  const onRange = useCallback((from: Cursor, to: Cursor) => {
    setAnchor(from)
    setCursor(to)
    scroller?.focus({ preventScroll: true })
  }, [scroller])
  const onFilled = useCallback((line: number) => void acts.fillTo(range ?? { from: cursor, to: cursor }, line), [acts, range, cursor])
  const onPointerDown = usePointer({ scroller, onRange, onFill: setFillTo, onFilled })

  function onClick(event: MouseEvent<HTMLDivElement>) {
    const target = event.target as HTMLElement
    const rowElement = target.closest<HTMLElement>('[data-row]')
    if (!rowElement || target.closest('input,textarea,a[href]')) return
    const row = Number(rowElement.dataset['row'])
    const line = lines.at(row)
    if (target.closest('[data-select]')) return selection.toggle(row, event.shiftKey)
    const column = Number(target.closest<HTMLElement>('[data-column]')?.dataset['column'] ?? cursor.column)
    if (line?.kind === 'head' || line?.kind === 'more') {
      setCursor({ row, column: 0 })
      setAnchor(null)
      if (line.kind === 'head') rows.fold(line.section.key, !line.section.open)
      else if (target.closest('[data-more]')) rows.showMore(line.section.key)
      return
    }
    const record = recordAt(row)
    if (!record) return
    if (target.closest('[data-peek]')) {
      setCursor({ row, column })
      setAnchor(null)
      return onPeek(record.id)
    }
    if (event.detail === 2) return edit({ row, column })
    setAnchor(event.shiftKey ? (anchor ?? cursor) : null)
    setCursor({ row, column })
    if (peek && record.id !== peek) onPeek(record.id)
  }

  const variables = useMemo(() => widthsOf(columns), [columns])
  const width = totalWidth(columns)
  const everyRow = selection.everything?.section === null
  const header = (
    <Header
      object={object}
      columns={columns}
      sort={state.sort}
      width={width}
      state={state}
      onState={onState}
      onFilter={onAddFilter}
      scroller={scroller}
      all={everyRow}
      some={selection.ids.size > 0 || selection.everything !== null}
      onAll={(on) => (on ? selection.chooseAll() : selection.clear())}
      cursor={active && cursor.row === HEAD ? cursor.column : -1}
    />
  )

  if (rows.error && lines.count === 0) return <Suspense><NotAnswered error={rows.error} onState={onState} onRetry={rows.again} /></Suspense>
  if (rows.pending) return <Skeleton header={header} columns={columns} variables={variables} />
  if (lines.count === 0) return <Suspense><Nothing object={object} filter={filter} onAddFilter={() => onAddFilter()} onState={onState} /></Suspense>

  const here = cursor.row === HEAD ? `head-${cursor.column}` : lines.at(cursor.row)?.kind === 'head' ? `group-${cursor.row}` : lines.at(cursor.row)?.kind === 'more' ? `more-${cursor.row}` : `cell-${cursor.row}-${cursor.column}`
  return (
    <div className="relative flex min-w-0 flex-1 flex-col">
      <div
        ref={setScroller}
        role={group ? 'treegrid' : 'grid'}
        aria-label={labelOf(object.label_plural)}
        aria-rowcount={rows.count?.exact && !group ? rows.count.value + 1 : -1}
        aria-colcount={columns.length + 1}
        aria-multiselectable
        aria-activedescendant={active ? here : undefined}
        tabIndex={0}
        onFocus={(event) => setActive(event.target === event.currentTarget || active)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget as globalThis.Node) && setActive(false)}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onPointerDown={onPointerDown}
        onCopy={onClipboard}
        onCut={onClipboard}
        onPaste={onClipboard}
        style={variables}
        className={cx('flex min-h-0 flex-1 flex-col overflow-auto overscroll-contain outline-none transition-opacity duration-150', rows.stale && 'opacity-55')}
      >
        {header}
        <Body
          object={object}
          lines={lines}
          recordAt={recordAt}
          columns={columns}
          group={shownGroup}
          figures={state.figures}
          scroller={scroller}
          width={width}
          virtual={virtual}
          cursor={active || editing || range ? cursor : null}
          range={range}
          fillTo={fillTo}
          editing={editing}
          faults={faults}
          isSelected={selection.isSelected}
          isGroupSelected={selection.isGroupSelected}
          peek={peek}
          onDone={finishEdit}
          middle={rows.middle}
          onSee={rows.see}
        />
        <Suspense fallback={<div className="sticky bottom-0 mt-auto h-9 shrink-0 border-t border-line bg-surface" />}>
          <Footer object={object} columns={columns} filter={filter} width={width} count={rows.count ?? null} overlap={rows.groups?.overlap === true} state={state} onState={onState} />
        </Suspense>
      </div>
      <span role="status" className="sr-only">{range ? t('grid.cells_chosen', { count: rows.rowsBetween(range.from.row, range.to.row) * (range.to.column - range.from.column + 1) }) : ''}</span>
      {(selection.ids.size > 0 || selection.everything) && (
        <Suspense>
          <BulkBar object={object} selection={selection} total={rows.count ?? null} exportUrl={exportUrl} />
        </Suspense>
      )}
      {acts.plan && (
        <Suspense>
          <PastePanel plan={acts.plan} onClose={acts.dropPlan} onApply={() => acts.plan && void acts.apply(acts.plan)} />
        </Suspense>
      )}
      {rows.nextFailed && (
        <div role="alert" className="absolute inset-x-0 bottom-11 z-10 mx-auto flex w-fit items-center gap-3 rounded-lg bg-raised px-3 py-1.5 shadow-3">
          <span className="text-bad">{t('state.failed')}</span>
          <Button size="sm" look="outline" onClick={rows.again}>{t('common.retry')}</Button>
        </div>
      )}
    </div>
  )
}
