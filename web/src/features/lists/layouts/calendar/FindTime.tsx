/** When several people are free: who is asked, how long, and the times that fit all of them. */

import { useQuery } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { ask } from '@/lib/api'
import type { Linked } from '@/lib/records'
import { useLocale, useSession } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Avatar, Button, IconButton, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Modal } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import { dateOf, type Day } from './dates'

interface Span {
  at: string
  ends_at: string
}

interface Busy {
  data: { user: string; name: string; busy: Span[] }[]
  free: Span[] | null
}

const DAY_MS = 24 * 60 * 60 * 1000
const DAYS = 7
const LENGTHS = [15, 30, 45, 60, 90, 120]

export default function FindTime({ day, onPick, onClose }: { day: Day; onPick: (begin: Date, end: Date) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const session = useSession()
  const [people, setPeople] = useState<Linked[]>(() => (session ? [{ id: session.user.id, object: 'user', title: session.user.name }] : []))
  const [minutes, setMinutes] = useState(60)
  const [picking, setPicking] = useState(false)
  const from = new Date(Math.max(dateOf(day).getTime(), Math.floor(Date.now() / 900_000) * 900_000))
  const to = new Date(from.getTime() + DAYS * DAY_MS)
  const users = people.map((one) => one.id).join(',')
  const found = useQuery({
    queryKey: ['calendar', 'busy', users, from.toISOString(), minutes],
    queryFn: async ({ signal }) => (await ask<Busy>('GET', '/calendar/busy', { query: { users, from: from.toISOString(), to: to.toISOString(), minutes }, signal })).data,
    enabled: users !== '',
    placeholderData: (before) => before,
  })
  const dayOf = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' })
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
  const days = new Map<string, Span[]>()
  for (const span of found.data?.free ?? []) {
    const name = dayOf.format(new Date(span.at))
    days.set(name, [...(days.get(name) ?? []), span])
  }
  return (
    <Modal open title={t('find.title')} onClose={onClose} width="max-w-[560px]">
      <div className="flex flex-col gap-4">
        <ul aria-label={t('find.people')} className="flex flex-wrap items-center gap-1.5">
          {people.map((one) => (
            <li key={one.id} className="flex items-center gap-1.5 rounded-full ps-1 shadow-[inset_0_0_0_1px_var(--line-strong)]">
              <Avatar name={one.title} size={20} />
              <span className="max-w-40 truncate">{one.title}</span>
              <IconButton label={t('find.leave_out', { name: one.title })} disabled={people.length === 1} onClick={() => setPeople(people.filter((other) => other.id !== one.id))}><X size={13} /></IconButton>
            </li>
          ))}
          <li>
            <Pop label={t('find.add')} open={picking} onOpenChange={setPicking} className="w-72" trigger={<Button size="sm" look="outline"><Plus size={13} />{t('find.add')}</Button>}>
              <LinkPicker label={t('find.add')} target="user" picked={people} multiple onPick={(one) => setPeople(people.some((other) => other.id === one.id) ? people.filter((other) => other.id !== one.id || people.length === 1) : [...people, one])} />
            </Pop>
          </li>
        </ul>
        <label className="flex items-center gap-2">
          <span className="text-meta font-medium text-fg-2">{t('find.length')}</span>
          <select className="input !w-auto" value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
            {LENGTHS.map((length) => <option key={length} value={length}>{t('find.minutes', { count: length })}</option>)}
          </select>
        </label>
        {found.isError ? <Failed error={found.error} onRetry={() => void found.refetch()} /> : !found.data ? <Bones rows={4} className="!px-0" /> : days.size === 0 ? (
          <p role="status" className="text-fg-3">{t('find.none')}</p>
        ) : (
          <div className="flex max-h-[50vh] flex-col gap-4 overflow-auto">
            {[...days].map(([name, spans]) => (
              <section key={name} aria-label={name}>
                <h3 className="mb-1.5 font-medium">{name}</h3>
                <ul className="grid gap-1.5 [grid-template-columns:repeat(auto-fill,minmax(7rem,1fr))]">
                  {spans.map((span) => (
                    <li key={span.at}><Button look="outline" className="w-full justify-center tabular-nums" onClick={() => onPick(new Date(span.at), new Date(span.ends_at))}>{clock.format(new Date(span.at))} – {clock.format(new Date(span.ends_at))}</Button></li>
                  ))}
                </ul>
              </section>
            ))}
          </div>
        )}
      </div>
    </Modal>
  )
}
