/** What the data says about customers, as the server computes it: shapes of the answers and the questions that fetch them. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask } from './api'
import type { Money } from './format'

/** Whom an analysis is about. */
export type Party = 'contact' | 'company'
export const PLURALS: Record<Party, string> = { contact: 'contacts', company: 'companies' }

/** A count, a share, days, or an amount. */
export type Amount = number | Money | null

/** Its name stands under `code` or, as the methods tell it, under `warning`. */
export interface Warning {
  code?: string
  warning?: string
  [detail: string]: unknown
}

export interface SegmentFigures {
  segment: string
  customers: number
  share: number
  revenue: Money
  revenue_share: number
  per_customer: Money | null
  recency_days: number | null
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
  margin?: Money | null
  filter: string
}

export interface ActivityFigures {
  activity: string
  customers: number
  share: number
  revenue_12m: Money
  /** What is expected to be lost of it. */
  at_stake?: Money | null
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
  /** The share of the revenue that the best customers bring, at each equal step of the customers. */
  curve?: number[] | null
  activity: ActivityFigures[]
  value: { model: string; expected_orders: number; lifetime_value: Money | null; low: Money | null; high: Money | null; horizon_weeks: number } | null
  /** Rows from, columns to; a row more than segments is of those who were no customers then. */
  migration: { from: string; segments: string[]; counts: number[][] } | null
  warnings: Warning[]
}

/** What is told where nobody was analysed yet. */
const NOTHING: Customers = {
  state: 'never', job: null, as_of: null, made_at: null, version: null, currency: null, base: 'revenue', customers: 0, buyers: 0, orders: 0, revenue: { amount: 0, currency: '' }, margin: null, per_order: null,
  repeat_share: null, segments: [], grid: [], classes: [], gini: null, top_20_share: null, activity: [], value: null, migration: null, warnings: [],
}

export const customersQuery = (object: Party) => queryOptions({
  queryKey: ['analysis', 'customers', object] as const,
  queryFn: async ({ signal }): Promise<Customers> => ({ ...NOTHING, ...(await ask<Partial<Customers>>('GET', '/analytics/customers', { query: { object }, signal })).data }),
  staleTime: 60_000,
  // The first analysis may also begin by itself.
  refetchInterval: (query) => ({ running: 1500, never: 5000, ready: false as const })[query.state.data?.state ?? 'ready'],
})

/** Why somebody seems to be leaving; which figures stand in it follows from its code. */
export interface Reason {
  code: string
  days?: number
  usual_gap_days?: number
  orders?: number
  expected?: number
  money?: Amount
  usual?: Amount
  p_alive?: number
}

export interface Leaving {
  id: string
  title: string | null
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
  queryFn: async ({ pageParam, signal }) => (await ask<{ data: Leaving[]; next: string | null; currency?: string }>('GET', '/analytics/customers/leaving', { query: { object, limit: 50, after: pageParam }, signal })).data,
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
  reasons?: Reason[]
  currency?: string
  history: { on: string; segment: string | null; value_class: string | null; alive_probability: number | null }[]
  next_products?: NextProduct[]
  cluster: { id: string; name: string } | null
  model: { version: number; made_at: number | string } | null
}

export const profileQuery = (plural: string, id: string) => queryOptions({
  queryKey: ['analysis', 'profile', plural, id] as const,
  queryFn: async ({ signal }) => (await ask<Profile>('GET', `/analytics/profiles/${plural}/${id}`, { signal })).data,
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
  k?: number
  silhouette?: number | null
  stability?: number | null
  tried?: { k: number; inertia: number; silhouette: number | null; stability: number | null }[]
  clusters: Cluster[]
  warnings?: Warning[]
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
  /** Errors in percent. */
  back_test: { origins: number; smape: number | null; mase: number | null; naive_smape: number | null; coverage80?: number | null; coverage95?: number | null } | null
  tried: { model: string; smape: number | null; mase: number | null }[]
  warnings: Warning[]
  /** Why there is nothing ahead. */
  refused?: Warning | null
}

export const forecastQuery = (asked: { object: Party; measure: string; by: string; horizon: string; line: string | undefined }) => queryOptions({
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
  /** A question that customers answer with yes, and whether firms are asked instead of people. */
  among?: string | undefined
  object?: Party | undefined
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

/** How a model did on orders that it had not seen. */
export interface BackTest {
  weeks: number
  customers: number
  predicted: number
  actual: number
  /** Foretold by actual, less one. */
  total_error: number | null
  /** By how many orders a customer was missed, on average; and going on at their own rate, or as the average customer. */
  mae: number
  mae_of_own_rate: number
  mae_of_mean: number
  correlation: number | null
  /** Customers by their orders before, with the mean of orders after. */
  calibration: { repeats: number; customers: number; predicted: number; actual: number }[]
}

export interface Model {
  model: string
  object?: Party
  version: number | null
  made_at: number | string | null
  as_of: string | null
  customers?: number | null
  state: string
  parameters: Record<string, unknown>
  quality: { test?: BackTest | null; [name: string]: unknown }
  trust: 'good' | 'fair' | 'poor' | null
  doubts: Warning[]
  versions?: { version: number; made_at: number | string; as_of: string; customers: number; total_error: number | null }[]
}

export const modelsQuery = queryOptions({
  queryKey: ['analysis', 'models'] as const,
  queryFn: async ({ signal }) => (await ask<{ models: Model[] }>('GET', '/analytics/models', { signal })).data.models,
  staleTime: 60_000,
})
