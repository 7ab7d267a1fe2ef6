/** Many segments at once: a bar for every combination that somebody is in, over dots that say which segments it is made of. */

import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from '@/lib/useTranslation'
import { PLURALS } from '@/lib/analysis'
import { formatNumber } from '@/lib/format'
import { ALL } from '@/lib/listUrl'
import { colourOf } from '@/lib/scale'
import type { Overlap } from '@/lib/segments'
import { useLocale } from '@/lib/session'
import { cx } from '@/ui/kit'

/** Combinations drawn; all of them stand in the table. */
const DRAWN = 24
const BAR = 150
const STEP = 34
const ROW = 26

export function UpSet({ told, at, onAt }: { told: Overlap; at: number | null; onAt: (at: number | null) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const navigate = useNavigate()
  const pieces = told.pieces.slice(0, DRAWN)
  const most = Math.max(1, ...pieces.map((piece) => piece.count))
  const largest = Math.max(1, ...told.segments.map((one) => one.size))
  const names = 190
  const width = names + pieces.length * STEP + 10
  const open = (question: string) => void navigate({ to: '/o/$plural', params: { plural: PLURALS[told.holds] }, search: { view: ALL, f: question } })
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-fg-2">{t('overlap.bars')}</figcaption>
      <div tabIndex={0} role="region" aria-label={t('overlap.bars')} className="overflow-x-auto">
        <svg role="img" aria-label={t('overlap.bars')} width={width} height={BAR + 26 + told.segments.length * ROW} className="block [direction:ltr]">
          {told.segments.map((one, row) => (
            <g key={one.id}>
              <rect x={0} y={BAR + 24 + row * ROW} width={width} height={ROW} className={cx(row % 2 === 0 ? 'fill-subtle' : 'fill-transparent')} />
              <rect x={names - 66} y={BAR + 31 + row * ROW} width={Math.max(1, (one.size / largest) * 52)} height={12} rx={2} fill={colourOf(row)} />
              <text x={4} y={BAR + 37 + row * ROW} dominantBaseline="central" className="fill-fg text-[12px]">{one.name.length > 18 ? `${one.name.slice(0, 17)}…` : one.name}</text>
            </g>
          ))}
          {pieces.map((piece, column) => {
            const x = names + column * STEP + STEP / 2
            const tall = Math.max(1, (piece.count / most) * (BAR - 24))
            const rows = piece.in.flatMap((is, row) => (is ? [row] : []))
            const [top = 0, bottom = 0] = [rows[0], rows.at(-1)]
            const y = (row: number) => BAR + 24 + row * ROW + ROW / 2
            return (
              // The table below opens the same people by the keyboard.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
              <g key={piece.question} onPointerEnter={() => onAt(column)} onPointerLeave={() => onAt(null)} onClick={() => open(piece.question)} className="cursor-pointer">
                <rect x={x - STEP / 2} y={0} width={STEP} height={BAR + 24 + told.segments.length * ROW} className={at === column ? 'fill-[var(--accent-soft)]' : 'fill-transparent'} />
                <rect x={x - 9} y={BAR - tall} width={18} height={tall} rx={2} className="fill-[var(--accent)]" />
                <text x={x} y={BAR - tall - 8} textAnchor="middle" className="fill-fg-2 text-[11px] tabular-nums">{formatNumber(piece.count, locale)}</text>
                {told.segments.map((one, row) => <circle key={one.id} cx={x} cy={y(row)} r={5} className={piece.in[row] ? 'fill-[var(--fg)]' : 'fill-[var(--line-strong)]'} />)}
                <line x1={x} x2={x} y1={y(top)} y2={y(bottom)} stroke="var(--fg)" strokeWidth={2.5} />
              </g>
            )
          })}
        </svg>
      </div>
    </figure>
  )
}
