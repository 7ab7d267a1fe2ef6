/** Axes: round steps from nought, four of them, points laid over a width, and the colours of series. */

/** Round values from nought (or below) to at least `most`. */
export function ticksOf(least: number, most: number, wanted = 4): number[] {
  const low = Math.min(0, least)
  const high = Math.max(0, most)
  if (high === low) return [0, 1]
  const rough = (high - low) / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power
  const ticks: number[] = []
  for (let at = Math.floor(low / step) * step; ; at += step) {
    ticks.push(Math.round(at / step) * step)
    if (at >= high - step * 1e-9) break
  }
  return ticks
}

/** The middle of each of `count` bands over a width. */
export function bandsOf(count: number, width: number): { middle: (index: number) => number; band: number } {
  const band = count > 0 ? width / count : width
  return { band, middle: (index) => band * (index + 0.5) }
}

/** An arc of a ring, clockwise from the top, from and to as shares of the whole. */
export function arc(from: number, to: number, outer: number, inner: number): string {
  const end = Math.min(to, from + 0.9999)
  const point = (share: number, radius: number) => {
    const angle = share * 2 * Math.PI - Math.PI / 2
    return `${(Math.cos(angle) * radius).toFixed(2)} ${(Math.sin(angle) * radius).toFixed(2)}`
  }
  const isLong = end - from > 0.5 ? 1 : 0
  return `M${point(from, outer)}A${outer} ${outer} 0 ${isLong} 1 ${point(end, outer)}L${point(end, inner)}A${inner} ${inner} 0 ${isLong} 0 ${point(from, inner)}Z`
}

/** The colours of series, in their order. */
export function colourOf(index: number): string {
  return `var(--cat-${(index % 8) + 1})`
}
