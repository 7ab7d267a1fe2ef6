/** The order of a list as the server keeps it, for cards that are put among others before the server has spoken. */

import type { Money } from '@/lib/format'
import { parseSort } from '@/lib/listUrl'
import type { RecordData } from '@/lib/records'

export type Compare = (a: RecordData, b: RecordData) => number

/** What was touched last stands first: so a card that was just moved is where the reader looks. */
export const BOARD_SORT = '-updated_at'

/** `-amount,title` as a comparison; the empty come last whatever the direction, and the newest first among equals. */
export function compareBy(sort: string): Compare {
  const keys = parseSort(sort || BOARD_SORT)
  const last = keys.at(-1)?.descending ?? true
  return (a, b) => {
    for (const { field, descending } of keys) {
      const first = sortable(a[field])
      const second = sortable(b[field])
      if (first === second) continue
      if (first === null) return 1
      if (second === null) return -1
      const order = typeof first === 'number' && typeof second === 'number' ? first - second : String(first).localeCompare(String(second), 'en', { sensitivity: 'base' })
      if (order !== 0) return descending ? -order : order
    }
    if (a.id === b.id) return 0
    return a.id < b.id === last ? 1 : -1
  }
}

function sortable(value: unknown): number | string | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'number' || typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'object' && 'amount' in value) return (value as Money).amount
  return null
}

/** Where `record` stands, or would stand, among `cards`. */
export function placeOf(cards: readonly RecordData[], record: RecordData, compare: Compare): number {
  let low = 0
  let high = cards.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const card = cards[middle]
    if (card && compare(card, record) < 0) low = middle + 1
    else high = middle
  }
  return low
}
