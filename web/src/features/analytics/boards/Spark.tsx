/** A small line of how something went, its last point in colour: a shape beside a number that says it exactly. */

import { heightOf, linePath, type Place } from '@/ui/charts/geometry'

export function Spark({ values, width = 88, height = 30, className }: { values: readonly (number | null)[]; width?: number; height?: number; className?: string }) {
  const known = values.filter((value): value is number => value !== null)
  if (known.length < 2) return null
  const low = Math.min(...known)
  const high = Math.max(...known)
  const places = values.map((value, index): Place | null => (value === null ? null : [3 + (index / (values.length - 1)) * (width - 7), heightOf(value, low, high, 4, height - 8)]))
  const drawn = places.filter((place): place is Place => place !== null)
  const last = drawn.at(-1)
  return (
    <svg aria-hidden width={width} height={height} className={className}>
      <path d={`${linePath(drawn)}L${last?.[0]} ${height}L${drawn[0]?.[0]} ${height}Z`} fill="var(--accent)" opacity={0.09} />
      <path d={linePath(places)} fill="none" stroke="var(--accent)" strokeWidth={1.5} strokeLinejoin="round" strokeLinecap="round" />
      {last && <circle cx={last[0]} cy={last[1]} r={2.25} fill="var(--accent)" />}
    </svg>
  )
}
