import { expect, test } from 'vitest'
import { holds, stateOf } from './conditions'
import type { FieldDef } from './definitions'

const field = (conditions: object, more: Partial<FieldDef> = {}): FieldDef => ({ id: 'deal.loss_reason', name: 'loss_reason', label: {}, type: 'choice', ...more, conditions } as FieldDef)
const asked = (question: unknown) => ({ text: '', question })

test('a field is shown only where its condition holds, and is required only where it is shown', () => {
  const reason = field({ show_if: asked({ field: 'status', op: '=', value: 'lost' }), required_if: asked({ field: 'status', op: '=', value: 'lost' }) })
  expect(stateOf(reason, { status: 'open' }, null, null)).toEqual({ shown: false, required: false, readonly: false })
  expect(stateOf(reason, { status: 'lost' }, null, null)).toEqual({ shown: true, required: true, readonly: false })
})

test('read-only is judged by what was saved, not by what is being typed', () => {
  const amount = field({ read_only_if: asked({ field: 'status', op: '!=', value: 'open' }) })
  expect(stateOf(amount, { status: 'won' }, { status: 'open' }, null).readonly).toBe(false)
  expect(stateOf(amount, { status: 'open' }, { status: 'won' }, null).readonly).toBe(true)
})

test('an empty value differs from every other and is neither more nor less', () => {
  expect(holds({ field: 'city', op: '!=', value: 'Paris' }, {}, null)).toBe(true)
  expect(holds({ field: 'amount', op: '<', value: { amount: 100, currency: 'EUR' } }, {}, null)).toBe(false)
})

test('amounts of different currencies are neither more nor less than each other', () => {
  const question = { field: 'amount', op: '>', value: { amount: 100, currency: 'EUR' } }
  expect(holds(question, { amount: { amount: 900, currency: 'EUR' } }, null)).toBe(true)
  expect(holds(question, { amount: { amount: 900, currency: 'USD' } }, null)).toBe(false)
})

test('and, or, not, lists, links to many and oneself', () => {
  expect(holds({ and: [{ field: 'a', op: 'in', value: ['x', 'y'] }, { not: { field: 'tags', op: 'contains', value: 't1' } }] }, { a: 'Y', tags: ['t2'] }, null)).toBe(true)
  expect(holds({ or: [{ field: 'owner', op: '=', value: { word: 'me' } }, { field: 'a', op: 'is empty' }] }, { owner: 'ana', a: 1 }, 'ana')).toBe(true)
})

test('what this reader does not understand is left to the server', () => {
  const far = { field: 'company.country', op: '=', value: 'DE' }
  expect(holds(far, {}, null)).toBe(null)
  expect(stateOf(field({ show_if: asked(far), required_if: asked(far), read_only_if: asked(far) }), {}, {}, null)).toEqual({ shown: true, required: false, readonly: false })
})
