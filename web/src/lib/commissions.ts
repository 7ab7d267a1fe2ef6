/** Commissions: what people earn on what they sell, by which plans, month by month. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'

export type Credit = 'booked' | 'invoiced' | 'paid'
export type Base = 'revenue' | 'margin'
export type By = 'flat' | 'attainment' | 'amount'
export type Applies = 'step' | 'all'

export interface Step {
  /** Per cent of the quota, or minor units. */
  from: number
  /** Hundredths of a per cent. */
  rate: number
}

export interface Terms {
  credit: Credit
  base: Base
  unit: 'month' | 'quarter' | 'year'
  by: By
  applies: Applies
  tables: { product_line: string | null; steps: Step[] }[]
  deal_cap: number | null
  cap: number | null
  take_back_days: number | null
}

export interface Version {
  id: string
  valid_from: string
  currency: string
  terms: Terms
  is_used: boolean
}

export interface Who {
  id: string
  title: string | null
}

export interface CommissionPlan {
  id: string
  name: string
  versions: Version[]
  people: { person: Who; from: string; until: string | null }[]
}

export interface CommissionPlans {
  data: CommissionPlan[]
  product_lines: Record<string, string>
  currency: string
  may_change: boolean
}

export type Reason = 'won' | 'ordered' | 'paid' | 'taken_back' | 'changed' | 'rate'

export interface StatementLine {
  id: string
  object: string
  /** None where it may not be seen. */
  record: string | null
  title: string | null
  product_line: string | null
  plan: string
  period: string
  credited_on: string
  base: number
  amount: number
  currency: string
  reason: Reason
  takes_back: string | null
}

export interface Statement {
  person: Who
  month: string
  closed_at: string | null
  may_close: boolean
  may_settle: boolean
  lines: StatementLine[]
  plans: { plan: string; name: string; currency: string; period: string; credited: number; quota: number | null; credit: Credit; base: Base; by: By }[]
  sums: { currency: string; base: number; amount: number; taken_back: number }[]
  notes: { id: string; line: string | null; body: string; by: string | null; at: string; settled_at: string | null }[]
}

export interface TeamRow {
  person: Who
  currency: string
  base: number
  amount: number
  lines: number
  taken_back: number
  is_closed: boolean
  is_disputed: boolean
}

export interface Team {
  month: string
  data: TeamRow[]
  may_close: boolean
  is_finance: boolean
  has_others: boolean
}

export interface Worked {
  amount: number
  slices: { base: number; rate: number }[]
  lifted: number
  is_capped: boolean
}

export const statementQuery = (person: string | undefined, month: string) => queryOptions({
  queryKey: ['commissions', 'statement', person ?? 'me', month] as const,
  queryFn: async ({ signal }) => (await ask<Statement>('GET', '/commissions/statement', { signal, query: { person, month } })).data,
  staleTime: 10_000,
})

export const teamQuery = (month: string) => queryOptions({
  queryKey: ['commissions', 'team', month] as const,
  queryFn: async ({ signal }) => (await ask<Team>('GET', '/commissions/team', { signal, query: { month } })).data,
  staleTime: 10_000,
})

export const plansQuery = queryOptions({
  queryKey: ['commissions', 'plans'] as const,
  queryFn: async ({ signal }) => (await ask<CommissionPlans>('GET', '/commissions/plans', { signal })).data,
  staleTime: 10_000,
})

export interface Example {
  terms: Terms
  amount: number
  before: number
  quota: number | null
}

export const workedQuery = (example: Example | null) => queryOptions({
  queryKey: ['commissions', 'worked', example] as const,
  queryFn: async ({ signal }) => (await ask<Worked>('POST', '/commissions/worked', { signal, body: example })).data,
  enabled: example !== null,
  retry: false,
  staleTime: Number.POSITIVE_INFINITY,
})

export async function putVersion(plan: string, version: string | null, body: { valid_from: string; terms: Terms }): Promise<void> {
  await (version ? ask('PUT', `/commissions/versions/${version}`, { body }) : ask('POST', `/commissions/plans/${plan}/versions`, { body }))
}

export async function dropVersion(version: string): Promise<void> {
  await ask('DELETE', `/commissions/versions/${version}`)
}

export async function putPeople(plan: string, people: { person: string; from: string; until: string | null }[]): Promise<void> {
  await ask('PUT', `/commissions/plans/${plan}/people`, { body: { people } })
}

export async function closeMonth(person: string, month: string, close: boolean): Promise<void> {
  await ask(close ? 'POST' : 'DELETE', `/commissions/${person}/${month}/closure`)
}

export async function sayAbout(person: string, month: string, body: string): Promise<void> {
  await ask('POST', `/commissions/${person}/${month}/notes`, { body: { body } })
}

export async function settleNote(note: string): Promise<void> {
  await ask('POST', `/commissions/notes/${note}/settlement`)
}

/** Hundredths of a per cent as people type them, `7.5`. */
export function percentInput(rate: number): string {
  return String(rate / 100)
}

/** What was typed as hundredths of a per cent; none where it is no number or has more than two digits behind the point. */
export function parsePercent(typed: string): number | null {
  const text = typed.trim().replace(',', '.').replace(/\s*%$/, '')
  if (!/^\d{1,4}(\.\d{1,2})?$/.test(text)) return null
  return Math.round(Number(text) * 100)
}

/** The month before or after. */
export function steppedMonth(month: string, by: number): string {
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)) - 1 + by, 1)).toISOString().slice(0, 7)
}
