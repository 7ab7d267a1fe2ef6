import { expect, test } from 'vitest'
import { leftOf } from './splits'

test('what is not shared is the owner’s', () => {
  expect(leftOf([])).toBe(10_000)
  expect(leftOf([33.33, 33.33])).toBe(3_334)
  expect(leftOf([60, 40])).toBe(0)
  for (const wrong of [[60, 41], [0], [null], [-5], [101]]) expect(leftOf(wrong)).toBeNull()
})
