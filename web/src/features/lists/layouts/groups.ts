/** Records gathered by the values of one or two fields, with figures over the whole filter: heads of a board, cells of a pivot. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/api'
import type { PeriodUnit } from '@/lib/periods'
import type { Figure } from '@/lib/records'

export type Unit = PeriodUnit

export type GroupBy = string | { field: string; unit?: Unit; all?: boolean; within?: string }

export type Op = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'weighted'

export interface Measure {
  op: Op
  field?: string
  /** The percent a weighted sum is weighed by. */
  by?: string
}

export interface GroupKey {
  value: string | number | boolean | null
  label: string | null
  /** The question for this value alone. */
  filter: string
  to?: string | number | null
  currency?: string
}

export interface Group {
  keys: GroupKey[]
  filter: string
  values: Record<string, Figure>
}

export interface Groups {
  groups: Group[]
  totals: Record<string, Figure>
  groups_total: number
  next: string | null
  /** Records stand in several groups and count once in the totals. */
  overlap: boolean
}

export interface GroupsRequest {
  filter: string
  by: GroupBy[]
  measures: Measure[]
  sort?: string
  limit?: number
}

/** How the answer names a measure: `count`, `sum:amount`, `weighted:amount:probability`. */
export function measureName({ op, field, by }: Measure): string {
  return [op, field, by].filter(Boolean).join(':')
}

/** Kept under the name of the figures, so that every write and every live change refreshes it with them. */
export function groupsQuery(plural: string, request: GroupsRequest) {
  return queryOptions({
    queryKey: ['aggregate', plural, 'groups', request] as const,
    queryFn: async ({ signal }): Promise<Groups> => (await ask<Groups>('POST', `/${plural}/groups`, { body: request, signal })).data,
    staleTime: 30_000,
  })
}

/** The value of a group as text; empty for records without one. */
export function keyText(key: GroupKey | undefined): string {
  return key === undefined || key.value === null ? '' : String(key.value)
}

export function countOf(values: Record<string, Figure> | undefined): number {
  const count = values?.['count']
  return typeof count === 'number' ? count : 0
}
