/** How visits are told: numbers, shares, minutes, and a table of rows with a bar for how many. */

import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { changeOf, changeText, shareText } from '@/lib/analysisFigures'
import { formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { cx } from '@/ui/kit'
import { TD, TH } from '@/ui/charts/cells'

/** `3:05`, minutes and seconds. */
export function clockText(seconds: number): string {
  const whole = Math.round(seconds)
  const minutes = Math.floor(whole / 60)
  const rest = String(whole % 60).padStart(2, '0')
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`
}

export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

export function Moved({ value, before, lessIsBetter }: { value: number; before: number | undefined; lessIsBetter?: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const change = changeOf(value, before, 'visits')
  if (change === null || before === undefined) return null
  const isFlat = Math.abs(change) < 0.0005
  const isGood = lessIsBetter ? change < 0 : change > 0
  return <span className={cx('text-meta whitespace-nowrap tabular-nums', isFlat ? 'text-fg-3' : isGood ? 'text-ok' : 'text-bad')}>{isFlat ? t('analysis.same') : changeText(change, locale)}</span>
}

/** The known people behind a number; plain where there are none. */
export function Known({ count, by, of }: { count: number; by?: string; of?: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  if (count === 0) return <>—</>
  return (
    <Link to="/analysis/web" search={((held: Record<string, string>) => ({ ...held, part: 'visitors', side: by, key: of })) as never} aria-label={t('web.known_open', { count, number: formatNumber(count, locale) })} className="rounded-xs text-accent-text hover:underline">
      {formatNumber(count, locale)}
    </Link>
  )
}

export interface Column<Row> {
  head: string
  cell: (row: Row) => ReactNode
  /** Left out on a phone. */
  wide?: boolean
}

/** Rows with a name, a bar for their size, and figures. */
export function Table<Row>({ label, rows, name, head, size, columns, keyOf }: { label: string; rows: readonly Row[]; name: (row: Row) => ReactNode; head: string; size: (row: Row) => number; columns: readonly Column<Row>[]; keyOf: (row: Row) => string }) {
  const locale = useLocale()
  const most = Math.max(1, ...rows.map(size))
  const whole = rows.reduce((sum, row) => sum + size(row), 0)
  return (
    <table aria-label={label} className="w-full border-separate border-spacing-0">
      <thead>
        <tr>
          <th scope="col" className={cx(TH, '!ps-0')}>{head}</th>
          {columns.map((column) => <th key={column.head} scope="col" className={cx(TH, '!text-end', column.wide && 'max-md:hidden')}>{column.head}</th>)}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)} className="hover:bg-subtle">
            <th scope="row" className={cx(TD, 'max-w-0 w-[46%] !ps-0 text-start font-normal max-md:w-[52%]')}>
              <span className="flex min-w-0 flex-col gap-1">
                <span className="truncate">{name(row)}</span>
                <span aria-hidden title={shareText(ratio(size(row), whole), locale)} className="h-1 overflow-hidden rounded-full bg-active"><span className="block h-full rounded-full bg-accent" style={{ width: `${Math.max(0.5, (size(row) / most) * 100)}%` }} /></span>
              </span>
            </th>
            {columns.map((column) => <td key={column.head} className={cx(TD, 'text-end whitespace-nowrap tabular-nums', column.wide && 'max-md:hidden')}>{column.cell(row)}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A sentence where there are no rows. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className="rounded-md px-3.5 py-4 text-fg-2 shadow-[inset_0_0_0_1px_var(--line)]">{children}</p>
}
