/** Light, dark or as the system says; `public/theme.js` applies the same choice before the first paint. */

import { useSyncExternalStore } from 'react'
import { kept, keep } from './storage'

export type Theme = 'light' | 'dark' | 'system'
export const THEMES: readonly Theme[] = ['light', 'dark', 'system']

const system = window.matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

export function theme(): Theme {
  const chosen = kept('theme')
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

export function setTheme(next: Theme): void {
  keep('theme', next === 'system' ? null : next)
  apply()
}

function apply(): void {
  const chosen = theme()
  const dark = chosen === 'dark' || (chosen === 'system' && system.matches)
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
  for (const listener of listeners) listener()
}

system.addEventListener('change', apply)

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, theme)
}
