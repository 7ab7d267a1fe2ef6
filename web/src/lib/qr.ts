/**
 * A text as a QR code (ISO/IEC 18004), drawn by ourselves: a secret to be scanned goes to no other host and no picture.
 * Bytes only, correction level M, up to version 20: 666 bytes, several times what an authenticator's address needs.
 */

/** Correction bytes of one block, and the number of blocks, for level M of versions 1 to 20. */
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26]
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16]
const LARGEST = CORRECTION.length

type Grid = boolean[][]

/** The modules of the code, dark ones true, row by row, without the quiet zone. */
export function qrOf(text: string, mask?: number): Grid {
  const bytes = new TextEncoder().encode(text)
  const version = versionFor(bytes.length)
  const words = interleaved(padded(bytes, version), version)
  const size = version * 4 + 17
  const reserved: Grid = emptyGrid(size)
  const base = emptyGrid(size)
  drawPatterns(base, reserved, version)
  drawWords(base, reserved, words)

  let best: Grid | null = null
  let least = Number.POSITIVE_INFINITY
  for (const candidate of mask === undefined ? [0, 1, 2, 3, 4, 5, 6, 7] : [mask]) {
    const grid = base.map((row, y) => row.map((dark, x) => dark !== (!cell(reserved, x, y) && isMasked(candidate, x, y))))
    drawFormat(grid, reserved, candidate)
    const cost = penalty(grid)
    if (cost < least) {
      least = cost
      best = grid
    }
  }
  return best ?? base
}

/** The outline of all dark modules, for one SVG path with one unit a module. */
export function qrPath(grid: Grid): string {
  return grid.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
}

function emptyGrid(size: number): Grid {
  return Array.from({ length: size }, () => Array.from({ length: size }, () => false))
}

function cell(grid: Grid, x: number, y: number): boolean {
  return grid[y]?.[x] === true
}

// ---- bytes ----

function wordsIn(version: number): number {
  let modules = (16 * version + 128) * version + 64
  if (version >= 2) {
    const marks = Math.floor(version / 7) + 2
    modules -= (25 * marks - 10) * marks - 55
    if (version >= 7) modules -= 36
  }
  return Math.floor(modules / 8)
}

function correctionIn(version: number): number {
  return (CORRECTION[version - 1] ?? 0) * (BLOCKS[version - 1] ?? 0)
}

function versionFor(length: number): number {
  for (let version = 1; version <= LARGEST; version += 1) {
    const head = version < 10 ? 12 : 20
    if (head + length * 8 <= (wordsIn(version) - correctionIn(version)) * 8) return version
  }
  throw new RangeError(`${length} bytes are more than a code of version ${LARGEST} holds`)
}

/** Mode, length, bytes, then filler up to what the version holds. */
function padded(bytes: Uint8Array, version: number): number[] {
  const bits: number[] = []
  const put = (value: number, count: number) => {
    for (let at = count - 1; at >= 0; at -= 1) bits.push((value >>> at) & 1)
  }
  put(4, 4)
  put(bytes.length, version < 10 ? 8 : 16)
  for (const byte of bytes) put(byte, 8)
  const room = (wordsIn(version) - correctionIn(version)) * 8
  put(0, Math.min(4, room - bits.length))
  put(0, (8 - (bits.length % 8)) % 8)
  for (let filler = 0xec; bits.length < room; filler ^= 0xec ^ 0x11) put(filler, 8)
  return Array.from({ length: bits.length / 8 }, (_, at) => bits.slice(at * 8, at * 8 + 8).reduce((word, bit) => (word << 1) | bit, 0))
}

/** Split into blocks, each with its correction, then read column by column. */
function interleaved(data: number[], version: number): number[] {
  const blocks = BLOCKS[version - 1] ?? 1
  const correction = CORRECTION[version - 1] ?? 0
  const short = Math.floor(data.length / blocks)
  const long = data.length % blocks
  const divisor = divisorOf(correction)
  const parts: number[][] = []
  const checks: number[][] = []
  for (let at = 0, block = 0; block < blocks; block += 1) {
    const size = short + (block >= blocks - long ? 1 : 0)
    const part = data.slice(at, at + size)
    at += size
    parts.push(part)
    checks.push(remainderOf(part, divisor))
  }
  const column = (lists: number[][], length: number) => Array.from({ length }, (_, at) => lists.flatMap((list) => (at < list.length ? [list[at] ?? 0] : []))).flat()
  return [...column(parts, short + 1), ...column(checks, correction)]
}

/** Multiplication in the field of 256 with x⁸ + x⁴ + x³ + x² + 1. */
function times(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d)
    product ^= ((b >>> bit) & 1) * a
  }
  return product & 0xff
}

function divisorOf(degree: number): number[] {
  const result = Array.from({ length: degree }, (_, at): number => (at === degree - 1 ? 1 : 0))
  let root = 1
  for (let step = 0; step < degree; step += 1) {
    for (let at = 0; at < degree; at += 1) result[at] = times(result[at] ?? 0, root) ^ (result[at + 1] ?? 0)
    root = times(root, 2)
  }
  return result
}

function remainderOf(data: number[], divisor: number[]): number[] {
  const rest = divisor.map(() => 0)
  for (const byte of data) {
    const factor = byte ^ (rest.shift() ?? 0)
    rest.push(0)
    divisor.forEach((part, at) => (rest[at] = (rest[at] ?? 0) ^ times(part, factor)))
  }
  return rest
}

