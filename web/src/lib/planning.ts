/** The plan: quotas of a year as a sheet, as it is read, written and made of an earlier year. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'

export type PlanBy = 'person' | 'team' | 'territory' | 'product_line'
export type PlanUnit = 'month' | 'quarter' | 'year'
/** What is planned: money, or how often something is done. */
export type PlanMeasure = 'revenue' | 'deals' | 'activities' | 'calls' | 'meetings' | 'visits'

export interface PlanPeriod {
  name: string
  first: string
  last: string
}

/** Minor units of the sheet's currency, or deals. */
export interface PlanCell {
  quota: number | null
  /** Made of quotas of other periods. */
  derived: boolean
  /** What is planned for those below. */
  below: number | null
  won: number
  before: number
}

export interface PlanRow {
  id: string
  title: string
  above: string | null
  depth: number
  may_change: boolean
  /** Of a team those who are in it. */
  people: string[]
  cells: PlanCell[]
}

export interface Plan {
  by: PlanBy
  unit: PlanUnit
  year: number
  measure: PlanMeasure
  currency: string
  periods: PlanPeriod[]
  rows: PlanRow[]
  sums: PlanCell[]
  may_plan: boolean
  is_empty: boolean
  without_rate: number
}

export interface PlanAsked {
  by: PlanBy
  unit: PlanUnit
  measure: PlanMeasure
  year: number
  all: boolean
}

/** The kinds of activities that a measure counts; none where it counts deals. */
export const KINDS: Partial<Record<PlanMeasure, readonly string[]>> = { activities: ['call', 'meeting', 'visit'], calls: ['call'], meetings: ['meeting'], visits: ['visit'] }

/** The records behind a figure: whose, and in which days. None is behind it for nobody. */
export function behind(plan: Pick<Plan, 'by' | 'measure'>, row: Pick<PlanRow, 'id' | 'people'>, period: PlanPeriod): { plural: string; question: string } {
  const kinds = KINDS[plan.measure]
  const days = `in "${period.first}" to "${period.last}"`
  const people = plan.by === 'team' ? row.people : [row.id]
  const owners = `owner in (${people.map((id) => `"${id}"`).join(', ')})`
  const whose = plan.by === 'territory' ? `territory = "${row.id}"` : plan.by === 'product_line' ? `product.product_line = "${row.id}"` : people.length > 0 ? owners : 'owner is empty'
  if (kinds) return { plural: 'activities', question: `is_done and kind in (${kinds.map((kind) => `"${kind}"`).join(', ')}) and done_at ${days} and ${whose}` }
  return { plural: 'deals', question: `status = "won" and closed_on ${days} and ${whose}` }
}

export const planQuery = (asked: PlanAsked) => queryOptions({
  queryKey: ['plan', asked] as const,
  queryFn: async ({ signal }) => (await ask<Plan>('GET', '/plan', { signal, query: { ...asked } })).data,
  staleTime: 10_000,
})

export interface NewCell {
  of: string
  starts_on: string
  value: number | null
}

/** Answers the change by which it can be undone. */
export async function putCells(asked: PlanAsked, cells: NewCell[]): Promise<string | null> {
  return (await ask('PUT', '/plan/cells', { body: { by: asked.by, unit: asked.unit, measure: asked.measure, cells } })).change
}

export interface PlanCopy {
  from_year: number
  of: 'won' | 'quotas'
  per_mille: number
  replace: boolean
}

export async function copyPlan(asked: PlanAsked, copy: PlanCopy): Promise<{ written: number; change: string | null }> {
  const answer = await ask<{ written: number }>('POST', '/plan/copies', { body: { by: asked.by, unit: asked.unit, measure: asked.measure, year: asked.year, ...copy } })
  return { written: answer.data.written, change: answer.change }
}
