/** A month in whole weeks: bars over the days they last, as many lines as there is room for, the rest behind "n more". */

import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { cx } from '@/ui/kit'
import { addDays, dateOf, daysFrom, today, weekOf, weekday, type Day } from './dates'
import { segmentsOf, type Segment } from './events'
import type { ViewProps } from './CalendarLayout'

const LINE = 23
const HEAD = 28

export function MonthView({ from, to, at, events, more, counts, chipOf, onDay, onAdd, onMore, phone }: ViewProps & { phone: boolean; counts: Record<Day, number> }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [grid, setGrid] = useState<HTMLDivElement | null>(null)
  const [height, setHeight] = useState(110)
  const weeks = useMemo(() => Math.max(1, daysFrom(from, to).length / 7), [from, to])
  useEffect(() => {
    if (!grid) return
    const measure = () => setHeight(grid.clientHeight / weeks)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(grid)
    return () => observer.disconnect()
  }, [grid, weeks])

  const lines = Math.max(1, Math.floor((height - HEAD) / LINE))
  const now = today()
  const { weekend } = weekOf(locale)
  const names = new Intl.DateTimeFormat(locale, { weekday: phone ? 'narrow' : 'short' })
  const full = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const rows = Array.from({ length: weeks }, (_, index) => addDays(from, index * 7))

  return (
    <div className={cx('flex flex-col', phone ? 'flex-none' : 'min-h-0 flex-1')}>
      <div aria-hidden className="grid shrink-0 grid-cols-7 border-b border-line">
        {daysFrom(from, addDays(from, 6)).map((day) => (
          <div key={day} className="px-2 py-1.5 text-meta font-medium text-fg-3 max-md:text-center">{names.format(dateOf(day))}</div>
        ))}
      </div>
      <div ref={setGrid} className={cx('grid min-h-0 flex-1 overflow-y-auto', phone && 'flex-none!')} style={{ gridTemplateRows: `repeat(${weeks}, minmax(${phone ? 52 : 92}px, 1fr))` }} data-scroll="y">
        {rows.map((first) => {
          const segments = segmentsOf(events, first, 7)
          const hidden = hiddenIn(segments, lines, first, more)
          return (
            <div key={first} className="relative grid grid-cols-7 border-b border-line last:border-b-0">
              {daysFrom(first, addDays(first, 6)).map((day, column) => {
                const beyond = (more[day] ?? 0) + (hidden.counts[column] ?? 0)
                const isOther = day.slice(0, 7) !== at.slice(0, 7)
                const isChosen = phone && day === at
                return (
                  <div key={day} data-day={day} onDoubleClick={(event) => event.target === event.currentTarget && onAdd(day)} className={cx('group/day relative min-w-0 border-e border-line last:border-e-0', weekend.includes(weekday(day)) && 'bg-subtle', isOther && 'bg-canvas/60')}>
                    <button
                      type="button"
                      tabIndex={phone ? 0 : -1}
                      aria-current={day === now ? 'date' : undefined}
                      aria-pressed={phone ? isChosen : undefined}
                      onClick={() => onDay(day)}
                      className={cx('m-1 grid h-6 min-w-6 place-items-center rounded-full px-1 text-meta tabular-nums', day === now ? 'bg-accent font-semibold text-accent-fg' : isOther ? 'text-fg-3' : 'font-medium text-fg-2 hover:bg-hover', phone && 'm-0! h-full! w-full! content-start! rounded-none! bg-transparent! pt-1.5', phone && day === now && 'text-accent-text!', isChosen && 'shadow-[inset_0_0_0_2px_var(--accent)]')}
                    >
                      {dateOf(day).getDate() === 1 && !phone ? new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(dateOf(day)) : dateOf(day).getDate()}
                      <span className="sr-only">, {full.format(dateOf(day))}{counts[day] ? `, ${t('calendar.count', { count: counts[day] })}` : ''}</span>
                      {phone && <span className="mt-1 text-label font-medium text-accent-text tabular-nums">{counts[day] ? formatNumber(counts[day] ?? 0, locale) : ' '}</span>}
                    </button>
                    {!phone && beyond > 0 && (
                      <button type="button" onClick={(event) => onMore(day, event.currentTarget)} className="absolute start-1 z-2 h-[21px] rounded-xs px-1.5 text-meta font-medium text-fg-2 hover:bg-hover hover:text-fg" style={{ top: HEAD + (lines - 1) * LINE }}>
                        {t('calendar.more', { count: beyond })}
                      </button>
                    )}
                  </div>
                )
              })}
              {!phone && segments.map((segment) => {
                if (hidden.isHidden(segment)) return null
                return chipOf(segment.event, {
                  key: `${segment.event.record.id} ${first}`,
                  isBefore: segment.isBefore,
                  isAfter: segment.isAfter,
                  style: { position: 'absolute', top: HEAD + segment.lane * LINE, insetInlineStart: `calc(${(segment.at / 7) * 100}% + ${segment.isBefore ? 0 : 4}px)`, width: `calc(${(segment.span / 7) * 100}% - ${(segment.isBefore ? 0 : 4) + (segment.isAfter ? 0 : 5)}px)`, maxWidth: 'none' },
                })
              })}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Bars without a line, by day: where some are hidden, the last line says how many, and what stood there is hidden too. */
function hiddenIn(segments: readonly Segment[], lines: number, first: Day, more: Record<Day, number>): { counts: number[]; isHidden: (segment: Segment) => boolean } {
  const counts = Array.from({ length: 7 }, () => 0)
  const isFull = Array.from({ length: 7 }, (_, day) => (more[addDays(first, day)] ?? 0) > 0)
  const days = ({ at, span }: Segment) => Array.from({ length: span }, (_, index) => at + index)
  for (const segment of segments) if (segment.lane >= lines) for (const day of days(segment)) isFull[day] = true
  const isHidden = (segment: Segment) => segment.lane >= lines || (segment.lane === lines - 1 && days(segment).some((day) => isFull[day]))
  for (const segment of segments) if (isHidden(segment)) for (const day of days(segment)) counts[day] = (counts[day] ?? 0) + 1
  return { counts, isHidden }
}
