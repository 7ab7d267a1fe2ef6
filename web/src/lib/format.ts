/** Values as people of one language read them. Money keeps the record's currency; everything goes through `Intl`. */

export interface Money {
  /** Minor units: 120450 is 1,204.50 of a currency with two decimals. */
  amount: number
  currency: string
}

export interface Address {
  street?: string | null
  city?: string | null
  region?: string | null
  postal_code?: string | null
  country?: string | null
}

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat | Intl.DisplayNames>()

function kept<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat | Intl.DisplayNames>(key: string, make: () => T): T {
  const known = cache.get(key)
  if (known) return known as T
  const made = make()
  cache.set(key, made)
  return made
}

/** How many decimals a currency has; 2 for one nobody knows. */
export function currencyDigits(currency: string): number {
  try {
    const format = kept(`digits ${currency}`, () => new Intl.NumberFormat('en', { style: 'currency', currency }))
    return (format as Intl.NumberFormat).resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    return 2
  }
}

/** `€1,204.50`; whole amounts lose their empty decimals when `short`. */
export function formatMoney(money: Money, locale: string, short = false): string {
  const digits = currencyDigits(money.currency)
  const value = money.amount / 10 ** digits
  const minimum = short && Number.isInteger(value) ? 0 : digits
  try {
    const format = kept(`money ${locale} ${money.currency} ${minimum}`, () =>
      new Intl.NumberFormat(locale, { style: 'currency', currency: money.currency, currencyDisplay: 'narrowSymbol', minimumFractionDigits: minimum, maximumFractionDigits: digits }))
    return format.format(value)
  } catch {
    return `${formatNumber(value, locale)} ${money.currency}`
  }
}

/** `€13.2M`: for sums, where the last digit says nothing. */
export function formatMoneyCompact(money: Money, locale: string): string {
  const value = money.amount / 10 ** currencyDigits(money.currency)
  if (Math.abs(value) < 100_000) return formatMoney(money, locale, true)
  try {
    const format = kept(`moneyk ${locale} ${money.currency}`, () =>
      new Intl.NumberFormat(locale, { style: 'currency', currency: money.currency, currencyDisplay: 'narrowSymbol', notation: 'compact', maximumFractionDigits: 1 }))
    return format.format(value)
  } catch {
    return formatMoney(money, locale)
  }
}

export function formatNumber(value: number, locale: string): string {
  return kept(`number ${locale}`, () => new Intl.NumberFormat(locale, { maximumFractionDigits: 4 })).format(value)
}

/** A whole number in a field: a year has no thousands, `1984`, a crowd has, `12,400`. */
export function formatInteger(value: number, locale: string): string {
  return kept(`integer ${locale}`, () => new Intl.NumberFormat(locale, { useGrouping: 'min2' })).format(value)
}

/** A count; an estimate is rounded, so that nobody takes its last digits for the truth. */
export function formatCount(count: { value: number; exact: boolean }, locale: string): string {
  if (count.exact || count.value < 1000) return formatNumber(count.value, locale)
  return kept(`count ${locale}`, () => new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 2 })).format(count.value)
}

/** Reads what a person typed, `1 204,50 €` or `1,204.50 EUR`; null when it is no amount. */
export function parseMoney(typed: string, fallbackCurrency: string): Money | null {
  const currency = (typed.match(/[A-Za-z]{3}/)?.[0] ?? symbolCurrency(typed) ?? fallbackCurrency).toUpperCase()
  const value = parseNumber(typed.replace(/[A-Za-z]{3}/, '').replace(/[€$£¥₽]|lei/g, ''))
  if (value === null || !/^[A-Z]{3}$/.test(currency)) return null
  return { amount: Math.round(value * 10 ** currencyDigits(currency)), currency }
}

function symbolCurrency(typed: string): string | null {
  const symbols: Record<string, string> = { '€': 'EUR', $: 'USD', '£': 'GBP', '¥': 'CNY', '₽': 'RUB' }
  for (const [symbol, currency] of Object.entries(symbols)) if (typed.includes(symbol)) return currency
  return null
}

/** Reads a number with either decimal sign; the last of `.` and `,` decides, unless it groups thousands only. */
export function parseNumber(typed: string): number | null {
  let text = typed.replace(/[\s\u00a0\u202f'_]/g, '')
  if (text === '') return null
  const comma = text.lastIndexOf(',')
  const dot = text.lastIndexOf('.')
  if (comma > dot) {
    const groupsOnly = dot === -1 && (text.match(/,/g)?.length ?? 0) >= 1 && /^-?\d{1,3}(,\d{3})+$/.test(text)
    text = groupsOnly ? text.replaceAll(',', '') : text.replaceAll('.', '').replace(',', '.')
  } else {
    text = text.replaceAll(',', '')
    if ((text.match(/\./g)?.length ?? 0) > 1) text = text.replaceAll('.', '')
  }
  return /^-?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : null
}

/** The plain decimal of an amount, for an input: `1204.50`. */
export function moneyInput(money: Money): string {
  const digits = currencyDigits(money.currency)
  return (money.amount / 10 ** digits).toFixed(digits)
}

/** `30 Jun 2017`: a calendar day, without any time zone. */
export function formatDate(iso: string, locale: string): string {
  const date = dayOf(iso)
  if (!date) return iso
  return kept(`date ${locale}`, () => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })).format(date)
}

