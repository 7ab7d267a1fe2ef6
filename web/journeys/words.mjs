// What the workspace says, by the key of its English catalogue: a journey looks for words a person sees, and a better
// wording does not break it.

import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../src/lib/locales/', import.meta.url)
/** The shell's texts and those of each part, which stand in folders of their own. */
const parts = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => `${entry.name}/`)
const words = Object.assign({}, ...['', ...parts].map((part) => JSON.parse(readFileSync(new URL(`${part}en.json`, folder), 'utf8'))))

/** The English text for `key` with `{{names}}` filled in. */
export function text(key, values = {}) {
  const found = words[key]
  if (found === undefined) throw new Error(`the workspace has no text "${key}"`)
  return found.replace(/{{(\w+)}}/g, (_, name) => String(values[name] ?? ''))
}

/** A pattern for `key` with anything in place of its `{{names}}`; `within` other words too. */
export function like(key, within = false) {
  const found = words[key] ?? words[`${key}_other`]
  if (found === undefined) throw new Error(`the workspace has no text "${key}"`)
  const parts = found.split(/{{\w+}}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(within ? parts.join('.*') : `^${parts.join('.*')}$`)
}
