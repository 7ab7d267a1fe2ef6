/** The rules of a lead's points: for what a lead is, and for what it does. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Target, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import { formatTime } from '@/lib/format'
import { rulesQuery, saveRules, type Rule } from '@/lib/predictions'
import { useLabel, useLocale, useObject, useSession } from '@/lib/session'
import { Button, IconButton, Segments } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { Answer, Section } from '../parts'
import { Asks } from './PredictionForm'
import { EVENTS } from './words'

const ASKS: Rule = { name: '', points: 10, question: '', event: null, most: null, half_life_days: null, since: null }

export function PointsRules() {
  const rules = useQuery(rulesQuery)
  const lead = useObject('lead')
  if (!lead) return null
  return <Answer query={rules} rows={4}>{(told) => <Rules key={JSON.stringify(told.rules)} held={told.rules} counted={told.counted_at} isCounting={told.job !== null} lead={lead} />}</Answer>
}

function Rules({ held, counted, isCounting, lead }: { held: Rule[]; counted: string | null; isCounting: boolean; lead: ObjectDef }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const isAdmin = useSession()?.can.admin === true
  // Each with a number of its own, so that taking one out leaves the others where they are.
  const [rules, setRules] = useState(held.map((rule, key) => ({ rule, key })))
  const [next, setNext] = useState(held.length)
  const [fault, setFault] = useState('')
  const plain = rules.map((one) => one.rule)
  const isChanged = JSON.stringify(plain) !== JSON.stringify(held)
  const isReady = plain.every((rule) => rule.name.trim() && rule.points && (rule.event || rule.question?.trim()))
  const set = (key: number, part: Partial<Rule>) => setRules(rules.map((one) => (one.key === key ? { ...one, rule: { ...one.rule, ...part } } : one)))
  const add = () => {
    setRules([...rules, { rule: ASKS, key: next }])
    setNext(next + 1)
  }

  async function save() {
    try {
      await saveRules(plain)
      setFault('')
      await queries.invalidateQueries({ queryKey: rulesQuery.queryKey })
      notify({ text: t('points.saved') })
    } catch (error) {
      setFault(reasonOf(error))
    }
  }

  return (
    <Section title={t('points.title')} lead={t('points.lead')} tools={isAdmin && <Button look="outline" onClick={add}><Plus size={14} aria-hidden />{t('points.add')}</Button>}>
      {rules.length === 0 && <Blank icon={Target} title={t('points.none')}>{t('points.none_hint')}</Blank>}
      <ul className="flex flex-col gap-3">
        {rules.map(({ rule, key }) => <OneRule key={key} rule={rule} lead={lead} isFixed={!isAdmin} onChange={(part) => set(key, part)} onRemove={() => setRules(rules.filter((one) => one.key !== key))} />)}
      </ul>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 text-meta text-fg-3">{isCounting ? t('points.counting') : counted && t('points.counted', { time: formatTime(counted, locale) })}</p>
        {fault && <p role="alert" className="text-bad">{fault}</p>}
        {isAdmin && isChanged && <Button look="primary" disabled={!isReady} onClick={() => void save()}>{t('points.save')}</Button>}
      </div>
    </Section>
  )
}

function OneRule({ rule, lead, isFixed, onChange, onRemove }: { rule: Rule; lead: ObjectDef; isFixed: boolean; onChange: (part: Partial<Rule>) => void; onRemove: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const days = lead.fields.filter((field) => ['date', 'time'].includes(field.type))
  const number = (text: string) => (text === '' ? null : Math.round(Number(text)))
  if (isFixed) return <li className="flex gap-3 border-b border-line py-2"><span className="flex-1">{rule.name}</span><span className="tabular-nums">{rule.points}</span></li>
  return (
    <li className="flex flex-col gap-3 rounded-md p-3 shadow-[inset_0_0_0_1px_var(--line)]">
      <div className="flex flex-wrap items-end gap-3">
        <label className="flex min-w-40 flex-1 flex-col gap-1"><span className="text-meta text-fg-2">{t('points.name')}</span><input value={rule.name} maxLength={80} onChange={(event) => onChange({ name: event.target.value })} className="input" /></label>
        <label className="flex w-24 flex-col gap-1"><span className="text-meta text-fg-2">{t('points.points')}</span><input type="number" value={rule.points} onChange={(event) => onChange({ points: number(event.target.value) ?? 0 })} className="input" /></label>
        <Segments label={t('points.for')} value={rule.event === null ? 'is' : 'does'} options={[{ value: 'is', label: t('points.is') }, { value: 'does', label: t('points.does') }]} onChange={(kind) => onChange(kind === 'is' ? { event: null, question: '', most: null } : { event: 'page.viewed', question: null, since: null })} />
        <IconButton label={t('points.remove', { name: rule.name || t('common.untitled') })} onClick={onRemove}><X size={14} /></IconButton>
      </div>
      <div className="flex flex-wrap items-end gap-3">
        {rule.event === null ? <div className="min-w-60 flex-1"><Asks label={t('points.question')} object={lead} question={rule.question ?? ''} onQuestion={(question) => onChange({ question })} /></div> : (
          <>
            <label className="flex flex-col gap-1"><span className="text-meta text-fg-2">{t('points.event')}</span>
              <select value={rule.event} onChange={(event) => onChange({ event: event.target.value })} className="input">
                {[...new Set([...Object.keys(EVENTS), rule.event])].map((kind) => <option key={kind} value={kind}>{EVENTS[kind] ? t(EVENTS[kind]) : kind}</option>)}
              </select>
            </label>
            <label className="flex w-32 flex-col gap-1"><span className="text-meta text-fg-2">{t('points.most')}</span><input type="number" value={rule.most ?? ''} onChange={(event) => onChange({ most: number(event.target.value) })} className="input" /></label>
          </>
        )}
        <label className="flex w-40 flex-col gap-1"><span className="text-meta text-fg-2">{t('points.half_life')}</span><input type="number" min={1} value={rule.half_life_days ?? ''} onChange={(event) => onChange({ half_life_days: number(event.target.value), ...(event.target.value === '' ? { since: null } : {}) })} className="input" /></label>
        {rule.event === null && rule.half_life_days !== null && (
          <label className="flex flex-col gap-1"><span className="text-meta text-fg-2">{t('points.since')}</span>
            <select value={rule.since ?? ''} onChange={(event) => onChange({ since: event.target.value || null })} className="input">
              <option value="">{t('foretold.no_field')}</option>
              {days.map((field) => <option key={field.name} value={field.name}>{labelOf(field.label)}</option>)}
            </select>
          </label>
        )}
      </div>
    </li>
  )
}
