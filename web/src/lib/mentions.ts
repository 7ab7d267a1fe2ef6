/** People named in a text: `@Ana Pop` while writing, `@[Ana Pop](user:0198…)` as it is kept. */

export interface Person {
  id: string
  name: string
}

const KEPT = /@\[([^\]]+)\]\(user:([^)]+)\)/g

/** The text as it is kept: every name picked from the list becomes a mention, the longest first. */
export function toKept(text: string, people: readonly Person[]): string {
  let kept = text
  for (const person of [...people].sort((a, b) => b.name.length - a.name.length)) {
    // Names already turned into mentions stand in brackets and are left alone.
    kept = kept.replaceAll(new RegExp(`@${escaped(person.name)}(?![\\p{L}\\p{N}\\]])`, 'gu'), `@[${person.name}](user:${person.id})`)
  }
  return kept
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** A text with its mentions as parts of their own. */
export function partsOf(text: string): (string | Person)[] {
  const parts: (string | Person)[] = []
  let at = 0
  for (const match of text.matchAll(KEPT)) {
    if (match.index > at) parts.push(text.slice(at, match.index))
    parts.push({ name: match[1] ?? '', id: match[2] ?? '' })
    at = match.index + match[0].length
  }
  if (at < text.length) parts.push(text.slice(at))
  return parts
}

/** The text as people read it, mentions as plain names. */
export function toShown(text: string): string {
  return text.replaceAll(KEPT, '@$1')
}

/** What is being typed behind an `@` at the caret, or null when nobody is being named. */
export function namedAt(text: string, caret: number): { from: number; words: string } | null {
  const match = /(?:^|[\s(])@([\p{L}\p{N}][\p{L}\p{N} .'-]{0,40}|)$/u.exec(text.slice(0, caret))
  if (!match) return null
  const words = match[1] ?? ''
  return { from: caret - words.length - 1, words }
}
