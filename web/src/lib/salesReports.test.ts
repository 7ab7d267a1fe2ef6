import { describe, expect, test } from 'vitest'
import { movedBy, namedPeriod, waterfallBars, type Cell, type ReportRow } from './salesReports'

const money = (amount: number): Cell => ({ value: { kind: 'money', value: { amount, currency: 'EUR' } }, before: { kind: 'none' }, opens: null })
const row = (key: string, amount: number, is_total = false): ReportRow => ({ key, label: key, cells: [money(amount)], is_total })

describe('a waterfall', () => {
  test('begins at nothing, hangs each bar on the one before, and ends at nothing again', () => {
    expect(waterfallBars([row('opening', 100, true), row('new', 100), row('won', -150), row('closing', 50, true)], 0)).toEqual([
      { from: 0, to: 0.5 }, { from: 0.5, to: 1 }, { from: 0.25, to: 1 }, { from: 0, to: 0.25 },
    ])
  })

  test('of nothing has no length', () => {
    expect(waterfallBars([row('opening', 0, true), row('closing', 0, true)], 0)).toEqual([{ from: 0, to: 0 }, { from: 0, to: 0 }])
  })
})

test('shares move by points, amounts by their part', () => {
  const share = (value: number): Cell['value'] => ({ kind: 'share', value })
  expect(movedBy({ value: share(0.5), before: share(0.25), opens: null })).toBe(0.25)
  expect(movedBy({ ...money(150), before: money(100).value })).toBe(0.5)
  expect(movedBy({ ...money(150), before: money(0).value })).toBeNull()
})

test('a named period ends on the day of the data or on its own last', () => {
  expect(namedPeriod('this_quarter', '2017-11-20')).toEqual({ from: '2017-10-01', to: '2017-11-20' })
  expect(namedPeriod('last_quarter', '2017-02-20')).toEqual({ from: '2016-10-01', to: '2016-12-31' })
  expect(namedPeriod('last_month', '2016-03-31')).toEqual({ from: '2016-02-01', to: '2016-02-29' })
  expect(namedPeriod('last_year', '2017-02-20')).toEqual({ from: '2016-01-01', to: '2016-12-31' })
})
