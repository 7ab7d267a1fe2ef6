/** Keys of the texts that follow from a code. */

import type { Function } from '@/lib/scorecards'
import type { Kind } from './cards'

export const LIGHT_WORDS = { green: 'kpi.light_green', amber: 'kpi.light_amber', red: 'kpi.light_red' } as const

export const FUNCTION_WORDS: Record<Function, string> = { marketing: 'area.marketing', sales: 'area.sales', service: 'area.service' }

export const BY_WORDS: Record<string, string> = {
  campaign: 'kpi_by.campaign', channel: 'kpi_by.channel', kind: 'kpi_by.kind', owner: 'kpi_by.owner', pipeline: 'kpi_by.pipeline', priority: 'kpi_by.priority', product: 'kpi_by.product',
  product_line: 'kpi_by.product_line', rating: 'kpi_by.rating', source: 'kpi_by.source', team: 'kpi_by.team', territory: 'kpi_by.territory',
}

export const STEP_WORDS: Record<string, string> = { day: 'course.day', week: 'course.week', month: 'course.month', quarter: 'course.quarter', year: 'course.year' }

export const GOAL_WORDS: Record<'month' | 'quarter' | 'year', { of: string; unit: string }> = {
  month: { of: 'goals.of_month', unit: 'goals.month' },
  quarter: { of: 'goals.of_quarter', unit: 'goals.quarter' },
  year: { of: 'goals.of_year', unit: 'goals.year' },
}

/** Periods that move with the data. */
export const PERIOD_WORDS: Record<string, string> = {
  last_7_days: 'period.days_seven', last_30_days: 'period.days_thirty', last_90_days: 'period.days_ninety', last_12_months: 'period.months_twelve', this_month: 'period.of_this_month', last_month: 'period.of_last_month',
  this_quarter: 'period.of_this_quarter', last_quarter: 'period.of_last_quarter', this_year: 'period.of_this_year', last_year: 'period.of_last_year',
}

export const SHORT_PERIODS: Record<string, string> = { last_7_days: 'period.short_seven', last_30_days: 'period.short_thirty', last_90_days: 'period.short_ninety', last_12_months: 'period.short_twelve' }

export const SEEN_WORDS: Record<string, string> = { private: 'board.seen_private', team: 'board.seen_team', everyone: 'board.seen_everyone' }

/** Kinds of cards. */
export const CARD_WORDS: Record<string, string> & Record<Kind, string> = {
  kpi: 'card.kpi', course: 'card.course', groups: 'card.groups', drivers: 'card.drivers', view: 'card.view', count: 'card.count', cube: 'card.cube', cohorts: 'board.cohorts', forecast: 'card.forecast', sql: 'card.sql', text: 'card.text',
}
