import { expect, test } from 'vitest'
import { moved } from './quality'

test('a score moved by what can be seen of it', () => {
  expect(moved(83.4, 80.1)).toBe(3.3)
  expect(moved(80, 80.04)).toBeNull()
  expect(moved(80, null)).toBeNull()
})
