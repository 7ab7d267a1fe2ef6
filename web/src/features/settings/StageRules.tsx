/** What a stage wants of a deal, when it may be left, and what is planned in it. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { ask } from '@/lib/api'
import { optionsOf } from '@/lib/definitions'
import { fewQuery, type RecordData } from '@/lib/records'
import { useLabel, useObject } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, IconButton, Pill, Pop } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { PickList } from '@/ui/PickList'
import { Labelled } from './Labelled'
import { Fault, faultsOf, useTry } from './parts'
import { QuestionInput } from './QuestionInput'

export default function StageRules({ stage, onClose, onDone }: { stage: RecordData; onClose: () => void; onDone: () => Promise<void> }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const deals = useObject('deal')
  const [needs, setNeeds] = useState<string[]>(() => (Array.isArray(stage['needs']) ? stage['needs'].map(String) : []))
  const [criteria, setCriteria] = useState(String(stage['exit_criteria'] ?? ''))
  const [hint, setHint] = useState(String(stage['exit_hint'] ?? ''))
  const [picking, setPicking] = useState(false)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  if (!deals) return null
  const label = (name: string) => labelOf(deals.fields.find((field) => field.name === name)?.label) || name
  const askable = deals.fields.filter((field) => !field.readonly && !['formula', 'roll_up'].includes(field.type) && !['stage', 'pipeline', 'status', 'name'].includes(field.name))

  async function save() {
    setBusy(true)
    try {
      await ask('PATCH', `/stages/${stage.id}`, { body: { needs: needs.length > 0 ? needs : null, exit_criteria: criteria.trim() || null, exit_hint: hint.trim() || null } })
      await onDone()
      onClose()
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal open title={t('stages.rules', { name: stage.title })} onClose={onClose} width="max-w-[600px]" footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" aria-busy={busy} onClick={() => !busy && void save()}>{t('common.save')}</Button></>}>
      <div className="flex flex-col gap-5">
        <Fault>{faults[''] ?? faults['needs']}</Fault>
        <div>
          <h3 className="text-meta font-medium text-fg-2">{t('stages.needs')}</h3>
          <p className="mb-2 text-meta text-fg-3">{t('stages.needs_hint')}</p>
          <span className="flex flex-wrap items-center gap-1.5">
            {needs.map((name) => (
              <span key={name} className="inline-flex items-center"><Pill>{label(name)}</Pill><IconButton label={t('stages.not_needed', { name: label(name) })} onClick={() => setNeeds(needs.filter((one) => one !== name))}><X size={12} /></IconButton></span>
            ))}
            <Pop label={t('stages.add_need')} open={picking} onOpenChange={setPicking} className="w-72" trigger={<Button size="sm" look="outline"><Plus size={13} />{t('stages.add_need')}</Button>}>
              <PickList label={t('stages.add_need')} items={askable.filter((field) => !needs.includes(field.name)).map((field) => ({ value: field.name, text: label(field.name), view: <span className="truncate">{label(field.name)}</span> }))} picked={[]} onPick={(item) => { setNeeds([...needs, item.value]); setPicking(false) }} />
            </Pop>
          </span>
        </div>
        <div className="flex flex-col gap-1">
          <span className="text-meta font-medium text-fg-2">{t('stages.exit')}</span>
          <QuestionInput object={deals} label={t('stages.exit')} value={criteria} counts={false} placeholder={'amount is filled and count(activities where is_done = true) > 0'} onChange={setCriteria} fault={faults['exit_criteria']} />
        </div>
        <Labelled label={t('stages.hint')}><input className="input" value={hint} maxLength={300} onChange={(event) => setHint(event.target.value)} /></Labelled>
        <Playbook stage={stage} />
      </div>
    </Modal>
  )
}

/** Activities that are planned by themselves when a deal comes here; each line is kept as it is made. */
function Playbook({ stage }: { stage: RecordData }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const queries = useQueryClient()
  const attempt = useTry()
  const object = useObject('playbook_step')
  const steps = useQuery(fewQuery('playbook_steps', { filter: `stage = "${stage.id}"`, sort: 'position', limit: 50 }))
  const [subject, setSubject] = useState('')
  const [kind, setKind] = useState('task')
  const [days, setDays] = useState('1')
  const kindField = object?.fields.find((field) => field.name === 'kind')
  const kinds = kindField ? optionsOf(kindField) : []
  const shown = steps.data?.data ?? []
  const refresh = () => queries.invalidateQueries({ queryKey: ['few', 'playbook_steps'] })

  async function add() {
    if (subject.trim() === '') return
    if (await attempt(() => ask('POST', '/playbook_steps', { body: { stage: stage.id, subject: subject.trim(), kind, after_days: Math.max(0, Number.parseInt(days, 10) || 0), position: shown.length + 1 } }))) setSubject('')
    await refresh()
  }
  return (
    <section aria-label={t('stages.playbook')}>
      <h3 className="text-meta font-medium text-fg-2">{t('stages.playbook')}</h3>
      <p className="mb-2 text-meta text-fg-3">{t('stages.playbook_hint')}</p>
      <ul className="flex flex-col">
        {shown.map((step) => (
          <li key={step.id} className="flex min-h-9 items-center gap-2">
            <span className="min-w-0 flex-1 truncate">{step.title}</span>
            <span className="text-meta text-fg-3">{labelOf(kinds.find((one) => one.value === step['kind'])?.label)} · {t('stages.after_days', { count: Number(step['after_days'] ?? 0) })}</span>
            <IconButton label={t('stages.drop_step', { name: step.title })} onClick={() => void attempt(() => ask('DELETE', `/playbook_steps/${step.id}`)).then(refresh)}><X size={13} /></IconButton>
          </li>
        ))}
      </ul>
      <form className="mt-1 flex flex-wrap items-center gap-2" onSubmit={(event) => { event.preventDefault(); void add() }}>
        <input className="input min-w-40 flex-1" aria-label={t('stages.step_subject')} placeholder={t('stages.step_subject')} value={subject} maxLength={300} onChange={(event) => setSubject(event.target.value)} />
        <select className="input !w-auto" aria-label={t('stages.step_kind')} value={kind} onChange={(event) => setKind(event.target.value)}>{kinds.map((one) => <option key={one.value} value={one.value}>{labelOf(one.label)}</option>)}</select>
        <input className="input !w-20 text-end" type="number" min={0} max={3650} aria-label={t('stages.step_days')} value={days} onChange={(event) => setDays(event.target.value)} />
        <Button type="submit" look="outline"><Plus size={13} />{t('stages.add_step')}</Button>
      </form>
    </section>
  )
}
