/** What the footer and the heads of groups say of a column: over all rows of the filter, not those on the screen. */

import { sawCurrency } from '@/lib/currency'
import { storedType, type FieldDef } from '@/lib/definitions'
import { formatDate, formatMoneyCompact, formatNumber, formatTime } from '@/lib/format'
import type { Figure } from '@/lib/records'
import { figureText } from '@/ui/FieldValue'

export type FigureName = 'sum' | 'avg' | 'min' | 'max' | 'earliest' | 'latest' | 'filled' | 'empty' | 'distinct' | 'none'

export const FIGURE_LABELS: Record<FigureName, string> = {
  sum: 'grid.sum', avg: 'grid.average', min: 'grid.least', max: 'grid.most', earliest: 'grid.earliest', latest: 'grid.latest',
  filled: 'grid.filled', empty: 'grid.empty', distinct: 'grid.distinct', none: 'grid.no_figure',
}

/** What can be said of a field, the likeliest first. */
export function figuresOf(field: FieldDef): FigureName[] {
  const type = storedType(field)
  switch (type) {
    case 'integer': case 'number': case 'money': return ['sum', 'avg', 'min', 'max', 'filled', 'empty', 'distinct', 'none']
    case 'date': case 'time': return ['earliest', 'latest', 'filled', 'empty', 'distinct', 'none']
    case 'text': case 'email': case 'phone': case 'url': case 'choice': case 'boolean': case 'link': return ['filled', 'empty', 'distinct', 'none']
    case 'long_text': case 'address': case 'file': case 'links': case 'multi_choice': return ['filled', 'empty', 'none']
    case 'json': case 'formula': case 'roll_up': return ['none']
  }
}

/** The chosen figure; amounts and numbers are added up where nobody chose. */
export function figureOf(field: FieldDef, chosen: string | undefined): FigureName {
  const possible = figuresOf(field)
  const found = possible.find((one) => one === chosen)
  if (found) return found
  const type = storedType(field)
  // A year or a percentage added up says nothing.
  return type === 'money' || (type === 'integer' && field.type === 'roll_up') ? 'sum' : 'none'
}

/** How the server calls it; nothing where nothing is asked. */
export function figureName(field: FieldDef, figure: FigureName): string | null {
  return figure === 'none' ? null : `${figure}:${field.name}`
}

/** The figure as text; a share of filled rows stands beside their number. */
export function figureShown(field: FieldDef, figure: FigureName, value: Figure | string | undefined, count: number | null, locale: string): string {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return ''
  if (figure === 'earliest' || figure === 'latest') return storedType(field) === 'time' ? formatDate(String(value).slice(0, 10), locale) : formatDate(String(value), locale)
  if ((figure === 'filled' || figure === 'empty') && typeof value === 'number' && count) {
    return `${formatNumber(value, locale)} · ${new Intl.NumberFormat(locale, { style: 'percent' }).format(value / count)}`
  }
  if (figure === 'avg' && typeof value === 'number') return new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)
  if (Array.isArray(value) && value[0]) sawCurrency(value[0].currency)
  return figureText(value, locale, formatMoneyCompact)
}

/** The same to the last digit, for the hint. */
export function figureExact(field: FieldDef, value: Figure | string | undefined, locale: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return storedType(field) === 'time' ? formatTime(value, locale) : formatDate(value, locale)
  return figureText(value, locale)
}
