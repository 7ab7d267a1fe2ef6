// What the workspace says, by the key of its English catalogue: a journey looks for words a person sees, and a better
// wording does not break it.

import { readFileSync } from 'node:fs'

const words = JSON.parse(readFileSync(new URL('../src/lib/locales/en.json', import.meta.url), 'utf8'))

/** The English text for `key` with `{{names}}` filled in. */
export function text(key, values = {}) {
  const found = words[key]
  if (found === undefined) throw new Error(`the workspace has no text "${key}"`)
  return found.replace(/{{(\w+)}}/g, (_, name) => String(values[name] ?? ''))
}

/** A pattern for `key` with anything in place of its `{{names}}`. */
export function like(key) {
  const found = words[key] ?? words[`${key}_other`]
  if (found === undefined) throw new Error(`the workspace has no text "${key}"`)
  const parts = found.split(/{{\w+}}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}
