/** Groups as lines and bars: every period in its place, at most six series, the rest together. */

import { nextPeriod } from '@/lib/periods'
import type { Figure } from '@/lib/records'
import { colourOf } from '@/lib/scale'
import { keyText, type Group, type GroupKey, type Unit } from '../groups'
import { numberOf } from './measures'

export interface Point {
  label: string
  value: number
  figure: Figure | undefined
  /** The question behind the point; null for what no record is in. */
  filter: string | null
}

export interface Series {
  key: string
  name: string
  /** What it is drawn in: a state its own hue, others by their order. */
  colour: string
  points: Point[]
  total: number
}

export interface Chart {
  labels: string[]
  series: Series[]
}

export const MOST_SERIES = 6
const MOST_PERIODS = 400

/** One series of the groups, in their order. */
export function singleSeries(groups: readonly Group[], measure: string, labelOf: (key: GroupKey | undefined) => string): Chart {
  const points = groups.map((group) => ({ label: labelOf(group.keys[0]), value: numberOf(group.values[measure]), figure: group.values[measure], filter: group.filter }))
  return { labels: points.map((point) => point.label), series: [{ key: '', name: '', colour: 'var(--accent)', points, total: points.reduce((sum, point) => sum + point.value, 0) }] }
}

/** Several series over the same labels: the largest by name, the rest as one where sums may be added. */
export function splitSeries(order: readonly GroupKey[], groups: readonly Group[], measure: string, isAdditive: boolean, labelOf: (key: GroupKey | undefined) => string, splitLabel: (key: GroupKey | undefined) => string, other: string, colourFor: (key: string, index: number) => string = (_, index) => colourOf(index)): Chart {
  const place = new Map(order.map((key, index) => [keyText(key), index]))
  const found = new Map<string, { name: string; points: Map<number, Group>; total: number }>()
  for (const group of groups) {
    const at = place.get(keyText(group.keys[0]))
    if (at === undefined) continue
    const key = keyText(group.keys[1])
    const held = found.get(key) ?? { name: splitLabel(group.keys[1]), points: new Map<number, Group>(), total: 0 }
    held.points.set(at, group)
    held.total += numberOf(group.values[measure])
    found.set(key, held)
  }
  const labels = order.map((key) => labelOf(key))
  const sorted = [...found].sort(([, a], [, b]) => b.total - a.total)
  const kept = sorted.length > MOST_SERIES ? sorted.slice(0, MOST_SERIES - 1) : sorted
  const rest = sorted.slice(kept.length)
  const series: Series[] = kept.map(([key, { name, points, total }], index) => ({
    key,
    name,
    colour: colourFor(key, index),
    total,
    points: order.map((_, index) => {
      const group = points.get(index)
      return { label: labels[index] ?? '', value: numberOf(group?.values[measure]), figure: group?.values[measure], filter: group?.filter ?? null }
    }),
  }))
  if (rest.length > 0 && isAdditive) {
    const points = order.map((_, index): Point => {
      const groupsHere = rest.flatMap(([, one]) => one.points.get(index) ?? [])
      return {
        label: labels[index] ?? '',
        value: groupsHere.reduce((sum, group) => sum + numberOf(group.values[measure]), 0),
        figure: addFigures(groupsHere.map((group) => group.values[measure])),
        filter: groupsHere.length > 0 ? groupsHere.map((group) => `(${group.filter})`).join(' or ') : null,
      }
    })
    series.push({ key: '…', name: other, colour: colourOf(series.length), points, total: points.reduce((sum, point) => sum + point.value, 0) })
  }
  return { labels, series }
}

/** Sums of the same kind together. */
export function addFigures(figures: readonly (Figure | undefined)[]): Figure {
  const sums = new Map<string, number>()
  let plain = 0
  for (const figure of figures) {
    if (typeof figure === 'number') plain += figure
    else for (const money of Array.isArray(figure) ? figure : figure ? [figure] : []) sums.set(money.currency, (sums.get(money.currency) ?? 0) + money.amount)
  }
  return sums.size > 0 ? [...sums].map(([currency, amount]) => ({ currency, amount })) : plain
}

/** Periods without records have their place on the axis too; nothing is drawn for records without a date. */
export function withGaps(groups: readonly Group[], unit: Unit): Group[] {
  const dated = groups.filter((group) => typeof group.keys[0]?.value === 'string').sort((a, b) => keyText(a.keys[0]).localeCompare(keyText(b.keys[0])))
  const filled: Group[] = []
  for (const group of dated) {
    const key = keyText(group.keys[0])
    let last = filled.at(-1)
    while (last && filled.length < MOST_PERIODS) {
      const next = nextPeriod(keyText(last.keys[0]), unit)
      if (next >= key) break
      last = { keys: [{ value: next, label: null, filter: '' }], filter: '', values: {} }
      filled.push(last)
    }
    filled.push(group)
  }
  return filled
}
