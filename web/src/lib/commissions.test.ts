import { expect, test } from 'vitest'
import { parsePercent, percentInput, steppedMonth } from './commissions'

test('a rate is read and written as people type it', () => {
  expect(['7.5', '7,25 %', '100', '0'].map(parsePercent)).toEqual([750, 725, 10_000, 0])
  expect(['', 'x', '7.555', '-1'].map(parsePercent)).toEqual([null, null, null, null])
  expect(percentInput(725)).toBe('7.25')
})

test('a month has one before and one after it', () => {
  expect([steppedMonth('2026-01', -1), steppedMonth('2026-12', 1)]).toEqual(['2025-12', '2027-01'])
})
