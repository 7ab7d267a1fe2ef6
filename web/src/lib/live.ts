/**
 * What others do, as it happens: one stream for the whole page, closed while nobody looks.
 * Events come to listeners one by one; caches are refreshed in gathered steps, so an import of thousands costs a few reads.
 */

import type { QueryClient } from '@tanstack/react-query'
import { apiUrl, ask, Problem, signedOut } from './api'
import type { Definitions } from './definitions'
import { away, reachStore } from './reach'
import { definitionsQuery } from './session'
import type { TimelineLine } from './timeline'

type Listener = (line: TimelineLine) => void
const listeners = new Set<Listener>()

export function onLive(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What else the stream tells, by the name of its event: presence, notifications. */
const named = new Map<string, Set<(data: unknown) => void>>()

export function onTold(event: string, listener: (data: unknown) => void): () => void {
  const all = named.get(event) ?? new Set()
  named.set(event, all.add(listener))
  return () => all.delete(listener)
}

const GATHER_MS = 1500
const TRY_AGAIN_MS = 3000

/** Follows the ledger until the answer is called. */
export function followLedger(queries: QueryClient): () => void {
  let stream: EventSource | null = null
  let gathered = new Map<string, Set<string>>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let again: ReturnType<typeof setTimeout> | undefined
  /** Where the stream stood when it was closed, to go on there. */
  let position: string | undefined

  const flush = () => {
    timer = undefined
    const definitions = queries.getQueryData<Definitions>(definitionsQuery.queryKey)
    for (const [name, ids] of gathered) {
      const plural = definitions?.objects.find((object) => object.name === name)?.plural
      if (!plural) continue
      for (const kind of ['count', 'aggregate', 'groups']) void queries.invalidateQueries({ queryKey: [kind, plural] })
      // Lists are marked stale without being read again under the reader's cursor; what is open is.
      void queries.invalidateQueries({ queryKey: ['list', plural], refetchType: ids.size > 20 ? 'none' : 'active' })
      for (const kind of ['few', 'linked']) void queries.invalidateQueries({ queryKey: [kind, plural] })
      for (const kind of ['record', 'history', 'stages', 'related']) for (const id of ids) void queries.invalidateQueries({ queryKey: [kind, plural, id] })
    }
    if (gathered.size > 0) for (const kind of ['related', 'day']) void queries.invalidateQueries({ queryKey: [kind] })
    gathered = new Map()
  }

  const receive = (event: MessageEvent<string>) => {
    let line: TimelineLine
    try {
      line = JSON.parse(event.data) as TimelineLine
    } catch {
      return
    }
    position = event.lastEventId || position
    for (const listener of listeners) listener(line)
    if (line.record) {
      const ids = gathered.get(line.record.object) ?? new Set()
      ids.add(line.record.id)
      gathered.set(line.record.object, ids)
      timer ??= setTimeout(flush, GATHER_MS)
    }
  }

  const open = () => {
    if (stream || document.visibilityState === 'hidden') return
    stream = new EventSource(apiUrl('/live', { after: position }))
    stream.addEventListener('ready', () => {
      // A server that answers the stream answers everything.
      if (reachStore.get() !== 'here') void ask('GET', '/session').catch(() => {})
    })
    stream.addEventListener('ledger', receive)
    for (const name of ['notifications', 'presence']) {
      stream.addEventListener(name, (event: MessageEvent<string>) => {
        const data = parsed(event.data)
        for (const listener of named.get(name) ?? []) listener(data)
      })
    }
    stream.onerror = () => {
      // While it connects again by itself the server is away; closed for good, it refused: the session may be over.
      if (stream?.readyState === EventSource.CONNECTING) return void ask('GET', '/session').catch(() => {})
      close()
      clearTimeout(again)
      again = setTimeout(() => void askWhy(), TRY_AGAIN_MS)
    }
  }
  const askWhy = async () => {
    try {
      await ask('GET', '/session')
    } catch (error) {
      if (error instanceof Problem && error.status === 401 && !(await signedOut())) return
      if (error instanceof Problem && error.isOffline) away()
    }
    // A position the server no longer knows would be refused for ever.
    position = undefined
    open()
  }
  const close = () => {
    stream?.close()
    stream = null
  }
  const look = () => (document.visibilityState === 'hidden' ? close() : open())

  open()
  document.addEventListener('visibilitychange', look)
  return () => {
    document.removeEventListener('visibilitychange', look)
    clearTimeout(timer)
    clearTimeout(again)
    close()
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
