/**
 * A calendar over any day or moment of a record: day, week, month, agenda. Dragging moves, dragging the end resizes; the
 * same by keys. Where no end is kept there is nothing to resize.
 */

import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CalendarCheck2, CalendarDays, CalendarRange, CalendarSearch, ChevronLeft, ChevronRight, Globe, Palette, Plus } from 'lucide-react'
import { lazy, Suspense, useCallback, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify, useActs } from '@/lib/actions'
import { isEditable, optionsOf, storedType, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatDate, hueOf } from '@/lib/format'
import { needTexts } from '@/lib/i18n'
import { isTyping } from '@/lib/keys'
import { openForm } from '@/lib/panels'
import { bothOf } from '@/lib/question'
import { fewQuery, type Linked } from '@/lib/records'
import { useLocale, useSettings } from '@/lib/session'
import { Button, cx, IconButton, Pop, Segments } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import type { LayoutProps } from '../../layout'
import { useKeyList } from '../keys'
import { watchPress } from '../press'
import { LayoutTools } from '../slot'
import { FieldChoice } from '../tools'
import { AgendaView } from './AgendaView'
import { dateOf, daysBetween, daysFrom, isDay, rangeOf, startOfMonth, stepFrom, today, weekOf, type Day, type Mode } from './dates'
import { EventChip, whenText, type ChipProps } from './EventChip'
import { endedBy, eventOf, inOrder, movedBy, valueOf, type CalendarEvent } from './events'
import { MonthView } from './MonthView'
import { HOUR, TimeView } from './TimeView'
import { momentOf, recordOf, type Moment } from './occurrences'
import { useCalendar } from './useCalendar'
import { isZone, zoneName } from './zones'

const WhenDialog = lazy(() => import('./WhenDialog'))
const ReachDialog = lazy(async () => (await Promise.all([import('./ReachDialog'), needTexts('calendar')]))[0])
const FindTime = lazy(async () => (await Promise.all([import('./FindTime'), needTexts('calendar')]))[0])
const DayPanel = lazy(() => import('./DayPanel'))
const ZonePick = lazy(() => import('./ZonePick'))

const HINT_ID = 'calendar-keys'
const SNAP = 15
/** As many as a day can show without the page growing heavy; the rest is behind "n more". */
const PER_DAY: Record<Mode, number> = { day: 50, week: 40, month: 12, agenda: 8 }

export type ChipOptions = Partial<ChipProps> & { key: string }

export interface ViewProps {
  from: Day
  to: Day
  at: Day
  events: readonly CalendarEvent[]
  more: Record<Day, number>
  chipOf: (event: CalendarEvent, options: ChipOptions) => ReactNode
  onDay: (day: Day) => void
  onAdd: (day: Day) => void
  onMore: (day: Day, button: HTMLElement) => void
}

export default function CalendarLayout(props: LayoutProps) {
  const { t } = useTranslation()
  const { object, fields, config } = props
  const days = useMemo(() => fields.filter((field) => storedType(field) === 'date' || storedType(field) === 'time'), [fields])
  const on = days.find((field) => field.name === config['calendar_on']) ?? firstDay(object, days)
  if (!on) return <Blank className="flex-1" icon={CalendarDays} title={t('calendar.no_field')}>{t('calendar.no_field_hint')}</Blank>
  return <Calendar key={`${object.name} ${on.name}`} {...props} on={on} days={days} />
}

/** What is planned before what is past, and what the system keeps last. */
function firstDay(object: ObjectDef, days: readonly FieldDef[]): FieldDef | undefined {
  const own = days.filter((field) => object.fields.includes(field))
  return own.find((field) => /^starts?_/.test(field.name) && endOf(field, own)) ?? own.find((field) => /^(due|starts|expected|planned|ordered)_/.test(field.name)) ?? own[0] ?? days[0]
}

