import { expect, test } from 'vitest'
import { changesOf, daysOf, familyOf, kindsOf, type TimelineLine } from './timeline'

let next = 0
function line(kind: string, more: Partial<TimelineLine> = {}): TimelineLine {
  next += 1
  return { id: `l${next}`, seq: next, at: '2026-11-21T12:00:00Z', kind, text: '', actor: { id: 'ana', name: 'Ana' }, record: null, change: `c${next}`, ...more }
}

test('three like events in a row fold, two do not', () => {
  const [day] = daysOf([line('page.viewed'), line('page.viewed'), line('page.viewed'), line('order.placed'), line('order.placed')])
  expect(day?.entries.map((entry) => entry.lines.length)).toEqual([3, 1, 1])
})

test('what another person did does not fold with mine, and notes never fold', () => {
  const [day] = daysOf([line('page.viewed'), line('page.viewed', { actor: { id: 'theo', name: 'Theo' } }), line('page.viewed'), line('note.added'), line('note.added'), line('note.added')])
  expect(day?.entries).toHaveLength(6)
})

test('each day has its own heading', () => {
  const days = daysOf([line('a.b', { at: '2026-11-21T12:00:00Z' }), line('a.b', { at: '2026-11-19T12:00:00Z' })])
  expect(days).toHaveLength(2)
})

test('what happened is told once, not as a record and as an event', () => {
  const note = { object: 'note', id: 'n1', title: 'Hello' }
  const [day] = daysOf([line('note.added', { change: 'c', record: note }), line('note.created', { change: 'c', record: note })])
  expect(day?.entries.map((entry) => entry.lines[0]?.kind)).toEqual(['note.added'])
})

test('a kind nobody knows is a change', () => {
  expect(familyOf('order.placed')).toBe('commerce')
  expect(familyOf('vehicle.created')).toBe('changes')
  expect(kindsOf('notes')).toContain('note.*')
})

test('an act that edits and thereby makes something true is told once, with what it changed', () => {
  const deal = { object: 'deal', id: 'd1', title: 'Bread' }
  const changes = { stage: ['a', 'b'] }
  const [day] = daysOf([line('deal.lost', { change: 'c', record: deal }), line('deal.stage_changed', { change: 'c', record: deal }), line('deal.updated', { change: 'c', record: deal, props: { changes } })])
  const lines = day?.entries.flatMap((entry) => entry.lines) ?? []
  expect(lines.map((one) => one.kind)).toEqual(['deal.lost', 'deal.stage_changed'])
  expect(lines.map((one) => changesOf(one).length)).toEqual([1, 0])
})

test('an edit of a deal belongs to the changes, what became of it to the sales', () => {
  expect(familyOf('deal.updated')).toBe('changes')
  expect(familyOf('deal.won')).toBe('sales')
  expect(kindsOf('changes').split(',').length).toBeLessThanOrEqual(50)
})
