/**
 * Two or three circles whose areas, and the areas that each two share, are in proportion to how many there are. With three
 * circles the part that all share follows from the others and can only be near: its number stands beside the picture.
 */

export interface Circle {
  x: number
  y: number
  r: number
}

/** The area that two circles share, at this distance of their middles. */
export function lens(a: number, b: number, distance: number): number {
  if (distance >= a + b) return 0
  if (distance <= Math.abs(a - b)) return Math.PI * Math.min(a, b) ** 2
  const alpha = Math.acos(clamp((distance ** 2 + a ** 2 - b ** 2) / (2 * distance * a)))
  const beta = Math.acos(clamp((distance ** 2 + b ** 2 - a ** 2) / (2 * distance * b)))
  return a ** 2 * (alpha - Math.sin(2 * alpha) / 2) + b ** 2 * (beta - Math.sin(2 * beta) / 2)
}

const clamp = (value: number) => Math.max(-1, Math.min(1, value))

/** The distance at which two circles share so much. */
export function distanceFor(a: number, b: number, shared: number): number {
  let near = Math.abs(a - b)
  let far = a + b
  for (let turn = 0; turn < 60; turn += 1) {
    const middle = (near + far) / 2
    if (lens(a, b, middle) > shared) near = middle
    else far = middle
  }
  return (near + far) / 2
}

/** Circles for two or three sets: their sizes, and what each two share by `pair(i, j)`. */
export function circlesFor(sizes: readonly number[], pair: (one: number, other: number) => number): Circle[] {
  const radii = sizes.map((size) => Math.sqrt(Math.max(size, 0) / Math.PI))
  const [a = 0, b = 0, c] = radii
  const apart = distanceFor(a, b, pair(0, 1))
  const two: Circle[] = [{ x: 0, y: 0, r: a }, { x: apart, y: 0, r: b }]
  if (c === undefined) return two
  // The third stands at its distance from each of the others; where they cannot all hold, as near to it as can be.
  let toA = distanceFor(a, c, pair(0, 2))
  let toB = distanceFor(b, c, pair(1, 2))
  const short = apart - (toA + toB)
  if (short > 0) {
    toA += short / 2
    toB += short / 2
  }
  if (apart < 1e-9) return [...two, { x: 0, y: toA, r: c }]
  const x = (apart ** 2 + toA ** 2 - toB ** 2) / (2 * apart)
  return [...two, { x, y: Math.sqrt(Math.max(0, toA ** 2 - x ** 2)), r: c }]
}

/** The circles moved and stretched into a frame. */
export function fitted(circles: readonly Circle[], width: number, height: number, edge: number): Circle[] {
  const left = Math.min(...circles.map((one) => one.x - one.r))
  const right = Math.max(...circles.map((one) => one.x + one.r))
  const top = Math.min(...circles.map((one) => one.y - one.r))
  const bottom = Math.max(...circles.map((one) => one.y + one.r))
  const scale = Math.min((width - 2 * edge) / Math.max(right - left, 1e-9), (height - 2 * edge) / Math.max(bottom - top, 1e-9))
  const shiftX = (width - (right - left) * scale) / 2
  const shiftY = (height - (bottom - top) * scale) / 2
  return circles.map((one) => ({ x: (one.x - left) * scale + shiftX, y: (one.y - top) * scale + shiftY, r: one.r * scale }))
}

/** In which circles a point lies. */
export function within(circles: readonly Circle[], x: number, y: number): boolean[] {
  return circles.map((one) => (x - one.x) ** 2 + (y - one.y) ** 2 <= one.r ** 2)
}
