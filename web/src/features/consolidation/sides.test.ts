import { expect, test } from 'vitest'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import type { RecordData } from '@/lib/records'
import { differing, sidesOf } from './sides'

const field = (name: string, type: FieldDef['type'] = 'text') => ({ id: name, name, type, label: { en: name } }) as FieldDef
const object = { name: 'contact', fields: [field('first_name'), field('email', 'email'), field('phone', 'phone'), field('city'), field('orders', 'roll_up')] } as unknown as ObjectDef
const record = (id: string, values: Record<string, unknown>) => ({ id, title: id, ...values }) as unknown as RecordData
const two = [record('a', { first_name: 'Ana', email: 'ana@x.example', phone: '1', orders: 3 }), record('b', { first_name: 'Ana', email: 'anna@x.example', phone: null, orders: 4 })]

test('a field is the same, differs, or is said by one alone; what nobody says and what is counted is no field', () => {
  expect(sidesOf(object, two, undefined, {}).map((side) => [side.field.name, side.state])).toEqual([['first_name', 'same'], ['email', 'differs'], ['phone', 'one']])
  expect(differing(sidesOf(object, two, undefined, {}))).toBe(1)
})

test('what a person picked stands before what the rule chose', () => {
  const preview = { fields: [{ field: 'email', rule: 'newest', winner: 'a', can_pick: true }] } as never
  expect(sidesOf(object, two, preview, {})[1]).toMatchObject({ winner: 'a', rule: 'newest', canPick: true })
  expect(sidesOf(object, two, preview, { email: 'b' })[1]).toMatchObject({ winner: 'b', rule: 'picked' })
})
