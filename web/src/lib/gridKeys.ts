/** What a key does in a table, apart from any table: the cursor, the selection, and the words for the rest. */

export interface Cursor {
  row: number
  column: number
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
  | { do: 'clear_cell' }
  | { do: 'toggle_row' }
  | { do: 'select_all' }
  | { do: 'peek' }
  | { do: 'open' }
  | { do: 'leave' }
  | { do: 'add_filter' }
  | { do: 'clear_filter' }
  | { do: 'copy' }

/** The action of a key while no cell is being edited; null when the key is not the grid's. */
export function gridAction(key: Key, at: Cursor, shape: GridShape, singleLetters: boolean): GridAction | null {
  if (key.alt) return null
  const moved = movement(key, at, shape, singleLetters)
  if (moved) return { do: 'move', to: moved, extend: key.shift === true && (key.key === 'ArrowUp' || key.key === 'ArrowDown') }

  if (key.command) {
    if (key.key === 'a') return { do: 'select_all' }
    if (key.key === 'c') return { do: 'copy' }
    return null
  }
  switch (key.key) {
    case 'Enter': case 'F2': return { do: 'edit' }
    case ' ': return { do: 'peek' }
    case 'Escape': return { do: 'leave' }
    case 'Delete': case 'Backspace': return { do: 'clear_cell' }
  }
  if (!singleLetters) return null
  switch (key.key) {
    case 'x': return { do: 'toggle_row' }
    case 'o': return { do: 'open' }
    case 'f': return { do: 'add_filter' }
    case 'F': return { do: 'clear_filter' }
  }
  return null
}

function movement(key: Key, at: Cursor, shape: GridShape, singleLetters: boolean): Cursor | null {
  const { row, column } = at
  const lastRow = shape.rows - 1
  const lastColumn = shape.columns - 1
  const to = (nextRow: number, nextColumn: number): Cursor => ({
    row: Math.max(0, Math.min(lastRow, nextRow)),
    column: Math.max(0, Math.min(lastColumn, nextColumn)),
  })
  switch (key.key) {
    case 'ArrowDown': return to(key.command ? lastRow : row + 1, column)
    case 'ArrowUp': return to(key.command ? 0 : row - 1, column)
    case 'ArrowRight': return to(row, key.command ? lastColumn : column + 1)
    case 'ArrowLeft': return to(row, key.command ? 0 : column - 1)
    case 'PageDown': return to(row + shape.page, column)
    case 'PageUp': return to(row - shape.page, column)
    case 'Home': return key.command ? to(0, 0) : to(row, 0)
    case 'End': return key.command ? to(lastRow, lastColumn) : to(row, lastColumn)
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
