/** A record in a day: a bar where it lasts days, a line with its hour where it does not. */

import { Check } from 'lucide-react'
import { memo, type CSSProperties } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { formatClock, formatTime, formatDate } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { cx } from '@/ui/kit'
import type { CalendarEvent } from './events'

export interface ChipProps {
  event: CalendarEvent
  hue: number | null
  /** Goes on in the row before or after. */
  isBefore?: boolean
  isAfter?: boolean
  canResize?: boolean
  isHeld?: boolean
  isOpen?: boolean
  isDone?: boolean
  tabIndex: number
  describedBy: string
  style?: CSSProperties
  className?: string
  /** A block among hours: more than one line. */
  isBlock?: boolean
}

/** When it is, in words, for the ear and the tooltip. */
export function whenText(event: CalendarEvent, locale: string): string {
  const from = event.isWhole ? formatDate(event.first, locale) : formatTime(event.start.toISOString(), locale)
  if (!event.end) return from
  const isSameDay = event.first === event.last
  const to = event.isWhole ? formatDate(event.last, locale) : isSameDay ? formatClock(event.end.toISOString(), locale) : formatTime(event.end.toISOString(), locale)
  return event.isWhole && isSameDay ? from : `${from} – ${to}`
}

export const EventChip = memo(function EventChip({ event, hue, isBefore, isAfter, canResize, isHeld, isOpen, isDone, tabIndex, describedBy, style, className, isBlock }: ChipProps) {
  const { t } = useTranslation()
  const locale = useLocale()
  const title = event.record.title || t('common.untitled')
  const when = whenText(event, locale)
  const clock = event.isWhole || isBefore ? '' : formatClock(event.start.toISOString(), locale)
  return (
    <button
      type="button"
      data-event={event.record.id}
      tabIndex={tabIndex}
      aria-describedby={describedBy}
      aria-keyshortcuts="M Enter Space"
      title={`${title}\n${when}`}
      style={{ ...style, ...(hue === null ? {} : { '--hue': hue }) } as CSSProperties}
      data-plain={hue === null ? '' : undefined}
      className={cx(
        'pill min-w-0 overflow-hidden text-start select-none',
        isBlock ? 'flex-col items-start! justify-start gap-0! rounded-[5px]! py-0.5! shadow-[inset_0_0_0_1px_color-mix(in_oklch,currentColor_14%,transparent)]' : 'h-[21px]!',
        isBefore && 'rounded-s-none!',
        isAfter && 'rounded-e-none!',
        isHeld && 'opacity-80 shadow-3!',
        isOpen && 'shadow-[0_0_0_1.5px_var(--accent)]!',
        className,
      )}
    >
      {isBlock ? (
        <>
          <span className={cx('w-full shrink-0 truncate', isDone && 'line-through')}>{title}</span>
          <span className="w-full truncate text-label font-normal tabular-nums">{clock}{event.end && event.first === event.last ? ` – ${formatClock(event.end.toISOString(), locale)}` : ''}</span>
        </>
      ) : (
        <>
          {isDone && <Check size={12} className="shrink-0" />}
          {clock && <span className="shrink-0 text-label font-normal tabular-nums">{clock}</span>}
          <span className={cx('truncate', isDone && 'line-through')}>{title}</span>
        </>
      )}
      <span className="sr-only">, {when}</span>
      {canResize && !isAfter && <i aria-hidden data-resize className={cx('absolute z-2', isBlock ? 'inset-x-0 -bottom-px h-2 cursor-ns-resize' : 'inset-y-0 end-0 w-2 cursor-ew-resize')} />}
    </button>
  )
})
