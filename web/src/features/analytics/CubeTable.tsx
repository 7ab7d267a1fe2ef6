/** The pivot itself: rows by columns by measures, each figure with how it moved, totals of everything. */

import { ChevronRight, Ellipsis, ListFilter, SearchX } from 'lucide-react'
import type { CSSProperties } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { Cube, CubeRow, Values } from '@/lib/analysis'
import { amountOf } from '@/lib/analysisFigures'
import { useAnalysisWords } from '@/lib/analysisWords'
import { ALL } from '@/lib/listUrl'
import { useNavigate } from '@tanstack/react-router'
import { Button, cx, Drop, DropItem, DropLine, DropTitle } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { mostOf, ROWS } from './cube'
import { Behind, Change } from './parts'
import { useNames } from './useNames'

export function CubeTable({ cube, rows, columns, measures, taken, onBreakDown, onMore }: {
  cube: Cube
  rows: string
  columns: string | undefined
  measures: string[]
  /** Dimensions that a condition holds already. */
  taken: string[]
  onBreakDown: (key: string, title: string, by: string) => void
  onMore: (() => void) | undefined
}) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  const nameOf = useNames()
  const navigate = useNavigate()
  if (cube.rows.length === 0) return <Blank icon={SearchX} title={t('cube.nothing')}>{t('cube.nothing_hint')}</Blank>
  const most = new Map(measures.map((measure) => [measure, mostOf(cube, measure, amountOf)]))
  // What moved is written in green or red, which can be read on a faint shade only.
  const deepest = cube.compare ? 7 : 30
  const groups = [...cube.columns.map((column) => ({ key: column.key, name: nameOf(columns ?? '', column.key, column.title), isTotal: false })), { key: null, name: cube.columns.length > 0 ? t('cube.total') : '', isTotal: true }]
  const isWide = cube.columns.length > 0
  const head = 'sticky z-2 bg-surface border-b border-line px-3 text-end text-meta font-medium text-fg-3 whitespace-nowrap'

  const figures = (held: { values: Values; before: Values | null } | undefined, id: string, isTotal: boolean, className: string, shaded: boolean) =>
    measures.map((measure, index) => {
      const value = held?.values[measure]
      const share = shaded && value !== undefined ? Math.round((Math.abs(amountOf(value)) / (most.get(measure) || 1)) * deepest) : 0
      return (
        <td key={`${id} ${measure}`} style={{ '--share': `${share}%` } as CSSProperties} className={cx('px-3 py-1 text-end leading-[18px] whitespace-nowrap tabular-nums bg-[color-mix(in_oklch,var(--accent)_var(--share),var(--cell))]', isTotal && index === 0 && isWide && 'border-s border-line', isTotal && isWide && 'font-semibold', className)}>
          {value === undefined ? '' : words.amount(value, measure)}
          {held?.before && <span className="block min-h-4 leading-4 font-normal"><Change value={value} before={held.before[measure]} measure={measure} /></span>}
        </td>
      )
    })

  const menu = (row: CubeRow, name: string) => {
    const by = ROWS.filter((one) => one !== rows && !taken.includes(one))
    const { filter, key } = row
    if (key === null && !filter) return null
    return (
      <Drop trigger={<button type="button" aria-label={t('cube.more', { name })} className="relative grid size-6 shrink-0 place-items-center rounded-xs text-fg-3 hover:bg-hover hover:text-fg data-popup-open:bg-hover pointer-coarse:after:absolute pointer-coarse:after:-inset-2.5"><Ellipsis size={14} /></button>}>
        {filter && <DropItem icon={<ListFilter size={14} />} onClick={() => void navigate({ to: '/o/$plural', params: { plural: 'contacts' }, search: { view: ALL, f: filter } })}>{t('cube.open')}</DropItem>}
        {key !== null && (
          <>
            {filter && <DropLine />}
            <DropTitle>{t('cube.break_down')}</DropTitle>
            {by.map((one) => <DropItem key={one} icon={<ChevronRight size={14} />} onClick={() => onBreakDown(key, name, one)}>{words.dimension(one)}</DropItem>)}
          </>
        )}
      </Drop>
    )
  }

  return (
    <div tabIndex={0} role="region" aria-label={t('analysis.cube')} className="min-h-0 flex-1 overflow-auto">
      <table className="min-w-[60%] border-separate border-spacing-0 [--cell:var(--surface)]">
        <thead>
          {isWide && (
            <tr>
              <th scope="col" rowSpan={2} className={`${head} start-0 top-0 z-3! h-[60px] border-e ps-5 !text-start align-bottom pb-2 max-md:ps-4`}>{words.dimension(rows)}</th>
              {groups.map((group) => <th key={group.isTotal ? 'total' : `${group.key}`} scope="colgroup" colSpan={measures.length} className={cx(head, 'top-0 h-[30px] border-b-0! !text-fg-2', group.isTotal && 'border-s font-semibold')}>{group.name}</th>)}
            </tr>
          )}
          <tr>
            {!isWide && <th scope="col" className={`${head} start-0 top-0 z-3! h-[34px] border-e ps-5 !text-start max-md:ps-4`}>{words.dimension(rows)}</th>}
            {groups.flatMap((group) => measures.map((measure, index) => <th key={`${group.isTotal ? 'total' : group.key} ${measure}`} scope="col" className={cx(head, isWide ? 'top-[30px] h-[30px]' : 'top-0 h-[34px]', group.isTotal && isWide && index === 0 && 'border-s')}>{words.measure(measure)}</th>))}
          </tr>
        </thead>
        <tbody>
          {cube.rows.map((row) => {
            const name = nameOf(rows, row.key, row.title)
            return (
              <tr key={row.key ?? '·'} className="group/row">
                <th scope="row" className="sticky start-0 z-1 h-9 max-w-64 min-w-36 border-e border-b border-line bg-surface ps-5 pe-1.5 text-start font-medium max-md:max-w-44 max-md:ps-4">
                  <span className="flex items-center gap-1"><span className="min-w-0 flex-1 truncate"><Behind party="contact" filter={row.filter}>{name}</Behind></span>{menu(row, name)}</span>
                </th>
                {cube.columns.flatMap((column) => figures(row.cells.find((cell) => cell.column === column.key), `${column.key}`, false, 'border-b border-line', true))}
                {figures(row.total, 'total', true, 'border-b border-line', !isWide)}
              </tr>
            )
          })}
        </tbody>
        <tfoot className="[--cell:var(--subtle)]">
          <tr>
            <th scope="row" className="sticky start-0 bottom-0 z-3 h-10 border-e border-t border-line bg-subtle ps-5 pe-3 text-start font-semibold max-md:ps-4">{t('cube.total')}</th>
            {cube.columns.flatMap((column) => figures(column.total, `${column.key}`, false, 'sticky bottom-0 z-2 border-t border-line font-semibold', false))}
            {figures(cube.total, 'total', true, 'sticky bottom-0 z-2 border-t border-line font-semibold', false)}
          </tr>
        </tfoot>
      </table>
      {cube.more && (
        <p className="sticky start-0 flex w-fit items-center gap-3 px-5 py-3 text-fg-2 max-md:px-4">
          {t('cube.part')}
          {onMore && <Button look="outline" onClick={onMore}>{t('common.more')}</Button>}
        </p>
      )}
    </div>
  )
}
