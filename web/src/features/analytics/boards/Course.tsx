/** A KPI over its period, the period before as a dashed line; the same as a table. */

import { useTranslation } from '@/lib/useTranslation'
import type { Kpi, KpiValue } from '@/lib/scorecards'
import { useLocale } from '@/lib/session'
import { ChartFrame, Key } from '@/ui/charts/Frame'
import { Lines } from '@/ui/charts/Lines'
import { currencyDigits } from '@/lib/format'
import { STEP_WORDS } from './words'
import { amountAt, kpiText, numberOf, stepLabel } from './figures'

export function Course({ kpi, told, step, currency, height = 220 }: { kpi: Kpi; told: KpiValue; step: string | null; currency: string; height?: number }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const labels = told.points.map((point) => stepLabel(point.from, step, locale))
  const now = told.points.map((point) => numberOf(point.value))
  // As many places as the period has: what was longer before ends with it.
  const before = told.points.map((_, index) => numberOf(told.points_before[index]?.value))
  const hasBefore = told.points_before.length > 0
  const text = (value: number | null, short = false) => (value === null ? '—' : kpiText(amountAt(value, currency, kpi.unit), kpi.unit, locale, short))
  const sentence = t('course.sentence', { name: kpi.name, value: kpiText(told.value, kpi.unit, locale), first: text(now[0] ?? null), last: text(now.at(-1) ?? null) })
  if (told.points.length < 2) return null
  return (
    <ChartFrame
      sentence={t('course.by', { step: t(STEP_WORDS[step ?? 'day'] ?? '') })}
      legend={<><Key colour="var(--accent)">{t('course.now')}</Key>{hasBefore && <Key colour="var(--fg-3)" dashed>{t('course.before')}</Key>}</>}
      table={{ heads: [t('course.from'), t('course.now'), ...(hasBefore ? [t('course.before')] : [])], lines: labels.map((label, index) => [`${label}${labels.indexOf(label) === index ? '' : ` (${index + 1})`}`, text(now[index] ?? null), ...(hasBefore ? [text(before[index] ?? null)] : [])]) }}
    >
      <Lines
        labels={labels}
        lines={[...(hasBefore ? [{ key: 'before', colour: 'var(--fg-3)', values: before, dashed: true }] : []), { key: 'now', colour: 'var(--accent)', values: now }]}
        sentence={sentence}
        tickText={(value) => text(value, true)}
        read={(index) => `${labels[index] ?? ''}: ${text(now[index] ?? null)}${hasBefore ? ` · ${t('course.before')} ${text(before[index] ?? null)}` : ''}`}
        unit={kpi.unit === 'money' || kpi.unit === 'money_per_day' ? 10 ** currencyDigits(currency) : 1}
        height={height}
      />
    </ChartFrame>
  )
}
