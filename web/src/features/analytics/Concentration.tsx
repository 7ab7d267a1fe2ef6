/** How much of the revenue the best customers bring: the curve, even shares for comparison, and where the classes end. */

import { useState, type KeyboardEvent, type PointerEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { Customers } from '@/lib/analysis'
import { concentration, heightAt, shareText } from '@/lib/analysisFigures'
import { formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { ChartFrame, Key, useWidth } from '@/ui/charts/Frame'
import { heightOf, linePath, type Place } from '@/ui/charts/geometry'

const HEIGHT = 236
const TOP = 18
const BOTTOM = 26
const START = 42

export function Concentration({ told }: { told: Customers }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [frame, width] = useWidth()
  const [at, setAt] = useState<number | null>(null)
  const points = concentration(told)
  const wide = Math.max(0, width - START - 12)
  const tall = HEIGHT - TOP - BOTTOM
  const x = (share: number) => START + share * wide
  const y = (share: number) => heightOf(share, 0, 1, TOP, tall)
  const place = ([across, up]: readonly [number, number]): Place => [x(across), y(up)]
  const percent = (share: number) => shareText(share, locale)
  const sentence = told.top_20_share === null ? t('concentration.plain') : t('concentration.sentence', { share: percent(told.top_20_share) })
  let sum = 0
  const ends = told.classes.map((one) => ({ name: one.class.toUpperCase(), from: sum, to: (sum += one.share) }))
  const read = (share: number) => t('concentration.read', { customers: percent(share), revenue: percent(heightAt(points, share)) })

  function onPointerMove(event: PointerEvent<SVGSVGElement>) {
    const inside = (event.clientX - event.currentTarget.getBoundingClientRect().x - START) / (wide || 1)
    setAt(Math.max(0, Math.min(1, Math.round(inside * 100) / 100)))
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === 'ArrowRight' ? 0.05 : event.key === 'ArrowLeft' ? -0.05 : 0
    if (step === 0) return
    event.preventDefault()
    setAt((held) => Math.max(0, Math.min(1, Math.round(((held ?? 0) + step) * 100) / 100)))
  }

  return (
    <ChartFrame
      sentence={sentence}
      legend={<><Key colour="var(--accent)">{t('concentration.actual')}</Key><Key colour="var(--line-strong)" dashed>{t('concentration.even')}</Key></>}
      table={{ heads: [t('concentration.customers'), t('concentration.revenue')], lines: [0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1].map((share) => [percent(share), percent(heightAt(points, share))]) }}
    >
      <div ref={frame} style={{ height: HEIGHT }}>
        {width > 0 && (
          <svg role="img" aria-label={sentence} tabIndex={0} width={width} height={HEIGHT} onPointerMove={onPointerMove} onPointerLeave={() => setAt(null)} onKeyDown={onKeyDown} onBlur={() => setAt(null)} className="block rounded-sm [direction:ltr]">
            {[0, 0.5, 1].map((share) => (
              <g key={share}>
                <line x1={START} x2={width - 12} y1={y(share)} y2={y(share)} stroke={share === 0 ? 'var(--line-strong)' : 'var(--line)'} />
                <text x={START - 6} y={y(share)} textAnchor="end" dominantBaseline="central" className="fill-fg-3 text-[11px] tabular-nums">{percent(share)}</text>
                <text x={x(share)} y={HEIGHT - 8} textAnchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'} className="fill-fg-3 text-[11px] tabular-nums">{percent(share)}</text>
              </g>
            ))}
            {ends.map((one) => (
              <g key={one.name}>
                {one.to < 0.999 && <line x1={x(one.to)} x2={x(one.to)} y1={TOP} y2={TOP + tall} stroke="var(--line-strong)" strokeDasharray="3 3" />}
                <text x={x((one.from + Math.min(1, one.to)) / 2)} y={TOP - 7} textAnchor="middle" className="fill-fg-2 text-[11px] font-semibold">{one.name}</text>
              </g>
            ))}
            <path d={linePath([[x(0), y(0)], [x(1), y(1)]])} stroke="var(--line-strong)" strokeWidth={1.5} strokeDasharray="5 4" />
            <path d={`${linePath(points.map(place))}L${x(1)} ${y(0)}L${x(0)} ${y(0)}Z`} fill="var(--accent)" opacity={0.1} />
            <path d={linePath(points.map(place))} fill="none" stroke="var(--accent)" strokeWidth={2.25} strokeLinejoin="round" strokeLinecap="round" />
            {told.top_20_share !== null && at === null && <circle cx={x(0.2)} cy={y(heightAt(points, 0.2))} r={4} fill="var(--accent)" stroke="var(--surface)" strokeWidth={2} />}
            {at !== null && <circle cx={x(at)} cy={y(heightAt(points, at))} r={4} fill="var(--accent)" stroke="var(--surface)" strokeWidth={2} />}
          </svg>
        )}
      </div>
      <p role="status" className="min-h-5 text-meta text-fg-2 tabular-nums">{at !== null ? read(at) : told.gini === null ? '' : t('concentration.gini', { gini: formatNumber(Math.round(told.gini * 100) / 100, locale) })}</p>
    </ChartFrame>
  )
}
