/** A rule of recurrence as people set it: what of RFC 5545 has words here. Others stay the text that they are. */

export const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const
export type Frequency = (typeof FREQUENCIES)[number]
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof WEEKDAYS)[number]

export interface Rule {
  every: Frequency
  /** 1 is every one, 2 every second. */
  interval: number
  weekdays: Weekday[]
  /** Of a month: which of its weekday it is, -1 the last. */
  nth: number | null
  /** Of a month, 1 to 31; -1 is its last day. */
  monthDay: number | null
  /** The last day, `2026-06-30`. */
  until: string | null
  count: number | null
}

export const PLAIN: Rule = { every: 'WEEKLY', interval: 1, weekdays: [], nth: null, monthDay: null, until: null, count: null }

/** None where the rule says more than there are words for. */
export function readRule(text: string): Rule | null {
  const rule: Rule = { ...PLAIN, weekdays: [] }
  let hasEvery = false
  for (const part of text.trim().replace(/^RRULE:/, '').split(';')) {
    const [name = '', value = ''] = part.split('=')
    if (name === 'FREQ' && (FREQUENCIES as readonly string[]).includes(value)) {
      rule.every = value as Frequency
      hasEvery = true
    } else if (name === 'INTERVAL' && /^\d{1,3}$/.test(value) && Number(value) > 0) rule.interval = Number(value)
    else if (name === 'COUNT' && /^\d{1,4}$/.test(value) && Number(value) > 0) rule.count = Number(value)
    else if (name === 'UNTIL' && /^\d{8}(T\d{6}Z?)?$/.test(value)) rule.until = `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}`
    else if (name === 'BYMONTHDAY' && /^(-1|\d{1,2})$/.test(value)) rule.monthDay = Number(value)
    else if (name === 'BYDAY') {
      const days = value.split(',').map((day) => /^(-1|[1-4])?(MO|TU|WE|TH|FR|SA|SU)$/.exec(day))
      if (days.some((day) => day === null)) return null
      rule.weekdays = days.map((day) => day?.[2] as Weekday)
      const numbers = days.flatMap((day) => (day?.[1] ? [Number(day[1])] : []))
      if (numbers.length > 0 && days.length > 1) return null
      rule.nth = numbers[0] ?? null
    } else if (!(name === 'WKST' && value === 'MO')) return null
  }
  const isSaid = hasEvery && (rule.nth === null || rule.every === 'MONTHLY') && (rule.monthDay === null || rule.every === 'MONTHLY')
  const hasDays = rule.weekdays.length === 0 || rule.every === 'WEEKLY' || (rule.every === 'MONTHLY' && rule.nth !== null)
  return isSaid && hasDays ? rule : null
}

export function writeRule(rule: Rule): string {
  const parts = [`FREQ=${rule.every}`]
  if (rule.interval > 1) parts.push(`INTERVAL=${rule.interval}`)
  if (rule.until) parts.push(`UNTIL=${rule.until.replaceAll('-', '')}`)
  else if (rule.count) parts.push(`COUNT=${rule.count}`)
  if (rule.every === 'MONTHLY' && rule.nth !== null && rule.weekdays[0]) parts.push(`BYDAY=${rule.nth}${rule.weekdays[0]}`)
  else if (rule.every === 'MONTHLY' && rule.monthDay !== null) parts.push(`BYMONTHDAY=${rule.monthDay}`)
  else if (rule.every === 'WEEKLY' && rule.weekdays.length > 0) parts.push(`BYDAY=${WEEKDAYS.filter((day) => rule.weekdays.includes(day)).join(',')}`)
  return parts.join(';')
}

/** A weekday's name. */
export function weekdayName(day: Weekday, locale: string, width: 'long' | 'short' = 'long'): string {
  // The first of January 2024 was a Monday.
  return new Intl.DateTimeFormat(locale, { weekday: width, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + WEEKDAYS.indexOf(day))))
}
