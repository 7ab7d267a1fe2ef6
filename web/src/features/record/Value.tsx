/** What this customer is worth and likely to do: the analysis of one, told on its page. Silent where nothing was analysed. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from '@/lib/useTranslation'
import { profileQuery, type Profile } from '@/lib/analysis'
import { useAnalysisWords } from '@/lib/analysisWords'
import type { ObjectDef } from '@/lib/definitions'
import { formatDate, formatNumber } from '@/lib/format'
import type { RecordData } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { CodePill } from '@/ui/CodePill'
import { Meter } from '@/ui/kit'

export default function Value({ object, record }: { object: ObjectDef; record: RecordData }) {
  const { t } = useTranslation()
  const profile = useQuery(profileQuery(object.plural, record.id)).data
  if (!profile) return null
  return (
    <section aria-label={t('worth.title')} className="mb-3 rounded-md px-3 py-3 shadow-[inset_0_0_0_1px_var(--line)]">
      <div className="flex items-center justify-between gap-2">
        <h2 className="font-semibold">{t('worth.title')}</h2>
        <Link to="/analysis/sheet" search={{ of: `${object.name}:${record.id}` }} className="rounded-xs text-meta text-fg-2 hover:text-accent-text hover:underline">{t('worth.sheet')}</Link>
      </div>
      <Told profile={profile} />
    </section>
  )
}

function Told({ profile }: { profile: Profile }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const { lifetime_value: value, expected_orders: expected } = profile
  const next = profile.next_products ?? []
  const one = (number: number) => formatNumber(Math.round(number * 10) / 10, locale)
  const before = profile.history.filter((held) => held.segment !== profile.segment).at(-1)
  return (
    <div className="mt-2 flex flex-col gap-2.5">
      <p className="flex flex-wrap gap-1.5">
        {profile.segment && <CodePill field="rfm_segment" code={profile.segment} />}
        {profile.value_class && <CodePill field="value_class" code={profile.value_class} dot={false} />}
        {profile.activity && <CodePill field="activity" code={profile.activity} />}
      </p>
      {profile.activity !== 'active' && profile.reasons && profile.reasons.length > 0 && <p className="text-fg-2">{profile.reasons.map((reason) => words.reason(reason, profile.currency)).join(' · ')}</p>}
      {value && (
        <div>
          <p className="text-meta text-fg-3">{t('worth.next_year')}</p>
          <p className="text-figure font-semibold tabular-nums">{words.amount(value.value, '', true)}</p>
          <p className="text-meta text-fg-2 tabular-nums">
            {[value.low && value.high && t('customers.between', { low: words.amount(value.low, '', true), high: words.amount(value.high, '', true) }), expected && t('worth.expected', { number: one(expected.value) })].filter(Boolean).join(' · ')}
          </p>
        </div>
      )}
      {profile.alive_probability !== null && (
        <div>
          <p className="mb-1 flex justify-between gap-2 text-meta text-fg-3"><span>{t('worth.alive')}</span><span className="text-fg-2 tabular-nums">{words.share(profile.alive_probability)}</span></p>
          <Meter label={t('worth.alive')} share={profile.alive_probability} />
        </div>
      )}
      <ul className="flex flex-col gap-0.5 text-meta text-fg-2">
        {profile.scores.every((score) => score !== null) && profile.scores.length === 3 && <li>{t('worth.scores', { recency: profile.scores[0], frequency: profile.scores[1], money: profile.scores[2] })}</li>}
        {profile.interval_days !== null && <li>{t('worth.interval', { days: words.days(profile.interval_days) })}</li>}
        {profile.last_order && <li>{t('leaving.last_order', { day: formatDate(profile.last_order, locale) })}</li>}
        {before?.segment && <li>{t('worth.before', { day: formatDate(before.on, locale), segment: words.segment(before.segment) })}</li>}
        {profile.cluster && <li>{t('worth.cluster', { name: profile.cluster.name })}</li>}
      </ul>
      {next.length > 0 && (
        <div className="border-t border-line pt-2">
          <p className="text-meta text-fg-3">{t('worth.next')}</p>
          <ul className="mt-0.5 flex flex-col gap-0.5">
            {next.slice(0, 3).map((product) => <li key={product.id} className="flex items-baseline gap-2"><span className="min-w-0 flex-1 truncate">{product.title}</span><span className="text-meta text-fg-3 tabular-nums" title={t('next.why', { share: words.share(product.confidence), lift: one(product.lift) })}>{words.share(product.confidence)}</span></li>)}
          </ul>
        </div>
      )}
      {profile.model && <p className="text-meta text-fg-3">{t('worth.made', { number: profile.model.version, day: formatDate(new Date(profile.model.made_at).toISOString(), locale) })}</p>}
    </div>
  )
}
