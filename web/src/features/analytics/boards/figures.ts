/** Values of KPIs as people read them, each in its unit. */

import type { Amount } from '@/lib/analysis'
import { amountOf, amountText, shareText } from '@/lib/analysisFigures'
import { formatNumber } from '@/lib/format'
import type { Unit } from '@/lib/scorecards'

function united(value: number, unit: string, locale: string, digits: number): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(value)
}

/** Hours in what fits: minutes below one, days from two days on. */
function hoursText(hours: number, locale: string): string {
  if (Math.abs(hours) < 1) return united(hours * 60, 'minute', locale, 0)
  return Math.abs(hours) < 48 ? united(hours, 'hour', locale, 1) : united(hours / 24, 'day', locale, 1)
}

/** A value in its unit; `short` for cards and axes. */
export function kpiText(value: Amount | undefined, unit: Unit, locale: string, short = false): string {
  if (value === null || value === undefined) return '—'
  if (typeof value !== 'number') return amountText(value, '', locale, short)
  switch (unit) {
    case 'share': return Math.abs(value) >= 0.0995 && !short ? new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value) : shareText(value, locale)
    case 'days': return united(value, 'day', locale, 1)
    case 'hours': return hoursText(value, locale)
    case 'rating': return new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 2 }).format(value)
    case 'ratio': return new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(value)
    default: return short ? amountText(value, '', locale, true) : formatNumber(Math.round(value * 100) / 100, locale)
  }
}

/** The number behind a value; null where there is none, so that a line breaks there. */
export function numberOf(value: Amount | undefined): number | null {
  return value === null || value === undefined ? null : amountOf(value)
}

/** The same number as the amount that an axis shows. */
export function amountAt(value: number, currency: string, unit: Unit): Amount {
  return unit === 'money' || unit === 'money_per_day' ? { amount: Math.round(value), currency } : value
}

/** The days of a step as a label of the axis. */
export function stepLabel(from: string, step: string | null, locale: string): string {
  const day = new Date(`${from}T00:00:00Z`)
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options }).format(day)
  if (step === 'year') return format({ year: 'numeric' })
  if (step === 'quarter') return `Q${Math.floor(day.getUTCMonth() / 3) + 1} ${String(day.getUTCFullYear()).slice(2)}`
  return step === 'month' ? format({ month: 'short', year: '2-digit' }) : format({ day: 'numeric', month: 'short' })
}
