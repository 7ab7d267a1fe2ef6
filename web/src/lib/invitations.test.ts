import { expect, test } from 'vitest'
import { movedTo } from './invitations'

test('a meeting that is moved stays as long as it was', () => {
  expect(movedTo({ starts_at: '2026-06-24T09:00:00Z', ends_at: null }, '2026-06-22T09:00:00Z', '2026-06-22T10:30:00Z')).toEqual({ starts_at: '2026-06-24T09:00:00Z', ends_at: '2026-06-24T10:30:00.000Z' })
  expect(movedTo({ starts_at: '2026-06-24T09:00:00Z', ends_at: '2026-06-24T09:15:00Z' }, '2026-06-22T09:00:00Z', null).ends_at).toBe('2026-06-24T09:15:00Z')
})
