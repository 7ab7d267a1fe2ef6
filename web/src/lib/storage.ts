/** What this browser remembers by itself; a private window without storage forgets, and nothing breaks. */

const PREFIX = 'rapport.'

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

export function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name)
    else localStorage.setItem(PREFIX + name, value)
  } catch {
    // Full or forbidden: the value lives until the page is left.
  }
}

export function keptJson<T>(name: string, fallback: T): T {
  try {
    const text = kept(name)
    return text === null ? fallback : (JSON.parse(text) as T)
  } catch {
    return fallback
  }
}
