/** Where each value of a record comes from, as the server tells it. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'

/** Who or what said a value. */
export interface Origin {
  kind: 'source' | 'person' | 'program' | 'import' | 'merge' | 'system'
  name: string
  at: string
  source?: string
  key?: string
  /** The words of the source, before they were read. */
  raw?: string | null
  actor?: { id: string; name: string } | null
}

export interface Lineage {
  id: string
  object: string
  fields: { field: string; from: Origin | null; others: { source: string; name: string; key: string; raw: string | null; value: unknown; at: string; agrees: boolean }[] }[]
  sources: { source: string; name: string; priority: number; key: string; changed_at: string; opens: boolean }[]
}

export function lineageQuery(plural: string, id: string) {
  return queryOptions({
    queryKey: ['record', plural, id, 'lineage'],
    queryFn: async ({ signal }): Promise<Lineage> => (await ask<Lineage>('GET', `/${plural}/${id}/lineage`, { signal })).data,
    staleTime: 15_000,
    retry: false,
  })
}
