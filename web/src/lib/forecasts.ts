/** The forecast of a period: what will be sold, by person with everybody below, and what was said instead. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'
import type { Money } from './format'
import type { PlanUnit } from './planning'

/** Minor units of the forecast's currency. */
export interface Figures {
  quota: number | null
  closed: number
  won: number
  commit: number
  best_case: number
  pipeline: number
  omitted: number
  /** Closed, and each open deal by its probability. */
  weighted: number
  open: number
  /** What is expected: as it was said, else closed and commit. */
  call: number
  /** Closed, drawn on to the period's end. */
  run_rate: number | null
  gap: number | null
}

export interface Said {
  amount: number | null
  reason: string
  by: string
  at: string
}

export interface ForecastRow {
  /** None for deals of nobody, or of somebody who left. */
  id: string | null
  title: string | null
  above: string | null
  depth: number
  leads: boolean
  own: Figures
  team: Figures
  said: { own: Said | null; team: Said | null }
  may_say: boolean
}

export type Question = 'closed' | 'open' | 'omitted' | 'pipeline' | 'best_case' | 'commit'

export interface Forecast {
  period: { name: string; unit: PlanUnit; first: string; last: string }
  today: string
  as_of: string | null
  currency: string
  rows: ForecastRow[]
  all: Figures
  course: { day: string; closed: number | null }[]
  questions: Record<Question, string>
  without_rate: number
}

export interface ForecastAsked {
  unit: PlanUnit
  on: string
  pipeline: string
  as_of: string
}

export const forecastQuery = (asked: ForecastAsked) => queryOptions({
  queryKey: ['forecast', asked] as const,
  queryFn: async ({ signal }) => (await ask<Forecast>('GET', '/forecast', { signal, query: { ...asked } })).data,
  staleTime: 10_000,
})

export interface SaidLine {
  of: 'own' | 'team'
  amount: Money | null
  reason: string
  at: string
  by: { id: string; title: string | null }
}

export const saidQuery = (person: string, unit: PlanUnit, on: string) => queryOptions({
  queryKey: ['forecast', 'said', person, unit, on] as const,
  queryFn: async ({ signal }) => (await ask<{ data: SaidLine[] }>('GET', `/forecast/overrides/${person}`, { signal, query: { unit, on } })).data.data,
  staleTime: 5_000,
})

export async function say(said: { unit: PlanUnit; on: string; person: string; of: 'own' | 'team'; amount: number | null; reason: string }): Promise<void> {
  await ask('POST', '/forecast/overrides', { body: said })
}

/** A figure's deals: whose, with everybody below where the figure holds theirs. */
export function questionOf(forecast: Forecast, which: Question, row: ForecastRow | null, withBelow: boolean): string {
  const question = forecast.questions[which]
  if (row === null) return question
  if (row.id === null) return `${question} and owner is empty`
  const people = [row.id]
  if (withBelow) for (const at of people) people.push(...forecast.rows.filter((one) => one.above === at && one.id !== null && !people.includes(one.id)).map((one) => one.id as string))
  return people.length === 1 ? `${question} and owner = "${row.id}"` : `${question} and owner in (${people.map((id) => `"${id}"`).join(', ')})`
}
