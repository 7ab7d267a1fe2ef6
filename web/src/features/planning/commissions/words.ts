/** What a plan says, in words of the reader. */

import type { Applies, Base, By, CommissionPlans, Credit, Terms } from '@/lib/commissions'
import { formatMoney, formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'

export const CREDITS = { booked: 'commissions.credit_booked', invoiced: 'commissions.credit_invoiced', paid: 'commissions.credit_paid' } as const satisfies Record<Credit, string>
export const BASES = { revenue: 'commissions.base_revenue', margin: 'commissions.base_margin' } as const satisfies Record<Base, string>
export const BYS = { flat: 'commissions.by_flat', attainment: 'commissions.by_attainment', amount: 'commissions.by_amount' } as const satisfies Record<By, string>
export const APPLIES = { step: 'commissions.applies_step', all: 'commissions.applies_all' } as const satisfies Record<Applies, string>
export const UNITS = { month: 'planning.month', quarter: 'planning.a_quarter', year: 'planning.years' } as const

/** Lines that tell a version's terms, the rates last. */
export function useTermsText(plans: CommissionPlans): (terms: Terms, currency: string) => string[] {
  const { t } = useTranslation()
  const locale = useLocale()
  return (terms, currency) => {
    const money = (amount: number) => formatMoney({ amount, currency }, locale, true)
    const rate = (value: number) => t('commissions.percent', { percent: formatNumber(value / 100, locale) })
    const from = (value: number) => (terms.by === 'attainment' ? t('commissions.percent', { percent: value }) : money(value))
    const lines = [`${t('commissions.credit')} ${t(CREDITS[terms.credit])} · ${t('commissions.base')} ${t(BASES[terms.base])}`]
    if (terms.by !== 'flat') lines.push(`${t('commissions.by')} ${t(BYS[terms.by])} · ${t('commissions.measured')} ${t(UNITS[terms.unit]).toLocaleLowerCase(locale)} · ${t('commissions.applies')} ${t(APPLIES[terms.applies])}`)
    for (const table of terms.tables) {
      const steps = table.steps.map((step) => (step.from === 0 ? rate(step.rate) : t('commissions.from_rate', { from: from(step.from), rate: rate(step.rate) }))).join(' → ')
      const line = table.product_line ? (plans.product_lines[table.product_line] ?? '—') : terms.tables.length > 1 ? t('commissions.everything_else') : ''
      lines.push(line ? `${line}: ${steps}` : steps)
    }
    const more = [
      terms.deal_cap !== null && terms.deal_cap !== undefined ? t('commissions.deal_cap_is', { value: money(terms.deal_cap) }) : '',
      terms.cap !== null && terms.cap !== undefined ? t('commissions.cap_is', { value: money(terms.cap) }) : '',
      terms.take_back_days !== null && terms.take_back_days !== undefined ? t('commissions.days_are', { count: terms.take_back_days }) : t('commissions.days_free'),
    ].filter(Boolean)
    lines.push(more.join(' · '))
    return lines
  }
}
