import { expect, test } from 'vitest'
import { arc, ticksOf } from './scale'

test('an axis has round steps from nought', () => {
  expect(ticksOf(0, 87)).toEqual([0, 25, 50, 75, 100])
  expect(ticksOf(0, 4238)).toEqual([0, 2000, 4000, 6000])
  expect(ticksOf(-30, 40)).toEqual([-40, -20, 0, 20, 40])
  expect(ticksOf(0, 0)).toEqual([0, 1])
})

test('a whole ring is drawn, not nothing', () => {
  expect(arc(0, 1, 10, 6)).toMatch(/^M0\.00 -10\.00A10 10 0 1 1/)
})
