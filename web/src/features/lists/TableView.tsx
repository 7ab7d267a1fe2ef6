/**
 * The table itself: rows virtual, pages by key from the server as the reader walks, header, first column and footer in place.
 * Only `Body` follows the scrolling; widths are CSS variables, so a resize draws nothing anew.
 */

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, EyeOff, ListFilter, PanelRight, Plus, Rows3, SearchX, StretchHorizontal, Upload } from 'lucide-react'
import { lazy, memo, Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type MouseEvent, type PointerEvent as ReactPointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { faceOf, isEditable, isNumeric, storedType, titleField, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatMoneyCompact, formatNumber } from '@/lib/format'
import { afterEdit, gridAction, rowsBetween, type Cursor } from '@/lib/gridKeys'
import { isCommand } from '@/lib/keys'
import { MAX_WIDTH, MIN_WIDTH, printSort, type ListState, type SortKey } from '@/lib/listUrl'
import { openForm } from '@/lib/panels'
import { aggregateQuery, listQuery, PAGE_SIZE, type Linked, type RecordData } from '@/lib/records'
import { useLabel, useLocale, useSettings } from '@/lib/session'
import { Face } from '@/ui/Face'
import { FieldValue, figureText } from '@/ui/FieldValue'
import { useValueText } from '@/ui/FieldInput'
import { fieldIcon, iconOf } from '@/ui/icons'
import { InlineEdit, type EditKey } from '@/ui/InlineEdit'
import { Button, cx, Drop, DropItem, DropLine, Tick } from '@/ui/kit'
import { Blank, Failed } from '@/ui/states'
import { TITLE_WIDTH, type Column } from './columns'

const BulkBar = lazy(() => import('./BulkBar'))

const ROW = 36
const SELECT = 40

interface Editing {
  row: number
  column: number
  typed?: string | undefined
  error?: string | undefined
}

export interface TableProps {
  object: ObjectDef
  columns: Column[]
  filter: string
  sort: SortKey[]
  asked: string
  peek: string | null
  state: ListState
  onState: (change: Partial<ListState>) => void
  onPeek: (id: string | null) => void
  onAddFilter: () => void
  exportUrl: (format: string) => string
}

export function TableView({ object, columns, filter, sort, asked, peek, state, onState, onPeek, onAddFilter, exportUrl }: TableProps) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const navigate = useNavigate()
  const acts = useActs()
  const textOf = useValueText()
  const [settings] = useSettings()
  const letters = settings.letters !== false

  const list = useInfiniteQuery({ ...listQuery(object.plural, { filter, sort: printSort(sort), fields: asked }), placeholderData: keepPreviousData })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data])
  const count = list.data?.pages[0]?.count ?? null
  const nextPage = list.hasNextPage && !list.isFetchingNextPage

  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const [cursor, setCursor] = useState<Cursor>({ row: 0, column: 0 })
  const [active, setActive] = useState(false)
  const [anchor, setAnchor] = useState<number | null>(null)
  const [selected, setSelected] = useState<ReadonlySet<string>>(() => new Set())
  const [allInFilter, setAllInFilter] = useState(false)
  const [editing, setEditing] = useState<Editing | null>(null)
  const virtual = useRef<Virtualizer<HTMLDivElement, Element> | null>(null)

  // Another question, another selection.
  useEffect(() => {
    setSelected(new Set())
    setAllInFilter(false)
    setEditing(null)
    setCursor((held) => ({ row: 0, column: held.column }))
    scroller?.scrollTo({ top: 0 })
  }, [filter, state.sort, object.id, scroller])

  const shape = useMemo(() => ({ rows: rows.length, columns: columns.length + 1, page: 18 }), [rows.length, columns.length])
  const titleDef = titleField(object)
  const fieldAt = useCallback((column: number): FieldDef | undefined => (column === 0 ? titleDef : columns[column - 1]?.field), [titleDef, columns])

  const go = useCallback((to: Cursor) => {
    setCursor(to)
    virtual.current?.scrollToIndex(to.row, { align: 'auto' })
    requestAnimationFrame(() => revealColumn(scroller, to.column))
  }, [scroller])

  function startEdit(at: Cursor, typed?: string) {
    const field = fieldAt(at.column)
    if (!field || !isEditable(object, field)) {
      // A title made of several fields is edited as a form.
      const record = rows[at.row]
      if (at.column === 0 && record && object.can.update) openForm({ kind: 'edit', object: object.name, id: record.id })
      else notify({ text: t('list.read_only'), tone: 'bad' })
      return
    }
    setCursor(at)
    setEditing({ ...at, typed })
  }

  const finishEdit = useCallback((value: unknown, key: EditKey | null, linked?: Linked | Linked[] | null) => {
    const at = editing
    setEditing(null)
    if (!at) return
    const record = rows[at.row]
    const field = fieldAt(at.column)
    if (record && field && value !== undefined) {
      const set = { [field.name]: value }
      const links = linked === undefined ? {} : { [field.name]: linked }
      const shownLinks = Array.isArray(linked) ? linked : linked ? [linked] : []
      const what = t('notice.field_changed', { title: record.title, field: labelOf(field.label), value: textOf(field, value, shownLinks) })
      acts.save(object, record, set, { linked: links, what, rethrow: true }).catch((error: unknown) => {
        const told = error instanceof Problem ? error.fields.find((one) => one.pointer.includes(field.name))?.detail ?? error.message : String(error)
        setCursor(at)
        const simple = typeof value === 'string' || typeof value === 'number'
        if (simple) setEditing({ ...at, typed: String(value), error: told })
        else notify({ text: t('notice.not_saved', { reason: told }), tone: 'bad' })
      })
    }
    if (key) {
      const to = afterEdit({ key: key.key, shift: key.shift ?? false }, at, shape)
      go(to)
      scroller?.focus({ preventScroll: true })
    }
  }, [editing, rows, fieldAt, acts, object, shape, go, scroller, t, labelOf, textOf])

  const toggle = useCallback((row: number, extend: boolean) => {
    const record = rows[row]
    if (!record) return
    setAllInFilter(false)
    setSelected((held) => {
      const next = new Set(held)
      if (extend && anchor !== null) {
        for (const one of rowsBetween(anchor, row)) {
          const id = rows[one]?.id
          if (id) next.add(id)
        }
      } else if (next.has(record.id)) next.delete(record.id)
      else next.add(record.id)
      return next
    })
    if (!extend) setAnchor(row)
  }, [rows, anchor])

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    if (editing || event.target !== event.currentTarget || rows.length === 0) return
    const action = gridAction({ key: event.key, shift: event.shiftKey, command: isCommand(event), alt: event.altKey }, cursor, shape, letters)
    if (!action) return
    event.preventDefault()
    event.stopPropagation()
    const record = rows[cursor.row]
    switch (action.do) {
      case 'move': {
        if (action.extend) {
          const from = anchor ?? cursor.row
          setAnchor(from)
          setAllInFilter(false)
          setSelected(new Set(rowsBetween(from, action.to.row).flatMap((row) => rows[row]?.id ?? [])))
        } else setAnchor(null)
        go(action.to)
        const next = rows[action.to.row]
        if (peek && next && next.id !== peek) onPeek(next.id)
        return
      }
      case 'edit': return startEdit(cursor, action.with)
      case 'clear_cell': {
        const field = fieldAt(cursor.column)
        if (record && field && isEditable(object, field) && !field.required) {
          const empty = field.type === 'links' || field.type === 'multi_choice' ? [] : null
          void acts.save(object, record, { [field.name]: empty }, { linked: { [field.name]: field.type === 'links' ? [] : null }, what: t('notice.field_cleared', { title: record.title, field: labelOf(field.label) }) })
        }
        return
      }
      case 'toggle_row': return toggle(cursor.row, false)
      case 'select_all':
        setSelected(new Set(rows.map((row) => row.id)))
        setAllInFilter(true)
        return
      case 'peek': return onPeek(peek ? null : (record?.id ?? null))
      case 'open':
        if (record) void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id: record.id } })
        return
      case 'leave':
        if (selected.size > 0 || allInFilter) clearSelection()
        else if (peek) onPeek(null)
        return
      case 'add_filter': return onAddFilter()
      case 'clear_filter': return onState({ filter: '', search: '' })
      case 'copy': {
        const field = fieldAt(cursor.column)
        const text = cursor.column === 0 ? record?.title : record && field ? textOf(field, record[field.name], []) : ''
        if (text) void navigator.clipboard?.writeText(text).catch(() => {})
      }
    }
  }

  function clearSelection() {
    setSelected(new Set())
    setAllInFilter(false)
    setAnchor(null)
  }

  function onClick(event: MouseEvent<HTMLDivElement>) {
    const target = event.target as HTMLElement
    const rowElement = target.closest<HTMLElement>('[data-row]')
    if (!rowElement || target.closest('input,textarea,a[href]')) return
    const row = Number(rowElement.dataset['row'])
    if (target.closest('[data-select]')) {
      toggle(row, event.shiftKey)
      return
    }
    const column = Number(target.closest<HTMLElement>('[data-column]')?.dataset['column'] ?? cursor.column)
    const record = rows[row]
    if (target.closest('[data-peek]') && record) {
      setCursor({ row, column })
      onPeek(record.id)
      return
    }
    if (event.detail === 2) {
      startEdit({ row, column })
      return
    }
    setCursor({ row, column })
    if (peek && record && record.id !== peek) onPeek(record.id)
  }

  const variables = useMemo(() => {
    const style: Record<string, string> = { '--w0': `${state.widths['title'] ?? TITLE_WIDTH}px` }
    columns.forEach((column, index) => (style[`--w${index + 1}`] = `${column.width}px`))
    return style as CSSProperties
  }, [columns, state.widths])
  const width = SELECT + (state.widths['title'] ?? TITLE_WIDTH) + columns.reduce((sum, column) => sum + column.width, 0)

  const header = <Header object={object} columns={columns} sort={sort} width={width} state={state} onState={onState} onFilter={onAddFilter} scroller={scroller} all={allInFilter || (rows.length > 0 && selected.size === rows.length)} some={selected.size > 0} onAll={(on) => (on ? (setSelected(new Set(rows.map((row) => row.id))), setAllInFilter(!list.hasNextPage)) : clearSelection())} />

  if (list.isError && rows.length === 0) {
    // What a link asked for in vain is taken back with one press.
    const pointer = list.error instanceof Problem ? list.error.fields[0]?.pointer : undefined
    const way = pointer === '/sort' ? <Button look="outline" onClick={() => onState({ sort: [] })}>{t('list.no_sort')}</Button> : pointer === '/filter' ? <Button look="outline" onClick={() => onState({ filter: '', search: '' })}>{t('filter.clear_all')}</Button> : undefined
    return <div className="flex-1 overflow-auto"><Failed error={list.error} onRetry={() => void list.refetch()} action={way} /></div>
  }
  if (list.isPending) return <Skeleton header={header} columns={columns} variables={variables} />
  if (rows.length === 0) {
    return filter ? (
      <Blank className="flex-1" icon={SearchX} title={t('list.no_result')} action={<><Button look="outline" onClick={onAddFilter}><ListFilter size={14} />{t('filter.add')}</Button><Button look="outline" onClick={() => onState({ filter: '', search: '' })}>{t('filter.clear_all')}</Button></>}>
        {t('list.no_result_hint')}
        <code className="mt-2 block rounded-sm bg-hover px-2 py-1 font-mono text-meta break-all">{filter}</code>
      </Blank>
    ) : (
      <Blank
        className="flex-1"
        icon={iconOf(object.icon)}
        title={t('list.empty', { objects: labelOf(object.label_plural).toLocaleLowerCase() })}
        action={
          <>
            {object.can.create && <Button look="primary" onClick={() => openForm({ kind: 'create', object: object.name })}><Plus size={15} />{t('list.new', { object: labelOf(object.label).toLocaleLowerCase() })}</Button>}
            {object.can.import && <Button look="outline" onClick={() => void navigate({ to: '/imports', search: { object: object.plural } })}><Upload size={14} />{t('list.import')}</Button>}
          </>
        }
      >
        {t('list.empty_hint')}
      </Blank>
    )
  }

  return (
    <div className="relative flex min-w-0 flex-1 flex-col">
      <div
        ref={setScroller}
        role="grid"
        aria-label={labelOf(object.label_plural)}
        aria-rowcount={count?.exact ? count.value + 1 : -1}
        aria-colcount={columns.length + 2}
        aria-multiselectable
        aria-activedescendant={active ? `cell-${cursor.row}-${cursor.column}` : undefined}
        tabIndex={0}
        onFocus={(event) => setActive(event.target === event.currentTarget || active)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget as globalThis.Node) && setActive(false)}
        onKeyDown={onKeyDown}
        onClick={onClick}
        style={variables}
        className={cx('flex min-h-0 flex-1 flex-col overflow-auto overscroll-contain outline-none transition-opacity duration-150', list.isPlaceholderData && 'opacity-55')}
      >
        {header}
        <Body
          object={object}
          rows={rows}
          columns={columns}
          scroller={scroller}
          width={width}
          virtual={virtual}
          cursor={active || editing ? cursor : null}
          editing={editing}
          selected={selected}
          all={allInFilter}
          peek={peek}
          titleDef={titleDef}
          onDone={finishEdit}
          more={list.hasNextPage}
          onNear={nextPage ? list.fetchNextPage : null}
        />
        <Footer object={object} columns={columns} filter={filter} width={width} count={count} locale={locale} />
      </div>
      {(selected.size > 0 || allInFilter) && (
        <Suspense>
          <BulkBar object={object} ids={[...selected]} all={allInFilter} filter={filter} total={count} onAll={() => setAllInFilter(true)} mayAll={!allInFilter && (list.hasNextPage || selected.size === rows.length)} onClear={clearSelection} exportUrl={exportUrl} />
        </Suspense>
      )}
      {list.isFetchNextPageError && (
        <div role="alert" className="absolute inset-x-0 bottom-11 z-10 mx-auto flex w-fit items-center gap-3 rounded-lg bg-raised px-3 py-1.5 shadow-3">
          <span className="text-bad">{t('state.failed')}</span>
          <Button size="sm" look="outline" onClick={() => void list.fetchNextPage()}>{t('common.retry')}</Button>
        </div>
      )}
    </div>
  )
}

