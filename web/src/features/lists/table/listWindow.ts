/**
 * A list of any length through a window: the pages around what is on the screen are held, the places of all others are
 * remembered. So a list of a million rows costs the memory of a thousand, and what changed is read again for those only.
 * A list is read from its beginning and, once somebody goes to its end, from there as well; what lies between is grey.
 */

import { InfiniteQueryObserver, keepPreviousData, useQueryClient, type InfiniteData, type InfiniteQueryObserverOptions, type QueryClient } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { ask } from '@/lib/api'
import { noteWalk } from '@/lib/trail'
import { PAGE_SIZE, type ListParams, type Page, type RecordData } from '@/lib/records'

/** Pages held at a time. */
const KEPT_PAGES = 10
/** Rows before the end of the window at which the next page is asked for. */
const NEAR = 40
/** Lines that stand for the unread middle at most: a browser has no room for a million. */
const MIDDLE = 200_000

export interface WindowView {
  /** Number of the first row held. */
  offset: number
  records: readonly RecordData[]
  /** Rows whose place is known; the list goes on behind them while `more`. */
  known: number
  more: boolean
  /** Lines of the middle that nobody has read, between both ends; null where there is none. */
  middle: Middle | null
  count: Page['count']
  pending: boolean
  /** The rows of the question before, while the new one is read. */
  stale: boolean
  error: Error | null
  nextFailed: boolean
}

export interface Middle {
  from: number
  /** The first line behind it. */
  to: number
  /** Rows in it that have no line of their own. */
  unshown: number
}

/** What is known of one end of a list: where its pages begin, and how long they are. */
interface End {
  starts: string[]
  sizes: number[]
}

const NOTHING: WindowView = { offset: 0, records: [], known: 0, more: false, middle: null, count: null, pending: true, stale: false, error: null, nextFailed: false }

type Data = InfiniteData<Page, string>
type Options = InfiniteQueryObserverOptions<Page, Error, Data, readonly unknown[], string>

export class ListWindow {
  private readonly observer: InfiniteQueryObserver<Page, Error, Data, readonly unknown[], string>
  /** Where each page begins, as far as the reader has come. */
  private starts: string[] = ['']
  private sizes: number[] = []
  /** The same from the end, the last page first, and on how many lines the list stands from its beginning to there. */
  private tail: (End & { lines: number; grows: boolean }) | null = null
  private count: Page['count'] = null
  private jumping = false
  private drawn: { data: Data | undefined; view: WindowView } | null = null

  constructor(private readonly queries: QueryClient, private readonly plural: string, private params: ListParams) {
    this.forgetMiddle()
    this.observer = new InfiniteQueryObserver(queries, this.options())
  }

  follow(listener: () => void): () => void {
    return this.observer.subscribe(listener)
  }

  /** Asks another question; the rows of the one before stay until the answer is there. */
  ask(params: ListParams): void {
    if (JSON.stringify(params) === JSON.stringify(this.params)) return
    this.params = params
    this.starts = ['']
    this.sizes = []
    this.tail = null
    this.count = null
    this.forgetMiddle()
    this.observer.setOptions(this.options())
  }

  view(): WindowView {
    const result = this.observer.getCurrentResult()
    const { data } = result
    const state = { pending: result.isPending, stale: result.isPlaceholderData, error: result.error, nextFailed: result.isFetchNextPageError }
    if (!data) return { ...NOTHING, ...state }
    if (result.isPlaceholderData && this.drawn) return { ...this.drawn.view, ...state }
    if (this.drawn?.data !== data) {
      const offset = this.learn(data)
      // A page read again may repeat a row of its neighbour when rows came in between.
      const seen = new Set<string>()
      const records = data.pages.flatMap((page) => page.data.filter((record) => !seen.has(record.id) && seen.add(record.id)))
      const more = this.tail ? this.tail.grows : this.starts.length > this.sizes.length
      const known = Math.max(this.tail?.lines ?? sum(this.sizes), offset + records.length)
      this.drawn = { data, view: { ...NOTHING, offset, records, known, more, middle: this.middle(), count: this.count } }
    }
    return { ...this.drawn.view, ...state }
  }

  at(index: number): RecordData | undefined {
    const { offset, records } = this.view()
    return records[index - offset]
  }

  /** Rows `from` to `to` are on the screen: what is missing around them is fetched. */
  see(from: number, to: number): void {
    const result = this.observer.getCurrentResult()
    if (!result.data || result.isPlaceholderData || result.isFetching || result.isFetchNextPageError || this.jumping) return
    const { offset, records, known, more } = this.view()
    const end = offset + records.length
    if (to < offset - PAGE_SIZE || from > end + PAGE_SIZE) void this.jump(Math.min(from, known - 1))
    else if (from < offset + NEAR && offset > 0) void (this.isAtMiddle(result.data) ? this.readBack(result.data) : this.observer.fetchPreviousPage())
    else if (to >= end - NEAR && (more || end < known)) void this.observer.fetchNextPage()
  }

