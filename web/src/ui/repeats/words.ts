/** A rule of recurrence in words: `Every 2 weeks, Tuesday, until 30 June 2026`. */

import { useTranslation } from '@/lib/useTranslation'
import { formatDate } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { readRule, weekdayName, type Frequency, type Rule } from './rule'

export const EACH: Record<Frequency, string> = { DAILY: 'repeats.each_day', WEEKLY: 'repeats.each_week', MONTHLY: 'repeats.each_month', YEARLY: 'repeats.each_year' }
const SOME: Record<Frequency, string> = { DAILY: 'repeats.days', WEEKLY: 'repeats.weeks', MONTHLY: 'repeats.months', YEARLY: 'repeats.years' }

export function useRuleText(): (text: string) => string {
  const { t } = useTranslation()
  const locale = useLocale()
  return (text) => {
    const rule = readRule(text)
    if (!rule) return text
    const parts = [rule.interval === 1 ? t(EACH[rule.every]) : t(SOME[rule.every], { count: rule.interval }), ...daysOf(rule, locale, t)]
    if (rule.until) parts.push(t('repeats.until_day', { day: formatDate(rule.until, locale) }))
    else if (rule.count) parts.push(t('repeats.times', { count: rule.count }))
    return parts.join(', ')
  }
}

function daysOf(rule: Rule, locale: string, t: (key: string, values?: Record<string, unknown>) => string): string[] {
  const [first] = rule.weekdays
  if (rule.nth !== null && first) {
    const day = weekdayName(first, locale)
    return [rule.nth === -1 ? t('repeats.last_of_month', { day }) : t('repeats.nth_of_month', { nth: rule.nth, day })]
  }
  if (rule.monthDay !== null) return [rule.monthDay === -1 ? t('repeats.last_day') : t('repeats.month_day', { day: rule.monthDay })]
  return rule.weekdays.length > 0 ? [new Intl.ListFormat(locale).format(rule.weekdays.map((day) => weekdayName(day, locale)))] : []
}