/** Brings a column out from under the first one, which stays. */
function revealColumn(scroller: HTMLDivElement | null, column: number): void {
  if (!scroller || column === 0) return
  const cell = scroller.querySelector<HTMLElement>(`[data-header="${column}"]`)
  const first = scroller.querySelector<HTMLElement>('[data-header="0"]')
  if (!cell || !first) return
  const box = cell.getBoundingClientRect()
  const frame = scroller.getBoundingClientRect()
  const kept = first.getBoundingClientRect()
  const rtl = getComputedStyle(scroller).direction === 'rtl'
  const left = rtl ? frame.left : kept.right
  const right = rtl ? kept.left : frame.right
  if (box.left < left) scroller.scrollBy({ left: box.left - left })
  else if (box.right > right) scroller.scrollBy({ left: Math.min(box.right - right, box.left - left) })
}

// ---- header ----

function Header({ object, columns, sort, width, state, onState, onFilter, scroller, all, some, onAll }: {
  object: ObjectDef
  columns: Column[]
  sort: SortKey[]
  width: number
  state: ListState
  onState: (change: Partial<ListState>) => void
  onFilter: () => void
  scroller: HTMLDivElement | null
  all: boolean
  some: boolean
  onAll: (on: boolean) => void
}) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [drop, setDrop] = useState<number | null>(null)
  const names = columns.map((column) => column.name)

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
  function resize(index: number, name: string, first: number) {
    return (event: ReactPointerEvent) => {
      event.preventDefault()
      event.stopPropagation()
      const from = event.clientX
      const sign = scroller && getComputedStyle(scroller).direction === 'rtl' ? -1 : 1
      let pixels = first
      const move = (moved: PointerEvent) => {
        pixels = Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, first + (moved.clientX - from) * sign))
        scroller?.style.setProperty(`--w${index}`, `${pixels}px`)
      }
      const end = () => {
        window.removeEventListener('pointermove', move)
        window.removeEventListener('pointerup', end)
        setWidth(name, pixels)
      }
      window.addEventListener('pointermove', move)
      window.addEventListener('pointerup', end)
    }
  }

  /** Dragging a header walks it between the others; a line shows where it will land. */
  function drag(index: number) {
    return (event: ReactPointerEvent) => {
      if (event.button !== 0) return
      const from = event.clientX
      let to: number | null = null
      const move = (moved: PointerEvent) => {
        if (to === null && Math.abs(moved.clientX - from) < 6) return
        const cells = [...(scroller?.querySelectorAll<HTMLElement>('[data-header]') ?? [])].slice(1)
        to = cells.findIndex((cell) => {
          const box = cell.getBoundingClientRect()
          return moved.clientX < box.left + box.width / 2
        })
        if (to === -1) to = cells.length
        setDrop(to)
      }
      const end = (ended: PointerEvent) => {
        window.removeEventListener('pointermove', move)
        window.removeEventListener('pointerup', end)
        setDrop(null)
        if (to !== null) {
          ended.preventDefault()
          // The click that follows a drag must not open the menu.
          window.addEventListener('click', (click) => { click.stopPropagation(); click.preventDefault() }, { capture: true, once: true })
          reorder(index, to)
        }
      }
      window.addEventListener('pointermove', move)
      window.addEventListener('pointerup', end)
    }
  }

  const cell = (index: number, name: string, label: string, sortable: boolean, field: FieldDef | null, pixels: number, align: 'start' | 'end') => {
    const sorted = sort.find((key) => key.field === name)
    const Icon = field ? fieldIcon(field) : iconOf(object.icon)
    const at = index - 1
    return (
      <div
        key={name}
        role="columnheader"
        data-header={index}
        aria-colindex={index + 2}
        aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : sortable ? 'none' : undefined}
        style={{ width: `var(--w${index})`, ...(index === 0 ? { insetInlineStart: SELECT } : {}) }}
        className={cx('group/h relative flex shrink-0 items-center', index === 0 && 'sticky z-6 border-e border-line bg-surface', drop === at && index > 0 && 'before:absolute before:-start-px before:inset-y-0 before:z-9 before:w-0.5 before:bg-accent', drop === columns.length && at === columns.length - 1 && 'after:absolute after:-end-px after:inset-y-0 after:w-0.5 after:bg-accent')}
      >
        <Drop
          onRelease
          trigger={
            <button
              type="button"
              tabIndex={-1}
              onPointerDown={index === 0 ? undefined : drag(at)}
              className={cx('flex h-full min-w-0 flex-1 items-center gap-1.5 px-2.5 text-meta font-medium text-fg-3 hover:bg-subtle hover:text-fg-2 data-popup-open:bg-hover', align === 'end' && 'justify-end', index === 0 && 'ps-1')}
            >
              <Icon size={13} strokeWidth={1.75} className="shrink-0" />
              <span className="truncate">{label}</span>
              {sorted && (sorted.descending ? <ArrowDown size={12} className="shrink-0 text-accent-text" /> : <ArrowUp size={12} className="shrink-0 text-accent-text" />)}
            </button>
          }
        >
          {sortable && (
            <>
              <DropItem icon={<ArrowUp size={14} />} onClick={() => onState({ sort: [{ field: name, descending: false }] })}>{t('list.ascending')}</DropItem>
              <DropItem icon={<ArrowDown size={14} />} onClick={() => onState({ sort: [{ field: name, descending: true }] })}>{t('list.descending')}</DropItem>
              {sorted && <DropItem onClick={() => onState({ sort: [] })}>{t('list.no_sort')}</DropItem>}
              <DropLine />
            </>
          )}
          <DropItem icon={<ListFilter size={14} />} onClick={onFilter}>{t('filter.add')}</DropItem>
          <DropItem icon={<StretchHorizontal size={14} />} closeOnClick={false} onClick={() => setWidth(name, pixels + 40)}>{t('list.wider')}</DropItem>
          <DropItem icon={<Rows3 size={14} />} closeOnClick={false} onClick={() => setWidth(name, pixels - 40)}>{t('list.narrower')}</DropItem>
          {index > 0 && (
            <>
              <DropItem icon={<ArrowLeft size={14} className="rtl:rotate-180" />} disabled={at === 0} onClick={() => reorder(at, at - 1)}>{t('list.move_before')}</DropItem>
              <DropItem icon={<ArrowRight size={14} className="rtl:rotate-180" />} disabled={at === columns.length - 1} onClick={() => reorder(at, at + 2)}>{t('list.move_after')}</DropItem>
              <DropItem icon={<EyeOff size={14} />} disabled={columns.length === 1} onClick={() => onState({ columns: names.filter((one) => one !== name) })}>{t('list.hide_column')}</DropItem>
            </>
          )}
        </Drop>
        <span onPointerDown={resize(index, name, pixels)} onDoubleClick={() => setWidth(name, 180)} className="absolute -end-1 inset-y-0 z-8 w-2 cursor-col-resize after:absolute after:start-[3px] after:inset-y-2 after:w-0.5 after:rounded-full hover:after:bg-accent" />
      </div>
    )
  }

  return (
    <div role="row" aria-rowindex={1} className="sticky top-0 z-5 flex h-[34px] shrink-0 border-b border-line bg-surface" style={{ minWidth: width + 24 }}>
      <div role="columnheader" aria-colindex={1} aria-label={t('list.select_all')} className="sticky start-0 z-7 grid shrink-0 place-items-center bg-surface" style={{ width: SELECT }}>
        <Tick label={t('list.select_all')} checked={all} some={some && !all} onChange={onAll} tabIndex={-1} />
      </div>
      {cell(0, 'title', labelOf(object.label), true, null, state.widths['title'] ?? TITLE_WIDTH, 'start')}
      {columns.map((column, index) => cell(index + 1, column.name, labelOf(column.field.label), column.sortable, column.field, column.width, column.align))}
      <div className="min-w-6 flex-1" />
    </div>
  )
}

