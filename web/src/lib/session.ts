/** Who is signed in, what they may see, and what they like. */

import { queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem } from './api'
import { labelIn, objectByName, objectByPlural, type Definitions, type Labels, type ObjectDef } from './definitions'

export interface Session {
  user: { id: string; name: string; email: string }
  language: string
  company: string
  can: { admin?: boolean }
}

/** Null when nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return (await ask<Session>('GET', '/session', { signal })).data
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null
      throw error
    }
  },
  staleTime: 5 * 60_000,
})

export const definitionsQuery = queryOptions({
  queryKey: ['definitions'],
  queryFn: async ({ signal }): Promise<Definitions> => (await ask<Definitions>('GET', '/definitions', { signal })).data,
  staleTime: 5 * 60_000,
})

export function useSession(): Session | null {
  return useQuery(sessionQuery).data ?? null
}

export function useDefinitions(): Definitions | undefined {
  return useQuery(definitionsQuery).data
}

export function useObject(name: string): ObjectDef | undefined {
  return objectByName(useDefinitions(), name)
}

export function useObjectByPlural(plural: string): ObjectDef | undefined {
  return objectByPlural(useDefinitions(), plural)
}

/** Reads a label in the reader's language. */
export function useLabel(): (labels: Labels | undefined) => string {
  const { i18n } = useTranslation()
  const language = i18n.language
  return useCallback((labels) => labelIn(labels, language), [language])
}

/** The locale of dates and figures. */
export function useLocale(): string {
  const { i18n } = useTranslation()
  return i18n.language === 'en' ? englishOf(navigator.languages) : i18n.language
}

/** English readers keep their own country's dates. */
function englishOf(languages: readonly string[]): string {
  return languages.find((tag) => tag.startsWith('en')) ?? 'en'
}

/** The user's own settings, kept on the server so that they follow them. */
export interface Settings {
  theme?: string
  language?: string
  /** Single-letter shortcuts (WCAG 2.1.4); on unless switched off. */
  letters?: boolean
  rail?: boolean
}

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: async ({ signal }): Promise<Settings> => (await ask<Settings | null>('GET', '/me/settings', { signal })).data ?? {},
  staleTime: Number.POSITIVE_INFINITY,
})

let pending: ReturnType<typeof setTimeout> | undefined

/** Changes settings at once on the screen and, a moment later, on the server. */
export function changeSettings(queries: QueryClient, change: (held: Settings) => Settings): void {
  const held = queries.getQueryData(settingsQuery.queryKey)
  // Until the server's settings are here, writing would overwrite them.
  if (!held) return
  queries.setQueryData(settingsQuery.queryKey, change(held))
  clearTimeout(pending)
  pending = setTimeout(() => {
    const body = queries.getQueryData(settingsQuery.queryKey)
    ask('PUT', '/me/settings', { body }).catch(() => {
      // A preference that was not saved is not worth a message; the next change sends all of them.
    })
  }, 800)
}

export function useSettings(): [Settings, (change: (held: Settings) => Settings) => void] {
  const queries = useQueryClient()
  const { data } = useQuery(settingsQuery)
  const change = useCallback((next: (held: Settings) => Settings) => changeSettings(queries, next), [queries])
  return [data ?? {}, change]
}
