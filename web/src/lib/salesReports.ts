/** Reports of sales as the server makes them: figures and tables in the reader's words, each value with the records behind it. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'
import type { Money } from './format'

export const SALES_REPORTS = ['changes', 'funnel', 'velocity', 'sources', 'response', 'ageing', 'leaders'] as const
export type SalesReport = (typeof SALES_REPORTS)[number]

/** By what the rows of a report may be; the first is the usual one. */
export const REPORT_BY: Partial<Record<SalesReport, readonly string[]>> = {
  velocity: ['owner', 'source', 'pipeline'],
  sources: ['source', 'campaign', 'origin_medium', 'origin_source', 'origin_phrase'],
}

/** What narrows a report to some deals; names of the address and of the server alike. */
export const NARROWS = ['pipeline', 'owner', 'team', 'territory', 'product_line', 'campaign', 'source'] as const
export const REPORT_PARAMETERS = ['r', 'from', 'to', 'compare', 'closing_from', 'closing_to', 'by', 'figure', ...NARROWS] as const

export type Valued = { kind: 'none' } | { kind: 'count' | 'share' | 'days' | 'hours'; value: number } | { kind: 'money'; value: Money }

export type OpensTo = { as: 'list'; object: string; filter: string } | { as: 'rows'; figure: string }

export interface Cell {
  value: Valued
  before: Valued
  opens: OpensTo | null
}

export interface ReportFigure extends Cell {
  name: string
  label: string
  about: string
  more_is_better: boolean | null
}

export interface ReportRow {
  key: string
  label: string
  cells: Cell[]
  is_total: boolean
}

export interface ReportTable {
  name: string
  title: string
  about: string
  chart: 'waterfall' | 'funnel' | null
  columns: { name: string; label: string }[]
  rows: ReportRow[]
}

export interface ToldReport {
  report: SalesReport
  title: string
  from: string
  to: string
  before: { from: string; to: string } | null
  as_of: string
  figures: ReportFigure[]
  tables: ReportTable[]
  notes: string[]
}

export interface BehindRow {
  id: string
  title: string
  owner: string | null
  was: Money | null
  is: Money | null
  part: Money | null
  days: number | null
}

export interface BehindRows {
  /** The plural of the object. */
  object: string
  count: number
  data: BehindRow[]
  next: number | null
}

export type AskedReport = Partial<Record<(typeof REPORT_PARAMETERS)[number], string | undefined>>

/** What of the address the server is asked. */
export function askedOf(chosen: AskedReport): Record<string, string | undefined> {
  const names = REPORT_PARAMETERS.filter((name) => name !== 'r' && name !== 'figure')
  return Object.fromEntries(names.map((name) => [name, chosen[name]]))
}

export const reportQuery = (name: SalesReport, asked: Record<string, string | undefined>) => queryOptions({
  queryKey: ['sales reports', name, asked] as const,
  queryFn: async ({ signal }) => (await ask<ToldReport>('GET', `/sales/reports/${name}`, { query: asked, signal })).data,
  staleTime: 30_000,
})

export async function behindRows(name: SalesReport, asked: Record<string, string | undefined>, figure: string, start: number, signal: AbortSignal): Promise<BehindRows> {
  return (await ask<BehindRows>('GET', `/sales/reports/${name}/rows`, { query: { ...asked, figure, start }, signal })).data
}

/** The number of a value, money in its smallest unit; null where there is none. */
export function numberOfValue(value: Valued): number | null {
  if (value.kind === 'none') return null
  return value.kind === 'money' ? value.value.amount : value.value
}

/** How far a value moved: shares by points, everything else as a part of what it was. */
export function movedBy(cell: Cell): number | null {
  const now = numberOfValue(cell.value)
  const before = numberOfValue(cell.before)
  if (now === null || before === null) return null
  if (cell.value.kind === 'share') return now - before
  return before === 0 ? null : (now - before) / Math.abs(before)
}

/** Where the bars of a waterfall lie, as parts of its width: from where to where. */
export function waterfallBars(rows: readonly ReportRow[], column: number): { from: number; to: number }[] {
  let level = 0
  const bars = rows.map((row) => {
    const size = numberOfValue(row.cells[column]?.value ?? { kind: 'none' }) ?? 0
    const bar = row.is_total ? { from: 0, to: size } : { from: level, to: level + size }
    level = bar.to
    return bar
  })
  const all = bars.flatMap((bar) => [bar.from, bar.to])
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)]
  const width = high - low || 1
  return bars.map(({ from, to }) => ({ from: (Math.min(from, to) - low) / width, to: (Math.max(from, to) - low) / width }))
}

/** The first and last day of a named period around the day that reports are as of. */
export function namedPeriod(name: string, asOf: string): { from: string; to: string } {
  const [year = 1970, month = 1] = asOf.split('-').map(Number)
  const text = (at: number) => new Date(at).toISOString().slice(0, 10)
  const months = (first: number, count: number) => ({ from: text(Date.UTC(year, first, 1)), to: text(Date.UTC(year, first + count, 0)) })
  const quarter = Math.floor((month - 1) / 3) * 3
  switch (name) {
    case 'this_month': return { from: months(month - 1, 1).from, to: asOf }
    case 'last_month': return months(month - 2, 1)
    case 'last_quarter': return months(quarter - 3, 3)
    case 'this_year': return { from: months(0, 1).from, to: asOf }
    case 'last_year': return { from: text(Date.UTC(year - 1, 0, 1)), to: text(Date.UTC(year - 1, 11, 31)) }
    default: return { from: months(quarter, 1).from, to: asOf }
  }
}
