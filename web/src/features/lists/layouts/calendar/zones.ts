/** The clock of another time zone beside the reader's own. */

export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** `New York` of `America/New_York`. */
export function zoneName(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
}

/** What the clock of a zone shows at a moment, and whether it is another day there: -1, 0 or 1. */
export function clockIn(zone: string, at: Date, locale: string): { clock: string; days: number } {
  const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: zone }).format(at)
  const dayOf = (timeZone?: string) => {
    const parts = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'numeric', day: 'numeric', ...(timeZone ? { timeZone } : {}) }).formatToParts(at)
    const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
    return Date.UTC(part('year'), part('month') - 1, part('day'))
  }
  return { clock, days: Math.round((dayOf(zone) - dayOf()) / 86_400_000) }
}
