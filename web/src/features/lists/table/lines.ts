/** The lines of a table from top to bottom, found by number without ever being listed: heads of groups, rows, ways to more. */

import type { Group } from '../layouts/groups'
import type { ListWindow } from './listWindow'

export interface Section {
  key: string
  /** Null for a list that is not grouped. */
  group: Group | null
  open: boolean
  /** Undefined until its rows were asked for. */
  window: ListWindow | undefined
  /** Rows it takes on the screen, those still to come included. */
  rows: number
  /** Rows behind those, reached by the line below them. */
  hidden: number
}

export type Line =
  | { kind: 'head'; section: Section }
  | { kind: 'row'; section: Section; index: number }
  | { kind: 'more'; section: Section }

export interface Lines {
  count: number
  at: (line: number) => Line | null
  /** The first line of a section, its head. */
  headOf: (key: string) => number | null
}

export function linesOf(sections: readonly Section[]): Lines {
  const starts: number[] = []
  let count = 0
  for (const section of sections) {
    starts.push(count)
    count += lengthOf(section)
  }
  function at(line: number): Line | null {
    if (line < 0 || line >= count) return null
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= line) low = middle
      else high = middle - 1
    }
    const section = sections[low]
    if (!section) return null
    const inside = line - (starts[low] ?? 0)
    if (section.group === null) return { kind: 'row', section, index: inside }
    if (inside === 0) return { kind: 'head', section }
    return inside <= section.rows ? { kind: 'row', section, index: inside - 1 } : { kind: 'more', section }
  }
  return {
    count,
    at,
    headOf: (key) => {
      const index = sections.findIndex((section) => section.key === key)
      return index === -1 ? null : (starts[index] ?? null)
    },
  }
}

function lengthOf(section: Section): number {
  if (section.group === null) return section.rows
  return 1 + (section.open ? section.rows + (section.hidden > 0 ? 1 : 0) : 0)
}
