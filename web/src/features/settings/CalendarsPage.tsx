/** When the company works: hours of the week, holidays, and a trial of what they mean. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { CalendarClock, Pencil, Plus, Trash2, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { formatDate, formatNumber, fromLocalInput, toLocalInput } from '@/lib/format'
import { useLocale, useSession } from '@/lib/session'
import { Button, cx, IconButton, Pill } from '@/ui/kit'
import { SidePanel } from '@/ui/overlays'
import { Blank, Bones, Failed } from '@/ui/states'
import { Labelled } from './Labelled'
import { Ask, CARD, Fault, faultsOf, Page, SwitchLine, useTry } from './parts'
import { ZoneChoice } from './ZoneChoice'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
type Day = (typeof DAYS)[number]
type Hours = [string, string]

interface Calendar {
  id: string
  name: string
  time_zone: string
  is_default: boolean
  hours: Record<Day, Hours[]>
  holidays: { on: string; name: string }[]
}

const calendarsKey = ['calendars']
const EVERY_WORKDAY: Record<Day, Hours[]> = { mon: [['09:00', '17:00']], tue: [['09:00', '17:00']], wed: [['09:00', '17:00']], thu: [['09:00', '17:00']], fri: [['09:00', '17:00']], sat: [], sun: [] }

/** `Mon` … `Sun` in the reader's language. */
function useDayNames(style: 'short' | 'long'): Record<Day, string> {
  const locale = useLocale()
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(locale, { weekday: style, timeZone: 'UTC' })
    // 5 January 2026 was a Monday.
    return Object.fromEntries(DAYS.map((day, at) => [day, format.format(new Date(Date.UTC(2026, 0, 5 + at)))])) as Record<Day, string>
  }, [locale, style])
}

export default function CalendarsPage() {
  const { t } = useTranslation()
  const admin = useSession()?.can.admin === true
  const queries = useQueryClient()
  const attempt = useTry()
  const calendars = useQuery({ queryKey: calendarsKey, queryFn: async ({ signal }) => (await ask<{ data: Calendar[] }>('GET', '/calendars', { signal })).data.data })
  const [editing, setEditing] = useState<Calendar | 'new' | null>(null)
  const [removing, setRemoving] = useState<Calendar | null>(null)
  const add = admin && <Button look="primary" onClick={() => setEditing('new')}><Plus size={15} />{t('calendars.new')}</Button>
  return (
    <Page title={t('calendars.title')} lead={t('calendars.lead')} action={add}>
      {calendars.isError ? <Failed error={calendars.error} onRetry={() => void calendars.refetch()} /> : calendars.isPending ? <Bones rows={5} className="!px-0" /> : calendars.data.length === 0 ? <Blank icon={CalendarClock} title={t('calendars.none')}>{t('calendars.none_hint')}</Blank> : (
        <div className="flex flex-col gap-4">
          {calendars.data.map((one) => (
            <section key={one.id} aria-label={one.name} className={cx(CARD, 'p-4')}>
              <div className="mb-3 flex flex-wrap items-center gap-2">
                <h2 className="text-lead font-semibold">{one.name}</h2>
                {one.is_default && <Pill hue={240}>{t('calendars.default')}</Pill>}
                <span className="min-w-0 flex-1 truncate text-meta text-fg-3">{one.time_zone.replaceAll('_', ' ')} · {t('calendars.holidays_count', { count: one.holidays.length })}</span>
                {admin && <IconButton label={t('calendars.change', { name: one.name })} onClick={() => setEditing(one)}><Pencil size={14} /></IconButton>}
                {admin && !one.is_default && <IconButton label={t('calendars.remove', { name: one.name })} onClick={() => setRemoving(one)}><Trash2 size={14} /></IconButton>}
              </div>
              <Week hours={one.hours} />
              <Trial calendar={one} />
            </section>
          ))}
        </div>
      )}
      {editing && <CalendarPanel calendar={editing === 'new' ? null : editing} first={calendars.data?.length === 0} onClose={() => setEditing(null)} />}
      {removing && (
        <Ask title={t('calendars.remove', { name: removing.name })} verb={t('settings.remove')} onNo={() => setRemoving(null)} onYes={async () => { await attempt(() => ask('DELETE', `/calendars/${removing.id}`)); setRemoving(null); await queries.invalidateQueries({ queryKey: calendarsKey }) }}>
          {t('calendars.remove_lead')}
        </Ask>
      )}
    </Page>
  )
}

const minutesOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/** Seven bars from midnight to midnight, and the hours in words. */
function Week({ hours }: { hours: Record<Day, Hours[]> }) {
  const { t } = useTranslation()
  const names = useDayNames('short')
  return (
    <dl className="grid gap-x-4 gap-y-1.5 [grid-template-columns:auto_1fr_auto]">
      {DAYS.map((day) => (
        <div key={day} className="contents">
          <dt className="text-meta text-fg-2">{names[day]}</dt>
          <dd aria-hidden className="relative my-1 h-2 rounded-full bg-hover">
            {hours[day].map(([from, to]) => <i key={from} className="absolute inset-y-0 rounded-full bg-accent" style={{ insetInlineStart: `${(minutesOf(from) / 1440) * 100}%`, width: `${((minutesOf(to) - minutesOf(from)) / 1440) * 100}%` }} />)}
          </dd>
          <dd className={cx('text-meta tabular-nums', hours[day].length === 0 && 'text-fg-3')}>{hours[day].length === 0 ? t('calendars.closed') : hours[day].map(([from, to]) => `${from}–${to}`).join(', ')}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Something that comes in at this moment and has this many hours: until when. */
function Trial({ calendar }: { calendar: Calendar }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [from, setFrom] = useState(() => toLocalInput(new Date().toISOString()))
  const [hours, setHours] = useState(8)
  const at = fromLocalInput(from)
  const answer = useQuery({
    queryKey: [...calendarsKey, calendar.id, 'add', at, hours, calendar],
    queryFn: async ({ signal }) => (await ask<{ at: string }>('GET', `/calendars/${calendar.id}/add`, { query: { from: at ?? '', minutes: hours * 60 }, signal })).data.at,
    enabled: at !== null && hours > 0,
    retry: false,
  })
  const shown = answer.data ? new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', timeZone: calendar.time_zone }).format(new Date(answer.data)) : null
  return (
    <div className="mt-4 flex flex-wrap items-center gap-2 border-t border-line pt-3 text-fg-2">
      <label className="flex items-center gap-2">{t('calendars.trial_from')}<input type="datetime-local" className="input !w-auto" value={from} onChange={(event) => setFrom(event.target.value)} /></label>
      <label className="flex items-center gap-2">{t('calendars.trial_plus')}<input type="number" min={1} max={999} className="input !w-20 text-end tabular-nums" value={hours} onChange={(event) => setHours(Math.max(1, Math.min(999, Number(event.target.value) || 1)))} />{t('calendars.trial_hours')}</label>
      <span role="status" className="font-medium text-fg">{shown && t('calendars.trial_is', { time: shown })}</span>
    </div>
  )
}

function CalendarPanel({ calendar, first, onClose }: { calendar: Calendar | null; first: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const names = useDayNames('long')
  const [name, setName] = useState(calendar?.name ?? '')
  const [zone, setZone] = useState(calendar?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
  const [isDefault, setDefault] = useState(calendar?.is_default ?? first)
  const [hours, setHours] = useState<Record<Day, Hours[]>>(calendar?.hours ?? EVERY_WORKDAY)
  const [holidays, setHolidays] = useState(calendar?.holidays ?? [])
  const [on, setOn] = useState('')
  const [feast, setFeast] = useState('')
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const set = (day: Day, list: Hours[]) => setHours((held) => ({ ...held, [day]: list }))
  const total = DAYS.reduce((sum, day) => sum + hours[day].reduce((minutes, [from, to]) => minutes + Math.max(0, minutesOf(to) - minutesOf(from)), 0), 0)

  async function save(event: React.FormEvent) {
    event.preventDefault()
    if (busy) return
    const found: Record<string, string> = {}
    if (name.trim() === '') found['name'] = t('form.required')
    if (DAYS.some((day) => hours[day].some(([from, to]) => minutesOf(to) <= minutesOf(from)))) found['hours'] = t('calendars.bad_hours')
    setFaults(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      const body = { name: name.trim(), time_zone: zone, is_default: isDefault, hours, holidays }
      await ask(calendar ? 'PUT' : 'POST', calendar ? `/calendars/${calendar.id}` : '/calendars', { body })
      await queries.invalidateQueries({ queryKey: calendarsKey })
      onClose()
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <SidePanel open onClose={onClose} title={calendar ? calendar.name : t('calendars.new')} footer={<><span className="flex-1 text-meta text-fg-3 tabular-nums">{t('calendars.week', { number: formatNumber(total / 60, locale) })}</span><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" type="submit" form="calendar-form" aria-busy={busy}>{t('common.save')}</Button></>}>
      <form id="calendar-form" className="flex min-h-0 flex-1 flex-col gap-6 overflow-y-auto px-5 py-5" onSubmit={(event) => void save(event)}>
        <Labelled label={t('settings.name')} fault={faults['name']}><input className="input" value={name} maxLength={120} aria-invalid={'name' in faults} placeholder={t('calendars.example')} onChange={(event) => setName(event.target.value)} /></Labelled>
        <Labelled label={t('profile.zone')} fault={faults['time_zone']}><ZoneChoice value={zone} onChange={setZone} /></Labelled>
        <SwitchLine label={t('calendars.is_default')} hint={t('calendars.is_default_hint')} checked={isDefault} disabled={calendar?.is_default === true} onChange={setDefault} />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 font-semibold">{t('calendars.hours')}</legend>
          {DAYS.map((day) => (
            <div key={day} className="flex items-start gap-2">
              <span className="w-24 shrink-0 truncate pt-1.5 text-fg-2">{names[day]}</span>
              <div className="flex min-w-0 flex-1 flex-col gap-1.5">
                {hours[day].length === 0 && <span className="pt-1.5 text-fg-3">{t('calendars.closed')}</span>}
                {hours[day].map(([from, to], at) => (
                  <div key={at} className="flex items-center gap-1.5">
                    <input type="time" required aria-label={t('calendars.opens', { day: names[day] })} className="input !w-31 tabular-nums" value={from} onChange={(event) => set(day, hours[day].map((held, index) => (index === at ? [event.target.value, held[1]] : held)))} />
                    <span aria-hidden className="text-fg-3">–</span>
                    <input type="time" required aria-label={t('calendars.closes', { day: names[day] })} className="input !w-31 tabular-nums" value={to} onChange={(event) => set(day, hours[day].map((held, index) => (index === at ? [held[0], event.target.value] : held)))} />
                    <IconButton label={t('calendars.remove_hours', { day: names[day] })} onClick={() => set(day, hours[day].filter((_, index) => index !== at))}><X size={14} /></IconButton>
                  </div>
                ))}
              </div>
              <IconButton label={t('calendars.add_hours', { day: names[day] })} onClick={() => set(day, [...hours[day], hours[day].length === 0 ? ['09:00', '17:00'] : ['18:00', '20:00']])}><Plus size={14} /></IconButton>
            </div>
          ))}
          {faults['hours'] && <p role="alert" className="text-meta text-bad">{faults['hours']}</p>}
        </fieldset>
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 font-semibold">{t('calendars.holidays')}</legend>
          {holidays.length > 0 && (
            <ul className={CARD}>
              {[...holidays].sort((a, b) => (a.on < b.on ? -1 : 1)).map((day) => (
                <li key={day.on} className="flex min-h-10 items-center gap-3 border-b border-line px-3 last:border-0">
                  <span className="w-28 shrink-0 text-fg-2 tabular-nums">{formatDate(day.on, locale)}</span>
                  <span className="min-w-0 flex-1 truncate">{day.name}</span>
                  <IconButton label={t('calendars.remove_holiday', { name: day.name })} onClick={() => setHolidays((held) => held.filter((one) => one.on !== day.on))}><X size={14} /></IconButton>
                </li>
              ))}
            </ul>
          )}
          <div className="flex flex-wrap items-end gap-2">
            <Labelled label={t('calendars.day')}><input type="date" className="input" value={on} onChange={(event) => setOn(event.target.value)} /></Labelled>
            <div className="min-w-32 flex-1"><Labelled label={t('settings.name')}><input className="input" value={feast} maxLength={120} onChange={(event) => setFeast(event.target.value)} /></Labelled></div>
            <Button look="outline" size="lg" aria-disabled={on === '' || feast.trim() === ''} onClick={() => {
              if (on === '' || feast.trim() === '') return
              setHolidays((held) => [...held.filter((one) => one.on !== on), { on, name: feast.trim() }])
              setOn('')
              setFeast('')
            }}><Plus size={15} />{t('calendars.add_holiday')}</Button>
          </div>
          {faults['holidays'] && <p role="alert" className="text-meta text-bad">{faults['holidays']}</p>}
        </fieldset>
        <Fault>{faults['']}</Fault>
      </form>
    </SidePanel>
  )
}
