/** Who shares a deal: commissions are credited to each as much of it. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'

/** Hundredths of a per cent. */
const WHOLE = 10_000

export interface Splits {
  owner: { id: string; title: string | null } | null
  /** What is the owner's, in hundredths of a per cent. */
  left: number
  splits: { person: { id: string; title: string | null }; share: number; role: string | null }[]
}

export const splitsQuery = (deal: string) => queryOptions({
  queryKey: ['splits', deal] as const,
  queryFn: async ({ signal }) => (await ask<Splits>('GET', `/deals/${deal}/splits`, { signal })).data,
  staleTime: 15_000,
})

export async function putSplits(deal: string, splits: { person: string; share: number; role: string | null }[]): Promise<void> {
  await ask('PUT', `/deals/${deal}/splits`, { body: { splits } })
}

/** What typed per cents leave to the owner, in hundredths; null where one is no share or all come to more than the whole. */
export function leftOf(shares: readonly (number | null)[]): number | null {
  const parts = shares.map((share) => (share === null ? 0 : Math.round(share * 100)))
  if (parts.some((part) => part < 1 || part > WHOLE)) return null
  const left = WHOLE - parts.reduce((sum, part) => sum + part, 0)
  return left < 0 ? null : left
}
