import { expect, test } from 'vitest'
import { namedAt, partsOf, toKept, toShown } from './mentions'

const ana = { id: 'u1', name: 'Ana' }
const anaPop = { id: 'u2', name: 'Ana Pop' }

test('a name picked from the list becomes a mention, the longer name first', () => {
  expect(toKept('Ask @Ana Pop and @Ana, please', [ana, anaPop])).toBe('Ask @[Ana Pop](user:u2) and @[Ana](user:u1), please')
})

test('what only looks like a name stays a text', () => {
  expect(toKept('mail ana@Anastasia.example', [ana])).toBe('mail ana@Anastasia.example')
})

test('a kept text reads with plain names, and in parts', () => {
  expect(toShown('Ask @[Ana Pop](user:u2) today')).toBe('Ask @Ana Pop today')
  expect(partsOf('Ask @[Ana Pop](user:u2) today')).toEqual(['Ask ', { name: 'Ana Pop', id: 'u2' }, ' today'])
})

test('the list opens behind an @ that begins a word, and not inside an address', () => {
  expect(namedAt('Hi @an', 6)).toEqual({ from: 3, words: 'an' })
  expect(namedAt('@', 1)).toEqual({ from: 0, words: '' })
  expect(namedAt('ana@pop', 7)).toBe(null)
})
