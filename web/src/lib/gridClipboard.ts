/**
 * Text from Excel and its like as values: tab-separated lines, cells with line breaks in quotes. What cannot be read is
 * named by a code, cell by cell; nothing is guessed. The way back is in `gridText`.
 */

import { optionsOf, storedType, type FieldDef } from './definitions'
import { parseMoney, parseNumber } from './format'

/** Text of the clipboard as lines of cells; the empty line that Excel adds at the end is none. */
export function parseTable(text: string): string[][] {
  const lines: string[][] = [[]]
  let cell = ''
  let at = 0
  const endCell = () => {
    lines.at(-1)?.push(cell)
    cell = ''
  }
  while (at < text.length) {
    const sign = text[at]
    if (sign === '"' && cell === '') {
      const end = closingQuote(text, at)
      if (end !== null) {
        cell = text.slice(at + 1, end).replaceAll('""', '"')
        at = end + 1
        continue
      }
    }
    if (sign === '\t') endCell()
    else if (sign === '\n') {
      endCell()
      lines.push([])
    } else if (sign !== '\r') cell += sign
    at += 1
  }
  if (cell !== '' || (lines.at(-1)?.length ?? 0) > 0) endCell()
  else lines.pop()
  return lines
}

/** Where a quoted cell ends; null when the quote is only the first letter of a text. */
function closingQuote(text: string, from: number): number | null {
  let at = from + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote === -1) return null
    if (text[quote + 1] === '"') {
      at = quote + 2
      continue
    }
    const next = text[quote + 1]
    return next === undefined || next === '\t' || next === '\n' || next === '\r' ? quote : null
  }
}

export type CellFault = 'not_number' | 'not_whole' | 'not_amount' | 'not_day' | 'not_moment' | 'not_yes_or_no' | 'no_option' | 'not_email' | 'too_long' | 'not_found' | 'several_found' | 'needed' | 'not_editable' | 'not_from_text'

/** What a pasted text means in a field; a link is only named and must be looked up. */
export type Read = { value: unknown } | { names: string[] } | { fault: CellFault }

export interface ReadContext {
  /** Amounts without a currency are in this one. */
  currency: string
  /** `en-US` writes the month first. */
  locale: string
}

export function readCell(field: FieldDef, text: string, { currency, locale }: ReadContext): Read {
  const typed = text.trim()
  if (typed === '') return field.required ? { fault: 'needed' } : { value: field.type === 'links' || field.type === 'multi_choice' ? [] : null }
  const type = storedType(field)
  switch (type) {
    case 'integer': case 'number': {
      const percent = typed.endsWith('%')
      const number = parseNumber(percent ? typed.slice(0, -1) : typed)
      if (number === null) return { fault: 'not_number' }
      return type === 'integer' && !Number.isInteger(number) ? { fault: 'not_whole' } : { value: number }
    }
    case 'money': {
      const money = parseMoney(typed, currency)
      return money ? { value: money } : { fault: 'not_amount' }
    }
    case 'date': {
      const day = readDay(typed, locale)
      return day ? { value: day } : { fault: 'not_day' }
    }
    case 'time': {
      const moment = readMoment(typed, locale)
      return moment ? { value: moment } : { fault: 'not_moment' }
    }
    case 'boolean': {
      const truth = readTruth(typed)
      return truth === null ? { fault: 'not_yes_or_no' } : { value: truth }
    }
    case 'choice': {
      const option = optionNamed(field, typed)
      return option === null ? { fault: 'no_option' } : { value: option }
    }
    case 'multi_choice': {
      const options = severalOf(typed).map((one) => optionNamed(field, one))
      return options.includes(null) ? { fault: 'no_option' } : { value: [...new Set(options)] }
    }
    case 'link': return { names: [typed] }
    case 'links': return { names: severalOf(typed) }
    case 'email': return /^\S+@\S+\.\S+$/.test(typed) ? { value: typed } : { fault: 'not_email' }
    case 'text': case 'long_text': case 'phone': case 'url':
      return field.max && typed.length > field.max ? { fault: 'too_long' } : { value: type === 'long_text' ? text.trimEnd() : typed }
    case 'address': case 'file': case 'json': return { fault: 'not_from_text' }
    case 'formula': case 'roll_up': return { fault: 'not_editable' }
  }
}

function severalOf(text: string): string[] {
  return text.split(text.includes(';') ? ';' : ',').map((one) => one.trim()).filter((one) => one !== '')
}

function optionNamed(field: FieldDef, text: string): string | null {
  const wanted = text.toLocaleLowerCase()
  const option = optionsOf(field).find((one) => one.value.toLocaleLowerCase() === wanted || Object.values(one.label).some((label) => label.toLocaleLowerCase() === wanted))
  return option?.value ?? null
}

/** The words spreadsheets and people write, in the languages of the workspace. */
const YES = new Set(['true', 'yes', 'y', '1', 'x', '✓', 'да', '是', 'wahr', 'da'])
const NO = new Set(['false', 'no', 'n', '0', '-', 'нет', '否', 'falsch', 'nu'])

function readTruth(text: string): boolean | null {
  const word = text.toLocaleLowerCase()
  return YES.has(word) ? true : NO.has(word) ? false : null
}

/** `2026-11-22`, `22.11.2026`, `11/22/2026` where the month goes first, `22 Nov 2026`, `2026年11月22日`. */
export function readDay(text: string, locale: string): string | null {
  const iso = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text)
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const parts = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})$/.exec(text)
  if (parts) {
    const year = Number(parts[4]) + ((parts[4] ?? '').length === 2 ? 2000 : 0)
    const [first, second] = [Number(parts[1]), Number(parts[3])]
    const monthFirst = parts[2] === '/' && locale === 'en-US' ? second > 0 && first <= 12 : second > 12 && first <= 12
    return monthFirst ? dayOf(year, first, second) : dayOf(year, second, first)
  }
  // Words for months: only English ones, as every spreadsheet can write them.
  const words = /^(\d{1,2})\.? ([A-Za-z]{3,9}),? (\d{4})$/.exec(text) ?? swapped(/^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})$/.exec(text))
  if (!words) return null
  const month = MONTHS.indexOf((words[2] ?? '').slice(0, 3).toLowerCase()) + 1
  return month > 0 ? dayOf(Number(words[3]), month, Number(words[1])) : null
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

function swapped(match: RegExpExecArray | null): (string | undefined)[] | null {
  return match ? [match[0], match[2], match[1], match[3]] : null
}

function dayOf(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  return date.toISOString().slice(0, 10)
}

function readMoment(text: string, locale: string): string | null {
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) {
    const exact = new Date(text)
    return Number.isNaN(exact.getTime()) ? null : exact.toISOString()
  }
  const parts = /^(.*?)[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?$/.exec(text)
  const day = readDay((parts?.[1] ?? text).trim(), locale)
  if (!day) return null
  const late = /p/i.test(parts?.[5] ?? '')
  const hour = Number(parts?.[2] ?? 0)
  const hours = parts?.[5] ? (hour % 12) + (late ? 12 : 0) : hour
  const moment = new Date(`${day}T${String(hours).padStart(2, '0')}:${parts?.[3] ?? '00'}:${parts?.[4] ?? '00'}`)
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString()
}