// ---- modules ----

function set(grid: Grid, reserved: Grid, x: number, y: number, dark: boolean): void {
  const row = grid[y]
  const held = reserved[y]
  if (!row || !held || x < 0 || x >= row.length) return
  row[x] = dark
  held[x] = true
}

function drawPatterns(grid: Grid, reserved: Grid, version: number): void {
  const size = grid.length
  for (let at = 0; at < size; at += 1) {
    set(grid, reserved, 6, at, at % 2 === 0)
    set(grid, reserved, at, 6, at % 2 === 0)
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]] as const) {
    for (let dy = -4; dy <= 4; dy += 1) {
      for (let dx = -4; dx <= 4; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy))
        set(grid, reserved, x + dx, y + dy, ring !== 2 && ring !== 4)
      }
    }
  }
  const places = marksOf(version)
  const last = places.length - 1
  places.forEach((x, column) => places.forEach((y, row) => {
    if ((column === 0 && row === 0) || (column === 0 && row === last) || (column === last && row === 0)) return
    for (let dy = -2; dy <= 2; dy += 1) for (let dx = -2; dx <= 2; dx += 1) set(grid, reserved, x + dx, y + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1)
  }))
  drawFormat(grid, reserved, 0)
  if (version < 7) return
  let rest = version
  for (let step = 0; step < 12; step += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25)
  const bits = (version << 12) | rest
  for (let at = 0; at < 18; at += 1) {
    const dark = ((bits >>> at) & 1) === 1
    const a = size - 11 + (at % 3)
    const b = Math.floor(at / 3)
    set(grid, reserved, a, b, dark)
    set(grid, reserved, b, a, dark)
  }
}

/** Where the small squares lie. */
function marksOf(version: number): number[] {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2
  return [6, ...Array.from({ length: count - 1 }, (_, at) => version * 4 + 10 - at * step).reverse()]
}

/** Level M and the mask, twice, with their own correction. */
function drawFormat(grid: Grid, reserved: Grid, mask: number): void {
  const size = grid.length
  let rest = mask
  for (let step = 0; step < 10; step += 1) rest = (rest << 1) ^ ((rest >>> 9) * 0x537)
  const bits = ((mask << 10) | rest) ^ 0x5412
  const dark = (at: number) => ((bits >>> at) & 1) === 1
  for (let at = 0; at <= 5; at += 1) set(grid, reserved, 8, at, dark(at))
  set(grid, reserved, 8, 7, dark(6))
  set(grid, reserved, 8, 8, dark(7))
  set(grid, reserved, 7, 8, dark(8))
  for (let at = 9; at < 15; at += 1) set(grid, reserved, 14 - at, 8, dark(at))
  for (let at = 0; at < 8; at += 1) set(grid, reserved, size - 1 - at, 8, dark(at))
  for (let at = 8; at < 15; at += 1) set(grid, reserved, 8, size - 15 + at, dark(at))
  set(grid, reserved, 8, size - 8, true)
}

/** Two columns at a time, up and down, from the end, round the column of the timing pattern. */
function drawWords(grid: Grid, reserved: Grid, words: number[]): void {
  const size = grid.length
  let at = 0
  for (let end = size - 1; end >= 1; end -= 2) {
    const column = end <= 6 ? end - 1 : end
    for (let step = 0; step < size; step += 1) {
      for (const x of [column, column - 1]) {
        const upward = ((column + 1) & 2) === 0
        const y = upward ? size - 1 - step : step
        if (cell(reserved, x, y) || at >= words.length * 8) continue
        const row = grid[y]
        if (row) row[x] = (((words[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1) === 1
        at += 1
      }
    }
  }
}

function isMasked(mask: number, x: number, y: number): boolean {
  switch (mask) {
    case 0: return (x + y) % 2 === 0
    case 1: return y % 2 === 0
    case 2: return x % 3 === 0
    case 3: return (x + y) % 3 === 0
    case 4: return (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0
    case 5: return ((x * y) % 2) + ((x * y) % 3) === 0
    case 6: return (((x * y) % 2) + ((x * y) % 3)) % 2 === 0
    default: return (((x + y) % 2) + ((x * y) % 3)) % 2 === 0
  }
}

/** How hard a code would be to read: long runs, blocks, false finders, too much of one colour. */
function penalty(grid: Grid): number {
  const size = grid.length
  let cost = 0
  let dark = 0
  const finder = /(?=10111010000)|(?=00001011101)/g
  for (let line = 0; line < size; line += 1) {
    for (const text of [bitsOf(grid, line, true), bitsOf(grid, line, false)]) {
      for (const run of text.match(/1{5,}|0{5,}/g) ?? []) cost += run.length - 2
      cost += 40 * (text.match(finder)?.length ?? 0)
    }
    for (let x = 0; x < size; x += 1) {
      const one = cell(grid, x, line)
      if (one) dark += 1
      if (x > 0 && line > 0 && one === cell(grid, x - 1, line) && one === cell(grid, x, line - 1) && one === cell(grid, x - 1, line - 1)) cost += 3
    }
  }
  return cost + Math.floor(Math.abs((dark * 20) / (size * size) - 10)) * 10
}

function bitsOf(grid: Grid, line: number, across: boolean): string {
  return grid.map((_, at) => (cell(grid, across ? at : line, across ? line : at) ? '1' : '0')).join('')
}
