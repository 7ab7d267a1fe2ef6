import { describe, expect, test } from 'vitest'
import { bothOf, conditionsOf, isComplete, newCondition, operatorsFor, printQuestion, quoted, withCondition, type Condition, type Group } from './question'
import { parseQuestion } from './questionText'

const condition = (field: string, operator: Condition['operator'], ...operands: Condition['operands']): Condition => ({ kind: 'condition', field, operator, operands })
const all = (...items: Group['items']): Group => ({ kind: 'group', join: 'and', items })

describe('chips to text', () => {
  test('a text is quoted, so that no name can end the question', () => {
    expect(printQuestion(all(condition('city', 'is', { kind: 'text', text: 'a" or true' })))).toBe('city = "a\\" or true"')
  })
  test('conditions are joined, groups in brackets', () => {
    const either: Group = { kind: 'group', join: 'or', items: [condition('stage', 'is', { kind: 'text', text: 'won' }), condition('amount', 'gt', { kind: 'money', number: 100, currency: 'EUR' })] }
    expect(printQuestion(all(condition('city', 'not_empty'), either))).toBe('city is not empty and (stage = "won" or amount > 100 EUR)')
  })
  test('membership of a segment is a chip, several of them any', () => {
    const named = (operator: 'in' | 'is_not', ...names: string[]) => condition('segment', operator, ...names.map((text) => ({ kind: 'text' as const, text })))
    expect(printQuestion(all(named('in', 'Best "A"')))).toBe('in segment "Best \\"A\\""')
    expect(printQuestion(all(condition('city', 'not_empty'), named('in', 'A', 'B')))).toBe('city is not empty and (in segment "A" or in segment "B")')
    expect(printQuestion(all(named('is_not', 'A')))).toBe('not in segment "A"')
    for (const text of ['fed by "Old shop"', 'not fed by "Old shop" and in segment "A"', 'in segment "A"', 'not in segment "A" and city is not empty']) expect(printQuestion(parseQuestion(text) ?? all())).toBe(text)
  })
  test('an unfinished condition is not asked', () => {
    expect(printQuestion(all(condition('city', 'contains'), condition('active', 'is', { kind: 'boolean', boolean: true })))).toBe('active = true')
  })
  test('one choice is an equality, several are a list', () => {
    expect(printQuestion(all(condition('status', 'in', { kind: 'text', text: 'new' })))).toBe('status = "new"')
    expect(printQuestion(all(condition('status', 'in', { kind: 'text', text: 'new' }, { kind: 'text', text: 'open' })))).toBe('status in ("new", "open")')
  })
})

describe('text to chips and back', () => {
  test.each([
    'city = "Paris"',
    'city != "Paris" and amount >= 10.5',
    'amount between 10 EUR and 20 EUR',
    'not tags contains "vip"',
    'name starts with "A"',
    'created_at in last 90 days and closed_on in this month',
    'due_at < today - 30 days',
    'due_at >= now + 1 hour and closed_on in next 3 months',
    'closed_on = yesterday or closed_on in next day',
    'email ends with ".example"',
    'city = "Paris" and (stage = "won" or (amount > 100 EUR and note is empty))',
    'owner = me',
    'note is empty or note is not empty',
    'status in ("new", "open") and (city = "Paris" or city = "Berlin")',
    'company.city = "Berlin"',
    'name = "quote \\" and slash \\\\"',
    'is_done = false',
  ])('%s', (question) => {
    const group = parseQuestion(question)
    expect(group).not.toBeNull()
    expect(printQuestion(group as Group)).toBe(question)
  })
  test('nothing asked is everything', () => {
    expect(parseQuestion('')).toEqual({ kind: 'group', join: 'and', items: [] })
  })
  test.each([
    ['vip', 'vip = true'],
    ['not vip and city = "Paris"', 'vip = false and city = "Paris"'],
    ['closed_on in "2026-01-01" to "2026-03-31"', 'closed_on between "2026-01-01" and "2026-03-31"'],
    ['closed_on in last 1 days', 'closed_on in last 1 day'],
  ])('%s is read as %s', (question, printed) => {
    expect(printQuestion(parseQuestion(question) as Group)).toBe(printed)
  })
  test.each(['count(orders) > 2', 'city = ', 'not (a = 1)', 'a = 1 b = 2', '"open', 'a = 1 and (b = 2 or (c = 3 and (d = 4 or (e = 5 and f = 6))))', 'a ? b'])('%s is beyond the builder and stays text', (question) => {
    expect(parseQuestion(question)).toBeNull()
  })
})

describe('the builder', () => {
  test('knows when a condition is complete', () => {
    expect(isComplete(condition('a', 'between', { kind: 'number', number: 1 }))).toBe(false)
    expect(isComplete(condition('a', 'empty'))).toBe(true)
    expect(isComplete(condition('a', 'in'))).toBe(false)
  })
  test('a yes-or-no question starts with yes', () => {
    expect(printQuestion(all(newCondition({ id: 'x', name: 'active', label: {}, type: 'boolean' })))).toBe('active = true')
  })
  test('asks of each type what can be answered', () => {
    expect(operatorsFor('choice')).toContain('in')
    expect(operatorsFor('date')).not.toContain('contains')
  })
  test('two questions are both kept whole', () => {
    expect(bothOf('a = 1 or b = 2', 'c = 3')).toBe('(a = 1 or b = 2) and c = 3')
    expect(bothOf('', 'c = 3')).toBe('c = 3')
    expect(conditionsOf(parseQuestion('a = 1 and (b = 2 or c = 3)') as Group).map((one) => one.field)).toEqual(['a', 'b', 'c'])
    expect(quoted('x\\')).toBe('"x\\\\"')
  })
  test('one more condition narrows the question, whatever joins it', () => {
    const vip = condition('vip', 'is', { kind: 'boolean', boolean: true })
    expect(printQuestion(withCondition(parseQuestion('a = 1') as Group, vip))).toBe('a = 1 and vip = true')
    expect(printQuestion(withCondition(parseQuestion('a = 1 or b = 2') as Group, vip))).toBe('(a = 1 or b = 2) and vip = true')
  })
})
