/** What the quote comes to, as it is typed: for the customer, and what is left of it for the company. */

import { useTranslation } from '@/lib/useTranslation'
import { formatMoney, formatNumber, type Money } from '@/lib/format'
import type { Quote } from '@/lib/quotes'
import { useLocale } from '@/lib/session'
import { cx } from '@/ui/kit'

export function Sums({ quote, withoutCost }: { quote: Quote; withoutCost: number }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const money = (value: Money | null | undefined) => (value ? formatMoney(value, locale) : '–')
  const percent = (value: number | null | undefined) => (value === null || value === undefined ? '' : ` · ${formatNumber(value, locale)} %`)
  const row = (label: string, value: string, look = '') => (
    <div className={cx('flex justify-between gap-4', look)}><dt className="text-fg-2">{label}</dt><dd className="text-end tabular-nums">{value}</dd></div>
  )
  const hasDiscount = (quote.discount?.amount ?? 0) !== 0
  return (
    <section aria-label={t('quotes.sums')} className="rounded-lg bg-surface p-4 shadow-[inset_0_0_0_1px_var(--line)]">
      <dl aria-live="polite" className="flex flex-col gap-1.5">
        {hasDiscount && row(t('quotes.list_total'), money(quote.list_total))}
        {hasDiscount && row(t('quotes.total_discount'), `${money(quote.discount)}${percent(quote.discount_percent)}`)}
        {row(t('quotes.net'), money(quote.total))}
        {row(t('quotes.tax_total'), money(quote.tax))}
        {row(t('quotes.gross'), money(quote.gross_total), 'border-t border-line pt-2 text-figure font-semibold [&_dt]:text-fg')}
        {quote.margin !== undefined && row(t('quotes.margin'), `${money(quote.margin)}${percent(quote.margin_percent)}`, cx('pt-1', (quote.margin?.amount ?? 0) < 0 && 'text-bad [&_dt]:text-bad'))}
      </dl>
      {quote.margin !== undefined && withoutCost > 0 && <p className="pt-2 text-meta text-warn">{t('quotes.without_cost', { count: withoutCost })}</p>}
    </section>
  )
}
