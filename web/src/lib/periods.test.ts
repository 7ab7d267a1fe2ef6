import { expect, test } from 'vitest'
import { periodText } from './periods'

test('periods read as people write them', () => {
  expect(periodText('2026-06-01', 'quarter', 'en-GB')).toBe('Q2 2026')
  expect(periodText('2026-06-01', 'quarter', 'ru')).toBe('2 кв. 2026')
  expect(periodText('2026-06-01', 'month', 'en-GB')).toBe('Jun 2026')
})
