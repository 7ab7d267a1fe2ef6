/**
 * The filter builder and the question language: chips to text (`questionText` reads it back).
 * The builder holds a part of the language (comparisons joined by and/or, in groups two deep); a question beyond it stays
 * text and is shown as text. Whether a question is right is for the server to say.
 */

import { storedType, type FieldDef, type FieldType } from './definitions'

export type Operator =
  | 'is' | 'is_not' | 'contains' | 'contains_not' | 'starts_with' | 'ends_with' | 'lt' | 'le' | 'gt' | 'ge' | 'between' | 'in'
  | 'in_last' | 'in_next' | 'in_period' | 'empty' | 'not_empty'

/** A value as the question writes it: text in quotes, a number, an amount, `today - 30 days`, `me`. */
export type Operand =
  | { kind: 'text'; text: string }
  | { kind: 'number'; number: number }
  | { kind: 'money'; number: number; currency: string }
  | { kind: 'boolean'; boolean: boolean }
  /** `30 days`, `3 months`. */
  | { kind: 'span'; number: number; unit: Unit }
  /** Words of the language itself: `today`, `me`, `this month`, `today - 30 days`. */
  | { kind: 'word'; word: string }

export const UNITS = ['day', 'week', 'month', 'quarter', 'year', 'hour'] as const
export type Unit = (typeof UNITS)[number]

export interface Condition {
  kind: 'condition'
  field: string
  operator: Operator
  operands: Operand[]
}

export interface Group {
  kind: 'group'
  join: 'and' | 'or'
  items: Node[]
}

export type Node = Condition | Group

/** No condition at all: everything. */
export const EVERYTHING: Group = { kind: 'group', join: 'and', items: [] }

/** Not a field: the segments that a record is in, asked as one would ask for what it links to. */
export const SEGMENT = 'segment'

/** Not a field either: the sources that speak of a record. No field is called so, for a name has no blanks. */
export const FED_BY = 'fed by'

/** What is asked of a record itself, by name: how it is written. */
export const MEMBERSHIPS: Readonly<Record<string, string>> = { [SEGMENT]: 'in segment', [FED_BY]: 'fed by' }

/** How deep groups may stand in each other, the whole question not counted. */
export const DEEPEST = 2

/** The periods the builder offers for dates. */
export const periods: readonly string[] = [
  'this day', 'last day', 'next day', 'this week', 'last week', 'next week', 'this month', 'last month', 'next month',
  'this quarter', 'last quarter', 'next quarter', 'this year', 'last year', 'next year',
]

/** What may be asked of a field of this type, the likeliest first. */
export function operatorsFor(type: FieldType): Operator[] {
  switch (type) {
    case 'text': case 'long_text': case 'email': case 'phone': case 'url':
      return ['contains', 'contains_not', 'is', 'is_not', 'starts_with', 'ends_with', 'empty', 'not_empty']
    case 'integer': case 'number': case 'money':
      return ['gt', 'ge', 'lt', 'le', 'is', 'is_not', 'between', 'empty', 'not_empty']
    case 'date': case 'time':
      return ['in_period', 'in_last', 'in_next', 'lt', 'ge', 'between', 'empty', 'not_empty']
    case 'choice':
      return ['in', 'is_not', 'empty', 'not_empty']
    case 'multi_choice': case 'links':
      return ['contains', 'contains_not', 'empty', 'not_empty']
    case 'boolean':
      return ['is']
    case 'link':
      return ['in', 'is_not', 'empty', 'not_empty']
    case 'address': case 'file': case 'json': case 'formula': case 'roll_up':
      return ['empty', 'not_empty']
  }
}

/** How many values an operator wants; `many` for a list. */
export function operandCount(operator: Operator): 0 | 1 | 2 | 'many' {
  if (operator === 'empty' || operator === 'not_empty') return 0
  if (operator === 'between') return 2
  if (operator === 'in') return 'many'
  return 1
}

