/**
 * A list of any length through a window: the pages around what is on the screen are held, the places of all others are
 * remembered. So a list of a million rows costs the memory of a thousand, and what changed is read again for those only.
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

export interface WindowView {
  /** Number of the first row held. */
  offset: number
  records: readonly RecordData[]
  /** Rows whose place is known; the list goes on behind them while `more`. */
  known: number
  more: boolean
  count: Page['count']
  pending: boolean
  /** The rows of the question before, while the new one is read. */
  stale: boolean
  error: Error | null
  nextFailed: boolean
}

const NOTHING: WindowView = { offset: 0, records: [], known: 0, more: false, count: null, pending: true, stale: false, error: null, nextFailed: false }

type Data = InfiniteData<Page, string>
type Options = InfiniteQueryObserverOptions<Page, Error, Data, readonly unknown[], string>

export class ListWindow {
  private readonly observer: InfiniteQueryObserver<Page, Error, Data, readonly unknown[], string>
  /** Where each page begins, as far as the reader has come. */
  private starts: string[] = ['']
  private sizes: number[] = []
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
      const first = this.learn(data)
      // A page read again may repeat a row of its neighbour when rows came in between.
      const seen = new Set<string>()
      const records = data.pages.flatMap((page) => page.data.filter((record) => !seen.has(record.id) && seen.add(record.id)))
      const offset = sum(this.sizes.slice(0, first))
      const more = this.starts.length > this.sizes.length
      this.drawn = { data, view: { ...NOTHING, offset, records, known: Math.max(sum(this.sizes), offset + records.length), more, count: this.count } }
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
    else if (from < offset + NEAR && offset > 0) void this.observer.fetchPreviousPage()
    else if (to >= end - NEAR && (more || end < known)) void this.observer.fetchNextPage()
  }

  again(): void {
    if (this.observer.getCurrentResult().isFetchNextPageError) void this.observer.fetchNextPage()
    else void this.observer.refetch()
  }

  /** Records of rows, also of those the window has left; at most what the reader has walked by. */
  async read(from: number, to: number): Promise<RecordData[]> {
    const { offset, records, known } = this.view()
    const last = Math.min(to, known - 1)
    if (from >= offset && last < offset + records.length) return records.slice(from - offset, last - offset + 1)
    const read: RecordData[] = []
    let start = 0
    for (let page = 0; page < this.sizes.length && start <= last; page += 1) {
      const size = this.sizes[page] ?? 0
      if (start + size > from) {
        const { data } = await this.page(this.starts[page] ?? '', 'none')
        read.push(...data.slice(Math.max(0, from - start), last - start + 1))
      }
      start += size
    }
    return read
  }

  /** A place far away, by its page alone: nothing between is read. */
  private async jump(row: number): Promise<void> {
    let page = 0
    for (let start = 0; page < this.sizes.length - 1 && start + (this.sizes[page] ?? 0) <= row; page += 1) start += this.sizes[page] ?? 0
    const cursor = this.starts[page]
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

  private key(): readonly unknown[] {
    return ['list', this.plural, this.params]
  }

  private async page(cursor: string, count: 'estimate' | 'none', signal?: AbortSignal): Promise<Page> {
    const query = { ...this.params, trash: undefined, limit: PAGE_SIZE, cursor, count }
    return (await ask<Page>('GET', `/${this.plural}`, { query, ...(signal ? { signal } : {}) })).data
  }

  private options(): Options {
    return {
      queryKey: this.key(),
      queryFn: ({ pageParam, signal }) => this.page(pageParam, pageParam ? 'none' : 'estimate', signal),
      initialPageParam: '',
      getNextPageParam: (last) => last.next,
      getPreviousPageParam: (_first, _all, cursor) => this.starts[this.starts.indexOf(cursor) - 1],
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

  /** Notes where the pages begin and how long they are; answers the number of the first one. */
  private learn(data: Data): number {
    const first = Math.max(0, this.starts.indexOf(data.pageParams[0] ?? ''))
    data.pages.forEach((page, index) => {
      const at = first + index
      this.starts[at] = data.pageParams[index] ?? ''
      this.sizes[at] = page.data.length
      if (page.next) this.starts[at + 1] = page.next
      else {
        this.starts.length = at + 1
        this.sizes.length = at + 1
      }
      if (page.count) this.count = page.count
    })
    noteWalk(this.plural, this.params, { starts: this.starts, sizes: this.sizes })
    return first
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
