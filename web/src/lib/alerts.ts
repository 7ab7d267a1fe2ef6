/** Alerts: what one watches, the series with its band, and how the reader is told. */

import { queryOptions } from '@tanstack/react-query'
import type { Amount } from './analysis'
import { ask } from './api'
import type { Unit } from './scorecards'

export type State = 'too_little' | 'quiet' | 'watching' | 'too_high' | 'too_low' | 'no_right'

/** A day, week or month with what was to be expected of it before it came. */
export interface Step {
  from: string
  to: string
  value: Amount
  low: Amount
  expected: Amount
  high: Amount
  state: State
}

export interface Told {
  allowed: boolean
  unit: Unit | 'number'
  currency: string | null
  /** One false alarm in so many looks; null where a line is watched. */
  one_in: number | null
  has_tree: boolean
  now: State | null
  points: Step[]
  replayed: { looks: number; alarms: number } | null
}

export interface AlertPage extends Told {
  state: State | null
  told: { at: string; from: string; to: string; value: number | null; low: number | null; high: number | null; state: State }[]
  follows: { by_notice: boolean; by_mail: boolean; possible: boolean }
}

/** What an alert is told to watch. */
export interface Watch {
  kpi?: string | undefined
  question?: string | undefined
  every: string
  kind: string
  line?: number | undefined
  false_alarms: string
}

export const alertQuery = (id: string) => queryOptions({
  queryKey: ['alerts', 'one', id] as const,
  queryFn: async ({ signal }) => (await ask<AlertPage>('GET', `/analytics/alerts/${id}`, { signal })).data,
  staleTime: 30_000,
})

export const previewQuery = (watch: Watch) => queryOptions({
  queryKey: ['alerts', 'preview', watch] as const,
  queryFn: async ({ signal }) => (await ask<Told>('GET', '/analytics/alerts/preview', { query: { ...watch }, signal })).data,
  staleTime: 60_000,
})

export async function follow(id: string, wish: { by_notice: boolean; by_mail: boolean }): Promise<void> {
  await ask('PUT', `/analytics/alerts/${id}/following`, { body: wish })
}
