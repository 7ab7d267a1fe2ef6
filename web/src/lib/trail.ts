/**
 * The list a person came from, so that a record knows which is before and which behind it, also where the list has not
 * been read yet: then the next page is. A list that opens a record may leave its trail; else the lists read before are
 * looked through for one that holds the record.
 */

import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { ask } from './api'
import { PAGE_SIZE, type ListParams, type Page, type RecordData } from './records'

export interface Trail {
  /** `/o/deals?f=…`, to go back to. */
  href: string
  plural: string
}

let trail: Trail | null = null

/** Remembered while the list is open: where it was and of what. */
export function leaveTrail(left: Trail): void {
  trail = left
}

export function trailOf(plural: string): Trail | null {
  return trail?.plural === plural ? trail : null
}

/** Kept with the tab, so that a reload does not lose the way. */
const KEPT = 'rapport.trail'
/** So many ids are kept; the way is read again where it was let go. */
const MOST = 2000

/** Where the pages of a list begin, as far as its reader has come: what is held of it may be some in the middle. */
const walked = new Map<string, Walk>()

interface Walk {
  starts: readonly string[]
  sizes: readonly number[]
  /** Records before the first of these pages. */
  before: number
}

export function noteWalk(plural: string, params: ListParams, walk: Walk): void {
  walked.set(JSON.stringify([plural, params]), walk)
}

export interface Neighbours {
  /** Place in the list, from 1. */
  at: number
  /** Records known to be in the list; it goes on behind them where `more`. */
  known: number
  more: boolean
  hasBefore: boolean
  hasAfter: boolean
}

/** A stretch of a list in its order, and how to read on at both ends. */
interface KeptTrail {
  plural: string
  params: ListParams | null
  /** How many records of the list come before the stretch. */
  offset: number
  ids: string[]
  /** Where the pages before the stretch begin. */
  starts: string[]
  /** Where the page behind it begins; null at the end of the list. */
  next: string | null
}

/** Where the record stands in the list read last that holds it, in the order it was shown. */
export function neighboursIn(queries: QueryClient, plural: string, id: string): Neighbours | null {
  const trail = stretchIn(queries, plural, id) ?? keptTrail()
  const at = trail?.plural === plural ? trail.ids.indexOf(id) : -1
  if (!trail || at === -1) return null
  return { at: trail.offset + at + 1, known: trail.offset + trail.ids.length, more: trail.next !== null, hasBefore: at > 0 || trail.starts.length > 0, hasAfter: at < trail.ids.length - 1 || trail.next !== null }
}

/** The record behind this one (`by` 1) or before it (-1); read where it is not known. */
export async function stepFrom(plural: string, id: string, by: 1 | -1): Promise<string | null> {
  let trail = keptTrail()
  if (trail?.plural !== plural || !trail.ids.includes(id)) return null
  if (trail.ids[trail.ids.indexOf(id) + by] === undefined) {
    trail = await readOn(trail, by)
    keepTrail(trail)
  }
  return trail.ids[trail.ids.indexOf(id) + by] ?? null
}

async function readOn(trail: KeptTrail, by: 1 | -1): Promise<KeptTrail> {
  const cursor = by === 1 ? trail.next : trail.starts.at(-1)
  if (cursor === null || cursor === undefined) return trail
  const query = { ...trail.params, trash: trail.params?.trash || undefined, fields: 'id', limit: PAGE_SIZE, cursor, count: 'none' }
  const { data } = await ask<Page>('GET', `/${trail.plural}`, { query })
  const held = new Set(trail.ids)
  const ids = data.data.map((record) => record.id).filter((one) => !held.has(one))
  if (by === 1) return { ...trail, ids: [...trail.ids, ...ids], next: data.next }
  return { ...trail, ids: [...ids, ...trail.ids], starts: trail.starts.slice(0, -1), offset: Math.max(0, trail.offset - ids.length) }
}

function stretchIn(queries: QueryClient, plural: string, id: string): KeptTrail | null {
  const lists = queries
    .getQueryCache()
    .findAll({ predicate: (query) => (query.queryKey[0] === 'list' || query.queryKey[0] === 'few') && query.queryKey[1] === plural })
    .sort((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)
  for (const list of lists) {
    const records = recordsOf(list.state.data)
    if (records.length < 2 || !records.some((record) => record.id === id)) continue
    const trail = trailAlong(plural, list.queryKey, list.state.data, records.map((record) => record.id))
    keepTrail(trail)
    return trail
  }
  return null
}

function trailAlong(plural: string, key: readonly unknown[], data: unknown, ids: string[]): KeptTrail {
  const pages = key[0] === 'list' ? (data as Partial<InfiniteData<Page, string>>) : null
  const params = key[2] as ListParams
  const walk = walked.get(JSON.stringify([plural, params]))
  const first = Math.max(0, walk?.starts.indexOf(pages?.pageParams?.[0] ?? '') ?? 0)
  return {
    plural,
    params: pages ? params : null,
    offset: (walk?.sizes.slice(0, first) ?? []).reduce((total, size) => total + size, walk?.before ?? 0),
    ids,
    starts: walk?.starts.slice(0, first) ?? [],
    next: pages?.pages?.at(-1)?.next ?? null,
  }
}

function keepTrail(trail: KeptTrail): void {
  try {
    // Longer than anybody walks: the far ends are forgotten, and then not walked beyond.
    const kept = trail.ids.length > MOST ? { ...trail, ids: trail.ids.slice(0, MOST), next: null } : trail
    sessionStorage.setItem(KEPT, JSON.stringify(kept))
  } catch {
    // Without storage the way is known until the page is left.
  }
}

function keptTrail(): KeptTrail | null {
  try {
    const held = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Partial<KeptTrail> | null
    return held && Array.isArray(held.ids) && Array.isArray(held.starts) ? (held as KeptTrail) : null
  } catch {
    return null
  }
}

function recordsOf(data: unknown): RecordData[] {
  const held = data as Partial<InfiniteData<Page>> & Partial<Page> | undefined
  if (Array.isArray(held?.pages)) return held.pages.flatMap((page) => page?.data ?? [])
  return Array.isArray(held?.data) ? held.data : []
}
