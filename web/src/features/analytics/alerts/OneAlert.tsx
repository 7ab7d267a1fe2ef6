/** One alert: how it stands, its series, what drove the change, what was told, and how the reader is told. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowLeft, BellOff, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { alertQuery, follow, type AlertPage } from '@/lib/alerts'
import { reasonOf } from '@/lib/api'
import { formatDate } from '@/lib/format'
import { objectByName } from '@/lib/definitions'
import { saveRecord, trashRecord, type RecordData } from '@/lib/records'
import { driversQuery, type Kpi } from '@/lib/scorecards'
import { useDefinitions, useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button } from '@/ui/kit'
import { DriverBars } from '../boards/KpiBars'
import { Answer, Section } from '../parts'
import { isMuted, StateMark, stateOf, useSentence } from './AlertsPage'
import { Series } from './Series'
import { RATE_WORDS, STATE_WORDS } from './words'

const WEEK_MS = 7 * 24 * 60 * 60 * 1000

export function OneAlert({ alert, kpi, kpis, onClose }: { alert: RecordData; kpi: Kpi | undefined; kpis: Kpi[]; onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const sentence = useSentence()
  const [fault, setFault] = useState('')
  const page = useQuery(alertQuery(alert.id))
  const can = objectByName(definitions, 'alert')?.can
  async function act(what: () => Promise<unknown>, close = false) {
    setFault('')
    try {
      await what()
      if (close) onClose()
      await Promise.all([queries.invalidateQueries({ queryKey: ['few', 'alerts'] }), queries.invalidateQueries({ queryKey: ['alerts', 'one', alert.id] })])
    } catch (error) {
      setFault(reasonOf(error))
    }
  }
  const mute = (until: string | null) => act(() => saveRecord('alerts', alert.id, { muted_until: until }))
  return (
    <div tabIndex={0} role="region" aria-label={alert.title} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
      <div className="mx-auto flex max-w-[1160px] flex-col gap-6 px-5 py-5 max-md:px-4">
        <header className="flex flex-wrap items-start gap-x-4 gap-y-3">
          <Button look="outline" size="sm" onClick={onClose}><ArrowLeft size={13} />{t('alerts.all')}</Button>
          <div className="min-w-0 flex-1">
            <h2 className="text-title font-semibold">{alert.title}</h2>
            <p className="mt-0.5 text-fg-2">{sentence(alert, kpi)}{alert['kind'] === 'unusual' && ` · ${t(RATE_WORDS[String(alert['false_alarms'])] ?? 'alerts.in_quarter')}`}</p>
            <p className="mt-1"><StateMark state={stateOf(alert) ?? page.data?.state ?? null} /></p>
          </div>
          {can?.update && (
            <span className="flex flex-wrap gap-2">
              {isMuted(alert) ? <Button look="outline" size="sm" onClick={() => void mute(null)}>{t('alerts.unmute')}</Button> : <Button look="outline" size="sm" onClick={() => void mute(new Date(Date.now() + WEEK_MS).toISOString())}><BellOff size={13} />{t('alerts.mute')}</Button>}
              {can.delete && <Button look="danger" size="sm" onClick={() => void act(() => trashRecord('alerts', alert.id), true)}><Trash2 size={13} />{t('board.delete')}</Button>}
            </span>
          )}
        </header>
        {fault && <p role="alert" className="text-bad">{fault}</p>}
        <Answer query={page} rows={8}>
          {(told) => (told.allowed ? (
            <>
              <Section title={t('alerts.course')} lead={told.one_in === null ? undefined : t('alerts.method', { count: Math.round(told.one_in) })}>
                <Series told={told} name={kpi?.name ?? alert.title} every={String(alert['every'])} />
                {told.replayed && told.one_in !== null && told.replayed.looks > 0 && <p className="mt-2 text-meta text-fg-3">{t('alerts.replayed', { looks: told.replayed.looks, alarms: told.replayed.alarms })}</p>}
              </Section>
              {kpi && told.has_tree && <Drivers kpi={kpi} kpis={kpis} told={told} />}
              <Following told={told} onWish={(wish) => void act(() => follow(alert.id, wish))} />
              <History told={told} />
            </>
          ) : <p className="text-fg-2">{t('scorecards.no_right')}</p>)}
        </Answer>
      </div>
    </div>
  )
}

/** What drove the last step against the one before it. */
function Drivers({ kpi, kpis, told }: { kpi: Kpi; kpis: Kpi[]; told: AlertPage }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const last = told.points.at(-1)
  const window = { from: last?.from, to: last?.to, compare: 'previous' }
  const drivers = useQuery({ ...driversQuery(kpi.code, window), enabled: last !== undefined })
  return (
    <Section title={t('drivers.title')}>
      <Answer query={drivers} rows={4}>{(answer) => <DriverBars kpi={kpi} kpis={kpis} told={answer} onOpen={(code) => void navigate({ to: '/scorecards', search: { of: kpi.function, kpi: code, ...window } })} />}</Answer>
      <Link to="/scorecards" search={{ of: kpi.function, kpi: kpi.code, ...window }} className="mt-2 inline-block text-meta text-accent-text hover:underline">{t('alerts.open_kpi')}</Link>
    </Section>
  )
}

function Following({ told, onWish }: { told: AlertPage; onWish: (wish: { by_notice: boolean; by_mail: boolean }) => void }) {
  const { t } = useTranslation()
  const { by_notice, by_mail } = told.follows
  if (!told.follows.possible) return null
  return (
    <Section title={t('alerts.tell_me')}>
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        <label className="flex items-center gap-2"><input type="checkbox" checked={by_notice} onChange={(event) => onWish({ by_notice: event.target.checked, by_mail })} className="size-4" />{t('alerts.by_notice')}</label>
        <label className="flex items-center gap-2"><input type="checkbox" checked={by_mail} onChange={(event) => onWish({ by_notice, by_mail: event.target.checked })} className="size-4" />{t('alerts.by_mail')}</label>
      </div>
    </Section>
  )
}

function History({ told }: { told: AlertPage }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <Section title={t('alerts.history')}>
      {told.told.length === 0 ? <p className="text-fg-3">{t('alerts.nothing_told')}</p> : (
        <ul>
          {told.told.map((one) => (
            <li key={one.from} className="flex items-baseline gap-3 border-b border-line py-1.5 last:border-0">
              <span className="min-w-0 flex-1">{formatDate(one.from, locale)} – {formatDate(one.to, locale)}</span>
              <span className={one.state === 'too_high' || one.state === 'too_low' ? 'font-medium text-bad' : 'text-fg-2'}>{t(STATE_WORDS[one.state])}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
