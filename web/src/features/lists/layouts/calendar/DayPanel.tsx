/** All of one day, where the month had room for some. */

import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import { formatDay } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { IconButton } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'
import type { ChipOptions } from './CalendarLayout'
import { dateOf, type Day } from './dates'
import { eventOf, inOrder, type CalendarEvent } from './events'
import { calendarQuery } from './useCalendar'

const MOST = 200

export default function DayPanel({ object, filter, on, until, day, at, fields, chipOf, onClose }: { object: ObjectDef; filter: string; on: FieldDef; until: FieldDef | undefined; day: Day; at: DOMRect; fields: string[]; chipOf: (event: CalendarEvent, options: ChipOptions) => ReactNode; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const panel = useRef<HTMLDivElement>(null)
  const list = useQuery(calendarQuery(object.plural, { field: on.name, ...(until ? { end: until.name } : {}), from: day, to: day, filter, fields, per_day: MOST }))
  const events = (list.data?.data ?? []).flatMap((record) => eventOf(record, on, until) ?? []).sort(inOrder)

  useLayoutEffect(() => {
    const element = panel.current
    if (!element) return
    const { width, height } = element.getBoundingClientRect()
    element.style.left = `${Math.max(8, Math.min(window.innerWidth - width - 8, at.left - 8))}px`
    element.style.top = `${Math.max(8, Math.min(window.innerHeight - height - 8, at.top - 40))}px`
  }, [at, events.length])
  useEffect(() => {
    const outside = (event: PointerEvent) => {
      const target = event.target as HTMLElement
      if (!panel.current?.contains(target)) onClose()
    }
    window.addEventListener('pointerdown', outside, true)
    return () => window.removeEventListener('pointerdown', outside, true)
  }, [onClose])
  useEffect(() => {
    panel.current?.querySelector<HTMLElement>('button')?.focus()
  }, [])

  return (
    <div
      ref={panel}
      role="dialog"
      aria-label={formatDay(dateOf(day).toISOString(), locale)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
      className="pop fixed z-40 flex max-h-[min(480px,70vh)] w-72 flex-col"
    >
      <header className="flex h-11 shrink-0 items-center gap-2 ps-4 pe-2">
        <h3 className="flex-1 truncate text-lead font-semibold">{formatDay(dateOf(day).toISOString(), locale)}</h3>
        <IconButton label={t('common.close')} onClick={onClose}><X size={15} /></IconButton>
      </header>
      <div tabIndex={0} role="region" aria-label={t('calendar.days')} className="flex min-h-0 flex-col gap-1 overflow-y-auto px-3 pb-3">
        {list.isError ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : list.isPending ? <Bones rows={5} /> : events.map((event) => chipOf(event, { key: event.record.id, tabIndex: 0, canResize: false, className: 'w-full shrink-0' }))}
        {(list.data?.more[day] ?? 0) > 0 && <p className="px-2 pt-1 text-meta text-fg-3">{t('calendar.first_of', { count: MOST })}</p>}
      </div>
    </div>
  )
}
