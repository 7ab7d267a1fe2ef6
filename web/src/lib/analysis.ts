/** What the data says about customers, as the server computes it: shapes of the answers and the questions that fetch them. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask } from './api'
import type { Money } from './format'

/** Whom an analysis is about. */
export type Party = 'contact' | 'company'
export const PLURALS: Record<Party, string> = { contact: 'contacts', company: 'companies' }

/** A count, a share, days, or an amount. */
export type Amount = number | Money | null

export interface Warning {
  code: string
  [detail: string]: unknown
}

export interface SegmentFigures {
  segment: string
  customers: number
  share: number
  revenue: Money
  revenue_share: number
  per_customer: Money
  recency_days: number
  filter: string
  /** Customers at the run before; null where there was none. */
  was: number | null
}

export interface ClassFigures {
  class: string
  customers: number
  share: number
  revenue: Money
  revenue_share: number
  margin: Money | null
  filter: string
}

export interface ActivityFigures {
  activity: string
  customers: number
  share: number
  revenue_12m: Money
  lifetime_value: Money | null
  filter: string
}

export interface Run {
  id: string
  done: number
  total: number
}

/** Everything about all customers of a kind, as of a day. Figures are missing until the first run is over. */
export interface Customers {
  state: 'ready' | 'never' | 'running'
  job: Run | null
  as_of: string | null
  made_at: number | string | null
  version: number | null
  currency: string | null
  base: 'revenue' | 'margin'
  customers: number
  buyers: number
  orders: number
  revenue: Money
  margin: Money | null
  per_order: Money | null
  repeat_share: number | null
  segments: SegmentFigures[]
  /** Customers by recency 5 to 1 (rows) and frequency 1 to 5. */
  grid: number[][]
  classes: ClassFigures[]
  gini: number | null
  top_20_share: number | null
  /** Cumulative shares of customers and revenue, the best customers first. */
  curve?: [number, number][] | null
  activity: ActivityFigures[]
  value: { model: string; expected_orders: number; lifetime_value: Money; low: Money; high: Money; horizon_weeks: number } | null
  migration: { from: string; segments: string[]; counts: number[][] } | null
  warnings: Warning[]
}

export const customersQuery = (object: Party) => queryOptions({
  queryKey: ['analysis', 'customers', object] as const,
  queryFn: async ({ signal }) => (await ask<Customers>('GET', '/analytics/customers', { query: { object }, signal })).data,
  staleTime: 60_000,
  refetchInterval: (query) => (query.state.data?.state === 'running' ? 1500 : false),
})

export interface Reason {
  code: string
  days?: number
  usual_days?: number
  now?: Amount
  before?: Amount
}

export interface Leaving {
  id: string
  title: string
  value_class: string | null
  activity: string | null
  alive_probability: number | null
  at_stake: Money | null
  revenue_12m: Money | null
  last_order: string
  orders: number
  reasons: Reason[]
}

export const leavingQuery = (object: Party) => infiniteQueryOptions({
  queryKey: ['analysis', 'leaving', object] as const,
  queryFn: async ({ pageParam, signal }) => (await ask<{ data: Leaving[]; next: string | null }>('GET', '/analytics/customers/leaving', { query: { object, limit: 50, after: pageParam }, signal })).data,
  initialPageParam: '',
  getNextPageParam: (last) => last.next,
  staleTime: 60_000,
})

export interface Between<T> {
  value: T
  low: T | null
  high: T | null
}

export interface NextProduct {
  id: string
  title: string
  lift: number
  confidence: number
  support?: number
}

/** One customer, for the card on its page. */
export interface Profile {
  segment: string | null
  scores: (number | null)[]
  value_class: string | null
  activity: string | null
  alive_probability: number | null
  expected_orders: { value: number } | null
  lifetime_value: Between<Money> | null
  tenure_days: number | null
  interval_days: number | null
  last_order: string | null
  orders: number
  history: { on: string; segment: string | null; value_class: string | null; alive_probability: number | null }[]
  next_products?: NextProduct[]
  cluster: { id: string; name: string } | null
  model: { version: number; made_at: number | string } | null
}

export const profileQuery = (plural: string, id: string) => queryOptions({
  queryKey: ['analysis', 'profile', plural, id] as const,
  queryFn: async ({ signal }) => (await ask<Profile>('GET', `/analytics/customers/${plural}/${id}`, { signal })).data,
  staleTime: 60_000,
  retry: false,
})

export interface Cohorts {
  by: string
  cohorts: { from: string; size: number; cells: Amount[] }[]
  /** Shares over all cohorts, by periods since the first order. */
  overall: (number | null)[]
}

export const cohortsQuery = (object: Party, by: string, measure: string) => queryOptions({
  queryKey: ['analysis', 'cohorts', object, by, measure] as const,
  queryFn: async ({ signal }) => (await ask<Cohorts>('GET', '/analytics/cohorts', { query: { object, by, measure }, signal })).data,
  staleTime: 60_000,
})

