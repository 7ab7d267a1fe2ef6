/** What is done with a range of cells: copied, cut, pasted over, filled, cleared. Each is one change with one undo. */

import { useCallback, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify, useActs } from '@/lib/actions'
import type { ObjectDef } from '@/lib/definitions'
import type { Edit } from '@/lib/edits'
import { formatNumber, type Money } from '@/lib/format'
import { cellText, printTable } from '@/lib/gridText'
import type { Range } from '@/lib/gridKeys'
import { linkedOf, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import type { Column } from '../columns'
import type { Copied, PastePlan } from './paste'
import type { Row } from './rangeEdits'
import type { TableRows } from './useTableRows'

/** More cells than this are looked at before they are pasted. */
const LOOK_FIRST = 500
/** A clipboard is not the way for more; an export is, or a change of all that a filter finds. */
export const MOST_ROWS = 10_000

/** What was copied here last, with its values: pasted back it keeps what text would lose. */
let copied: { text: string; cells: Copied[][] } | null = null

export interface RangeActs {
  copy: (range: Range, event: ClipboardEvent) => void
  cut: (range: Range, event: ClipboardEvent) => void
  paste: (range: Range, text: string) => Promise<void>
  clear: (range: Range) => Promise<void>
  /** The first row of the range into the others; for a single row, the one above it. */
  fillDown: (range: Range) => Promise<void>
  /** The range again and again, down to a line. */
  fillTo: (range: Range, line: number) => Promise<void>
  /** A paste that wants to be looked at first. */
  plan: PastePlan | null
  apply: (plan: PastePlan) => Promise<void>
  dropPlan: () => void
}

export function useRangeActs(object: ObjectDef, columns: readonly Column[], rows: TableRows, keepRefused: (refusals: Awaited<ReturnType<ReturnType<typeof useActs>['spread']>>, edits: Edit[]) => void): RangeActs {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const definitions = useDefinitions()
  const acts = useActs()
  const [plan, setPlan] = useState<PastePlan | null>(null)
  const { read, recordAt, rowsBetween, lines } = rows

  const send = useCallback(async (edits: Edit[]) => {
    const changed = edits.filter((edit) => Object.keys(edit.set).length > 0)
    if (changed.length === 0) return
    const cells = changed.reduce((sum, edit) => sum + Object.keys(edit.set).length, 0)
    const share = cells / changed.length
    const refusals = await acts.spread(object, changed, (done) => t('grid.cells_changed', { count: Math.round(done * share), number: formatNumber(Math.round(done * share), locale) }))
    if (refusals.length === 0) return
    keepRefused(refusals, changed)
    notify({ text: t('grid.refused', { count: refusals.length, reason: refusals[0]?.detail ?? '' }), tone: 'bad' })
  }, [acts, object, keepRefused, t, locale])

  const linesOfRange = useCallback((range: Range) => read(range.from.row, Math.min(MOST_ROWS, range.to.row - range.from.row + 1)).then((found) => found.filter(({ line }) => line <= range.to.row)), [read])

  /** Whether a range is more than is changed row by row; then it says so and nothing happens. */
  const isTooMany = useCallback((from: number, to: number) => {
    const isMore = rowsBetween(from, to) > MOST_ROWS
    if (isMore) notify({ text: t('grid.too_many_to_change', { number: formatNumber(MOST_ROWS, locale) }), tone: 'bad' })
    return isMore
  }, [rowsBetween, t, locale])

  const textOf = useCallback((records: readonly RecordData[], of: readonly Column[]): string => printTable(records.map((record) => of.map((column) => {
    if (column.name === 'title') return record.title
    const currencies = new Set(records.map((one) => (one[column.field.name] as Money | null)?.currency).filter(Boolean))
    return cellText(column.field, record, labelOf, currencies.size <= 1)
  }))), [labelOf])

  const copy = useCallback((range: Range, event: ClipboardEvent) => {
    event.preventDefault()
    const of = columns.slice(range.from.column, range.to.column + 1)
    const count = range.to.row - range.from.row + 1
    const keep = (records: readonly RecordData[]): string => {
      const text = textOf(records, of)
      copied = { text, cells: records.map((record) => of.map((column) => ({ field: column.field, value: record[column.field.name], linked: linkedOf(record, column.field) }))) }
      return text
    }
    if (rowsBetween(range.from.row, range.to.row) > MOST_ROWS) return notify({ text: t('grid.too_many_to_copy', { number: formatNumber(MOST_ROWS, locale) }), tone: 'bad' })
    const held = Array.from({ length: count }, (_, index) => lines.at(range.from.row + index)?.kind === 'row' ? (recordAt(range.from.row + index) ?? null) : undefined)
    const here = held.filter((record) => record !== undefined)
    if (here.every((record) => record !== null)) event.clipboardData?.setData('text/plain', keep(here))
    // Rows that have left the window are read first; the clipboard is written when they are here.
    else void linesOfRange(range).then((found) => navigator.clipboard.writeText(keep(found.map(({ record }) => record)))).catch(() => notify({ text: t('grid.not_copied'), tone: 'bad' }))
  }, [columns, textOf, lines, recordAt, rowsBetween, linesOfRange, t, locale])

  const clear = useCallback(async (range: Range) => {
    if (isTooMany(range.from.row, range.to.row)) return
    const { clearing } = await import('./rangeEdits')
    const edits = clearing(object, columns.slice(range.from.column, range.to.column + 1), await linesOfRange(range))
    if (!edits) return notify({ text: t('list.read_only'), tone: 'bad' })
    await send(edits)
  }, [columns, object, linesOfRange, isTooMany, send, t])

  const cut = useCallback((range: Range, event: ClipboardEvent) => {
    if (isTooMany(range.from.row, range.to.row)) return
    copy(range, event)
    void clear(range)
  }, [copy, clear, isTooMany])

  /** Each of `found` gets the values of one of `sources`, in turn. */
  const repeat = useCallback(async (sources: readonly Row[], found: readonly Row[], of: readonly Column[]) => {
    if (sources.length === 0) return
    const { repeating } = await import('./rangeEdits')
    const edits = repeating(object, of, sources, found)
    if (!edits) return notify({ text: t('list.read_only'), tone: 'bad' })
    await send(edits)
  }, [object, send, t])

  const fillDown = useCallback(async (range: Range) => {
    const single = range.from.row === range.to.row
    if (isTooMany(range.from.row, range.to.row)) return
    const found = await linesOfRange(single ? { from: { ...range.from, row: range.from.row - 1 }, to: range.to } : range)
    if (found.length > 1) await repeat(found.slice(0, 1), found.slice(1), columns.slice(range.from.column, range.to.column + 1))
  }, [linesOfRange, isTooMany, repeat, columns])

  const fillTo = useCallback(async (range: Range, line: number) => {
    if (isTooMany(range.from.row, line)) return
    const sources = await linesOfRange(range)
    const found = await linesOfRange({ from: { ...range.from, row: range.to.row + 1 }, to: { ...range.to, row: line } })
    await repeat(sources, found, columns.slice(range.from.column, range.to.column + 1))
  }, [linesOfRange, isTooMany, repeat, columns])

  const apply = useCallback(async (ready: PastePlan) => {
    setPlan(null)
    await send(ready.edits)
  }, [send])

  const paste = useCallback(async (range: Range, text: string) => {
    const known = copied && copied.text === text.replaceAll('\r\n', '\n') ? copied.cells : null
    if (!definitions) return
    const [{ parseTable }, { planPaste }] = await Promise.all([import('@/lib/gridClipboard'), import('./paste')])
    const cells = parseTable(text)
    if (cells.length === 0) return
    if (cells.length > MOST_ROWS) return notify({ text: t('grid.too_many_to_paste', { number: formatNumber(MOST_ROWS, locale) }), tone: 'bad' })
    const ready = await planPaste({ object, columns, definitions, read, range, cells, known, locale })
    if (ready.problems.length > 0 || ready.outside > 0 || ready.cells > LOOK_FIRST) setPlan(ready)
    else await apply(ready)
  }, [definitions, object, columns, read, locale, apply, t])

  return { copy, cut, paste, clear, fillDown, fillTo, plan, apply, dropPlan: useCallback(() => setPlan(null), []) }
}
