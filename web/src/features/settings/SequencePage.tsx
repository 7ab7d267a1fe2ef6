/** One sequence: when its letters go, its steps, and what each came to; every figure opens whose it is. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Ellipsis, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { ask } from '@/lib/api'
import { useActs } from '@/lib/actions'
import { formatNumber } from '@/lib/format'
import { mailboxesQuery } from '@/lib/mail'
import { recordQuery, type RecordData } from '@/lib/records'
import { FIGURE_WORDS, FIGURES, figuresQuery, STATE_WORDS, STATES, type Figure, type Figures, type State, type StepFigures } from '@/lib/sequences'
import { useLocale, useObject } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Drop, DropItem, IconButton } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'
import { Labelled } from './Labelled'
import { Card, CARD, faultsOf, Page, SaveBar, Section, SwitchLine } from './parts'
import SequenceSteps from './SequenceSteps'

const SequencePeople = lazy(() => import('./SequencePeople'))

/** Whose figure is opened. */
export type Opened = { state: State } | { step: string; title: string; what: Figure }

export default function SequencePage() {
  const { t } = useTranslation()
  const id = useParams({ strict: false }).id ?? ''
  const navigate = useNavigate()
  const queries = useQueryClient()
  const acts = useActs()
  const object = useObject('mail_sequence')
  const record = useQuery(recordQuery('mail_sequences', id))
  const figures = useQuery(figuresQuery(id))
  const [opened, setOpened] = useState<Opened | null>(null)
  if (record.isError) return <Failed error={record.error} onRetry={() => void record.refetch()} />
  if (!record.data || !figures.data) return figures.isError ? <Failed error={figures.error} onRetry={() => void figures.refetch()} /> : <Page title={t('sequences.title')}><Bones rows={6} className="!px-0" /></Page>
  const mayChange = object?.can.update === true
  async function remove() {
    if (!object || !record.data) return
    await acts.trash(object, record.data)
    await queries.invalidateQueries({ queryKey: ['few', 'mail_sequences'] })
    await navigate({ to: '/settings/sequences' })
  }
  return (
    <Page
      wide
      back={{ to: '/settings/sequences', label: t('sequences.title') }}
      title={record.data.title}
      action={object?.can.delete && <Drop align="end" trigger={<IconButton label={t('sequences.more', { name: record.data.title })}><Ellipsis size={16} /></IconButton>}><DropItem icon={<Trash2 size={14} />} onClick={() => void remove()}>{t('sequences.remove')}</DropItem></Drop>}
    >
      <States figures={figures.data} onOpen={(state) => setOpened({ state })} />
      <SequenceSteps key={figures.data.steps.map((step) => step.id).join()} id={id} steps={figures.data.steps} mayChange={mayChange} />
      {figures.data.steps.some((step) => step.begun > 0) && <Came steps={figures.data.steps} onOpen={setOpened} />}
      <Settings key={record.data.version} record={record.data} mayChange={mayChange} />
      <Suspense>{opened && <SequencePeople id={id} opened={opened} onClose={() => setOpened(null)} />}</Suspense>
    </Page>
  )
}

