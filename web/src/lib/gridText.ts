/** A range of cells as text that Excel and its like understand: tab-separated lines, cells with line breaks in quotes. */

import { optionsOf, storedType, type FieldDef } from './definitions'
import { formatAddress, moneyInput, type Address, type Money } from './format'
import { isEmpty, linkedOf, type RecordData } from './records'

/** Lines of cells as one text. */
export function printTable(cells: readonly (readonly string[])[]): string {
  return cells.map((line) => line.map((cell) => (/["\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join('\t')).join('\n')
}

/** A value as a spreadsheet reads it: plain numbers, days as 2026-11-22, choices and links by their names. */
export function cellText(field: FieldDef, record: RecordData, labelOf: (labels: Record<string, string> | undefined) => string, oneCurrency: boolean): string {
  const value = record[field.name]
  if (field.type === 'link' || field.type === 'links') return linkedOf(record, field).map((one) => one.title).join('; ')
  if (isEmpty(value)) return ''
  const nameOf = (one: unknown) => labelOf(optionsOf(field).find((option) => option.value === one)?.label) || String(one)
  switch (storedType(field)) {
    case 'choice': return nameOf(value)
    case 'multi_choice': return (Array.isArray(value) ? value : [value]).map(nameOf).join('; ')
    case 'money': return typeof value === 'object' ? `${moneyInput(value as Money)}${oneCurrency ? '' : ` ${(value as Money).currency}`}` : String(value)
    case 'address': return formatAddress(value as Address, 'en')
    case 'date': return String(value).slice(0, 10)
    case 'json': return JSON.stringify(value)
    case 'text': case 'long_text': case 'integer': case 'number': case 'time': case 'boolean': case 'email': case 'phone': case 'url': case 'file': case 'link': case 'links': case 'formula': case 'roll_up':
      return String(value)
  }
}
