/** Questions in SQL: the tables one may ask, and answers. */

import { queryOptions } from '@tanstack/react-query'
import { csvOf } from './analysisFigures'
import { ask } from './api'

export interface SqlTable {
  name: string
  label: string
  columns: { name: string; type: string }[]
}

export type SqlCell = string | number | boolean | null

export interface SqlAnswer {
  columns: { name: string; type: string }[]
  rows: SqlCell[][]
  more: boolean
  took_ms: number
}

export const tablesQuery = queryOptions({
  queryKey: ['sql', 'tables'] as const,
  queryFn: async ({ signal }) => (await ask<{ data: SqlTable[] }>('GET', '/analytics/sql/tables', { signal })).data.data,
  staleTime: 300_000,
})

export const answerQuery = (sql: string, limit = 1000) => queryOptions({
  queryKey: ['sql', 'answer', sql, limit] as const,
  queryFn: async ({ signal }) => (await ask<SqlAnswer>('POST', '/analytics/sql', { body: { sql, limit }, signal })).data,
  staleTime: 60_000,
  retry: false,
})

export function isNumber(type: string): boolean {
  return /int|decimal|double|float/.test(type)
}

/** As a file, as all others are. */
export function sqlCsv(answer: SqlAnswer): string {
  return csvOf([answer.columns.map((column) => column.name), ...answer.rows.map((row) => row.map((value) => (typeof value === 'boolean' ? String(value) : value)))])
}
