import { useEffect, useState } from 'react'

/** The text as it stands once the typing pauses. */
export function usePaused(text: string, delayMs = 160): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), delayMs)
    return () => clearTimeout(timer)
  }, [text, delayMs])
  return paused
}
