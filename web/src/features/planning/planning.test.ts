import { expect, test } from 'vitest'
import type { Plan, PlanCell } from '@/lib/planning'
import { pasted, readQuota } from './PlanSheet'

const cell: PlanCell = { quota: null, derived: false, below: null, won: 0, before: 0 }
const plan: Plan = {
  by: 'person', unit: 'quarter', year: 2026, measure: 'revenue', currency: 'EUR', may_plan: true, is_empty: true, without_rate: 0, sums: [],
  periods: ['2026-01-01', '2026-04-01'].map((first, index) => ({ name: `2026-Q${index + 1}`, first, last: first })),
  rows: ['a', 'b'].map((id) => ({ id, title: id, above: null, depth: 0, may_change: id === 'a', cells: [cell, cell] })),
}

test('a quota is read as people write amounts', () => {
  expect([readQuota('1 200,50', 'revenue', 'EUR'), readQuota('€1,200', 'revenue', 'EUR'), readQuota('', 'revenue', 'EUR')]).toEqual([120_050, 120_000, null])
  expect([readQuota('-3', 'revenue', 'EUR'), readQuota('12 USD', 'revenue', 'EUR'), readQuota('1.5', 'deals', 'EUR'), readQuota('12', 'deals', 'EUR')]).toEqual([undefined, undefined, undefined, 12])
})

test('a block from a spreadsheet lands where one stands, and what cannot be taken is counted', () => {
  expect(pasted(plan, '10\t20\n', { row: 0, column: 0 })).toEqual({ faults: 0, cells: [{ of: 'a', starts_on: '2026-01-01', value: 1_000 }, { of: 'a', starts_on: '2026-04-01', value: 2_000 }] })
  expect(pasted(plan, '5\t7\n1\tx', { row: 0, column: 1 })).toEqual({ faults: 3, cells: [{ of: 'a', starts_on: '2026-04-01', value: 500 }] })
})
