import { describe, expect, test } from 'vitest'
import { currencyDigits, dayKey, formatAddress, formatCount, formatDate, formatDay, formatInteger, formatMoney, formatRelative, hueOf, initialsOf, moneyInput, parseMoney, parseNumber } from './format'

/** Intl writes narrow and non-breaking spaces; people do not see the difference. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

describe('money', () => {
  test('keeps the currency and its decimals', () => {
    expect(formatMoney({ amount: 120450, currency: 'EUR' }, 'en')).toBe('€1,204.50')
    expect(formatMoney({ amount: 120450, currency: 'JPY' }, 'en')).toBe('¥120,450')
    expect(plain(formatMoney({ amount: 120450, currency: 'RON' }, 'ro'))).toBe('1.204,50 lei')
  })
  test('loses empty decimals only when short', () => {
    expect(formatMoney({ amount: 120000, currency: 'EUR' }, 'en', true)).toBe('€1,200')
    expect(formatMoney({ amount: 120050, currency: 'EUR' }, 'en', true)).toBe('€1,200.50')
  })
  test('an unknown currency is still an amount', () => {
    expect(formatMoney({ amount: 100, currency: '??' }, 'en')).toContain('1')
    expect(currencyDigits('??')).toBe(2)
  })
  test('is read as people type it', () => {
    expect(parseMoney('1 204,50 €', 'USD')).toEqual({ amount: 120450, currency: 'EUR' })
    expect(parseMoney('1,204.50', 'EUR')).toEqual({ amount: 120450, currency: 'EUR' })
    expect(parseMoney('99 usd', 'EUR')).toEqual({ amount: 9900, currency: 'USD' })
    expect(parseMoney('much', 'EUR')).toBeNull()
  })
  test('goes to an input and back unchanged', () => {
    const money = { amount: -5, currency: 'EUR' }
    expect(parseMoney(moneyInput(money), 'EUR')).toEqual(money)
  })
})

describe('numbers', () => {
  test.each([['1,234', 1234], ['1,5', 1.5], ['1.234,5', 1234.5], ['1,234.5', 1234.5], ['-7', -7], ['1 000', 1000], ['1.234.567', 1234567]])('%s is %d', (typed, number) => {
    expect(parseNumber(typed)).toBe(number)
  })
  test.each(['', '-', '1-2', 'abc', '1e5'])('%s is no number', (typed) => {
    expect(parseNumber(typed)).toBeNull()
  })
})

describe('dates', () => {
  test('a calendar day is the same everywhere', () => {
    expect(formatDate('2017-06-30', 'en-GB')).toBe('30 Jun 2017')
  })
  test('text that is no date stays text', () => {
    expect(formatDate('soon', 'en')).toBe('soon')
  })
  test('near moments are told by distance, far ones by date', () => {
    const now = Date.parse('2026-11-21T12:00:00Z')
    expect(formatRelative('2026-11-21T11:30:00Z', 'en', now)).toMatch(/30\s?m/)
    expect(formatRelative('2026-11-23T12:00:00Z', 'en', now)).toMatch(/2\s?d/)
    expect(formatRelative('2019-02-03T12:00:00Z', 'en', now)).toContain('2019')
  })
  test('the heading of a day names today and yesterday', () => {
    const now = new Date(2026, 10, 21, 12)
    expect(formatDay(new Date(2026, 10, 21, 1).toISOString(), 'en', now)).toBe('Today')
    expect(formatDay(new Date(2026, 10, 20, 23).toISOString(), 'ru', now)).toBe('Вчера')
    expect(dayKey(new Date(2026, 0, 5).toISOString())).toBe('2026-01-05')
  })
})

describe('names', () => {
  test('initials of people, the last sign of a Chinese name', () => {
    expect(initialsOf('Elena Pop')).toBe('EP')
    expect(initialsOf('Мария')).toBe('М')
    expect(initialsOf('李雨桐')).toBe('桐')
    expect(initialsOf('雨桐 Larsen')).toBe('桐')
    expect(initialsOf('  ')).toBe('')
  })
  test('one name has one hue', () => {
    expect(hueOf('Ana')).toBe(hueOf('Ana'))
  })
  test('an address is one line with the country in words', () => {
    expect(formatAddress({ street: 'Weg 1', city: 'Berlin', postal_code: '10115', country: 'DE' }, 'en')).toBe('Weg 1, 10115 Berlin, Germany')
    expect(formatAddress({}, 'en')).toBe('')
  })
})

test('a year has no thousands, a crowd has; an estimate no last digits', () => {
  expect(formatInteger(1984, 'en')).toBe('1984')
  expect(formatInteger(12400, 'en')).toBe('12,400')
  expect(formatCount({ value: 19032, exact: false }, 'en')).toBe('19K')
  expect(formatCount({ value: 19032, exact: true }, 'en')).toBe('19,032')
})
