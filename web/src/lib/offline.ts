/**
 * What this device may still show while the server is away: the answers to what was read last, kept for one person only.
 * They are dropped when that person signs out, when somebody else signs in, when the server says the session is over,
 * when they are two weeks old, and when the person switches this off.
 */

import { rememberWith } from './api'
import { answersOf, dropAnswers, putAnswer, takeAnswer } from './offlineStore'
import { keep, kept } from './storage'
import { createStore } from './store'

/** When the oldest answer on the page was read, while it is shown from memory. */
export const recalledStore = createStore<string | null>(null)

const USER = 'offline-user'
const OFF = 'offline-off'
const OLDEST_MS = 14 * 24 * 3600_000
/** Answers larger than this are not worth the room: lists of thousands, exports. */
const LARGEST = 400_000

/** Where to look for what may be read again: records and what stands on their pages, first pages of lists, the frame. */
const READABLE = [
  /^\/api\/v1\/(session|definitions|company|me\/(settings|day|recents|favourites))$/,
  /^\/api\/v1\/[a-z][a-z0-9_]*\/[0-9a-f]{8}-[0-9a-f-]{27}(\/(timeline|related|history|stages))?$/,
  /^\/api\/v1\/[a-z][a-z0-9_]*(\/(layout|views))?$/,
]
const NEVER = /^\/api\/v1\/(sessions|keys|audit|roles|invites|imports|jobs|files|search|live|setup|events|sign-in|currencies|calendars)(\/|$)/

/** May the answer to this address be kept. Later pages of a list are not: they would be of different hours. */
export function isReadable(address: string): boolean {
  const url = new URL(address, 'http://rapport.invalid')
  if (url.searchParams.get('cursor') || NEVER.test(url.pathname)) return false
  return READABLE.some((pattern) => pattern.test(url.pathname))
}

export function isOfflineOn(): boolean {
  return kept(OFF) === null && 'indexedDB' in globalThis
}

export async function switchOffline(on: boolean): Promise<void> {
  keep(OFF, on ? null : 'yes')
  if (!on) await forget()
}

/** Nobody's answers are left on this device. */
export async function forget(): Promise<void> {
  keep(USER, null)
  recalledStore.set(null)
  await dropAnswers(() => true)
}

/** The session says whose answers these are from now on. */
function belongTo(text: string): void {
  let id: unknown
  try {
    id = (JSON.parse(text) as { user?: { id?: unknown } }).user?.id
  } catch {
    return
  }
  if (typeof id !== 'string' || id === kept(USER)) return
  keep(USER, id)
  void dropAnswers((held) => held.user !== id)
}

export function startOffline(): void {
  rememberWith({
    keep(address, language, text) {
      recalledStore.set(null)
      if (!isOfflineOn() || text.length > LARGEST) return
      if (address === '/api/v1/session') belongTo(text)
      const user = kept(USER)
      if (user && isReadable(address)) void putAnswer({ user, address, language, text, at: Date.now() }).catch(() => {})
    },
    async recall(address, language) {
      const user = kept(USER)
      if (!user || !isOfflineOn() || !isReadable(address)) return null
      const held = await takeAnswer(user, address, language).catch(() => null)
      if (!held || Date.now() - held.at > OLDEST_MS) return null
      const at = new Date(held.at).toISOString()
      const shown = recalledStore.get()
      if (shown === null || at < shown) recalledStore.set(at)
      return held.text
    },
    over: () => void forget(),
  })
  void dropAnswers((held) => Date.now() - held.at > OLDEST_MS)
}

/** How many answers are kept, for whoever wants to know what lies on their device. */
export async function keptCount(): Promise<number> {
  return answersOf()
}

/** Lets the shell open without a network, and fetches the pages that are read there. */
export function installShell(pages: () => Promise<unknown>): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  const begin = async () => {
    try {
      await navigator.serviceWorker.register('/sw.js')
      const ready = await navigator.serviceWorker.ready
      if (isOfflineOn()) await pages()
      const files = performance.getEntriesByType('resource').map((entry) => new URL(entry.name, location.href)).filter((url) => url.origin === location.origin).map((url) => url.pathname)
      ready.active?.postMessage({ keep: [...new Set(files)] })
    } catch {
      // A browser that will not have it works as before, with a network.
    }
  }
  if ('requestIdleCallback' in window) window.requestIdleCallback(() => void begin(), { timeout: 4000 })
  else setTimeout(() => void begin(), 3000)
}
