/** What no source may hold: words that are in no catalogue, and classes that know left from right. */

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { parseAst } from 'vite'

const source = join(import.meta.dirname, '..')

interface Syntax {
  type: string
  [part: string]: unknown
}

function sources(): { path: string; tree: Syntax }[] {
  return readdirSync(source, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || entry.name.includes('.test.')) return []
    const path = join(entry.parentPath, entry.name)
    const lang = entry.name.endsWith('x') ? 'tsx' : 'ts'
    return [{ path: relative(source, path), tree: parseAst(readFileSync(path, 'utf8'), { lang }) as unknown as Syntax }]
  })
}

function walk(node: unknown, visit: (node: Syntax) => void): void {
  if (Array.isArray(node)) for (const one of node) walk(one, visit)
  else if (node && typeof node === 'object') {
    if ('type' in node && typeof node.type === 'string') visit(node as Syntax)
    for (const part of Object.values(node)) if (part && typeof part === 'object') walk(part, visit)
  }
}

const trees = sources()
const WORD = /\p{L}{2,}/u
/** Attributes that people read or hear. */
const SPOKEN = new Set(['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'alt', 'label', 'lead', 'hint', 'help', 'verb'])
/** Examples and names that are the same in every language: questions, addresses, the product itself, keys. */
const SAME_EVERYWHERE = /^(Rapport|esc|Esc|Enter|Tab|Space|Home|End|AA|PgUp|PgDn|F2|Ctrl|Shift|Alt|SQL|CSV|XLSX|JSON|API|ID|UTC)$/

function literalOf(node: unknown): string | null {
  const syntax = node as Syntax | null
  return syntax?.type === 'Literal' && typeof syntax['value'] === 'string' ? syntax['value'] : null
}

test('no words stand in the pages themselves', () => {
  const found: string[] = []
  for (const { path, tree } of trees) {
    walk(tree, (node) => {
      if (node.type === 'JSXText') {
        const text = String(node['value']).trim()
        if (WORD.test(text) && !SAME_EVERYWHERE.test(text)) found.push(`${path}: ${text}`)
      }
      if (node.type === 'JSXExpressionContainer') {
        const text = literalOf(node['expression'])
        if (text !== null && node['inAttribute'] !== true && /^\p{Lu}\p{Ll}+ /u.test(text)) found.push(`${path}: ${text}`)
      }
      if (node.type === 'JSXAttribute') {
        const name = String((node['name'] as Syntax | null)?.['name'] ?? '')
        const value = node['value'] as Syntax | null
        const text = literalOf(value) ?? literalOf(value?.type === 'JSXExpressionContainer' ? value['expression'] : null)
        if (text !== null && SPOKEN.has(name) && WORD.test(text) && !SAME_EVERYWHERE.test(text)) found.push(`${path}: ${name}="${text}"`)
      }
    })
  }
  expect(found).toEqual([])
})

/** Every one of these has a sister that follows the direction of the text: `ps-`, `me-`, `start-`, `rounded-s-`, `text-start`. */
const PHYSICAL = /(?:^|[\s:!-])(?:-?(?:ml|mr|pl|pr|scroll-ml|scroll-mr|scroll-pl|scroll-pr)-[\w[(.]|-?(?:left|right)-(?:\d|px|auto|full|\[|\()|border-[lr](?:-|\b)(?!\w)|rounded-(?:l|r|tl|tr|bl|br)(?:-|\b)(?!\w)|text-(?:left|right)\b|float-(?:left|right)\b|clear-(?:left|right)\b|space-x-reverse)/

/** These follow the pointer, whose place is counted from the left in every language. */
const FOLLOWS_THE_POINTER = ['features/lists/layouts/board/Dragging.tsx', 'features/lists/layouts/figures/Plot.tsx', 'ui/HintLayer.tsx']

test('no class knows left from right, so that a page can be read in either direction', () => {
  const found: string[] = []
  for (const { path, tree } of trees) {
    if (FOLLOWS_THE_POINTER.includes(path)) continue
    const look = (text: string) => {
      if (PHYSICAL.test(text)) found.push(`${path}: ${text}`)
    }
    walk(tree, (node) => {
      if (node.type === 'Literal' && typeof node['value'] === 'string') look(node['value'])
      if (node.type === 'TemplateElement') look(String((node['value'] as { cooked?: string }).cooked ?? ''))
    })
  }
  expect(found).toEqual([])
})

test('no style in code sets a side by left or right', () => {
  const sides = new Set(['left', 'right', 'marginLeft', 'marginRight', 'paddingLeft', 'paddingRight', 'borderLeft', 'borderRight'])
  const found: string[] = []
  for (const { path, tree } of trees) {
    if (FOLLOWS_THE_POINTER.includes(path)) continue
    walk(tree, (node) => {
      if (node.type !== 'JSXAttribute' || (node['name'] as Syntax | null)?.['name'] !== 'style') return
      walk(node['value'], (inner) => {
        if (inner.type !== 'Property') return
        const key = inner['key'] as Syntax | null
        const name = String(key?.['name'] ?? key?.['value'] ?? '')
        if (sides.has(name)) found.push(`${path}: ${name}`)
      })
    })
  }
  expect(found).toEqual([])
})

test('the style sheet names sides by the direction of the text as well', () => {
  const css = readFileSync(join(source, 'app/styles.css'), 'utf8')
  expect(css.match(/(?:^|[\s;{])(?:(?:margin|padding|border)-(?:left|right)|left|right|text-align:\s*(?:left|right))\s*:/g) ?? []).toEqual([])
})
