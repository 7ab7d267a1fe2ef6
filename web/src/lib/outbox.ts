/**
 * Changes made while the server was away: shown as made, kept in this browser, sent in their order when it is back.
 * What is refused then stays here with the reason until a person looked at it: nothing typed is lost.
 */

import type { RecordData } from './records'
import { keep, keptJson } from './storage'
import { createStore } from './store'

export interface KeptChange {
  key: string
  /** Whose change it is; nobody else's browser session sends it. */
  user: string
  object: string
  plural: string
  id: string
  title: string
  set: Record<string, unknown>
  linked?: RecordData['linked']
  version?: number
  /** Why the server did not take it. */
  refused?: string
}

const NAME = 'outbox'

export const outboxStore = createStore<readonly KeptChange[]>(read())

function read(): KeptChange[] {
  const held = keptJson<unknown>(NAME, [])
  return Array.isArray(held) ? (held as KeptChange[]) : []
}

function write(next: readonly KeptChange[]): void {
  outboxStore.set(next)
  keep(NAME, next.length > 0 ? JSON.stringify(next) : null)
}

/** Two changes of one record become one, and it still says what its writer saw first. */
export function keepChange(change: Omit<KeptChange, 'key'>): void {
  const all = outboxStore.get()
  const same = all.find((one) => one.id === change.id && one.user === change.user && one.refused === undefined)
  if (!same) return write([...all, { ...change, key: `${change.id}.${Date.now()}` }])
  write(all.map((one) => (one === same ? { ...same, title: change.title, set: { ...same.set, ...change.set }, linked: { ...same.linked, ...change.linked } } : one)))
}

export function dropChange(key: string): void {
  write(outboxStore.get().filter((one) => one.key !== key))
}

export function refuseChange(key: string, reason: string): void {
  write(outboxStore.get().map((one) => (one.key === key ? { ...one, refused: reason } : one)))
}

/** It is to be tried once more. */
export function releaseChange(key: string): void {
  write(outboxStore.get().map(({ refused, ...one }) => (one.key === key || refused === undefined ? one : { ...one, refused })))
}
