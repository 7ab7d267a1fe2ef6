/**
 * The one door to the server: JSON in, JSON out, problem+json turned into `Problem`.
 * Knows nothing of screens; a 401 is told to whoever listens, so that the sign-in page can come up.
 */

import { setOut } from './reach'
import { beginRead, endRead } from './sent'

/** One thing wrong with one value of the request. */
export interface FieldProblem {
  /** JSON pointer to the value, `/email` or `/records/3/email`. */
  pointer: string
  code: string
  detail: string
}

/** A write that met another one: both values of each field concerned, and the version that holds now. */
export interface ConflictDetails {
  fields: Record<string, { yours: unknown; theirs: unknown }>
  version: number
}

/** What the server answered instead of what was asked for. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly requestId: string | null
  readonly fields: FieldProblem[]
  readonly conflict: ConflictDetails | null
  /** Where in a question it is wrong, in characters from its start. */
  readonly position: number | null

  constructor(init: {
    status: number
    code: string
    message: string
    requestId?: string | null
    fields?: FieldProblem[]
    conflict?: ConflictDetails | null
    position?: number | null
  }) {
    super(init.message)
    this.status = init.status
    this.code = init.code
    this.requestId = init.requestId ?? null
    this.fields = init.fields ?? []
    this.conflict = init.conflict ?? null
    this.position = init.position ?? null
  }

  /** Nothing answered: the network, or the server behind its proxy. */
  get isOffline(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 504
  }
}

/** An answer with the two headers that matter: the change to undo, and the job started when there was too much. */
export interface Answer<T> {
  data: T
  status: number
  change: string | null
}

export interface Ask {
  query?: Record<string, string | number | boolean | null | undefined>
  body?: unknown
  /** A file sent as it is. */
  file?: Blob
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** What was read before, for when the server is away (`lib/offline.ts`). */
export interface Memory {
  keep: (address: string, language: string, text: string) => void
  recall: (address: string, language: string) => Promise<string | null>
  /** The session is over: nothing read under it may be shown any more. */
  over: () => void
}

const BASE = '/api/v1'
let language = 'en'
let memory: Memory | null = null
let awayWords = ''
let onSignedOut: () => Promise<boolean> | void = () => {}

export function rememberWith(next: Memory): void {
  memory = next
}

/** Texts of events and problems come in this language. */
export function speak(code: string): void {
  language = code
}

/** What a failure says when nothing answered: the browser's own words for it are no help to anybody. */
export function sayAway(words: string): void {
  awayWords = words
}

/** Called when the session has ended. Answers true when the same person has signed in again: what was asked is then sent once more. */
export function whenSignedOut(listener: () => Promise<boolean> | void): void {
  onSignedOut = listener
}

/** The session has ended, as something other than a request noticed. */
export function signedOut(): Promise<boolean> | void {
  return onSignedOut()
}

/** The address of a path of the API, for links and streams. */
export function apiUrl(path: string, query: Ask['query'] = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return BASE + path + (text ? `?${text}` : '')
}

/** Sends one request; throws `Problem` for every answer that is not a success. */
export async function ask<T>(method: string, path: string, options: Ask = {}): Promise<Answer<T>> {
  // What is written comes back as it was written; what is read may be older than what this page has sent meanwhile.
  const begun = method === 'PATCH' ? null : beginRead()
  let read: Answer<T> | null = null
  try {
    read = await sendOrSignIn<T>(method, path, options)
  } finally {
    const data = begun === null ? undefined : endRead(begun, read?.data)
    if (read && data !== undefined) read = { ...read, data }
  }
  return read
}

async function sendOrSignIn<T>(method: string, path: string, options: Ask): Promise<Answer<T>> {
  try {
    return await send<T>(method, path, options)
  } catch (error) {
    // Whoever was thrown out in the middle of a work signs in over it, and the work goes on.
    const ended = error instanceof Problem && error.status === 401 && path !== '/session' && !path.startsWith('/session/')
    if (!ended || !(await onSignedOut())) throw error
    return send<T>(method, path, options)
  }
}

async function send<T>(method: string, path: string, options: Ask): Promise<Answer<T>> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': language,
    ...options.headers,
  }
  let body: BodyInit | undefined
  if (options.file) {
    headers['content-type'] = options.file.type || 'application/octet-stream'
    body = options.file
  } else if (options.body !== undefined) {
    headers['content-type'] = 'application/json'
    body = JSON.stringify(options.body)
  }

  let response: Response
  const came = setOut(options.file !== undefined)
  try {
    response = await fetch(apiUrl(path, options.query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (cause) {
    const isGivenUp = cause instanceof DOMException && cause.name === 'AbortError'
    came(isGivenUp ? null : false)
    if (isGivenUp) throw cause
    const told = method === 'GET' && memory ? await memory.recall(apiUrl(path, options.query), language) : null
    if (told !== null) return { data: JSON.parse(told) as T, status: 200, change: null }
    throw new Problem({ status: 0, code: 'offline', message: awayWords || (cause instanceof Error ? cause.message : String(cause)) })
  }

  // What stands before the server answers these when the server itself does not; what was remembered offline says so.
  came(response.status !== 502 && response.status !== 504 && !response.headers.has('rapport-from'))
  if (response.status === 401 && path === '/session' && method === 'GET') memory?.over()
  if (!response.ok) throw await problemOf(response)
  const text = response.status === 204 ? '' : await response.text()
  if (method === 'GET' && text && !response.headers.has('rapport-from')) memory?.keep(apiUrl(path, options.query), language, text)
  return {
    data: (text ? JSON.parse(text) : null) as T,
    status: response.status,
    change: response.headers.get('rapport-change'),
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get('x-request-id')
  let body: Record<string, unknown> = {}
  try {
    body = (await response.json()) as Record<string, unknown>
  } catch {
    // Not JSON: a proxy answered. The status alone must do.
  }
  const isAway = response.status === 502 || response.status === 504
  const raised = body['conflict'] as { details?: ConflictDetails } & Partial<ConflictDetails> | undefined
  const details = raised?.details ?? raised
  return new Problem({
    status: response.status,
    code: text(body['code']) ?? String(response.status),
    message: (isAway ? text(awayWords) : null) ?? text(body['detail']) ?? firstDetail(body) ?? text(body['title']) ?? response.statusText,
    requestId: requestId ?? text(body['request_id']) ?? text(body['instance']),
    fields: Array.isArray(body['errors']) ? (body['errors'] as FieldProblem[]) : [],
    conflict: details?.fields ? { fields: details.fields, version: details.version ?? 0 } : null,
    position: positionOf(body),
  })
}

/** A fault in a question ends with its place in brackets, in any language: (line 1, column 13, 2 characters). */
function positionOf(body: Record<string, unknown>): number | null {
  const first = Array.isArray(body['errors']) ? (body['errors'][0] as Record<string, unknown> | undefined) : undefined
  const told = /\(\D*(\d+)\D+(\d+)\D+\d+\D*\)\s*$/.exec(String(first?.['detail'] ?? ''))
  return told && told[1] === '1' ? Number(told[2]) - 1 : null
}

function firstDetail(body: Record<string, unknown>): string | null {
  const first = Array.isArray(body['errors']) && body['errors'].length === 1 ? (body['errors'][0] as Record<string, unknown>) : undefined
  return text(first?.['detail'])
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The words for a failure of any kind. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
