import { expect, test } from 'vitest'
import type { Layout } from './layout'
import { addSection, dropSection, HIDDEN, moveField, moveSection, stepField } from './layoutEdit'

const layout: Layout = {
  facts: [], card: [], related: [], hidden: ['x'],
  sections: [{ name: 'main', label: null, fields: ['a', 'b'], collapsed: false }, { name: 'more', label: null, fields: ['c'], collapsed: true }],
}
const fieldsOf = (of: Layout) => [...of.sections.map((section) => section.fields.join('')), of.hidden.join('')]

test('a field is put before what stands there, within its section and into another', () => {
  expect(fieldsOf(moveField(layout, 'a', { section: 'main', at: 2 }))).toEqual(['ba', 'c', 'x'])
  expect(fieldsOf(moveField(layout, 'a', { section: 'more', at: 1 }))).toEqual(['b', 'ca', 'x'])
})

test('by key a field walks through the sections, and at last out of sight', () => {
  const once = stepField(layout, 'b', 1)
  expect(fieldsOf(once)).toEqual(['a', 'bc', 'x'])
  expect(fieldsOf(stepField(stepField(once, 'b', 1), 'b', 1))).toEqual(['a', 'c', 'bx'])
  expect(fieldsOf(stepField(layout, 'a', -1))).toEqual(['ab', 'c', 'x'])
})

test('a hidden field can be shown again', () => {
  expect(fieldsOf(moveField(layout, 'x', { section: 'main', at: 0 }))).toEqual(['xab', 'c', ''])
  expect(fieldsOf(moveField(layout, 'a', { section: HIDDEN, at: 0 }))).toEqual(['b', 'c', 'ax'])
})

test('a section that goes leaves its fields to its neighbour, and the last one stays', () => {
  expect(fieldsOf(dropSection(layout, 'more'))).toEqual(['abc', 'x'])
  const single = dropSection(layout, 'main')
  expect(dropSection(single, 'more')).toBe(single)
})

test('sections change places, and a new one has a name of its own', () => {
  expect(moveSection(layout, 'more', -1).sections.map((section) => section.name)).toEqual(['more', 'main'])
  expect(addSection(addSection(layout, 'One'), 'Two').sections.map((section) => section.name)).toEqual(['main', 'more', 'section_1', 'section_2'])
})
