/** Imports as the server tells them, and what a person may decide about one. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/api'

export interface ImportColumn {
  index: number
  name: string
  samples: string[]
  field: string | null
  confidence?: number
  options?: Record<string, unknown>
}

export type ImportStage = 'draft' | 'checking' | 'checked' | 'running' | 'done' | 'cancelled' | 'failed' | 'undone'

export interface ImportState {
  id: string
  object: string
  name: string
  size: number
  state: ImportStage
  created_at?: string
  format: { kind: 'csv' | 'xlsx' | 'jsonl' | 'vcard'; encoding?: string | null; delimiter?: string | null; date_style?: string | null; decimal_style?: string | null; header?: boolean; sheet?: string | null; sheets?: string[] }
  columns: ImportColumn[]
  /** `part` names the part of an address or the key of a linked record, `address.city`, `company.name`. */
  fields: { name: string; label: Record<string, string> | string; type: string; part?: string; required?: boolean; unique?: boolean }[]
  currency?: string | null
  country?: string | null
  key: string | null
  mode: 'upsert' | 'create' | 'update'
  progress?: { rows: number; bytes: number; total_bytes: number; rows_per_second: number; seconds_left: number | null } | null
  result?: { new: number; changed: number; unchanged: number; wrong: number } | null
  errors?: { row: number; column?: string | number | null; field?: string | null; code: string; detail: string; warning?: boolean }[]
  change?: string | null
  /** Why it failed. */
  detail?: string | null
}

export interface ImportChange {
  object?: string
  columns?: { index: number; field: string | null; options?: Record<string, unknown> }[]
  key?: string | null
  mode?: ImportState['mode']
  encoding?: string
  delimiter?: string
  date_style?: string
  decimal_style?: string
  currency?: string
  country?: string
  sheet?: string
  header?: boolean
}

/** The server is at work on it. */
export function isBusy(state: ImportStage | undefined): boolean {
  return state === 'checking' || state === 'running'
}

export const importsQuery = queryOptions({
  queryKey: ['imports'],
  queryFn: async ({ signal }): Promise<ImportState[]> => {
    const { data } = await ask<{ data: ImportState[] } | ImportState[]>('GET', '/imports', { signal })
    return Array.isArray(data) ? data : data.data
  },
})

export function importQuery(id: string) {
  return queryOptions({
    queryKey: ['import', id],
    queryFn: async ({ signal }): Promise<ImportState> => (await ask<ImportState>('GET', `/imports/${id}`, { signal })).data,
    refetchInterval: (query) => (isBusy(query.state.data?.state) ? 500 : false),
  })
}

/** A mapping kept for files of the same kind; one with the same columns is taken by itself when a file comes in. */
export interface KeptMapping {
  id: string
  name: string
  object: string
  mapping: ImportChange
}

export function mappingsQuery(object: string) {
  return queryOptions({
    queryKey: ['import-mappings', object],
    queryFn: async ({ signal }): Promise<KeptMapping[]> => (await ask<{ data: KeptMapping[] }>('GET', '/import-mappings', { query: { object }, signal })).data.data,
  })
}

export async function keepMapping(id: string, name: string): Promise<void> {
  await ask('POST', '/import-mappings', { body: { name, import: id } })
}

export async function sendFile(file: File, object: string): Promise<ImportState> {
  return (await ask<ImportState>('POST', '/imports', { query: { object, name: file.name }, file })).data
}

export async function changeImport(id: string, change: ImportChange): Promise<ImportState> {
  return (await ask<ImportState>('PATCH', `/imports/${id}`, { body: change })).data
}

export async function tell(id: string, verb: 'dry-run' | 'run' | 'cancel' | 'undo'): Promise<ImportState | null> {
  return (await ask<ImportState | null>('POST', `/imports/${id}/${verb}`)).data
}
