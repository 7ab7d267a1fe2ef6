import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { describe, expect, test } from 'vitest'

const source = join(import.meta.dirname, '../..')
const languages = ['en', 'ru', 'zh', 'ro'] as const
type Catalogue = Record<string, string>

/** The shell's texts and those of each part, which stand in folders of their own. */
const parts = ['.', ...readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)]
const read = (part: string, code: string) => JSON.parse(readFileSync(join(import.meta.dirname, part, `${code}.json`), 'utf8')) as Catalogue
const catalogues = Object.fromEntries(languages.map((code) => [code, Object.assign({}, ...parts.map((part) => read(part, code))) as Catalogue])) as Record<(typeof languages)[number], Catalogue>

test('a text stands in one catalogue only', () => {
  const all = parts.flatMap((part) => Object.keys(read(part, 'en')))
  expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([])
})

/** The forms a language has for counted things, as its readers expect them. */
const forms = { en: ['one', 'other'], ru: ['one', 'few', 'many', 'other'], zh: ['other'], ro: ['one', 'few', 'other'] } as const
const PLURAL = /_(zero|one|two|few|many|other)$/

const english = Object.keys(catalogues.en)
const counted = new Set(english.filter((key) => key.endsWith('_one')).map((key) => key.replace(PLURAL, '')))
const bases = new Set(english.map((key) => (counted.has(key.replace(PLURAL, '')) ? key.replace(PLURAL, '') : key)))
const spaces = new Set([...bases].map((key) => key.split('.')[0]))

/** Every quoted word of the code that looks like a key of a catalogue. */
function keysInCode(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || entry.name.includes('.test.')) continue
    const path = join(entry.parentPath, entry.name)
    for (const match of readFileSync(path, 'utf8').matchAll(/'([a-z_]+\.[a-z_]+)'/g)) {
      const key = match[1] ?? ''
      if (spaces.has(key.split('.')[0])) found.set(key, (found.get(key) ?? new Set()).add(relative(source, path).split(sep).slice(0, 2).join('/')))
    }
  }
  return found
}

const used = keysInCode()

test('every key used in the code is in the catalogue', () => {
  expect([...used].filter(([key]) => !bases.has(key))).toEqual([])
})

/** Which folders load the texts of a part; nobody else has them. */
const homes: Record<string, string[]> = { calendar: ['features/lists', 'features/record', 'features/settings', 'ui/repeats'], boards: ['features/analytics'], commissions: ['features/planning'], quotes: ['features/quotes'], letters: ['features/mail', 'features/record', 'ui/Compose.tsx'], planning: ['features/planning'], visits: ['features/analytics'], analysis: ['features/analytics', 'features/record', 'lib/analysisWords.ts'], sequences: ['features/settings', 'features/record', 'ui/PutOnSequence.tsx', 'lib/sequences.ts'], settings: ['features/settings'], sales: ['features/settings', 'features/record', 'ui/WhyAssigned.tsx'], segments: ['features/analytics', 'features/lists', 'features/record', 'ui/WhyInSegment.tsx', 'lib/segmentWords.ts'], lists: ['features/lists', 'ui/filter'], layouts: ['features/lists'], consolidation: ['features/consolidation', 'features/record', 'lib/evidence.ts', 'ui/Lineage.tsx'] }

test.each(parts.filter((part) => part !== '.'))('texts of the part "%s" are used only where they are loaded', (part) => {
  const own = new Set(Object.keys(read(part, 'en')).map((key) => (counted.has(key.replace(PLURAL, '')) ? key.replace(PLURAL, '') : key)))
  expect([...used].filter(([key, folders]) => own.has(key) && ![...folders].every((folder) => homes[part]?.includes(folder)))).toEqual([])
})

test('no key is left over', () => {
  expect([...bases].filter((key) => !used.has(key))).toEqual([])
})

test('no text stands in the code: keys of t() are always literal or come from a table of literals', () => {
  const made: string[] = []
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || entry.name.includes('.test.')) continue
    const code = readFileSync(join(entry.parentPath, entry.name), 'utf8')
    if (/\bt\(`/.test(code)) made.push(entry.name)
  }
  expect(made).toEqual([])
})

describe.each(languages)('%s', (code) => {
  const catalogue = catalogues[code]
  test('has every text, and each counted one in all its forms', () => {
    const wanted = [...bases].flatMap((key) => (counted.has(key) ? forms[code].map((form) => `${key}_${form}`) : [key]))
    expect(wanted.filter((key) => !catalogue[key])).toEqual([])
    expect(Object.keys(catalogue).filter((key) => !wanted.includes(key))).toEqual([])
  })
  test('keeps the places for values', () => {
    const places = (text: string) => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]))].sort()
    const wrong = english.filter((key) => {
      const base = key.replace(PLURAL, '')
      const other = counted.has(base) ? catalogue[`${base}_other`] : catalogue[key]
      const own = counted.has(base) ? catalogues.en[`${base}_other`] : catalogues.en[key]
      // A button may leave out what the page around it says (`New contact` is `Создать`).
      return places(other ?? '').some((place) => !places(own ?? '').includes(place))
    })
    expect(wrong).toEqual([])
  })
})
