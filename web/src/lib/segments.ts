/** Segments as the server tells of them: shapes of its answers and the questions that fetch them. */

import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Party } from './analysis'
import { ask } from './api'
import type { Money } from './format'
import type { Job, RecordData } from './records'

/** The record of a segment. */
export interface Segment extends RecordData {
  name: string
  holds: Party
  kind: 'dynamic' | 'fixed'
  state: 'active' | 'paused'
  question: string | null
  description: string | null
  size: number | null
}

export const segmentsQuery = (filter = '') => queryOptions({
  queryKey: ['list', 'segments', 'all', filter] as const,
  queryFn: async ({ signal }) => (await ask<{ data: Segment[] }>('GET', '/segments', { query: { limit: 200, sort: 'title', filter: filter || undefined, count: 'none' }, signal })).data.data,
  staleTime: 5_000,
})

/** How a segment stands: how many, and whether all customers were looked at for what it says now. */
export interface Standing {
  id: string
  name: string
  holds: Party
  question: string | null
  size: number
  follows: boolean
  settled: boolean
  looked_at: string | null
  due_at: string | null
  broken: string | null
  by_hand: boolean
  look: { id: string; state: string; done: number; total: number } | null
}

export const standingQuery = (id: string) => queryOptions({
  queryKey: ['segments', id, 'state'] as const,
  queryFn: async ({ signal }) => (await ask<Standing>('GET', `/segments/${id}/state`, { signal })).data,
  staleTime: 2_000,
  // While everybody is looked at the number changes by itself.
  refetchInterval: (query) => (query.state.data && (!query.state.data.settled || query.state.data.look) && query.state.data.follows ? 1000 : 10_000),
})

export type Which = 'now' | 'entered' | 'left'

export interface Member {
  id: string
  title: string | null
  since: string
  until: string | null
}

export const membersQuery = (id: string, which: Which, from: string, to: string) => infiniteQueryOptions({
  queryKey: ['segments', id, 'members', which, from, to] as const,
  queryFn: async ({ pageParam, signal }) => (await ask<{ object: Party; data: Member[]; next: string | null }>('GET', `/segments/${id}/members`, { query: { which, from: from || undefined, to: to || undefined, after: pageParam }, signal })).data,
  initialPageParam: '',
  getNextPageParam: (last) => last.next,
  staleTime: 5_000,
})

export interface Day {
  day: string
  entered: number
  left: number
  size: number
}

export interface Days {
  id: string
  name: string
  before: number
  size: number
  days: Day[]
}

export const daysQuery = (id: string, from: string, to: string) => queryOptions({
  queryKey: ['segments', id, 'days', from, to] as const,
  queryFn: async ({ signal }) => (await ask<Days>('GET', `/segments/${id}/days`, { query: { from, to }, signal })).data,
  staleTime: 10_000,
})

/** Who answers a question, condition by condition. */
export interface Counted {
  count: { value: number; exact: boolean }
  of: number
  steps: { text: string; left: number }[]
  reachable: { email?: number; phone?: number; letter?: number }
}

export const countedQuery = (holds: Party, question: string, exact: boolean) => queryOptions({
  queryKey: ['segments', 'count', holds, question, exact] as const,
  queryFn: async ({ signal }) => (await ask<Counted>('POST', '/segments/count', { body: { holds, question, exact }, signal })).data,
  staleTime: 15_000,
  placeholderData: keepPreviousData,
  retry: false,
})

/** A value as records show it. */
export type Told = string | number | boolean | Money | string[] | null

export interface Tree {
  holds: boolean
  all?: Tree[]
  any?: Tree[]
  not?: Tree
  condition?: number
  text?: string
  has?: Told
}

export interface Change {
  condition: number
  text: string
  /** What the condition would have to answer. */
  to: boolean
  has: Told
  needs: Told
  by: number | Money | null
}

export interface Why {
  is_member: boolean
  since: string | null
  by_hand: boolean
  belongs?: boolean
  tree: Tree | null
  /** The fewest conditions that would have to be otherwise; null where nothing would help. */
  changes: Change[] | null
}

export const whyQuery = (segment: string, party: string) => queryOptions({
  queryKey: ['segments', segment, 'why', party] as const,
  queryFn: async ({ signal }) => (await ask<Why>('GET', `/segments/${segment}/why/${party}`, { signal })).data,
  staleTime: 5_000,
})

export interface Stay {
  segment: string
  name: string
  since: string
  until: string | null
  by_hand: boolean
}

export const staysQuery = (object: string, id: string) => queryOptions({
  queryKey: ['segments', 'of', object, id] as const,
  queryFn: async ({ signal }) => (await ask<{ data: Stay[] }>('GET', `/segments/of/${object}/${id}`, { signal })).data.data,
  staleTime: 5_000,
  retry: false,
})

export interface Piece {
  in: boolean[]
  count: number
  question: string
}

export interface Overlap {
  holds: Party
  segments: { id: string; name: string; size: number }[]
  pieces: Piece[]
}

export const overlapQuery = (ids: string[]) => queryOptions({
  queryKey: ['segments', 'overlap', ...ids] as const,
  queryFn: async ({ signal }) => (await ask<Overlap>('POST', '/segments/overlap', { body: { segments: ids }, signal })).data,
  staleTime: 10_000,
})

export async function putMembers(id: string, who: { ids?: string[]; filter?: string; emails?: string[] }): Promise<{ entered: number; unknown: string[]; job: Job | null }> {
  return (await ask<{ entered: number; unknown: string[]; job: Job | null }>('POST', `/segments/${id}/members`, { body: who })).data
}

export async function takeMembers(id: string, ids: string[]): Promise<{ left: number }> {
  return (await ask<{ left: number }>('POST', `/segments/${id}/members/remove`, { body: { ids } })).data
}

export async function lookAnew(id: string): Promise<void> {
  await ask('POST', `/segments/${id}/look`)
}

/** The question that finds the members of a segment. */
export const membersOf = (name: string): string => `in segment ${JSON.stringify(name)}`