// ---- body ----

interface BodyProps {
  object: ObjectDef
  rows: RecordData[]
  columns: Column[]
  scroller: HTMLDivElement | null
  width: number
  virtual: React.RefObject<Virtualizer<HTMLDivElement, Element> | null>
  cursor: Cursor | null
  editing: Editing | null
  selected: ReadonlySet<string>
  all: boolean
  peek: string | null
  titleDef: FieldDef | undefined
  onDone: (value: unknown, key: EditKey | null, linked?: Linked | Linked[] | null) => void
  more: boolean
  onNear: (() => unknown) | null
}

const Body = memo(function Body({ object, rows, columns, scroller, width, virtual, cursor, editing, selected, all, peek, titleDef, onDone, more, onNear }: BodyProps) {
  // Rows still to come take part in the height, so that the bar does not stop at each page.
  const total = rows.length + (more ? Math.min(PAGE_SIZE, 30) : 0)
  const rowVirtualizer = useVirtualizer({ count: total, getScrollElement: () => scroller, estimateSize: () => ROW, overscan: 6, scrollPaddingStart: 34, scrollPaddingEnd: 40, useFlushSync: false })
  useLayoutEffect(() => {
    virtual.current = rowVirtualizer
  })
  const items = rowVirtualizer.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (onNear && last >= rows.length - 40) onNear()
  }, [onNear, last, rows.length])

  return (
    <div role="rowgroup" className="relative shrink-0" style={{ height: rowVirtualizer.getTotalSize(), minWidth: width + 24 }}>
      {items.map((item) => {
        const record = rows[item.index]
        const isEditing = editing?.row === item.index
        return (
          <div
            key={record?.id ?? `bone-${item.index}`}
            role="row"
            data-row={record ? item.index : undefined}
            aria-rowindex={item.index + 2}
            aria-selected={record ? all || selected.has(record.id) : undefined}
            className={cx('absolute inset-x-0 top-0', isEditing ? 'z-4' : 'contain-[layout_style]')}
            style={{ height: ROW, transform: `translateY(${item.start}px)` }}
          >
            {record ? (
              <Row
                object={object}
                record={record}
                columns={columns}
                index={item.index}
                selected={all || selected.has(record.id)}
                peeked={peek === record.id}
                column={cursor?.row === item.index ? cursor.column : -1}
                editing={isEditing ? editing : null}
                titleDef={titleDef}
                onDone={onDone}
              />
            ) : (
              <BoneRow columns={columns} />
            )}
          </div>
        )
      })}
    </div>
  )
})

