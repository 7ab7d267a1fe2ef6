/** Other systems that records come from: how each is set up, what its runs did. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/api'
import type { RecordData } from '@/lib/records'

export type SourceKind = 'file' | 'folder' | 'sqlite' | 'postgres' | 'mysql' | 'http'

/** How the next page of a web address is found; what a way does not ask for is left out. */
export interface SourcePages {
  by: 'next' | 'cursor' | 'offset' | 'number'
  path?: string
  parameter?: string
  /** The number of the first page; 1 where nothing is said. */
  first?: number | undefined
  /** Rows of a page; not filled in yet where undefined. */
  size?: number | undefined
  limit?: string
}

/** The pages in another way, with what both ways ask for kept; null is a single answer. */
export function pagesOf(by: SourcePages['by'] | 'one', held: SourcePages | null): SourcePages | null {
  if (by === 'one') return null
  if (by === 'next') return { by, path: held?.path ?? '' }
  if (by === 'cursor') return { by, path: held?.path ?? '', parameter: held?.parameter ?? '' }
  return { by, parameter: held?.parameter ?? '', size: held?.size ?? 100, ...(held?.limit ? { limit: held.limit } : {}) }
}

/** What is sent: a limit that was emptied is none, and so are numbers. */
export function sentPages(pages: SourcePages): SourcePages {
  const { limit, first, size, ...rest } = pages
  return { ...rest, ...(size === undefined ? {} : { size }), ...(first === undefined || pages.by !== 'number' ? {} : { first }), ...(limit ? { limit } : {}) }
}

/** A whole number as it is typed; none while nothing is. */
export function wholeOf(typed: string): number | undefined {
  const digits = typed.replace(/\D/g, '')
  return digits === '' ? undefined : Number(digits)
}

export interface SourceColumn {
  name: string
  field: string | null
  samples?: string[]
  options?: Record<string, unknown>
}

export interface SourceRecord extends RecordData {
  name: string
  kind: SourceKind
  object_name: string
  place: string
  query: string | null
  settings: Record<string, unknown> | null
  mapping: { columns?: SourceColumn[]; match?: string | null; [part: string]: unknown } | null
  key_columns: string | null
  priority: number | null
  wins: boolean | null
  when_gone: 'keep' | 'mark' | 'trash' | null
  schedule: 'none' | 'minutes' | 'hours' | 'daily' | null
  every: number | null
  daily_at: string | null
  paused: boolean | null
  state: 'never' | 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | null
  last_run_at: string | null
  last_done_at: string | null
  row_count: number | null
  message: string | null
}

export interface SourceRun {
  id: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'undone'
  figures: Partial<Record<'rows' | 'total' | 'new' | 'changed' | 'same' | 'kept' | 'refused' | 'gone' | 'back', number>> & { notes?: { code: string; count: number; detail: string }[] }
  detail: string | null
  change: string | null
  created_at: string
  refusals?: { file: string | null; row: number; column: string | null; detail: string; warning?: boolean }[]
}

export interface SourceTest {
  columns: SourceColumn[]
  rows: { row: number; cells: string[] }[]
  product: string | null
  key_columns: string[]
  match: string | null
  faults: { row: number; detail: string }[]
  columns_changed: string | null
  fields: { name: string; label: Record<string, string> | string; type: string; part?: string }[]
}

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: async ({ signal }): Promise<SourceRecord[]> => (await ask<{ data: SourceRecord[] }>('GET', '/sources', { query: { limit: 100, sort: 'name' }, signal })).data.data,
  refetchInterval: (query) => (query.state.data?.some((one) => one.state === 'queued' || one.state === 'running') ? 1500 : false),
})

export interface SourceState {
  has_secret: boolean
  next_run_at: string | null
  rows: number
  run: SourceRun | null
  last_run: SourceRun | null
}

export function stateQuery(id: string) {
  return queryOptions({
    queryKey: ['source-state', id],
    queryFn: async ({ signal }): Promise<SourceState> => (await ask<SourceState>('GET', `/sources/${id}/state`, { signal })).data,
    refetchInterval: (query) => (query.state.data?.run ? 700 : false),
  })
}

export function runsQuery(id: string) {
  return queryOptions({
    queryKey: ['source-runs', id],
    queryFn: async ({ signal }): Promise<SourceRun[]> => (await ask<{ data: SourceRun[] }>('GET', `/sources/${id}/runs`, { query: { limit: 20 }, signal })).data.data,
  })
}

export function runQuery(id: string, run: string) {
  return queryOptions({
    queryKey: ['source-run', run],
    queryFn: async ({ signal }): Promise<SourceRun> => (await ask<SourceRun>('GET', `/sources/${id}/runs/${run}`, { signal })).data,
  })
}