/** How many are where. */
function States({ figures, onOpen }: { figures: Figures; onOpen: (state: State) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <ul aria-label={t('sequences.people')} className="grid grid-cols-4 gap-3 max-md:grid-cols-2">
      {STATES.map((state) => {
        const count = figures.states[state] ?? 0
        return (
          <li key={state}>
            <button type="button" disabled={count === 0} onClick={() => onOpen(state)} className={`${CARD} flex w-full flex-col gap-0.5 px-4 py-3 text-start enabled:hover:bg-hover`}>
              <span className="text-meta text-fg-2">{t(STATE_WORDS[state])}</span>
              <span className="text-title font-semibold tabular-nums">{formatNumber(count, locale)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** What the letters of each step came to. */
function Came({ steps, onOpen }: { steps: StepFigures[]; onOpen: (opened: Opened) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const titleOf = (step: StepFigures, at: number) => `${at + 1}. ${t(step.kind === 'mail' ? 'sequences.letter' : 'sequences.task')}`
  return (
    <Section title={t('sequences.figures')} lead={t('sequences.figures_lead')}>
      <div className={`${CARD} overflow-x-auto`} tabIndex={0} role="region" aria-label={t('sequences.figures')}>
        <table className="w-full text-end tabular-nums">
          <thead><tr className="border-b border-line text-meta text-fg-3"><th scope="col" className="px-4 py-2 text-start font-medium">{t('sequences.step')}</th>{FIGURES.map((what) => <th key={what} scope="col" className="px-3 py-2 font-medium">{t(FIGURE_WORDS[what])}</th>)}</tr></thead>
          <tbody>
            {steps.map((step, at) => (
              <tr key={step.id} className="border-b border-line last:border-0">
                <th scope="row" className="px-4 py-1.5 text-start font-medium whitespace-nowrap">{titleOf(step, at)}</th>
                {FIGURES.map((what) => {
                  const count = step[what]
                  const share = what === 'sent' || step.sent === 0 ? '' : ` · ${formatNumber(Math.round((count / step.sent) * 100), locale)} %`
                  if (step.kind === 'task' && what !== 'sent') return <td key={what} className="px-3 py-1.5 text-fg-3">–</td>
                  return <td key={what} className="px-3 py-1.5">{count === 0 ? <span className="text-fg-3">0</span> : <button type="button" aria-label={`${titleOf(step, at)}: ${t(FIGURE_WORDS[what])} ${count}`} onClick={() => onOpen({ step: step.id, title: titleOf(step, at), what })} className="min-h-8 rounded-xs px-1 whitespace-nowrap hover:text-accent-text hover:underline">{formatNumber(count, locale)}<span className="text-fg-3">{share}</span></button>}</td>
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

interface Fields {
  name: string
  description: string
  mailbox: string
  sends_from: string
  sends_until: string
  offers_leave: boolean
  paused: boolean
}

function fieldsOf(record: RecordData): Fields {
  const text = (name: string) => (typeof record[name] === 'string' ? String(record[name]) : '')
  return { name: text('name'), description: text('description'), mailbox: text('mailbox'), sends_from: text('sends_from'), sends_until: text('sends_until'), offers_leave: record['offers_leave'] === true, paused: record['paused'] === true }
}

function Settings({ record, mayChange }: { record: RecordData; mayChange: boolean }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const mailboxes = useQuery(mailboxesQuery)
  const [begun] = useState(() => fieldsOf(record))
  const [fields, setFields] = useState(begun)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const change = (part: Partial<Fields>) => setFields((held) => ({ ...held, ...part }))
  const text = (name: keyof Fields) => ({ value: String(fields[name]), disabled: !mayChange, onChange: (event: { target: { value: string } }) => change({ [name]: event.target.value }) })
  const linked = record.linked?.['mailbox']
  const named = linked && !Array.isArray(linked) ? linked : null
  const own = mailboxes.data ?? []

  async function save() {
    setBusy(true)
    setFaults({})
    try {
      await ask('PATCH', `/mail_sequences/${record.id}`, { body: { ...fields, description: fields.description || null, mailbox: fields.mailbox || null } })
      await Promise.all([queries.invalidateQueries({ queryKey: ['record', 'mail_sequences', record.id] }), queries.invalidateQueries({ queryKey: ['few', 'mail_sequences'] })])
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Section title={t('sequences.settings')}>
      <Card>
        {faults[''] && <p role="alert" className="text-bad">{faults['']}</p>}
        <div className="grid gap-4 sm:grid-cols-2">
          <Labelled label={t('sequences.name')} fault={faults['name']}><input className="input" maxLength={120} {...text('name')} /></Labelled>
          <Labelled label={t('sequences.mailbox')} help={t('sequences.mailbox_hint')} fault={faults['mailbox']}>
            <select className="input" {...text('mailbox')}><option value="">{t('sequences.own_mailbox')}</option>{named && !own.some((one) => one.id === named.id) && <option value={named.id}>{named.title}</option>}{own.map((one) => <option key={one.id} value={one.id}>{`${one.name} <${one.address}>`}</option>)}</select>
          </Labelled>
        </div>
        <Labelled label={t('sequences.description')} fault={faults['description']}><input className="input" maxLength={400} {...text('description')} /></Labelled>
        <div className="grid grid-cols-2 gap-4">
          <Labelled label={t('sequences.from')} help={t('sequences.their_time')} fault={faults['sends_from']}><input className="input" type="time" {...text('sends_from')} /></Labelled>
          <Labelled label={t('sequences.until')} fault={faults['sends_until']}><input className="input" type="time" {...text('sends_until')} /></Labelled>
        </div>
        <SwitchLine label={t('sequences.leave')} hint={t('sequences.leave_hint')} checked={fields.offers_leave} disabled={!mayChange} onChange={(offers_leave) => change({ offers_leave })} />
        <SwitchLine label={t('sequences.paused_whole')} hint={t('sequences.paused_hint')} checked={fields.paused} disabled={!mayChange} onChange={(paused) => change({ paused })} />
      </Card>
      <SaveBar dirty={JSON.stringify(fields) !== JSON.stringify(begun)} busy={busy} onSave={() => void save()} onReset={() => setFields(begun)} />
    </Section>
  )
}