interface RowProps {
  object: ObjectDef
  record: RecordData
  columns: Column[]
  index: number
  selected: boolean
  peeked: boolean
  column: number
  editing: Editing | null
  titleDef: FieldDef | undefined
  onDone: BodyProps['onDone']
}

const Row = memo(function Row({ object, record, columns, index, selected, peeked, column, editing, titleDef, onDone }: RowProps) {
  const { t } = useTranslation()
  const shade = selected || peeked ? '[--row:color-mix(in_oklch,var(--accent-soft)_55%,var(--surface))]' : '[--row:var(--surface)] hover:[--row:var(--subtle)]'
  return (
    <div className={cx('group/r flex h-full border-b border-line bg-(--row)', shade)}>
      <div role="gridcell" aria-colindex={1} data-select aria-label={selected ? t('list.selected_row') : t('list.select_row')} className="sticky start-0 z-2 grid shrink-0 place-items-center bg-(--row)" style={{ width: SELECT }}>
        <span className={cx('grid size-4 place-items-center rounded-xs', selected ? 'bg-accent text-accent-fg' : 'opacity-0 shadow-[inset_0_0_0_1px_var(--line-strong)] group-hover/r:opacity-100 pointer-coarse:opacity-100')}>
          {selected && <TickMark />}
        </span>
      </div>
      <Cell index={index} column={0} active={column === 0} sticky align="start" editing={editing?.column === 0 ? editing : null} field={titleDef} record={record} onDone={onDone}>
        <Face kind={faceOf(object)} name={record.title} icon={object.icon} size={20} />
        <Link to="/o/$plural/$id" params={{ plural: object.plural, id: record.id }} tabIndex={-1} preload={false} className="truncate font-medium text-fg hover:underline decoration-line-strong underline-offset-3">
          {record.title || t('common.untitled')}
        </Link>
        <span data-peek title={t('list.peek')} className="ms-auto hidden size-6 shrink-0 place-items-center rounded-xs bg-raised text-fg-3 shadow-[inset_0_0_0_1px_var(--line)] group-hover/r:grid hover:text-fg">
          <PanelRight size={13} className="rtl:rotate-180" />
        </span>
      </Cell>
      {columns.map((one, at) => (
        <Cell key={one.name} index={index} column={at + 1} active={column === at + 1} align={one.align} editing={editing?.column === at + 1 ? editing : null} field={one.field} record={record} onDone={onDone}>
          <FieldValue field={one.field} record={record} />
        </Cell>
      ))}
      <div className="min-w-6 flex-1" />
    </div>
  )
})

