/** Sequences as their pages read them: letters and tasks in a row, who is on them, and what each step came to. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'
import type { RecordData } from './records'

export interface Step {
  id?: string
  kind: 'mail' | 'task'
  wait: number
  unit: 'hours' | 'days'
  template?: string | null
  subject?: string | null
}

export const FIGURES = ['sent', 'opened', 'machine', 'clicked', 'replied', 'bounced'] as const
export type Figure = (typeof FIGURES)[number]

export type StepFigures = Step & { id: string; begun: number } & Record<Figure, number>

export interface Figures {
  steps: StepFigures[]
  states: Partial<Record<State, number>>
  reasons: Record<string, number>
}

export const STATES = ['running', 'paused', 'done', 'stopped'] as const
export type State = (typeof STATES)[number]

export interface Enrolment {
  enrolment: string
  sequence: string
  object: string
  id: string
  title?: string
  name?: string
  state: State
  reason: string | null
  due_at: string | null
  started_at: string
  ended_at: string | null
  author_name?: string | null
  steps?: number
  done?: number
}

/** Somebody behind a figure. */
export interface Behind {
  object: string
  id: string
  title: string
  at: string
}

export const figuresQuery = (id: string) =>
  queryOptions({
    queryKey: ['sequences', id, 'figures'] as const,
    queryFn: async ({ signal }) => (await ask<Figures>('GET', `/mail_sequences/${id}/figures`, { signal })).data,
    refetchInterval: 30_000,
  })

export const onSequenceQuery = (id: string, state: State) =>
  queryOptions({
    queryKey: ['sequences', id, 'people', state] as const,
    queryFn: async ({ signal }) => (await ask<{ data: Enrolment[]; next: string | null }>('GET', `/mail_sequences/${id}/people`, { query: { state, limit: 100 }, signal })).data,
  })

export const behindQuery = (id: string, step: string, what: Figure) =>
  queryOptions({
    queryKey: ['sequences', id, 'behind', step, what] as const,
    queryFn: async ({ signal }) => (await ask<{ data: Behind[]; next: string | null }>('GET', `/mail_sequences/${id}/people`, { query: { step, what, limit: 200 }, signal })).data,
  })

export const sequencesOfQuery = (plural: string, id: string) =>
  queryOptions({
    queryKey: ['sequences', 'of', plural, id] as const,
    queryFn: async ({ signal }) => (await ask<{ data: Enrolment[] }>('GET', `/${plural}/${id}/sequences`, { signal })).data.data,
  })

export interface Enrolled {
  enrolled?: number
  skipped?: { id: string; code: string }[]
  job?: { id: string } | null
}

/** Puts contacts or leads on a sequence; many at a time become a job. */
export async function enrol(sequence: RecordData, object: string, target: { ids: string[] } | { filter: string }): Promise<Enrolled> {
  return (await ask<Enrolled>('POST', `/mail_sequences/${sequence.id}/people`, { body: { object, ...target } })).data
}

export async function settle(enrolment: string, to: 'pause' | 'resume' | 'stop'): Promise<void> {
  await ask('POST', `/mail_sequences/enrolments/${enrolment}/state`, { body: { to } })
}

/** The words of what a sequence says in codes. */
export const STATE_WORDS: Record<State, string> = {
  done: 'sequences.state_done',
  paused: 'sequences.state_paused',
  running: 'sequences.state_running',
  stopped: 'sequences.state_stopped',
}

export const REASON_WORDS: Record<string, string> = {
  author_left: 'sequences.reason_author_left',
  bounced: 'sequences.reason_bounced',
  by_hand: 'sequences.reason_by_hand',
  converted: 'sequences.reason_converted',
  finished: 'sequences.reason_finished',
  lost: 'sequences.reason_lost',
  mailbox_removed: 'sequences.reason_mailbox_removed',
  meeting: 'sequences.reason_meeting',
  no_address: 'sequences.reason_no_address',
  not_delivered: 'sequences.reason_not_delivered',
  record_removed: 'sequences.reason_record_removed',
  replied: 'sequences.reason_replied',
  sequence_removed: 'sequences.reason_sequence_removed',
  template_removed: 'sequences.reason_template_removed',
  unsubscribed: 'sequences.reason_unsubscribed',
  won: 'sequences.reason_won',
}

export const SKIP_WORDS: Record<string, string> = {
  already_on_it: 'sequences.skip_already_on_it',
  bounced: 'sequences.skip_bounced',
  no_address: 'sequences.skip_no_address',
  not_found: 'sequences.skip_not_found',
  unsubscribed: 'sequences.skip_unsubscribed',
}

export const FIGURE_WORDS: Record<Figure, string> = {
  sent: 'sequences.sent',
  opened: 'sequences.opened',
  machine: 'sequences.machine',
  clicked: 'sequences.clicked',
  replied: 'sequences.replied',
  bounced: 'sequences.bounced',
}

export function reasonWord(reason: string): string {
  return REASON_WORDS[reason] ?? 'sequences.reason_finished'
}
