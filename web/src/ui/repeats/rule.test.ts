import { expect, test } from 'vitest'
import { readRule, weekdayName, writeRule } from './rule'

test('a rule that has words comes back as it was', () => {
  for (const text of ['FREQ=DAILY', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH', 'FREQ=MONTHLY;BYDAY=-1FR', 'FREQ=MONTHLY;COUNT=5;BYMONTHDAY=15', 'FREQ=YEARLY;UNTIL=20301231']) {
    const rule = readRule(text)
    expect(rule && writeRule(rule)).toBe(text)
  }
})

test('a rule that says more than there are words for stays text', () => {
  for (const text of ['', 'FREQ=HOURLY', 'FREQ=MONTHLY;BYDAY=1MO,2TU', 'FREQ=YEARLY;BYMONTH=2', 'FREQ=DAILY;BYDAY=MO', 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1', 'nonsense']) expect(readRule(text)).toBeNull()
})

test('days have their names', () => {
  expect([weekdayName('MO', 'en'), weekdayName('SU', 'ro')]).toEqual(['Monday', 'duminică'])
})
