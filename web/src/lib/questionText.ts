/** The question language read as chips of the filter builder; only what somebody filters needs it. */

import { DEEPEST, EVERYTHING, FED_BY, MEMBERSHIPS, periods, UNITS, SEGMENT, type Condition, type Group, type Node, type Operand, type Operator, type Unit } from './question'
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
      if (MEMBERSHIPS[condition.field] && condition.operator === 'in') return { ...condition, operator: 'is_not' }
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
    if (this.isWord('fed') && this.tokens[this.at + 1]?.text === 'by') {
      this.at += 2
      return { kind: 'condition', field: FED_BY, operator: 'in', operands: [this.operand()] }
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
