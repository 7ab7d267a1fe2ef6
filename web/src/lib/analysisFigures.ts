/** Figures of the analysis as people read them, and the sums behind its charts; nothing here knows a page. */

import { currencyDigits, formatMoney, formatMoneyCompact, formatNumber, moneyInput, type Money } from './format'
import type { Amount } from './analysis'
import { periodText, type PeriodUnit } from './periods'

/** The number behind a figure, in its smallest unit: for lengths and shades. */
export function amountOf(value: Amount | undefined): number {
  return typeof value === 'number' ? value : (value?.amount ?? 0)
}

/** Measures told as a share of something. */
const SHARES = new Set(['hit_rate', 'hit_rate_of_popular', 'margin_share', 'return_share', 'repeat_share', 'share', 'smape', 'naive_smape', 'coverage80', 'coverage95'])

export function isShare(measure: string): boolean {
  return SHARES.has(measure)
}

/** `37 %`; one decimal below ten, where a point is a lot. */
export function shareText(share: number, locale: string): string {
  const digits = Math.abs(share) < 0.0995 && share !== 0 ? 1 : 0
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(share)
}

/** A figure in the reader's language; `short` drops what a tile has no room for. */
export function amountText(value: Amount | undefined, measure: string, locale: string, short = false): string {
  if (value === null || value === undefined) return '—'
  if (typeof value !== 'number') return short ? formatMoneyCompact(withoutCents(value), locale) : formatMoney(withoutCents(value), locale, true)
  if (isShare(measure)) return shareText(value, locale)
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 10) / 10
  if (short && Math.abs(rounded) >= 100_000) return new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(rounded)
  return formatNumber(rounded, locale)
}

/** From a thousand on nobody reads the cents. */
function withoutCents(money: Money): Money {
  const unit = 10 ** currencyDigits(money.currency)
  return Math.abs(money.amount) < 1000 * unit ? money : { ...money, amount: Math.round(money.amount / unit) * unit }
}

/** `210 days`, in the form the language has for that many. */
export function daysText(days: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit: 'day', unitDisplay: 'long', maximumFractionDigits: 0 }).format(days)
}

/** How far a figure moved, as a share of what it was; null where there is nothing to compare with. Shares move by points. */
export function changeOf(value: Amount | undefined, before: Amount | undefined, measure: string): number | null {
  if (value === null || value === undefined || before === null || before === undefined) return null
  const was = amountOf(before)
  if (isShare(measure)) return amountOf(value) - was
  return was === 0 ? null : (amountOf(value) - was) / Math.abs(was)
}

export function changeText(change: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: Math.abs(change) < 0.0995 ? 1 : 0, signDisplay: 'exceptZero' }).format(change)
}

/** The first day of a period as the server names it: `2015`, `2015-04`, `2015-Q2`, `2015-04-06`. */
export function firstDay(period: string): string {
  const quarter = /^(\d{4})-?Q([1-4])$/.exec(period)
  if (quarter) return `${quarter[1]}-${String(Number(quarter[2]) * 3 - 2).padStart(2, '0')}-01`
  const [year = '1970', month = '01', day = '01'] = period.slice(0, 10).split('-')
  return `${year}-${month}-${day}`
}

export function periodName(period: string, unit: PeriodUnit, locale: string): string {
  return periodText(firstDay(period), unit, locale)
}

/** A point of a curve: share of customers, share of revenue. */
export type Point = readonly [x: number, y: number]

/** What is known of the concentration, the best customers first: the whole curve, or its known points joined. */
export function concentration(told: { curve?: number[] | null; classes: { share: number; revenue_share: number }[]; top_20_share: number | null }): Point[] {
  const { curve } = told
  if (curve && curve.length > 2) return ended(curve.map((revenue, step): Point => [step / (curve.length - 1), revenue]))
  let customers = 0
  let revenue = 0
  const known: Point[] = told.classes.map((one) => [(customers += one.share), (revenue += one.revenue_share)] as const)
  if (told.top_20_share !== null) known.push([0.2, told.top_20_share])
  return ended(known.sort((a, b) => a[0] - b[0]))
}

function ended(points: Point[]): Point[] {
  const inside = points.filter(([x]) => x > 0 && x < 0.9995)
  return [[0, 0], ...inside, [1, 1]]
}

/** The height of a curve at `x`, on the straight between its neighbours. */
export function heightAt(points: readonly Point[], x: number): number {
  const after = points.findIndex(([at]) => at >= x)
  const to = points[after]
  const from = points[after - 1]
  if (!to) return points.at(-1)?.[1] ?? 0
  if (!from || to[0] === from[0]) return to[1]
  return from[1] + ((x - from[0]) / (to[0] - from[0])) * (to[1] - from[1])
}

/** The share of a cohort that a period holds: of its customers, or of the revenue of its first period. */
export function cohortShare(cell: Amount | undefined, first: Amount | undefined): number | null {
  const whole = amountOf(first)
  return cell === undefined || cell === null || whole === 0 ? null : amountOf(cell) / whole
}

/** Lines of a table as CSV (RFC 4180). A text that a spreadsheet would take for a formula stays a text. */
export function csvOf(lines: readonly (readonly (string | number | null)[])[]): string {
  return lines.map((line) => line.map(csvCell).join(',')).join('\r\n')
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = /^[=+\-@\t\r]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A figure as a plain decimal, for a file. */
export function plainOf(value: Amount | undefined): string | number | null {
  if (value === null || value === undefined) return null
  return typeof value === 'number' ? value : moneyInput(value)
}

/** The unit a chart's axis counts in: amounts in whole units of their currency, not in cents. */
export function unitOf(currency: string | null): number {
  return currency ? 10 ** currencyDigits(currency) : 1
}

export function currencyOf(values: readonly (Amount | undefined)[]): string | null {
  for (const value of values) if (value && typeof value === 'object') return value.currency
  return null
}
