/** What was begun and not sent, kept in this browser. */

import { useEffect } from 'react'
import { keep } from './storage'

/** Keeps `text` a moment after its last change, and at once when the page is left; null forgets it. */
export function useDraft(name: string, text: string | null): void {
  useEffect(() => {
    const save = () => keep(name, text)
    const timer = setTimeout(save, 250)
    window.addEventListener('pagehide', save)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('pagehide', save)
    }
  }, [name, text])
}
