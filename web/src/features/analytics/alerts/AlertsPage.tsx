/** Alerts: what is watched and how it stands; each opens with its series, its band and what was told. */

import { useQuery } from '@tanstack/react-query'
import { BellRing, Plus } from 'lucide-react'
import { useState } from 'react'
import type { State } from '@/lib/alerts'
import { formatDate } from '@/lib/format'
import { fewQuery, type RecordData } from '@/lib/records'
import { kpisQuery, type Kpi } from '@/lib/scorecards'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { iconOf } from '@/ui/icons'
import { Button, cx } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { TD, TH } from '@/ui/charts/cells'
import { Answer, Page, useChoices } from '../parts'
import { NewAlert } from './NewAlert'
import { OneAlert } from './OneAlert'
import { EVERY_WORDS, KIND_WORDS, STATE_DOTS, STATE_WORDS } from './words'

export const ALERTS = fewQuery('alerts', { limit: 200, sort: 'title' } as never)

/** Alarms first, then what is worth watching. */
const ORDER: (State | null)[] = ['too_high', 'too_low', 'watching', 'no_right', 'quiet', 'too_little', null]

export default function AlertsPage() {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const [isNew, setIsNew] = useState(false)
  const kpis = useQuery(kpisQuery)
  const alerts = useQuery(ALERTS)
  const open = alerts.data?.data.find((one) => one.id === chosen['a'])
  const kpiOf = (alert: RecordData) => kpis.data?.find((one) => one.code === alert['kpi'])
  const add = <Button look="primary" onClick={() => setIsNew(true)}><Plus size={14} />{t('alerts.new')}</Button>
  const sorted = (all: RecordData[]) => [...all].sort((a, b) => ORDER.indexOf(stateOf(a)) - ORDER.indexOf(stateOf(b)))
  return (
    <Page wide icon={iconOf('bell')} title={t('analysis.alerts')} tools={alerts.data && alerts.data.data.length > 0 && !open ? add : undefined}>
      {open ? <OneAlert key={open.id} alert={open} kpi={kpiOf(open)} kpis={kpis.data ?? []} onClose={() => choose({ a: undefined })} /> : (
        <div tabIndex={0} role="region" aria-label={t('analysis.alerts')} className="min-h-0 flex-1 overflow-auto outline-offset-[-2px]">
          <Answer query={alerts} rows={6}>
            {(page) => (page.data.length === 0 ? <Blank icon={BellRing} title={t('alerts.none')} action={add}>{t('alerts.none_hint')}</Blank> : (
              <table className="w-full border-separate border-spacing-0">
                <thead><tr>{[t('alerts.name'), t('alerts.state'), t('alerts.watches'), t('alerts.last')].map((head, index) => <th key={head} scope="col" className={cx(TH, index === 0 && '!ps-5', index > 1 && 'max-md:hidden')}>{head}</th>)}</tr></thead>
                <tbody>{sorted(page.data).map((alert) => <Row key={alert.id} alert={alert} kpi={kpiOf(alert)} onOpen={() => choose({ a: alert.id })} />)}</tbody>
              </table>
            ))}
          </Answer>
        </div>
      )}
      {isNew && <NewAlert kpis={(kpis.data ?? []).filter((kpi) => kpi.allowed)} onMade={(id) => choose({ a: id })} onClose={() => setIsNew(false)} />}
    </Page>
  )
}

export function stateOf(alert: RecordData): State | null {
  return typeof alert['state'] === 'string' ? (alert['state'] as State) : null
}

export function StateMark({ state }: { state: State | null }) {
  const { t } = useTranslation()
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <i aria-hidden className={cx('size-2 shrink-0 rounded-full', STATE_DOTS[state ?? 'too_little'])} />
      <span className={cx(state === 'too_high' || state === 'too_low' ? 'font-medium text-bad' : 'text-fg-2')}>{state ? t(STATE_WORDS[state]) : t('alerts.not_yet')}</span>
    </span>
  )
}

/** "Revenue, each week, out of the ordinary". */
export function useSentence(): (alert: RecordData, kpi: Kpi | undefined) => string {
  const { t } = useTranslation()
  return (alert, kpi) => {
    const question = (alert.linked?.['question'] as { title?: string } | undefined)?.title
    const what = kpi?.name ?? question ?? String(alert['kpi'] ?? '—')
    return t('alerts.sentence_of', { what, every: t(EVERY_WORDS[String(alert['every'])] ?? 'alerts.each_week'), when: t(KIND_WORDS[String(alert['kind'])] ?? 'alerts.unusual') })
  }
}

export function isMuted(alert: RecordData): boolean {
  return typeof alert['muted_until'] === 'string' && Date.parse(alert['muted_until']) > Date.now()
}

function Row({ alert, kpi, onOpen }: { alert: RecordData; kpi: Kpi | undefined; onOpen: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const sentence = useSentence()
  const last = alert['alarmed_at']
  return (
    <tr className="hover:bg-subtle">
      <th scope="row" className={cx(TD, '!ps-5 text-start font-medium')}>
        <button type="button" onClick={onOpen} className="min-h-6 text-start hover:text-accent-text">{alert.title}</button>
        {isMuted(alert) && <span className="ms-2 text-meta font-normal text-fg-3">{t('alerts.muted')}</span>}
      </th>
      <td className={TD}><StateMark state={stateOf(alert)} /></td>
      <td className={cx(TD, 'text-fg-2 max-md:hidden')}>{sentence(alert, kpi)}</td>
      <td className={cx(TD, 'whitespace-nowrap text-fg-2 max-md:hidden')}>{typeof last === 'string' ? formatDate(last, locale) : '—'}</td>
    </tr>
  )
}
