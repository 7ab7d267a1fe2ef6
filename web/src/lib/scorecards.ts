/** KPIs as the server reckons them: their catalogue, values in a period, groups, what drove a change, goals. */

import { queryOptions } from '@tanstack/react-query'
import type { Amount } from './analysis'
import { ask } from './api'

export type Unit = 'count' | 'money' | 'money_per_day' | 'share' | 'ratio' | 'days' | 'hours' | 'rating'
export type Function = 'marketing' | 'sales' | 'service'

export interface Kpi {
  code: string
  function: Function
  name: string
  /** The exact definition in words, and as a formula. */
  meaning: string
  formula: string
  unit: Unit
  better: 'more' | 'less'
  adds: boolean
  interval: 'wilson' | 'standard_error' | null
  objects: string[]
  dimensions: string[]
  tree: { is_product: boolean; drivers: { code: string; power: number }[] } | null
  allowed: boolean
}

/** The list of records that a figure counts. */
export interface Behind {
  object: string
  plural: string
  filter: string
}

export interface Point {
  from: string
  to: string
  value: Amount
}

export interface KpiValue {
  code: string
  allowed: boolean
  value: Amount
  low: Amount
  high: Amount
  cases: number | null
  before: Amount
  /** As a share of what it was. */
  change: number | null
  good: boolean | null
  points: Point[]
  points_before: Point[]
  goal: { value: Amount; amber: number; derived: boolean; light: 'green' | 'amber' | 'red' | null } | null
  behind: Behind | null
}

export interface Span {
  from: string
  to: string
}

export interface KpiValues extends Span {
  as_of: string
  compare: Span | null
  step: string | null
  currency: string
  made_at: string
  data: KpiValue[]
}

/** For which days: by a name that moves with the data, or from one to another. */
export interface Window {
  period?: string | undefined
  from?: string | undefined
  to?: string | undefined
  compare?: string | undefined
}

export const kpisQuery = queryOptions({
  queryKey: ['scorecards', 'kpis'] as const,
  queryFn: async ({ signal }) => (await ask<{ data: Kpi[] }>('GET', '/analytics/kpis', { signal })).data.data,
  staleTime: 300_000,
})

export const valuesQuery = (window: Window, codes: readonly string[], series = 'auto') => queryOptions({
  queryKey: ['scorecards', 'values', window, codes.join(','), series] as const,
  queryFn: async ({ signal }) => (await ask<KpiValues>('GET', '/analytics/kpis/values', { query: { ...window, codes: codes.join(','), series }, signal })).data,
  staleTime: 60_000,
})

export interface KpiGroups extends Span {
  code: string
  by: string
  compare: Span | null
  currency: string
  rows: { key: string; title: string | null; value: Amount; low: Amount; high: Amount; cases: number | null; before: Amount; change: number | null; behind: Behind | null }[]
  more: boolean
}

export const kpiGroupsQuery = (code: string, by: string, window: Window) => queryOptions({
  queryKey: ['scorecards', 'groups', code, by, window] as const,
  queryFn: async ({ signal }) => (await ask<KpiGroups>('GET', `/analytics/kpis/${code}/groups`, { query: { ...window, by }, signal })).data,
  staleTime: 60_000,
})

export interface Drivers extends Span {
  code: string
  is_product: boolean
  compare: Span
  before: Amount
  after: Amount
  change: Amount
  explained: boolean
  drivers: { code: string; power: number; before: Amount; after: Amount; contribution: Amount; share: number | null; has_tree: boolean }[]
}

export const driversQuery = (code: string, window: Window) => queryOptions({
  queryKey: ['scorecards', 'drivers', code, window] as const,
  queryFn: async ({ signal }) => (await ask<Drivers>('GET', `/analytics/kpis/${code}/drivers`, { query: { ...window, compare: window.compare === 'none' ? undefined : window.compare }, signal })).data,
  staleTime: 60_000,
})

export interface Goal {
  kpi: string
  unit: 'month' | 'quarter' | 'year'
  since: string
  value: Amount
  amber: number
  set_by: { id: string; name: string | null }
  set_at: string
}

export const goalsQuery = queryOptions({
  queryKey: ['scorecards', 'goals'] as const,
  queryFn: async ({ signal }) => (await ask<{ data: Goal[] }>('GET', '/analytics/goals', { signal })).data.data,
  staleTime: 60_000,
})

export async function setGoal(goal: { kpi: string; unit: string; since: string; value: Amount; amber?: number }): Promise<void> {
  await ask('PUT', '/analytics/goals', { body: goal })
}
