/** Reports by mail: what was sent when to whom. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'

export interface Run {
  due_at: string
  made_at: string
  by_hand: boolean
  state: 'sent' | 'no_right' | 'nobody'
  letters: { user: string | null; address: string; language: string; body: string | null; state: 'waiting' | 'sent' | 'given_up'; code: string | null }[]
}

export interface Runs {
  /** Whether mail can go out at all. */
  mail: boolean
  data: Run[]
}

export const runsQuery = (id: string) => queryOptions({
  queryKey: ['reports', 'runs', id] as const,
  queryFn: async ({ signal }) => (await ask<Runs>('GET', `/analytics/reports/${id}/runs`, { signal })).data,
  staleTime: 10_000,
})

export async function sendNow(id: string): Promise<void> {
  await ask('POST', `/analytics/reports/${id}/letters`, { body: {} })
}
