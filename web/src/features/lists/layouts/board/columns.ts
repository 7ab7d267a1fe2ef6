/** Which columns a board has: the values of one field, each with its name, its kind and the question behind it. */

import { optionsOf, storedType, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { hueOf } from '@/lib/format'
import { quoted } from '@/lib/question'
import type { Linked, RecordData } from '@/lib/records'

/** A column of a board, or a lane across it. */
export interface Slot {
  /** The stored value as text; empty for records without one. */
  key: string
  name: string
  hue?: number
  /** The record behind the value, where the field is a link. */
  linked?: Linked
  /** How a record ends here: a won or lost stage, a solved or dropped state. */
  ending?: 'won' | 'lost'
  probability?: number
  /** Days after which a card here is stale. */
  staleAfter?: number
}

/** The slot of records without a value. */
export const NOTHING = ''
/** Between the lane and the column in the name of a cell. */
const CUT = '\u0001'

export function cellKey(lane: string, column: string): string {
  return `${lane}${CUT}${column}`
}

export function cellParts(key: string): { lane: string; column: string } {
  const [lane = '', column = ''] = key.split(CUT)
  return { lane, column }
}

/** A field whose values can be columns or lanes: few enough to stand side by side. */
export function canBeSlots(field: FieldDef): boolean {
  const type = storedType(field)
  if (field.section === 'system') return false
  return type === 'choice' || type === 'boolean' || (type === 'link' && field.target !== 'any')
}

/** The field a board of this object begins with: its stage, else its state. */
export function firstBoardField(object: ObjectDef): FieldDef | undefined {
  const may = object.fields.filter(canBeSlots)
  return may.find((field) => field.target === 'stage')
    ?? may.find((field) => storedType(field) === 'choice' && /^(status|state|stage|phase|lifecycle)$/.test(field.name))
    ?? may.find((field) => storedType(field) === 'choice')
    ?? may.find((field) => storedType(field) === 'link' && field.target === 'user')
    ?? may[0]
}

const WON = new Set(['won', 'solved', 'done', 'completed', 'paid', 'delivered', 'qualified', 'converted'])
const LOST = new Set(['lost', 'cancelled', 'canceled', 'unqualified', 'rejected', 'dropped', 'disqualified', 'spam'])

export function slotsOfChoice(field: FieldDef, labelOf: (labels: FieldDef['label']) => string): Slot[] {
  return optionsOf(field).map((option) => ({
    key: option.value,
    name: labelOf(option.label) || option.value,
    hue: option.hue ?? hueOf(option.value),
    ...(WON.has(option.value) ? { ending: 'won' as const } : LOST.has(option.value) ? { ending: 'lost' as const } : {}),
  }))
}

export function slotsOfBoolean(yes: string, no: string): Slot[] {
  return [{ key: 'false', name: no, hue: 240 }, { key: 'true', name: yes, hue: 155, ending: 'won' }]
}

/** Stage hues walk the circle from blue on, so that neighbours differ; the ends have their own. */
const STAGE_HUES = [252, 218, 178, 298, 52, 275, 322, 196]

export function slotsOfStages(stages: readonly RecordData[]): Slot[] {
  const position = (stage: RecordData) => (typeof stage['position'] === 'number' ? stage['position'] : Number.MAX_SAFE_INTEGER)
  return [...stages].sort((a, b) => position(a) - position(b)).map((stage, index) => {
    const ending = stage['kind'] === 'won' || stage['kind'] === 'lost' ? stage['kind'] : undefined
    return {
      key: stage.id,
      name: stage.title,
      hue: ending === 'won' ? 155 : ending === 'lost' ? 25 : (STAGE_HUES[index % STAGE_HUES.length] ?? 252),
      linked: { id: stage.id, object: 'stage', title: stage.title },
      ...(ending ? { ending } : {}),
      ...(typeof stage['probability'] === 'number' ? { probability: stage['probability'] } : {}),
      ...(typeof stage['rotting_days'] === 'number' ? { staleAfter: stage['rotting_days'] } : {}),
    }
  })
}

export function slotOfLink(linked: Linked): Slot {
  return { key: linked.id, name: linked.title || linked.id, hue: hueOf(linked.title), linked }
}

/** The question for the records with this value. */
export function slotFilter(field: FieldDef, key: string): string {
  if (key === NOTHING) return `${field.name} is empty`
  return storedType(field) === 'boolean' ? `${field.name} = ${key}` : `${field.name} = ${quoted(key)}`
}

/** The slot a record is in. */
export function keyIn(field: FieldDef, record: RecordData): string {
  const value = record[field.name]
  return value === null || value === undefined ? NOTHING : String(value)
}

/** What is written when a record comes into a slot. */
export function valueFor(field: FieldDef, key: string): unknown {
  if (key === NOTHING) return null
  return storedType(field) === 'boolean' ? key === 'true' : key
}
