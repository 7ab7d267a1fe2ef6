/** Who is invited to a meeting by mail, and what was answered. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'
import type { Named } from './mail'

export type GuestState = 'waiting' | 'accepted' | 'tentative' | 'declined'

export interface Proposal {
  starts_at: string
  ends_at: string | null
}

export interface Attendee {
  party: Named
  state: GuestState
  answered_at: string | null
  comment: string | null
  proposed: Proposal | null
  /** What was said of single moments of a series. */
  moments: { at: string; state: GuestState; proposed: Proposal | null }[]
}

export interface Invitation {
  /** `host`: one's company invites; `guest`: somebody else does. */
  side: 'host' | 'guest' | null
  attendees: Attendee[]
  /** Guests whom the reader may not see. */
  unseen: number
  /** Answers from addresses that were not invited. */
  ignored: number
  organizer?: { name: string; address: string | null; party: Named | null } | null
  mine?: boolean
  answer?: GuestState | null
}

export function invitationQuery(activity: string, version: unknown) {
  return queryOptions({
    queryKey: ['invitation', activity, version] as const,
    queryFn: async ({ signal }): Promise<Invitation> => (await ask<Invitation>('GET', `/activities/${activity}/invitation`, { signal })).data,
    staleTime: 15_000,
  })
}

/** Where a meeting goes that somebody would rather have at another time: as long as it was, unless they say otherwise. */
export function movedTo(proposal: Proposal, starts: string | null, ends: string | null): { starts_at: string; ends_at: string | null } {
  if (proposal.ends_at !== null || starts === null || ends === null) return { starts_at: proposal.starts_at, ends_at: proposal.ends_at }
  const lasts = Date.parse(ends) - Date.parse(starts)
  return { starts_at: proposal.starts_at, ends_at: new Date(Date.parse(proposal.starts_at) + lasts).toISOString() }
}
