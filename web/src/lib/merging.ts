/** Several records become one: what would stay and follow, the act, what was merged before, and the way back. */

import { queryOptions } from '@tanstack/react-query'
import { ask, type Answer } from './api'
import { createStore } from './store'
import type { ObjectDef } from './definitions'
import type { RecordData } from './records'

export interface MergeOrder {
  records: string[]
  survivor?: string | undefined
  picks?: Record<string, string> | undefined
}

export interface MergedField {
  field: string
  rule: string
  differs: boolean
  filled: boolean
  can_pick: boolean
  /** Null: nobody's alone, united from several, or empty. */
  winner: string | null
  value: unknown
  values: { record: string; value: unknown; at: string | null; source: string | null }[]
}

export interface MergePreview {
  object: string
  survivor: string
  one_already: boolean
  records: (Partial<RecordData> & { id: string; title: string })[]
  fields: MergedField[]
  follows: { links: { object: string; plural: string; label: string; field: string; field_label: string; count: number }[]; files: number; identities: string[]; merged_before: number; events: { count: number; exact: boolean } }
  lost: unknown[]
}

export interface Merge {
  id: string
  object: string
  at: string
  actor: { id: string | null; name: string } | null
  change: string
  state: 'standing' | 'partly_undone' | 'undone'
  survivor: { id: string; title: string }
  records: { id: string; title: string; left_at: string | null; left_by: { name: string } | null }[]
  fields: { field: string; label: string; rule: string; winner: string | null }[]
}

/** By which rules merges of an object choose. */
export interface MergingRules {
  object: string
  survivor: string
  survivors: string[]
  fields: { field: string; label: string; type: string; rule: string; default: string; choices: string[] }[]
}

export function mergingRulesQuery(plural: string) {
  return queryOptions({
    queryKey: ['merging-rules', plural],
    queryFn: async ({ signal }): Promise<MergingRules> => (await ask<MergingRules>('GET', `/merging/${plural}/rules`, { signal })).data,
    staleTime: 60_000,
  })
}

export function previewQuery(plural: string, order: MergeOrder) {
  return queryOptions({
    queryKey: ['merge-preview', plural, order.records.join(), order.survivor ?? ''],
    queryFn: async ({ signal }): Promise<MergePreview> => (await ask<MergePreview>('POST', `/${plural}/merges/preview`, { body: { records: order.records, survivor: order.survivor }, signal })).data,
    staleTime: 30_000,
    retry: false,
  })
}

export async function mergeRecords(plural: string, order: MergeOrder): Promise<Answer<{ survivor: string; joined: string[]; unchanged: boolean; merge: Merge }>> {
  return ask('POST', `/${plural}/merges`, { body: order })
}

/** All merges that made this record what it is, the newest first. */
export function mergesQuery(plural: string, id: string) {
  return queryOptions({
    queryKey: ['merges', plural, id],
    queryFn: async ({ signal }): Promise<Merge[]> => (await ask<{ data: Merge[] }>('GET', `/${plural}/${id}/merges`, { signal })).data.data,
    staleTime: 30_000,
    retry: false,
  })
}

/** Takes a merge back, whole or for one of its records. */
export async function unmerge(id: string, record?: string): Promise<Answer<{ survivor: string; left: string[]; withheld: { record: string; field: string }[]; merge: Merge }>> {
  return ask('DELETE', `/merges/${id}`, { query: { record } })
}

/** Records to be merged, chosen on any page; with one alone, the others are still to be found. */
export interface MergeRequest {
  object: string
  ids: string[]
  done?: () => void
}

/** May several of these become one, and may this person do it. */
export function isMergeable(object: ObjectDef): boolean {
  const has = object.party === true || object.owner !== undefined || object.custom === true || object.name === 'tag'
  return has && !['user', 'team', 'view', 'pipeline', 'stage'].includes(object.name) && object.can.update && object.can.delete
}

export const mergeStore = createStore<MergeRequest | null>(null)
export const MOST_MERGED = 50
