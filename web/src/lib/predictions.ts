/** What is foretold of records, and points of leads: shapes of the server's answers and the questions that fetch them. */

import { queryOptions } from '@tanstack/react-query'
import type { Run, Warning } from './analysis'
import { ask } from './api'

/** How good a family of models proved on records it had not seen. */
export interface Measures {
  rows: number
  with: number
  auc: number
  log_loss: number
  log_loss_of_share: number
  alift: number
  lift_of_top_tenth: number
  calibration_slope: number | null
  deciles: { rows: number; with: number; expected: number; lift: number; gained: number }[]
}

export interface LeftOut {
  field: string
  why: string
  /** How well the field alone tells records apart; only of what seems to be known afterwards. */
  auc?: number
}

export interface Quality {
  rows: number
  with: number
  family?: 'boosting' | 'logistic'
  unfit?: { reason: string }
  held_out?: { family: string; measures: Measures }[]
  ahead?: Measures | null
  weights?: { field: string; weight: number }[]
  left_out?: LeftOut[]
}

/** What an administrator says of a prediction. */
export interface Asked {
  name: string
  code: string
  object: string
  outcome: string
  among: string | null
  decided: string | null
  starts: string | null
  ends: string | null
  fields: string[] | null
  trusted: string[]
  every_days: number
}

export interface Prediction extends Asked {
  id: string
  /** How many records it says something of, in the field `<code>_probability`. */
  told: number
  job: Run | null
  version?: number
  made_at?: string
  quality?: Quality
  trust?: 'good' | 'fair' | 'poor'
  doubts?: Warning[]
  versions: { version: number; made_at: string; rows: number; auc: number | null; family: string | null }[]
}

export const predictionsQuery = queryOptions({
  queryKey: ['analysis', 'predictions'] as const,
  queryFn: async ({ signal }) => (await ask<{ data: Prediction[] }>('GET', '/analytics/predictions', { signal })).data.data,
  staleTime: 30_000,
  refetchInterval: (query) => (query.state.data?.some((one) => one.job) ? 1500 : false),
})

/** Asks for a prediction, or changes the one of this id. */
export async function savePrediction(asked: Asked, id?: string): Promise<void> {
  await (id ? ask('PUT', `/analytics/predictions/${id}`, { body: asked }) : ask('POST', '/analytics/predictions', { body: asked }))
}

export async function learnAgain(id: string): Promise<void> {
  await ask('POST', `/analytics/predictions/${id}/learn`)
}

export async function dropPrediction(id: string): Promise<void> {
  await ask('DELETE', `/analytics/predictions/${id}`)
}

/** What all predictions say of one record, each with the fields that speak for it and against. */
export interface Said {
  prediction: string
  name: string
  version: number
  probability: number
  reasons: { field: string; part: number }[]
  on: string | null
}

export const saidQuery = (plural: string, id: string) => queryOptions({
  queryKey: ['analysis', 'foretold', plural, id] as const,
  queryFn: async ({ signal }) => (await ask<{ data: Said[] }>('GET', `/analytics/foretold/${plural}/${id}`, { signal })).data.data,
  staleTime: 30_000,
})

/** Points for the answer to a question, or for each event of a kind. */
export interface Rule {
  name: string
  points: number
  question: string | null
  event: string | null
  most: number | null
  half_life_days: number | null
  since: string | null
}

export const rulesQuery = queryOptions({
  queryKey: ['analysis', 'score_rules'] as const,
  queryFn: async ({ signal }) => (await ask<{ rules: Rule[]; counted_at: string | null; job: Run | null }>('GET', '/analytics/score-rules', { signal })).data,
  staleTime: 30_000,
  refetchInterval: (query) => (query.state.data?.job ? 1500 : false),
})

export async function saveRules(rules: Rule[]): Promise<void> {
  await ask('PUT', '/analytics/score-rules', { body: { rules } })
}
