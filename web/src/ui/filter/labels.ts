/** Words of the builder for operators and periods. */

import type { Operator, Unit } from '@/lib/question'

export const OPERATOR_LABELS: Record<Operator, string> = {
  is: 'op.is', is_not: 'op.is_not', contains: 'op.contains', contains_not: 'op.contains_not', starts_with: 'op.starts_with', ends_with: 'op.ends_with', lt: 'op.lt', le: 'op.le', gt: 'op.gt', ge: 'op.ge',
  between: 'op.between', in: 'op.in', in_last: 'op.in_last', in_next: 'op.in_next', in_period: 'op.in_period', empty: 'op.empty', not_empty: 'op.not_empty',
}
export const DATE_OPERATOR_LABELS: Partial<Record<Operator, string>> = { lt: 'op.before', ge: 'op.since' }

export const PERIOD_LABELS: Record<string, string> = {
  'this day': 'period.today', 'last day': 'period.yesterday', 'next day': 'period.tomorrow', today: 'period.today', yesterday: 'period.yesterday', tomorrow: 'period.tomorrow',
  'this week': 'period.this_week', 'last week': 'period.last_week', 'next week': 'period.next_week', 'this month': 'period.this_month', 'last month': 'period.last_month', 'next month': 'period.next_month',
  'this quarter': 'period.this_quarter', 'last quarter': 'period.last_quarter', 'next quarter': 'period.next_quarter', 'this year': 'period.this_year', 'last year': 'period.last_year', 'next year': 'period.next_year',
}

export const SPAN_LABELS: Record<Unit, string> = { hour: 'filter.hours', day: 'filter.days', week: 'filter.weeks', month: 'filter.months', quarter: 'filter.quarters', year: 'filter.years' }
