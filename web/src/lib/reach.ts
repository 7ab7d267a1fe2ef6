/**
 * Whether the server answers. Every request tells how it went; while it is away it is asked again, ever less often,
 * and whoever waits for it is told when it is back. Knows nothing of what was asked.
 */

import { createStore } from './store'

/** `slow`: something has waited for longer than a person likes to; `away`: nothing answers at all. */
export type Reach = 'here' | 'slow' | 'away'

export const reachStore = createStore<Reach>('here')

const SLOW_MS = 5000
const FIRST_LOOK_MS = 1500
const LAST_LOOK_MS = 15_000

const waiting = new Set<number>()
const backListeners = new Set<() => void>()
let next = 0
let looking: ReturnType<typeof setTimeout> | undefined

/** Called once each time the server is back. */
export function onBack(listener: () => void): () => void {
  backListeners.add(listener)
  return () => backListeners.delete(listener)
}

/** A request goes out; the answer is called with whether the server answered, or null when nobody waits any more. What carries a file may take its time. */
export function setOut(mayTakeLong: boolean): (answered: boolean | null) => void {
  const own = (next += 1)
  waiting.add(own)
  const late = mayTakeLong ? undefined : setTimeout(() => reachStore.get() === 'here' && waiting.has(own) && reachStore.set('slow'), SLOW_MS)
  return (answered) => {
    clearTimeout(late)
    waiting.delete(own)
    if (answered === true) here()
    else if (answered === false) away()
    else if (waiting.size === 0 && reachStore.get() === 'slow') reachStore.set('here')
  }
}

/** The way is broken, as something other than a request noticed. */
export function away(): void {
  if (reachStore.get() === 'away') return
  reachStore.set('away')
  lookAgain(FIRST_LOOK_MS)
}

/** Asks at once, because a person said so or the network came back. */
export function lookNow(): void {
  if (reachStore.get() === 'away') void look(FIRST_LOOK_MS)
}

function here(): void {
  const before = reachStore.get()
  reachStore.set('here')
  if (before !== 'away') return
  clearTimeout(looking)
  for (const listener of backListeners) listener()
}

function lookAgain(waitMs: number): void {
  clearTimeout(looking)
  looking = setTimeout(() => void look(waitMs), waitMs)
}

async function look(waitMs: number): Promise<void> {
  clearTimeout(looking)
  try {
    const answer = await fetch('/readyz', { cache: 'no-store' })
    if (answer.ok) return here()
  } catch {
    // Still away.
  }
  if (reachStore.get() === 'away') lookAgain(Math.min(LAST_LOOK_MS, waitMs * 1.5))
}

if (typeof window !== 'undefined') window.addEventListener('online', lookNow)
