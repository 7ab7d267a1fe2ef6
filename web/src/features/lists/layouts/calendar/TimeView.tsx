/** Days side by side by the hour: meetings where they stand, whole days above, a line for now. */

import { useEffect, useLayoutEffect, useRef, useState, type PointerEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useLocale } from '@/lib/session'
import { cx } from '@/ui/kit'
import { dateOf, daysBetween, daysFrom, today, weekOf, weekday, type Day } from './dates'
import { blocksOf, segmentsOf } from './events'
import type { ViewProps } from './CalendarLayout'
import { watchPress } from '../press'
import { clockIn, zoneName } from './zones'

export const HOUR = 48
const OPENS_AT = 7.5
const SNAP = 30

export function TimeView({ from, to, events, more, isWhole, zone, chipOf, onDay, onAdd, onRange, onMore }: ViewProps & { isWhole: boolean; /** A second clock, or empty. */ zone: string; onRange: (day: Day, from: number, to: number) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const days = daysFrom(from, to)
  const now = today()
  const { weekend } = weekOf(locale)
  const head = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric' })
  const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' })
  const full = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const scroller = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    scroller.current?.scrollTo({ top: OPENS_AT * HOUR })
  }, [])
  const minutes = useMinutes()
  const [drawn, setDrawn] = useState<{ day: Day; from: number; to: number } | null>(null)

  // What lasts over midnight stands above the hours, with the days.
  const above = events.filter((event) => event.isWhole || daysBetween(event.first, event.last) > 1)
  const between = events.filter((event) => !above.includes(event))
  const bars = segmentsOf(above, from, days.length)
  const barLines = Math.max(0, ...bars.map((bar) => bar.lane + 1))
  const columns = `repeat(${days.length}, minmax(0, 1fr))`

  /** Drawing over free hours makes something there. */
  function onPointerDown(event: PointerEvent<HTMLDivElement>, day: Day) {
    if (event.button !== 0 || event.pointerType === 'touch' || (event.target as HTMLElement).closest('[data-event]')) return
    const top = event.currentTarget.getBoundingClientRect().top
    const minuteAt = (y: number) => Math.max(0, Math.min(24 * 60, Math.floor(((y - top) / HOUR) * 60 / SNAP) * SNAP))
    const began = minuteAt(event.clientY)
    watchPress(event.nativeEvent, {
      onStart: () => setDrawn({ day, from: began, to: began + SNAP }),
      onMove: (at) => {
        const here = minuteAt(at.y)
        setDrawn({ day, from: Math.min(began, here), to: Math.max(began + SNAP, here + SNAP) })
      },
      onEnd: (at, dropped) => {
        setDrawn(null)
        const here = minuteAt(at.y)
        if (dropped) onRange(day, Math.min(began, here), Math.max(began + SNAP, here + SNAP))
      },
    })
  }

  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div className="flex shrink-0 overflow-hidden border-b border-line [scrollbar-gutter:stable]">
        {!isWhole && zone && <div className="flex w-14 shrink-0 items-center justify-end pe-2"><span title={zone} className="line-clamp-2 text-end text-label leading-3.5 text-fg-3">{zoneName(zone)}</span></div>}
        {!isWhole && <div className="w-14 shrink-0" />}
        <div className="grid min-w-0 flex-1" style={{ gridTemplateColumns: columns }}>
          {days.map((day) => (
            <button key={day} type="button" onClick={() => onDay(day)} aria-current={day === now ? 'date' : undefined} aria-label={`${head.format(dateOf(day))}, ${full.format(dateOf(day))}`} className={cx('h-9 truncate border-s border-line px-2 text-start text-meta font-medium first:border-s-0 hover:bg-subtle', day === now ? 'font-semibold text-accent-text' : 'text-fg-2')}>
              {head.format(dateOf(day))}
            </button>
          ))}
        </div>
      </div>
      {(isWhole || barLines > 0) && (
        <div data-scroll="y" tabIndex={isWhole ? 0 : undefined} role={isWhole ? 'region' : undefined} aria-label={isWhole ? t('calendar.days') : undefined} className={cx('flex shrink-0 overflow-y-auto border-b border-line [scrollbar-gutter:stable]', isWhole ? 'min-h-0 flex-1' : 'max-h-40')}>
          {!isWhole && zone && <div className="w-14 shrink-0" />}
          {!isWhole && <div className="w-14 shrink-0 pt-1.5 pe-2 text-end text-label text-fg-3">{t('calendar.whole_day')}</div>}
          <div className="relative min-w-0 flex-1" style={{ minHeight: barLines * 24 + 8 }}>
            <div className="absolute inset-0 grid" style={{ gridTemplateColumns: columns }}>
              {days.map((day) => (
                <div key={day} data-day={day} onDoubleClick={(event) => event.target === event.currentTarget && onAdd(day)} className={cx('relative border-s border-line first:border-s-0', weekend.includes(weekday(day)) && 'bg-subtle')}>
                  {(more[day] ?? 0) > 0 && <button type="button" onClick={(event) => onMore(day, event.currentTarget)} className="absolute start-1 h-6 rounded-xs px-1.5 text-meta font-medium text-fg-2 hover:bg-hover" style={{ top: barLines * 24 + 4 }}>{t('calendar.more', { count: more[day] ?? 0 })}</button>}
                </div>
              ))}
            </div>
            {bars.map((bar) => chipOf(bar.event, {
              key: bar.event.record.id,
              isBefore: bar.isBefore,
              isAfter: bar.isAfter,
              style: { position: 'absolute', top: 4 + bar.lane * 24, insetInlineStart: `calc(${(bar.at / days.length) * 100}% + 4px)`, width: `calc(${(bar.span / days.length) * 100}% - 8px)`, maxWidth: 'none' },
            }))}
          </div>
        </div>
      )}
      {!isWhole && (
        <div ref={scroller} data-scroll="y" tabIndex={0} role="region" aria-label={t('calendar.hours')} className="min-h-0 flex-1 overflow-y-auto [scrollbar-gutter:stable]">
          <div className="flex" style={{ height: 24 * HOUR }}>
            {zone && <ZoneClocks zone={zone} day={days.includes(now) ? now : from} />}
            <div aria-hidden className="relative w-14 shrink-0">
              {Array.from({ length: 23 }, (_, index) => (
                <span key={index} className="absolute end-2 -translate-y-1/2 text-label text-fg-3 tabular-nums" style={{ top: (index + 1) * HOUR }}>{clock.format(new Date(2000, 0, 1, index + 1))}</span>
              ))}
            </div>
            <div className="relative grid min-w-0 flex-1 bg-[repeating-linear-gradient(to_bottom,var(--line)_0,var(--line)_1px,transparent_1px,transparent_48px)]" style={{ gridTemplateColumns: columns }}>
              {days.map((day) => (
                <div key={day} role="group" aria-label={full.format(dateOf(day))} data-day={day} data-hours onPointerDown={(event) => onPointerDown(event, day)} onDoubleClick={(event) => { if (event.target === event.currentTarget) { const minute = Math.floor(((event.clientY - event.currentTarget.getBoundingClientRect().top) / HOUR) * 2) * 30; onRange(day, minute, minute + 30) } }} className={cx('relative border-s border-line first:border-s-0', weekend.includes(weekday(day)) && 'bg-canvas/50')}>
                  {blocksOf(between, day).map((block) => chipOf(block.event, {
                    key: `${block.event.record.id} ${day}`,
                    isBlock: true,
                    isBefore: block.event.first < day,
                    isAfter: block.event.last > day,
                    style: { position: 'absolute', top: (block.from / 60) * HOUR + 1, height: Math.max(20, ((block.to - block.from) / 60) * HOUR - 2), insetInlineStart: `calc(${(block.column / block.columns) * 100}% + 2px)`, width: `calc(${100 / block.columns}% - 6px)`, maxWidth: 'none' },
                  }))}
                  {drawn?.day === day && <div className="pointer-events-none absolute inset-x-1 rounded-[5px] bg-accent-soft shadow-[inset_0_0_0_1.5px_var(--accent)]" style={{ top: (drawn.from / 60) * HOUR, height: ((drawn.to - drawn.from) / 60) * HOUR }} />}
                  {day === now && <NowLine minutes={minutes} />}
                  {(more[day] ?? 0) > 0 && <button type="button" onClick={(event) => onMore(day, event.currentTarget)} className="sticky top-1 z-4 ms-1 h-6 rounded-xs bg-raised px-1.5 text-meta font-medium shadow-2">{t('calendar.more', { count: more[day] ?? 0 })}</button>}
                </div>
              ))}
            </div>
          </div>
        </div>
      )}
    </div>
  )
}

