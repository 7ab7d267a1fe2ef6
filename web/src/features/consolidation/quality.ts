/** How good the data is, as the server measures it, and how it is mended. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/api'
import type { Job } from '@/lib/records'

export type Severity = 'info' | 'warning' | 'error'

export interface QualityFigure {
  measure: string
  kind: string
  field: string | null
  label: string
  field_label: string | null
  looked: number
  faulty: number
  share: number
  weight: number
  severity: Severity
  faults: { code: string; text: string; count: number }[]
  filter: string | null
  /** False: the filter names only the first hundred of more. */
  whole: boolean
  mend: { kind: 'normalise' | 'import' | 'review' | 'edit'; object: string; field: string | null } | null
}

export interface QualityObject {
  object: string
  plural: string
  label: string
  records: number
  /** Null where there is no record to judge. */
  score: number | null
  before: number | null
  trend: { day: string; score: number }[]
  sources: { source: string; label: string; score: number }[]
  figures: QualityFigure[]
}

export interface Quality {
  day: string | null
  measured_at: string | null
  score: number | null
  before: number | null
  objects: QualityObject[]
}

export const qualityQuery = queryOptions({
  queryKey: ['quality'],
  queryFn: async ({ signal }): Promise<Quality> => (await ask<Quality>('GET', '/quality', { signal })).data,
  staleTime: 60_000,
})

/** The figures of one kind of record, of those alone that came from one source. */
export const qualityOfSource = (object: string, source: string) => queryOptions({
  queryKey: ['quality', object, source] as const,
  queryFn: async ({ signal }): Promise<QualityObject | null> => (await ask<Quality>('GET', '/quality', { query: { object, source }, signal })).data.objects[0] ?? null,
  staleTime: 60_000,
})

export interface QualityRule {
  id: string
  object: string
  name: string
  condition: string
  weight: number
  severity: Severity
}

export const rulesQuery = queryOptions({
  queryKey: ['quality-rules'],
  queryFn: async ({ signal }): Promise<QualityRule[]> => (await ask<{ data: QualityRule[] }>('GET', '/quality/rules', { signal })).data.data,
  staleTime: 60_000,
})

export interface MendPreview {
  count: number
  total: number
  looked: number
  as_job: boolean
  sample: { id: string; title: string; before: Record<string, unknown>; after: Record<string, unknown> }[]
}

export async function previewMend(object: string, field: string): Promise<MendPreview> {
  return (await ask<MendPreview>('POST', '/quality/mends', { body: { object, field, preview: true } })).data
}

export async function mend(object: string, field: string): Promise<{ change?: string | null; done?: number; job?: Job }> {
  return (await ask<{ change?: string | null; done?: number; job?: Job }>('POST', '/quality/mends', { body: { object, field } })).data
}

/** Whether and when the report comes by mail. */
export interface Letters {
  /** Whether mail can go out at all. */
  mail: boolean
  email: string | null
  zone: string | null
  subscription: { every: 'day' | 'week'; weekday: number; hour: number; next_at: string } | null
}

export const lettersQuery = queryOptions({
  queryKey: ['quality-letters'],
  queryFn: async ({ signal }): Promise<Letters> => (await ask<Letters>('GET', '/quality/subscription', { signal })).data,
  staleTime: 60_000,
  retry: false,
})

export interface Offer {
  id: string
  kind: 'household' | 'company'
  strength: number
  text: string
  members: { id: string; title: string }[]
  target: { object: string; id: string; title: string } | null
}

export interface Offers {
  data: Offer[]
  next: string | null
  /** A look that is under way. */
  run: Job | null
}

export function offersQuery(kind: Offer['kind']) {
  return queryOptions({
    queryKey: ['household-offers', kind],
    queryFn: async ({ signal }): Promise<Offers> => (await ask<Offers>('GET', '/households/offers', { query: { kind, state: 'open', limit: 30 }, signal })).data,
    staleTime: 30_000,
    retry: false,
  })
}

/** How far a score moved, in points to one place; null where there is nothing to compare with or it stands. */
export function moved(score: number, before: number | null): number | null {
  if (before === null) return null
  const points = Math.round((score - before) * 10) / 10
  return points === 0 ? null : points
}
