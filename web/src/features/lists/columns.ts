/** Which columns a list has: the title first, then what the view says or what the object's shape suggests. */

import { storedType, systemFields, templateFields, titleField, type FieldDef, type ObjectDef } from '@/lib/definitions'

export interface Column {
  name: string
  field: FieldDef
  width: number
  align: 'start' | 'end'
  sortable: boolean
}

/** Every field that can be a column, the system's own at the end. */
export function columnFields(object: ObjectDef, labels: { created: Record<string, string>; updated: Record<string, string> }): FieldDef[] {
  const own = object.fields.filter((field) => field.name !== titleField(object)?.name)
  const known = new Set(own.map((field) => field.name))
  return [...own, ...systemFields(labels).filter((field) => !known.has(field.name))]
}

const WIDTHS: Partial<Record<FieldDef['type'], number>> = {
  money: 132, integer: 104, number: 112, date: 120, time: 128, boolean: 96, choice: 132, multi_choice: 176, email: 224, phone: 148, url: 176, address: 240, link: 176, links: 184, long_text: 240,
}
export const TITLE_WIDTH = 248
const DEFAULT_COLUMNS = 8

/** The columns of a new list: what tells records apart at a glance, without what the title already says. */
export function defaultColumns(object: ObjectDef): string[] {
  const inTitle = new Set(templateFields(object.title))
  const plain = object.fields.filter((field) => !inTitle.has(field.name) && field.name !== object.title && field.section !== 'system' && !['long_text', 'json', 'file', 'address'].includes(storedType(field)))
  const weight = (field: FieldDef): number => {
    if (field.type === 'choice') return 0
    if (field.type === 'roll_up' || storedType(field) === 'money') return 1
    if (field.type === 'link') return 2
    if (field.type === 'email' || storedType(field) === 'date') return 3
    if (field.type === 'links' || field.type === 'multi_choice') return 4
    return 5
  }
  const ranked = plain.map((field, index) => ({ field, rank: weight(field) * 100 + index })).sort((a, b) => a.rank - b.rank)
  return [...ranked.slice(0, DEFAULT_COLUMNS).map(({ field }) => field.name), 'updated_at']
}

export function columnsOf(fields: FieldDef[], names: string[], widths: Record<string, number>): Column[] {
  return names.flatMap((name) => {
    const field = fields.find((candidate) => candidate.name === name)
    if (!field) return []
    const type = storedType(field)
    return [{
      name,
      field,
      width: widths[name] ?? WIDTHS[type] ?? 160,
      align: type === 'money' || type === 'integer' || type === 'number' ? 'end' : 'start',
      sortable: !['links', 'multi_choice', 'address', 'json', 'file', 'long_text'].includes(type),
    } satisfies Column]
  })
}
