import { expect, test } from 'vitest'
import { added, COLUMNS, lowered, moved, settled, type Place } from './grid'

const card = (id: string, x: number, y: number, w: number, h: number): Place => ({ id, x, y, w, h })
const at = (cards: readonly Place[], id: string) => { const one = cards.find((card) => card.id === id); return one && [one.x, one.y, one.w, one.h] }

test('cards rise to the top and never overlap', () => {
  const put = settled([card('a', 0, 5, 6, 2), card('b', 3, 6, 6, 2), card('c', 10, 9, 6, 1)])
  expect(at(put, 'a')).toEqual([0, 0, 6, 2])
  expect(at(put, 'b')).toEqual([3, 2, 6, 2])
  expect(at(put, 'c')?.[0]).toBe(COLUMNS - 6)
})

test('what a moved card meets goes below it', () => {
  const put = moved([card('a', 0, 0, 6, 2), card('b', 6, 0, 6, 2)], 'b', { x: 0 })
  expect(at(put, 'b')).toEqual([0, 0, 6, 2])
  expect(at(put, 'a')).toEqual([0, 2, 6, 2])
})

test('a card is as wide as the grid at most and a new one stands below all', () => {
  expect(at(moved([card('a', 4, 0, 4, 2)], 'a', { w: 40 }), 'a')).toEqual([0, 0, 12, 2])
  expect(at(added([card('a', 0, 0, 12, 3)], card('n', 9, 9, 4, 2)), 'n')).toEqual([0, 3, 4, 2])
})

test('what somebody stored wrongly still has a place', () => {
  expect(at(settled([card('a', Number.NaN, -4, 0, 99)]), 'a')).toEqual([0, 0, 2, 12])
})

test('a card that is lowered changes places with what is under it', () => {
  const put = lowered([card('a', 0, 0, 4, 2), card('b', 0, 2, 4, 5), card('c', 4, 0, 4, 2)], 'a')
  expect([at(put, 'a'), at(put, 'b'), at(put, 'c')]).toEqual([[0, 5, 4, 2], [0, 0, 4, 5], [4, 0, 4, 2]])
  expect(at(lowered(put, 'a'), 'a')).toEqual([0, 5, 4, 2])
})
