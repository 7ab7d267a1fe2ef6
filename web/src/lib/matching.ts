/** Pairs of records that may be one and the same, as the server tells them, and what a person answers. */

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, type Answer } from './api'
import type { Job, RecordData } from './records'

export type PairState = 'open' | 'second' | 'same' | 'different'
export type Verdict = 'same' | 'different' | 'skip' | 'reopen'
export type Comparison = string | { text: number }

/** One thing compared: what came out, how much it weighs in bits, and how much of that is because the value is rare. */
export interface Evidence {
  comparison: Comparison
  /** Null where one of the two says nothing. */
  level: string | null
  bits: number
  rarity: number
}

export interface Pair {
  id: string
  state: PairState
  verdict: Verdict | null
  probability: number
  bits: number
  prior_bits: number
  records: [RecordData, RecordData]
  why: Evidence[]
  found_at: string
  decided_at: string | null
  decided_by: { id: string; name: string } | string | null
  merge: string | null
}

export interface MatchingSettings {
  review_from: number
  join_from: number | null
  second_opinion: boolean
}

/** What would be right and what would be found, were everything from here on taken for the same. */
export interface Expectation {
  threshold: number
  pairs: number
  precision: number
  recall: number
}

export interface Overview {
  object: string
  plural: string
  settings: MatchingSettings
  figures: { records: number; compared: number; expected: number; surplus: number; took_ms: number; chart: Expectation[] } | null
  learned_at: string | null
  changes_since: number
  counts: Partial<Record<PairState, number>>
  run: Job | null
}

export interface MatchingModel {
  prior: number
  comparisons: { comparison: Comparison; levels: { level: string; same: number; other: number; bits: number }[] }[]
}

export const matchingQuery = queryOptions({
  queryKey: ['matching'],
  queryFn: async ({ signal }): Promise<Overview[]> => (await ask<{ data: Overview[] }>('GET', '/matching', { signal })).data.data,
  staleTime: 15_000,
})

export function matchingOfQuery(object: string) {
  return queryOptions({
    queryKey: ['matching', object],
    queryFn: async ({ signal }): Promise<Overview & { model: MatchingModel | null }> => (await ask<Overview & { model: MatchingModel | null }>('GET', `/matching/${object}`, { signal })).data,
    staleTime: 15_000,
  })
}

export interface PairPage {
  data: Pair[]
  next: string | null
}

export function pairsQuery(object: string, state: PairState, order: 'ask' | 'likely') {
  return infiniteQueryOptions({
    queryKey: ['pairs', object, state, order] as const,
    queryFn: async ({ pageParam, signal }): Promise<PairPage> => (await ask<PairPage>('GET', `/matching/${object}/pairs`, { query: { state, order, cursor: pageParam, limit: 20 }, signal })).data,
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    staleTime: 60_000,
  })
}

export function pairQuery(object: string, id: string) {
  return queryOptions({
    queryKey: ['pair', object, id],
    queryFn: async ({ signal }): Promise<Pair> => (await ask<Pair>('GET', `/matching/${object}/pairs/${id}`, { signal })).data,
    staleTime: 30_000,
  })
}

/** What one record may be the same as. */
export function pairsOfQuery(object: string, id: string) {
  return queryOptions({
    queryKey: ['pairs-of', object, id],
    queryFn: async ({ signal }): Promise<Pair[]> => (await ask<{ data: Pair[] }>('GET', `/matching/${object}/records/${id}/pairs`, { signal })).data.data,
    staleTime: 30_000,
    retry: false,
  })
}

export async function answerPair(object: string, id: string, answer: { verdict: Verdict; survivor?: string; picks?: Record<string, string> }): Promise<Answer<Pair>> {
  return ask<Pair>('POST', `/matching/${object}/pairs/${id}/answer`, { body: answer })
}

export interface Outlook {
  pairs: number
  entities: number
  records: number
  expected_wrong: number
}

export function outlookQuery(object: string, atLeast: number) {
  return queryOptions({
    queryKey: ['acceptance', object, atLeast],
    queryFn: async ({ signal }): Promise<Outlook> => (await ask<Outlook>('GET', `/matching/${object}/acceptance`, { query: { at_least: atLeast }, signal })).data,
    staleTime: 15_000,
  })
}

/** A record that may be what is being typed. */
export interface Candidate {
  probability: number
  record: RecordData
  why: Evidence[]
}

/** How likely they are the same, in five steps a person can act on. */
export type Likelihood = 'certain' | 'very' | 'likely' | 'open' | 'hardly'

export function likelihoodOf(probability: number): Likelihood {
  if (probability >= 0.99) return 'certain'
  if (probability >= 0.9) return 'very'
  if (probability >= 0.7) return 'likely'
  return probability >= 0.3 ? 'open' : 'hardly'
}

/** Never rounded up to what nobody can know: 99.96 % is shown as such, not as 100 %. */
export function probabilityText(probability: number, locale: string): string {
  const far = Math.min(probability, 1 - probability)
  const digits = far >= 0.02 ? 0 : far >= 0.002 ? 1 : 2
  const shown = Math.min(0.9999, Math.max(0.0001, probability))
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(shown)
}

/** The steps from what is known of any pair to what is known of this one: each bar begins where the one before ended. */
export function stepsOf(pair: Pick<Pair, 'prior_bits' | 'why' | 'bits'>): { from: number; to: number; evidence: Evidence }[] {
  let at = pair.prior_bits
  return pair.why.filter((one) => one.level !== null && Math.abs(one.bits) >= 0.005).map((evidence) => {
    const from = at
    at += evidence.bits
    return { from, to: at, evidence }
  })
}
