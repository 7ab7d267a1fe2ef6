/** "A deal of 10,000 at 85 % attainment gives …", worked out by the server as it will be when it counts. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { reasonOf } from '@/lib/api'
import { workedQuery, type Example, type Terms } from '@/lib/commissions'
import { currencyDigits, formatMoney, formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { usePaused } from '@/lib/usePaused'
import { useTranslation } from '@/lib/useTranslation'
import { minor } from './draft'

export function WorkedExample({ terms, currency }: { terms: Terms | null; currency: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [deal, setDeal] = useState('10000')
  const [quota, setQuota] = useState('50000')
  const [attained, setAttained] = useState('85')
  const money = (amount: number) => formatMoney({ amount, currency }, locale, true)
  const [amount, whole] = [minor(deal, currency), minor(quota, currency)]
  const percent = /^\d{1,4}$/.test(attained.trim()) ? Number(attained) : null
  const isKnown = terms !== null && amount !== null && whole !== null && percent !== null
  const example: Example | null = isKnown ? { terms, amount, before: Math.round((whole * percent) / 100), quota: terms.by === 'attainment' ? whole : null } : null
  const asked = usePaused(example ? JSON.stringify(example) : '')
  const worked = useQuery({ ...workedQuery(asked ? (JSON.parse(asked) as Example) : null), placeholderData: keepPreviousData })
  const told = example && worked.data && !worked.isError ? worked.data : null
  const field = 'input !h-7 !min-h-7 !w-24 !py-0 text-end tabular-nums pointer-coarse:!h-9'
  const unit = 10 ** currencyDigits(currency)
  return (
    <section aria-label={t('commissions.example')} className="sticky bottom-0 flex flex-col gap-2 rounded-md bg-accent-soft px-3.5 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-meta text-fg-2">
        <label className="flex items-center gap-1.5">{t('commissions.example_deal')}<input className={field} inputMode="decimal" value={deal} onChange={(event) => setDeal(event.target.value)} /></label>
        {terms?.by === 'attainment' && <label className="flex items-center gap-1.5">{t('commissions.example_quota')}<input className={field} inputMode="decimal" value={quota} onChange={(event) => setQuota(event.target.value)} /></label>}
        {terms?.by === 'attainment' && <label className="flex items-center gap-1.5">{t('commissions.example_at')}<input className={`${field} !w-14`} inputMode="numeric" value={attained} onChange={(event) => setAttained(event.target.value)} />%</label>}
        {terms?.by === 'amount' && <label className="flex items-center gap-1.5">{t('commissions.example_before')}<input className={field} inputMode="decimal" value={percent === null || whole === null ? '' : String(Math.round((whole * percent) / 100) / unit)} onChange={(event) => { setQuota(event.target.value); setAttained('100') }} /></label>}
      </div>
      <p aria-live="polite" className="min-h-10">
        {told && amount !== null ? (
          <>
            <b className="text-title font-semibold tabular-nums">{t('commissions.gives', { value: money(told.amount) })}</b>{' '}
            <span className="text-fg-2">{told.slices.map((slice) => t('commissions.slice', { base: money(slice.base), rate: formatNumber(slice.rate / 100, locale) })).join(' + ')}{told.lifted > 0 && ` · ${t('commissions.lifted', { value: money(told.lifted) })}`}{told.is_capped && ` · ${t('commissions.capped')}`}</span>
          </>
        ) : <span className="text-fg-2">{example === null ? t('commissions.not_number') : worked.isError ? reasonOf(worked.error) : ''}</span>}
      </p>
    </section>
  )
}
