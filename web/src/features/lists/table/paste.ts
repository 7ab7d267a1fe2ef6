/** What a paste would do, cell by cell, before anything is sent: the new values, and what cannot be read or found. */

import { ask } from '@/lib/api'
import { likelyCurrency } from '@/lib/currency'
import { isEditable, objectByName, optionsOf, storedType, type Definitions, type FieldDef, type ObjectDef } from '@/lib/definitions'
import type { Edit } from '@/lib/edits'
import type { Money } from '@/lib/format'
import { readCell, type CellFault } from '@/lib/gridClipboard'
import type { Range } from '@/lib/gridKeys'
import { quoted } from '@/lib/question'
import type { Linked, Page, RecordData } from '@/lib/records'
import type { Column } from '../columns'

/** A cell as it was copied here: with its value, not its text alone. */
export interface Copied {
  field: FieldDef
  value: unknown
  linked: Linked[]
}

export interface PasteProblem {
  record: RecordData
  field: FieldDef
  text: string
  fault: CellFault
}

export interface PastePlan {
  edits: Edit[]
  /** Cells that change. */
  cells: number
  /** The fields concerned, by name. */
  fields: Map<string, FieldDef>
  problems: PasteProblem[]
  /** Lines of the clipboard that lie below the last row, and cells beyond the last column. */
  outside: number
}

interface Target {
  record: RecordData
  column: Column
  text: string
  known: Copied | undefined
}

export async function planPaste({ object, columns, definitions, read, range, cells, known, locale }: {
  object: ObjectDef
  columns: readonly Column[]
  definitions: Definitions
  read: (from: number, count: number) => Promise<{ record: RecordData }[]>
  range: Range
  cells: string[][]
  known: Copied[][] | null
  locale: string
}): Promise<PastePlan> {
  const height = cells.length
  const width = Math.max(...cells.map((line) => line.length))
  // A range larger than what is pasted is filled with it, over and over.
  const rangeHeight = range.to.row - range.from.row + 1
  const rangeWidth = range.to.column - range.from.column + 1
  const tall = rangeHeight % height === 0 ? Math.max(rangeHeight, height) : height
  const wide = rangeWidth % width === 0 ? Math.max(rangeWidth, width) : width
  const found = await read(range.from.row, tall)
  const of = columns.slice(range.from.column, range.from.column + wide)

  const targets: Target[] = found.flatMap(({ record }, row) => of.flatMap((column, at): Target[] => {
    const text = cells[row % height]?.[at % width]
    return text === undefined ? [] : [{ record, column, text, known: known?.[row % height]?.[at % width] }]
  }))
  const links = await lookUp(namesIn(targets, object), definitions)

  const edits = new Map<string, Edit>()
  const problems: PasteProblem[] = []
  let count = 0
  for (const target of targets) {
    const meant = meaning(target, object, links, locale)
    if ('fault' in meant) {
      problems.push({ record: target.record, field: target.column.field, text: target.text, fault: meant.fault })
      continue
    }
    const { record, column: { field } } = target
    if (JSON.stringify(meant.value ?? null) === JSON.stringify(record[field.name] ?? null)) continue
    const edit = edits.get(record.id) ?? { record, set: {}, linked: {} }
    edit.set[field.name] = meant.value
    if (meant.linked !== undefined) edit.linked = { ...edit.linked, [field.name]: meant.linked }
    edits.set(record.id, edit)
    count += 1
  }
  return { edits: [...edits.values()], cells: count, fields: new Map(of.map(({ field }) => [field.name, field])), problems, outside: Math.max(0, tall - found.length) + (wide - of.length) }
}

type Meaning = { value: unknown; linked?: Linked | Linked[] | null } | { fault: CellFault }

function meaning({ record, column: { field }, text, known }: Target, object: ObjectDef, links: Found, locale: string): Meaning {
  if (!isEditable(object, field)) return { fault: 'not_editable' }
  if (known && isSameKind(known.field, field)) return ownMeaning(known, field)
  const currency = (record[field.name] as Money | null)?.currency ?? likelyCurrency()
  const read = readCell(field, text, { currency, locale })
  if ('fault' in read) return read
  if ('value' in read) return field.type === 'link' || field.type === 'links' ? { value: read.value, linked: field.type === 'links' ? [] : null } : read
  const linked: Linked[] = []
  for (const name of read.names) {
    const hits = links.get(field.target ?? '')?.get(name.toLocaleLowerCase()) ?? []
    const only = hits[0]
    if (!only) return { fault: 'not_found' }
    if (hits.length > 1) return { fault: 'several_found' }
    linked.push(only)
  }
  return field.type === 'links' ? { value: linked.map((one) => one.id), linked } : { value: linked[0]?.id ?? null, linked: linked[0] ?? null }
}

/** The value itself may be taken over: the two fields hold the same things. */
function isSameKind(a: FieldDef, b: FieldDef): boolean {
  if (storedType(a) !== storedType(b) || a.target !== b.target) return false
  return JSON.stringify(optionsOf(a).map((option) => option.value)) === JSON.stringify(optionsOf(b).map((option) => option.value))
}

function ownMeaning({ value, linked }: Copied, field: FieldDef): Meaning {
  if (field.required && (value === null || value === undefined || value === '')) return { fault: 'needed' }
  if (field.type === 'link') return { value: value ?? null, linked: linked[0] ?? null }
  if (field.type === 'links') return { value: value ?? [], linked }
  return { value: value ?? null }
}

// ---- links by their titles ----

type Found = Map<string, Map<string, Linked[]>>

function namesIn(targets: readonly Target[], object: ObjectDef): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>()
  for (const { column: { field }, text, known } of targets) {
    if ((field.type !== 'link' && field.type !== 'links') || !isEditable(object, field) || (known && isSameKind(known.field, field))) continue
    const read = readCell(field, text, { currency: '', locale: '' })
    if (!('names' in read)) continue
    const held = names.get(field.target ?? '') ?? new Set()
    for (const name of read.names) held.add(name)
    names.set(field.target ?? '', held)
  }
  return names
}

/** Names asked for at a time; each may be borne by several records. */
const AT_ONCE = 80

async function lookUp(names: Map<string, Set<string>>, definitions: Definitions): Promise<Found> {
  const found: Found = new Map()
  for (const [target, wanted] of names) {
    const object = objectByName(definitions, target)
    const hits = new Map<string, Linked[]>()
    found.set(target, hits)
    if (!object) continue
    const all = [...wanted]
    for (let at = 0; at < all.length; at += AT_ONCE) {
      const filter = `title in (${all.slice(at, at + AT_ONCE).map(quoted).join(', ')})`
      const { data } = await ask<Page>('POST', `/${object.plural}/query`, { body: { filter, limit: 200, fields: ['id'], count: 'none' } })
      for (const { id, title } of data.data) {
        const key = title.toLocaleLowerCase()
        hits.set(key, [...(hits.get(key) ?? []), { id, object: target, title }])
      }
    }
  }
  return found
}
