/** Lines over an ordered axis, with bands of what is likely; the pointer or the arrow keys read the values of a place. */

import { useState, type KeyboardEvent, type PointerEvent } from 'react'
import { ticksOf } from '@/lib/scale'
import { useWidth } from './Frame'
import { bandPath, heightOf, labelEvery, linePath, nearest, type Place } from './geometry'

export interface Line {
  key: string
  colour: string
  values: (number | null)[]
  dashed?: boolean
}

export interface Band {
  key: string
  colour: string
  opacity: number
  /** Both ends by place; null outside of the band. */
  values: ([low: number, high: number] | null)[]
}

const TOP = 10
const BOTTOM = 26
/** Room for the half of the last label. */
const END = 30

export function Lines({ labels, lines, bands = [], sentence, tickText, read, height = 240, unit = 1, most, mark, dots = [] }: {
  labels: string[]
  lines: Line[]
  bands?: Band[]
  sentence: string
  tickText: (value: number) => string
  /** The values at a place in words. */
  read: (index: number) => string
  height?: number
  /** Steps of the axis are round in this unit. */
  unit?: number
  /** The end of the axis where it is known beforehand: 1 for shares. */
  most?: number
  /** The place chosen: a line through it. */
  mark?: number
  /** Points that lie outside, drawn over their line. */
  dots?: { index: number; value: number; colour: string }[]
}) {
  const [frame, width] = useWidth()
  const [at, setAt] = useState<number | null>(null)
  const values = [...lines.flatMap((one) => one.values), ...bands.flatMap((one) => one.values.flatMap((ends) => ends ?? []))].filter((value): value is number => value !== null)
  const ticks = ticksOf(Math.min(0, ...values) / unit, (most ?? Math.max(0, ...values)) / unit).map((tick) => tick * unit)
  const low = ticks[0] ?? 0
  const high = most ?? ticks.at(-1) ?? 1
  const shown = ticks.filter((tick) => tick <= high * 1.0001)
  const start = 14 + Math.max(...shown.map((tick) => tickText(tick).length)) * 6.6
  const wide = Math.max(0, width - start - END)
  const tall = height - TOP - BOTTOM
  const x = (index: number) => start + (labels.length > 1 ? (index / (labels.length - 1)) * wide : wide / 2)
  const y = (value: number) => heightOf(value, low, high, TOP, tall)
  const every = labelEvery(labels.length, wide, 16 + Math.max(1, ...labels.map((label) => label.length)) * 6.2)

  function onPointerMove(event: PointerEvent<SVGSVGElement>) {
    setAt(nearest(event.clientX - event.currentTarget.getBoundingClientRect().x - start, labels.length, wide))
  }

  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    setAt((held) => Math.max(0, Math.min(labels.length - 1, (held ?? (step > 0 ? -1 : labels.length)) + step)))
  }

  return (
    <div>
      <div ref={frame} style={{ height }}>
        {width > 0 && (
          <svg role="img" aria-label={sentence} tabIndex={0} width={width} height={height} onPointerMove={onPointerMove} onPointerLeave={() => setAt(null)} onKeyDown={onKeyDown} onBlur={() => setAt(null)} className="block rounded-sm [direction:ltr]">
            {shown.map((tick) => (
              <g key={tick}>
                <line x1={start} x2={width - END} y1={y(tick)} y2={y(tick)} stroke={tick === 0 ? 'var(--line-strong)' : 'var(--line)'} />
                <text x={start - 8} y={y(tick)} textAnchor="end" dominantBaseline="central" className="fill-fg-3 text-[11px] tabular-nums">{tickText(tick)}</text>
              </g>
            ))}
            {labels.map((label, index) => index % every === 0 && <text key={`${label} ${index}`} x={x(index)} y={height - 8} textAnchor="middle" className="fill-fg-3 text-[11px] tabular-nums">{label}</text>)}
            {bands.map((band) => {
              const held = band.values.flatMap((ends, index) => (ends ? [{ index, ends }] : []))
              const upper = held.map(({ index, ends }): Place => [x(index), y(ends[1])])
              const lower = held.map(({ index, ends }): Place => [x(index), y(ends[0])])
              return <path key={band.key} d={bandPath(upper, lower)} fill={band.colour} opacity={band.opacity} />
            })}
            {mark !== undefined && <line x1={x(mark)} x2={x(mark)} y1={TOP} y2={TOP + tall} stroke="var(--accent)" strokeDasharray="3 3" />}
            {at !== null && <line x1={x(at)} x2={x(at)} y1={TOP} y2={TOP + tall} stroke="var(--line-strong)" />}
            {lines.map((line) => (
              <g key={line.key}>
                <path d={linePath(line.values.map((value, index): Place | null => (value === null ? null : [x(index), y(value)])))} fill="none" stroke={line.colour} strokeWidth={2.25} strokeLinejoin="round" strokeLinecap="round" strokeDasharray={line.dashed ? '5 4' : undefined} />
                {line.values.map((value, index) => value !== null && (index === at || index === mark) && <circle key={index} cx={x(index)} cy={y(value)} r={4} fill={line.colour} stroke="var(--surface)" strokeWidth={2} />)}
              </g>
            ))}
            {dots.map((dot) => <circle key={dot.index} cx={x(dot.index)} cy={y(dot.value)} r={4.5} fill={dot.colour} stroke="var(--surface)" strokeWidth={2} />)}
          </svg>
        )}
      </div>
      <p role="status" className="min-h-5 text-meta text-fg-2 tabular-nums" data-no-print>{at === null ? '' : read(at)}</p>
    </div>
  )
}
