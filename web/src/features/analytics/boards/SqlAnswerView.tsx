/** The answer to a question in SQL as a table, or as bars by its first text and its first number. */

import { useTranslation } from '@/lib/useTranslation'
import { useLocale } from '@/lib/session'
import { isNumber, type SqlAnswer, type SqlCell } from '@/lib/sql'
import { cx } from '@/ui/kit'
import { TD, TH } from '@/ui/charts/cells'

function textOf(value: SqlCell, locale: string): string {
  if (value === null) return ''
  return typeof value === 'number' ? new Intl.NumberFormat(locale, { maximumFractionDigits: 6 }).format(value) : String(value)
}

export function SqlTableView({ answer, most }: { answer: SqlAnswer; most?: number }) {
  const { t } = useTranslation()
  const locale = useLocale()
  if (answer.rows.length === 0) return <p className="p-5 text-fg-3">{t('sql.no_rows')}</p>
  return (
    <table className="border-separate border-spacing-0">
      <thead><tr>{answer.columns.map((column) => <th key={column.name} scope="col" className={cx(TH, 'sticky top-0 z-1 bg-surface', isNumber(column.type) && '!text-end')} title={column.type}>{column.name}</th>)}</tr></thead>
      <tbody>
        {answer.rows.slice(0, most).map((row, index) => (
          <tr key={index}>{row.map((value, column) => <td key={column} className={cx(TD, '!py-1.5 max-w-96 truncate', isNumber(answer.columns[column]?.type ?? '') && 'text-end tabular-nums')} title={value === null ? undefined : String(value)}>{textOf(value, locale)}</td>)}</tr>
        ))}
      </tbody>
    </table>
  )
}

/** Which columns can be drawn: names, and the figures beside them. */
export function drawable(answer: SqlAnswer): { label: number; value: number } | null {
  const value = answer.columns.findIndex((column) => isNumber(column.type))
  const label = answer.columns.findIndex((column, index) => index !== value && !isNumber(column.type))
  return value < 0 || answer.rows.length === 0 ? null : { label: label < 0 ? (value === 0 ? 1 : 0) : label, value }
}

export function SqlBars({ answer, most = 40 }: { answer: SqlAnswer; most?: number }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const places = drawable(answer)
  if (!places) return <p className="text-fg-3">{t('sql.no_figure')}</p>
  const number = (row: SqlCell[]) => (typeof row[places.value] === 'number' ? (row[places.value] as number) : 0)
  const longest = Math.max(1e-9, ...answer.rows.slice(0, most).map((row) => Math.abs(number(row))))
  return (
    <ul aria-label={answer.columns[places.value]?.name} className="flex max-w-4xl flex-col gap-2">
      {answer.rows.slice(0, most).map((row, index) => (
        <li key={index}>
          <div className="flex items-baseline gap-3"><span className="min-w-0 flex-1 truncate">{textOf(row[places.label] ?? null, locale) || t('kpi.not_set')}</span><span className="font-medium tabular-nums">{textOf(row[places.value] ?? null, locale)}</span></div>
          <span aria-hidden className="mt-1 block h-1.5 overflow-hidden rounded-full bg-hover"><b className={cx('block h-full rounded-full', number(row) < 0 ? 'bg-bad-fill' : 'bg-accent')} style={{ width: `${(Math.abs(number(row)) / longest) * 100}%` }} /></span>
        </li>
      ))}
    </ul>
  )
}
