import { expect, test } from 'vitest'
import { parseMoney, parseNumber } from './format'
import { draftOf, wantedOf, type Line } from './quotes'

const line = {
  id: 'a', product: 'p', name: 'Bike', details: null, quantity: 2, unit: null, list_price: { amount: 1000, currency: 'EUR' }, unit_price: { amount: 1000, currency: 'EUR' }, discount_percent: 5,
  tax_percent: 19, is_price_by_hand: false, is_discount_by_hand: false, is_optional: false, is_chosen: true, minimum_quantity: null, maximum_quantity: null, line_total: null, price_reasons: null,
} as unknown as Line

const money = (typed: string) => parseMoney(typed, 'EUR')
const wanted = (change: Partial<ReturnType<typeof draftOf>>) => wantedOf({ ...draftOf(line, (one) => String(one.amount / 100)), ...change }, money, parseNumber)

test('what the lists say is not sent back as if somebody had said it', () => {
  expect(wanted({})).toMatchObject({ id: 'a', quantity: 2, unit_price: null, discount_percent: null, tax_percent: 19 })
  expect(wanted({ price: '9.50', byHand: true })).toMatchObject({ unit_price: { amount: 950, currency: 'EUR' } })
  expect(wanted({ discount: '7', discountByHand: true })).toMatchObject({ discount_percent: 7 })
})

test('a line that is not whole yet waits', () => {
  expect(wanted({ quantity: '' })).toBeNull()
  expect(wanted({ quantity: '0' })).toBeNull()
  expect(wanted({ price: 'x', byHand: true })).toBeNull()
  expect(wanted({ product: null, name: '', price: '5' })).toBeNull()
  expect(wanted({ product: null, name: 'Delivery', price: '5' })).toMatchObject({ product: null, unit_price: { amount: 500, currency: 'EUR' } })
})

test('bounds of an open quantity hold what is offered', () => {
  expect(wanted({ open: true, maximum: 1 })).toMatchObject({ minimum_quantity: 1, maximum_quantity: 2 })
  expect(wanted({ open: false, minimum: 1, maximum: 9 })).toMatchObject({ minimum_quantity: null, maximum_quantity: null })
})
