/** Where two short texts part: letter by letter, so that a slip of the finger stands out. */

export interface Part {
  text: string
  same: boolean
}

/** Longer texts are compared as wholes: their letters agree by chance. */
const LONGEST = 160

export function differenceOf(a: string, b: string): [Part[], Part[]] {
  if (a === b) return [[{ text: a, same: true }], [{ text: b, same: true }]]
  const left = [...a]
  const right = [...b]
  if (left.length > LONGEST || right.length > LONGEST) return [[{ text: a, same: false }], [{ text: b, same: false }]]
  const fold = (letter: string | undefined) => (letter ?? '').toLocaleLowerCase()
  const common = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1))
  const at = (row: number, column: number) => common[row]?.[column] ?? 0
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const line = common[row]
      if (line) line[column] = fold(left[row]) === fold(right[column]) ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
    }
  }
  // Less than a third in common is no slip of the finger: what remains alike says nothing.
  if (at(0, 0) * 3 < Math.max(left.length, right.length)) return [[{ text: a, same: false }], [{ text: b, same: false }]]
  const parts: [Part[], Part[]] = [[], []]
  const add = (side: 0 | 1, text: string | undefined, same: boolean) => {
    const last = parts[side].at(-1)
    if (text === undefined) return
    if (last?.same === same) last.text += text
    else parts[side].push({ text, same })
  }
  let row = 0
  let column = 0
  while (row < left.length || column < right.length) {
    if (row < left.length && column < right.length && fold(left[row]) === fold(right[column])) {
      const same = left[row] === right[column]
      add(0, left[row], same)
      add(1, right[column], same)
      row += 1
      column += 1
    } else if (column >= right.length || (row < left.length && at(row + 1, column) >= at(row, column + 1))) {
      add(0, left[row], false)
      row += 1
    } else {
      add(1, right[column], false)
      column += 1
    }
  }
  return parts
}
