import { expect, test } from 'vitest'
import { isTelling, learnedOf, type Outlook } from '@/lib/outlook'
import { behind, type Plan, type PlanCell } from '@/lib/planning'
import { pasted, readQuota } from './PlanSheet'

const cell: PlanCell = { quota: null, derived: false, below: null, won: 0, before: 0 }
const plan: Plan = {
  by: 'person', unit: 'quarter', year: 2026, measure: 'revenue', currency: 'EUR', may_plan: true, is_empty: true, without_rate: 0, sums: [],
  periods: ['2026-01-01', '2026-04-01'].map((first, index) => ({ name: `2026-Q${index + 1}`, first, last: first })),
  rows: ['a', 'b'].map((id) => ({ id, title: id, above: null, depth: 0, may_change: id === 'a', people: [], cells: [cell, cell] })),
}

test('a quota is read as people write amounts', () => {
  expect([readQuota('1 200,50', 'revenue', 'EUR'), readQuota('€1,200', 'revenue', 'EUR'), readQuota('', 'revenue', 'EUR')]).toEqual([120_050, 120_000, null])
  expect([readQuota('-3', 'revenue', 'EUR'), readQuota('12 USD', 'revenue', 'EUR'), readQuota('1.5', 'deals', 'EUR'), readQuota('12', 'deals', 'EUR')]).toEqual([undefined, undefined, undefined, 12])
})

test('a block from a spreadsheet lands where one stands, and what cannot be taken is counted', () => {
  expect(pasted(plan, '10\t20\n', { row: 0, column: 0 })).toEqual({ faults: 0, cells: [{ of: 'a', starts_on: '2026-01-01', value: 1_000 }, { of: 'a', starts_on: '2026-04-01', value: 2_000 }] })
  expect(pasted(plan, '5\t7\n1\tx', { row: 0, column: 1 })).toEqual({ faults: 3, cells: [{ of: 'a', starts_on: '2026-04-01', value: 500 }] })
})

test('what was learned is told of a period that has begun, or of one month ahead', () => {
  const total = (expected: number) => ({ expected, low: expected - 10, high: expected + 10 })
  const months = [['2026-11-01', '2026-11-30', 100], ['2026-12-01', '2026-12-31', 200], ['2027-01-01', '2027-01-31', 300]] as const
  const outlook: Outlook = { state: 'made', since: '2026-11-20', currency: 'EUR', quality: { tested: 15, made_to_hold: 80, deals_held: 80, amounts_held: 80, deals_error: 14, amounts_error: 13, plain_error: 21 }, months: months.map(([month, last, amount], index) => ({ month, last, amount: total(amount), deals: total(1), amount_so_far: total([100, 300, 600][index] ?? 0), deals_so_far: total(1) })) }
  const of = (first: string, last: string) => learnedOf({ currency: 'EUR', period: { first, last }, course: [{ day: '2026-11-19', closed: 50 }, { day: '2026-11-20', closed: 70 }] } as never, outlook)?.expected
  expect([of('2026-11-01', '2026-11-30'), of('2026-12-01', '2026-12-31'), of('2026-10-01', '2026-12-31'), of('2027-01-01', '2027-03-31'), of('2026-10-01', '2026-10-31')]).toEqual([150, 200, 350, undefined, undefined])
  expect(learnedOf({ currency: 'USD' } as never, outlook)).toBeNull()
  expect(isTelling({ ...outlook, quality: { ...outlook.quality!, amounts_error: 250 } })).toBe(false)
})

test('a figure opens what it counts', () => {
  const period = { name: '2026-02', first: '2026-02-01', last: '2026-02-28' }
  expect(behind({ by: 'person', measure: 'deals' }, { id: 'a', people: [] }, period)).toEqual({ plural: 'deals', question: 'status = "won" and closed_on in "2026-02-01" to "2026-02-28" and owner in ("a")' })
  expect(behind({ by: 'team', measure: 'calls' }, { id: 't', people: ['a', 'b'] }, period)).toEqual({ plural: 'activities', question: 'is_done and kind in ("call") and done_at in "2026-02-01" to "2026-02-28" and owner in ("a", "b")' })
  expect(behind({ by: 'team', measure: 'visits' }, { id: 't', people: [] }, period).question).toContain('owner is empty')
})
