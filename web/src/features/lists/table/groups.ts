/** Groups of a table: by which field, in which steps, and how they stand in the address. */

import { storedType, type FieldDef } from '@/lib/definitions'
import { groupsQuery, type Group, type Measure, type Unit } from '../layouts/groups'

export const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const satisfies readonly Unit[]

/** `status`, or `closed_on.month`. */
export interface Grouping {
  field: string
  unit: Unit | null
}

export function parseGrouping(text: string): Grouping | null {
  if (text === '') return null
  const [field = '', unit] = text.split('.')
  return { field, unit: UNITS.find((one) => one === unit) ?? null }
}

export function printGrouping({ field, unit }: Grouping): string {
  return unit ? `${field}.${unit}` : field
}

const GROUPABLE = new Set(['choice', 'boolean', 'text', 'link', 'links', 'multi_choice', 'date', 'time', 'integer', 'number', 'money', 'email', 'phone', 'url'])

/** What rows can be gathered by; a text that is different in each row would make as many groups as rows, and is left out. */
export function isGroupable(field: FieldDef): boolean {
  return GROUPABLE.has(storedType(field)) && !field.unique
}

export function isDated(field: FieldDef): boolean {
  const type = storedType(field)
  return type === 'date' || type === 'time'
}

/** More groups than this are no groups any more. */
export const MOST_GROUPS = 200

/** The groups of a table with the figures of its footer, `sum:amount`, in their order. */
export function tableGroups(plural: string, filter: string, { field, unit }: Grouping, figures: readonly string[]) {
  return groupsQuery(plural, { filter, by: [unit ? { field, unit } : field], measures: ['count', ...figures].map(measureNamed), limit: MOST_GROUPS })
}

function measureNamed(name: string): Measure {
  const [op = 'count', field] = name.split(':')
  return field ? { op: op as Measure['op'], field } : { op: op as Measure['op'] }
}

/** Tells one group from another, also after its figures changed. */
export function keyOf(group: Group): string {
  return JSON.stringify(group.keys.map((key) => [key.value, key.currency]))
}
