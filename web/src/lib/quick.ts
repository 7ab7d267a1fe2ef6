/** A record made of nothing but its name, where that is all it needs: in a related list, in the picker of a link. */

import { templateFields, titleField, type ObjectDef } from './definitions'
import { isEmpty } from './records'

/** The values that `typed` gives to a new record; null where more is wanted and the form has to open. `given` is set elsewhere. */
export function valuesOfName(object: ObjectDef, typed: string, given: readonly string[] = []): Record<string, unknown> | null {
  const single = titleField(object)
  const names = single ? [single.name] : templateFields(object.title)
  const naming = names.map((name) => object.fields.find((field) => field.name === name))
  const isPlain = naming.length > 0 && naming.length <= 2 && naming.every((field) => field !== undefined && !field.readonly && ['text', 'long_text', 'email'].includes(field.type))
  const lacks = object.fields.some((field) => field.required && !names.includes(field.name) && !given.includes(field.name) && isEmpty(field.default))
  if (!isPlain || lacks) return null
  const [first = '', last = ''] = names
  if (names.length === 1) return { [first]: typed.trim() }
  const words = typed.trim().split(/\s+/)
  // `Ana Maria Pop`: the last word is the family's; one word alone may be either, and stands as the first name.
  return words.length === 1 ? { [first]: typed.trim() } : { [first]: words.slice(0, -1).join(' '), [last]: words.at(-1) }
}
