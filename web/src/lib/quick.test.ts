import { expect, test } from 'vitest'
import type { FieldDef, ObjectDef } from './definitions'
import { valuesOfName } from './quick'

const object = (title: string, fields: Partial<FieldDef>[]): ObjectDef => ({ title, fields: fields.map((field) => ({ id: '', label: {}, type: 'text', ...field })) }) as unknown as ObjectDef
const person = object('{first_name} {last_name}', [{ name: 'first_name' }, { name: 'last_name' }])

test('a company needs its name only', () => {
  expect(valuesOfName(object('{name}', [{ name: 'name', required: true }]), ' Blue Bakery ')).toEqual({ name: 'Blue Bakery' })
})

test('the last word of a person is the family name', () => {
  expect(valuesOfName(person, 'Ana Maria Pop')).toEqual({ first_name: 'Ana Maria', last_name: 'Pop' })
  expect(valuesOfName(person, 'Ana')).toEqual({ first_name: 'Ana' })
})

test('what needs more than a name is not made of one, unless the rest is given', () => {
  const line = object('{name}', [{ name: 'name' }, { name: 'order', type: 'link', required: true }])
  expect(valuesOfName(line, 'Bread')).toBe(null)
  expect(valuesOfName(line, 'Bread', ['order'])).toEqual({ name: 'Bread' })
})

test('a record named by an amount is not made of a name', () => {
  expect(valuesOfName(object('{amount}', [{ name: 'amount', type: 'money' }]), 'x')).toBe(null)
})
