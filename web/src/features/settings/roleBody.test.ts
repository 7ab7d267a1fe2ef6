import { expect, test } from 'vitest'
import type { RoleBody } from './access'
import { asEvery, grantOf, isNamed, isSame, NO_GRANT, withField, withGrant, withRestrict } from './roleBody'

const body: RoleBody = { admin: false, events: false, objects: { '*': { ...NO_GRANT, read: 'all', update: 'team', create: true } }, restrict: {} }

test('an object that is not named has what is said of every object', () => {
  expect(grantOf(body, 'deal')).toMatchObject({ read: 'all', update: 'team', create: true })
  expect(isNamed(body, 'deal')).toBe(false)
})

test('people and teams are read but never changed by what is said of every object', () => {
  expect(grantOf(body, 'user')).toEqual({ ...NO_GRANT, read: 'all' })
  expect(grantOf({ ...body, admin: true }, 'user')).toMatchObject({ update: 'team' })
})

test('changing one right names the object and keeps the others; it can go back', () => {
  const changed = withGrant(body, 'deal', { update: 'own' })
  expect(grantOf(changed, 'deal')).toMatchObject({ read: 'all', update: 'own', create: true })
  expect(isSame(asEvery(changed, 'deal'), body)).toBe(true)
})

test('a hidden field is said and taken back', () => {
  const hidden = withField(body, 'deal', 'margin', 'hidden')
  expect(grantOf(hidden, 'deal').fields).toEqual({ margin: 'hidden' })
  expect(grantOf(withField(hidden, 'deal', 'margin', null), 'deal').fields).toEqual({})
})

test('rules that are all taken away leave nothing behind', () => {
  const ruled = withRestrict(body, 'deal', ['amount < 1000'])
  expect(ruled.restrict).toEqual({ deal: ['amount < 1000'] })
  expect(isSame(withRestrict(ruled, 'deal', []), body)).toBe(true)
})
