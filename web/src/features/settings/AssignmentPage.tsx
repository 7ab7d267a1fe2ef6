/** Who gets a lead: the rules in their order, who is away, and whom a lead would go to now. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, Pencil, Plane, Plus, Trash2, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useActs } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import { optionsOf, type FieldDef } from '@/lib/definitions'
import { formatDate } from '@/lib/format'
import type { Assignment } from '@/lib/leads'
import { openForm } from '@/lib/panels'
import { fewQuery, type Linked, type RecordData } from '@/lib/records'
import { useLabel, useLocale, useObject } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { FieldInput } from '@/ui/FieldInput'
import { Avatar, Button, cx, IconButton, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Modal } from '@/ui/overlays'
import { Blank, Bones, Failed } from '@/ui/states'
import { WhyAssigned } from '@/ui/WhyAssigned'
import { Labelled } from './Labelled'
import { CARD, faultsOf, Fault, Line, Lines, Page, Section, Switch, useTry } from './parts'
import { QuestionInput } from './QuestionInput'

const MOST = 100

export default function AssignmentPage() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const object = useObject('assignment_rule')
  const acts = useActs()
  const attempt = useTry()
  const rules = useQuery(fewQuery('assignment_rules', { sort: 'position', limit: MOST }))
  const [editing, setEditing] = useState<RecordData | 'new' | null>(null)
  const shown = rules.data?.data ?? []
  const refresh = () => queries.invalidateQueries({ queryKey: ['few', 'assignment_rules'] })
  if (!object) return null

  async function move(from: number, to: number) {
    const moved = shown[from]
    if (!moved || to < 0 || to >= shown.length) return
    const rest = shown.filter((_, at) => at !== from)
    const next = [...rest.slice(0, to), moved, ...rest.slice(to)]
    await attempt(() => Promise.all(next.flatMap((rule, at) => (rule['position'] === at + 1 ? [] : [ask('PATCH', `/assignment_rules/${rule.id}`, { body: { position: at + 1 } })]))))
    await refresh()
  }

  return (
    <Page title={t('assignment.title')} lead={t('assignment.lead')} action={<Button look="primary" onClick={() => setEditing('new')}><Plus size={15} />{t('assignment.new')}</Button>}>
      {rules.isError ? <Failed error={rules.error} onRetry={() => void rules.refetch()} /> : rules.isPending ? <Bones rows={4} className="!px-0" /> : shown.length === 0 ? (
        <Blank icon={UserPlus} title={t('assignment.none')} action={<Button look="outline" onClick={() => setEditing('new')}><Plus size={15} />{t('assignment.first')}</Button>}>{t('assignment.none_hint')}</Blank>
      ) : (
        <ol aria-label={t('assignment.title')} className={CARD}>
          {shown.map((rule, at) => (
            <li key={rule.id} className="flex min-h-14 flex-wrap items-center gap-x-2 border-b border-line py-2 ps-4 pe-2 last:border-0">
              <span className="w-5 text-fg-3 tabular-nums">{at + 1}</span>
              <span className="min-w-0 flex-1">
                <span className={cx('block truncate font-medium', rule['is_active'] !== true && 'text-fg-3')}>{rule.title}</span>
                <RuleLine rule={rule} />
              </span>
              <span className="flex items-center">
                <Switch label={t('assignment.use', { name: rule.title })} checked={rule['is_active'] === true} onChange={(on) => void acts.save(object, rule, { is_active: on }).then(refresh)} />
                <IconButton label={t('assignment.earlier', { name: rule.title })} disabled={at === 0} onClick={() => void move(at, at - 1)}><ArrowUp size={14} /></IconButton>
                <IconButton label={t('assignment.later', { name: rule.title })} disabled={at === shown.length - 1} onClick={() => void move(at, at + 1)}><ArrowDown size={14} /></IconButton>
                <IconButton label={t('assignment.change', { name: rule.title })} onClick={() => setEditing(rule)}><Pencil size={14} /></IconButton>
                <IconButton label={t('assignment.remove', { name: rule.title })} onClick={() => void acts.trash(object, rule).then(refresh)}><Trash2 size={14} /></IconButton>
              </span>
            </li>
          ))}
        </ol>
      )}
      {shown.length > 0 && <TryOut />}
      <Absences />
      {editing && <RuleDialog rule={editing === 'new' ? null : editing} position={shown.length + 1} onClose={() => setEditing(null)} onDone={() => { setEditing(null); void refresh() }} />}
    </Page>
  )
}

/** How it chooses, among whom, for which leads. */
function RuleLine({ rule }: { rule: RecordData }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const object = useObject('assignment_rule')
  const method = object?.fields.find((field) => field.name === 'method')
  const option = method && optionsOf(method).find((one) => one.value === rule['method'])
  const linked = ['person', 'people', 'team'].flatMap((name) => {
    const of = rule.linked?.[name]
    return Array.isArray(of) ? of : of ? [of] : []
  })
  const parts = [option && labelOf(option.label), linked.map((one) => one.title).join(', '), typeof rule['question'] === 'string' && rule['question'] !== '' ? t('assignment.where', { question: rule['question'] }) : t('assignment.everybody')]
  return <span className="block truncate text-meta text-fg-3">{parts.filter(Boolean).join(' · ')}</span>
}

