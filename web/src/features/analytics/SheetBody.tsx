/** The fact sheet itself: figures with their comparison, the course of the months, what was bought and by whom. */

import { Link } from '@tanstack/react-router'
import { useTranslation } from '@/lib/useTranslation'
import { PLURALS, type Amount, type Sheet } from '@/lib/analysis'
import { amountOf, currencyOf, periodName, unitOf } from '@/lib/analysisFigures'
import { CODES, useAnalysisWords, type Coded } from '@/lib/analysisWords'
import { formatDate, formatMoneyCompact, type Money } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { ChartFrame } from '@/ui/charts/Frame'
import { Lines } from '@/ui/charts/Lines'
import { TD, TH } from '@/ui/charts/cells'
import { Change, Section, Tile, Tiles } from './parts'

export function SheetBody({ of, told }: { of: string; told: Sheet }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const title = useTitle(of, told.title)
  const [from, to] = [formatDate(told.from, locale), formatDate(told.to, locale)]
  return (
    <article className="mx-auto flex max-w-[1000px] flex-col gap-6 px-5 py-6 max-md:px-4">
      <header>
        <h2 className="text-title font-semibold">{title}</h2>
        <p className="text-fg-2">
          {t('sheet.period', { from, to })}
          {told.compare && ` · ${t('period.compared', { from: formatDate(told.compare.from, locale), to: formatDate(told.compare.to, locale) })}`}
        </p>
      </header>
      <Tiles>
        {told.figures.map((one) => (
          <Tile
            key={one.measure}
            label={words.measure(one.measure)}
            value={words.amount(one.value, one.measure, true)}
            note={<span className="flex gap-2"><Change value={one.value} before={one.before} measure={one.measure} />{one.share_of_all !== null && of !== 'all' && <span className="truncate">{t('sheet.of_all', { share: words.share(one.share_of_all) })}</span>}</span>}
          />
        ))}
      </Tiles>
      {told.by_month.length > 1 && <Section title={t('sheet.by_month')}><Months told={told} /></Section>}
      <div className="grid grid-cols-2 gap-6 max-lg:grid-cols-1 print:grid-cols-2">
        {told.lines.length > 0 && <Section title={t('dimension.product_line')}><Table rows={told.lines.map((one) => ({ key: one.id ?? one.title ?? '', name: one.title, revenue: one.revenue, margin: one.margin, share: one.share }))} hasMargin /></Section>}
        {told.top_products.length > 0 && <Section title={t('sheet.products')}><Table rows={told.top_products.map((one) => ({ key: one.id ?? one.title ?? '', name: one.title, revenue: one.revenue, share: one.share }))} /></Section>}
        {told.top_customers.length > 0 && <Section title={t('sheet.customers')}><Table rows={told.top_customers.map((one) => ({ key: one.id, name: one.title, revenue: one.revenue, share: one.share, to: { plural: PLURALS[one.object ?? 'contact'], id: one.id } }))} /></Section>}
      </div>
    </article>
  )
}

function useTitle(of: string, title: string | null): string {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  const [kind = '', code = ''] = of.split(':')
  if (of === 'all') return t('sheet.all')
  if (kind in CODES) return words.coded(kind as Coded, code).name
  return title || code || t('common.untitled')
}

function Months({ told }: { told: Sheet }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const currency = currencyOf(told.by_month.map((one) => one.revenue))
  const labels = told.by_month.map((one) => periodName(one.from, 'month', locale))
  const best = told.by_month.reduce((held, one, index) => (amountOf(one.revenue) > amountOf(told.by_month[held]?.revenue) ? index : held), 0)
  const sentence = t('sheet.best_month', { month: labels[best] ?? '', value: words.amount(told.by_month[best]?.revenue, 'revenue', true) })
  return (
    <ChartFrame sentence={sentence} table={{ heads: [t('dimension.month'), t('measure.revenue'), t('measure.orders')], lines: told.by_month.map((one, index) => [labels[index] ?? '', words.amount(one.revenue, 'revenue'), words.amount(one.orders, 'orders')]) }}>
      <Lines
        labels={labels}
        sentence={sentence}
        height={200}
        unit={unitOf(currency)}
        tickText={(value) => (currency ? formatMoneyCompact({ amount: value, currency }, locale) : words.number(value))}
        lines={[{ key: 'revenue', colour: 'var(--accent)', values: told.by_month.map((one) => amountOf(one.revenue)) }]}
        read={(index) => t('sheet.read', { month: labels[index] ?? '', revenue: words.amount(told.by_month[index]?.revenue, 'revenue'), orders: words.amount(told.by_month[index]?.orders, 'orders') })}
      />
    </ChartFrame>
  )
}

interface Row {
  key: string
  name: string | null
  revenue: Money
  margin?: Amount
  share: number | null
  to?: { plural: string; id: string }
}

function Table({ rows, hasMargin }: { rows: Row[]; hasMargin?: boolean }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  return (
    <table className="w-full table-fixed border-separate border-spacing-0">
      <thead>
        <tr>
          <th scope="col" className={`${TH} !ps-0`}>{t('sheet.name')}</th>
          <th scope="col" className={`${TH} w-24 !text-end`}>{t('measure.revenue')}</th>
          {hasMargin && <th scope="col" className={`${TH} w-24 !text-end`}>{t('measure.margin')}</th>}
          <th scope="col" className={`${TH} w-18 !pe-0 !text-end`}>{t('sheet.share')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row" className={`${TD} truncate !py-1.5 !ps-0 text-start font-normal`}>{row.to ? <Link to="/o/$plural/$id" params={row.to} className="hover:text-accent-text hover:underline">{row.name || t('common.untitled')}</Link> : row.name || t('common.untitled')}</th>
            <td className={`${TD} !py-1.5 text-end tabular-nums`}>{words.amount(row.revenue, 'revenue', true)}</td>
            {hasMargin && <td className={`${TD} !py-1.5 text-end tabular-nums`}>{words.amount(row.margin, 'margin', true)}</td>}
            <td className={`${TD} !py-1.5 !pe-0 text-end tabular-nums`}>{words.share(row.share)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
