import { expect, test } from 'vitest'
import { amountText, changeOf, cohortShare, concentration, csvOf, daysText, firstDay, heightAt, periodName, plainOf, shareText } from './analysisFigures'

const usd = (amount: number) => ({ amount, currency: 'USD' })

test('a figure reads as its kind: money, a share, a count; what nobody knows is a dash', () => {
  expect(amountText(usd(20450), 'revenue', 'en-GB')).toBe('$204.50')
  expect(amountText(0.371, 'margin_share', 'en-GB')).toBe('37%')
  expect(amountText(1653.4, 'orders', 'en-GB')).toBe('1,653')
  expect(amountText(4.13, 'orders', 'en-GB')).toBe('4.1')
  expect(amountText(null, 'margin', 'en-GB')).toBe('—')
})

test('from a thousand on nobody reads the cents, and a tile has no room for the last digits of a crowd', () => {
  expect(amountText(usd(1234567890), 'revenue', 'en-GB')).toBe('$12,345,679')
  expect(amountText(usd(7333333), 'revenue', 'en-GB', true)).toBe('$73,333')
  expect(amountText(usd(4967), 'per_order', 'en-GB', true)).toBe('$49.67')
  expect(amountText(1_234_567, 'orders', 'en-GB', true)).toBe('1.2m')
})

test('below ten a share keeps one decimal', () => {
  expect([0, 0.004, 0.087, 0.0996, 0.41].map((share) => shareText(share, 'en-GB'))).toEqual(['0%', '0.4%', '8.7%', '10%', '41%'])
})

test('days take the form the language has for their number', () => {
  expect(daysText(1, 'en-GB')).toBe('1 day')
  expect([1, 2, 5].map((days) => daysText(days, 'ru'))).toEqual(['1 день', '2 дня', '5 дней'])
})

test('amounts move by a part of what they were, shares by points, and nothing moves from nothing', () => {
  expect(changeOf(usd(150), usd(100), 'revenue')).toBe(0.5)
  expect(changeOf(-50, -100, 'margin')).toBe(0.5)
  expect(changeOf(0.4, 0.35, 'margin_share')).toBeCloseTo(0.05)
  expect(changeOf(10, 0, 'orders')).toBeNull()
  expect(changeOf(10, null, 'orders')).toBeNull()
})

test('a period begins on its first day, however it is named', () => {
  expect(['2015', '2015-04', '2015-Q2', '2015-04-06', '2015-04-06T00:00:00Z'].map(firstDay)).toEqual(['2015-01-01', '2015-04-01', '2015-04-01', '2015-04-06', '2015-04-06'])
  expect(periodName('2015-Q4', 'quarter', 'en-GB')).toBe('Q4 2015')
})

test('the curve of concentration is the one told, else its known points in their order', () => {
  const classes = [{ share: 0.16, revenue_share: 0.8 }, { share: 0.26, revenue_share: 0.15 }, { share: 0.58, revenue_share: 0.05 }]
  expect(concentration({ classes, top_20_share: 0.82 }).map(([x, y]) => [Math.round(x * 100), Math.round(y * 100)])).toEqual([[0, 0], [16, 80], [20, 82], [42, 95], [100, 100]])
  expect(concentration({ curve: [0, 0.9, 1], classes, top_20_share: 0.82 })).toEqual([[0, 0], [0.5, 0.9], [1, 1]])
  expect(concentration({ classes: [], top_20_share: null })).toEqual([[0, 0], [1, 1]])
})

test('between two points a curve is straight', () => {
  expect(heightAt([[0, 0], [0.2, 0.8], [1, 1]], 0.1)).toBeCloseTo(0.4)
  expect(heightAt([[0, 0], [0.2, 0.8], [1, 1]], 0.6)).toBeCloseTo(0.9)
  expect(heightAt([[0, 0], [0.2, 0.8], [1, 1]], 1)).toBe(1)
})

test('a cohort of nobody holds no share', () => {
  expect(cohortShare(20, 80)).toBe(0.25)
  expect(cohortShare(usd(50), usd(100))).toBe(0.5)
  expect(cohortShare(0, 0)).toBeNull()
})

test('CSV quotes what would break a line, and a spreadsheet gets no formula', () => {
  expect(csvOf([['Name', 'Revenue'], ['Say "hi", Bob', 12.5], ['=1+1', null], ['-12.50', '-']])).toBe('Name,Revenue\r\n"Say ""hi"", Bob",12.5\r\n\'=1+1,\r\n-12.50,\'-')
  expect(plainOf(usd(123405))).toBe('1234.05')
})
