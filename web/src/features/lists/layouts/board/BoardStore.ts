/**
 * The cards of a board, cell by cell: a cell is a column, or a column within a lane. Each is read by pages as the reader
 * walks down. What changes is put where it belongs without reading a cell again, so nothing jumps and a column of twenty
 * thousand cards costs what its first page costs.
 */

import type { Page, RecordData } from '@/lib/records'
import { placeOf, type Compare } from './order'

export interface Cell {
  cards: readonly RecordData[]
  /** Where the next page begins; null when all are here. */
  next: string | null
  state: 'waiting' | 'loading' | 'ready' | 'failed'
  error?: unknown
}

export interface BoardSource {
  /** A page of a cell; `cursor` is empty for the first. */
  page: (cell: string, cursor: string) => Promise<Page>
  /** Those of `ids` that still belong to the board. */
  some: (ids: readonly string[]) => Promise<RecordData[]>
  /** The cell a record belongs to; null when the board does not show it. */
  cellOf: (record: RecordData) => string | null
  compare: Compare
}

const UNREAD: Cell = { cards: [], next: '', state: 'waiting' }
/** Ids asked for at once. */
const CHUNK = 100
/** More changes at once than this are not followed one by one: the cells on the screen are read again. */
export const FOLLOW_AT_MOST = 300

export class BoardStore {
  private readonly cells = new Map<string, Cell>()
  private readonly home = new Map<string, string>()
  private readonly listeners = new Map<string, Set<() => void>>()
  private readonly pageListeners = new Set<(cards: readonly RecordData[]) => void>()
  /** A cell that was emptied meanwhile must not take a page asked for before. */
  private epoch = 0
  /** Cards under way: an answer about them from before is out of date. */
  private readonly held = new Map<string, number>()
  constructor(private readonly source: BoardSource) {}

  cell(key: string): Cell {
    return this.cells.get(key) ?? UNREAD
  }

  subscribe(key: string, listener: () => void): () => void {
    const listeners = this.listeners.get(key) ?? new Set()
    this.listeners.set(key, listeners.add(listener))
    return () => void listeners.delete(listener)
  }

  /** Called with each page that came. */
  onPage(listener: (cards: readonly RecordData[]) => void): () => void {
    this.pageListeners.add(listener)
    return () => void this.pageListeners.delete(listener)
  }

  find(id: string): RecordData | undefined {
    const key = this.home.get(id)
    return key === undefined ? undefined : this.cell(key).cards.find((card) => card.id === id)
  }

  homeOf(id: string): string | undefined {
    return this.home.get(id)
  }

  all(): RecordData[] {
    return [...this.cells.values()].flatMap((cell) => cell.cards)
  }

  /** Reads the next page of a cell, unless one is under way or none is left. */
  async more(key: string): Promise<void> {
    const cell = this.cell(key)
    if (cell.state === 'loading' || cell.next === null) return
    const epoch = this.epoch
    this.set(key, { cards: cell.cards, next: cell.next, state: 'loading' })
    try {
      const page = await this.source.page(key, cell.next)
      if (epoch !== this.epoch) return
      const now = this.cell(key)
      // A card put here by hand may also stand on the page that comes; one that was moved away meanwhile does not belong here.
      const known = new Set(now.cards.map((card) => card.id))
      const fresh = page.data.filter((card) => !known.has(card.id) && !this.held.has(card.id) && (this.home.get(card.id) ?? key) === key)
      for (const card of fresh) this.home.set(card.id, key)
      this.set(key, { cards: cell.next === '' ? this.among(fresh, now.cards) : [...now.cards, ...fresh], next: page.next, state: 'ready' })
      for (const listener of this.pageListeners) listener(fresh)
    } catch (error) {
      if (epoch === this.epoch) this.set(key, { ...this.cell(key), state: 'failed', error })
    }
  }

  /** Puts a record where it belongs now, by its values; answers how to put it back. */
  place(record: RecordData): () => void {
    const from = this.home.get(record.id)
    const before = this.find(record.id)
    this.takeOut(record.id)
    const to = this.source.cellOf(record)
    if (to !== null) this.putIn(to, record)
    return () => {
      this.takeOut(record.id)
      if (before && from !== undefined) this.putIn(from, before)
    }
  }

  remove(id: string): void {
    this.takeOut(id)
  }

  /** While a card is under way, what the server says of it is not believed. */
  hold(id: string): () => void {
    this.held.set(id, (this.held.get(id) ?? 0) + 1)
    return () => {
      const left = (this.held.get(id) ?? 1) - 1
      if (left > 0) this.held.set(id, left)
      else this.held.delete(id)
    }
  }

  /** Asks how these records stand now and puts them there; answers those that moved or changed. */
  async recheck(ids: readonly string[]): Promise<string[]> {
    const wanted = [...new Set(ids)].filter((id) => !this.held.has(id))
    if (wanted.length === 0) return []
    if (wanted.length > FOLLOW_AT_MOST) {
      await this.reload()
      return []
    }
    const epoch = this.epoch
    const found = new Map<string, RecordData>()
    for (let at = 0; at < wanted.length; at += CHUNK) {
      for (const record of await this.source.some(wanted.slice(at, at + CHUNK))) found.set(record.id, record)
    }
    if (epoch !== this.epoch) return []
    const changed: string[] = []
    for (const id of wanted) {
      if (this.held.has(id)) continue
      const record = found.get(id)
      const known = this.find(id)
      if (!record) {
        if (known) this.takeOut(id)
        continue
      }
      if (known && known.version === record.version && this.home.get(id) === this.source.cellOf(record)) continue
      changed.push(id)
      this.place(record)
    }
    return changed
  }

  /** Reads the cells anew from their beginnings; the old cards stay until the new ones are here. */
  async reload(): Promise<void> {
    const epoch = (this.epoch += 1)
    const read = [...this.cells].filter(([, cell]) => cell.state !== 'waiting').map(([key]) => key)
    await Promise.all(read.map(async (key) => {
      try {
        const page = await this.source.page(key, '')
        if (epoch !== this.epoch) return
        for (const card of this.cell(key).cards) if (this.home.get(card.id) === key) this.home.delete(card.id)
        for (const card of page.data) this.home.set(card.id, key)
        this.set(key, { cards: page.data, next: page.next, state: 'ready' })
        for (const listener of this.pageListeners) listener(page.data)
      } catch (error) {
        if (epoch === this.epoch) this.set(key, { ...this.cell(key), state: 'failed', error })
      }
    }))
  }

  /** The first page, with the cards that were put here while it was on its way. */
  private among(page: readonly RecordData[], early: readonly RecordData[]): readonly RecordData[] {
    const cards = [...page]
    for (const card of early) cards.splice(placeOf(cards, card, this.source.compare), 0, card)
    return cards
  }

  private takeOut(id: string): void {
    const key = this.home.get(id)
    if (key === undefined) return
    this.home.delete(id)
    const cell = this.cell(key)
    this.set(key, { ...cell, cards: cell.cards.filter((card) => card.id !== id) })
  }

  private putIn(key: string, record: RecordData): void {
    const cell = this.cell(key)
    const at = placeOf(cell.cards, record, this.source.compare)
    // Never read, or beyond what was read: it comes with its page.
    if (cell.state === 'waiting' || (at === cell.cards.length && at > 0 && cell.next !== null)) return
    this.home.set(record.id, key)
    this.set(key, { ...cell, cards: [...cell.cards.slice(0, at), record, ...cell.cards.slice(at)] })
  }

  private set(key: string, cell: Cell): void {
    this.cells.set(key, cell)
    for (const listener of this.listeners.get(key) ?? []) listener()
  }
}
