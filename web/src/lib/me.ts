/** What the server keeps for one person: what they were told, what they marked, what they opened, and their day. */

import { queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import { ask } from './api'
import { onTold } from './live'
import type { RecordData } from './records'

/** A record as a short line shows it. */
export interface Pointed {
  object: string
  plural: string
  id: string
  title: string
  subtitle?: string | null
  icon?: string
  /** Of a saved view: the list it is a view of. */
  view_of?: string
  at?: string
}

export type NoticeKind = 'mention' | 'assigned' | 'reply' | 'approval' | 'news' | 'alert' | 'calm' | 'reminder' | 'stale'

export interface Notification {
  id: string
  kind: NoticeKind
  at: string
  read_at: string | null
  actor: { id: string; name: string } | null
  record: Pointed | null
  about: Pointed | null
  count: number
  text: string
}

export interface NotificationPage {
  data: Notification[]
  next: string | null
  unread: number
}

export const unreadQuery = queryOptions({
  queryKey: ['unread'],
  queryFn: async ({ signal }): Promise<number> => (await ask<NotificationPage>('GET', '/me/notifications', { query: { limit: 1 }, signal })).data.unread,
  staleTime: Number.POSITIVE_INFINITY,
})

/** How many are unread, kept true by the live stream. */
export function useUnread(): number {
  const queries = useQueryClient()
  useEffect(() => onTold('notifications', (data) => {
    const { unread } = (data ?? {}) as { unread?: number }
    if (typeof unread !== 'number') return
    const before = queries.getQueryData(unreadQuery.queryKey)
    queries.setQueryData(unreadQuery.queryKey, unread)
    if (before !== undefined && before !== unread) for (const kind of ['notifications', 'day']) void queries.invalidateQueries({ queryKey: [kind] })
  }), [queries])
  return useQuery(unreadQuery).data ?? 0
}

/** Marks as read or unread, at once on the screen; answers how many are unread now. */
export async function markRead(queries: QueryClient, what: { ids: string[]; read?: boolean } | { all: true }): Promise<void> {
  const { data } = await ask<{ unread: number }>('PUT', '/me/notifications/read', { body: what })
  queries.setQueryData(unreadQuery.queryKey, data.unread)
  for (const kind of ['notifications', 'day']) void queries.invalidateQueries({ queryKey: [kind] })
}

// ---- favourites ----

export const favouritesQuery = queryOptions({
  queryKey: ['favourites'],
  queryFn: async ({ signal }): Promise<Pointed[]> => (await ask<{ data: Pointed[] }>('GET', '/me/favourites', { signal })).data.data,
  staleTime: 5 * 60_000,
})

export interface FavouriteActs {
  favourites: Pointed[]
  isMarked: (id: string) => boolean
  toggle: (one: Pointed) => Promise<void>
  move: (id: string, to: number) => Promise<void>
}

export function useFavourites(): FavouriteActs {
  const queries = useQueryClient()
  const favourites = useQuery(favouritesQuery).data ?? []
  const show = useCallback((next: Pointed[]) => queries.setQueryData(favouritesQuery.queryKey, next), [queries])
  const settle = useCallback(async (before: Pointed[], send: () => Promise<unknown>) => {
    try {
      await send()
    } catch (error) {
      queries.setQueryData(favouritesQuery.queryKey, before)
      throw error
    }
  }, [queries])

  return {
    favourites,
    isMarked: (id) => favourites.some((one) => one.id === id),
    toggle: async (one) => {
      const isMarked = favourites.some((held) => held.id === one.id)
      show(isMarked ? favourites.filter((held) => held.id !== one.id) : [...favourites, one])
      await settle(favourites, () => ask(isMarked ? 'DELETE' : 'PUT', `/me/favourites/${one.plural}/${one.id}`))
    },
    move: async (id, to) => {
      const moved = favourites.find((one) => one.id === id)
      if (!moved) return
      const next = favourites.filter((one) => one.id !== id)
      next.splice(Math.max(0, Math.min(next.length, to)), 0, moved)
      show(next)
      await settle(favourites, () => ask('PUT', '/me/favourites', { body: { order: next.map(({ object, id: one }) => ({ object, id: one })) } }))
    },
  }
}

// ---- what was opened ----

export const recentsQuery = queryOptions({
  queryKey: ['recents'],
  queryFn: async ({ signal }): Promise<Pointed[]> => (await ask<{ data: Pointed[] }>('GET', '/me/recents', { query: { limit: 20 }, signal })).data.data,
  staleTime: 60_000,
})

/** Puts a record first among those opened; that it could not be noted is not worth a word. */
export function noteOpened(queries: QueryClient, one: Pointed): void {
  queries.setQueryData(recentsQuery.queryKey, (held) => held && [{ ...one, at: new Date().toISOString() }, ...held.filter((other) => other.id !== one.id)].slice(0, 20))
  ask('POST', '/me/recents', { body: { object: one.object, id: one.id } }).catch(() => {})
}

// ---- the day ----

export interface DayPart {
  data: RecordData[]
  count: number
}

export interface MyDay {
  date: string
  zone: string
  overdue: DayPart | null
  today: DayPart | null
  next: DayPart | null
  agenda: DayPart | null
  mentions: { data: Notification[]; unread: number } | null
  deals_without_next_step: DayPart | null
}

export function dayQuery(date: string) {
  return queryOptions({
    queryKey: ['day', date] as const,
    queryFn: async ({ signal }): Promise<MyDay> => (await ask<MyDay>('GET', '/me/day', { query: { date }, signal })).data,
    staleTime: 30_000,
  })
}
