/** Which columns a list has: the title first, then what the view says or what the object's shape suggests. */

import { storedType, systemFields, templateFields, titleField, type FieldDef, type ObjectDef } from '@/lib/definitions'

export interface Column {
  name: string
  field: FieldDef
  width: number
  align: 'start' | 'end'
  sortable: boolean
  /** Stays in place when the table scrolls sideways. */
  pinned: boolean
}

/** Every field that can be a column, the system's own at the end. */
export function columnFields(object: ObjectDef, labels: { created: Record<string, string>; updated: Record<string, string> }): FieldDef[] {
  const own = object.fields.filter((field) => field.name !== titleField(object)?.name)
  const known = new Set(own.map((field) => field.name))
  return [...own, ...systemFields(labels).filter((field) => !known.has(field.name))]
}

const WIDTHS: Partial<Record<FieldDef['type'], number>> = {
  money: 132, integer: 104, number: 112, date: 120, time: 128, boolean: 96, choice: 148, multi_choice: 176, email: 224, phone: 148, url: 176, address: 240, link: 176, links: 184, long_text: 240,
}
export const TITLE_WIDTH = 248
const EARLY = 12

/** How many of each kind a new list shows: enough to tell records apart, few enough to read. */
const SHARES: [kind: (field: FieldDef, index: number) => boolean, most: number][] = [
  [(field) => field.type === 'link' && field.target === 'stage', 1],
  // A choice far down the definition (why it was lost) is rarely what a list is read for.
  [(field, index) => field.type === 'choice' && index < EARLY, 2],
  [(field) => storedType(field) === 'money', 2],
  [(field) => field.type === 'roll_up' && storedType(field) === 'integer', 1],
  [(field) => field.type === 'link' && field.target !== 'user' && field.target !== 'pipeline' && field.target !== 'stage' && !isSelf(field), 2],
  [(field) => field.type === 'link' && field.target === 'user', 1],
  [(field) => field.type === 'email', 1],
  [(field) => (storedType(field) === 'date' || storedType(field) === 'time') && !field.name.startsWith('first_'), 1],
  [(field) => field.type === 'links' && field.target === 'tag', 1],
  [(field) => field.type === 'text', 1],
]

/** A link to the same object (whom somebody reports to) tells little in a list. */
function isSelf(field: FieldDef): boolean {
  return field.id.startsWith(`${field.target}.`)
}

/** The columns of a new list, without what the title already says. */
export function defaultColumns(object: ObjectDef): string[] {
  const inTitle = new Set([...templateFields(object.title), object.title])
  const telling = object.fields.filter((field) => !inTitle.has(field.name) && ['', 'main', 'figures'].includes(field.section ?? ''))
  const names = SHARES.flatMap(([kind, most]) => telling.filter(kind).slice(0, most).map((field) => field.name))
  return [...new Set([...names, 'updated_at'])]
}

const UNSORTABLE = new Set(['link', 'links', 'multi_choice', 'address', 'json', 'file', 'long_text'])

export function isSortable(field: FieldDef): boolean {
  return !UNSORTABLE.has(storedType(field))
}

/** The columns by these names, pinned ones first; a name that no field has any more is left out. */
export function columnsOf(fields: FieldDef[], names: string[], widths: Record<string, number>, pinned: readonly string[] = []): Column[] {
  const ordered = [...names.filter((name) => pinned.includes(name)), ...names.filter((name) => !pinned.includes(name))]
  return ordered.flatMap((name) => {
    const field = fields.find((candidate) => candidate.name === name)
    if (!field) return []
    const type = storedType(field)
    return [{
      name,
      field,
      width: widths[name] ?? WIDTHS[type] ?? 160,
      align: type === 'money' || type === 'integer' || type === 'number' ? 'end' : 'start',
      sortable: isSortable(field),
      pinned: pinned.includes(name),
    } satisfies Column]
  })
}
