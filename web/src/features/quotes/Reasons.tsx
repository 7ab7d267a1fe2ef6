/** Why a price is what it is, step by step. */

import { useTranslation } from '@/lib/useTranslation'
import { formatMoney, formatNumber } from '@/lib/format'
import type { Reason } from '@/lib/quotes'
import { useLocale } from '@/lib/session'

const WHY: Record<string, string> = { currency: 'quotes.why_currency', day: 'quotes.why_day', product: 'quotes.why_product', quantity: 'quotes.why_quantity' }
const UNKNOWN: Record<string, string> = { price: 'quotes.unknown_price', rate: 'quotes.unknown_rate', product: 'quotes.unknown_product' }

export function Reasons({ reasons }: { reasons: Reason[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = (reason: Reason): string => {
    switch (reason.code) {
      case 'passed_over': return t('quotes.reason_passed', { list: reason.list ?? '', why: t(WHY[reason.why ?? ''] ?? 'quotes.why_product') })
      case 'list': return reason.from ? t('quotes.reason_tier', { list: reason.list ?? '', from: formatNumber(reason.from, locale) }) : t('quotes.reason_list', { list: reason.list ?? '' })
      case 'bundle': return t('quotes.reason_bundle', { count: reason.parts ?? 0 })
      case 'product': return t('quotes.reason_product')
      case 'converted': return t('quotes.reason_converted', { was: reason.was ? formatMoney(reason.was, locale) : '', rate: reason.rate ?? '' })
      case 'discount': return t('quotes.reason_discount', { name: reason.discount ?? '', percent: formatNumber(reason.percent ?? 0, locale) })
      case 'unknown': return t(UNKNOWN[reason.why ?? ''] ?? 'quotes.unknown_price')
    }
  }
  return (
    <ol className="flex flex-col gap-1.5">
      {reasons.map((reason, place) => <li key={place} className={reason.code === 'passed_over' ? 'text-fg-3' : ''}>{words(reason)}</li>)}
    </ol>
  )
}
