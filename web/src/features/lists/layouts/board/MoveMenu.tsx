/** "Move to": the way to drag without dragging. Opens beside its card, and gives the focus back to it. */

import { ArrowUpRight } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from '@/lib/useTranslation'
import { formatNumber } from '@/lib/format'
import type { Figure } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { PickList } from '@/ui/PickList'
import { countOf } from '../groups'
import { Dot } from './ColumnHead'
import type { Slot } from './columns'

export default function MoveMenu({ card, title, slots, current, counts, onPick, onOpen, onClose }: {
  card: HTMLElement
  title: string
  slots: readonly Slot[]
  current: string
  counts: ReadonlyMap<string, Record<string, Figure>>
  onPick: (key: string) => void
  onOpen: () => void
  onClose: (refocus: boolean) => void
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const panel = useRef<HTMLDivElement>(null)
  const close = useRef(onClose)
  close.current = onClose

  useLayoutEffect(() => {
    const element = panel.current
    if (!element) return
    const at = card.getBoundingClientRect()
    const { width, height } = element.getBoundingClientRect()
    const rtl = getComputedStyle(card).direction === 'rtl'
    const x = rtl ? at.left : at.right - width
    element.style.left = `${Math.max(8, Math.min(window.innerWidth - width - 8, x))}px`
    element.style.top = `${Math.max(8, Math.min(window.innerHeight - height - 8, at.top + 34))}px`
  }, [card])
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (!panel.current?.contains(event.target as Node)) close.current(false)
    }
    window.addEventListener('pointerdown', outside, true)
    return () => window.removeEventListener('pointerdown', outside, true)
  }, [])

  return createPortal(
    <div ref={panel} role="dialog" aria-label={t('board.move_to', { title })} className="pop fixed z-60 w-64 overflow-hidden" onKeyDown={(event) => event.stopPropagation()} onClick={(event) => event.stopPropagation()} onBlur={(event) => event.relatedTarget && !event.currentTarget.contains(event.relatedTarget as Node) && onClose(false)}>
      <p className="truncate px-3 pt-2.5 pb-1 text-label font-medium text-fg-3">{t('board.move_to', { title })}</p>
      <PickList
        label={t('board.move_to', { title })}
        searchable={slots.length > 6}
        picked={[current]}
        items={slots.map((slot) => ({
          value: slot.key,
          text: slot.name,
          view: (
            <>
              <Dot hue={slot.hue} />
              <span className="truncate">{slot.name}</span>
            </>
          ),
          hint: formatNumber(countOf(counts.get(slot.key)), locale),
        }))}
        onPick={(item) => onPick(item.value)}
        onEscape={() => onClose(true)}
        footer={
          <div className="border-t border-line p-1">
            <button type="button" className="item hover:bg-hover" onClick={onOpen}>
              <ArrowUpRight size={14} className="text-fg-3" />
              {t('peek.open')}
            </button>
          </div>
        }
      />
    </div>,
    document.body,
  )
}
