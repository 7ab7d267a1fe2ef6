/** What a pivot or a chart can be made of: fields to gather by, figures to show, and how both are called. */

import { useTranslation } from '@/lib/useTranslation'
import { isNumeric, optionsOf, storedType, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatNumber, formatMoney, formatMoneyCompact, type Money } from '@/lib/format'
import { periodText } from '@/lib/periods'
import type { Figure } from '@/lib/records'
import { colourOf } from '@/lib/scale'
import { useLabel, useLocale } from '@/lib/session'
import { measureName, type GroupBy, type GroupKey, type Measure, type Op, type Unit } from '../groups'

export const UNITS: readonly Unit[] = ['day', 'week', 'month', 'quarter', 'year']

const NOT_GROUPED = new Set(['long_text', 'address', 'file', 'json', 'email', 'phone', 'url'])

export function isDated(field: FieldDef | undefined): boolean {
  return field !== undefined && (storedType(field) === 'date' || storedType(field) === 'time')
}

export function canGroup(field: FieldDef): boolean {
  return !NOT_GROUPED.has(storedType(field)) && !field.unique && (field.section !== 'system' || isDated(field)) && !((field.type === 'link' || field.type === 'links') && field.target === 'any')
}

/** The fields to gather by, those with few values first. */
export function groupFields(fields: readonly FieldDef[]): FieldDef[] {
  const rank = (field: FieldDef) => {
    const type = storedType(field)
    return type === 'choice' || type === 'boolean' ? 0 : type === 'link' || type === 'links' || type === 'multi_choice' ? 1 : isDated(field) ? 2 : type === 'text' ? 4 : 3
  }
  return fields.filter(canGroup).sort((a, b) => rank(a) - rank(b))
}

export function byOf(field: FieldDef, unit: Unit): GroupBy {
  if (isDated(field)) return { field: field.name, unit }
  return field.name
}

export function unitOf(text: string | undefined): Unit {
  return UNITS.find((unit) => unit === text) ?? 'month'
}

const OPS: readonly Op[] = ['sum', 'avg', 'min', 'max']

/** Every figure this object has, counting first. */
export function measuresOf(object: ObjectDef): Measure[] {
  const numbers = object.fields.filter((field) => isNumeric(storedType(field)) && field.section !== 'system')
  const money = numbers.filter((field) => storedType(field) === 'money')
  const percent = numbers.find((field) => field.name === 'probability')
  return [
    { op: 'count' },
    ...money.flatMap((field) => OPS.map((op) => ({ op, field: field.name }))),
    ...(percent ? money.filter((field) => field.type === 'money').map((field) => ({ op: 'weighted' as const, field: field.name, by: percent.name })) : []),
    ...numbers.filter((field) => storedType(field) !== 'money').flatMap((field) => OPS.map((op) => ({ op, field: field.name }))),
  ]
}

export function measureOf(object: ObjectDef, name: string | undefined): Measure {
  return measuresOf(object).find((measure) => measureName(measure) === name) ?? { op: 'count' }
}

/** Sums of parts are the sum of the whole; an average is not, nor are parts that share records. */
export function isAdditive(measure: Measure, by: readonly (FieldDef | undefined)[]): boolean {
  if (by.some((field) => field?.type === 'links' || field?.type === 'multi_choice')) return false
  return measure.op === 'count' || measure.op === 'sum' || measure.op === 'weighted'
}

const OP_TEXT: Record<Op, string> = { count: 'figures.count', sum: 'figures.sum', avg: 'figures.avg', min: 'figures.min', max: 'figures.max', weighted: 'figures.weighted' }

export function useMeasureLabel(object: ObjectDef): (measure: Measure) => string {
  const { t } = useTranslation()
  const labelOf = useLabel()
  return (measure) => t(OP_TEXT[measure.op], { field: labelOf(object.fields.find((field) => field.name === measure.field)?.label), objects: labelOf(object.label_plural).toLocaleLowerCase() })
}

/** The number behind a figure, for lengths and shades; of several currencies the first. */
export function numberOf(figure: Figure | undefined): number {
  if (typeof figure === 'number') return figure
  const money = Array.isArray(figure) ? figure[0] : figure
  return money ? money.amount : 0
}

export function useFigureText(): (figure: Figure | undefined, short?: boolean) => string {
  const locale = useLocale()
  const money = (value: Money, short: boolean) => (short ? formatMoneyCompact(value, locale) : formatMoney(value, locale, true))
  return (figure, short = false) => {
    if (figure === null || figure === undefined) return ''
    if (typeof figure === 'number') return short && Math.abs(figure) >= 10_000 ? new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(figure) : formatNumber(Math.round(figure * 100) / 100, locale)
    if (Array.isArray(figure)) return figure.map((one) => money(one, short)).join(' + ')
    return money(figure, short)
  }
}

/** The colour of a value: a choice that has a hue keeps it, so that what is won is green here as on the board. */
export function useValueColour(field: FieldDef | undefined): (key: string, index: number) => string {
  const options = field ? optionsOf(field) : []
  return (key, index) => {
    const hue = options.find((option) => option.value === key)?.hue
    return hue === undefined ? colourOf(index) : `oklch(var(--state-fill) ${hue})`
  }
}

/** What a group is called, in the reader's language. */
export function useKeyLabel(): (field: FieldDef | undefined, unit: Unit, key: GroupKey | undefined) => string {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  return (field, unit, key) => {
    if (!key || key.value === null) return t('figures.nothing')
    if (field && isDated(field)) return periodText(String(key.value), unit, locale)
    if (typeof key.value === 'boolean') return key.value ? t('common.yes') : t('common.no')
    const option = field && optionsOf(field).find((one) => one.value === key.value)
    if (option) return labelOf(option.label)
    if (key.currency && typeof key.value === 'number') return rangeText(formatMoney({ amount: key.value, currency: key.currency }, locale, true), typeof key.to === 'number' ? formatMoney({ amount: key.to, currency: key.currency }, locale, true) : '')
    if (typeof key.value === 'number' && key.to !== undefined) return rangeText(formatNumber(key.value, locale), typeof key.to === 'number' ? formatNumber(key.to, locale) : '')
    return key.label ?? String(key.value)
  }
}

function rangeText(from: string, to: string): string {
  return to ? `${from} – ${to}` : `≥ ${from}`
}
