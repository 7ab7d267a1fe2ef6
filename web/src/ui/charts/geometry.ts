/** Lines and bands as SVG paths. A value nobody knows breaks the line, so that nothing is drawn where nothing was measured. */

export type Place = readonly [x: number, y: number]

export function linePath(places: readonly (Place | null)[]): string {
  let path = ''
  let isDown = false
  for (const place of places) {
    if (place) path += `${isDown ? 'L' : 'M'}${place[0].toFixed(1)} ${place[1].toFixed(1)}`
    isDown = place !== null
  }
  return path
}

/** The surface between an upper and a lower line over the same places. */
export function bandPath(upper: readonly Place[], lower: readonly Place[]): string {
  if (upper.length < 2 || upper.length !== lower.length) return ''
  return `${linePath(upper)}${linePath([...lower].reverse()).replace('M', 'L')}Z`
}

/** Where a value stands between the ends of an axis that is `tall` high and begins `top` from above. */
export function heightOf(value: number, low: number, high: number, top: number, tall: number): number {
  return top + tall - ((value - low) / (high - low || 1)) * tall
}

/** The index of the place nearest to `x`, of `count` places spread evenly over `wide`. */
export function nearest(x: number, count: number, wide: number): number {
  if (count < 2 || wide <= 0) return 0
  return Math.max(0, Math.min(count - 1, Math.round((x / wide) * (count - 1))))
}

/** Every how many places a label fits, given how wide one is. */
export function labelEvery(count: number, wide: number, labelWide: number): number {
  return Math.max(1, Math.ceil((count * labelWide) / Math.max(1, wide)))
}