/** The field that says when it ends: `ends_at` of `starts_at`. */
function endOf(on: FieldDef, days: readonly FieldDef[]): FieldDef | undefined {
  const wanted = on.name.replace(/start/, 'end').replace(/from/, 'until')
  return wanted === on.name ? undefined : days.find((field) => field.name === wanted && storedType(field) === storedType(on))
}

function Calendar({ object, filter, config, onConfig, peek, onPeek, phone, on, days }: LayoutProps & { on: FieldDef; days: FieldDef[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const acts = useActs()
  const navigate = useNavigate()
  const [settings] = useSettings()
  const until = config['calendar_end'] === '-' ? undefined : (days.find((field) => field.name === config['calendar_end'] && field.name !== on.name && storedType(field) === storedType(on)) ?? endOf(on, days))
  const choices = useMemo(() => object.fields.filter((field) => storedType(field) === 'choice' && optionsOf(field).some((option) => option.hue !== undefined)), [object])
  const hueBy = config['calendar_hue'] === '-' ? undefined : (choices.find((field) => field.name === config['calendar_hue']) ?? choices[0])
  const isWhole = storedType(on) === 'date'
  useKeyList(t('layout.calendar'), [
    [['↑', '↓', '←', '→'], t('calendar.key_walk')],
    [['⇧↑', '⇧↓', '⇧←', '⇧→'], t('calendar.key_move')],
    [['Alt ⇧↑', 'Alt ⇧↓'], t('calendar.key_end')],
    [['M'], t('calendar.key_when')],
    [['PgUp', 'PgDn'], t('calendar.key_page')],
    [['T'], t('calendar.today')],
  ])

  const wantedMode = (['day', 'week', 'month', 'agenda'] as const).find((one) => one === config['calendar_mode']) ?? 'month'
  const mode: Mode = phone && wantedMode === 'week' ? 'day' : wantedMode
  const hasHours = !isWhole && (mode === 'week' || mode === 'day')
  const zone = config['calendar_zone'] && isZone(config['calendar_zone']) ? config['calendar_zone'] : ''
  const [choosingZone, setChoosingZone] = useState(false)
  const [finding, setFinding] = useState(false)
  const [at, setAt] = useRemembered(`calendar.${object.name}`)
  const { firstDay: begins } = weekOf(locale)
  const { from, to } = rangeOf(mode, at, begins)

  const doneName = object.fields.find((field) => field.name === 'is_done')?.name
  const asked = useMemo(() => [...new Set([on.name, until?.name, hueBy?.name, doneName])].filter((name): name is string => name !== undefined && object.fields.some((field) => field.name === name)), [on, until, hueBy, doneName, object])
  const request = { field: on.name, ...(until ? { end: until.name } : {}), from, to, filter, fields: asked, per_day: PER_DAY[mode] }
  const list = useCalendar(object.plural, object.name, request)
  // What has no day stands on none of them: told, so that nobody thinks it lost.
  const dateless = useQuery({ ...fewQuery(object.plural, { filter: bothOf(filter, `${on.name} is empty`), fields: 'id', limit: 1 }), enabled: mode === 'month' })

  // ---- what is held ----
  const [held, setHeld] = useState<{ id: string; set: Record<string, unknown> } | null>(null)
  const events = useMemo(() => {
    const records = list.data?.data ?? []
    return records.flatMap((record) => eventOf(held?.id === record.id ? { ...record, ...held.set } : record, on, until) ?? []).sort(inOrder)
  }, [list.data, on, until, held])
  const find = (id: string) => {
    const record = list.data?.data.find((one) => one.id === id)
    return record ? eventOf(record, on, until) : null
  }
  const canMove = isEditable(object, on)
  const canEnd = until !== undefined && isEditable(object, until)

  const [reach, setReach] = useState<{ moment: Moment; title: string; what: string; set: Record<string, unknown> } | null>(null)
  const write = useCallback((event: CalendarEvent, set: Record<string, unknown>) => {
    const same = Object.entries(set).every(([name, value]) => value === event.record[name])
    if (same) return
    const next = eventOf({ ...event.record, ...set }, on, until)
    const what = `${event.record.title} · ${next ? whenText(next, locale) : ''}`
    const moment = momentOf(event.record.id)
    if (moment) setReach({ moment, title: event.record.title, what, set })
    else void acts.save(object, event.record, set, { what })
  }, [acts, object, on, until, locale])

  function onPointerDown(press: PointerEvent<HTMLDivElement>) {
    const target = press.target as HTMLElement
    const chip = target.closest<HTMLElement>('[data-event]')
    if (!chip || press.button !== 0) return
    const isEnd = target.closest('[data-resize]') !== null
    const event = find(chip.dataset['event'] ?? '')
    if (!event || (isEnd ? !canEnd : !canMove)) return
    const id = event.record.id
    let began: Day | null = null
    let set: Record<string, unknown> = {}
    const fromY = press.clientY
    const scroller = chip.closest<HTMLElement>('[data-scroll]')
    const scrolled = scroller?.scrollTop ?? 0
    const inHours = chip.closest('[data-hours]') !== null
    watchPress(press.nativeEvent, {
      onStart: (point) => {
        // A bar of several days is held at the day under the pointer.
        began = dayUnder(point) ?? event.first
      },
      onMove: (point) => {
        const day = dayUnder(point)
        if (!day || !began) return
        const delta = daysBetween(began, day)
        const minutes = inHours ? Math.round((point.y - fromY + (scroller?.scrollTop ?? 0) - scrolled) / HOUR * 60 / SNAP) * SNAP : 0
        set = isEnd && until ? endedBy(event, until, inHours && !event.isWhole ? 0 : delta, minutes) : movedBy(event, on, until, delta, minutes)
        setHeld((before) => (before && JSON.stringify(before.set) === JSON.stringify(set) ? before : { id, set }))
      },
      onEnd: (_, dropped) => {
        setHeld(null)
        if (dropped) write(event, set)
      },
    })
  }

  // ---- keys and clicks ----
  const [when, setWhen] = useState<string | null>(null)
  const [stop, setStop] = useState<string | null>(null)
  const [dayPanel, setDayPanel] = useState<{ day: Day; at: DOMRect } | null>(null)
  const root = useRef<HTMLDivElement>(null)

  function open(id: string) {
    void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id: recordOf(id) } })
  }

  function onClick(click: MouseEvent) {
    const id = (click.target as HTMLElement).closest<HTMLElement>('[data-event]')?.dataset['event']
    if (!id) return
    setStop(id)
    if (phone || click.detail === 2) open(id)
    else onPeek(peek === recordOf(id) ? null : recordOf(id))
  }

  function onKeyDown(pressed: KeyboardEvent<HTMLDivElement>) {
    if (isTyping(pressed.target) || pressed.metaKey || pressed.ctrlKey) return
    const done = () => {
      pressed.preventDefault()
      pressed.stopPropagation()
    }
    if (pressed.key === 'PageDown' || pressed.key === 'PageUp') {
      done()
      setAt(stepFrom(mode, at, pressed.key === 'PageDown' ? 1 : -1))
      return
    }
    if (pressed.key === 't' && settings.letters !== false) {
      done()
      setAt(today())
      return
    }
    const chip = (pressed.target as HTMLElement).closest<HTMLElement>('[data-event]')
    const event = chip ? find(chip.dataset['event'] ?? '') : null
    if (!chip || !event) return
    const id = event.record.id
    const arrow = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[pressed.key]
    if (arrow) {
      done()
      const [across = 0, down = 0] = getComputedStyle(chip).direction === 'rtl' ? [-(arrow[0] ?? 0), arrow[1]] : arrow
      if (!pressed.shiftKey) {
        const next = nearest(root.current, chip, arrow[0] ?? 0, down)
        if (next) {
          setStop(next.dataset['event'] ?? null)
          next.focus()
        }
        return
      }
      // A step down is an hour's quarter where there are hours, else a week.
      const hasHours = !isWhole && (mode === 'week' || mode === 'day')
      const days = across + (hasHours ? 0 : mode === 'agenda' ? down : down * 7)
      const minutes = hasHours ? down * SNAP : 0
      if (pressed.altKey) {
        if (until && canEnd) write(event, endedBy(event, until, days, minutes))
        else notify({ text: t('calendar.no_end'), tone: 'bad' })
      } else if (canMove) write(event, movedBy(event, on, until, days, minutes))
      else notify({ text: t('list.read_only'), tone: 'bad' })
      setStop(id)
      refocus(id)
      return
    }
    if (pressed.shiftKey || pressed.altKey) return
    if (pressed.key === 'Enter' || pressed.key === 'o') { done(); open(id) }
    else if (pressed.key === ' ') { done(); setStop(id); onPeek(peek === recordOf(id) ? null : recordOf(id)) }
    else if (pressed.key === 'm' || pressed.key === 'M') {
      done()
      if (canMove) setWhen(id)
      else notify({ text: t('list.read_only'), tone: 'bad' })
    }
  }

  function refocus(id: string, tries = 10) {
    requestAnimationFrame(() => {
      const chip = root.current?.querySelector<HTMLElement>(`[data-event="${CSS.escape(id)}"]`)
      if (chip) chip.focus()
      else if (tries > 0) refocus(id, tries - 1)
    })
  }

  function add(day: Day, fromMinutes?: number, toMinutes?: number) {
    if (!object.can.create || !canMove) return
    const begin = new Date(dateOf(day).getTime())
    begin.setMinutes(fromMinutes ?? 9 * 60)
    const end = new Date(dateOf(day).getTime())
    end.setMinutes(toMinutes ?? (fromMinutes ?? 9 * 60) + 60)
    const preset: Record<string, unknown> = { [on.name]: isWhole ? day : valueOf(on, begin) }
    if (until && !isWhole) preset[until.name] = valueOf(until, end)
    const linked: Record<string, Linked> = {}
    openForm({ kind: 'create', object: object.name, preset, linked, stay: true })
  }

  // ---- drawing ----
  const isDone = (event: CalendarEvent) => doneName !== undefined && event.record[doneName] === true
  const hue = (event: CalendarEvent): number | null => {
    if (!hueBy) return hueOf(object.name)
    const value = event.record[hueBy.name]
    return optionsOf(hueBy).find((option) => option.value === value)?.hue ?? null
  }
  const firstId = events[0]?.record.id ?? null
  const currentStop = stop !== null && events.some((event) => event.record.id === stop) ? stop : firstId
  const chipOf = (event: CalendarEvent, { key, ...options }: ChipOptions) => (
    <EventChip key={key} event={event} hue={hue(event)} canResize={canEnd} isHeld={held?.id === event.record.id} isOpen={peek === recordOf(event.record.id)} isDone={isDone(event)} tabIndex={event.record.id === currentStop ? 0 : -1} describedBy={HINT_ID} {...options} />
  )
  const view: ViewProps = {
    from, to, at, events,
    more: list.data?.more ?? {},
    chipOf,
    onDay: (day) => {
      setAt(day)
      if (!phone || mode !== 'month') onConfig({ calendar_mode: 'day' })
    },
    onAdd: (day) => add(day),
    onMore: (day, button) => setDayPanel({ day, at: button.getBoundingClientRect() }),
  }
  const modes: { value: Mode; label: string }[] = [
    { value: 'day', label: t('calendar.day') },
    ...(phone ? [] : [{ value: 'week' as const, label: t('calendar.week') }]),
    { value: 'month', label: t('calendar.month') },
    { value: 'agenda', label: t('calendar.agenda') },
  ]
  const whenOf = when === null ? null : (list.data?.data.find((record) => record.id === when) ?? null)
  const withoutDay = dateless.data?.count?.value ?? 0
  const agenda = (shown: readonly Day[], empty: string) => (
    <AgendaView object={object} days={shown} events={events.filter((event) => event.last >= (shown[0] ?? '') && event.first <= (shown.at(-1) ?? ''))} more={view.more} hueOf={hue} isDone={isDone} peek={peek} stop={currentStop} describedBy={HINT_ID} onMore={view.onMore} empty={empty} />
  )

  return (
    <div ref={root} className="relative flex min-w-0 flex-1 flex-col" onPointerDown={onPointerDown} onClick={onClick} onKeyDown={onKeyDown}>
      <LayoutTools>
        <FieldChoice label={t('calendar.on')} icon={<CalendarCheck2 size={13} />} fields={days} value={on.name} onChange={(name) => onConfig({ calendar_on: name, calendar_end: '' })} />
        <FieldChoice label={t('calendar.end')} icon={<CalendarRange size={13} />} fields={days.filter((field) => field.name !== on.name && storedType(field) === storedType(on) && object.fields.includes(field))} value={until?.name ?? ''} none={t('calendar.without_end')} onChange={(name) => onConfig({ calendar_end: name || '-' })} />
        {choices.length > 0 && <FieldChoice label={t('calendar.hue')} icon={<Palette size={13} />} fields={choices} value={hueBy?.name ?? ''} none={t('calendar.one_hue')} onChange={(name) => onConfig({ calendar_hue: name || '-' })} />}
        {hasHours && (
          <Pop label={t('calendar.zone')} open={choosingZone} onOpenChange={setChoosingZone} align="end" className="w-72" trigger={<Button size="sm"><Globe size={13} /><span className="max-lg:sr-only">{t('calendar.zone')}</span>{' '}{zone && <span className="max-w-36 truncate text-fg">{zoneName(zone)}</span>}</Button>}>
            <Suspense><ZonePick zone={zone} onPick={(next) => { setChoosingZone(false); onConfig({ calendar_zone: next }) }} /></Suspense>
          </Pop>
        )}
      </LayoutTools>
      <p id={HINT_ID} className="sr-only">{t('calendar.keys')}</p>
      <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-1.5 border-b border-line px-3 py-1.5 md:px-4">
        <Button look="outline" onClick={() => setAt(today())}>{t('calendar.today')}</Button>
        <IconButton label={t('calendar.before')} keys="PgUp" onClick={() => setAt(stepFrom(mode, at, -1))}><ChevronLeft size={16} className="rtl:rotate-180" /></IconButton>
        <IconButton label={t('calendar.after')} keys="PgDn" onClick={() => setAt(stepFrom(mode, at, 1))}><ChevronRight size={16} className="rtl:rotate-180" /></IconButton>
        <h2 aria-live="polite" className="min-w-0 truncate ps-1 text-figure font-semibold">{titleOf(mode, from, to, at, locale, phone)}</h2>
        <input type="date" aria-label={t('calendar.go_to')} value={at} onChange={(event) => isDay(event.target.value) && setAt(event.target.value)} className="h-7 w-[26px] cursor-pointer rounded-sm bg-transparent text-fg-3 [&::-webkit-datetime-edit]:hidden [&::-webkit-calendar-picker-indicator]:m-0 [&::-webkit-calendar-picker-indicator]:p-1 hover:bg-hover pointer-coarse:h-9" />
        <span className="flex-1" />
        {mode === 'month' && withoutDay > 0 && !phone && <span className="text-meta text-fg-3">{t('calendar.dateless', { count: withoutDay })}</span>}
        {object.name === 'activity' && object.can.create && canMove && <IconButton label={t('calendar.find_time')} onClick={() => setFinding(true)}><CalendarSearch size={16} /></IconButton>}
        {object.can.create && canMove && <IconButton label={t('calendar.add', { day: formatDate(at, locale) })} onClick={() => add(at)}><Plus size={16} /></IconButton>}
        <Segments label={t('calendar.mode')} value={mode} options={modes} onChange={(next) => onConfig({ calendar_mode: next })} />
      </div>
      {list.isError && !list.data ? (
        <div className="flex-1 overflow-auto"><Failed error={list.error} onRetry={() => void list.refetch()} /></div>
      ) : list.isPending ? (
        <Bones rows={10} className="flex-1" />
      ) : (
        <div className={cx('flex min-h-0 flex-1 flex-col transition-opacity duration-150', list.isPlaceholderData && 'opacity-55')}>
          {mode === 'month' && (
            <>
              <MonthView {...view} phone={phone} counts={list.data.counts} />
              {phone && <div className="flex min-h-40 flex-1 flex-col border-t border-line">{agenda([at], t('calendar.free'))}</div>}
            </>
          )}
          {(mode === 'week' || mode === 'day') && <TimeView {...view} isWhole={isWhole} zone={zone} onRange={add} />}
          {mode === 'agenda' && agenda(daysFrom(from, to), t('calendar.nothing'))}
        </div>
      )}
      {finding && (
        <Suspense>
          <FindTime day={at} onClose={() => setFinding(false)} onPick={(begin, end) => { setFinding(false); openForm({ kind: 'create', object: object.name, preset: { kind: 'meeting', starts_at: begin.toISOString(), ends_at: end.toISOString() }, linked: {}, stay: true }) }} />
        </Suspense>
      )}
      {dayPanel && (
        <Suspense>
          <DayPanel object={object} filter={filter} on={on} until={until} day={dayPanel.day} at={dayPanel.at} fields={asked} chipOf={chipOf} onClose={() => setDayPanel(null)} />
        </Suspense>
      )}
      {reach && <Suspense><ReachDialog plural={object.plural} {...reach} onClose={() => setReach(null)} /></Suspense>}
      {whenOf && (
        <Suspense>
          <WhenDialog
            record={whenOf}
            fields={[on, ...(until && canEnd ? [until] : [])]}
            onClose={() => {
              setWhen(null)
              refocus(whenOf.id)
            }}
            onDone={(set) => {
              setWhen(null)
              const event = find(whenOf.id)
              if (event) write(event, set)
              refocus(whenOf.id)
            }}
          />
        </Suspense>
      )}
    </div>
  )
}

