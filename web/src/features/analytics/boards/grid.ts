/** A grid of twelve columns: cards never overlap, and none hangs above an empty place. */

export const COLUMNS = 12
export const LEAST_WIDE = 2
export const LEAST_TALL = 1
const MOST_TALL = 12

export interface Place {
  id: string
  x: number
  y: number
  w: number
  h: number
}

function meets(one: Place, other: Place): boolean {
  return one.id !== other.id && one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h
}

/** A place cut to what the grid holds. */
export function within<T extends Place>(place: T): T {
  const whole = (value: number, usual: number) => (Number.isFinite(value) ? Math.round(value) : usual)
  const w = Math.min(COLUMNS, Math.max(LEAST_WIDE, whole(place.w, 4)))
  const h = Math.min(MOST_TALL, Math.max(LEAST_TALL, whole(place.h, 4)))
  return { ...place, w, h, x: Math.min(COLUMNS - w, Math.max(0, whole(place.x, 0))), y: Math.max(0, whole(place.y, 0)) }
}

/** All cards as high up as they go, in reading order; `first` keeps its place before the others. */
export function settled<T extends Place>(cards: readonly T[], first?: string): T[] {
  const order = cards.map(within).sort((a, b) => a.y - b.y || Number(b.id === first) - Number(a.id === first) || a.x - b.x)
  const put: T[] = []
  for (const card of order) {
    let placed = card
    while (put.some((other) => meets(placed, other))) placed = { ...placed, y: placed.y + 1 }
    while (placed.y > 0 && !put.some((other) => meets({ ...placed, y: placed.y - 1 }, other))) placed = { ...placed, y: placed.y - 1 }
    put.push(placed)
  }
  return put
}

/** The cards after one of them was moved or resized; what it meets goes below it. */
export function moved<T extends Place>(cards: readonly T[], id: string, change: Partial<Omit<Place, 'id'>>): T[] {
  const card = cards.find((one) => one.id === id)
  if (!card) return [...cards]
  const next = within({ ...card, ...change })
  const others = cards.filter((one) => one.id !== id).map((one) => (meets(next, one) ? { ...one, y: next.y + next.h } : one))
  return settled([...others, next], id)
}

/** The cards after one of them went below the next that stands under it: a step of one row would not leave its place. */
export function lowered<T extends Place>(cards: readonly T[], id: string): T[] {
  const card = cards.find((one) => one.id === id)
  const under = cards.filter((one) => card && one.id !== id && one.y >= card.y + card.h && one.x < card.x + card.w && card.x < one.x + one.w).sort((a, b) => a.y - b.y)[0]
  return card && under ? settled(cards.map((one) => (one.id === id ? { ...one, y: under.y + under.h } : one))) : [...cards]
}

/** A place for a new card: below all others. */
export function added<T extends Place>(cards: readonly T[], card: T): T[] {
  return settled([...cards, { ...card, x: 0, y: cards.reduce((end, one) => Math.max(end, one.y + one.h), 0) }])
}
