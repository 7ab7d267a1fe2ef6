import { expect, test } from 'vitest'
import { beginRead, endRead, noteSent } from './sent'

const record = (values: Record<string, unknown> = {}) => ({ id: 'a', version: 1, name: 'before', other: 1, ...values })
const page = (values: Record<string, unknown> = {}) => ({ data: [record(values), { id: 'b', version: 4, name: 'b' }], next: null })

test('a read begun before the answer is given the value that was sent', () => {
  const begun = beginRead()
  const sent = noteSent('a', { name: 'after' }, { owner: { id: 'u', title: 'Ana' } })
  sent.stands()
  expect(endRead(begun, page()).data).toEqual([{ ...record({ name: 'after' }), linked: { owner: { id: 'u', title: 'Ana' } } }, { id: 'b', version: 4, name: 'b' }])
})

test('a read that ends while the value is on its way is given it as well', () => {
  const sent = noteSent('a', { name: 'after' })
  expect(endRead(beginRead(), record()).name).toBe('after')
  sent.stands()
})

test('a read begun after the answer is left as it is: others may have written since', () => {
  const late = beginRead()
  const sent = noteSent('a', { name: 'after' })
  sent.stands()
  expect(endRead(beginRead(), record({ name: 'theirs' })).name).toBe('theirs')
  endRead(late, null)
})

test('what was refused is put over nothing', () => {
  const begun = beginRead()
  noteSent('a', { name: 'after' }).fell()
  expect(endRead(begun, page())).toEqual(page())
})

test('the later of two values of a field wins', () => {
  const begun = beginRead()
  const first = noteSent('a', { name: 'one' })
  const second = noteSent('a', { name: 'two' })
  first.stands()
  expect(endRead(begun, record()).name).toBe('two')
  second.stands()
})

test('only records are touched, however deep they lie', () => {
  const begun = beginRead()
  const sent = noteSent('a', { title: 'after' })
  expect(endRead(begun, { days: [{ data: [record()] }], linked: { id: 'a', title: 'before' } })).toEqual({ days: [{ data: [{ ...record(), title: 'after', linked: {} }] }], linked: { id: 'a', title: 'before' } })
  sent.stands()
})
