/** The figures and tables of a report, with the two charts that a glance needs: a waterfall and a funnel. */

import { valueText, Moved, Opens } from './values'
import { numberOfValue, waterfallBars, type Cell, type ReportRow, type ReportTable, type ToldReport, type Valued } from '@/lib/salesReports'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { cx } from '@/ui/kit'
import { TD, TH } from '@/ui/charts/cells'
import { Section } from '../parts'

export function Figures({ told }: { told: ToldReport }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <dl className={cx('grid gap-3 max-md:grid-cols-2 max-md:gap-2', told.figures.length > 5 ? 'md:grid-cols-4' : 'md:grid-cols-[repeat(auto-fit,minmax(148px,1fr))]')}>
      {told.figures.map((figure) => {
        const value = valueText(figure.value, locale, true)
        return (
          <div key={figure.name} className="min-w-0 rounded-md px-3.5 py-2.5 shadow-[inset_0_0_0_1px_var(--line)]">
            <dt className="truncate text-meta text-fg-3" title={figure.about}>{figure.label}</dt>
            <dd className="truncate text-title font-semibold tracking-[-0.02em] tabular-nums" title={valueText(figure.value, locale)}>
              <Opens cell={figure} label={t('kpi.open_behind', { name: figure.label, value })}>{value}</Opens>
            </dd>
            <dd className="truncate"><Moved cell={figure} better={figure.more_is_better} /></dd>
          </div>
        )
      })}
    </dl>
  )
}

export function Told({ table }: { table: ReportTable }) {
  const { t } = useTranslation()
  const bars = table.chart === 'waterfall' ? waterfallBars(table.rows, table.columns.length - 1) : table.chart === 'funnel' ? funnelBars(table.rows) : null
  return (
    <Section title={table.title} lead={<span className="text-meta">{table.about}</span>}>
      {table.rows.length === 0 ? <p className="text-fg-3">{t('sales_reports.nothing')}</p> : (
        <div tabIndex={0} role="region" aria-label={table.title} className="overflow-x-auto rounded-md shadow-[inset_0_0_0_1px_var(--line)] outline-offset-[-2px]">
          <table className="w-full border-separate border-spacing-0">
            <thead>
              <tr>
                <th scope="col" className={TH}><span className="sr-only">{table.title}</span></th>
                {bars && <td aria-hidden className={cx(TH, 'w-[36%] max-md:hidden')} />}
                {table.columns.map((column) => <th key={column.name} scope="col" className={cx(TH, '!text-end')}>{column.label}</th>)}
              </tr>
            </thead>
            <tbody>{table.rows.map((row, index) => <Line key={row.key} row={row} table={table} bar={bars?.[index]} isLast={index === table.rows.length - 1} />)}</tbody>
          </table>
        </div>
      )}
    </Section>
  )
}

interface Bar {
  from: number
  to: number
}

function funnelBars(rows: readonly ReportRow[]): Bar[] {
  const sizes = rows.map((row) => numberOfValue(row.cells[0]?.value ?? { kind: 'none' }) ?? 0)
  const most = Math.max(1, ...sizes)
  return sizes.map((size) => ({ from: 0, to: size / most }))
}

/** What came is green, what was lost red, what is open plain. */
const TONES: Record<string, string> = {
  new: 'bg-ok-fill', reopened: 'bg-ok-fill', restored: 'bg-ok-fill', pulled_in: 'bg-ok-fill', slipped_in: 'bg-ok-fill', grown: 'bg-ok-fill',
  shrunk: 'bg-warn-fill', slipped: 'bg-warn-fill', pulled_out: 'bg-warn-fill', removed: 'bg-warn-fill', lost: 'bg-bad-fill', won: 'bg-accent',
}

/** What left grows when more left: told without its sign. */
function sized(cell: Cell): Cell {
  const plain = (value: Valued): Valued => (value.kind === 'money' ? { ...value, value: { ...value.value, amount: Math.abs(value.value.amount) } } : value)
  return { ...cell, value: plain(cell.value), before: plain(cell.before) }
}

function Line({ row, table, bar, isLast }: { row: ReportRow; table: ReportTable; bar: Bar | undefined; isLast: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const cell = cx(TD, isLast && 'border-b-0', row.is_total && 'font-semibold')
  const tone = table.chart === 'waterfall' ? (row.is_total ? 'bg-fg-3' : (TONES[row.key] ?? 'bg-fg-3')) : 'bg-accent'
  return (
    <tr className="hover:bg-subtle">
      <th scope="row" className={cx(cell, 'min-w-36 text-start font-medium max-md:min-w-24')}>{row.label}</th>
      {bar && (
        <td aria-hidden className={cx(cell, 'max-md:hidden')}>
          <span className="relative block h-3.5">{bar.to > bar.from && <span className={cx('absolute inset-y-0 min-w-px rounded-xs', tone)} style={{ insetInlineStart: `${bar.from * 100}%`, width: `${(bar.to - bar.from) * 100}%` }} />}</span>
        </td>
      )}
      {row.cells.map((one, index) => {
        const column = table.columns[index]
        const text = valueText(one.value, locale)
        return (
          <td key={column?.name ?? index} className={cx(cell, 'text-end whitespace-nowrap tabular-nums')}>
            <Opens cell={one} label={t('kpi.open_behind', { name: `${row.label}, ${column?.label ?? ''}`, value: text })}>{text}</Opens>
            <span className="ms-2 inline-block min-w-12 font-normal max-md:ms-0 max-md:block"><Moved cell={table.chart === 'waterfall' ? sized(one) : one} quiet /></span>
          </td>
        )
      })}
    </tr>
  )
}
