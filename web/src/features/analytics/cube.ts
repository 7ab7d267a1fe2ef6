/** What the cube shows, as its address holds it: rows, columns, measures, conditions. Pure; the page only draws it. */

import type { Amount, Cube, Values } from '@/lib/analysis'
import { csvOf, currencyOf, plainOf } from '@/lib/analysisFigures'

export const ROWS = ['segment', 'value_class', 'activity', 'cluster', 'product_line', 'product', 'channel', 'territory', 'country', 'month', 'quarter', 'year', 'customer', 'kind'] as const
export const MEASURED = ['revenue', 'margin', 'margin_share', 'orders', 'customers', 'per_order', 'per_customer', 'quantity', 'returns', 'return_share'] as const
const USUAL = ['revenue', 'orders', 'customers']

/** The measures named in the address, in their own order; the usual three where none is. */
export function measuresOf(text: string | undefined): string[] {
  const wanted = (text ?? '').split(',')
  const known = MEASURED.filter((one) => wanted.includes(one))
  return known.length > 0 ? known : USUAL
}

/** One more or one less; the last stays. */
export function toggled(measures: readonly string[], one: string): string {
  const next = measures.includes(one) ? measures.filter((held) => held !== one) : [...measures, one]
  return measuresOf((next.length > 0 ? next : measures).join(',')).join(',')
}

export interface Condition {
  dimension: string
  key: string
  title: string
}

/** `segment:at_risk,country:DE` */
export function conditionsOf(text: string | undefined): { dimension: string; key: string }[] {
  return (text ?? '').split(',').flatMap((part) => {
    const at = part.indexOf(':')
    return at > 0 ? [{ dimension: part.slice(0, at), key: part.slice(at + 1) }] : []
  })
}

export function printConditions(conditions: readonly { dimension: string; key: string }[]): string | undefined {
  return conditions.length === 0 ? undefined : conditions.map((one) => `${one.dimension}:${one.key}`).join(',')
}

/** The table with everything on it as CSV: each column and measure in one column, before beside now. */
export function cubeCsv(cube: Cube, measures: readonly string[], words: { rows: string; rowName: (key: string | null, title: string | null) => string; columnName: (key: string | null, title: string | null) => string; measure: (measure: string) => string; total: string; before: string }): string {
  const isCompared = cube.compare !== null
  const heads = (name: string) => measures.flatMap((measure) => {
    const currency = currencyOf([cube.total.values[measure]])
    const head = [name, words.measure(measure), currency && `(${currency})`].filter(Boolean).join(' ')
    return isCompared ? [head, `${head} ${words.before}`] : [head]
  })
  const figures = (held: { values: Values; before: Values | null } | undefined) => measures.flatMap((measure): (string | number | null)[] => [plainOf(held?.values[measure]), ...(isCompared ? [plainOf(held?.before?.[measure])] : [])])
  const name = cube.columns.length > 0 ? words.total : ''
  return csvOf([
    [words.rows, ...cube.columns.flatMap((column) => heads(words.columnName(column.key, column.title))), ...heads(name)],
    ...cube.rows.map((row) => [words.rowName(row.key, row.title), ...cube.columns.flatMap((column) => figures(row.cells.find((cell) => cell.column === column.key))), ...figures(row.total)]),
    [words.total, ...cube.columns.flatMap((column) => figures(column.total)), ...figures(cube.total)],
  ])
}

/** The largest figure of a measure within the table, for its shade. */
export function mostOf(cube: Cube, measure: string, sizeOf: (value: Amount | undefined) => number): number {
  const cells = cube.columns.length > 0 ? cube.rows.flatMap((row) => row.cells.map((cell) => cell.values[measure])) : cube.rows.map((row) => row.total.values[measure])
  return Math.max(0, ...cells.map((value) => Math.abs(sizeOf(value))))
}
