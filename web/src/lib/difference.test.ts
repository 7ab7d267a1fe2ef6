import { expect, test } from 'vitest'
import { differenceOf } from './difference'

/** What differs stands in brackets. */
const shown = (a: string, b: string) => differenceOf(a, b).map((parts) => parts.map(({ text, same }) => (same ? text : `[${text}]`)).join(''))

test('a letter that differs is marked in both', () => {
  expect(shown('Colin Raje', 'Colin Raji')).toEqual(['Colin Raj[e]', 'Colin Raj[i]'])
})

test('a letter that is missing is marked where it stands', () => {
  expect(shown('Meyer', 'Meyerr')).toEqual(['Meyer', 'Meyer[r]'])
  expect(shown('+37360123456', '+37360123465').map((one) => one.replaceAll(/[[\]]/g, ''))).toEqual(['+37360123456', '+37360123465'])
})

test('a capital is a difference of that letter alone', () => {
  expect(shown('ana', 'Ana')).toEqual(['[a]na', '[A]na'])
})

test('texts with little in common are different as wholes', () => {
  expect(shown('Bucharest', 'Cluj')).toEqual(['[Bucharest]', '[Cluj]'])
})

test('a pair of equal texts has nothing marked', () => {
  expect(shown('Müller', 'Müller')).toEqual(['Müller', 'Müller'])
})

test('letters beyond the first plane stay whole', () => {
  expect(shown('李𠮷', '李吉')).toEqual(['李[𠮷]', '李[吉]'])
})
