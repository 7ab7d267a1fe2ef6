/** Moments of records that recur: each stands in a calendar as if it were a record, under a name that says which it is. */

import type { RecordData } from '@/lib/records'

export interface Moment {
  series: string
  /** When it begins, which names it. */
  at: string
}

/** The moment that an event is, if its record recurs. */
export function momentOf(id: string): Moment | null {
  const at = id.indexOf('@')
  return at < 0 ? null : { series: id.slice(0, at), at: id.slice(at + 1) }
}

/** The record behind an event. */
export function recordOf(id: string): string {
  return momentOf(id)?.series ?? id
}

/** A record as it is at the moment for which the calendar names it. */
export function placed(record: RecordData, field: string, end: string | undefined): RecordData {
  const occurrence = record['occurrence'] as { at: string; ends_at: string | null } | undefined
  if (!occurrence) return record
  return { ...record, id: `${record.id}@${occurrence.at}`, [field]: occurrence.at, ...(end ? { [end]: occurrence.ends_at } : {}) }
}