const linkedIn = (rule: RecordData | null, name: string): Linked[] => {
  const of = rule?.linked?.[name]
  return Array.isArray(of) ? of : of ? [of] : []
}

function RuleDialog({ rule, position, onClose, onDone }: { rule: RecordData | null; position: number; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const object = useObject('assignment_rule')
  const leads = useObject('lead')
  const [values, setValues] = useState<Record<string, unknown>>(() => ({
    name: '', method: 'rotation', question: '', person: null, people: [], team: null, weights: null, most_open: null,
    ...(rule ? Object.fromEntries(['name', 'method', 'question', 'person', 'people', 'team', 'weights', 'most_open'].map((name) => [name, rule[name] ?? null])) : {}),
  }))
  const [linked, setLinked] = useState<Record<string, Linked[]>>(() => ({ person: linkedIn(rule, 'person'), people: linkedIn(rule, 'people'), team: linkedIn(rule, 'team') }))
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  if (!object || !leads) return null

  const field = (name: string) => object.fields.find((one) => one.name === name)
  const set = (name: string, value: unknown) => setValues((held) => ({ ...held, [name]: value }))
  const method = String(values['method'])
  const shares = method === 'rotation' || method === 'weighted' || method === 'capacity'
  const input = (name: string, of: FieldDef | undefined) => of && (
    <div className="flex flex-col gap-1">
      <span className="text-meta font-medium text-fg-2">{labelOf(of.label)}</span>
      <FieldInput field={of} value={values[name]} linked={linked[name] ?? []} invalid={faults[name] !== undefined} onChange={(value, now) => {
        set(name, value)
        setLinked((held) => ({ ...held, [name]: Array.isArray(now) ? now : now ? [now] : [] }))
      }} />
      {faults[name] && <span role="alert" className="text-meta text-bad">{faults[name]}</span>}
    </div>
  )

  async function save() {
    setBusy(true)
    const body = { ...values, question: String(values['question'] ?? '').trim() || null, person: method === 'person' ? values['person'] : null, people: shares ? values['people'] : [], team: shares ? values['team'] : null, weights: method === 'weighted' ? values['weights'] : null }
    try {
      if (rule) await ask('PATCH', `/assignment_rules/${rule.id}`, { body })
      else await ask('POST', '/assignment_rules', { body: { ...body, position } })
      onDone()
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }

  const weights = (values['weights'] ?? {}) as Record<string, number>
  return (
    <Modal open title={rule ? t('assignment.change', { name: rule.title }) : t('assignment.new')} onClose={onClose} width="max-w-[560px]" footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" aria-busy={busy} onClick={() => !busy && void save()}>{t('common.save')}</Button></>}>
      <div className="flex flex-col gap-4">
        <Fault>{faults['']}</Fault>
        <Labelled label={t('settings.name')} fault={faults['name']}><input className="input" value={String(values['name'] ?? '')} maxLength={120} onChange={(event) => set('name', event.target.value)} /></Labelled>
        <div className="flex flex-col gap-1">
          <span className="text-meta font-medium text-fg-2">{t('assignment.for')}</span>
          <QuestionInput object={leads} label={t('assignment.for')} value={String(values['question'] ?? '')} placeholder={'source = "web" and employees > 50'} onChange={(text) => set('question', text)} fault={faults['question']} />
        </div>
        <Labelled label={t('assignment.how')}>
          <select className="input" value={method} onChange={(event) => set('method', event.target.value)}>
            {optionsOf(field('method') as FieldDef).map((option) => <option key={option.value} value={option.value}>{labelOf(option.label)}</option>)}
          </select>
        </Labelled>
        {method === 'person' && input('person', field('person'))}
        {shares && input('people', field('people'))}
        {shares && input('team', field('team'))}
        {method === 'weighted' && (linked['people'] ?? []).length > 0 && (
          <fieldset className="flex flex-col gap-1.5">
            <legend className="mb-1 text-meta font-medium text-fg-2">{t('assignment.weights')}</legend>
            {(linked['people'] ?? []).map((one) => (
              <label key={one.id} className="flex items-center gap-2.5">
                <Avatar name={one.title} size={22} />
                <span className="min-w-0 flex-1 truncate">{one.title}</span>
                <input type="number" min={1} max={1000} aria-label={t('assignment.weight_of', { name: one.title })} className="input !w-20 text-end tabular-nums" value={weights[one.id] ?? 1} onChange={(event) => set('weights', { ...weights, [one.id]: Math.max(1, Math.min(1000, Number(event.target.value) || 1)) })} />
              </label>
            ))}
          </fieldset>
        )}
        {method === 'territory' && <p className="text-meta text-fg-3">{t('assignment.territory_hint')}</p>}
        {input('most_open', field('most_open'))}
      </div>
    </Modal>
  )
}

/** Who would get a lead now; nothing is written. */
function TryOut() {
  const { t } = useTranslation()
  const [picking, setPicking] = useState(false)
  const [lead, setLead] = useState<Linked | null>(null)
  const tried = useQuery({
    queryKey: ['assignment', 'try', lead?.id],
    queryFn: async ({ signal }) => (await ask<Assignment>('POST', '/assignment/try', { body: { id: lead?.id }, signal })).data,
    enabled: lead !== null,
    staleTime: 0,
  })
  return (
    <Section
      title={t('assignment.try')}
      lead={t('assignment.try_lead')}
      action={
        <Pop label={t('assignment.pick')} open={picking} onOpenChange={setPicking} align="end" className="w-80" trigger={<Button look="outline">{lead?.title ?? t('assignment.pick')}</Button>}>
          <LinkPicker label={t('assignment.pick')} target="lead" picked={lead ? [lead] : []} onPick={(one) => { setLead(one); setPicking(false) }} />
        </Pop>
      }
    >
      {lead && (
        <div className={cx(CARD, 'p-4')}>
          {tried.isError ? <p role="alert" className="text-bad">{reasonOf(tried.error)}</p> : !tried.data ? <Bones rows={2} className="!px-0" /> : (
            <>
              <p className="mb-3 font-medium">{tried.data.owner ? t('assignment.would_get', { name: tried.data.owner.title ?? '' }) : t('assignment.nobody_would')}</p>
              <WhyAssigned assignment={tried.data} />
            </>
          )}
        </div>
      )}
    </Section>
  )
}

/** Who is away, and who stands in: rules pass them by. */
function Absences() {
  const { t } = useTranslation()
  const locale = useLocale()
  const away = useQuery(fewQuery('absences', { sort: 'starts_on', limit: MOST, filter: 'ends_on is empty or ends_on >= today' }))
  const shown = away.data?.data ?? []
  return (
    <Section title={t('assignment.away')} lead={t('assignment.away_lead')} action={<Button look="outline" onClick={() => openForm({ kind: 'create', object: 'absence' })}><Plus size={15} />{t('assignment.add_away')}</Button>}>
      {away.isError ? <Failed error={away.error} onRetry={() => void away.refetch()} /> : shown.length === 0 ? <p className="text-fg-3">{t('assignment.nobody_away')}</p> : (
        <Lines label={t('assignment.away')}>
          {shown.map((one) => {
            const who = one.linked?.['user'] as Linked | null | undefined
            const instead = one.linked?.['substitute'] as Linked | null | undefined
            const days = [formatDate(String(one['starts_on']), locale), one['ends_on'] ? formatDate(String(one['ends_on']), locale) : '…'].join(' – ')
            return (
              <Line key={one.id} icon={<Plane size={16} />} title={who?.title ?? '?'} note={[days, instead && t('assignment.stands_in', { name: instead.title })].filter(Boolean).join(' · ')}>
                <IconButton label={t('assignment.change', { name: who?.title ?? '' })} onClick={() => openForm({ kind: 'edit', object: 'absence', id: one.id })}><Pencil size={14} /></IconButton>
              </Line>
            )
          })}
        </Lines>
      )}
    </Section>
  )
}