  /** Reads the last page, wherever the reader is, and answers the number of its last line. */
  async toEnd(): Promise<number> {
    const { known, more } = this.view()
    if (this.tail || !more) return known - 1
    const key = this.key()
    this.jumping = true
    try {
      const page = await this.page('', 'exact', { back: true })
      const start = page.previous ?? ''
      const head = sum(this.sizes)
      const total = Math.max(page.count?.value ?? 0, page.data.length, head)
      const lines = Math.min(total, head + MIDDLE + page.data.length)
      this.tail = { starts: [start], sizes: [page.data.length], lines, grows: false }
      this.queries.setQueryData<Data>(key, { pages: [page], pageParams: [start] })
      return lines - 1
    } finally {
      this.jumping = false
    }
  }

  again(): void {
    if (this.observer.getCurrentResult().isFetchNextPageError) void this.observer.fetchNextPage()
    else void this.observer.refetch()
  }

  /** Records of lines, also of those the window has left or never held. */
  async read(from: number, to: number): Promise<RecordData[]> {
    const { offset, records, known } = this.view()
    const last = Math.min(to, known - 1)
    if (from >= offset && last < offset + records.length) return records.slice(from - offset, last - offset + 1)
    const read: RecordData[] = []
    let { start, cursor } = this.pageOf(from) ?? { start: sum(this.sizes.slice(0, -1)), cursor: this.starts[this.sizes.length - 1] ?? '' }
    for (let next: string | null = cursor; next !== null && start <= last;) {
      const page: Page = await this.page(next, 'none')
      read.push(...page.data.slice(Math.max(0, from - start), last - start + 1))
      start += page.data.length
      next = page.data.length > 0 ? page.next : null
    }
    return read
  }

  /** A place far away, by its page alone: nothing between is read. */
  private async jump(row: number): Promise<void> {
    const cursor = this.pageOf(row)?.cursor
    if (cursor === undefined) return
    const key = this.key()
    this.jumping = true
    try {
      const data = await this.page(cursor, 'none')
      this.queries.setQueryData<Data>(key, { pages: [data], pageParams: [cursor] })
    } catch {
      // The rows stay grey; the next look tries again.
    } finally {
      this.jumping = false
    }
  }

  /** The page that a line stands on, and the number of its first line; null in the middle. */
  private pageOf(line: number): { start: number; cursor: string } | null {
    for (let page = 0, start = 0; page < this.sizes.length; start += this.sizes[page] ?? 0, page += 1) {
      if (line < start + (this.sizes[page] ?? 0)) return { start, cursor: this.starts[page] ?? '' }
    }
    let start = this.tail?.lines ?? 0
    for (let page = 0; page < (this.tail?.sizes.length ?? 0); page += 1) {
      start -= this.tail?.sizes[page] ?? 0
      if (line >= start) return { start, cursor: this.tail?.starts[page] ?? '' }
    }
    return null
  }

  private middle(): Middle | null {
    if (!this.tail) return null
    const [from, to] = [sum(this.sizes), this.tail.lines - sum(this.tail.sizes)]
    return from < to ? { from, to, unshown: this.unshown(this.tail) } : null
  }

  /** Rows of the middle that have no line. */
  private unshown(tail: { lines: number }): number {
    return Math.max(0, (this.count?.value ?? 0) - tail.lines)
  }

  /** Whether what is before the held pages has not been read from either side. */
  private isAtMiddle(data: Data): boolean {
    const first = data.pageParams[0] ?? ''
    return this.tail !== null && !this.starts.includes(first) && this.tail.starts.indexOf(first) === this.tail.starts.length - 1
  }

  /** The page before the held ones, read backwards. It is kept as one that is read forwards, so that it is read again as such. */
  private async readBack(data: Data): Promise<void> {
    const { tail } = this
    const key = this.key()
    this.jumping = true
    try {
      const page = await this.page(data.pageParams[0] ?? '', 'none', { back: true })
      if (this.tail !== tail || !tail) return
      const start = page.previous ?? ''
      // The middle had more rows than lines: those read take new ones.
      if (tail.lines - sum(tail.sizes) - page.data.length < sum(this.sizes)) tail.lines += Math.min(MIDDLE, this.unshown(tail))
      tail.starts.push(start)
      tail.sizes.push(page.data.length)
      if (!page.previous) tail.lines = sum(tail.sizes)
      this.queries.setQueryData<Data>(key, { pages: [page, ...data.pages].slice(0, KEPT_PAGES), pageParams: [start, ...data.pageParams].slice(0, KEPT_PAGES) })
    } catch {
      // The rows stay grey; the next look tries again.
    } finally {
      this.jumping = false
    }
  }

  private key(): readonly unknown[] {
    return ['list', this.plural, this.params]
  }

