/** The shape of the company's objects as the server tells it; every list, form and record is drawn from this. */

export type Labels = Record<string, string>

export type FieldType =
  | 'text' | 'long_text' | 'integer' | 'number' | 'money' | 'date' | 'time' | 'choice' | 'multi_choice' | 'boolean'
  | 'email' | 'phone' | 'url' | 'address' | 'file' | 'link' | 'links' | 'formula' | 'roll_up' | 'json'

export interface Choice {
  value: string
  label: Labels
  hue?: number
}

export interface FieldDef {
  id: string
  name: string
  label: Labels
  help?: Labels
  type: FieldType
  max?: number
  options?: Choice[]
  target?: string
  formula?: string
  result?: { type: FieldType; options?: Choice[] }
  rollup?: { object: string; link: string; aggregate: string; field?: string; on?: string; filter?: string }
  required?: boolean
  unique?: boolean
  searchable?: boolean
  indexed?: boolean
  readonly?: boolean
  custom?: boolean
  default?: unknown
  section?: string
  class?: string
  /** Questions about other fields of the same record; one that names a field hidden from the reader is left out. */
  conditions?: Partial<Record<'show_if' | 'required_if' | 'read_only_if', { text: string; question?: unknown }>>
}

export interface Rights {
  read: boolean
  create: boolean
  update: boolean
  delete: boolean
  import: boolean
  export: boolean
}

export interface ObjectDef {
  id: string
  name: string
  plural: string
  label: Labels
  label_plural: Labels
  icon: string
  area: string
  party?: boolean
  custom?: boolean
  title: string
  subtitle?: string
  party_links?: string[]
  owner?: string
  fields: FieldDef[]
  can: Rights
}

export interface Definitions {
  version: number
  objects: ObjectDef[]
}

/** The order of areas is fixed; an area without an object the caller may read is not shown. */
export const AREAS = [
  'customers', 'sales', 'marketing', 'service', 'commerce', 'loyalty', 'community', 'analytics', 'automation', 'settings',
] as const

/** The text in `language`, else in English, else whatever there is. */
export function labelIn(labels: Labels | undefined, language: string): string {
  if (!labels) return ''
  return labels[language] ?? labels['en'] ?? Object.values(labels)[0] ?? ''
}

/** The type of the stored value: a formula's or roll-up's result, else the type itself. */
export function storedType(field: FieldDef): FieldType {
  return field.result?.type ?? field.type
}

/** Holds a rule of recurrence, which has words of its own. */
export function isRecurrence(field: FieldDef): boolean {
  return field.id === 'activity.repeats'
}

export function optionsOf(field: FieldDef): Choice[] {
  return field.options ?? field.result?.options ?? []
}

/** May this person change the field in this object. */
export function isEditable(object: ObjectDef, field: FieldDef): boolean {
  return object.can.update && !field.readonly && field.type !== 'formula' && field.type !== 'roll_up' && field.type !== 'json'
}

export function isNumeric(type: FieldType): boolean {
  return type === 'integer' || type === 'number' || type === 'money'
}

/** Fields named in a template `{first_name} {last_name}`. */
export function templateFields(template: string | undefined): string[] {
  return [...(template ?? '').matchAll(/\{([a-z0-9_.]+)\}/g)].map((match) => match[1] ?? '')
}

/** The single field the title consists of, if it does: then the title may be edited in place. */
export function titleField(object: ObjectDef): FieldDef | undefined {
  const names = templateFields(object.title)
  if (names.length === 1 && object.title.trim() === `{${names[0]}}`) return object.fields.find((field) => field.name === names[0])
  // An object may also name its title field without braces.
  return names.length === 0 ? object.fields.find((field) => field.name === object.title) : undefined
}

/** System fields every record has, in the form of definitions so that lists and filters treat them alike. */
export function systemFields(labels: { created: Labels; updated: Labels }): FieldDef[] {
  const base = { required: false, readonly: true, section: 'system', indexed: true } as const
  return [
    { ...base, id: 'created_at', name: 'created_at', label: labels.created, type: 'time' },
    { ...base, id: 'updated_at', name: 'updated_at', label: labels.updated, type: 'time' },
  ]
}

export function objectByName(definitions: Definitions | undefined, name: string): ObjectDef | undefined {
  return definitions?.objects.find((object) => object.name === name)
}

export function objectByPlural(definitions: Definitions | undefined, plural: string): ObjectDef | undefined {
  return definitions?.objects.find((object) => object.plural === plural)
}

/** A person has initials, an organisation a mark, anything else its icon: told from the shape, not from the name alone. */
export function faceOf(object: ObjectDef | undefined): 'person' | 'mark' | 'icon' {
  if (!object) return 'icon'
  if (object.name === 'user') return 'person'
  const names = object.fields.map((field) => field.name)
  if (object.party) return names.includes('first_name') || names.includes('last_name') ? 'person' : 'mark'
  return names.includes('first_name') && names.includes('last_name') ? 'person' : 'icon'
}
