/** Mail as its pages read it: mailboxes, threads, messages, and letters that have not gone. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'

export interface Person {
  name?: string
  address: string
}

export interface Named {
  object: string
  id: string
  title: string
}

export type Sight = 'metadata' | 'subject' | 'all'

export interface Thread {
  id: string
  mailbox: { id: string; name: string; is_mine: boolean }
  sight: Sight
  subject: string | null
  words: string | null
  with: Person
  party: Named | null
  deal: Named | null
  assigned: Named | null
  messages: number
  unread: number
  has_answer: boolean
  last_at: string
  state: 'open' | 'done' | 'snoozed'
  snoozed_until: string | null
}

export interface Message {
  id: string
  at: string
  is_erased?: boolean
  direction: 'in' | 'out'
  sort: 'letter' | 'auto_reply' | 'bounce' | 'bulk'
  state: string
  from: Person
  to: Person[]
  cc: Person[]
  bcc: Person[]
  subject: string | null
  text: string | null
  has_html: boolean
  enclosed: { part: number; name: string; kind: string; bytes: number }[]
  failed: { address: string; permanent: boolean }[]
  is_damaged: boolean
  /** Of a letter of ours that counts it: what people did with it, and what machines did. */
  readers?: { opened_at: string | null; opens: number; clicked_at: string | null; clicks: number; machine_opens: number; machine_clicks: number; links: string[] }
}

export interface Letter {
  to: Person[]
  cc: Person[]
  bcc: Person[]
  subject: string
  text: string
  files: string[]
  answers: string | null
  /** Left out: as its mailbox does. */
  counted?: boolean | null
}

export interface Draft extends Letter {
  id: string
  mailbox: string
  thread: string | null
  state: 'draft' | 'sending'
  send_at: string | null
  letter: { state: string; attempts: number; code: string | null; detail: string | null; next_at: string } | null
  failing: { address: string; permanent: boolean }[]
}

export interface WholeThread extends Thread {
  data: Message[]
  drafts: Draft[]
}

export interface MailFolder {
  name: string
  shown: string
  role: string
  chosen: boolean
  taken: number
  skipped: number
  last_at: string | null
  code: string | null
  detail: string | null
  tries: number
  next_at: string | null
}

export interface Mailbox {
  id: string
  name: string
  address: string
  owner: string | null
  team: string | null
  privacy: Sight
  paused: boolean
  counts_readers: boolean
  signature: string
  has_secret: boolean
  folders: MailFolder[]
  aside: { id: string; folder: string; bytes: number; code: string; at: string }[]
}

export const mailboxesQuery = queryOptions({
  queryKey: ['mail', 'mailboxes'] as const,
  queryFn: async ({ signal }) => (await ask<{ data: Mailbox[] }>('GET', '/mail/mailboxes', { signal })).data.data,
  refetchInterval: 20_000,
})

export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: ['mail', 'thread', id] as const,
    queryFn: async ({ signal }) => (await ask<WholeThread>('GET', `/mail/threads/${id}`, { signal })).data,
    refetchInterval: 20_000,
  })

export const mailOfQuery = (plural: string, id: string) =>
  queryOptions({
    queryKey: ['mail', 'of', plural, id] as const,
    queryFn: async ({ signal }) => (await ask<{ data: Thread[] }>('GET', `/${plural}/${id}/mail`, { signal })).data.data,
  })

/** `Ana Pop <ana@example.com>, b@example.com` as people; what is no address stays as it was typed, for the server to refuse. */
export function people(typed: string): Person[] {
  return typed
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const named = /^(.*?)<([^>]*)>$/.exec(part)
      return named ? { name: named[1]?.trim().replace(/^"|"$/g, '') ?? '', address: named[2]?.trim() ?? '' } : { address: part }
    })
}

/** People as one line that `people` reads again. */
export function line(all: Person[]): string {
  return all.map((one) => (one.name ? `${one.name.replaceAll(/[,;<>"]/g, ' ').trim()} <${one.address}>` : one.address)).join(', ')
}

export function nameOf(person: Person): string {
  return person.name || person.address
}

/** Whom a reply goes to: the one who wrote, or those the last letter of ours went to; all of them where that is wanted. */
export function replyTo(message: Message, own: string, all: boolean): { to: Person[]; cc: Person[] } {
  const others = (list: Person[]) => list.filter((one) => one.address !== own)
  const to = message.direction === 'out' ? others(message.to) : [message.from]
  if (!all) return { to, cc: [] }
  const known = new Set(to.map((one) => one.address))
  const cc = others([...message.to, ...message.cc]).filter((one) => !known.has(one.address))
  return { to, cc }
}

/** A subject with one `Re:` in front. */
export function replySubject(subject: string): string {
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`
}
