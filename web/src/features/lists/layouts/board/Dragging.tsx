/** What is seen only while a card is held: the card under the pointer, and the targets along the bottom. */

import { Trash2, Trophy, X } from 'lucide-react'
import type { Ref } from 'react'
import { createPortal } from 'react-dom'
import { useTranslation } from '@/lib/useTranslation'
import type { RecordData } from '@/lib/records'
import { useStore } from '@/lib/store'
import { cx } from '@/ui/kit'
import type { CardPlan } from '../cards'
import { CardView } from './Card'
import { Dot } from './ColumnHead'
import { cellKey, type Slot } from './columns'
import { BIN, heldStore, OWN_LANE } from './drag'
import type { CardFacts } from './facts'

export function Ghost({ ref, record, plan, facts, withSteps, width, height }: { ref: Ref<HTMLDivElement>; record: RecordData; plan: CardPlan; facts: CardFacts; withSteps: boolean; width: number; height: number }) {
  return createPortal(
    <div ref={ref} aria-hidden inert className="pointer-events-none fixed start-0 top-0 z-70 rounded-md shadow-3 rtl:start-auto rtl:left-0" style={{ width }}>
      <CardView record={record} plan={plan} facts={facts} withSteps={withSteps} height={height} />
    </div>,
    document.body,
  )
}

export function DropBar({ slots, isPhone, canTrash }: { slots: readonly Slot[]; isPhone: boolean; canTrash: boolean }) {
  const { t } = useTranslation()
  return (
    <div className={cx('absolute inset-x-0 bottom-0 z-10 flex gap-2 border-t border-line bg-raised/95 p-2.5 shadow-3 backdrop-blur-sm', isPhone && 'flex-wrap')}>
      {slots.map((slot) => (
        <Target key={slot.key} drop={cellKey(OWN_LANE, slot.key)} tone={slot.ending ?? null}>
          {slot.ending === 'won' ? <Trophy size={15} /> : slot.ending === 'lost' ? <X size={15} /> : <Dot hue={slot.hue} />}
          <span className="truncate">{slot.name}</span>
        </Target>
      ))}
      {canTrash && (
        <Target drop={BIN} tone={null}>
          <Trash2 size={15} />
          {t('board.bin')}
        </Target>
      )}
    </div>
  )
}

function Target({ drop, tone, children }: { drop: string; tone: 'won' | 'lost' | null; children: React.ReactNode }) {
  const held = useStore(heldStore)
  const isOver = held?.over === drop
  return (
    <div
      data-drop={drop}
      className={cx(
        'flex h-12 min-w-28 flex-1 items-center justify-center gap-2 rounded-md border border-dashed font-medium transition-colors',
        tone === 'won' ? 'border-ok/50 text-ok' : tone === 'lost' ? 'border-bad/50 text-bad' : 'border-line-strong text-fg-2',
        isOver && (tone === 'won' ? 'bg-ok-soft' : tone === 'lost' ? 'bg-bad-soft' : 'bg-active text-fg'),
      )}
    >
      {children}
    </div>
  )
}
