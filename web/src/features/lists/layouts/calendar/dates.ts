/** Days, weeks and months as a calendar draws them: `YYYY-MM-DD` in the reader's own zone, weeks as their locale begins them. */

export type Day = string

const MS_DAY = 86_400_000

export function dayOf(date: Date): Day {
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`
}

export function today(): Day {
  return dayOf(new Date())
}

/** Midnight of a day in the reader's zone. */
export function dateOf(day: Day): Date {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date)
}

export function isDay(text: string | null | undefined): text is Day {
  return typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(dateOf(text).getTime())
}

export function addDays(day: Day, count: number): Day {
  const date = dateOf(day)
  return dayOf(new Date(date.getFullYear(), date.getMonth(), date.getDate() + count))
}

/** The same day of another month, or its last one where the month is shorter. */
export function addMonths(day: Day, count: number): Day {
  const date = dateOf(day)
  const last = new Date(date.getFullYear(), date.getMonth() + count + 1, 0)
  return dayOf(new Date(last.getFullYear(), last.getMonth(), Math.min(date.getDate(), last.getDate())))
}

/** Whole days from `a` to `b`; a change of the clock between them makes no difference. */
export function daysBetween(a: Day, b: Day): number {
  const utc = (day: Day) => {
    const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
    return Date.UTC(year, month - 1, date)
  }
  return Math.round((utc(b) - utc(a)) / MS_DAY)
}

interface WeekInfo {
  firstDay: number
  weekend: number[]
}

/** 1 is Monday, 7 is Sunday. */
export function weekOf(locale: string): WeekInfo {
  try {
    const known = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => WeekInfo; weekInfo?: WeekInfo }
    return known.getWeekInfo?.() ?? known.weekInfo ?? { firstDay: 1, weekend: [6, 7] }
  } catch {
    return { firstDay: 1, weekend: [6, 7] }
  }
}

export function weekday(day: Day): number {
  return dateOf(day).getDay() || 7
}

export function startOfWeek(day: Day, firstDay: number): Day {
  return addDays(day, -((weekday(day) - firstDay + 7) % 7))
}

export function startOfMonth(day: Day): Day {
  return `${day.slice(0, 7)}-01`
}

export type Mode = 'day' | 'week' | 'month' | 'agenda'

export const AGENDA_DAYS = 30

/** First and last day that a mode shows around `at`. */
export function rangeOf(mode: Mode, at: Day, firstDay: number): { from: Day; to: Day } {
  switch (mode) {
    case 'day': return { from: at, to: at }
    case 'week': {
      const from = startOfWeek(at, firstDay)
      return { from, to: addDays(from, 6) }
    }
    case 'month': {
      const first = startOfMonth(at)
      const from = startOfWeek(first, firstDay)
      const last = addDays(addMonths(first, 1), -1)
      return { from, to: addDays(startOfWeek(last, firstDay), 6) }
    }
    case 'agenda': return { from: at, to: addDays(at, AGENDA_DAYS - 1) }
  }
}

/** The day to stand on after a step forward or back. */
export function stepFrom(mode: Mode, at: Day, step: number): Day {
  switch (mode) {
    case 'day': return addDays(at, step)
    case 'week': return addDays(at, 7 * step)
    case 'month': return addMonths(startOfMonth(at), step)
    case 'agenda': return addDays(at, AGENDA_DAYS * step)
  }
}

export function daysFrom(from: Day, to: Day): Day[] {
  return Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, index) => addDays(from, index))
}
