/** What an administrator brings: the tracker on the pages of a site, logs of servers, a table of countries. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { formatNumber, formatTime } from '@/lib/format'
import { fewQuery } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { countryTableQuery, dropCountries, loadCountries, readingsQuery, readLog, stopReading, type Reading } from '@/lib/visits'
import { Button, Meter, Pill } from '@/ui/kit'
import { Answer, Section } from '../parts'
import { Nothing } from './figures'
import { DAMAGES, STATES } from './words'

export default function Setup() {
  return (
    <>
      <Tracker />
      <Logs />
      <Countries />
    </>
  )
}

function Tracker() {
  const { t } = useTranslation()
  const sites = useQuery(fewQuery('sites', { limit: 20 }))
  const snippet = `<script defer src="${window.location.origin}/t.js"></script>`
  return (
    <Section title={t('web.tracker')} lead={t('web.tracker_lead')} tools={<Link to="/o/$plural" params={{ plural: 'sites' }} search={{}} className="text-accent-text hover:underline">{t('web.tracker_sites')}</Link>}>
      <Answer query={sites} rows={2}>
        {(told) => told.data.length === 0 ? <Nothing>{t('web.tracker_none')}</Nothing> : <p className="mb-2 text-fg-2">{t('web.tracker_for', { sites: told.data.map((one) => one.title).join(', ') })}</p>}
      </Answer>
      <pre tabIndex={0} className="mt-2 overflow-x-auto rounded-md bg-subtle px-3.5 py-2.5 text-meta"><code>{snippet}</code></pre>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-fg-2 max-md:grid-cols-1">
        {([["rapport('event', 'signed_up')", t('web.tracker_event')], ["rapport('consent', true)", t('web.tracker_consent')], ["rapport('identify', token)", t('web.tracker_identify')], ["rapport('visit', callback)", t('web.tracker_visit')]] as const).map(([code, is]) => (
          <div key={code} className="contents"><dt><code className="text-meta text-fg">{code}</code></dt><dd className="max-md:mb-2">{is}</dd></div>
        ))}
      </dl>
    </Section>
  )
}

function Logs() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const readings = useQuery(readingsQuery)
  const done = readings.data?.filter((one) => one.state !== 'running').length
  // What was read is in every report from now on.
  useEffect(() => void queries.invalidateQueries({ queryKey: ['visits'], predicate: ({ queryKey }) => queryKey[1] !== 'logs' }), [done, queries])
  const hostsId = useId()
  const [hosts, setHosts] = useState('')
  const take = useMutation({
    mutationFn: async (files: File[]) => {
      for (const file of files) await readLog(file, hosts)
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ['visits'] }),
  })
  return (
    <Section title={t('web.logs')} lead={t('web.logs_lead')}>
      <div className="mb-3 flex flex-wrap items-end gap-3">
        <label htmlFor={hostsId} className="flex min-w-52 flex-col gap-1"><span className="text-meta text-fg-2">{t('web.logs_hosts')}</span><input id={hostsId} value={hosts} onChange={(event) => setHosts(event.target.value)} placeholder="shop.example" className="input" /></label>
        <FileButton label={t('web.logs_choose')} isBusy={take.isPending} accept=".log,.gz,.json,.txt" multiple onFiles={(files) => take.mutate(files)} />
      </div>
      {take.isError && <p role="alert" className="mb-2 text-bad">{reasonOf(take.error)}</p>}
      <Answer query={readings} rows={3}>
        {(told) => told.length === 0 ? <Nothing>{t('web.logs_none')}</Nothing> : <ul aria-label={t('web.logs')} className="flex flex-col gap-2">{told.slice(0, 20).map((one) => <Read key={one.id} reading={one} />)}</ul>}
      </Answer>
    </Section>
  )
}

function Read({ reading }: { reading: Reading }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const stop = useMutation({ mutationFn: () => stopReading(reading.id), onSettled: () => void queries.invalidateQueries({ queryKey: ['visits', 'logs'] }) })
  const state = STATES[reading.state]
  const { figures } = reading
  const number = (value: number | undefined) => formatNumber(value ?? 0, locale)
  return (
    <li className="rounded-md px-3.5 py-2.5 shadow-[inset_0_0_0_1px_var(--line)]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 truncate font-medium">{reading.name}</span>
        {state && <Pill hue={state.hue} dot>{t(state.name)}</Pill>}
        <span className="flex-1" />
        <span className="text-meta text-fg-3">{formatTime(reading.started_at, locale)}</span>
        {reading.state === 'running' && reading.total !== null && <Button size="sm" look="outline" onClick={() => stop.mutate()}>{t('web.stop')}</Button>}
      </div>
      {reading.state === 'running' && reading.total ? <div className="mt-2"><Meter share={Math.min(1, (reading.done ?? 0) / reading.total)} label={t('web.reading_of', { name: reading.name })} /></div> : null}
      {figures.lines !== undefined && (
        <p className="mt-1 text-fg-2 tabular-nums">
          {[t('web.read_lines', { count: figures.lines, number: number(figures.lines) }), t('web.read_visits', { count: figures.sessions ?? 0, number: number(figures.sessions) }), t('web.read_new', { new: number(figures.new), changed: number(figures.changed), same: number(figures.same) }), t('web.read_robots', { count: figures.sessions_of_robots ?? 0, number: number(figures.sessions_of_robots) })].join(' · ')}
        </p>
      )}
      {(figures.damaged ?? 0) > 0 && (
        <details className="mt-1">
          <summary className="cursor-pointer text-warn">{t('web.damaged', { count: figures.damaged ?? 0, number: number(figures.damaged) })}</summary>
          <ul className="mt-1 flex max-h-52 flex-col overflow-y-auto text-meta text-fg-2 tabular-nums">
            {(figures.damaged_lines ?? []).map((line) => <li key={`${line.stream} ${line.line}`}>{t('web.damaged_line', { stream: line.stream, line: formatNumber(line.line, locale), damage: t(DAMAGES[line.damage] ?? 'web.unknown') })}</li>)}
          </ul>
        </details>
      )}
      {figures.broken?.map(([stream]) => <p key={stream} className="mt-1 text-warn">{t('web.broken', { stream })}</p>)}
    </li>
  )
}

function Countries() {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const table = useQuery(countryTableQuery)
  const again = { onSettled: () => void queries.invalidateQueries({ queryKey: ['visits'] }) }
  const load = useMutation({ mutationFn: async ([file]: File[]) => { if (file) await loadCountries(file) }, ...again })
  const drop = useMutation({ mutationFn: dropCountries, ...again })
  return (
    <Section title={t('web.countries')} lead={t('web.countries_lead')}>
      <Answer query={table} rows={1}>
        {(told) => (
          <div className="flex flex-wrap items-center gap-3">
            <span className="text-fg-2">{told ? t('web.countries_is', { name: told.name, number: formatNumber(told.ranges, locale), count: told.ranges }) : t('web.countries_how')}</span>
            <FileButton label={t('web.countries_choose')} isBusy={load.isPending} accept=".csv,.txt" onFiles={(files) => load.mutate(files)} />
            {told && <Button onClick={() => drop.mutate()}>{t('web.countries_drop')}</Button>}
          </div>
        )}
      </Answer>
      {load.isError && <p role="alert" className="mt-2 text-bad">{reasonOf(load.error)}</p>}
    </Section>
  )
}

function FileButton({ label, accept, multiple, isBusy, onFiles }: { label: string; accept: string; multiple?: boolean; isBusy: boolean; onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input ref={input} type="file" hidden accept={accept} multiple={multiple} aria-label={label} onChange={(event) => { const files = [...(event.target.files ?? [])]; event.target.value = ''; if (files.length > 0) onFiles(files) }} />
      <Button look="outline" disabled={isBusy} onClick={() => input.current?.click()}>{label}</Button>
    </>
  )
}
