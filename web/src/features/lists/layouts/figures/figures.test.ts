import { expect, test } from 'vitest'
import type { Group } from '../groups'
import { addFigures, MOST_SERIES, singleSeries, splitSeries, withGaps } from './series'

const group = (keys: (string | null)[], count: number): Group => ({ keys: keys.map((value) => ({ value, label: value, filter: '' })), filter: `f(${keys.join()})`, values: { count } })

test('a month without records keeps its place', () => {
  const filled = withGaps([group(['2026-04-01'], 2), group([null], 9), group(['2026-01-01'], 1)], 'month')
  expect(filled.map(({ keys, values }) => [keys[0]?.value, values['count'] ?? 0])).toEqual([['2026-01-01', 1], ['2026-02-01', 0], ['2026-03-01', 0], ['2026-04-01', 2]])
})

test('beyond six series the small ones stand together', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  const groups = names.map((name, index) => group(['x', name], 10 - index))
  const chart = splitSeries([{ value: 'x', label: 'x', filter: '' }], groups, 'count', true, (key) => String(key?.value), (key) => String(key?.value), 'other')
  expect(chart.series.map(({ name, total }) => [name, total])).toEqual([['a', 10], ['b', 9], ['c', 8], ['d', 7], ['e', 6], ['other', 5 + 4 + 3]])
  expect(chart.series).toHaveLength(MOST_SERIES)
})

test('averages of small series are not added up', () => {
  const groups = Array.from({ length: 8 }, (_, index) => group(['x', String(index)], index))
  const chart = splitSeries([{ value: 'x', label: 'x', filter: '' }], groups, 'count', false, String, String, 'other')
  expect(chart.series.map(({ name }) => name)).not.toContain('other')
})

test('sums in two currencies stay two sums', () => {
  expect(addFigures([[{ amount: 100, currency: 'EUR' }], [{ amount: 50, currency: 'EUR' }, { amount: 7, currency: 'USD' }], null])).toEqual([{ currency: 'EUR', amount: 150 }, { currency: 'USD', amount: 7 }])
})

test('a single series keeps the order and the questions', () => {
  expect(singleSeries([group(['b'], 1), group(['a'], 2)], 'count', (key) => String(key?.value)).series[0]?.points.map(({ label, value, filter }) => [label, value, filter])).toEqual([['b', 1, 'f(b)'], ['a', 2, 'f(a)']])
})
