/** What the company's own past says of coming months, and how good that would have been. */

import { queryOptions } from '@tanstack/react-query'
import { ask, Problem } from './api'
import type { Forecast } from './forecasts'

export interface Total {
  expected: number
  low: number
  high: number
}

export interface Outlook {
  state: 'none' | 'too_little' | 'made'
  made_at?: string
  /** The day from which on months are foretold. */
  since?: string
  currency?: string
  months?: { month: string; last: string; amount: Total; deals: Total; amount_so_far: Total; deals_so_far: Total }[]
  quality?: { tested: number; made_to_hold: number; deals_held: number; amounts_held: number; deals_error: number; amounts_error: number; plain_error: number } | null
}

/** None for who may not read every deal. */
export const outlookQuery = (asOf: string) => queryOptions({
  queryKey: ['outlook', asOf] as const,
  queryFn: async ({ signal }): Promise<Outlook | null> => {
    try {
      return (await ask<Outlook>('GET', '/analytics/outlook', { signal, query: { as_of: asOf } })).data
    } catch (error) {
      if (error instanceof Problem && (error.status === 403 || error.status === 404)) return null
      throw error
    }
  },
  staleTime: 60_000,
})

/** Whether it is worth telling: months that are over were foretold at all. */
export const isTelling = (outlook: Outlook | null | undefined): boolean => outlook?.state === 'made' && (outlook.quality?.amounts_error ?? 100) < 100

/** What the period will have brought at its end: what is closed, and what was foretold from then on. None where it cannot be told. */
export function learnedOf(forecast: Forecast, outlook: Outlook | null | undefined): Total | null {
  if (!outlook || !isTelling(outlook) || outlook.currency !== forecast.currency || !outlook.months) return null
  const last = outlook.months.findIndex((one) => one.last === forecast.period.last)
  const own = outlook.months[last]
  if (!own) return null
  const since = outlook.since ?? ''
  // One month that lies ahead is told as it is; a longer period only once it has begun, for its months go together.
  if (own.month === forecast.period.first) return own.month > since ? own.amount : plus(own.amount, closedBefore(forecast, since))
  return forecast.period.first <= since ? plus(own.amount_so_far, closedBefore(forecast, since)) : null
}

/** What was closed in the period before the day on which it was foretold. */
function closedBefore(forecast: Forecast, since: string): number {
  return forecast.course.reduce((sum, one) => (one.day < since && one.closed !== null ? one.closed : sum), 0)
}

const plus = (total: Total, more: number): Total => ({ expected: total.expected + more, low: total.low + more, high: total.high + more })
