/**
 * Editing in cells: what is typed is shown at once and sent. What the server refuses stays in its cell with the reason,
 * until it is mended or let go; nothing typed is lost.
 */

import { useCallback, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { isEditable, type FieldDef, type ObjectDef } from '@/lib/definitions'
import type { Refusal } from '@/lib/edits'
import { openForm } from '@/lib/panels'
import { withValues, type Linked, type RecordData } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { useValueText } from '@/ui/valueText'

/** The cell under edit, by its record: rows may move beneath it. */
export interface Editing {
  id: string
  field: string
  line: number
  column: number
  typed?: string | undefined
}

/** A value that was not taken. */
export interface Fault {
  value: unknown
  linked: Linked | Linked[] | null | undefined
  detail: string
  /** The last one told: its reason stays in sight until something else is begun. */
  latest?: boolean
}

export type Faults = ReadonlyMap<string, Fault>

export function faultKey(id: string, field: string): string {
  return `${id} ${field}`
}

/** The record as its writer left it, with what was not taken. */
export function withFaults(record: RecordData, faults: Faults, fields: readonly string[]): RecordData {
  let shown = record
  for (const field of fields) {
    const fault = faults.get(faultKey(record.id, field))
    if (fault) shown = withValues(shown, { [field]: fault.value }, fault.linked === undefined ? {} : { [field]: fault.linked })
  }
  return shown
}

export function useEditing(object: ObjectDef) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const textOf = useValueText()
  const acts = useActs()
  const [editing, setEditing] = useState<Editing | null>(null)
  const [faults, setFaults] = useState<Faults>(() => new Map())

  const addFaults = useCallback((more: [string, Fault][]) => setFaults((held) => {
    const earlier = [...held].map(([key, fault]): [string, Fault] => [key, fault.latest ? { ...fault, latest: false } : fault])
    return new Map([...earlier, ...more.map(([key, fault], index): [string, Fault] => [key, { ...fault, latest: index === 0 }])])
  }), [])
  const dropFault = useCallback((id: string, field: string) => setFaults((held) => {
    if (!held.has(faultKey(id, field))) return held
    const next = new Map(held)
    next.delete(faultKey(id, field))
    return next
  }), [])

  /** Opens the editor, with the first letter typed if there is one; a title made of several fields opens its form. */
  const begin = useCallback((record: RecordData, field: FieldDef, at: { line: number; column: number }, typed?: string): boolean => {
    if (!isEditable(object, field)) {
      if (at.column === 0 && object.can.update) openForm({ kind: 'edit', object: object.name, id: record.id })
      else notify({ text: t('list.read_only'), tone: 'bad' })
      return false
    }
    const fault = faults.get(faultKey(record.id, field.name))
    const kept = typed ?? (typeof fault?.value === 'string' || typeof fault?.value === 'number' ? String(fault.value) : undefined)
    setEditing({ id: record.id, field: field.name, ...at, typed: kept })
    return true
  }, [object, faults, t])

  const save = useCallback((record: RecordData, field: FieldDef, value: unknown, { linked, version, place }: { linked: Linked | Linked[] | null | undefined; version: number; place: string }) => {
    dropFault(record.id, field.name)
    const shownLinks = Array.isArray(linked) ? linked : linked ? [linked] : []
    const what = t('notice.field_changed', { title: record.title, field: labelOf(field.label), value: textOf(field, value, shownLinks) })
    acts.save(object, record, { [field.name]: value }, { version, linked: linked === undefined ? {} : { [field.name]: linked }, what, rethrow: true }).catch((error: unknown) => {
      const detail = error instanceof Problem ? (error.fields.find((one) => one.pointer.includes(field.name))?.detail ?? error.message) : reasonOf(error)
      addFaults([[faultKey(record.id, field.name), { value, linked, detail }]])
      // The reason stands at the cell; only who has scrolled on is told elsewhere.
      if (!document.getElementById(place)) notify({ text: t('notice.not_saved', { reason: detail }), tone: 'bad' })
    })
  }, [acts, object, dropFault, addFaults, t, labelOf, textOf])

  /** Puts what a bulk change refused back into its cells. */
  const keepRefused = useCallback((refusals: Refusal[], edits: { record: RecordData; set: Record<string, unknown>; linked?: Record<string, Linked | Linked[] | null> }[]) => {
    addFaults(refusals.flatMap(({ id, field, detail }) => {
      const edit = edits.find((one) => one.record.id === id)
      if (!edit) return []
      const names = field !== null && field in edit.set ? [field] : Object.keys(edit.set)
      return names.map((name): [string, Fault] => [faultKey(id, name), { value: edit.set[name], linked: edit.linked?.[name], detail }])
    }))
  }, [addFaults])

  return { editing, setEditing, faults, begin, save, dropFault, keepRefused }
}
