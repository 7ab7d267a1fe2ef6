/** What stands over the cards of a column: its name, how many, how much, and how much of it is likely. */

import { ChevronsLeftRight, ChevronsRightLeft, Plus } from 'lucide-react'
import { useSyncExternalStore, type CSSProperties, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { formatMoneyCompact, formatNumber } from '@/lib/format'
import type { Figure } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { figureText } from '@/ui/FieldValue'
import { cx, IconButton } from '@/ui/kit'
import { countOf } from '../groups'
import { cellKey, type Slot } from './columns'
import { heldStore, OWN_LANE } from './drag'

export interface Head {
  values: Record<string, Figure> | undefined
  sumName: string | null
  weightedName: string | null
  /** The server has counted; before, nothing is said. */
  isKnown: boolean
}

export function Dot({ hue }: { hue: number | undefined }) {
  return <i aria-hidden className={cx('size-2.5 shrink-0 rounded-full', hue === undefined ? 'bg-line-strong' : 'dot')} style={hue === undefined ? undefined : ({ '--hue': hue } as CSSProperties)} />
}

export function ColumnHead({ slot, head, onFold, onAdd, isBare }: { slot: Slot; head: Head; onFold: (() => void) | null; onAdd: (() => void) | null; isBare?: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const sum = head.sumName ? figureText(head.values?.[head.sumName], locale, formatMoneyCompact) : ''
  const weighted = head.weightedName ? figureText(head.values?.[head.weightedName], locale, formatMoneyCompact) : ''
  const weight = [weighted && t('board.weighted', { sum: weighted }), slot.probability === undefined ? '' : formatPercent(slot.probability, locale)].filter(Boolean).join(' · ')
  return (
    <header className="group/head shrink-0 px-3 pt-2.5 pb-2">
      <div className="flex h-6 items-center gap-2">
        {!isBare && <Dot hue={slot.hue} />}
        <h2 className={cx('truncate text-body font-semibold tracking-normal', isBare && 'sr-only')}>{slot.name}</h2>
        {!isBare && <span className="text-meta text-fg-3 tabular-nums">{head.isKnown && formatNumber(countOf(head.values), locale)}</span>}
        {isBare && <Sums sum={sum} weight={weight} />}
        <span className="flex-1" />
        {onFold && <IconButton label={t('board.fold', { name: slot.name })} className="!size-6 opacity-0 group-focus-within/head:opacity-100 group-hover/head:opacity-100 pointer-coarse:opacity-100" onClick={onFold}><ChevronsRightLeft size={13} /></IconButton>}
        {onAdd && <IconButton label={t('board.add', { name: slot.name })} className="!size-6 pointer-coarse:!size-9" onClick={onAdd}><Plus size={15} /></IconButton>}
      </div>
      {!isBare && head.sumName && <div className="mt-0.5 flex h-6 items-baseline"><Sums sum={sum} weight={weight} /></div>}
    </header>
  )
}

function Sums({ sum, weight }: { sum: string; weight: string }) {
  return (
    <span className="flex min-w-0 items-baseline gap-1.5">
      {sum && <span className="truncate text-figure font-semibold tracking-[-.015em] tabular-nums">{sum}</span>}
      {weight && <span className="truncate text-label text-fg-3 tabular-nums">{weight}</span>}
    </span>
  )
}

function formatPercent(percent: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(percent / 100)
}

/** The ground of a column, tinted while a card is held over it. */
export function ColumnShell({ drop, phone, className, children }: { drop: string | null; phone?: boolean; className?: string; children: ReactNode }) {
  const isOver = useSyncExternalStore(heldStore.subscribe, () => drop !== null && heldStore.get()?.over === drop)
  return (
    <section data-drop={drop ?? undefined} className={cx('flex min-h-0 flex-col transition-colors', phone ? 'w-full flex-1' : 'w-64 min-w-64 flex-1 rounded-lg rounded-b-none bg-subtle dark:bg-canvas/60', isOver && 'bg-accent-soft/60! dark:bg-accent-soft/40!', className)}>
      {children}
    </section>
  )
}

/** A column laid aside: its name and figures along a strip, still a place to drop a card. */
export function FoldedColumn({ slot, head, onOpen, isShort }: { slot: Slot; head: Head; onOpen: () => void; isShort?: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const drop = cellKey(OWN_LANE, slot.key)
  const isOver = useSyncExternalStore(heldStore.subscribe, () => heldStore.get()?.over === drop)
  const sum = head.sumName ? figureText(head.values?.[head.sumName], locale, formatMoneyCompact) : ''
  const count = head.isKnown ? formatNumber(countOf(head.values), locale) : ''
  return (
    <section data-drop={drop} className={cx('flex w-10 shrink-0 flex-col rounded-lg rounded-b-none bg-subtle transition-colors dark:bg-canvas/60', isOver && 'bg-accent-soft/60!')}>
      <button type="button" onClick={onOpen} data-hint={t('board.unfold', { name: slot.name })} className={cx('flex w-full flex-1 flex-col items-center gap-2 rounded-lg pt-3.5 hover:bg-hover', isShort && 'justify-start overflow-hidden')}>
        <Dot hue={slot.hue} />
        <span className="sr-only">{t('board.unfold', { name: slot.name })}</span>
        {isShort ? (
          <span className="text-meta text-fg-3 tabular-nums">{count}</span>
        ) : (
          <span className="flex items-center gap-2 whitespace-nowrap [writing-mode:vertical-rl]">
            <span className="font-semibold">{slot.name}</span>
            <span className="text-meta text-fg-3 tabular-nums">{count}</span>
            {sum && <span className="text-meta font-medium text-fg-2 tabular-nums">{sum}</span>}
          </span>
        )}
        <ChevronsLeftRight size={13} className="mt-auto mb-3 text-fg-3" />
      </button>
    </section>
  )
}
