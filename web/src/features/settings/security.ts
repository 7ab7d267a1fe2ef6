/** A person's ways of signing in and their open sessions, as the server tells them. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/api'

export interface Passkey {
  id: string
  name: string
  created_at: string
  last_used_at: string | null
  transports: string[]
  backed_up: boolean
}

export interface OpenSession {
  id: string
  device: string
  browser?: string | null
  system?: string | null
  address?: string | null
  method?: string | null
  created_at: string
  seen_at: string
  expires_at: string
  current: boolean
  new_device?: boolean
}

export interface Security {
  password: { changed_at: string | null } | null
  totp: { enabled: boolean; since: string | null; recovery_codes_left: number }
  passkeys: Passkey[]
  second_factor_required: boolean
  fresh?: boolean
  passkeys_possible: boolean
  sessions?: OpenSession[]
}

export const METHOD_LABELS: Record<string, string> = {
  password: 'method.password', 'password+totp': 'method.totp', 'password+recovery': 'method.recovery', 'password+passkey': 'method.password_passkey', passkey: 'method.passkey', oidc: 'method.oidc', link: 'method.link', setup: 'method.setup',
}

export const securityQuery = queryOptions({
  queryKey: ['security'],
  queryFn: async ({ signal }): Promise<Security> => (await ask<Security>('GET', '/me/security', { signal })).data,
})

export function securityOfQuery(user: string) {
  return queryOptions({
    queryKey: ['security', user],
    queryFn: async ({ signal }): Promise<Security> => (await ask<Security>('GET', `/users/${user}/security`, { signal })).data,
  })
}

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }): Promise<OpenSession[]> => (await ask<{ data: OpenSession[] }>('GET', '/sessions', { signal })).data.data,
})