/** A condition on this field that is still to be filled. */
export function newCondition(field: FieldDef): Condition {
  const operator = operatorsFor(storedType(field))[0] ?? 'not_empty'
  const operands: Operand[] = storedType(field) === 'boolean' ? [{ kind: 'boolean', boolean: true }] : []
  return { kind: 'condition', field: field.name, operator, operands }
}

/** All values the operator wants are there. */
export function isComplete(condition: Condition): boolean {
  const wanted = operandCount(condition.operator)
  return wanted === 'many' ? condition.operands.length > 0 : condition.operands.length >= wanted
}

// ---- to text ----

/** The question in words of the language; empty when nothing is asked. Unfinished conditions are left out. */
export function printQuestion(group: Group): string {
  const parts = group.items.map((item) => printNode(item, group.join)).filter((part) => part !== '')
  return parts.join(` ${group.join} `)
}

function printNode(node: Node, outer: 'and' | 'or'): string {
  if (node.kind === 'condition') return printCondition(node)
  const inner = printQuestion(node)
  const finished = node.items.filter((item) => item.kind === 'group' || isComplete(item)).length
  return finished > 1 && node.join !== outer ? `(${inner})` : inner
}

function printCondition({ field, operator, operands }: Condition): string {
  if (!isComplete({ kind: 'condition', field, operator, operands })) return ''
  const first = printOperand(operands[0])
  const membership = MEMBERSHIPS[field]
  if (membership) {
    const named = operands.map((operand) => `${membership} ${printOperand(operand)}`)
    if (operator === 'is_not') return `not ${named[0]}`
    return named.length > 1 ? `(${named.join(' or ')})` : (named[0] ?? '')
  }
  switch (operator) {
    case 'is': return `${field} = ${first}`
    case 'is_not': return `${field} != ${first}`
    case 'contains': return `${field} contains ${first}`
    case 'contains_not': return `not ${field} contains ${first}`
    case 'starts_with': return `${field} starts with ${first}`
    case 'ends_with': return `${field} ends with ${first}`
    case 'lt': return `${field} < ${first}`
    case 'le': return `${field} <= ${first}`
    case 'gt': return `${field} > ${first}`
    case 'ge': return `${field} >= ${first}`
    case 'between': return `${field} between ${first} and ${printOperand(operands[1])}`
    case 'in': return operands.length === 1 ? `${field} = ${first}` : `${field} in (${operands.map(printOperand).join(', ')})`
    case 'in_last': return `${field} in last ${first}`
    case 'in_next': return `${field} in next ${first}`
    case 'in_period': return `${field} in ${first}`
    case 'empty': return `${field} is empty`
    case 'not_empty': return `${field} is not empty`
  }
}

function printOperand(operand: Operand | undefined): string {
  if (!operand) return ''
  switch (operand.kind) {
    case 'text': return quoted(operand.text)
    case 'number': return String(operand.number)
    case 'money': return `${operand.number} ${operand.currency}`
    case 'boolean': return String(operand.boolean)
    case 'word': return operand.word
    case 'span': return `${operand.number} ${operand.unit}${operand.number === 1 ? '' : 's'}`
  }
}

/** A text as the question language writes it. */
export function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/** `a` and `b`, each kept whole; either may be empty. */
export function bothOf(a: string, b: string): string {
  if (!a) return b
  if (!b) return a
  const wrapped = (question: string) => (/\sor\s/.test(question) ? `(${question})` : question)
  return `${wrapped(a)} and ${wrapped(b)}`
}

// ---- joining ----

/** The question with one more condition that must hold as well. */
export function withCondition(group: Group, condition: Condition): Group {
  return group.join === 'and' || group.items.length < 2 ? { kind: 'group', join: 'and', items: [...group.items, condition] } : { kind: 'group', join: 'and', items: [group, condition] }
}

/** Every condition of a question, however deep. */
export function conditionsOf(node: Node): Condition[] {
  return node.kind === 'condition' ? [node] : node.items.flatMap(conditionsOf)
}
