/** A lane across the board: one value of a second field, with the same columns. Drawn only where it is seen. */

import { ChevronDown, Plus } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { faceOf, objectByName, type FieldDef } from '@/lib/definitions'
import { formatMoneyCompact, formatNumber } from '@/lib/format'
import type { Figure } from '@/lib/records'
import { useDefinitions, useLocale } from '@/lib/session'
import { Face } from '@/ui/Face'
import { figureText } from '@/ui/FieldValue'
import { cx } from '@/ui/kit'
import { countOf, measureName, type Measure } from '../groups'
import { ColumnShell, Dot } from './ColumnHead'
import { cellKey, type Slot } from './columns'

/** Room for about a card and a half, two and a half, or a window that scrolls. */
const HEIGHTS = [0, 168, 292] as const
const TALL = 380

export function Lane({ slot, field, columns, folded, phone, isFolded, figures, measures, onFold, onAdd, cellOf }: {
  slot: Slot
  field: FieldDef
  columns: readonly Slot[]
  folded: ReadonlySet<string>
  /** One column fills the screen. */
  phone: boolean
  isFolded: boolean
  figures: ReadonlyMap<string, Record<string, Figure>>
  measures: readonly Measure[]
  onFold: (isFolded: boolean) => void
  onAdd: ((column: Slot) => void) | null
  cellOf: (column: Slot) => ReactNode
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const definitions = useDefinitions()
  const element = useRef<HTMLElement>(null)
  const [isSeen, setSeen] = useState(false)
  useEffect(() => {
    const watched = element.current
    if (!watched) return
    const observer = new IntersectionObserver((entries) => setSeen(entries.some((entry) => entry.isIntersecting)), { rootMargin: '200px 0px' })
    observer.observe(watched)
    return () => observer.disconnect()
  }, [])

  const shown = columns.filter((column) => !folded.has(column.key))
  const most = Math.max(0, ...shown.map((column) => countOf(figures.get(cellKey(slot.key, column.key)))))
  const height = HEIGHTS[most] ?? TALL
  const total = columns.reduce((sum, column) => sum + countOf(figures.get(cellKey(slot.key, column.key))), 0)
  const sum = measures.find((measure) => measure.op === 'sum')
  const sums = sum ? addUp(columns.map((column) => figures.get(cellKey(slot.key, column.key))?.[measureName(sum)])) : null
  const target = field.target ? objectByName(definitions, field.target) : undefined

  return (
    <section ref={element} aria-label={slot.name} className="pb-2">
      <div className="sticky start-0 flex h-9 w-fit items-center gap-2 pe-3">
        <button type="button" aria-expanded={!isFolded} onClick={() => onFold(!isFolded)} className="flex h-7 items-center gap-2 rounded-sm px-2 hover:bg-hover">
          <ChevronDown size={14} className={cx('text-fg-3 transition-transform', isFolded && '-rotate-90 rtl:rotate-90')} />
          {slot.linked ? <Face kind={faceOf(target)} name={slot.name} icon={target?.icon} size={18} /> : <Dot hue={slot.hue} />}
          <span className="font-semibold">{slot.name}</span>
          <span className="text-meta text-fg-3 tabular-nums">{formatNumber(total, locale)}</span>
          {sums && sums.length > 0 && <span className="text-meta font-medium text-fg-2 tabular-nums">{figureText(sums, locale, formatMoneyCompact)}</span>}
        </button>
      </div>
      {!isFolded && (
        <div className="flex gap-2.5" style={{ height: Math.max(height, 72) }}>
          {columns.map((column) => {
            const drop = cellKey(slot.key, column.key)
            if (folded.has(column.key)) return <ColumnShell key={column.key} drop={drop} className="w-10! min-w-10! flex-none! rounded-lg!">{null}</ColumnShell>
            return (
              <ColumnShell key={column.key} drop={drop} phone={phone} className={cx('group/cell relative', !phone && 'rounded-lg! pt-2')}>
                {isSeen && cellOf(column)}
                {onAdd && <button type="button" onClick={() => onAdd(column)} aria-label={`${t('board.add', { name: column.name })}, ${slot.name}`} className="absolute end-2 bottom-2 z-2 grid size-7 place-items-center rounded-full bg-raised text-fg-3 opacity-0 shadow-2 group-hover/cell:opacity-100 hover:text-fg focus-visible:opacity-100"><Plus size={14} /></button>}
              </ColumnShell>
            )
          })}
        </div>
      )}
    </section>
  )
}

function addUp(figures: readonly (Figure | undefined)[]): { amount: number; currency: string }[] {
  const sums = new Map<string, number>()
  for (const figure of figures) {
    if (!Array.isArray(figure)) continue
    for (const { amount, currency } of figure) sums.set(currency, (sums.get(currency) ?? 0) + amount)
  }
  return [...sums].map(([currency, amount]) => ({ amount, currency }))
}
