/**
 * Values on their way to the server. A read that was begun before the answer came does not know them yet: they are put
 * over what it brings, so that a value shown at once is never replaced by the one before it.
 */

interface Sent {
  id: string
  set: Record<string, unknown>
  linked: Record<string, unknown>
  /** When the answer came, by `turn`; null while it is on its way. */
  answered: number | null
}

let turn = 0
let all: Sent[] = []
/** Reads on their way, by the turn in which they were begun. */
const reads = new Map<number, number>()

/** Called before a read is sent; `endRead` is called with the answer. */
export function beginRead(): number {
  turn += 1
  reads.set(turn, turn)
  return turn
}

/** What was read, with what it could not know. */
export function endRead<T>(begun: number, read: T): T {
  reads.delete(begun)
  const newer = all.filter((one) => one.answered === null || one.answered > begun)
  const seen = newer.length === 0 ? read : (over(read, newer) as T)
  forget()
  return seen
}

/** Notes values that are sent now; the answer is told by one of the two that come back. */
export function noteSent(id: string, set: Record<string, unknown>, linked: Record<string, unknown> = {}): { stands: () => void; fell: () => void } {
  const one: Sent = { id, set, linked, answered: null }
  all.push(one)
  return {
    stands: () => {
      turn += 1
      one.answered = turn
      forget()
    },
    fell: () => {
      all = all.filter((other) => other !== one)
    },
  }
}

/** Nobody reads any more from before these answers. */
function forget(): void {
  const oldest = Math.min(...reads.values())
  all = all.filter((one) => one.answered === null || one.answered > oldest)
}

function over(value: unknown, newer: readonly Sent[]): unknown {
  if (Array.isArray(value)) return value.map((one) => over(one, newer))
  if (typeof value !== 'object' || value === null) return value
  const held = value as Record<string, unknown>
  if (typeof held['version'] !== 'number') return Object.fromEntries(Object.entries(held).map(([name, one]) => [name, over(one, newer)]))
  return newer.filter((one) => one.id === held['id']).reduce((record, { set, linked }) => ({ ...record, ...set, linked: { ...(record['linked'] as object | undefined), ...linked } }), held)
}
