/** The days that have something, one after the other. */

import { CalendarDays } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { faceOf, type ObjectDef } from '@/lib/definitions'
import { formatClock, formatDay } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { Face } from '@/ui/Face'
import { cx } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { dateOf, daysBetween, today, type Day } from './dates'
import { whenText } from './EventChip'
import type { CalendarEvent } from './events'
import { recordOf } from './occurrences'

export function AgendaView({ object, days, events, more, hueOf, isDone, peek, stop, describedBy, onMore, empty }: {
  object: ObjectDef
  days: readonly Day[]
  events: readonly CalendarEvent[]
  more: Record<Day, number>
  hueOf: (event: CalendarEvent) => number | null
  isDone: (event: CalendarEvent) => boolean
  peek: string | null
  stop: string | null
  describedBy: string
  onMore: (day: Day, button: HTMLElement) => void
  empty: string
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const now = today()
  // What began before the first day stands on it.
  const first = days[0] ?? now
  const byDay = new Map<Day, CalendarEvent[]>()
  for (const event of events) {
    const day = event.first < first ? first : event.first
    byDay.set(day, [...(byDay.get(day) ?? []), event])
  }
  const filled = days.filter((day) => byDay.has(day) || (more[day] ?? 0) > 0)
  if (filled.length === 0) return <Blank className="flex-1" icon={CalendarDays} title={empty} />
  return (
    <div data-scroll="y" className="min-h-0 flex-1 overflow-y-auto px-4 py-2 md:px-5">
      {filled.map((day) => (
        <section key={day} data-day={day} className="flex gap-4 border-b border-line py-2 last:border-b-0 max-md:flex-col max-md:gap-1">
          <h2 className={cx('w-44 shrink-0 pt-1.5 text-body font-semibold tracking-normal', day === now ? 'text-accent-text' : day < now ? 'text-fg-3' : 'text-fg')}>{formatDay(dateOf(day).toISOString(), locale)}</h2>
          <ul className="min-w-0 flex-1">
            {(byDay.get(day) ?? []).map((event) => {
              const length = daysBetween(event.first, event.last)
              const hue = hueOf(event)
              return (
                <li key={event.record.id}>
                  <button type="button" data-event={event.record.id} tabIndex={event.record.id === stop ? 0 : -1} aria-describedby={describedBy} className={cx('flex min-h-8 w-full items-center gap-3 rounded-sm px-2 py-1 text-start hover:bg-hover pointer-coarse:min-h-11', peek === recordOf(event.record.id) && 'bg-accent-soft')}>
                    <span className="w-24 shrink-0 text-meta text-fg-2 tabular-nums">{event.isWhole ? (length > 0 ? t('calendar.lasts', { count: length + 1 }) : t('calendar.whole_day')) : `${formatClock(event.start.toISOString(), locale)}${event.end && length === 0 ? ` – ${formatClock(event.end.toISOString(), locale)}` : ''}`}</span>
                    <i aria-hidden className={cx('size-2 shrink-0 rounded-full', hue === null ? 'bg-line-strong' : 'dot')} style={hue === null ? undefined : ({ '--hue': hue } as React.CSSProperties)} />
                    <Face kind={faceOf(object)} name={event.record.title} icon={object.icon} size={20} />
                    <span className={cx('min-w-0 flex-1 truncate font-medium', isDone(event) && 'text-fg-3 line-through')}>{event.record.title || t('common.untitled')}</span>
                    <span className="sr-only">, {whenText(event, locale)}</span>
                    {event.record.subtitle && <span className="max-w-[40%] truncate text-meta text-fg-3 max-md:hidden">{event.record.subtitle}</span>}
                  </button>
                </li>
              )
            })}
            {(more[day] ?? 0) > 0 && (
              <li><button type="button" onClick={(event) => onMore(day, event.currentTarget)} className="h-8 rounded-sm px-2 text-meta font-medium text-accent-text hover:bg-accent-soft pointer-coarse:h-11">{t('calendar.more', { count: more[day] ?? 0 })}</button></li>
            )}
          </ul>
        </section>
      ))}
    </div>
  )
}
