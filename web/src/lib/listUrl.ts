/**
 * What a list shows, held in the URL: a link is the view.
 * Only what differs from the saved view (or from the default, without one) is written, so plain lists have plain links.
 */

/** Everything that makes a list look as it does; also what a saved view keeps. */
export interface ListState {
  /** Question text; empty for everything. */
  filter: string
  /** Words looked for in titles. */
  search: string
  sort: SortKey[]
  /** Field names in order; empty for the object's default columns. */
  columns: string[]
  /** Pixel widths of columns that were resized. */
  widths: Record<string, number>
}

export interface SortKey {
  field: string
  descending: boolean
}

/** The part of a list's URL this module writes; `view` and `peek` are kept beside it. */
export interface ListSearch {
  view?: string
  f?: string
  q?: string
  sort?: string
  cols?: string
  w?: string
  peek?: string
}

export const PLAIN: ListState = { filter: '', search: '', sort: [], columns: [], widths: {} }

/** `-amount,title` */
export function printSort(sort: SortKey[]): string {
  return sort.map(({ field, descending }) => (descending ? `-${field}` : field)).join(',')
}

export function parseSort(text: string | undefined): SortKey[] {
  return names(text).map((name) => (name.startsWith('-') ? { field: name.slice(1), descending: true } : { field: name, descending: false }))
}

/** `name:240,email:180`; broken pairs are dropped. */
export function parseWidths(text: string | undefined): Record<string, number> {
  const widths: Record<string, number> = {}
  for (const pair of names(text)) {
    const [name, width] = pair.split(':')
    const pixels = Number(width)
    if (name && Number.isFinite(pixels) && pixels >= MIN_WIDTH && pixels <= MAX_WIDTH) widths[name] = pixels
  }
  return widths
}

export function printWidths(widths: Record<string, number>): string {
  return Object.entries(widths).map(([name, width]) => `${name}:${Math.round(width)}`).join(',')
}

export const MIN_WIDTH = 72
export const MAX_WIDTH = 800

/** What the list shows: the saved view, and over it what the URL says. An empty parameter takes the view's part away. */
export function stateFromUrl(search: ListSearch, view: ListState = PLAIN): ListState {
  return {
    filter: search.f ?? view.filter,
    search: search.q ?? view.search,
    sort: search.sort === undefined ? view.sort : parseSort(search.sort),
    columns: search.cols === undefined ? view.columns : names(search.cols),
    widths: search.w === undefined ? view.widths : parseWidths(search.w),
  }
}

/** The parameters that turn `view` into `state`; those that hold anyway are undefined and vanish. */
export function urlFromState(state: ListState, view: ListState = PLAIN): Pick<ListSearch, 'f' | 'q' | 'sort' | 'cols' | 'w'> {
  return {
    f: differing(state.filter, view.filter),
    q: differing(state.search, view.search),
    sort: differing(printSort(state.sort), printSort(view.sort)),
    cols: differing(state.columns.join(','), view.columns.join(',')),
    w: differing(printWidths(state.widths), printWidths(view.widths)),
  }
}

/** The list shows something else than its saved view. */
export function isChanged(search: ListSearch): boolean {
  return [search.f, search.q, search.sort, search.cols, search.w].some((part) => part !== undefined)
}

/** A saved view's `config` as it comes from the server; anything unknown or broken falls back to the plain list. */
export function stateFromConfig(config: unknown): ListState {
  const kept: unknown = typeof config === 'string' ? parsedJson(config) : config
  if (typeof kept !== 'object' || kept === null) return PLAIN
  const { filter, search, sort, columns, widths } = kept as Record<string, unknown>
  return {
    filter: typeof filter === 'string' ? filter : '',
    search: typeof search === 'string' ? search : '',
    sort: typeof sort === 'string' ? parseSort(sort) : [],
    columns: Array.isArray(columns) ? columns.filter((name) => typeof name === 'string') : [],
    widths: typeof widths === 'string' ? parseWidths(widths) : {},
  }
}

export function configFromState(state: ListState): Record<string, unknown> {
  return { kind: 'table', filter: state.filter, search: state.search, sort: printSort(state.sort), columns: state.columns, widths: printWidths(state.widths) }
}

/** Search parameters as plain text on both sides: no JSON quotes in links people send each other. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null) params.set(name, String(value))
  }
  const text = params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')
  return text ? `?${text}` : ''
}

function differing(value: string, held: string): string | undefined {
  return value === held ? undefined : value
}

function names(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((name) => name !== '')
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