/** The day a reader stands on outlives a reload, but is no part of the view: a saved calendar opens on today. */
function useRemembered(name: string): [Day, (day: Day) => void] {
  const [day, setDay] = useState<Day>(() => {
    const kept = sessionStorage.getItem(name)
    return isDay(kept) ? kept : today()
  })
  return [day, (next) => {
    setDay(next)
    sessionStorage.setItem(name, next)
  }]
}

function dayUnder({ x, y }: { x: number; y: number }): Day | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const day = (element as HTMLElement).dataset?.['day']
    if (day) return day
  }
  return null
}

/** The event that lies next in a direction, by where it is drawn. */
function nearest(root: HTMLElement | null, from: HTMLElement, across: number, down: number): HTMLElement | null {
  const box = from.getBoundingClientRect()
  let best: HTMLElement | null = null
  let least = Number.POSITIVE_INFINITY
  for (const chip of root?.querySelectorAll<HTMLElement>('[data-event]') ?? []) {
    if (chip === from) continue
    const other = chip.getBoundingClientRect()
    const x = other.left - box.left
    const y = other.top - box.top
    const ahead = across !== 0 ? x * across : y * down
    if (ahead < 2) continue
    const aside = across !== 0 ? Math.abs(y) : Math.abs(x)
    const far = ahead + aside * 3
    if (far < least) {
      least = far
      best = chip
    }
  }
  return best
}

function titleOf(mode: Mode, from: Day, to: Day, at: Day, locale: string, isShort: boolean): string {
  switch (mode) {
    case 'day': return new Intl.DateTimeFormat(locale, isShort ? { weekday: 'short', day: 'numeric', month: 'short' } : { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(dateOf(at))
    case 'month': return new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }).format(dateOf(startOfMonth(at)))
    case 'week': case 'agenda': return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...(isShort ? {} : { year: 'numeric' }) }).formatRange(dateOf(from), dateOf(to))
  }
}

