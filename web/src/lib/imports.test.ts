import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

const source = join(import.meta.dirname, '..')
const order = ['app', 'features', 'ui', 'lib']

/** `features/lists` for a file inside it, `lib` for one of the plain layers. */
function placeOf(path: string): string {
  const [layer = '', noun = ''] = path.split(sep)
  return layer === 'features' ? `features/${noun}` : layer
}

function importsOf(): { from: string; to: string }[] {
  return readdirSync(source, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) return []
    const path = relative(source, join(entry.parentPath, entry.name))
    return [...readFileSync(join(source, path), 'utf8').matchAll(/(?:from|import\()\s*'(@\/[^']+|\.[^']*)'/g)].map((match) => {
      const target = match[1] ?? ''
      return { from: path, to: target.startsWith('@/') ? target.slice(2) : join(path, '..', target) }
    })
  })
}

test('imports go rightward only, and features do not know each other', () => {
  const wrong = importsOf().filter(({ from, to }) => {
    const here = placeOf(from)
    const there = placeOf(to)
    if (here === there) return false
    const stepsLeft = order.indexOf(there.split('/')[0] ?? '') < order.indexOf(here.split('/')[0] ?? '')
    return stepsLeft || (here.startsWith('features/') && there.startsWith('features/'))
  })
  expect(wrong).toEqual([])
})
