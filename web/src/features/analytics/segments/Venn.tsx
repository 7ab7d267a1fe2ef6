/** Two or three segments as circles, their areas and what each two share in proportion to the people in them. */

import { useNavigate } from '@tanstack/react-router'
import { useMemo, type PointerEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { PLURALS } from '@/lib/analysis'
import { formatNumber } from '@/lib/format'
import { ALL } from '@/lib/listUrl'
import { colourOf } from '@/lib/scale'
import type { Overlap } from '@/lib/segments'
import { useLocale } from '@/lib/session'
import { circlesFor, fitted, within } from '@/lib/venn'
import { useWidth } from '@/ui/charts/Frame'

const HEIGHT = 340

export function Venn({ told, at, onAt }: { told: Overlap; at: number | null; onAt: (at: number | null) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const navigate = useNavigate()
  const [frame, width] = useWidth()
  const circles = useMemo(() => {
    const shared = (one: number, other: number) => told.pieces.filter((piece) => piece.in[one] && piece.in[other]).reduce((sum, piece) => sum + piece.count, 0)
    return fitted(circlesFor(told.segments.map((one) => one.size), shared), Math.max(width, 10), HEIGHT, 10)
  }, [told, width])
  const sentence = t('overlap.sentence', { names: told.segments.map((one) => `${one.name}: ${formatNumber(one.size, locale)}`).join(', ') })

  function pieceAt(event: PointerEvent<SVGSVGElement>): number {
    const box = event.currentTarget.getBoundingClientRect()
    const inside = within(circles, event.clientX - box.x, event.clientY - box.y)
    return told.pieces.findIndex((piece) => piece.in.every((is, index) => is === inside[index]))
  }

  const held = at === null ? null : told.pieces[at]
  return (
    <figure className="min-w-0">
      <div ref={frame} style={{ height: HEIGHT }}>
        {width > 0 && (
          <svg
            role="img"
            aria-label={sentence}
            width={width}
            height={HEIGHT}
            className="block cursor-pointer [direction:ltr]"
            onPointerMove={(event) => { const piece = pieceAt(event); onAt(piece === -1 ? null : piece) }}
            onPointerLeave={() => onAt(null)}
            onPointerUp={(event) => {
              const piece = told.pieces[pieceAt(event)]
              if (piece && event.pointerType === 'mouse') void navigate({ to: '/o/$plural', params: { plural: PLURALS[told.holds] }, search: { view: ALL, f: piece.question } })
            }}
          >
            {circles.map((one, index) => <circle key={told.segments[index]?.id} cx={one.x} cy={one.y} r={one.r} fill={colourOf(index)} fillOpacity={held && !held.in[index] ? 0.08 : 0.28} stroke={colourOf(index)} strokeWidth={held?.in[index] ? 3 : 1.5} />)}
          </svg>
        )}
      </div>
      <figcaption aria-live="polite" className="min-h-10 text-meta text-fg-2">
        {held ? `${told.segments.filter((_, index) => held.in[index]).map((one) => one.name).join(' + ')}: ${formatNumber(held.count, locale)}` : told.segments.length === 3 ? t('overlap.three') : sentence}
      </figcaption>
    </figure>
  )
}
