/** Figures over time: a line or columns in our own SVG, with the values of the period under the pointer. */

import { useEffect, useId, useState, type PointerEvent } from 'react'
import { currencyDigits, formatMoneyCompact } from '@/lib/format'
import type { Figure } from '@/lib/records'
import { bandsOf, ticksOf } from '@/lib/scale'
import { useLocale } from '@/lib/session'
import { Legend } from './ChartLayout'
import type { Chart } from './series'

const TOP = 12
const BOTTOM = 30
const WIDEST = 26

export function Plot({ chart, kind, sentence, figureText, isStacked, onOpen, currency }: {
  chart: Chart
  kind: 'bar' | 'line' | 'ring'
  sentence: string
  figureText: (figure: Figure | undefined, short?: boolean) => string
  isStacked: boolean
  onOpen: (question: string) => void
  currency: string | null
}) {
  const locale = useLocale()
  const id = useId()
  const [frame, setFrame] = useState<HTMLDivElement | null>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [at, setAt] = useState<number | null>(null)
  useEffect(() => {
    if (!frame) return
    const measure = () => setSize({ width: frame.clientWidth, height: frame.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(frame)
    return () => observer.disconnect()
  }, [frame])

  const count = chart.labels.length
  const stacked = isStacked && kind === 'bar'
  const sums = chart.labels.map((_, index) => chart.series.reduce((sum, one) => sum + (one.points[index]?.value ?? 0), 0))
  const values = chart.series.flatMap((one) => one.points.map((point) => point.value))
  // Steps are round in whole units of the currency, not in its cents.
  const unit = currency ? 10 ** currencyDigits(currency) : 1
  const ticks = ticksOf(Math.min(0, ...values) / unit, Math.max(...(stacked ? sums : values), 0) / unit).map((tick) => tick * unit)
  const low = ticks[0] ?? 0
  const high = ticks.at(-1) ?? 1
  const tickText = (value: number) => (currency ? formatMoneyCompact({ amount: value, currency }, locale) : new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value))
  const left = 16 + Math.max(...ticks.map((tick) => tickText(tick).length)) * 7
  const width = Math.max(0, size.width - left - 16)
  const height = Math.max(0, size.height - TOP - BOTTOM)
  const { band, middle } = bandsOf(count, width)
  const x = (index: number) => left + middle(index)
  const y = (value: number) => TOP + height - ((value - low) / (high - low || 1)) * height
  const every = Math.max(1, Math.ceil((count * 76) / Math.max(1, width)))
  const bar = Math.min(WIDEST, band * 0.7)

  function onPointerMove(event: PointerEvent<SVGSVGElement>) {
    const inside = event.clientX - event.currentTarget.getBoundingClientRect().left - left
    const index = Math.floor(inside / (band || 1))
    setAt(index >= 0 && index < count ? index : null)
  }

  function onClick() {
    if (at === null) return
    const filters = chart.series.flatMap((one) => one.points[at]?.filter ?? [])
    if (filters.length > 0) onOpen(filters.length === 1 ? (filters[0] ?? '') : filters.map((one) => `(${one})`).join(' or '))
  }

  return (
    <div className="flex min-h-0 flex-1 flex-col px-4 pt-4 pb-2">
      {chart.series.length > 1 && <Legend chart={chart} />}
      <div ref={setFrame} className="relative min-h-64 flex-1">
        {size.width > 0 && (
          <svg role="img" aria-label={sentence} width={size.width} height={size.height} onPointerMove={onPointerMove} onPointerLeave={() => setAt(null)} onClick={onClick} className="absolute inset-0 [direction:ltr]">
            <defs>
              <linearGradient id={`${id}-fade`} x1="0" y1="0" x2="0" y2="1">
                <stop offset="0" stopColor="var(--accent)" stopOpacity=".22" />
                <stop offset="1" stopColor="var(--accent)" stopOpacity="0" />
              </linearGradient>
            </defs>
            {ticks.map((tick) => (
              <g key={tick}>
                <line x1={left} x2={size.width - 16} y1={y(tick)} y2={y(tick)} stroke={tick === 0 ? 'var(--line-strong)' : 'var(--line)'} />
                <text x={left - 8} y={y(tick)} textAnchor="end" dominantBaseline="central" className="fill-fg-3 text-[11px] tabular-nums">{tickText(tick)}</text>
              </g>
            ))}
            {chart.labels.map((label, index) => index % every === 0 && <text key={label} x={x(index)} y={size.height - 10} textAnchor="middle" className="fill-fg-3 text-[11px]">{label}</text>)}
            {at !== null && <rect x={left + band * at} y={TOP} width={band} height={height} fill="var(--hover)" opacity=".7" />}
            {kind === 'line'
              ? chart.series.map((one) => {
                  const path = one.points.map((point, place) => `${place === 0 ? 'M' : 'L'}${x(place).toFixed(1)} ${y(point.value).toFixed(1)}`).join('')
                  const colour = one.colour
                  return (
                    <g key={one.key}>
                      {chart.series.length === 1 && count > 1 && <path d={`${path}L${x(count - 1).toFixed(1)} ${y(0)}L${x(0).toFixed(1)} ${y(0)}Z`} fill={`url(#${id}-fade)`} />}
                      <path d={path} fill="none" stroke={colour} strokeWidth={2.25} strokeLinejoin="round" strokeLinecap="round" />
                      {(count === 1 || at !== null) && <circle cx={x(at ?? 0)} cy={y(one.points[at ?? 0]?.value ?? 0)} r={4} fill={colour} stroke="var(--surface)" strokeWidth={2} />}
                    </g>
                  )
                })
              : chart.labels.map((label, place) => {
                  let base = 0
                  return (
                    <g key={label}>
                      {chart.series.map((one, index) => {
                        const value = one.points[place]?.value ?? 0
                        if (value === 0) return null
                        const from = stacked ? base : 0
                        base += value
                        const top = y(Math.max(from, from + value))
                        const tall = Math.abs(y(from) - y(from + value))
                        const colour = one.colour
                        const wide = stacked || chart.series.length === 1 ? bar : Math.max(1, bar / chart.series.length)
                        const start = stacked || chart.series.length === 1 ? x(place) - bar / 2 : x(place) - bar / 2 + index * wide
                        const isTop = !stacked || chart.series.slice(index + 1).every((next) => (next.points[place]?.value ?? 0) === 0)
                        return <path key={one.key} d={column(start, top, wide, Math.max(0, tall - (stacked && !isTop ? 0.5 : 0)), isTop ? Math.min(4, wide / 2, tall) : 0)} fill={colour} />
                      })}
                    </g>
                  )
                })}
          </svg>
        )}
        {at !== null && size.width > 0 && (
          <div role="presentation" className="pointer-events-none absolute top-1 z-2 min-w-36 rounded-md bg-raised px-3 py-2 text-meta shadow-3" style={x(at) > size.width / 2 ? { right: size.width - x(at) + band / 2 + 8 } : { left: x(at) + band / 2 + 8 }}>
            <p className="pb-1 font-semibold">{chart.labels[at]}</p>
            {chart.series.map((one) => (
              <p key={one.key} className="flex items-center gap-2">
                {chart.series.length > 1 && <i className="size-2 rounded-[2px]" style={{ background: one.colour }} />}
                {one.name && <span className="flex-1 text-fg-2">{one.name}</span>}
                <span className="font-medium tabular-nums">{figureText(one.points[at]?.figure) || '0'}</span>
              </p>
            ))}
          </div>
        )}
      </div>
    </div>
  )
}

/** A column, rounded at its outer end alone. */
function column(x: number, y: number, width: number, height: number, radius: number): string {
  return `M${x} ${y + height}V${y + radius}Q${x} ${y} ${x + radius} ${y}H${x + width - radius}Q${x + width} ${y} ${x + width} ${y + radius}V${y + height}Z`
}
