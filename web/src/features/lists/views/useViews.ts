/** The saved views of an object, as their reader may have them, and which one opens first. */

import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { ask } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import { stateFromConfig, type ListState } from '@/lib/listUrl'
import type { RecordData } from '@/lib/records'

/** Something that a view names and that is not there, or not for this reader. */
export interface ViewWarning {
  pointer: string
  code: string
  detail: string
}

export interface View {
  id: string
  name: string
  visibility: string
  state: ListState
  warnings: ViewWarning[]
  record: RecordData
}

export interface DefaultView {
  view: string | null
  /** Who said so: this person, one of their roles, or the company. */
  from: 'user' | 'role' | 'everyone' | null
}

interface Answer {
  data: (RecordData & { warnings?: ViewWarning[] })[]
  default: DefaultView
}

const NO_DEFAULT: DefaultView = { view: null, from: null }

/** Kept among the short lists of views, so that whoever changes one refreshes it. */
export function viewsQuery(plural: string) {
  return queryOptions({
    queryKey: ['few', 'views', 'of', plural] as const,
    queryFn: async ({ signal }): Promise<Answer> => (await ask<Answer>('GET', `/${plural}/views`, { signal })).data,
    staleTime: 60_000,
    retry: false,
  })
}

export function useViews(object: ObjectDef): { views: View[]; first: DefaultView; ready: boolean } {
  const { data, isPending } = useQuery(viewsQuery(object.plural))
  const views = useMemo(() => (data?.data ?? []).map((record): View => ({
    id: record.id,
    name: String(record['name'] ?? record.title),
    visibility: String(record['visibility'] ?? 'private'),
    state: stateFromConfig(record['config']),
    warnings: record.warnings ?? [],
    record,
  })), [data])
  return { views, first: data?.default ?? NO_DEFAULT, ready: !isPending }
}
