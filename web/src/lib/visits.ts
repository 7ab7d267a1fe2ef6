/** What the server tells of visits of the company's sites: shapes of the answers and the questions that fetch them. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'

/** The figures of some visits. */
export interface Figures {
  visits: number
  visitors: number
  views: number
  bounces: number
  seconds: number
  /** Known people among the visitors. */
  known: number
  /** Visits that looked at a page at all. */
  paged: number
}

export interface Days {
  from: string
  to: string
}

/** What every report is asked for: days, what beside, which site. */
export interface Asked {
  from?: string | undefined
  to?: string | undefined
  compare?: string | undefined
  site?: string | undefined
}

export interface Overview {
  state: 'empty' | 'ready'
  period: Days
  before: Days | null
  by: 'day' | 'week' | 'month'
  figures: Figures & { of_a_day: number }
  figures_before?: Figures
  course: (Figures & { at: string })[]
  course_before?: (Figures & { at: string })[]
  robots: { visits: number; rows: { name: string; visits: number; hits: number }[] }
  hours: number[][]
}

export interface SideRow extends Figures {
  key: string
  medium: string
  visits_before?: number
}

export interface Side {
  period: Days
  rows: SideRow[]
  total: Figures & { rows: number }
  table?: CountryTable | null
}

export interface PageRow {
  path: string
  views: number
  visits: number
  entries: number
  exits: number
  bounces: number
  seconds: number | null
}

export interface Around {
  page: string
  views: number
  before: { path: string | null; views: number }[]
  after: { path: string | null; views: number }[]
}

export interface FunnelSeen {
  id: string
  name: string
  minutes: number
  steps: { path: string; visits: number }[]
}

export interface GoalSeen {
  id: string
  name: string
  kind: 'page' | 'event'
  pattern: string
  visits: number
  visitors: number
  times: number
  known: number
  sources: { medium: string; source: string; visits: number }[]
}

export interface VisitCohorts {
  by: string
  cohorts: { from: string; size: number; cells: number[] }[]
  left_out: number
}

export interface BuyerRow {
  key: string
  visits: number
  visitors: number
  orders: number
  buyers: number
  revenue: number
}

export interface Buyers {
  period: Days
  currency: string
  sees_orders: boolean
  phrase: BuyerRow[]
  medium: BuyerRow[]
  source: BuyerRow[]
  campaign: BuyerRow[]
  left_out: number
}

export interface PersonSeen {
  key: string
  object?: string
  title?: string
  visits: number
  views: number
  last: string
}

export interface CountryTable {
  name: string
  ranges: number
  loaded_at: string
}

export interface Reading {
  id: string
  name: string
  state: 'running' | 'done' | 'cancelled' | 'failed'
  started_at: string
  finished_at: string | null
  done: number | null
  total: number | null
  figures: {
    lines?: number
    parsed?: number
    damaged?: number
    new?: number
    changed?: number
    same?: number
    sessions?: number
    sessions_of_robots?: number
    visitors?: number
    damaged_lines?: { stream: string; line: number; damage: string }[]
    broken?: [string, string][]
  }
}

const LATELY_MS = 15_000

function report<T>(path: string, asked: object) {
  return queryOptions({
    queryKey: ['visits', path, asked],
    queryFn: async ({ signal }) => (await ask<T>('GET', `/analytics/web${path}`, { query: asked as Record<string, string | undefined>, signal })).data,
    staleTime: LATELY_MS,
  })
}

export const overviewQuery = (asked: Asked, by: string) => report<Overview>('', { ...asked, by })
export const sideQuery = (asked: Asked, side: string, limit = 50) => report<Side>(`/by/${side}`, { ...asked, limit })
export const pagesQuery = (asked: Asked) => report<{ rows: PageRow[]; total: { views: number; pages: number } }>('/pages', { ...asked, compare: undefined, limit: 100 })
export const pathsQuery = (asked: Asked, page: string | undefined) => report<Around>('/paths', { ...asked, compare: undefined, page })
export const funnelsQuery = (asked: Asked) => report<{ visits: number; funnels: FunnelSeen[] }>('/funnels', { ...asked, compare: undefined })
export const goalsQuery = (asked: Asked) => report<{ visits: number; goals: GoalSeen[] }>('/goals', { ...asked, compare: undefined })
export const returnsQuery = (asked: Asked, by: string) => report<VisitCohorts>('/cohorts', { ...asked, compare: undefined, by })
export const buyersQuery = (asked: Asked) => report<Buyers>('/buyers', { ...asked, compare: undefined })
export const knownQuery = (asked: Asked, by: string | undefined, key: string | undefined) => report<{ rows: PersonSeen[] }>('/people', { ...asked, compare: undefined, by, key })

export const readingsQuery = queryOptions({
  queryKey: ['visits', 'logs'],
  queryFn: async ({ signal }) => (await ask<{ data: Reading[] }>('GET', '/analytics/web/logs', { signal })).data.data,
  // While one is read it is looked at again and again.
  refetchInterval: ({ state }) => (state.data?.some((one) => one.state === 'running') ? 1000 : false),
})

export const countryTableQuery = queryOptions({
  queryKey: ['visits', 'countries'],
  queryFn: async ({ signal }) => (await ask<{ table: CountryTable | null }>('GET', '/analytics/web/countries', { signal })).data.table,
})

export async function readLog(file: File, hosts: string): Promise<Reading> {
  return (await ask<Reading>('POST', '/analytics/web/logs', { query: { name: file.name, hosts }, file })).data
}

export async function stopReading(id: string): Promise<void> {
  await ask('POST', `/analytics/web/logs/${id}/cancel`)
}

export async function loadCountries(file: File): Promise<void> {
  await ask('POST', '/analytics/web/countries', { query: { name: file.name }, file })
}

export async function dropCountries(): Promise<void> {
  await ask('DELETE', '/analytics/web/countries')
}
