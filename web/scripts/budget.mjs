/**
 * Holds the built files against the budgets of the design: the shell every page needs, each route, each lazy part.
 * Reads the manifest of the last build; ends with 1 when something weighs too much.
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const kB = 1000

const sizes = new Map()
function gzipped(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length)
  return sizes.get(file)
}

/** Everything that comes with a chunk at once, without its lazy parts. */
function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen
  seen.add(name)
  for (const next of manifest[name].imports ?? []) withImports(next, seen)
  return seen
}

const entry = Object.keys(manifest).find((name) => manifest[name].isEntry)
const language = Object.keys(manifest).find((name) => name.endsWith('locales/ru.json'))
// The largest catalogue counts: every reader loads exactly one.
const shell = withImports(entry)
if (language) shell.add(language)
const shellFiles = new Set([...shell].map((name) => manifest[name].file))
const styles = new Set([...shell].flatMap((name) => manifest[name].css ?? []))

const lines = []
let over = false
function hold(what, size, most) {
  const fits = size <= most
  if (!fits) over = true
  lines.push(`${fits ? 'ok  ' : 'OVER'} ${what.padEnd(34)} ${(size / kB).toFixed(1).padStart(7)} kB of ${most / kB}`)
}
const sum = (files) => [...files].reduce((total, file) => total + gzipped(file), 0)

hold('shell script', sum(shellFiles), 190 * kB)
hold('shell style', sum(styles), 20 * kB)

const BUDGETS = { ListPage: 30, RecordPage: 20, Palette: 20, BoardLayout: 20, CalendarLayout: 20, ChartLayout: 20 }
for (const [name, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry || name.endsWith('.json')) continue
  const own = new Set([...withImports(name)].map((one) => manifest[one].file).filter((file) => !shellFiles.has(file)))
  const page = name.replace(/^.*\//, '').replace(/\.tsx?$/, '')
  hold(page, sum(own), 60 * kB)
  const itself = BUDGETS[page]
  if (itself) hold(`${page} itself`, gzipped(chunk.file), itself * kB)
}
const latin = Object.values(manifest).find((chunk) => chunk.src?.includes('inter-latin-opsz'))
if (latin) hold('font, Latin', readFileSync(new URL(latin.file, dist)).length, 80 * kB)

console.log(lines.join('\n'))
process.exit(over ? 1 : 0)
