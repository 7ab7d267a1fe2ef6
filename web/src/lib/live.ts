/**
 * What others do, as it happens: one stream for the whole page, closed while nobody looks.
 * Events come to listeners one by one; caches are refreshed in gathered steps, so an import of thousands costs a few reads.
 */

import type { QueryClient } from '@tanstack/react-query'
import { apiUrl } from './api'
import type { Definitions } from './definitions'
import { definitionsQuery } from './session'
import type { TimelineLine } from './timeline'

type Listener = (line: TimelineLine) => void
const listeners = new Set<Listener>()

export function onLive(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const GATHER_MS = 1500

/** Follows the ledger until the answer is called. */
export function followLedger(queries: QueryClient): () => void {
  let stream: EventSource | null = null
  let gathered = new Map<string, Set<string>>()
  let timer: ReturnType<typeof setTimeout> | undefined

  const flush = () => {
    timer = undefined
    const definitions = queries.getQueryData<Definitions>(definitionsQuery.queryKey)
    for (const [name, ids] of gathered) {
      const plural = definitions?.objects.find((object) => object.name === name)?.plural
      if (!plural) continue
      for (const kind of ['count', 'aggregate']) void queries.invalidateQueries({ queryKey: [kind, plural] })
      // Lists are marked stale without being read again under the reader's cursor; what is open is.
      void queries.invalidateQueries({ queryKey: ['list', plural], refetchType: ids.size > 20 ? 'none' : 'active' })
      for (const id of ids) void queries.invalidateQueries({ queryKey: ['record', plural, id] })
    }
    gathered = new Map()
  }

  const receive = (event: MessageEvent<string>) => {
    let line: TimelineLine
    try {
      line = JSON.parse(event.data) as TimelineLine
    } catch {
      return
    }
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
    stream = new EventSource(apiUrl('/live'))
    stream.addEventListener('ledger', receive)
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
    close()
  }
}
