/** The lines of a ledger as people read them: grouped by day, like ones folded, families by kind. */

import { dayKey, type Money } from './format'

export interface TimelineLine {
  id: string
  seq: number
  at: string
  kind: string
  /** The sentence, in the reader's language, without who did it. */
  text: string
  actor: { id: string; name: string } | null
  channel?: string | null
  source?: string | null
  party?: string | null
  record: { object: string; id: string; title: string } | null
  amount?: Money | null
  props?: Record<string, unknown>
  change?: string | null
}

/** Field by field, what stood there and what stands there now, where the line tells of an edit. */
export function changesOf(line: TimelineLine): [field: string, before: unknown, after: unknown][] {
  const told = line.props?.['changes']
  if (typeof told !== 'object' || told === null) return []
  return Object.entries(told).map(([field, values]) => (Array.isArray(values) ? [field, values[0], values[1]] : [field, undefined, values]))
}

export interface TimelinePage {
  data: TimelineLine[]
  next: string | null
}

/** A family of kinds with one filter chip, icon and hue. */
export type Family = 'notes' | 'activities' | 'sales' | 'commerce' | 'service' | 'marketing' | 'web' | 'changes'

const FAMILY_OF: Record<string, Family> = {
  note: 'notes', comment: 'notes', attachment: 'notes',
  activity: 'activities', task: 'activities', call: 'activities', meeting: 'activities', visit: 'activities',
  lead: 'sales', deal: 'sales', quote: 'sales', contract: 'sales',
  order: 'commerce', return: 'commerce', invoice: 'commerce', payment: 'commerce', cart: 'commerce', product: 'commerce', subscription: 'commerce',
  ticket: 'service', conversation: 'service', survey: 'service', review: 'service',
  email: 'marketing', campaign: 'marketing', sms: 'marketing', form: 'marketing', consent: 'marketing', letter: 'marketing',
  page: 'web', web: 'web', session: 'web', search: 'web',
}

/** What was done to a record rather than with a customer. */
const EDITS = new Set(['updated', 'trashed', 'restored'])
/** Whose edits are asked for among the changes; the server looks at fifty kinds at most. */
const EDITED = ['note', 'activity', 'attachment', 'lead', 'deal', 'order', 'return', 'product', 'ticket', 'campaign']

export function familyOf(kind: string): Family {
  const [thing = '', verb = ''] = kind.split('.')
  return EDITS.has(verb) ? 'changes' : (FAMILY_OF[thing] ?? 'changes')
}

/** In the order of their chips. */
export const FAMILIES: readonly Family[] = ['notes', 'activities', 'sales', 'commerce', 'service', 'marketing', 'web', 'changes']

/** The server's `kinds` for a family: `note.*,comment.*`; changes are what is named after records. */
export function kindsOf(family: Family): string {
  if (family === 'changes') {
    const edits = EDITED.flatMap((thing) => [...EDITS].map((verb) => `${thing}.${verb}`))
    return ['record.*', 'contact.*', 'company.*', 'user.*', 'tag.*', 'party.*', ...edits].join(',')
  }
  return Object.entries(FAMILY_OF).filter(([, of]) => of === family).map(([prefix]) => `${prefix}.*`).join(',')
}

/** Lines of one day; a run of three or more like ones is one entry. */
export interface Day {
  key: string
  at: string
  entries: Entry[]
}

export interface Entry {
  key: string
  lines: TimelineLine[]
}

const FOLD_FROM = 3

export function daysOf(all: readonly TimelineLine[]): Day[] {
  const days: Day[] = []
  for (const line of withoutEchoes(all)) {
    const key = dayKey(line.at)
    let day = days.at(-1)
    if (!day || day.key !== key) {
      day = { key, at: line.at, entries: [] }
      days.push(day)
    }
    const last = day.entries.at(-1)
    if (last && areAlike(last.lines[0], line)) last.lines.push(line)
    else day.entries.push({ key: line.id, lines: [line] })
  }
  for (const day of days) day.entries = day.entries.flatMap((entry) => (entry.lines.length >= FOLD_FROM ? [entry] : entry.lines.map((line) => ({ key: line.id, lines: [line] }))))
  return days
}

/**
 * A note or an order made in one act tells itself twice, as a record and as what happened: the latter is enough. It takes
 * over what was changed in that act, so that nothing is left untold.
 */
function withoutEchoes(lines: readonly TimelineLine[]): TimelineLine[] {
  const told = new Set(lines.filter((line) => !isEcho(line)).map(actOf))
  const changed = new Map(lines.filter((line) => isEcho(line) && line.change !== null).map((line) => [actOf(line), line.props?.['changes']]))
  return lines
    .filter((line) => !isEcho(line) || line.change === null || !told.has(actOf(line)))
    .map((line) => {
      const changes = isEcho(line) ? undefined : changed.get(actOf(line))
      // An act that makes two things true (moved, and thereby lost) shows its changes once.
      changed.delete(actOf(line))
      return changes === undefined ? line : { ...line, props: { ...line.props, changes } }
    })
}

function isEcho(line: TimelineLine): boolean {
  return line.kind === `${line.record?.object}.created` || line.kind === `${line.record?.object}.updated`
}

function actOf(line: TimelineLine): string {
  return `${line.change} ${line.record?.id}`
}

function areAlike(a: TimelineLine | undefined, b: TimelineLine): boolean {
  return a !== undefined && a.kind === b.kind && (a.actor?.id ?? null) === (b.actor?.id ?? null) && familyOf(b.kind) !== 'notes'
}
