import { expect, test } from 'vitest'
import { line, people, replySubject, replyTo, type Message } from './mail'

test('people are read as they are typed and written as they are read', () => {
  const typed = 'Ana Pop <ana@example.com>, b@example.com;\n"Lang, M" <m@x.example>'
  expect(people('Ana Pop <ana@example.com>, b@example.com')).toEqual([{ name: 'Ana Pop', address: 'ana@example.com' }, { address: 'b@example.com' }])
  expect(people(line(people(typed)))).toEqual(people(line(people(typed))))
  expect(people(' , ;')).toEqual([])
})

test('a reply goes to who wrote, one to all leaves ourselves out', () => {
  const message = { direction: 'in', from: { address: 'v@x.example' }, to: [{ address: 'me@own.example' }, { address: 'c@x.example' }], cc: [{ address: 'd@x.example' }] } as Message
  expect(replyTo(message, 'me@own.example', false)).toEqual({ to: [{ address: 'v@x.example' }], cc: [] })
  expect(replyTo(message, 'me@own.example', true).cc.map((one) => one.address)).toEqual(['c@x.example', 'd@x.example'])
  expect(replyTo({ ...message, direction: 'out' }, 'me@own.example', false).to.map((one) => one.address)).toEqual(['c@x.example'])
})

test('a subject gets one prefix', () => {
  expect(replySubject('Oven')).toBe('Re: Oven')
  expect(replySubject('RE: Oven')).toBe('RE: Oven')
})
