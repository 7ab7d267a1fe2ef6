/** Makes an alert: what is watched and how, with what it would have rung for in the past beside it. */

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { previewQuery } from '@/lib/alerts'
import { reasonOf } from '@/lib/api'
import { createRecord, fewQuery } from '@/lib/records'
import type { Kpi } from '@/lib/scorecards'
import { useTranslation } from '@/lib/useTranslation'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Answer } from '../parts'
import { FUNCTION_WORDS, SEEN_WORDS } from '../boards/words'
import { Series } from './Series'
import { EVERY_WORDS, KIND_WORDS, RATE_WORDS } from './words'

const FUNCTIONS = ['marketing', 'sales', 'service'] as const
/** Before the id of a question, to tell it from the code of a KPI. */
const QUESTION = 'q:'

export function NewAlert({ kpis, onMade, onClose }: { kpis: Kpi[]; onMade: (id: string) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [set, setSet] = useState({ name: '', what: kpis.find((one) => one.code === 'revenue')?.code ?? kpis[0]?.code ?? '', kind: 'unusual', line: '', every: 'week', false_alarms: 'quarter', visibility: 'private' })
  const [fault, setFault] = useState('')
  const questions = useQuery(fewQuery('sql_questions', { limit: 200, sort: 'title' } as never))
  const kpi = kpis.find((one) => one.code === set.what)
  const question = questions.data?.data.find((one) => `${QUESTION}${one.id}` === set.what)
  const line = set.line.trim() === '' ? undefined : Number(set.line.replace(',', '.'))
  const needsLine = set.kind !== 'unusual'
  const isReady = !needsLine || (line !== undefined && Number.isFinite(line))
  const watch = { kpi: kpi?.code, question: question?.id, every: set.every, kind: set.kind, line: needsLine ? line : undefined, false_alarms: set.false_alarms }
  const preview = useQuery({ ...previewQuery(watch), enabled: isReady && (kpi !== undefined || question !== undefined), placeholderData: keepPreviousData })
  const name = kpi?.name ?? question?.title ?? ''
  const row = (label: string, field: ReactNode) => <label className="flex min-w-0 flex-col gap-1"><span className="text-meta text-fg-2">{label}</span>{field}</label>
  const choice = (key: 'kind' | 'every' | 'false_alarms' | 'visibility', words: Record<string, string>) => (
    <select value={set[key]} onChange={(event) => setSet({ ...set, [key]: event.target.value })} className="input">{Object.entries(words).map(([value, word]) => <option key={value} value={value}>{t(word)}</option>)}</select>
  )
  async function save() {
    if (!isReady) return setFault(t('goals.not_a_number'))
    setFault('')
    try {
      const made = await createRecord('alerts', { name: set.name.trim() || name, kpi: kpi?.code ?? null, question: question?.id ?? null, kind: set.kind, line: needsLine ? line : null, every: set.every, false_alarms: set.false_alarms, visibility: set.visibility })
      await queries.invalidateQueries({ queryKey: ['few', 'alerts'] })
      onClose()
      onMade(made.data.id)
    } catch (error) {
      setFault(reasonOf(error))
    }
  }
  return (
    <Modal open onClose={onClose} width="max-w-[720px]" title={t('alerts.new')} footer={<><Button look="outline" onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" onClick={() => void save()}>{t('alerts.watch')}</Button></>}>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        {row(t('alerts.what'), (
          <select value={set.what} onChange={(event) => setSet({ ...set, what: event.target.value })} className="input">
            {FUNCTIONS.map((one) => <optgroup key={one} label={t(FUNCTION_WORDS[one])}>{kpis.filter((kpi) => kpi.function === one).map((kpi) => <option key={kpi.code} value={kpi.code}>{kpi.name}</option>)}</optgroup>)}
            {(questions.data?.data.length ?? 0) > 0 && <optgroup label={t('analysis.questions')}>{questions.data?.data.map((one) => <option key={one.id} value={`${QUESTION}${one.id}`}>{one.title}</option>)}</optgroup>}
          </select>
        ))}
        {row(t('alerts.when'), choice('kind', KIND_WORDS))}
        {row(t('alerts.every'), choice('every', EVERY_WORDS))}
        {needsLine ? row(kpi?.unit === 'share' ? t('goals.value_percent') : t('alerts.line'), <input value={set.line} inputMode="decimal" onChange={(event) => setSet({ ...set, line: event.target.value })} className="input" />) : row(t('alerts.rate'), choice('false_alarms', RATE_WORDS))}
        {row(t('board.name'), <input value={set.name} maxLength={120} placeholder={name} onChange={(event) => setSet({ ...set, name: event.target.value })} className="input" />)}
        {row(t('alerts.seen_by'), choice('visibility', SEEN_WORDS))}
      </div>
      {fault && <p role="alert" className="mt-3 text-bad">{fault}</p>}
      {isReady && (
        <div className="mt-4 min-h-[280px]">
          <Answer query={preview} rows={6}>
            {(told) => (
              <>
                <Series told={told} name={name} every={set.every} height={200} />
                {told.replayed && told.replayed.looks > 0 && <p className="mt-1 text-meta text-fg-3">{t('alerts.replayed', { looks: told.replayed.looks, alarms: told.replayed.alarms })}</p>}
              </>
            )}
          </Answer>
        </div>
      )}
    </Modal>
  )
}
