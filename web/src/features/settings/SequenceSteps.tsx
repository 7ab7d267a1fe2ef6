/** The steps of a sequence: what is done and how much working time passes before it. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, CheckSquare, Mail, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { ask } from '@/lib/api'
import { fewQuery } from '@/lib/records'
import type { Step, StepFigures } from '@/lib/sequences'
import { useTranslation } from '@/lib/useTranslation'
import { Button, IconButton } from '@/ui/kit'
import { CARD, SaveBar, Section, useTry } from './parts'

function saidOf(step: StepFigures): Step {
  return { id: step.id, kind: step.kind, wait: step.wait, unit: step.unit, ...(step.kind === 'mail' ? { template: step.template ?? '' } : { subject: step.subject ?? '' }) }
}

export default function SequenceSteps({ id, steps, mayChange }: { id: string; steps: StepFigures[]; mayChange: boolean }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const attempt = useTry()
  const templates = useQuery(fewQuery('mail_templates', { sort: 'name', limit: 200 }))
  const [begun] = useState(() => steps.map(saidOf))
  const [said, setSaid] = useState<Step[]>(begun)
  const [busy, setBusy] = useState(false)
  const letters = templates.data?.data ?? []
  const change = (at: number, part: Partial<Step>) => setSaid((held) => held.map((step, place) => (place === at ? { ...step, ...part } : step)))
  const move = (from: number, to: number) => setSaid((held) => {
    const moved = held[from]
    if (!moved || to < 0 || to >= held.length) return held
    const rest = held.filter((_, place) => place !== from)
    return [...rest.slice(0, to), moved, ...rest.slice(to)]
  })

  async function save() {
    setBusy(true)
    const body = { steps: said.map((step) => ({ ...step, template: step.template || undefined, subject: step.kind === 'task' ? step.subject : undefined })) }
    if (await attempt(() => ask('PUT', `/mail_sequences/${id}/steps`, { body }))) await queries.invalidateQueries({ queryKey: ['sequences', id] })
    setBusy(false)
  }

  return (
    <Section title={t('sequences.steps')} lead={t('sequences.steps_lead')}>
      <ol aria-label={t('sequences.steps')} className={CARD}>
        {said.map((step, at) => (
          <li key={step.id ?? `new-${at}`} className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2.5">
            <span className="flex w-28 items-center gap-2 font-medium">{step.kind === 'mail' ? <Mail size={15} className="text-fg-3" /> : <CheckSquare size={15} className="text-fg-3" />}{at + 1}. {t(step.kind === 'mail' ? 'sequences.letter' : 'sequences.task')}</span>
            <span className="min-w-0 flex-1 basis-52">
              {step.kind === 'mail' ? (
                <select aria-label={t('sequences.template_of', { step: at + 1 })} disabled={!mayChange} className="input" value={step.template ?? ''} onChange={(event) => change(at, { template: event.target.value })}>
                  <option value="">{t('sequences.choose_template')}</option>
                  {letters.map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}
                </select>
              ) : <input aria-label={t('sequences.subject_of', { step: at + 1 })} disabled={!mayChange} maxLength={200} placeholder={t('sequences.what_to_do')} className="input" value={step.subject ?? ''} onChange={(event) => change(at, { subject: event.target.value })} />}
            </span>
            <span className="flex items-center gap-2">
              <input type="number" min={0} max={365} aria-label={t('sequences.wait_of', { step: at + 1 })} disabled={!mayChange} className="input !w-16" value={step.wait} onChange={(event) => change(at, { wait: Math.max(0, Number.parseInt(event.target.value, 10) || 0) })} />
              <select aria-label={t('sequences.unit_of', { step: at + 1 })} disabled={!mayChange} className="input !w-auto" value={step.unit} onChange={(event) => change(at, { unit: event.target.value as Step['unit'] })}>
                <option value="days">{t('sequences.days_of_work')}</option>
                <option value="hours">{t('sequences.hours_of_work')}</option>
              </select>
              <span className="text-meta text-fg-3 max-md:hidden">{t(at === 0 ? 'sequences.after_start' : 'sequences.after_last')}</span>
            </span>
            {mayChange && (
              <span className="flex">
                <IconButton label={t('sequences.up', { step: at + 1 })} disabled={at === 0} onClick={() => move(at, at - 1)}><ArrowUp size={14} /></IconButton>
                <IconButton label={t('sequences.down', { step: at + 1 })} disabled={at === said.length - 1} onClick={() => move(at, at + 1)}><ArrowDown size={14} /></IconButton>
                <IconButton label={t('sequences.drop', { step: at + 1 })} onClick={() => setSaid((held) => held.filter((_, place) => place !== at))}><X size={14} /></IconButton>
              </span>
            )}
          </li>
        ))}
        {said.length === 0 && <li className="border-b border-line px-4 py-3 text-fg-2">{t('sequences.no_steps')}</li>}
        {mayChange && (
          <li className="flex flex-wrap items-center gap-2 px-3 py-1.5">
            <Button size="sm" disabled={templates.isPending} onClick={() => setSaid((held) => [...held, { kind: 'mail', wait: held.length === 0 ? 0 : 3, unit: 'days', template: letters[0]?.id ?? '' }])}><Plus size={13} />{t('sequences.add_letter')}</Button>
            <Button size="sm" onClick={() => setSaid((held) => [...held, { kind: 'task', wait: 1, unit: 'days', subject: '' }])}><Plus size={13} />{t('sequences.add_task')}</Button>
            <span className="flex-1" />
            <Link to="/settings/templates" className="inline-flex min-h-8 items-center px-1 text-meta text-accent-text hover:underline">{t('templates.title')}</Link>
          </li>
        )}
      </ol>
      <SaveBar dirty={JSON.stringify(said) !== JSON.stringify(begun)} busy={busy} onSave={() => void save()} onReset={() => setSaid(begun)} />
    </Section>
  )
}
