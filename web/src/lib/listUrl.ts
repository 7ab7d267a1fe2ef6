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
  /** How the records are laid out: `table`, or the name of another layout. */
  layout: string
  /** Columns that stay in place when the table scrolls sideways, beside the first. */
  pinned: string[]
  /** The field whose values gather the rows; empty for none. */
  group: string
  /** What the footer says of a column, by its name: `avg`, `filled`, or `none`. */
  figures: Record<string, string>
  /** What a layout other than the table keeps: a board its columns' field, a calendar its date. */
  config: LayoutConfig
}

/** Choices of layouts, by names of their own (`board_by`, `calendar_from`), so that one does not take another's. */
export type LayoutConfig = Record<string, string>

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
  layout?: string
  pin?: string
  group?: string
  fig?: string
  c?: string
  peek?: string
}

/** The parameters that make the view; without `view` itself and what is only open beside it. */
const PARTS = ['f', 'q', 'sort', 'cols', 'w', 'layout', 'pin', 'group', 'fig', 'c'] as const
/** Everything a list's address may hold. */
export const LIST_PARAMETERS = ['view', ...PARTS, 'peek'] as const

export const TABLE = 'table'
/** In the address: no saved view, even where one opens first. */
export const ALL = 'all'
export const PLAIN: ListState = { filter: '', search: '', sort: [], columns: [], widths: {}, layout: TABLE, pinned: [], group: '', figures: {}, config: {} }

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

/** `amount:avg,owner:filled`; a value may hold any sign. */
export function printPairs(pairs: Record<string, string>): string {
  return Object.entries(pairs).filter(([, value]) => value !== '').map(([name, value]) => `${name}:${encodeURIComponent(value)}`).join(',')
}

export function parsePairs(text: string | undefined): Record<string, string> {
  const pairs: Record<string, string> = {}
  for (const pair of names(text)) {
    const cut = pair.indexOf(':')
    if (cut > 0) pairs[pair.slice(0, cut)] = decoded(pair.slice(cut + 1))
  }
  return pairs
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
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
    layout: search.layout ?? view.layout,
    pinned: search.pin === undefined ? view.pinned : names(search.pin),
    group: search.group ?? view.group,
    figures: search.fig === undefined ? view.figures : parsePairs(search.fig),
    config: search.c === undefined ? view.config : parsePairs(search.c),
  }
}

/** The parameters that turn `view` into `state`; those that hold anyway are undefined and vanish. */
export function urlFromState(state: ListState, view: ListState = PLAIN): { [part in (typeof PARTS)[number]]: string | undefined } {
  return {
    f: differing(state.filter, view.filter),
    q: differing(state.search, view.search),
    sort: differing(printSort(state.sort), printSort(view.sort)),
    cols: differing(state.columns.join(','), view.columns.join(',')),
    w: differing(printWidths(state.widths), printWidths(view.widths)),
    layout: differing(state.layout, view.layout),
    pin: differing(state.pinned.join(','), view.pinned.join(',')),
    group: differing(state.group, view.group),
    fig: differing(printPairs(state.figures), printPairs(view.figures)),
    c: differing(printPairs(state.config), printPairs(view.config)),
  }
}

/** The part of an address that makes the view, as one text: what is merely open beside it changes nothing. */
export function viewKey(search: ListSearch): string {
  return JSON.stringify(PARTS.map((part) => search[part] ?? null))
}

/** The list shows something else than its saved view. */
export function isChanged(search: ListSearch): boolean {
  return PARTS.some((part) => search[part] !== undefined)
}

/** A saved view's `config` as it comes from the server; anything unknown or broken falls back to the plain list. */
export function stateFromConfig(config: unknown): ListState {
  const kept: unknown = typeof config === 'string' ? parsedJson(config) : config
  if (typeof kept !== 'object' || kept === null) return PLAIN
  const { kind, filter, search, sort, columns, widths, pinned, group, figures, layout } = kept as Record<string, unknown>
  return {
    filter: typeof filter === 'string' ? filter : '',
    search: typeof search === 'string' ? search : '',
    sort: typeof sort === 'string' ? parseSort(sort) : [],
    columns: textsOf(columns),
    widths: typeof widths === 'string' ? parseWidths(widths) : {},
    layout: typeof kind === 'string' && kind !== '' && kind !== 'list' ? kind : TABLE,
    pinned: textsOf(pinned),
    group: typeof group === 'string' ? group : '',
    figures: typeof figures === 'string' ? parsePairs(figures) : {},
    config: typeof layout === 'string' ? parsePairs(layout) : {},
  }
}

export function configFromState(state: ListState): Record<string, unknown> {
  return {
    kind: state.layout, filter: state.filter, search: state.search, sort: printSort(state.sort), columns: state.columns, widths: printWidths(state.widths),
    pinned: state.pinned, group: state.group, figures: printPairs(state.figures), layout: printPairs(state.config),
  }
}

/** A view's kind as the server names it: a table is a list there. */
export function kindOf(state: ListState): string {
  return state.layout === TABLE ? 'list' : state.layout
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
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