export interface MatrixCell {
  customers: number
  revenue: Money
  margin: Money | null
  margin_share: number | null
  penetration: number
  action: string
  next?: NextProduct | null
}

export interface Matrix {
  lines: { id: string; title: string | null }[]
  rows: { class: string; cells: (MatrixCell | null)[] }[]
}

export const matrixQuery = (object: Party) => queryOptions({
  queryKey: ['analysis', 'matrix', object] as const,
  queryFn: async ({ signal }) => (await ask<Matrix>('GET', '/analytics/matrix', { query: { object }, signal })).data,
  staleTime: 60_000,
})

export interface Trait {
  measure: string
  mean: Amount
  overall: Amount
  /** How far the group lies from all, in standard deviations. */
  z: number
}

export interface Cluster {
  id: string
  name: string
  customers: number
  share: number
  revenue: Money
  revenue_share: number
  traits: Trait[]
  filter: string
}

export interface Clusters {
  k: number
  silhouette: number | null
  stability: number | null
  tried: { k: number; inertia: number; silhouette: number | null; stability: number | null }[]
  clusters: Cluster[]
  warnings: Warning[]
}

export const clustersQuery = (object: Party) => queryOptions({
  queryKey: ['analysis', 'clusters', object] as const,
  queryFn: async ({ signal }) => (await ask<Clusters>('GET', '/analytics/clusters', { query: { object }, signal })).data,
  staleTime: 60_000,
})

export async function renameCluster(id: string, name: string): Promise<void> {
  await ask('PATCH', `/analytics/clusters/${id}`, { body: { name } })
}

export interface Ahead {
  from: string
  value: Amount
  low80: Amount
  high80: Amount
  low95: Amount
  high95: Amount
}

export interface Forecast {
  by: string
  measure: string
  past: { from: string; value: Amount }[]
  ahead: Ahead[]
  model: string | null
  back_test: { origins: number; smape: number | null; mase: number | null; naive_smape: number | null; coverage80: number | null; coverage95: number | null } | null
  tried: { model: string; smape: number | null; mase: number | null }[]
  warnings: Warning[]
}

export const forecastQuery = (asked: { measure: string; by: string; horizon: string; line: string | undefined }) => queryOptions({
  queryKey: ['analysis', 'forecast', asked] as const,
  queryFn: async ({ signal }) => (await ask<Forecast>('GET', '/analytics/forecast', { query: asked, signal })).data,
  staleTime: 60_000,
})

export type Values = Record<string, Amount>

export interface CubeRow {
  /** Empty for what has none. */
  key: string | null
  title: string | null
  cells: { column: string | null; values: Values; before: Values | null }[]
  total: { values: Values; before: Values | null }
  /** The question that opens the customers of the row. */
  filter?: string | null
}

export interface Cube {
  from: string
  to: string
  compare: { from: string; to: string } | null
  rows: CubeRow[]
  columns: { key: string | null; title: string | null; total?: { values: Values; before: Values | null } }[]
  total: { values: Values; before: Values | null }
  more: boolean
}

export interface CubeAsked {
  rows: string
  columns: string | undefined
  measures: string
  from: string | undefined
  to: string | undefined
  compare: string | undefined
  where: string | undefined
  limit: number
}

export const cubeQuery = (asked: CubeAsked) => queryOptions({
  queryKey: ['analysis', 'cube', asked] as const,
  queryFn: async ({ signal }) => (await ask<Cube>('GET', '/analytics/cube', { query: { ...asked }, signal })).data,
  staleTime: 60_000,
})

export interface Sheet {
  /** Of one customer alone; groups are named by their code. */
  title: string | null
  from: string
  to: string
  compare: { from: string; to: string } | null
  figures: { measure: string; value: Amount; before: Amount; share_of_all: number | null }[]
  by_month: { from: string; revenue: Money; orders: number }[]
  top_products: { id: string | null; title: string | null; revenue: Money; share: number | null }[]
  top_customers: { id: string; title: string | null; revenue: Money; share: number | null; object?: Party }[]
  lines: { id: string | null; title: string | null; revenue: Money; margin: Money | null; share: number | null }[]
}

export interface SheetAsked {
  of: string
  from: string | undefined
  to: string | undefined
  compare: string | undefined
}

export const sheetQuery = (asked: SheetAsked) => queryOptions({
  queryKey: ['analysis', 'sheet', asked] as const,
  queryFn: async ({ signal }) => (await ask<Sheet>('GET', '/analytics/sheet', { query: { ...asked }, signal })).data,
  staleTime: 60_000,
})

export interface Model {
  model: string
  title?: string
  version: number | null
  made_at: number | string | null
  as_of: string | null
  rows: number | null
  state: string
  parameters: Record<string, unknown>
  quality: Record<string, number | null>
  trust: 'good' | 'fair' | 'poor' | null
  doubts: Warning[]
}

export const modelsQuery = queryOptions({
  queryKey: ['analysis', 'models'] as const,
  queryFn: async ({ signal }) => (await ask<{ models: Model[] }>('GET', '/analytics/models', { signal })).data.models,
  staleTime: 60_000,
})
