/** What a key does in a table, apart from any table: the cursor, the range, the selection, and the words for the rest. */

/** A place in the table; row -1 is the head, whose menu Enter opens. */
export interface Cursor {
  row: number
  column: number
}

export const HEAD = -1

/** Cells from one corner to the other, both included. */
export interface Range {
  from: Cursor
  to: Cursor
}

export interface GridShape {
  rows: number
  columns: number
  /** Rows a page key walks. */
  page: number
}

export interface Key {
  key: string
  shift?: boolean
  /** ⌘ or Ctrl. */
  command?: boolean
  alt?: boolean
}

export type GridAction =
  | { do: 'move'; to: Cursor; extend: boolean }
  | { do: 'edit'; with?: string }
  | { do: 'clear_cells' }
  | { do: 'fill_down' }
  | { do: 'select_rows' }
  | { do: 'toggle_row' }
  | { do: 'select_all' }
  | { do: 'peek' }
  | { do: 'open' }
  | { do: 'leave' }
  | { do: 'add_filter' }
  | { do: 'clear_filter' }
  | { do: 'fold'; open: boolean }

/**
 * The action of a key while no cell is being edited; null when the key is not the grid's.
 * `folds` says that the cursor stands on the head of a group, which opens and closes sideways.
 * Copy, cut and paste are no keys here: the browser tells them as events, with the clipboard and without asking.
 */
export function gridAction(key: Key, at: Cursor, shape: GridShape, singleLetters: boolean, folds = false): GridAction | null {
  if (key.alt) return null
  if (folds && !key.shift && !key.command && (key.key === 'ArrowRight' || key.key === 'ArrowLeft')) return { do: 'fold', open: key.key === 'ArrowRight' }
  const moved = movement(key, at, shape, singleLetters)
  if (moved) return { do: 'move', to: moved, extend: key.shift === true && key.key.length > 1 && moved.row !== HEAD && at.row !== HEAD }

  if (key.command) {
    if (key.key === 'a') return { do: 'select_all' }
    if (key.key === 'd') return { do: 'fill_down' }
    return null
  }
  switch (key.key) {
    case 'Enter': case 'F2': return { do: 'edit' }
    case ' ': return key.shift ? { do: 'select_rows' } : { do: 'peek' }
    case 'Escape': return { do: 'leave' }
    case 'Delete': case 'Backspace': return { do: 'clear_cells' }
  }
  if (singleLetters) {
    switch (key.key) {
      case 'x': return { do: 'toggle_row' }
      case 'o': return { do: 'open' }
      case 'f': return { do: 'add_filter' }
      case 'F': return { do: 'clear_filter' }
    }
    if (PAGE_LETTERS.has(key.key)) return null
  }
  return isCharacter(key.key) && at.row !== HEAD ? { do: 'edit', with: key.key } : null
}

/** Letters that begin something on every page; anything else typed begins an edit. */
const PAGE_LETTERS = new Set(['g', 'c', '[', '?', '/', 'j', 'k'])

function isCharacter(key: string): boolean {
  return [...key].length === 1 && key !== ' '
}

function movement(key: Key, at: Cursor, shape: GridShape, singleLetters: boolean): Cursor | null {
  const { row, column } = at
  const lastRow = shape.rows - 1
  const lastColumn = shape.columns - 1
  const to = (nextRow: number, nextColumn: number, least = 0): Cursor => ({
    row: Math.max(least, Math.min(lastRow, nextRow)),
    column: Math.max(0, Math.min(lastColumn, nextColumn)),
  })
  const sideways = row === HEAD ? HEAD : 0
  switch (key.key) {
    case 'ArrowDown': return to(key.command ? lastRow : row + 1, column)
    // The head is one step above the first row; a range never reaches into it.
    case 'ArrowUp': return to(key.command ? 0 : row - 1, column, key.shift ? 0 : HEAD)
    case 'ArrowRight': return to(row, key.command ? lastColumn : column + 1, sideways)
    case 'ArrowLeft': return to(row, key.command ? 0 : column - 1, sideways)
    case 'PageDown': return to(row + shape.page, column)
    case 'PageUp': return to(row - shape.page, column)
    case 'Home': return key.command ? to(0, 0) : to(row, 0, sideways)
    case 'End': return key.command ? to(lastRow, lastColumn) : to(row, lastColumn, sideways)
  }
  if (!singleLetters || key.command) return null
  if (key.key === 'j') return to(row + 1, column)
  if (key.key === 'k') return to(row - 1, column)
  return null
}

/** Where the cursor goes when an edit ends: Enter down, Tab to the right or left, anything else stays. */
export function afterEdit(key: Key, at: Cursor, shape: GridShape): Cursor {
  if (key.key === 'Enter') return { row: Math.max(0, Math.min(shape.rows - 1, at.row + (key.shift ? -1 : 1))), column: at.column }
  if (key.key === 'Tab') return { row: at.row, column: Math.max(0, Math.min(shape.columns - 1, at.column + (key.shift ? -1 : 1))) }
  return at
}

/** All rows between two, for ⇧-selection. */
export function rowsBetween(from: number, to: number): number[] {
  const [first, last] = from <= to ? [from, to] : [to, from]
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** The range with its first corner at the top and the start, however it was drawn. */
export function squared({ from, to }: Range): Range {
  return {
    from: { row: Math.min(from.row, to.row), column: Math.min(from.column, to.column) },
    to: { row: Math.max(from.row, to.row), column: Math.max(from.column, to.column) },
  }
}
