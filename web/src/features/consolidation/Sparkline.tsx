/** A trend beside its number: a neutral line with a coloured last dot. */

import { useTranslation } from '@/lib/useTranslation'
import { formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'

const WIDTH = 96
const HEIGHT = 26

export function Sparkline({ trend }: { trend: { day: string; score: number }[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  if (trend.length < 2) return null
  const scores = trend.map((one) => one.score)
  const low = Math.min(...scores)
  const span = Math.max(...scores) - low || 1
  const x = (index: number) => 3 + (index / (trend.length - 1)) * (WIDTH - 8)
  const y = (score: number) => HEIGHT - 5 - ((score - low) / span) * (HEIGHT - 10)
  const last = trend.length - 1
  const text = (index: number) => formatNumber(Math.round(scores[index] ?? 0), locale)
  return (
    <svg role="img" aria-label={t('quality.trend', { count: trend.length, first: text(0), last: text(last) })} width={WIDTH} height={HEIGHT} className="shrink-0 [direction:ltr]">
      <path d={scores.map((score, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(score).toFixed(1)}`).join('')} fill="none" stroke="var(--line-strong)" strokeWidth={1.75} strokeLinejoin="round" strokeLinecap="round" />
      <circle cx={x(last)} cy={y(scores[last] ?? 0)} r={3} fill="var(--accent)" />
    </svg>
  )
}
