import { expect, test } from 'vitest'
import type { Group } from '../layouts/groups'
import { linesOf, type Section } from './lines'

const group: Group = { keys: [], filter: '', values: {} }
const section = (key: string, more: Partial<Section>): Section => ({ key, group, open: true, window: undefined, rows: 0, hidden: 0, ...more })

test('a plain list is rows and nothing else', () => {
  const lines = linesOf([section('', { group: null, rows: 1_000_000 })])
  expect(lines.count).toBe(1_000_000)
  expect(lines.at(999_999)).toMatchObject({ kind: 'row', index: 999_999 })
  expect(lines.at(1_000_000)).toBeNull()
  expect(lines.at(-1)).toBeNull()
})

test('a group is a head, its rows and a way to the rest; a closed one is its head', () => {
  const lines = linesOf([section('a', { rows: 2, hidden: 5 }), section('b', { open: false, rows: 9 }), section('c', { rows: 1 })])
  expect(Array.from({ length: lines.count }, (_, line) => `${lines.at(line)?.kind} ${lines.at(line)?.section.key}`)).toEqual(['head a', 'row a', 'row a', 'more a', 'head b', 'head c', 'row c'])
  expect(lines.headOf('c')).toBe(5)
  expect(lines.headOf('d')).toBeNull()
})
