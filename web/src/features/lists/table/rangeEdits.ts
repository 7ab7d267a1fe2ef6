/** What clearing or filling a range would change, record by record; null where none of its columns may be changed. */

import { isEditable, type FieldDef, type ObjectDef } from '@/lib/definitions'
import type { Edit } from '@/lib/edits'
import type { RecordData } from '@/lib/records'
import type { Column } from '../columns'

export interface Row {
  record: RecordData
}

/** Everything that need not be filled becomes empty. */
export function clearing(object: ObjectDef, columns: readonly Column[], rows: readonly Row[]): Edit[] | null {
  const of = columns.filter((column) => isEditable(object, column.field) && !column.field.required)
  return of.length === 0 ? null : editsOf(object, rows, of, (field) => ({ value: field.type === 'links' || field.type === 'multi_choice' ? [] : null }))
}

/** Each row gets the values of one of `sources`, in turn. */
export function repeating(object: ObjectDef, columns: readonly Column[], sources: readonly Row[], rows: readonly Row[]): Edit[] | null {
  const of = columns.filter((column) => isEditable(object, column.field) && !column.field.unique)
  if (of.length === 0) return null
  return editsOf(object, rows, of, (field, at) => {
    const source = sources[at % sources.length]?.record
    return source ? { value: source[field.name] ?? null, linked: source.linked } : null
  })
}

function editsOf(object: ObjectDef, rows: readonly Row[], of: readonly Column[], valueOf: (field: FieldDef, row: number) => { value: unknown; linked?: RecordData['linked'] } | null): Edit[] {
  return rows.flatMap(({ record }, row) => {
    const edit: Edit = { record, set: {}, linked: {} }
    for (const { field } of of) {
      if (!isEditable(object, field)) continue
      const next = valueOf(field, row)
      if (!next || JSON.stringify(next.value ?? null) === JSON.stringify(record[field.name] ?? null)) continue
      edit.set[field.name] = next.value
      if (edit.linked && (field.type === 'link' || field.type === 'links')) edit.linked[field.name] = next.linked?.[field.name] ?? (field.type === 'links' ? [] : null)
    }
    return Object.keys(edit.set).length > 0 ? [edit] : []
  })
}