/** The hours of the reader's day as the clock of another zone shows them; a small number says that it is another day there. */
function ZoneClocks({ zone, day }: { zone: string; day: Day }) {
  const locale = useLocale()
  const midnight = dateOf(day)
  return (
    <div aria-hidden className="relative w-14 shrink-0 border-e border-line">
      {Array.from({ length: 23 }, (_, index) => {
        const { clock, days } = clockIn(zone, new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate(), index + 1), locale)
        return <span key={index} className="absolute end-2 -translate-y-1/2 text-label text-fg-3 tabular-nums" style={{ top: (index + 1) * HOUR }}>{clock}{days !== 0 && <sup>{days > 0 ? '+1' : '−1'}</sup>}</span>
      })}
    </div>
  )
}

function NowLine({ minutes }: { minutes: number }) {
  const { t } = useTranslation()
  return (
    <div role="img" aria-label={t('calendar.now')} className="pointer-events-none absolute inset-x-0 z-3 h-0.5 bg-bad-fill before:absolute before:-start-1 before:-top-[3px] before:size-2 before:rounded-full before:bg-bad-fill" style={{ top: (minutes / 60) * HOUR }} />
  )
}

/** Minutes since midnight, by the minute. */
function useMinutes(): number {
  const read = () => new Date().getHours() * 60 + new Date().getMinutes()
  const [minutes, setMinutes] = useState(read)
  useEffect(() => {
    const timer = setInterval(() => setMinutes(read()), 30_000)
    return () => clearInterval(timer)
  }, [])
  return minutes
}

