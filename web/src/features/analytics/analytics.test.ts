import { expect, test } from 'vitest'
import type { Cube } from '@/lib/analysis'
import { bandPath, heightOf, labelEvery, linePath, nearest } from '@/ui/charts/geometry'
import { conditionsOf, cubeCsv, measuresOf, mostOf, printConditions, toggled } from './cube'
import { kindOf, modelName, numbersOf } from './models'
import { zones } from './rfm'

test('a line breaks where a value is missing', () => {
  expect(linePath([[0, 1], [1, 2], null, [3, 4]])).toBe('M0.0 1.0L1.0 2.0M3.0 4.0')
  expect(linePath([])).toBe('')
})

test('a band runs along its upper line and back along the lower', () => {
  expect(bandPath([[0, 1], [2, 1]], [[0, 3], [2, 3]])).toBe('M0.0 1.0L2.0 1.0L2.0 3.0L0.0 3.0Z')
  expect(bandPath([[0, 1]], [[0, 3]])).toBe('')
})

test('an axis has its low end below and survives one value alone', () => {
  expect(heightOf(0, 0, 10, 5, 100)).toBe(105)
  expect(heightOf(10, 0, 10, 5, 100)).toBe(5)
  expect(heightOf(3, 3, 3, 5, 100)).toBe(105)
})

test('the pointer reads the nearest place and never one outside', () => {
  expect([-20, 0, 49, 51, 400].map((x) => nearest(x, 3, 200))).toEqual([0, 0, 0, 1, 2])
  expect(nearest(10, 1, 200)).toBe(0)
})

test('labels leave each other room', () => {
  expect(labelEvery(12, 1200, 60)).toBe(1)
  expect(labelEvery(30, 300, 60)).toBe(6)
})

test('the named segments cover each of the 25 fields once', () => {
  const fields = zones.flatMap(({ bottom, top, left, right }) => {
    const inside: string[] = []
    for (let recency = bottom; recency <= top; recency += 1) for (let frequency = left; frequency <= right; frequency += 1) inside.push(`${recency}${frequency}`)
    return inside
  })
  expect(new Set(fields).size).toBe(25)
  expect(fields).toHaveLength(25)
})

test('the measures of an address keep their order; unknown ones are left out, and the last stays', () => {
  expect(measuresOf('orders,nonsense,revenue')).toEqual(['revenue', 'orders'])
  expect(measuresOf(undefined)).toEqual(['revenue', 'orders', 'customers'])
  expect(toggled(['revenue'], 'margin')).toBe('revenue,margin')
  expect(toggled(['revenue'], 'revenue')).toBe('revenue')
})

test('conditions go through the address and back', () => {
  expect(conditionsOf('country:DE,segment:,:x,y')).toEqual([{ dimension: 'country', key: 'DE' }, { dimension: 'segment', key: '' }])
  expect(printConditions(conditionsOf('month:2017-01'))).toBe('month:2017-01')
  expect(printConditions([])).toBeUndefined()
})

const usd = (amount: number) => ({ amount, currency: 'USD' })
const cube: Cube = {
  from: '2017-01-01', to: '2017-06-30', compare: null, more: false, columns: [{ key: 'web', title: 'Web', total: { values: { revenue: usd(1050) }, before: null } }],
  rows: [{ key: 'a', title: '', cells: [{ column: 'web', values: { revenue: usd(1050) }, before: null }], total: { values: { revenue: usd(2050) }, before: null } }, { key: null, title: '', cells: [], total: { values: { revenue: usd(100) }, before: null } }],
  total: { values: { revenue: usd(2150) }, before: null },
}

test('a copied cube is the table as it stands, in plain decimals', () => {
  const text = cubeCsv(cube, ['revenue'], { rows: 'Class', rowName: (key) => key ?? 'Not set', columnName: (_, title) => title ?? '', measure: () => 'Revenue', total: 'Total', before: 'before' })
  expect(text).toBe('Class,Web Revenue (USD),Total Revenue (USD)\r\na,10.50,20.50\r\nNot set,,1.00\r\nTotal,10.50,21.50')
})

test('a compared cube has before beside now', () => {
  const compared = { ...cube, columns: [], compare: { from: '2016-01-01', to: '2016-06-30' } }
  const text = cubeCsv(compared, ['revenue'], { rows: 'Class', rowName: (key) => key ?? 'Not set', columnName: (_, title) => title ?? '', measure: () => 'Revenue', total: 'Total', before: 'before' })
  expect(text.split('\r\n')[0]).toBe('Class,Revenue (USD),Revenue (USD) before')
})

test('the deepest shade is the largest cell, not the total', () => {
  expect(mostOf(cube, 'revenue', (value) => (typeof value === 'number' ? value : (value?.amount ?? 0)))).toBe(1050)
})

test('methods and models are known by their codes', () => {
  const said = ((key: string) => key) as never
  expect(['ets(A,Ad,N)', 'theta', 'seasonal_naive', 'naive', 'croston_sba', 'prophet', 'Theta(1.59) + ETS(M,N,N)'].map((one) => modelName(one, said))).toEqual(['method.ets (A,Ad,N)', 'method.theta', 'method.seasonal_naive', 'method.naive', 'method.croston', 'prophet', 'method.theta (1.59) + method.ets (M,N,N)'])
  expect(kindOf('customers.value')?.title).toBe('model.value')
  expect(kindOf('forecast.revenue')?.title).toBe('model.forecast')
  expect(kindOf('customers.unheard')).toBeUndefined()
})

test('of what was learned the numbers are told, with their errors where they are known', () => {
  expect(numbersOf({ family: 'bg_nbd', log_likelihood: -9582.4, orders: { r: { value: 0.243, error: 0.01 }, alpha: { value: 4.4, error: null } }, clusters: { tried: [1, 2], k: 3 } })).toEqual([
    { name: 'log_likelihood', value: -9582.4, error: null }, { name: 'r', value: 0.243, error: 0.01 }, { name: 'alpha', value: 4.4, error: null }, { name: 'k', value: 3, error: null },
  ])
  expect(numbersOf(null)).toEqual([])
})
