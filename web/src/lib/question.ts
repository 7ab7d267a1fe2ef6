/**
 * The filter builder and the question language: chips to text and back.
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
  if (field === SEGMENT) {
    const named = operands.map((operand) => `in segment ${printOperand(operand)}`)
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

// ---- from text ----

interface Token {
  kind: 'name' | 'text' | 'number' | 'sign'
  text: string
}

class BeyondTheBuilder extends Error {}

/** The question as chips, or null when it says more than chips can. */
export function parseQuestion(question: string): Group | null {
  try {
    const tokens = tokensOf(question)
    if (tokens.length === 0) return EVERYTHING
    const reader = new Reader(tokens)
    const node = reader.either()
    if (!reader.atEnd()) return null
    const group: Group = node.kind === 'group' ? node : { kind: 'group', join: 'and', items: [node] }
    return depthOf(group) <= DEEPEST + 1 ? group : null
  } catch (error) {
    if (error instanceof BeyondTheBuilder) return null
    throw error
  }
}

function depthOf(node: Node): number {
  return node.kind === 'condition' ? 0 : 1 + Math.max(0, ...node.items.map(depthOf))
}

function tokensOf(question: string): Token[] {
  const tokens: Token[] = []
  const pattern = /\s+|"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_.]*)|(<=|>=|!=|=|<|>|\(|\)|,|-|\+)/gy
  while (pattern.lastIndex < question.length) {
    const at = pattern.lastIndex
    const match = pattern.exec(question)
    if (!match) throw new BeyondTheBuilder(`unreadable at ${at}`)
    if (match[1] !== undefined) tokens.push({ kind: 'text', text: match[1].replace(/\\(.)/g, '$1') })
    else if (match[2] !== undefined) tokens.push({ kind: 'number', text: match[2] })
    else if (match[3] !== undefined) tokens.push({ kind: 'name', text: match[3] })
    else if (match[4] !== undefined) tokens.push({ kind: 'sign', text: match[4] })
  }
  return tokens
}

/** Reads tokens by descent: `or` of `and` of comparison. */
class Reader {
  private at = 0
  constructor(private readonly tokens: Token[]) {}

  atEnd(): boolean {
    return this.at >= this.tokens.length
  }

  either(): Node {
    return this.joined('or', () => this.joined('and', () => this.single()))
  }

  private joined(join: 'and' | 'or', next: () => Node): Node {
    const items = [next()]
    while (this.takesWord(join)) items.push(next())
    const only = items[0]
    return items.length === 1 && only ? only : { kind: 'group', join, items }
  }

  private single(): Node {
    if (this.takesSign('(')) {
      const inner = this.either()
      if (!this.takesSign(')')) throw new BeyondTheBuilder('unclosed group')
      return inner
    }
    if (this.takesWord('not')) {
      const condition = this.single()
      if (condition.kind !== 'condition') throw new BeyondTheBuilder('not of a group')
      if (condition.field === SEGMENT && condition.operator === 'in') return { ...condition, operator: 'is_not' }
      if (condition.operator === 'contains') return { ...condition, operator: 'contains_not' }
      const only = condition.operands[0]
      if (condition.operator === 'is' && only?.kind === 'boolean') return { ...condition, operands: [{ kind: 'boolean', boolean: !only.boolean }] }
      throw new BeyondTheBuilder('not of more than contains')
    }
    return this.comparison()
  }

  private comparison(): Condition {
    if (this.isWord('in') && this.tokens[this.at + 1]?.text === 'segment') {
      this.at += 2
      return { kind: 'condition', field: SEGMENT, operator: 'in', operands: [this.operand()] }
    }
    const field = this.name()
    const made = (operator: Operator, ...operands: Operand[]): Condition => ({ kind: 'condition', field, operator, operands })
    const signs: Record<string, Operator> = { '=': 'is', '!=': 'is_not', '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge' }
    const sign = this.peek()
    if (sign?.kind === 'sign' && signs[sign.text]) {
      this.at += 1
      return made(signs[sign.text] as Operator, this.operand())
    }
    if (this.takesWord('contains')) return made('contains', this.operand())
    if (this.takesWord('before')) return made('lt', this.operand())
    if (this.takesWord('after')) return made('gt', this.operand())
    if (this.takesWord('starts')) {
      this.expectWord('with')
      return made('starts_with', this.operand())
    }
    if (this.takesWord('ends')) {
      this.expectWord('with')
      return made('ends_with', this.operand())
    }
    if (this.takesWord('between')) {
      const from = this.operand()
      this.expectWord('and')
      return made('between', from, this.operand())
    }
    if (this.takesWord('is')) {
      const no = this.takesWord('not')
      this.expectWord('empty')
      return made(no ? 'not_empty' : 'empty')
    }
    if (this.takesWord('in')) return this.within(made)
    // A yes-or-no field alone.
    if (!this.peek() || this.isSign(')') || this.isWord('and') || this.isWord('or')) return made('is', { kind: 'boolean', boolean: true })
    throw new BeyondTheBuilder('unknown comparison')
  }

