import { expect, test } from 'vitest'
import { circlesFor, distanceFor, fitted, lens, within } from './venn'

test('circles that do not touch share nothing, one inside of the other shares all of it', () => {
  expect(lens(1, 1, 2)).toBe(0)
  expect(lens(2, 1, 0.5)).toBeCloseTo(Math.PI)
  expect(lens(1, 1, 0)).toBeCloseTo(Math.PI)
})

test.each([[100, 80, 30], [100, 10, 10], [50, 50, 0], [7, 5, 1]])('sets of %i and %i that share %i have areas in proportion', (one, other, shared) => {
  const [a, b] = circlesFor([one, other], () => shared)
  expect(Math.PI * a!.r ** 2).toBeCloseTo(one)
  expect(Math.PI * b!.r ** 2).toBeCloseTo(other)
  expect(lens(a!.r, b!.r, Math.hypot(b!.x - a!.x, b!.y - a!.y))).toBeCloseTo(shared, 3)
})

test('each two of three share what they should', () => {
  const shared = [[0, 20, 15], [20, 0, 25], [15, 25, 0]]
  const circles = circlesFor([100, 80, 60], (one, other) => shared[one]![other]!)
  for (const [i, j] of [[0, 1], [0, 2], [1, 2]] as const) {
    const [a, b] = [circles[i]!, circles[j]!]
    expect(lens(a.r, b.r, Math.hypot(b.x - a.x, b.y - a.y))).toBeCloseTo(shared[i]![j]!, 3)
  }
})

test('a frame holds all of them, and a point is found in those it lies in', () => {
  const circles = fitted(circlesFor([100, 80, 60], () => 10), 400, 300, 8)
  for (const { x, y, r } of circles) {
    expect(x - r).toBeGreaterThanOrEqual(7.99)
    expect(x + r).toBeLessThanOrEqual(392.01)
    expect(y - r).toBeGreaterThanOrEqual(7.99)
    expect(y + r).toBeLessThanOrEqual(292.01)
  }
  expect(within(circles, circles[0]!.x - circles[0]!.r + 1, circles[0]!.y)).toEqual([true, false, false])
  expect(distanceFor(1, 1, 0)).toBeCloseTo(2)
})