function TickMark() {
  return (
    <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden fill="none" stroke="currentColor" strokeWidth="2.400" strokeLinecap="round" strokeLinejoin="round">
      <path d="m2 6.500 2.700 2.500L10 3.300" />
    </svg>
  )
}

function Cell({ index, column, active, sticky, align, editing, field, record, onDone, children }: {
  index: number
  column: number
  active: boolean
  sticky?: boolean
  align: 'start' | 'end'
  editing: Editing | null
  field: FieldDef | undefined
  record: RecordData
  onDone: BodyProps['onDone']
  children: React.ReactNode
}) {
  const place = useRef<HTMLDivElement>(null)
  return (
    <div
      ref={place}
      id={`cell-${index}-${column}`}
      role="gridcell"
      data-column={column}
      aria-colindex={column + 2}
      style={{ width: `var(--w${column})`, ...(sticky ? { insetInlineStart: SELECT } : {}) }}
      className={cx(
        'relative flex shrink-0 items-center gap-2 px-2.5 text-fg-2',
        align === 'end' && 'justify-end',
        sticky && 'sticky z-2 border-e border-line bg-(--row) ps-1',
        editing ? 'z-3' : 'overflow-hidden',
        active && 'after:pointer-events-none after:absolute after:inset-0 after:rounded-[3px] after:shadow-[inset_0_0_0_2px_var(--accent)]',
      )}
    >
      {children}
      {editing && field && (
        <>
          <InlineEdit field={field} record={record} typed={editing.typed} anchor={place} onDone={onDone} className="absolute inset-0 z-4 h-full w-full px-2.5" />
          {editing.error && <span role="alert" className="absolute start-0 top-full z-5 mt-1 w-max max-w-72 rounded-md bg-bad-soft px-2 py-1 text-meta whitespace-normal text-bad shadow-2">{editing.error}</span>}
        </>
      )}
    </div>
  )
}

