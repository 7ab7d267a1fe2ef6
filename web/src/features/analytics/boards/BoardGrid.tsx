/** The cards on their grid. While it is edited a card is dragged by its head and resized by its corner, or both by the arrow keys. */

import { GripVertical, MoreHorizontal } from 'lucide-react'
import { useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Button, cx, Drop, DropItem, IconButton } from '@/ui/kit'
import type { Card } from './cards'
import { COLUMNS, lowered, moved } from './grid'

const ROW = 72
const GAP = 16

interface Held {
  id: string
  isResize: boolean
  x: number
  y: number
  cards: Card[]
}

export function BoardGrid({ cards, isEdited, titleOf, body, onChange, onSettings, onCopy, onDrop }: {
  cards: Card[]
  isEdited: boolean
  titleOf: (card: Card) => { title: string; hint?: string | undefined }
  body: (card: Card) => ReactNode
  onChange: (cards: Card[]) => void
  onSettings: (card: Card) => void
  onCopy: (card: Card) => void
  onDrop: (card: Card) => void
}) {
  const { t } = useTranslation()
  const grid = useRef<HTMLDivElement>(null)
  const [held, setHeld] = useState<Held | null>(null)
  const [said, setSaid] = useState('')

  function take(event: PointerEvent<HTMLElement>, card: Card, isResize: boolean) {
    if (!isEdited || event.button !== 0) return
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    setHeld({ id: card.id, isResize, x: event.clientX, y: event.clientY, cards })
  }

  function drag(event: PointerEvent<HTMLElement>) {
    const wide = grid.current?.clientWidth
    if (!held || !wide) return
    const across = Math.round((event.clientX - held.x) / ((wide + GAP) / COLUMNS))
    const down = Math.round((event.clientY - held.y) / (ROW + GAP))
    const start = held.cards.find((one) => one.id === held.id)
    if (!start) return
    onChange(moved(held.cards, held.id, held.isResize ? { w: start.w + across, h: start.h + down } : { x: start.x + across, y: Math.max(0, start.y + down) }))
  }

  function onKeyDown(event: KeyboardEvent, card: Card) {
    const [across, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? []
    if (across === undefined || down === undefined) return
    event.preventDefault()
    const next = event.shiftKey ? moved(cards, card.id, { w: card.w + across, h: card.h + down }) : down > 0 ? lowered(cards, card.id) : moved(cards, card.id, { x: card.x + across, y: card.y + down })
    onChange(next)
    const now = next.find((one) => one.id === card.id)
    if (now) setSaid(t('board.placed', { column: now.x + 1, row: now.y + 1, wide: now.w, tall: now.h }))
  }

  const ordered = [...cards].sort((a, b) => a.y - b.y || a.x - b.x)
  return (
    <>
      <div ref={grid} className="board-grid">
        {ordered.map((card) => {
          const { title, hint } = titleOf(card)
          return (
            <section
              key={card.id}
              aria-label={title}
              style={{ '--x': card.x + 1, '--y': card.y + 1, '--w': card.w, '--h': card.h } as CSSProperties}
              className={cx('board-card group relative flex min-w-0 flex-col rounded-md bg-surface shadow-[inset_0_0_0_1px_var(--line),var(--depth-2,0_0_#0000)]', held?.id === card.id && 'z-2 opacity-80 shadow-[inset_0_0_0_2px_var(--accent)]')}
            >
              <header className="flex h-10 shrink-0 items-center gap-1 ps-4 pe-2">
                {isEdited && (
                  <button
                    type="button"
                    aria-label={t('board.move', { title })}
                    data-hint={t('board.move_hint')}
                    onPointerDown={(event) => take(event, card, false)}
                    onPointerMove={drag}
                    onPointerUp={() => setHeld(null)}
                    onPointerCancel={() => setHeld(null)}
                    onKeyDown={(event) => onKeyDown(event, card)}
                    className="-ms-2 grid size-7 shrink-0 cursor-grab touch-none place-items-center rounded-sm text-fg-3 hover:bg-hover active:cursor-grabbing"
                  ><GripVertical size={14} /></button>
                )}
                <h2 className={cx('min-w-0 flex-1 truncate', card.kind === 'kpi' || card.kind === 'count' ? 'text-fg-2' : 'font-semibold')} title={hint}>{title}</h2>
                {isEdited && (
                  <Drop align="end" trigger={<IconButton label={t('board.more', { title })}><MoreHorizontal size={15} /></IconButton>}>
                    <DropItem onClick={() => onSettings(card)}>{t('board.settings')}</DropItem>
                    <DropItem onClick={() => onCopy(card)}>{t('board.copy_card')}</DropItem>
                    <DropItem danger onClick={() => onDrop(card)}>{t('board.remove_card')}</DropItem>
                  </Drop>
                )}
              </header>
              <div tabIndex={0} role="region" aria-label={title} className="min-h-0 flex-1 overflow-auto px-4 pb-3 outline-offset-[-2px]">{body(card)}</div>
              {isEdited && (
                <span
                  aria-hidden
                  onPointerDown={(event) => take(event, card, true)}
                  onPointerMove={drag}
                  onPointerUp={() => setHeld(null)}
                  onPointerCancel={() => setHeld(null)}
                  className="absolute end-0 bottom-0 size-5 cursor-nwse-resize touch-none rounded-ee-md after:absolute after:end-1.5 after:bottom-1.5 after:size-2 after:border-e-2 after:border-b-2 after:border-line-strong rtl:cursor-nesw-resize"
                />
              )}
            </section>
          )
        })}
      </div>
      <p role="status" className="sr-only">{said}</p>
    </>
  )
}

export function EditBar({ onSave, onCancel, isBusy, children }: { onSave: () => void; onCancel: () => void; isBusy: boolean; children?: ReactNode }) {
  const { t } = useTranslation()
  return (
    <>
      {children}
      <Button look="outline" onClick={onCancel}>{t('common.cancel')}</Button>
      <Button look="primary" aria-disabled={isBusy} onClick={() => !isBusy && onSave()}>{t('common.save')}</Button>
    </>
  )
}
