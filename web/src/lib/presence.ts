/** Who else has this record open, and what they are editing. One line every twenty seconds, and word of changes at once. */

import { useEffect, useId, useRef, useState } from 'react'
import { apiUrl, ask } from './api'
import { onTold } from './live'
import { createStore } from './store'

export interface Present {
  id: string
  name: string
  editing: string | null
  since: string
}

const BEAT_MS = 20_000

/** The field this person is editing now, so that others see it. */
export const editingStore = createStore<{ record: string; field: string } | null>(null)

export function usePresence(plural: string, id: string): Present[] {
  const tab = useId()
  const own = useRef(`${tab}${Math.random().toString(36).slice(2, 10)}`.replace(/\W/g, ''))
  const [people, setPeople] = useState<Present[]>([])

  useEffect(() => {
    let isOver = false
    const beat = () => {
      if (document.visibilityState === 'hidden') return
      const editing = editingStore.get()
      ask<{ people: Present[] }>('POST', `/${plural}/${id}/presence`, { body: { tab: own.current, editing: editing?.record === id ? editing.field : null } })
        .then(({ data }) => !isOver && setPeople(data.people))
        .catch(() => {})
    }
    const leave = () => void fetch(apiUrl(`/${plural}/${id}/presence`, { tab: own.current }), { method: 'DELETE', keepalive: true, credentials: 'same-origin' }).catch(() => {})
    beat()
    const timer = setInterval(beat, BEAT_MS)
    const unsubscribe = editingStore.subscribe(beat)
    const untold = onTold('presence', (data) => {
      const told = data as { id?: string; people?: Present[] } | null
      if (told?.id === id && Array.isArray(told.people)) setPeople(told.people)
    })
    document.addEventListener('visibilitychange', beat)
    window.addEventListener('pagehide', leave)
    return () => {
      isOver = true
      clearInterval(timer)
      unsubscribe()
      untold()
      document.removeEventListener('visibilitychange', beat)
      window.removeEventListener('pagehide', leave)
      leave()
    }
  }, [plural, id])

  return people
}
