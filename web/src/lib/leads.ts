/** Leads: who gets them and why, and what they become. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'
import { createStore } from './store'

/** The lead that somebody is about to convert: its state is not set by hand. */
export const convertStore = createStore<string | null>(null)

export interface Someone {
  id: string
  title: string | null
}

export type Said = 'gave' | 'not_for' | 'nobody' | 'no_territory' | 'unknown' | 'broken'
export type WhyPassed = 'chosen' | 'stands_in' | 'inactive' | 'away' | 'full' | 'later_turn' | 'more_of_share' | 'busier' | 'after'

/** One rule that was asked for a lead. */
export interface RuleAsked {
  rule: string
  name: string
  said: Said
  people?: { person: Someone; why: WhyPassed; open: number; given: number }[]
}

export interface Assignment {
  at?: string
  owner: Someone | null
  rule: string | null
  asked: RuleAsked[]
}

export function assignmentQuery(lead: string) {
  return queryOptions({
    queryKey: ['assignment', lead] as const,
    queryFn: async ({ signal }): Promise<Assignment[]> => (await ask<{ data: Assignment[] }>('GET', `/leads/${lead}/assignment`, { signal })).data.data,
    staleTime: 15_000,
  })
}

export interface Candidate {
  object: string
  id: string
  title: string
  subtitle: string | null
  reasons: string[]
  certain: boolean
}

export interface Planned {
  values: Record<string, unknown>
  candidates: Candidate[]
}

/** What a lead would become; null is what the reader may not make. */
export interface ConversionPlan {
  contact: Planned | null
  company: Planned | null
  deal: Planned | null
  moves: Record<string, number>
}

export function conversionQuery(lead: string) {
  return queryOptions({
    queryKey: ['conversion', lead] as const,
    queryFn: async ({ signal }): Promise<ConversionPlan> => (await ask<ConversionPlan>('GET', `/leads/${lead}/conversion`, { signal })).data,
    staleTime: 0,
  })
}

export type Part = { existing: string } | { new: Record<string, unknown> } | null

export interface Converted {
  contact: string | null
  company: string | null
  deal: string | null
}
