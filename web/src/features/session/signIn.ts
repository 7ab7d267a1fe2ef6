/** What the sign-in page may offer, and the steps of signing in as the server answers them. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/api'
import type { Accent } from '@/lib/company'
import { showPasskey } from '@/lib/passkeys'
import type { Session } from '@/lib/session'

export type Method = 'totp' | 'recovery' | 'passkey'

export interface Offer {
  company: { name: string; logo: string | null; accent: Accent | null }
  languages: string[]
  language: string
  password: { shortest: number; longest: number }
  passkeys: boolean
  providers: { id: string; name: string }[]
}

/** The password was right, and something more is wanted. */
export interface SecondStep {
  next: 'second_factor'
  token: string
  methods: Method[]
  expires_at: string
}

export const offerQuery = queryOptions({
  queryKey: ['sign-in'],
  queryFn: async ({ signal }): Promise<Offer> => (await ask<Offer>('GET', '/sign-in', { signal })).data,
  staleTime: 60_000,
  retry: 1,
})

export function isSecondStep(answer: Session | SecondStep): answer is SecondStep {
  return 'next' in answer && answer.next === 'second_factor'
}

export async function byPassword(email: string, password: string): Promise<Session | SecondStep> {
  return (await ask<Session | SecondStep>('POST', '/session', { body: { email, password } })).data
}

export async function byCode(token: string, code: string): Promise<Session> {
  return (await ask<Session>('POST', '/session/code', { body: { token, code } })).data
}

/** With `token` as the second step, without it instead of a password. */
export async function byPasskey(token?: string): Promise<Session> {
  const body = token ? { token } : {}
  const { data } = await ask<{ publicKey: unknown }>('POST', '/session/passkey/options', { body })
  const credential = await showPasskey(data.publicKey)
  return (await ask<Session>('POST', '/session/passkey', { body: { ...body, credential } })).data
}

/** Leaves for the company's own sign-in; it comes back to `/sign-in/callback`. */
export async function byProvider(id: string, returnTo: string): Promise<void> {
  const { data } = await ask<{ location: string }>('POST', `/session/oidc/${id}`, { body: { return_to: returnTo } })
  location.assign(data.location)
}

/** Only a path of this workspace, never another site. */
export function inside(to: string | undefined): string {
  return to?.startsWith('/') && !to.startsWith('//') && !to.startsWith('/\\') ? to : '/'
}
