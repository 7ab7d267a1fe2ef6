/** The records of a merge beside each other: which of their values agree, and which one will stay. */

import type { FieldDef, ObjectDef } from '@/lib/definitions'
import type { MergePreview } from '@/lib/merging'
import { isEmpty, type RecordData } from '@/lib/records'

export interface Side {
  field: FieldDef
  /** One for each record, in their order. */
  values: unknown[]
  /** `differs`: said by several and not alike; `one`: only some say anything; `same`: all say the same. */
  state: 'same' | 'differs' | 'one'
  winner: string | null
  rule: string | null
  canPick: boolean
}

/** Counted by the system, or its own: nobody chooses these. */
function isSaid(field: FieldDef): boolean {
  return field.type !== 'formula' && field.type !== 'roll_up' && field.type !== 'json'
}

export function sidesOf(object: ObjectDef, records: readonly RecordData[], preview: MergePreview | undefined, picks: Readonly<Record<string, string>>): Side[] {
  return object.fields.flatMap((field): Side[] => {
    if (!isSaid(field)) return []
    const values = records.map((record) => record[field.name])
    const said = values.filter((value) => !isEmpty(value))
    if (said.length === 0) return []
    const merged = preview?.fields.find((one) => one.field === field.name)
    const alike = new Set(said.map((value) => JSON.stringify(value))).size === 1
    const state = said.length < values.length ? (alike ? 'one' : 'differs') : alike ? 'same' : 'differs'
    return [{ field, values, state, winner: picks[field.name] ?? merged?.winner ?? null, rule: picks[field.name] ? 'picked' : (merged?.rule ?? null), canPick: merged?.can_pick ?? false }]
  })
}

/** How many of the fields ask for a look. */
export function differing(sides: readonly Side[]): number {
  return sides.filter((side) => side.state === 'differs').length
}

/** What the rules by which a merge chooses values are called. */
export const RULES: Record<string, string> = {
  source: 'merge.rule_source', newest: 'merge.rule_newest', oldest: 'merge.rule_oldest', most_complete: 'merge.rule_most_complete', most_frequent: 'merge.rule_most_frequent',
  survivor: 'merge.rule_survivor', yes_wins: 'merge.rule_yes_wins', no_wins: 'merge.rule_no_wins', union: 'merge.rule_union', picked: 'merge.rule_picked',
}
