/** A pivot over the current list: rows by columns, one figure, totals from the server. A cell opens the records behind it. */

import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { ArrowDownWideNarrow, Check, Columns3, Copy, Rows3, SearchX } from 'lucide-react'
import { useId, useMemo, useState, type CSSProperties, type KeyboardEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import type { Figure } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { Button, cx } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import type { LayoutProps } from '../../layout'
import { firstBoardField } from '../board/columns'
import { groupsQuery, keyText, measureName, type Group, type GroupKey, type Groups, type GroupsRequest } from '../groups'
import { LayoutTools } from '../slot'
import { FieldChoice } from '../tools'
import { MeasureChoice, UnitChoice } from './MeasureChoice'
import { byOf, groupFields, isDated, measureOf, numberOf, unitOf, useFigureText, useKeyLabel, useMeasureLabel } from './measures'
import { useOpenBehind } from './behind'

const ROWS = 200
const COLUMNS = 60
/** More cells than this are not asked for; the page then says that it shows a part. */
const PAGES = 6
/** A table of headers and figures is one; with arrows and one tab stop it is a grid as well. */
const GRID = { role: 'grid' } as const

interface Crossing extends Groups {
  isWhole: boolean
}

/** All groups of two fields, page by page. */
function crossingQuery(plural: string, request: GroupsRequest) {
  return queryOptions({
    queryKey: ['aggregate', plural, 'crossing', request] as const,
    queryFn: async ({ signal }): Promise<Crossing> => {
      const groups: Group[] = []
      let cursor: string | null = null
      let last: Groups | null = null
      for (let page = 0; page < PAGES; page += 1) {
        const answer: Groups = (await ask<Groups>('POST', `/${plural}/groups`, { body: { ...request, limit: 1000, ...(cursor ? { cursor } : {}) }, signal })).data
        groups.push(...answer.groups)
        last = answer
        cursor = answer.next
        if (!cursor) break
      }
      return { groups, totals: last?.totals ?? {}, groups_total: last?.groups_total ?? groups.length, next: cursor, overlap: last?.overlap ?? false, isWhole: cursor === null }
    },
    staleTime: 30_000,
  })
}

export default function PivotLayout({ object, fields, filter, config, onConfig, onClear, phone }: LayoutProps) {
  const { t } = useTranslation()
  const keyLabel = useKeyLabel()
  const figureText = useFigureText()
  const labelOf = useLabel()
  const measureLabel = useMeasureLabel(object)
  const openBehind = useOpenBehind(object, filter)
  const may = useMemo(() => groupFields(fields), [fields])
  const rowsBy = may.find((field) => field.name === config['pivot_rows']) ?? firstBoardField(object) ?? may[0]
  const columnsBy = may.find((field) => field.name === config['pivot_columns'] && field.name !== rowsBy?.name)
  const unit = unitOf(config['pivot_unit'])
  const measure = measureOf(object, config['pivot_measure'])
  const name = measureName(measure)
  const bySize = config['pivot_sort'] === 'size'
  const measures = measure.op === 'count' ? [measure] : [measure, { op: 'count' as const }]

  const order = bySize ? `-${name}` : 'key'
  const rows = useQuery({ ...groupsQuery(object.plural, { filter, by: rowsBy ? [byOf(rowsBy, unit)] : [], measures, sort: order, limit: ROWS }), enabled: rowsBy !== undefined, placeholderData: keepPreviousData })
  const columns = useQuery({ ...groupsQuery(object.plural, { filter, by: columnsBy ? [byOf(columnsBy, unit)] : [], measures, sort: columnsBy && isDated(columnsBy) ? 'key' : order, limit: COLUMNS }), enabled: columnsBy !== undefined, placeholderData: keepPreviousData })
  const cross = useQuery({ ...crossingQuery(object.plural, { filter, by: rowsBy && columnsBy ? [byOf(rowsBy, unit), byOf(columnsBy, unit)] : [], measures }), enabled: rowsBy !== undefined && columnsBy !== undefined, placeholderData: keepPreviousData })

  const cells = useMemo(() => new Map(cross.data?.groups.map((group) => [`${cellId(group.keys[0])}|${cellId(group.keys[1])}`, group])), [cross.data])
  const most = useMemo(() => Math.max(0, ...(columnsBy ? [...cells.values()] : (rows.data?.groups ?? [])).map((group) => Math.abs(numberOf(group.values[name])))), [cells, rows.data, columnsBy, name])
  const [isCopied, setCopied] = useState(false)
  const [at, setAt] = useState({ row: 0, column: 0 })
  const [isActive, setActive] = useState(false)
  const gridId = useId()

  const tools = (
    <LayoutTools>
      <FieldChoice label={t('figures.rows')} icon={<Rows3 size={13} />} fields={may} value={rowsBy?.name ?? ''} onChange={(next) => onConfig({ pivot_rows: next })} />
      <FieldChoice label={t('figures.columns')} icon={<Columns3 size={13} />} fields={may.filter((field) => field.name !== rowsBy?.name)} value={columnsBy?.name ?? ''} none={t('figures.no_columns')} onChange={(next) => onConfig({ pivot_columns: next })} />
      {(isDated(rowsBy) || isDated(columnsBy)) && <UnitChoice value={unit} onChange={(next) => onConfig({ pivot_unit: next })} />}
      <MeasureChoice object={object} value={measure} onChange={(next) => onConfig({ pivot_measure: next })} />
    </LayoutTools>
  )
  if (!rowsBy) return <Blank className="flex-1" icon={Rows3} title={t('figures.no_field')} />
  const asked = [rows, ...(columnsBy ? [columns, cross] : [])]
  const failed = asked.find((one) => one.isError && !one.data)
  if (failed) return <div className="flex-1">{tools}<Failed error={failed.error} onRetry={() => void failed.refetch()} /></div>
  if (!rows.data || (columnsBy && (!columns.data || !cross.data))) return <div className="flex-1">{tools}<Bones rows={12} /></div>
  if (rows.data.groups.length === 0) return <div className="flex flex-1 flex-col">{tools}<Blank className="flex-1" icon={SearchX} title={t('list.no_result')} action={filter && <Button look="outline" onClick={onClear}>{t('filter.clear_all')}</Button>} /></div>

  const shownColumns = columnsBy ? (columns.data?.groups ?? []) : []
  const rowName = (group: Group) => keyLabel(rowsBy, unit, group.keys[0])
  const columnName = (group: Group) => keyLabel(columnsBy, unit, group.keys[0])
  const isPart = rows.data.next !== null || (columnsBy !== undefined && (columns.data?.next !== null || cross.data?.isWhole === false))

  const isOverlapping = rows.data.overlap || (columnsBy !== undefined && columns.data?.overlap === true)

  async function copy() {
    const heads = [labelOf(rowsBy?.label), ...shownColumns.map(columnName), t('figures.total')]
    const lines = rows.data?.groups.map((row) => [rowName(row), ...shownColumns.map((column) => figureText(cells.get(`${cellId(row.keys[0])}|${cellId(column.keys[0])}`)?.values[name])), figureText(row.values[name])]) ?? []
    const last = [t('figures.total'), ...shownColumns.map((column) => figureText(column.values[name])), figureText(rows.data?.totals[name])]
    await navigator.clipboard?.writeText([heads, ...lines, last].map((line) => line.join('\t')).join('\n')).catch(() => {})
    setCopied(true)
    setTimeout(() => setCopied(false), 1600)
  }
  // The figures as a grid with one tab stop: arrows walk, Enter opens what is behind.
  const across = shownColumns.length + 1 + (!columnsBy && measure.op !== 'count' ? 1 : 0)
  const down = rows.data.groups.length + 1
  const questions: (string | null)[][] = []

  function onKeyDown(event: KeyboardEvent) {
    const steps: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -across], End: [0, across], PageUp: [-15, 0], PageDown: [15, 0] }
    const step = steps[event.key]
    if (step) {
      event.preventDefault()
      const sign = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1
      const to = { row: Math.max(0, Math.min(down - 1, at.row + step[0])), column: Math.max(0, Math.min(across - 1, at.column + step[1] * sign)) }
      setAt(to)
      document.getElementById(`${gridId}-${to.row}-${to.column}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      const question = questions[at.row]?.[at.column]
      if (question !== null && question !== undefined) openBehind(question)
    }
  }

  const figure = (row: number, column: number, value: Figure | undefined, question: string | null, className: string, shade = false) => {
    const isThere = question !== null && value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)
    ;(questions[row] ??= [])[column] = isThere ? question : null
    return (
      <td
        key={column}
        id={`${gridId}-${row}-${column}`}
        onClick={isThere ? () => openBehind(question) : undefined}
        style={shade && isThere ? ({ '--share': `${Math.round((Math.abs(numberOf(value)) / (most || 1)) * 34)}%` } as CSSProperties) : undefined}
        className={cx('scroll-my-10 px-3 text-end whitespace-nowrap tabular-nums', isThere && 'cursor-pointer hover:text-accent-text hover:underline', shade && isThere && 'bg-[color-mix(in_oklch,var(--accent)_var(--share),transparent)]', isActive && at.row === row && at.column === column && 'shadow-[inset_0_0_0_2px_var(--accent)]', className)}
      >
        {figureText(value)}
      </td>
    )
  }
  const wide = !columnsBy && measure.op !== 'count'

  return (
    <div className="flex min-w-0 flex-1 flex-col">
      {tools}
      <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-1.5">
        <p className="min-w-0 flex-1 truncate text-fg-2">{t('figures.sentence', { measure: measureLabel(measure), total: figureText(rows.data.totals[name]) || '0' })}{isPart && ` · ${t('figures.part')}`}{isOverlapping && ` · ${t('figures.overlap')}`}</p>
        <Button size="sm" aria-pressed={bySize} onClick={() => onConfig({ pivot_sort: bySize ? '' : 'size' })} className={cx(bySize && 'bg-hover text-fg')}><ArrowDownWideNarrow size={13} />{t('figures.by_size')}</Button>
        <Button size="sm" onClick={() => void copy()}>{isCopied ? <Check size={13} /> : <Copy size={13} />}{isCopied ? t('figures.copied') : t('common.copy')}</Button>
      </div>
      <div className={cx('min-h-0 flex-1 overflow-auto transition-opacity', asked.some((one) => one.isPlaceholderData) && 'opacity-55')}>
        <table
          {...GRID}
          aria-label={t('figures.table')}
          aria-activedescendant={isActive ? `${gridId}-${at.row}-${at.column}` : undefined}
          tabIndex={0}
          onFocus={() => setActive(true)}
          onBlur={() => setActive(false)}
          onKeyDown={onKeyDown}
          className="min-w-full border-separate border-spacing-0 text-body outline-none"
        >
          <thead>
            <tr>
              <th scope="col" className="sticky start-0 top-0 z-3 h-[34px] border-e border-b border-line bg-surface px-4 text-start text-meta font-medium text-fg-3">{labelOf(rowsBy.label)}</th>
              {shownColumns.map((column) => <th key={cellId(column.keys[0])} scope="col" className="sticky top-0 z-2 max-w-44 truncate border-b border-line bg-surface px-3 text-end text-meta font-medium text-fg-2">{columnName(column)}</th>)}
              <th scope="col" className="sticky top-0 z-2 border-s border-b border-line bg-surface px-3 text-end text-meta font-semibold text-fg">{columnsBy ? t('figures.total') : measureLabel(measure)}</th>
              {wide && <th scope="col" className="sticky top-0 z-2 border-b border-line bg-surface px-3 text-end text-meta font-medium text-fg-2">{measureLabel({ op: 'count' })}</th>}
              {!phone && <td aria-hidden className="sticky top-0 z-2 w-full border-b border-line bg-surface" />}
            </tr>
          </thead>
          <tbody>
            {rows.data.groups.map((row, index) => (
              <tr key={cellId(row.keys[0])} className="group/row">
                <th scope="row" className="sticky start-0 z-1 h-8 max-w-64 min-w-40 truncate border-e border-b border-line bg-surface px-4 text-start font-medium group-hover/row:bg-subtle">{rowName(row)}</th>
                {shownColumns.map((column, place) => {
                  const cell = cells.get(`${cellId(row.keys[0])}|${cellId(column.keys[0])}`)
                  return figure(index, place, cell?.values[name], cell?.filter ?? null, 'h-8 border-b border-line', true)
                })}
                {figure(index, shownColumns.length, row.values[name], row.filter, 'h-8 border-s border-b border-line font-semibold', !columnsBy)}
                {wide && figure(index, shownColumns.length + 1, row.values['count'], row.filter, 'h-8 border-b border-line')}
                {!phone && <td aria-hidden className="border-b border-line" />}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" className="sticky start-0 bottom-0 z-3 h-9 border-e border-t border-line bg-subtle px-4 text-start font-semibold">{t('figures.total')}</th>
              {shownColumns.map((column, place) => figure(down - 1, place, column.values[name], column.filter, 'sticky bottom-0 z-2 h-9 border-t border-line bg-subtle font-semibold'))}
              {figure(down - 1, shownColumns.length, rows.data.totals[name], '', 'sticky bottom-0 z-2 h-9 border-s border-t border-line bg-subtle font-semibold')}
              {wide && figure(down - 1, shownColumns.length + 1, rows.data.totals['count'], '', 'sticky bottom-0 z-2 h-9 border-t border-line bg-subtle')}
              {!phone && <td aria-hidden className="sticky bottom-0 z-2 border-t border-line bg-subtle" />}
            </tr>
          </tfoot>
        </table>
      </div>
    </div>
  )
}

/** A value with its currency, which makes another group of the same range. */
function cellId(key: GroupKey | undefined): string {
  return `${keyText(key)}${key?.currency ?? ''}${key?.value === null ? '·' : ''}`
}