function BoneRow({ columns }: { columns: Column[] }) {
  return (
    <div className="flex h-full items-center border-b border-line" aria-hidden>
      <div className="shrink-0" style={{ width: SELECT }} />
      {[null, ...columns].map((column, index) => (
        <div key={column?.name ?? 'title'} className="shrink-0 px-2.5" style={{ width: `var(--w${index})` }}>
          <div className="bone h-3 w-3/5" />
        </div>
      ))}
    </div>
  )
}

function Skeleton({ header, columns, variables }: { header: React.ReactNode; columns: Column[]; variables: CSSProperties }) {
  const { t } = useTranslation()
  return (
    <div className="min-w-0 flex-1 overflow-hidden" style={variables} aria-busy="true" aria-label={t('common.loading')}>
      {/* The header stands without roles until there is a grid around it. */}
      <div role="table" aria-label={t('common.loading')}>{header}</div>
      <div className="late">
        {Array.from({ length: 16 }, (_, index) => (
          <div key={index} style={{ height: ROW }}><BoneRow columns={columns} /></div>
        ))}
      </div>
    </div>
  )
}

// ---- footer ----

/** Count, sums and averages over the whole filter, not the page. */
function Footer({ object, columns, filter, width, count, locale }: { object: ObjectDef; columns: Column[]; filter: string; width: number; count: { value: number; exact: boolean } | null; locale: string }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const sums = columns.filter((column) => isNumeric(storedType(column.field))).map((column) => column.name)
  const of = ['count', ...sums.flatMap((name) => [`sum:${name}`, `avg:${name}`])]
  const { data, isError } = useQuery({ ...aggregateQuery(object.plural, filter, of), placeholderData: keepPreviousData, retry: false })
  const total = typeof data?.['count'] === 'number' ? data['count'] : (count?.value ?? null)
  const about = typeof data?.['count'] !== 'number' && count !== null && !count.exact
  return (
    <div role="row" className="sticky bottom-0 z-5 mt-auto flex h-9 shrink-0 border-t border-line bg-surface text-meta" style={{ minWidth: width + 24 }}>
      <div role="gridcell" className="sticky start-0 z-6 flex shrink-0 items-center gap-1.5 border-e border-line bg-surface ps-11" style={{ width: `calc(${SELECT}px + var(--w0))` }}>
        {total !== null && (
          <>
            <span className="font-semibold text-fg tabular-nums">{about ? '≈ ' : ''}{formatNumber(total, locale)}</span>
            <span className="truncate text-fg-3">{labelOf(object.label_plural).toLocaleLowerCase()}</span>
          </>
        )}
      </div>
      {columns.map((column, index) => {
        const sum = data?.[`sum:${column.name}`]
        const average = data?.[`avg:${column.name}`]
        const shown = sum !== undefined && sum !== null && !(Array.isArray(sum) && sum.length === 0) && !isError
        return (
          <div key={column.name} role="gridcell" className="flex shrink-0 items-center justify-end gap-1.5 overflow-hidden px-2.5 text-fg-3" style={{ width: `var(--w${index + 1})` }} title={shown ? t('list.sum_and_average', { sum: figureText(sum, locale), average: figureText(average, locale) }) : undefined}>
            {shown && (
              <>
                <span className="truncate font-semibold text-fg tabular-nums">{figureText(sum, locale, formatMoneyCompact)}</span>
                {column.width >= 124 && t('list.sum')}
              </>
            )}
          </div>
        )
      })}
      <div className="min-w-6 flex-1" />
    </div>
  )
}