  private async page(cursor: string, count: 'estimate' | 'exact' | 'none', how: { back?: boolean; signal?: AbortSignal } = {}): Promise<Page> {
    const query = { ...this.params, trash: undefined, limit: PAGE_SIZE, cursor, back: how.back, count }
    return (await ask<Page>('GET', `/${this.plural}`, { query, ...(how.signal ? { signal: how.signal } : {}) })).data
  }

  private options(): Options {
    return {
      queryKey: this.key(),
      queryFn: ({ pageParam, signal }) => this.page(pageParam, pageParam ? 'none' : 'estimate', { signal }),
      initialPageParam: '',
      getNextPageParam: (last) => last.next,
      getPreviousPageParam: (_first, _all, cursor) => (this.starts.includes(cursor) || !this.tail ? this.starts[this.starts.indexOf(cursor) - 1] : this.tail.starts[this.tail.starts.indexOf(cursor) + 1]),
      maxPages: KEPT_PAGES,
      placeholderData: keepPreviousData,
      staleTime: 30_000,
    }
  }

  /** A window somewhere in the middle, left behind by an earlier visit, has no way back to its top. */
  private forgetMiddle(): void {
    const key = this.key()
    const held = this.queries.getQueryData<Data>(key)
    if (held && held.pageParams[0] !== '') this.queries.removeQueries({ queryKey: key, exact: true })
  }

  /** Notes where the pages begin and how long they are; answers the number of the first line held. */
  private learn(data: Data): number {
    const cursor = data.pageParams[0] ?? ''
    for (const page of data.pages) if (page.count) this.count = page.count
    if (this.tail?.starts.includes(cursor) && !this.starts.includes(cursor)) return this.learnBack(data, this.tail, cursor)
    const first = Math.max(0, this.starts.indexOf(cursor))
    data.pages.forEach((page, index) => {
      const at = first + index
      this.starts[at] = data.pageParams[index] ?? ''
      this.sizes[at] = page.data.length
      if (page.next) this.starts[at + 1] = page.next
      else {
        this.starts.length = at + 1
        this.sizes.length = at + 1
        // Walked from the beginning to the end: nothing is left that only the end knows.
        this.tail = null
      }
    })
    noteWalk(this.plural, this.params, { starts: this.starts, sizes: this.sizes, before: 0 })
    return sum(this.sizes.slice(0, first))
  }

  private learnBack(data: Data, tail: NonNullable<ListWindow['tail']>, cursor: string): number {
    const first = tail.starts.indexOf(cursor)
    data.pages.forEach((page, index) => {
      const at = first - index
      const start = data.pageParams[index] ?? ''
      if (at >= 0) {
        tail.lines += page.data.length - (tail.sizes[at] ?? 0)
        tail.starts[at] = start
        tail.sizes[at] = page.data.length
      } else {
        // The list has grown behind what was its end.
        tail.lines += page.data.length
        tail.starts.unshift(start)
        tail.sizes.unshift(page.data.length)
      }
    })
    tail.grows = first - data.pages.length < 0 && (data.pages.at(-1)?.next ?? null) !== null
    const [starts, sizes] = [[...tail.starts].reverse(), [...tail.sizes].reverse()]
    const before = tail.lines - sum(sizes)
    noteWalk(this.plural, this.params, { starts, sizes, before })
    return before + sum(sizes.slice(0, starts.indexOf(cursor)))
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** The windows of one table: one for a plain list, one for each open group. */
class Windows {
  private readonly held = new Map<string, { window: ListWindow; leave: () => void }>()
  private readonly listeners = new Set<() => void>()
  private version = 0

  constructor(private readonly queries: QueryClient) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  snapshot = (): number => this.version

  get(key: string): ListWindow | undefined {
    return this.held.get(key)?.window
  }

  want(plural: string, wanted: ReadonlyMap<string, ListParams>): void {
    for (const [key, one] of this.held) {
      if (wanted.has(key)) continue
      one.leave()
      this.held.delete(key)
    }
    for (const [key, params] of wanted) {
      const known = this.held.get(key)
      if (known) known.window.ask(params)
      else {
        const window = new ListWindow(this.queries, plural, params)
        this.held.set(key, { window, leave: window.follow(this.changed) })
      }
    }
    this.changed()
  }

  leave(): void {
    for (const one of this.held.values()) one.leave()
    this.held.clear()
  }

  private changed = (): void => {
    this.version += 1
    for (const listener of this.listeners) listener()
  }
}

/** The windows for these questions, by key; the version tells that one of them has something new. */
export function useWindows(plural: string, wanted: ReadonlyMap<string, ListParams>): { windows: Windows; version: number } {
  const queries = useQueryClient()
  const [windows] = useState(() => new Windows(queries))
  const version = useSyncExternalStore(windows.subscribe, windows.snapshot)
  const asked = JSON.stringify([...wanted])
  useEffect(() => {
    windows.want(plural, new Map(JSON.parse(asked) as [string, ListParams][]))
  }, [windows, plural, asked])
  useEffect(() => () => windows.leave(), [windows])
  return { windows, version }
}

export type { Windows }
