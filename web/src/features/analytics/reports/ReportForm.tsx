/** What is sent, to whom and when. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { reasonOf } from '@/lib/api'
import { createRecord, fewQuery, saveRecord, type RecordData } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { EVERY_WORDS, LANGUAGES, LINKS, WHAT_WORDS } from './words'

export function ReportForm({ held, onMade, onClose }: { held: RecordData | undefined; onMade: (id: string) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const text = (name: string, usual: string) => (held && held[name] !== null && held[name] !== undefined ? String(held[name]) : usual)
  const [set, setSet] = useState({
    name: held?.title ?? '', what: text('what', 'sales'), every: text('every', 'week'), on_day: text('on_day', '1'), at_hour: text('at_hour', '8'), zone: text('zone', ''), addresses: text('addresses', ''), language: text('language', 'en'),
    which: text(LINKS[text('what', 'sales')]?.field ?? '', ''), people: (held?.['people'] as string[] | undefined) ?? [],
  })
  const [fault, setFault] = useState('')
  const link = LINKS[set.what]
  const choices = useQuery({ ...fewQuery(link?.plural ?? 'dashboards', { limit: 200, sort: 'title' } as never), enabled: link !== undefined })
  const users = useQuery(fewQuery('users', { limit: 200, sort: 'title' } as never))
  const put = (next: Partial<typeof set>) => setSet({ ...set, ...next })
  const row = (label: string, field: ReactNode) => <label className="flex min-w-0 flex-col gap-1"><span className="text-meta text-fg-2">{label}</span>{field}</label>
  const options = (words: Record<string, string>) => Object.entries(words).map(([value, word]) => <option key={value} value={value}>{t(word)}</option>)
  const weekday = (day: number) => new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, day))
  const hourText = (hour: number) => new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1, hour))
  const upTo = (count: number, from: number) => Array.from({ length: count }, (_, index) => index + from)

  async function save() {
    setFault('')
    const values = {
      name: set.name.trim() || t(WHAT_WORDS[set.what] ?? 'reports.of_sales'), what: set.what, every: set.every, on_day: Number(set.on_day), at_hour: Number(set.at_hour), zone: set.zone || null, people: set.people, addresses: set.addresses.trim() || null, language: set.language,
      dashboard: null, saved_view: null, question: null, ...(link ? { [link.field]: set.which || null } : {}),
    }
    try {
      const id = held ? held.id : (await createRecord('reports', values)).data.id
      if (held) await saveRecord('reports', held.id, values)
      await queries.invalidateQueries({ queryKey: ['few', 'reports'] })
      onClose()
      onMade(id)
    } catch (error) {
      setFault(reasonOf(error))
    }
  }
  return (
    <Modal open onClose={onClose} width="max-w-[640px]" title={held ? t('reports.change') : t('reports.new')} footer={<><Button look="outline" onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" onClick={() => void save()}>{t('common.save')}</Button></>}>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        {row(t('reports.what'), <select value={set.what} onChange={(event) => put({ what: event.target.value, which: '' })} className="input">{options(WHAT_WORDS)}</select>)}
        {link ? row(t('reports.which'), <select value={set.which} onChange={(event) => put({ which: event.target.value })} className="input"><option value="" />{(choices.data?.data ?? []).map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}</select>) : <span className="max-md:hidden" />}
        {row(t('board.name'), <input value={set.name} maxLength={120} placeholder={t(WHAT_WORDS[set.what] ?? 'reports.of_sales')} onChange={(event) => put({ name: event.target.value })} className="input" />)}
        {row(t('reports.every'), <select value={set.every} onChange={(event) => put({ every: event.target.value, on_day: '1' })} className="input">{options(EVERY_WORDS)}</select>)}
        {set.every === 'week' && row(t('reports.on_day'), <select value={set.on_day} onChange={(event) => put({ on_day: event.target.value })} className="input">{upTo(7, 1).map((day) => <option key={day} value={day}>{weekday(day)}</option>)}</select>)}
        {set.every === 'month' && row(t('reports.on_day'), <select value={set.on_day} onChange={(event) => put({ on_day: event.target.value })} className="input">{upTo(31, 1).map((day) => <option key={day} value={day}>{day}</option>)}</select>)}
        {row(t('reports.at_hour'), <select value={set.at_hour} onChange={(event) => put({ at_hour: event.target.value })} className="input">{upTo(24, 0).map((hour) => <option key={hour} value={hour}>{hourText(hour)}</option>)}</select>)}
        {row(t('reports.zone'), <input value={set.zone} maxLength={60} placeholder={t('reports.zone_usual')} onChange={(event) => put({ zone: event.target.value })} className="input" />)}
      </div>
      <fieldset className="mt-4">
        <legend className="mb-1 text-meta text-fg-2">{t('reports.people')}</legend>
        <div className="grid max-h-40 grid-cols-2 gap-x-4 gap-y-1 overflow-y-auto max-md:grid-cols-1">
          {(users.data?.data ?? []).map((user) => (
            <label key={user.id} className="flex min-h-6 items-center gap-2"><input type="checkbox" checked={set.people.includes(user.id)} onChange={(event) => put({ people: event.target.checked ? [...set.people, user.id] : set.people.filter((one) => one !== user.id) })} className="size-4" /><span className="truncate">{user.title}</span></label>
          ))}
        </div>
      </fieldset>
      <div className="mt-4 grid grid-cols-2 gap-3 max-md:grid-cols-1">
        {row(t('reports.addresses'), <textarea value={set.addresses} rows={2} onChange={(event) => put({ addresses: event.target.value })} className="input" />)}
        {row(t('reports.language'), <select value={set.language} onChange={(event) => put({ language: event.target.value })} className="input">{Object.entries(LANGUAGES).map(([value, name]) => <option key={value} value={value}>{name}</option>)}</select>)}
      </div>
      <p className="mt-2 text-meta text-fg-3">{t('reports.rights')}</p>
      {fault && <p role="alert" className="mt-3 text-bad">{fault}</p>}
    </Modal>
  )
}
