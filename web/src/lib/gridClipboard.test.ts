import { describe, expect, test } from 'vitest'
import type { FieldDef } from './definitions'
import { parseTable, readCell, readDay } from './gridClipboard'
import { cellText, printTable } from './gridText'
import type { RecordData } from './records'

const field = (type: FieldDef['type'], more: Partial<FieldDef> = {}): FieldDef => ({ id: 'x', name: 'x', label: {}, type, ...more })
const stage = field('choice', { options: [{ value: 'won', label: { en: 'Won', ru: 'Выиграна' } }, { value: 'open', label: { en: 'Open' } }] })
const read = (of: FieldDef, text: string, locale = 'en-GB') => readCell(of, text, { currency: 'EUR', locale })
const record = (value: unknown, more: object = {}): RecordData => ({ id: '1', object: 'o', version: 1, title: '', created_at: '', updated_at: '', deleted_at: null, x: value, ...more })

describe('lines of cells', () => {
  test.each([
    [[['a', 'b'], ['c', 'd']]],
    [[['with\ttab', 'with "quotes"'], ['two\nlines', '']]],
    [[['', ''], ['', 'x']]],
    [[['"half a quote']]],
  ])('%j come back as they were', (cells) => {
    expect(parseTable(printTable(cells))).toEqual(cells)
  })
  test('what Excel copies ends with an empty line that is no row', () => {
    expect(parseTable('a\tb\r\nc\td\r\n')).toEqual([['a', 'b'], ['c', 'd']])
  })
  test('a quote inside a word is a letter', () => {
    expect(parseTable('"5 inch" pipe\tb')).toEqual([['"5 inch" pipe', 'b']])
  })
})

describe('values as text', () => {
  const labelOf = (labels: Record<string, string> | undefined) => labels?.['en'] ?? ''
  test('choices by their name, links by their title, amounts as plain numbers', () => {
    expect(cellText(stage, record('won'), labelOf, true)).toBe('Won')
    expect(cellText(field('links'), record(['7'], { linked: { x: [{ id: '7', object: 'tag', title: 'vip' }, { id: '8', object: 'tag', title: 'big' }] } }), labelOf, true)).toBe('vip; big')
    expect(cellText(field('money'), record({ amount: 120450, currency: 'EUR' }), labelOf, true)).toBe('1204.50')
    expect(cellText(field('money'), record({ amount: 120450, currency: 'EUR' }), labelOf, false)).toBe('1204.50 EUR')
    expect(cellText(field('text'), record(null), labelOf, true)).toBe('')
  })
})

describe('text as values', () => {
  test.each<[FieldDef, string, unknown]>([
    [field('integer'), '1 204', 1204],
    [field('number'), '12,5', 12.5],
    [field('number'), '40%', 40],
    [field('money'), '1.204,50', { amount: 120450, currency: 'EUR' }],
    [field('money'), '$10', { amount: 1000, currency: 'USD' }],
    [field('boolean'), 'Да', true],
    [field('boolean'), 'FALSE', false],
    [stage, 'выиграна', 'won'],
    [stage, 'open', 'open'],
    [field('date'), '22.11.2026', '2026-11-22'],
    [field('text'), ' Ana ', 'Ana'],
    [field('text'), '', null],
    [field('multi_choice', { options: stage.options ?? [] }), 'Won, open', ['won', 'open']],
  ])('%o of "%s"', (of, text, value) => {
    expect(read(of, text)).toEqual({ value })
  })
  test.each<[FieldDef, string, string]>([
    [field('integer'), '1.5', 'not_whole'],
    [field('number'), 'many', 'not_number'],
    [field('money'), 'a lot', 'not_amount'],
    [field('date'), '31.02.2026', 'not_day'],
    [stage, 'maybe', 'no_option'],
    [field('email'), 'ana at bakery', 'not_email'],
    [field('text', { max: 3 }), 'long', 'too_long'],
    [field('text', { required: true }), ' ', 'needed'],
    [field('address'), 'Main street 1', 'not_from_text'],
    [field('formula'), '7', 'not_editable'],
  ])('%o of "%s" is refused: %s', (of, text, fault) => {
    expect(read(of, text)).toEqual({ fault })
  })
  test('a link is named, to be looked up', () => {
    expect(read(field('link'), 'Blue Bakery, Ltd')).toEqual({ names: ['Blue Bakery, Ltd'] })
    expect(read(field('links'), 'vip; big')).toEqual({ names: ['vip', 'big'] })
  })
  test('a day is read as its writer meant it', () => {
    expect(readDay('11/22/2026', 'en-US')).toBe('2026-11-22')
    expect(readDay('03/04/2026', 'en-US')).toBe('2026-03-04')
    expect(readDay('03/04/2026', 'en-GB')).toBe('2026-04-03')
    expect(readDay('Nov 22, 2026', 'en')).toBe('2026-11-22')
    expect(readDay('2026年6月3日', 'zh')).toBe('2026-06-03')
    expect(readDay('soon', 'en')).toBeNull()
  })
})
