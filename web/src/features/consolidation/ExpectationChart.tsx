/** How much of what is taken would be right, and how much of what there is would be found, for each line one might draw. */

import { useState, type PointerEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { Expectation } from '@/lib/matching'
import { useLocale } from '@/lib/session'

const WIDTH = 398
const HEIGHT = 176
const START = 38
const TOP = 10
const BOTTOM = 26

export function ExpectationChart({ chart, marks }: { chart: Expectation[]; marks: { at: number; label: string }[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [under, setUnder] = useState<number | null>(null)
  const percent = (value: number) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: value > 0.99 && value < 1 ? 2 : 0 }).format(value)
  const wide = WIDTH - START - 12
  const tall = HEIGHT - TOP - BOTTOM
  const x = (index: number) => START + (index / Math.max(1, chart.length - 1)) * wide
  const y = (share: number) => TOP + (1 - share) * tall
  const line = (of: (one: Expectation) => number) => chart.map((one, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(of(one)).toFixed(1)}`).join('')
  const placeOf = (threshold: number) => {
    const index = chart.findIndex((one) => one.threshold >= threshold - 1e-9)
    return x(index < 0 ? chart.length - 1 : index)
  }
  const every = Math.ceil(chart.length / 6)
  const shown = under === null ? null : chart[under]

  function onPointerMove(event: PointerEvent<SVGSVGElement>) {
    const box = event.currentTarget.getBoundingClientRect()
    const inside = ((event.clientX - box.x) / box.width) * WIDTH - START
    setUnder(Math.max(0, Math.min(chart.length - 1, Math.round((inside / wide) * (chart.length - 1)))))
  }

  return (
    <figure className="flex flex-col gap-1">
      <figcaption className="flex flex-wrap items-center gap-x-4 text-meta text-fg-2">
        <span className="flex items-center gap-1.5"><i className="h-0.5 w-3.5 rounded-full bg-[var(--cat-1)]" />{t('matching.precision')}</span>
        <span className="flex items-center gap-1.5"><i className="h-0.5 w-3.5 rounded-full bg-[var(--cat-2)]" />{t('matching.recall')}</span>
        <span role="status" className="ms-auto text-fg tabular-nums">{shown && t('matching.point', { at: percent(shown.threshold), right: percent(shown.precision), found: percent(shown.recall) })}</span>
      </figcaption>
      <svg role="img" aria-label={t('matching.chart', { right: percent(chart[0]?.precision ?? 0), end: percent(chart.at(-1)?.precision ?? 0) })} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} onPointerMove={onPointerMove} onPointerLeave={() => setUnder(null)} className="w-full [direction:ltr]">
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line x1={START} x2={WIDTH - 12} y1={y(share)} y2={y(share)} stroke={share === 0 ? 'var(--line-strong)' : 'var(--line)'} />
            <text x={START - 6} y={y(share)} textAnchor="end" dominantBaseline="central" className="fill-fg-3 text-[11px] tabular-nums">{percent(share)}</text>
          </g>
        ))}
        {chart.map((one, index) => index % every === 0 && <text key={one.threshold} x={x(index)} y={HEIGHT - 8} textAnchor="middle" className="fill-fg-3 text-[11px] tabular-nums">{percent(one.threshold)}</text>)}
        {marks.map((mark) => (
          <g key={mark.label}>
            <line x1={placeOf(mark.at)} x2={placeOf(mark.at)} y1={TOP} y2={TOP + tall} stroke="var(--accent)" strokeDasharray="3 3" />
            <text x={placeOf(mark.at)} y={TOP + tall - 6} textAnchor={placeOf(mark.at) > WIDTH / 2 ? 'end' : 'start'} dx={placeOf(mark.at) > WIDTH / 2 ? -5 : 5} className="fill-accent-text text-[11px] font-medium">{mark.label}</text>
          </g>
        ))}
        <path d={line((one) => one.recall)} fill="none" stroke="var(--cat-2)" strokeWidth={2.25} strokeLinejoin="round" strokeLinecap="round" />
        <path d={line((one) => one.precision)} fill="none" stroke="var(--cat-1)" strokeWidth={2.25} strokeLinejoin="round" strokeLinecap="round" />
        {shown && under !== null && [['var(--cat-1)', shown.precision] as const, ['var(--cat-2)', shown.recall] as const].map(([colour, share]) => <circle key={colour} cx={x(under)} cy={y(share)} r={4} fill={colour} stroke="var(--surface)" strokeWidth={2} />)}
      </svg>
    </figure>
  )
}
