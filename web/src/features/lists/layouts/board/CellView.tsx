/** One cell of the board: its cards, drawn only where they are seen, however many there are. */

import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import type { RecordData } from '@/lib/records'
import { useStore } from '@/lib/store'
import { Button, cx } from '@/ui/kit'
import { Bone } from '@/ui/states'
import { heightOf, type CardPlan } from '../cards'
import { CardView } from './Card'
import { heldStore } from './drag'
import type { BoardStore } from './BoardStore'
import type { CardFacts } from './facts'
import { placeOf, type Compare } from './order'

const GAP = 8
const TOP = 3
const BOTTOM = 12
/** This many cards before the end, the next page is asked for. */
const AHEAD = 20

export interface CellProps {
  store: BoardStore
  facts: CardFacts
  cell: string
  label: string
  plan: CardPlan
  withSteps: boolean
  isClosed: boolean
  canMove: boolean
  compare: Compare
  /** The card held over this cell, as it would be here. */
  asHere: (id: string) => RecordData | null
  fresh: ReadonlySet<string>
  peek: string | null
  describedBy: string
  top?: ReactNode
  /** How the board reaches the cards of this cell by keys. */
  onReach: (cell: string, reach: CellReach | null) => void
  className?: string
}

export interface CellReach {
  count: () => number
  indexOf: (id: string) => number
  /** How far below the top of the cell's window a card stands. */
  topOf: (index: number) => number
  nearest: (top: number) => number
  focus: (index: number) => void
}

export function CellView({ store, facts, cell: key, label, plan, withSteps, isClosed, canMove, compare, asHere, fresh, peek, describedBy, top, onReach, className }: CellProps) {
  const { t } = useTranslation()
  const cell = useSyncExternalStore(useCallback((listener) => store.subscribe(key, listener), [store, key]), () => store.cell(key))
  const { cards } = cell
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const [last, setLast] = useState<string | null>(null)
  const held = useStore(heldStore)
  const isOver = held?.over === key

  // Reckoned once for each card: with every page the heights of all are added up again.
  const heights = useMemo(() => {
    const known = new WeakMap<RecordData, number>()
    return (card: RecordData) => {
      const height = known.get(card) ?? heightOf(plan, card, withSteps)
      known.set(card, height)
      return height
    }
  }, [plan, withSteps])
  const virtual = useVirtualizer({
    count: cards.length,
    getScrollElement: () => scroller,
    estimateSize: useCallback((index: number) => { const card = cards[index]; return card ? heights(card) : 100 }, [cards, heights]),
    // Another function when the cards are others: then the heights are reckoned anew.
    getItemKey: useCallback((index: number) => cards[index]?.id ?? index, [cards]),
    gap: GAP,
    paddingStart: TOP,
    paddingEnd: BOTTOM,
    overscan: 3,
    useFlushSync: false,
  })
  const items = virtual.getVirtualItems()
  const end = items.at(-1)?.index ?? 0

  useEffect(() => {
    if (cell.state === 'waiting' || (cell.state === 'ready' && cell.next !== null && end >= cards.length - AHEAD)) void store.more(key)
  }, [store, key, cell.state, cell.next, end, cards.length])

  useAnchor(scroller, cards, useCallback((index: number) => virtual.measurementsCache[index]?.start ?? 0, [virtual]))

  useEffect(() => {
    const reach: CellReach = {
      count: () => store.cell(key).cards.length,
      indexOf: (id) => store.cell(key).cards.findIndex((card) => card.id === id),
      topOf: (index) => (virtual.measurementsCache[index]?.start ?? 0) - (scroller?.scrollTop ?? 0),
      nearest: (wanted) => {
        const at = wanted + (scroller?.scrollTop ?? 0)
        const found = virtual.measurementsCache.findIndex((item) => item.end > at)
        return found < 0 ? Math.max(0, store.cell(key).cards.length - 1) : found
      },
      focus: (index) => {
        const card = store.cell(key).cards[index]
        if (!card) return
        virtual.scrollToIndex(index, { align: 'auto' })
        setLast(card.id)
        focusWhenDrawn(scroller, card.id)
      },
    }
    onReach(key, reach)
    return () => onReach(key, null)
  }, [onReach, key, store, virtual, scroller])

  const shownIds = items.map((item) => cards[item.index]?.id)
  const stop = last !== null && shownIds.includes(last) ? last : shownIds[0]
  const landing = isOver && held ? landingAt(held.id, cards, asHere, compare, cell.next === null, (index) => virtual.measurementsCache[index]?.start ?? TOP, virtual.getTotalSize(), scroller) : null

  return (
    <div className={cx('relative flex min-h-0 flex-1 flex-col', className)}>
      {top}
      <div
        ref={setScroller}
        role="list"
        aria-label={label}
        data-drop={key}
        data-scroll="y"
        onFocus={(event) => setLast((event.target as HTMLElement).closest<HTMLElement>('[data-card]')?.dataset['card'] ?? null)}
        className="min-h-16 flex-1 overflow-x-hidden overflow-y-auto overscroll-y-contain px-2"
      >
        <div role="presentation" className="relative" style={{ height: cards.length > 0 ? virtual.getTotalSize() : undefined }}>
          {items.map((item) => {
            const card = cards[item.index]
            if (!card) return null
            return (
              <div key={card.id} role="listitem" aria-setsize={cell.next === null ? cards.length : -1} aria-posinset={item.index + 1} className="absolute inset-x-0 top-0" style={{ transform: `translateY(${item.start}px)` }}>
                <CardView
                  record={card}
                  plan={plan}
                  facts={facts}
                  withSteps={withSteps}
                  height={item.size}
                  ghost={held?.id === card.id}
                  fresh={fresh.has(card.id)}
                  open={peek === card.id}
                  tabIndex={card.id === stop ? 0 : -1}
                  describedBy={describedBy}
                  isClosed={isClosed}
                  canMove={canMove}
                />
              </div>
            )
          })}
          {(cell.state === 'waiting' || cell.state === 'loading') && cards.length === 0 && [0, 1, 2].map((index) => <Bone key={index} className={cx('h-28 rounded-md!', index > 0 && 'mt-2')} />)}
        </div>
        {cell.state === 'failed' && (
          <div role="alert" className="rounded-md bg-bad-soft p-3 text-meta text-bad">
            <p>{reasonOf(cell.error)}</p>
            <Button size="sm" look="outline" className="mt-2" onClick={() => void store.more(key)}>{t('common.retry')}</Button>
          </div>
        )}
      </div>
      {landing !== null && <i aria-hidden data-landing className="pointer-events-none absolute inset-x-2 z-3 h-0.5 rounded-full bg-accent" style={{ top: landing + (scroller?.offsetTop ?? 0) }} />}
    </div>
  )
}