  private within(made: (operator: Operator, ...operands: Operand[]) => Condition): Condition {
    if (this.takesSign('(')) {
      const operands = [this.operand()]
      while (this.takesSign(',')) operands.push(this.operand())
      if (!this.takesSign(')')) throw new BeyondTheBuilder('unclosed list')
      return made('in', ...operands)
    }
    if (this.peek()?.kind === 'text') {
      const from = this.operand()
      this.expectWord('to')
      return made('between', from, this.operand())
    }
    const first = this.name()
    const second = this.peek()
    this.at += 1
    if ((first === 'last' || first === 'next') && second?.kind === 'number') {
      return made(first === 'last' ? 'in_last' : 'in_next', { kind: 'span', number: Number(second.text), unit: this.unit() })
    }
    const word = `${first} ${second?.text ?? ''}`
    if (!periods.includes(word)) throw new BeyondTheBuilder('unknown period')
    return made('in_period', { kind: 'word', word })
  }

  private operand(): Operand {
    const token = this.peek()
    if (!token) throw new BeyondTheBuilder('value expected')
    this.at += 1
    if (token.kind === 'text') return { kind: 'text', text: token.text }
    if (token.kind === 'number') {
      const unit = this.peek()
      if (unit?.kind === 'name' && /^[A-Z]{3}$/.test(unit.text)) {
        this.at += 1
        return { kind: 'money', number: Number(token.text), currency: unit.text }
      }
      return { kind: 'number', number: Number(token.text) }
    }
    if (token.kind !== 'name') throw new BeyondTheBuilder('value expected')
    if (token.text === 'true' || token.text === 'false') return { kind: 'boolean', boolean: token.text === 'true' }
    if (token.text === 'me') return { kind: 'word', word: 'me' }
    if (token.text === 'yesterday' || token.text === 'tomorrow') return { kind: 'word', word: token.text }
    if (token.text === 'today' || token.text === 'now') return { kind: 'word', word: this.shifted(token.text) }
    throw new BeyondTheBuilder('a value the builder does not know')
  }

  /** `today - 30 days`, where the minus may stick to the number. */
  private shifted(base: string): string {
    const next = this.peek()
    if (next?.kind === 'number' && next.text.startsWith('-')) {
      this.at += 1
      return `${base} - ${spanText(next.text.slice(1), this.unit())}`
    }
    if (next?.kind === 'sign' && (next.text === '-' || next.text === '+')) {
      this.at += 1
      const count = this.peek()
      if (count?.kind !== 'number') throw new BeyondTheBuilder('days expected')
      this.at += 1
      return `${base} ${next.text} ${spanText(count.text, this.unit())}`
    }
    return base
  }

  /** `day` or `days`. */
  private unit(): Unit {
    const word = this.name()
    const unit = UNITS.find((one) => word === one || word === `${one}s`)
    if (!unit) throw new BeyondTheBuilder('unit expected')
    return unit
  }

  private name(): string {
    const token = this.peek()
    if (token?.kind !== 'name') throw new BeyondTheBuilder('name expected')
    this.at += 1
    return token.text
  }

  private peek(): Token | undefined {
    return this.tokens[this.at]
  }

  private isSign(sign: string): boolean {
    const token = this.peek()
    return token?.kind === 'sign' && token.text === sign
  }

  private isWord(word: string): boolean {
    const token = this.peek()
    return token?.kind === 'name' && token.text === word
  }

  private takesWord(word: string): boolean {
    const token = this.peek()
    if (token?.kind !== 'name' || token.text !== word) return false
    this.at += 1
    return true
  }

  private expectWord(word: string): void {
    if (!this.takesWord(word)) throw new BeyondTheBuilder(`${word} expected`)
  }

  private takesSign(sign: string): boolean {
    const token = this.peek()
    if (token?.kind !== 'sign' || token.text !== sign) return false
    this.at += 1
    return true
  }
}

function spanText(number: string, unit: Unit): string {
  return `${number} ${unit}${number === '1' ? '' : 's'}`
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
