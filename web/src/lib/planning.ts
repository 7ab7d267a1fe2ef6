/** The plan: quotas of a year as a sheet, as it is read, written and made of an earlier year. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'

export type PlanBy = 'person' | 'team' | 'territory' | 'product_line'
export type PlanUnit = 'month' | 'quarter' | 'year'
export type PlanMeasure = 'revenue' | 'deals'

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
