import { expect, test } from 'vitest'
import type { FieldDef } from '@/lib/definitions'
import type { RecordData } from '@/lib/records'
import { addDays, addMonths, daysBetween, rangeOf, startOfWeek, weekOf } from './dates'
import { blocksOf, endedBy, eventOf, inOrder, movedBy, segmentsOf, shifted } from './events'

const field = (name: string, type: 'date' | 'time') => ({ id: name, name, label: {}, type }) as FieldDef
const record = (id: string, values: Record<string, unknown>) => ({ id, object: 'x', version: 1, title: id, created_at: '', updated_at: '', deleted_at: null, ...values }) as RecordData
const on = field('on', 'date')
const to = field('to', 'date')
const at = field('at', 'time')
const until = field('until', 'time')
const local = (text: string) => new Date(text).toISOString()

test('a month is drawn in whole weeks, as the reader begins them', () => {
  expect(rangeOf('month', '2026-11-22', 1)).toEqual({ from: '2026-10-26', to: '2026-12-06' })
  expect(rangeOf('month', '2026-11-22', 7)).toEqual({ from: '2026-11-01', to: '2026-12-05' })
  expect(rangeOf('week', '2026-11-22', 1)).toEqual({ from: '2026-11-16', to: '2026-11-22' })
  expect(startOfWeek('2026-11-22', 7)).toBe('2026-11-22')
  expect(weekOf('en-US').firstDay).toBe(7)
  expect(weekOf('ro').firstDay).toBe(1)
})

test('a month after the last of January is the last of February', () => {
  expect(addMonths('2027-01-31', 1)).toBe('2027-02-28')
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  expect(daysBetween('2026-10-24', '2026-10-26')).toBe(2)
})

test('bars of several days lie over the week, and none covers another', () => {
  const events = [
    eventOf(record('fair', { on: '2026-11-14', to: '2026-11-18' }), on, to),
    eventOf(record('call', { on: '2026-11-17' }), on, to),
    eventOf(record('later', { on: '2026-11-19', to: '2026-11-30' }), on, to),
  ].flatMap((event) => event ?? []).sort(inOrder)
  expect(segmentsOf(events, '2026-11-16', 7).map(({ event, lane, at: column, span, isBefore, isAfter }) => [event.record.id, lane, column, span, isBefore, isAfter])).toEqual([
    ['fair', 0, 0, 3, true, false],
    ['call', 1, 1, 1, false, false],
    ['later', 0, 3, 4, false, true],
  ])
})

test('meetings at one time share the width of the day; one later has all of it', () => {
  const events = ['09:00/10:00', '09:30/11:00', '10:15/10:45', '14:00/15:00'].flatMap((times, index) => {
    const [from, end] = times.split('/')
    return eventOf(record(String(index), { at: local(`2026-11-17T${from}`), until: local(`2026-11-17T${end}`) }), at, until) ?? []
  })
  expect(blocksOf(events, '2026-11-17').map(({ from, to: end, column, columns }) => [from, end, column, columns])).toEqual([
    [540, 600, 0, 2],
    [570, 660, 1, 2],
    [615, 645, 0, 2],
    [840, 900, 0, 1],
  ])
})

test('what ends at midnight is over on the day before', () => {
  const event = eventOf(record('party', { at: local('2026-11-17T20:00'), until: local('2026-11-18T00:00') }), at, until)
  expect(event?.last).toBe('2026-11-17')
})

test('moving keeps the length; an end never comes before its start', () => {
  const event = eventOf(record('trip', { on: '2026-11-17', to: '2026-11-19' }), on, to)
  if (!event) throw new Error('no event')
  expect(movedBy(event, on, to, 7, 0)).toEqual({ on: '2026-11-24', to: '2026-11-26' })
  expect(endedBy(event, to, 2, 0)).toEqual({ to: '2026-11-21' })
  expect(endedBy(event, to, -9, 0)).toEqual({ to: '2026-11-17' })
})

test('a moment moved over a change of the clock keeps its hour on the wall', () => {
  const moved = shifted(new Date(2026, 9, 24, 9, 30), 3, 0)
  expect([moved.getDate(), moved.getHours(), moved.getMinutes()]).toEqual([27, 9, 30])
})

test('a value that is no date is left out', () => {
  expect(eventOf(record('none', { on: null }), on, to)).toBeNull()
  expect(eventOf(record('bad', { on: 'soon' }), on, to)).toBeNull()
})
