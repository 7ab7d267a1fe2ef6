/** What a dashboard is: a name, its cards with their places, and what each of them shows. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/api'
import type { RecordData } from '@/lib/records'
import { settled, type Place } from './grid'

export const KINDS = ['kpi', 'course', 'groups', 'drivers', 'view', 'count', 'cube', 'cohorts', 'forecast', 'sql', 'text'] as const
export type Kind = (typeof KINDS)[number]

export interface Card extends Place {
  kind: Kind
  title?: string
  kpi?: string
  by?: string
  /** Of a count, and of a saved view. */
  object?: string
  filter?: string
  view?: string
  /** Of the cube. */
  rows?: string
  measure?: string
  /** A kept question in SQL. */
  question?: string
  text?: string
}

export interface Config {
  period: string
  cards: Card[]
}

export interface Board {
  /** Of a stored one its id, else the key of a standard one. */
  key: string
  name: string
  config: Config
  record: RecordData | null
}

const TALL: Record<Kind, [w: number, h: number]> = { kpi: [3, 2], count: [3, 2], course: [8, 5], groups: [4, 5], drivers: [4, 5], view: [6, 5], cube: [4, 5], cohorts: [4, 5], forecast: [8, 5], sql: [6, 5], text: [4, 2] }

export function newCard(kind: Kind): Card {
  const [w, h] = TALL[kind]
  return { id: crypto.randomUUID().slice(0, 8), kind, x: 0, y: 0, w, h }
}

/** Stored settings as cards; what is no card is left out. */
export function configOf(stored: unknown): Config {
  const config = (typeof stored === 'object' && stored !== null ? stored : {}) as { period?: unknown; cards?: unknown }
  const cards = Array.isArray(config.cards) ? config.cards : []
  const held = cards.filter((card): card is Card => typeof card === 'object' && card !== null && typeof (card as Card).id === 'string' && KINDS.includes((card as Card).kind))
  return { period: typeof config.period === 'string' ? config.period : 'last_30_days', cards: settled(held) }
}

export const standardQuery = queryOptions({
  queryKey: ['dashboards', 'standard'] as const,
  queryFn: async ({ signal }): Promise<Board[]> => {
    const { data } = await ask<{ data: { key: string; name: string; config: unknown }[] }>('GET', '/analytics/dashboards/standard', { signal })
    return data.data.map((one) => ({ key: one.key, name: one.name, config: configOf(one.config), record: null }))
  },
  staleTime: Number.POSITIVE_INFINITY,
})

export const ownBoardsQuery = queryOptions({
  queryKey: ['few', 'dashboards', 'all'] as const,
  queryFn: async ({ signal }): Promise<Board[]> => {
    const { data } = await ask<{ data: RecordData[] }>('GET', '/dashboards', { query: { limit: 200, sort: 'title', count: 'none' }, signal })
    return data.data.map((record) => ({ key: record.id, name: String(record['name'] ?? record.title), config: configOf(record['config']), record }))
  },
  staleTime: 15_000,
})

/** The codes of KPIs whose values one request brings for all cards. */
export function valuedKpis(cards: readonly Card[]): string[] {
  return [...new Set(cards.filter((card) => card.kind === 'kpi' || card.kind === 'course').flatMap((card) => card.kpi ?? []))]
}