/** Where the line is drawn that says where the card will land; at an edge of the window when the place is beyond it. */
function landingAt(
  id: string,
  cards: readonly RecordData[],
  asHere: CellProps['asHere'],
  compare: Compare,
  all: boolean,
  startOf: (index: number) => number,
  total: number,
  scroller: HTMLDivElement | null,
): number | null {
  if (!scroller) return null
  const record = asHere(id)
  if (!record) return null
  const others = cards.filter((card) => card.id !== id)
  const at = placeOf(others, record, compare)
  const before = others[at]
  const index = before ? cards.indexOf(before) : cards.length
  const y = cards.length === 0 ? 0 : index >= cards.length ? total - BOTTOM + (all ? GAP / 2 : 0) : startOf(index) - GAP / 2
  return Math.max(1, Math.min(scroller.clientHeight - 3, y - 1 - scroller.scrollTop))
}

/** Keeps the card the reader looks at where it is when others come or go above it. */
function useAnchor(scroller: HTMLDivElement | null, cards: readonly { id: string }[], startOf: (index: number) => number): void {
  const seen = useRef<{ id: string; offset: number } | null>(null)
  useLayoutEffect(() => {
    if (!scroller) return
    const held = seen.current
    if (held && scroller.scrollTop > 4) {
      const index = cards.findIndex((card) => card.id === held.id)
      if (index >= 0) {
        const wanted = startOf(index) - held.offset
        if (Math.abs(wanted - scroller.scrollTop) > 1) scroller.scrollTop = wanted
      }
    }
    const note = () => {
      let index = 0
      // The first card whose end is below the upper edge, by halves.
      let low = 0
      let high = cards.length - 1
      while (low <= high) {
        const middle = (low + high) >>> 1
        if (startOf(middle) <= scroller.scrollTop) {
          index = middle
          low = middle + 1
        } else high = middle - 1
      }
      const card = cards[index]
      seen.current = card ? { id: card.id, offset: startOf(index) - scroller.scrollTop } : null
    }
    note()
    scroller.addEventListener('scroll', note, { passive: true })
    return () => scroller.removeEventListener('scroll', note)
  }, [scroller, cards, startOf])
}

/** A card that was beyond the window is drawn a moment later. */
export function focusWhenDrawn(scroller: HTMLElement | null, id: string, tries = 12): void {
  const card = scroller?.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`)
  if (card) card.focus({ preventScroll: false })
  else if (tries > 0) requestAnimationFrame(() => focusWhenDrawn(scroller, id, tries - 1))
}
