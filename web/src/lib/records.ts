/**
 * Records: read by page, written at once on the screen and then on the server, undone by their change.
 * Every list and page shares the caches kept here, so one edit shows everywhere.
 */

import { queryOptions, infiniteQueryOptions, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { ask, Problem, type Answer, type ConflictDetails } from './api'
import type { Definitions, FieldDef, ObjectDef } from './definitions'
import type { Money } from './format'

export interface Linked {
  id: string
  object: string
  title: string
}

/** A record as the API sends it: flat, with its system fields and the titles of what it links to. */
export interface RecordData {
  id: string
  object: string
  version: number
  title: string
  subtitle?: string | null
  created_at: string
  updated_at: string
  deleted_at: string | null
  created_by?: string | null
  updated_by?: string | null
  linked?: Record<string, Linked | Linked[] | null>
  [field: string]: unknown
}

export interface Page {
  data: RecordData[]
  next: string | null
  /** Where the page before ends; told to who reads backwards. */
  previous?: string | null
  count?: { value: number; exact: boolean } | null
}

export interface ListParams {
  filter?: string
  sort?: string
  fields?: string
  trash?: boolean
}

export const PAGE_SIZE = 100

/** All pages of a list read so far. */
export function listQuery(plural: string, params: ListParams) {
  return infiniteQueryOptions({
    queryKey: ['list', plural, params] as const,
    queryFn: async ({ pageParam, signal }): Promise<Page> =>
      (await ask<Page>('GET', `/${plural}`, {
        query: { ...params, trash: params.trash || undefined, limit: PAGE_SIZE, cursor: pageParam, count: pageParam ? 'none' : 'estimate' },
        signal,
      })).data,
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    staleTime: 30_000,
  })
}

/** A few records, for pickers and small lists. */
export function fewQuery(plural: string, params: ListParams & { limit: number }) {
  return queryOptions({
    queryKey: ['few', plural, params] as const,
    queryFn: async ({ signal }): Promise<Page> => (await ask<Page>('GET', `/${plural}`, { query: { ...params, trash: params.trash || undefined, count: 'estimate' }, signal })).data,
    staleTime: 15_000,
  })
}

/** How many records a filter holds, without reading them. */
export function countQuery(plural: string, filter = '', exact = false) {
  return queryOptions({
    queryKey: ['count', plural, filter, exact] as const,
    queryFn: async ({ signal }): Promise<{ value: number; exact: boolean } | null> =>
      (await ask<Page>('GET', `/${plural}`, { query: { limit: 1, fields: 'id', filter, count: exact ? 'exact' : 'estimate' }, signal })).data.count ?? null,
    staleTime: 60_000,
  })
}

export function recordQuery(plural: string, id: string) {
  return queryOptions({
    queryKey: ['record', plural, id] as const,
    queryFn: async ({ signal }): Promise<RecordData> => (await ask<RecordData>('GET', `/${plural}/${id}`, { signal })).data,
    staleTime: 15_000,
  })
}

/** One figure of a footer: a number, an amount, or amounts in several currencies. */
export type Figure = number | Money | Money[] | null

/** Figures over the whole filter, by their name `sum:amount`. */
export function aggregateQuery(plural: string, filter: string, of: string[]) {
  return queryOptions({
    queryKey: ['aggregate', plural, filter, of.join(',')] as const,
    queryFn: async ({ signal }): Promise<Record<string, Figure>> => {
      const { data } = await ask<Record<string, unknown>>('GET', `/${plural}/aggregate`, { query: { filter, of: of.join(',') }, signal })
      return (data['data'] ?? data) as Record<string, Figure>
    },
    staleTime: 30_000,
  })
}

// ---- writing ----

/** Sends the changed fields only. `version` says what the writer saw, so that a clash in one field is noticed. */
export async function saveRecord(plural: string, id: string, set: Record<string, unknown>, version?: number): Promise<Answer<RecordData>> {
  return ask<RecordData>('PATCH', `/${plural}/${id}`, { body: set, ...(version === undefined ? {} : { headers: { 'if-match': `"${version}"` } }) })
}

export async function createRecord(plural: string, values: Record<string, unknown>): Promise<Answer<RecordData>> {
  return ask<RecordData>('POST', `/${plural}`, { body: values })
}

export async function trashRecord(plural: string, id: string): Promise<Answer<unknown>> {
  return ask('DELETE', `/${plural}/${id}`)
}

export async function restoreRecord(plural: string, id: string): Promise<Answer<unknown>> {
  return ask('POST', `/${plural}/${id}/restore`)
}

export interface Undone {
  change: string
  undone: number
  skipped: { object: string; id: string; reason: string }[]
  /** Instead of the above, where there is too much for one answer. */
  job?: Job
}

export async function undoChange(change: string): Promise<Undone> {
  return (await ask<Undone>('POST', `/changes/${change}/undo`)).data
}

export interface Job {
  id: string
  kind: string
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  done: number
  total: number
  result?: unknown
  /** What it did, to be undone. */
  change?: string | null
}

export interface BulkRequest {
  action: 'update' | 'delete' | 'restore'
  ids?: string[]
  filter?: string
  set?: Record<string, unknown>
  /** Each record with its id and its own values, instead of `set`. */
  records?: Record<string, unknown>[]
}

/** Why one record was left as it was. */
export interface BulkError {
  id?: string
  index?: number
  detail: string
  errors?: { pointer: string; detail: string }[]
}

export interface BulkAnswer {
  change?: string | null
  done?: number
  errors?: BulkError[]
  job?: Job
}

export async function bulk(plural: string, request: BulkRequest): Promise<BulkAnswer> {
  const answer = await ask<BulkAnswer>('POST', `/${plural}/bulk`, { body: request })
  return { ...answer.data, change: answer.data.change ?? answer.change }
}

/** Two people changed one field: what stood against what. */
export function conflictOf(error: unknown): ConflictDetails | null {
  return error instanceof Problem && error.status === 409 ? error.conflict : null
}

// ---- the caches ----

/** Shows `change` on one record wherever it is drawn; answers how to take it back. */
export function patchRecord(queries: QueryClient, plural: string, id: string, change: (record: RecordData) => RecordData): () => void {
  const before: [readonly unknown[], unknown][] = []
  const patchPage = (page: Page): Page => (page.data.some((record) => record.id === id) ? { ...page, data: page.data.map((record) => (record.id === id ? change(record) : record)) } : page)

  for (const [key, data] of queries.getQueriesData<InfiniteData<Page>>({ queryKey: ['list', plural] })) {
    if (!data?.pages.some((page) => page.data.some((record) => record.id === id))) continue
    before.push([key, data])
    queries.setQueryData(key, { ...data, pages: data.pages.map(patchPage) })
  }
  for (const [key, data] of queries.getQueriesData<Page>({ queryKey: ['few', plural] })) {
    if (!data) continue
    before.push([key, data])
    queries.setQueryData(key, patchPage(data))
  }
  const key = ['record', plural, id]
  const record = queries.getQueryData<RecordData>(key)
  if (record) {
    before.push([key, record])
    queries.setQueryData(key, change(record))
  }
  return () => {
    for (const [held, data] of before) queries.setQueryData(held, data)
  }
}

/** Takes records out of every list at once; answers how to put them back. */
export function dropRecords(queries: QueryClient, plural: string, ids: readonly string[]): () => void {
  const gone = new Set(ids)
  const before: [readonly unknown[], unknown][] = []
  for (const [key, data] of queries.getQueriesData<InfiniteData<Page>>({ queryKey: ['list', plural] })) {
    if (!data) continue
    before.push([key, data])
    queries.setQueryData(key, { ...data, pages: data.pages.map((page) => ({ ...page, data: page.data.filter((record) => !gone.has(record.id)) })) })
  }
  return () => {
    for (const [held, data] of before) queries.setQueryData(held, data)
  }
}

/** Everything read about an object may have changed: read again what is on the screen, the rest when it is next shown. */
export function refreshObject(queries: QueryClient, plural: string): void {
  for (const kind of ['list', 'few', 'count', 'aggregate', 'related']) void queries.invalidateQueries({ queryKey: kind === 'related' ? [kind] : [kind, plural] })
}

/** Everything about one record: itself, its timeline and its history. */
export function refreshRecord(queries: QueryClient, plural: string, id: string): void {
  for (const kind of ['record', 'timeline', 'history', 'related']) void queries.invalidateQueries({ queryKey: [kind, plural, id] })
}

/** The list with `set` applied to a record, links shown by the titles known here. */
export function withValues(record: RecordData, set: Record<string, unknown>, linked: Record<string, Linked | Linked[] | null> = {}): RecordData {
  return { ...record, ...set, linked: { ...record.linked, ...linked } }
}

/** What a link field shows: ids with the titles that came along. */
export function linkedOf(record: RecordData, field: FieldDef): Linked[] {
  const known = record.linked?.[field.name]
  if (Array.isArray(known)) return known
  if (known) return [known]
  const value = record[field.name]
  if (typeof value === 'string' && value) return [{ id: value, object: field.target ?? '', title: '' }]
  return []
}

/** The records a link field leads to; none for a field of any other type. */
export function linksIn(record: RecordData, field: FieldDef): Linked[] {
  return field.type === 'link' || field.type === 'links' ? linkedOf(record, field) : []
}

/** Plural of an object's name, for links to records of it. */
export function pluralOf(definitions: Definitions | undefined, name: string): string | undefined {
  return definitions?.objects.find((object) => object.name === name)?.plural
}

/** Nothing was entered: not sent, not shown. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  if (typeof value === 'object') return Object.values(value).every((part) => part === null || part === undefined || part === '')
  return false
}

/** The filter for records whose `field` links to `id`. */
export function linkFilter(object: ObjectDef | undefined, fieldName: string, id: string): string {
  const field = object?.fields.find((candidate) => candidate.name === fieldName)
  return field?.type === 'links' ? `${fieldName} contains "${id}"` : `${fieldName} = "${id}"`
}
