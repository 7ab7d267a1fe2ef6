/**
 * The list a person came from, so that a record knows which is before and which behind it. A list that opens a record
 * may leave its trail; else the lists read before are looked through for one that holds the record.
 */

import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { Page, RecordData } from './records'

export interface Trail {
  /** `/o/deals?f=…`, to go back to. */
  href: string
  plural: string
}

let trail: Trail | null = null

/** Kept with the tab, so that a reload does not lose the way. */
const KEPT = 'rapport.trail'
const MOST = 1000

/** Remembered while the list is open: where it was and of what. */
export function leaveTrail(left: Trail): void {
  trail = left
}

export function trailOf(plural: string): Trail | null {
  return trail?.plural === plural ? trail : null
}

export interface Neighbours {
  /** Place in the list, from 1. */
  at: number
  known: number
  before: string | null
  after: string | null
}

/** The list read last that holds the record, in the order it was shown. */
export function neighboursIn(queries: QueryClient, plural: string, id: string): Neighbours | null {
  const lists = queries
    .getQueryCache()
    .findAll({ predicate: (query) => (query.queryKey[0] === 'list' || query.queryKey[0] === 'few' || query.queryKey[0] === 'window') && query.queryKey[1] === plural })
    .sort((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)
  for (const list of lists) {
    const records = recordsOf(list.state.data)
    const at = records.findIndex((record) => record.id === id)
    if (at === -1 || records.length < 2) continue
    const ids = records.slice(Math.max(0, at - MOST), at + MOST).map((record) => record.id)
    keepTrail({ plural, ids })
    return { at: at + 1, known: records.length, before: records[at - 1]?.id ?? null, after: records[at + 1]?.id ?? null }
  }
  const kept = keptTrail()
  const at = kept?.plural === plural ? kept.ids.indexOf(id) : -1
  if (!kept || at === -1) return null
  return { at: at + 1, known: kept.ids.length, before: kept.ids[at - 1] ?? null, after: kept.ids[at + 1] ?? null }
}

interface KeptTrail {
  plural: string
  ids: string[]
}

function keepTrail(kept: KeptTrail): void {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept))
  } catch {
    // Without storage the way is known until the page is left.
  }
}

function keptTrail(): KeptTrail | null {
  try {
    const held = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as KeptTrail | null
    return held && Array.isArray(held.ids) ? held : null
  } catch {
    return null
  }
}

function recordsOf(data: unknown): RecordData[] {
  const held = data as Partial<InfiniteData<Page>> & Partial<Page> | undefined
  if (Array.isArray(held?.pages)) return held.pages.flatMap((page) => page?.data ?? [])
  return Array.isArray(held?.data) ? held.data : []
}
