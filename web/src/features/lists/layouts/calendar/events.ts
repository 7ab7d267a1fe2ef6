/** Records as a calendar shows them: from when to when, whole days or hours, and how they stand beside each other. */

import { storedType, type FieldDef } from '@/lib/definitions'
import type { RecordData } from '@/lib/records'
import { addDays, dateOf, dayOf, daysBetween, type Day } from './dates'

export interface CalendarEvent {
  record: RecordData
  /** Of a moment; midnight of a day. */
  start: Date
  /** Exclusive for moments; for days, midnight of the last one. Null where no end is known. */
  end: Date | null
  isWhole: boolean
  first: Day
  last: Day
}

export const MINUTE = 60_000
/** How long something lasts that does not say when it ends. */
export const USUAL_MS = 30 * MINUTE

export function eventOf(record: RecordData, on: FieldDef, until: FieldDef | undefined): CalendarEvent | null {
  const value = record[on.name]
  if (typeof value !== 'string' || value === '') return null
  const isWhole = storedType(on) === 'date'
  const start = isWhole ? dateOf(value.slice(0, 10)) : new Date(value)
  if (Number.isNaN(start.getTime())) return null
  const endValue = until ? record[until.name] : null
  let end = typeof endValue === 'string' && endValue !== '' && until ? (storedType(until) === 'date' ? dateOf(endValue.slice(0, 10)) : new Date(endValue)) : null
  if (end && (Number.isNaN(end.getTime()) || end < start)) end = null
  const first = dayOf(start)
  // Something that ends at midnight ends on the day before.
  const last = end ? dayOf(isWhole || (until && storedType(until) === 'date') ? end : new Date(Math.max(start.getTime(), end.getTime() - 1))) : first
  return { record, start, end, isWhole, first, last }
}

/** Longer first, then earlier, then by name: the order in which bars are laid. */
export function inOrder(a: CalendarEvent, b: CalendarEvent): number {
  return (
    a.first.localeCompare(b.first) ||
    daysBetween(b.first, b.last) - daysBetween(a.first, a.last) ||
    a.start.getTime() - b.start.getTime() ||
    a.record.title.localeCompare(b.record.title)
  )
}

/** A piece of an event in one row of days. */
export interface Segment {
  event: CalendarEvent
  lane: number
  /** Column of the row it begins in, and how many it covers. */
  at: number
  span: number
  /** It goes on before or after this row. */
  isBefore: boolean
  isAfter: boolean
}

/** Lays events over a row of days so that none covers another. */
export function segmentsOf(events: readonly CalendarEvent[], from: Day, length: number): Segment[] {
  const to = addDays(from, length - 1)
  const free: number[] = []
  const segments: Segment[] = []
  for (const event of events) {
    if (event.last < from || event.first > to) continue
    const at = Math.max(0, daysBetween(from, event.first))
    const end = Math.min(length - 1, daysBetween(from, event.last))
    let lane = free.findIndex((taken) => taken <= at)
    if (lane < 0) lane = free.length
    free[lane] = end + 1
    segments.push({ event, lane, at, span: end - at + 1, isBefore: event.first < from, isAfter: event.last > to })
  }
  return segments
}

/** An event in the hours of one day: where it stands, in minutes, and which share of the width it has. */
export interface Block {
  event: CalendarEvent
  from: number
  to: number
  column: number
  columns: number
}

/** Blocks that overlap share the width, each as wide as the crowd it stands in allows. */
export function blocksOf(events: readonly CalendarEvent[], day: Day): Block[] {
  const midnight = dateOf(day).getTime()
  const next = dateOf(addDays(day, 1)).getTime()
  const blocks = events
    .filter((event) => !event.isWhole && event.first <= day && event.last >= day)
    .map((event): Block => {
      const end = event.end?.getTime() ?? event.start.getTime() + USUAL_MS
      const from = Math.max(0, (event.start.getTime() - midnight) / MINUTE)
      const to = (Math.min(next, Math.max(end, event.start.getTime() + 15 * MINUTE)) - midnight) / MINUTE
      return { event, from, to: Math.max(to, from + 20), column: 0, columns: 1 }
    })
    .sort((a, b) => a.from - b.from || b.to - a.to)

  let crowd: Block[] = []
  let ends: number[] = []
  const settle = () => {
    for (const block of crowd) block.columns = Math.max(1, ends.length)
    crowd = []
    ends = []
  }
  for (const block of blocks) {
    if (crowd.length > 0 && ends.every((end) => end <= block.from)) settle()
    let column = ends.findIndex((end) => end <= block.from)
    if (column < 0) column = ends.length
    ends[column] = block.to
    block.column = column
    crowd.push(block)
  }
  settle()
  return blocks
}

/** A moment that many days and minutes later by the clock of the wall, also where the clock was changed between. */
export function shifted(date: Date, days: number, minutes: number): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, date.getHours(), date.getMinutes() + minutes, date.getSeconds())
}

/** A date as a field of this kind keeps it. */
export function valueOf(field: FieldDef, date: Date): string {
  return storedType(field) === 'date' ? dayOf(date) : date.toISOString()
}

/** The event moved whole: what is to be written. */
export function movedBy(event: CalendarEvent, on: FieldDef, until: FieldDef | undefined, days: number, minutes: number): Record<string, unknown> {
  const set: Record<string, unknown> = { [on.name]: valueOf(on, shifted(event.start, days, event.isWhole ? 0 : minutes)) }
  if (until && event.end) set[until.name] = valueOf(until, shifted(event.end, days, storedType(until) === 'date' ? 0 : minutes))
  return set
}

/** The event made longer or shorter; it never ends before it began. */
export function endedBy(event: CalendarEvent, until: FieldDef, days: number, minutes: number): Record<string, unknown> {
  const isDay = storedType(until) === 'date'
  const end = event.end ?? (event.isWhole || isDay ? event.start : new Date(event.start.getTime() + USUAL_MS))
  const next = shifted(end, days, isDay ? 0 : minutes)
  const least = event.isWhole || isDay ? event.start : new Date(event.start.getTime() + 15 * MINUTE)
  return { [until.name]: valueOf(until, next < least ? least : next) }
}
