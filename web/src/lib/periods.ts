/** Days gathered into periods: what a period is called, and which comes after it. */

import { formatDate } from './format'

export type PeriodUnit = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** `Jun 2026`, `Q2 2026`, `2026`, `12 Jun 2026`. */
export function periodText(day: string, unit: PeriodUnit, locale: string): string {
  const [year = 1970, month = 1, date = 1] = day.slice(0, 10).split('-').map(Number)
  const at = new Date(year, month - 1, date)
  switch (unit) {
    case 'year': return String(year)
    case 'quarter': return locale.startsWith('zh') ? `${year}年第${Math.floor((month - 1) / 3) + 1}季度` : locale.startsWith('ro') ? `T${Math.floor((month - 1) / 3) + 1} ${year}` : locale.startsWith('ru') ? `${Math.floor((month - 1) / 3) + 1} кв. ${year}` : `Q${Math.floor((month - 1) / 3) + 1} ${year}`
    case 'month': return new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric' }).format(at)
    case 'week': case 'day': return formatDate(day.slice(0, 10), locale)
  }
}

/** The period after, for filling gaps in a line. */
export function nextPeriod(day: string, unit: PeriodUnit): string {
  const [year = 1970, month = 1, date = 1] = day.slice(0, 10).split('-').map(Number)
  const at = new Date(Date.UTC(
    year + (unit === 'year' ? 1 : 0),
    month - 1 + (unit === 'month' ? 1 : unit === 'quarter' ? 3 : 0),
    date + (unit === 'day' ? 1 : unit === 'week' ? 7 : 0),
  ))
  return at.toISOString().slice(0, 10)
}
