/**
 * Conditions of fields (`show_if`, `required_if`, `read_only_if`) held against what stands in a form, while it is typed.
 * The server sends each condition as text and as its JSON form and judges it again on saving; what this reader does not
 * understand it leaves to the server: then the field is shown, not required, and may be written.
 */

import type { FieldDef } from './definitions'
import { dayKey } from './format'
import { isEmpty } from './records'

export interface ConditionDef {
  text: string
  question: unknown
}

export interface Conditions {
  show_if?: ConditionDef
  required_if?: ConditionDef
  read_only_if?: ConditionDef
}

/** True, false, or null where the question is beyond this reader. */
export type Verdict = boolean | null

export interface FieldState {
  shown: boolean
  required: boolean
  readonly: boolean
}

/** How a field stands with these values in the form. `stored` is what was saved last: read-only is judged by that. */
export function stateOf(field: FieldDef, values: Record<string, unknown>, stored: Record<string, unknown> | null, me: string | null): FieldState {
  const conditions = (field as FieldDef & { conditions?: Conditions }).conditions
  if (!conditions) return { shown: true, required: field.required === true, readonly: false }
  const judged = (condition: ConditionDef | undefined, of: Record<string, unknown> | null): Verdict => (condition && of ? holds(condition.question, of, me) : null)
  const shown = judged(conditions.show_if, values) !== false
  return {
    shown,
    required: shown && (field.required === true || judged(conditions.required_if, values) === true),
    readonly: judged(conditions.read_only_if, stored) === true,
  }
}

export function holds(question: unknown, values: Record<string, unknown>, me: string | null): Verdict {
  if (typeof question === 'boolean') return question
  if (typeof question !== 'object' || question === null) return null
  const node = question as Record<string, unknown>
  if (Array.isArray(node['and'])) return every(node['and'].map((one) => holds(one, values, me)))
  if (Array.isArray(node['or'])) return some(node['or'].map((one) => holds(one, values, me)))
  if ('not' in node) {
    const inner = holds(node['not'], values, me)
    return inner === null ? null : !inner
  }
  return compare(node, values, me)
}

function every(verdicts: Verdict[]): Verdict {
  if (verdicts.includes(false)) return false
  return verdicts.includes(null) ? null : true
}

function some(verdicts: Verdict[]): Verdict {
  if (verdicts.includes(true)) return true
  return verdicts.includes(null) ? null : false
}

/** One comparison. As on the server, an empty value differs from every other and is neither more nor less. */
function compare(node: Record<string, unknown>, values: Record<string, unknown>, me: string | null): Verdict {
  const { field, op, value } = node
  if (typeof field !== 'string' || field.includes('.') || typeof op !== 'string') return null
  const held = values[field]
  if (op === 'is empty') return isEmpty(held)
  if (op === 'is not empty') return !isEmpty(held)
  const wanted = Array.isArray(value) ? value.map((one) => operand(one, values, me)) : operand(value, values, me)
  if (wanted === undefined || (Array.isArray(wanted) && wanted.includes(undefined))) return null
  switch (op) {
    case '=': return same(held, wanted)
    case '!=': return !same(held, wanted)
    case 'in': return Array.isArray(wanted) ? wanted.some((one) => same(held, one)) : null
    case 'between': return Array.isArray(wanted) ? every([ordered(held, wanted[0], (sign) => sign >= 0), ordered(held, wanted[1], (sign) => sign <= 0)]) : null
    case 'contains': return Array.isArray(held) ? held.includes(wanted) : texts(held, wanted, (text, part) => text.includes(part))
    case 'starts with': return texts(held, wanted, (text, part) => text.startsWith(part))
    case 'ends with': return texts(held, wanted, (text, part) => text.endsWith(part))
    case '<': return ordered(held, wanted, (sign) => sign < 0)
    case '<=': return ordered(held, wanted, (sign) => sign <= 0)
    case '>': return ordered(held, wanted, (sign) => sign > 0)
    case '>=': return ordered(held, wanted, (sign) => sign >= 0)
    default: return null
  }
}

function texts(held: unknown, wanted: unknown, fits: (text: string, part: string) => boolean): Verdict {
  if (typeof wanted !== 'string') return null
  return typeof held === 'string' && fits(held.toLocaleLowerCase(), wanted.toLocaleLowerCase())
}

function same(held: unknown, wanted: unknown): boolean {
  if (isEmpty(held) || isEmpty(wanted)) return isEmpty(held) && isEmpty(wanted)
  const [a, b] = [scalar(held), scalar(wanted)]
  return typeof a === 'string' && typeof b === 'string' ? a.toLocaleLowerCase() === b.toLocaleLowerCase() : a === b
}

function ordered(held: unknown, wanted: unknown, fits: (sign: number) => boolean): Verdict {
  if (isEmpty(held)) return false
  const [a, b] = [scalar(held), scalar(wanted)]
  if (typeof a === 'number' && typeof b === 'number') return currencyOf(held) === currencyOf(wanted) && fits(a - b)
  if (typeof a === 'string' && typeof b === 'string') return fits(a < b ? -1 : a > b ? 1 : 0)
  return null
}

/** What a condition compares with; undefined for what only the server can work out. */
function operand(value: unknown, values: Record<string, unknown>, me: string | null): unknown {
  if (typeof value !== 'object' || value === null) return value
  const told = value as Record<string, unknown>
  if (typeof told['amount'] === 'number') return told
  if (typeof told['field'] === 'string' && !told['field'].includes('.')) return values[told['field']] ?? null
  if (told['word'] === 'me') return me ?? undefined
  const plus = told['plus']
  const shift = Array.isArray(plus) ? (plus[1] === 'day' && typeof plus[0] === 'number' ? plus[0] : undefined) : 0
  const days = told['word'] === 'today' ? 0 : told['word'] === 'tomorrow' ? 1 : told['word'] === 'yesterday' ? -1 : undefined
  return days === undefined || shift === undefined ? undefined : dayKey(new Date(Date.now() + (days + shift) * 86_400_000).toISOString())
}

function scalar(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const held = value as Record<string, unknown>
    return held['amount'] ?? held['id'] ?? value
  }
  return value
}

function currencyOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)['currency'] : undefined
}