/** Exact moment in the reader's own zone. */
export function formatTime(iso: string, locale: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  return kept(`time ${locale}`, () => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })).format(date)
}

/** `13:20`. */
export function formatClock(iso: string, locale: string): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return ''
  return kept(`clock ${locale}`, () => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })).format(date)
}

/** `in 3 days`, `5 min. ago`; beyond a year the date says more. */
export function formatRelative(iso: string, locale: string, now: number = Date.now()): string {
  const at = new Date(iso).getTime()
  if (Number.isNaN(at)) return iso
  const seconds = Math.round((at - now) / 1000)
  const size = Math.abs(seconds)
  const format = kept(`relative ${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: locale.startsWith('en') ? 'narrow' : 'short' }))
  if (size < 45) return format.format(0, 'second')
  if (size < 3600) return format.format(Math.round(seconds / 60), 'minute')
  if (size < 86_400) return format.format(Math.round(seconds / 3600), 'hour')
  if (size < 30 * 86_400) return format.format(Math.round(seconds / 86_400), 'day')
  if (size < 365 * 86_400) return format.format(Math.round(seconds / (30.44 * 86_400)), 'month')
  return formatDate(iso.slice(0, 10), locale)
}

/** `Today`, `Yesterday`, `Friday, 21 November`: the heading of a day in a timeline. */
export function formatDay(iso: string, locale: string, now: Date = new Date()): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return iso
  const days = Math.round((startOfDay(date) - startOfDay(now)) / 86_400_000)
  if (days === 0 || days === -1 || days === 1) {
    const text = kept(`day ${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })).format(days, 'day')
    return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
  }
  const sameYear = date.getFullYear() === now.getFullYear()
  const text = kept(`dayheading ${locale} ${sameYear}`, () =>
    new Intl.DateTimeFormat(locale, sameYear ? { weekday: 'long', day: 'numeric', month: 'long' } : { day: 'numeric', month: 'long', year: 'numeric' })).format(date)
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1)
}

/** The local calendar day of a moment, for grouping. */
export function dayKey(iso: string): string {
  const date = new Date(iso)
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}

function dayOf(iso: string): Date | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso)
  if (!match) return null
  return new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])))
}

/** A moment as `datetime-local` wants it, in the reader's zone. */
export function toLocalInput(iso: string | null | undefined): string {
  if (!iso) return ''
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return ''
  const clock = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
  return `${dayKey(iso)}T${clock}`
}

/** And back, as RFC 3339 in UTC. */
export function fromLocalInput(value: string): string | null {
  if (!value) return null
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** One line of an address, with the country's name in the reader's language. */
export function formatAddress(address: Address, locale: string): string {
  const place = [address.postal_code, address.city].filter(Boolean).join(' ')
  return [address.street, place, address.region, countryName(address.country, locale)].filter(Boolean).join(', ')
}

export function countryName(code: string | null | undefined, locale: string): string {
  if (!code) return ''
  if (!/^[A-Z]{2}$/.test(code)) return code
  try {
    return kept(`country ${locale}`, () => new Intl.DisplayNames(locale, { type: 'region' })).of(code) ?? code
  } catch {
    return code
  }
}

/** `1.2 MB`. */
export function formatBytes(bytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return new Intl.NumberFormat(locale, { style: 'unit', unit: units[unit] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 }).format(value)
}

/** `2 min 5 s`, in the reader's units. */
export function formatDuration(seconds: number, locale: string): string {
  const unit = (value: number, name: string) => new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value)
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return unit(whole, 'second')
  if (whole < 3600) return [unit(Math.floor(whole / 60), 'minute'), whole % 60 ? unit(whole % 60, 'second') : ''].filter(Boolean).join(' ')
  return [unit(Math.floor(whole / 3600), 'hour'), unit(Math.floor((whole % 3600) / 60), 'minute')].join(' ')
}

/** The hue of a name: always the same for the same name; olive is left out, it looks dirty. */
export function hueOf(name: string): number {
  const hues = [12, 30, 52, 150, 172, 196, 228, 252, 275, 298, 322, 348]
  return hues[hashOf(name) % hues.length] ?? 252
}

export function hashOf(text: string): number {
  let hash = 2166136261
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index)
    hash = Math.imul(hash, 16777619)
  }
  return hash >>> 0
}

/** `EP` for Elena Pop, the last character for a Chinese name. */
export function initialsOf(name: string): string {
  const trimmed = name.trim()
  const han = trimmed.match(/[\u3400-\u9fff]/g)
  if (han) return han.at(-1) ?? ''
  const words = trimmed.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
  const first = words[0]
  const last = words.length > 1 ? words[words.length - 1] : undefined
  return [first, last].map((word) => [...(word ?? '')].find((letter) => /[\p{L}\p{N}]/u.test(letter)) ?? '').join('').toLocaleUpperCase()
}
