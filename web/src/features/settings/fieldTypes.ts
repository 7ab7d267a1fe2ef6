import type { FieldType } from '@/lib/definitions'

export const TYPE_LABELS: Record<FieldType, string> = {
  text: 'type.text', long_text: 'type.long_text', integer: 'type.integer', number: 'type.number', money: 'type.money', date: 'type.date', time: 'type.time', choice: 'type.choice', multi_choice: 'type.multi_choice',
  boolean: 'type.boolean', email: 'type.email', phone: 'type.phone', url: 'type.url', address: 'type.address', file: 'type.file', link: 'type.link', links: 'type.links', formula: 'type.formula', roll_up: 'type.roll_up', json: 'type.json',
}

/** What can be added, the everyday ones first. */
export const NEW_TYPES: FieldType[] = ['text', 'long_text', 'integer', 'number', 'money', 'date', 'time', 'boolean', 'choice', 'multi_choice', 'email', 'phone', 'url', 'address', 'file', 'link', 'links', 'formula', 'roll_up']
export const RESULT_TYPES: FieldType[] = ['text', 'integer', 'number', 'money', 'date', 'time', 'boolean']

/** One sentence for each, shown where a type is chosen. */
export const TYPE_HINTS: Partial<Record<FieldType, string>> = {
  text: 'hint.text', long_text: 'hint.long_text', integer: 'hint.integer', number: 'hint.number', money: 'hint.money', date: 'hint.date', time: 'hint.time', choice: 'hint.choice', multi_choice: 'hint.multi_choice',
  boolean: 'hint.boolean', email: 'hint.email', phone: 'hint.phone', url: 'hint.url', address: 'hint.address', file: 'hint.file', link: 'hint.link', links: 'hint.links', formula: 'hint.formula', roll_up: 'hint.roll_up',
}
