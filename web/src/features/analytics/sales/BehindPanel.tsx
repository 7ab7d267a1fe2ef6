/** The records that a figure is made of, beside the report: what each was, is, and adds. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { formatNumber, formatMoney, type Money } from '@/lib/format'
import { behindRows, type BehindRow, type SalesReport, type ToldReport } from '@/lib/salesReports'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button } from '@/ui/kit'
import { SidePanel } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import { kpiText } from '../boards/figures'

export default function BehindPanel({ report, asked, figure, told, onClose }: { report: SalesReport; asked: Record<string, string | undefined>; figure: string; told: ToldReport | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const rows = useInfiniteQuery({
    queryKey: ['sales reports', report, 'rows', asked, figure] as const,
    queryFn: ({ pageParam, signal }) => behindRows(report, asked, figure, pageParam, signal),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next,
  })
  const title = useMemo(() => nameOf(told, figure), [told, figure])
  const pages = rows.data?.pages ?? []
  const first = pages[0]
  return (
    <SidePanel open onClose={onClose} title={<span className="truncate">{title || t('pages.sales_reports')}{first && <span className="ms-2 font-normal text-fg-3 tabular-nums">{formatNumber(first.count, locale)}</span>}</span>}>
      <div tabIndex={0} role="region" aria-label={title || t('pages.sales_reports')} className="min-h-0 flex-1 overflow-y-auto px-5 py-2">
        {rows.isError && !first ? <Failed error={rows.error} onRetry={() => void rows.refetch()} /> : !first ? <Bones rows={8} /> : (
          <>
            <ul>{pages.flatMap((page) => page.data).map((row) => <One key={row.id} plural={first.object} row={row} />)}</ul>
            {first.count === 0 && <p className="py-3 text-fg-3">{t('sales_reports.nothing')}</p>}
            {rows.hasNextPage && <div className="py-3"><Button look="outline" onClick={() => void rows.fetchNextPage()}>{t('sales_reports.more')}</Button></div>}
          </>
        )}
      </div>
    </SidePanel>
  )
}

/** What the open figure is called in the report. */
function nameOf(told: ToldReport | undefined, figure: string): string {
  for (const table of told?.tables ?? []) {
    for (const row of table.rows) {
      const place = row.cells.findIndex((cell) => cell.opens?.as === 'rows' && cell.opens.figure === figure)
      if (place >= 0) return table.columns.length > 2 ? `${row.label}: ${table.columns[place]?.label ?? ''}` : row.label
    }
  }
  return told?.figures.find((one) => one.opens?.as === 'rows' && one.opens.figure === figure)?.label ?? ''
}

function One({ plural, row }: { plural: string; row: BehindRow }) {
  const locale = useLocale()
  const money = (amount: Money) => formatMoney(amount, locale)
  const moved = row.was && row.is && (row.was.amount !== row.is.amount || row.was.currency !== row.is.currency) ? `${money(row.was)} → ${money(row.is)}` : null
  const main = row.part ?? row.is ?? row.was
  return (
    <li className="flex items-baseline gap-3 border-b border-line py-2 last:border-0">
      <span className="min-w-0 flex-1">
        <Link to="/o/$plural/$id" params={{ plural, id: row.id }} className="block truncate font-medium hover:text-accent-text hover:underline">{row.title || row.id}</Link>
        <span className="block truncate text-meta text-fg-3">{[row.owner, moved].filter(Boolean).join(' · ')}</span>
      </span>
      <span className="shrink-0 text-end tabular-nums">
        {main && <span className="block">{money(main)}</span>}
        {row.days !== null && <span className="block text-meta text-fg-3">{kpiText(row.days, 'days', locale)}</span>}
      </span>
    </li>
  )
}
