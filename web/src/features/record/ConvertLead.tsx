/** A lead becomes a contact, a company, a deal: who may be there already is shown first. */

import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { ask, Problem, reasonOf } from '@/lib/api'
import { objectByName, type FieldDef } from '@/lib/definitions'
import { formatInteger } from '@/lib/format'
import { conversionQuery, type Candidate, type Converted, type ConversionPlan, type Part, type Planned } from '@/lib/leads'
import { undoChange, type Linked, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { FieldInput } from '@/ui/FieldInput'
import { Button, cx, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Modal } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'

type Name = 'contact' | 'company' | 'deal'
const NAMES: readonly Name[] = ['contact', 'company', 'deal']

/** What is looked at before a new one is made; the rest comes along unseen. */
const SHOWN: Record<Name, readonly string[]> = { contact: ['first_name', 'last_name', 'email'], company: ['name'], deal: ['name', 'amount', 'pipeline'] }

/** `null` is none; an id is one that is there. */
type Choice = 'new' | null | Linked

export default function ConvertLead({ record, onClose, onDone }: { record: RecordData; onClose: () => void; onDone: () => Promise<void> }) {
  const { t } = useTranslation()
  const plan = useQuery(conversionQuery(record.id))
  return plan.data ? <Convert key="plan" record={record} plan={plan.data} onClose={onClose} onDone={onDone} /> : (
    <Modal open title={t('convert.title', { title: record.title })} onClose={onClose} width="max-w-[640px]">
      {plan.isError ? <Failed error={plan.error} onRetry={() => void plan.refetch()} /> : <Bones rows={6} className="!px-0" />}
    </Modal>
  )
}

/** One that is certainly the same is taken; else a new one, where there is something to call it by. */
function likely(name: Name, planned: Planned | null): Choice {
  if (!planned) return null
  const same = planned.candidates.find((one) => one.certain)
  if (same) return { id: same.id, object: same.object, title: same.title }
  return name === 'company' && !planned.values['name'] ? null : 'new'
}

function Convert({ record, plan, onClose, onDone }: { record: RecordData; plan: ConversionPlan; onClose: () => void; onDone: () => Promise<void> }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const navigate = useNavigate()
  const [choices, setChoices] = useState<Record<Name, Choice>>(() => ({ contact: likely('contact', plan.contact), company: likely('company', plan.company), deal: likely('deal', plan.deal) }))
  const [typed, setTyped] = useState<Record<Name, Record<string, unknown>>>({ contact: {}, company: {}, deal: {} })
  const [linked, setLinked] = useState<Record<string, Linked[]>>({})
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const moves = Object.entries(plan.moves).map(([name, count]) => `${labelOf(objectByName(definitions, name)?.label_plural).toLocaleLowerCase(locale)} (${formatInteger(count, locale)})`)

  const part = (name: Name): Part => {
    const choice = choices[name]
    return choice === null ? null : choice === 'new' ? { new: typed[name] } : { existing: choice.id }
  }
  async function convert() {
    setBusy(true)
    setFault(null)
    try {
      // Who may be there already was shown and passed by.
      const answer = await ask<Converted>('POST', `/leads/${record.id}/conversion`, { body: { contact: part('contact'), company: part('company'), deal: part('deal'), despite_candidates: true } })
      await onDone()
      const change = answer.change
      notify({ text: t('convert.done', { title: record.title }), ...(change ? { action: { label: t('undo.undo'), run: () => void undoChange(change).then(onDone).catch((error: unknown) => notify({ text: reasonOf(error), tone: 'bad' })) } } : {}) })
      onClose()
      const { deal, contact } = answer.data
      if (deal) void navigate({ to: '/o/$plural/$id', params: { plural: 'deals', id: deal }, search: {} })
      else if (contact) void navigate({ to: '/o/$plural/$id', params: { plural: 'contacts', id: contact }, search: {} })
    } catch (error) {
      setFault(error instanceof Problem && error.fields.length > 0 ? error.fields.map((one) => one.detail).join(' ') : reasonOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal open title={t('convert.title', { title: record.title })} onClose={onClose} width="max-w-[640px]" footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" aria-busy={busy} disabled={choices.contact === null && choices.company === null} onClick={() => !busy && void convert()}>{t('convert.convert')}</Button></>}>
      <div className="flex flex-col gap-5">
        {fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{fault}</p>}
        {NAMES.map((name) => {
          const planned = plan[name]
          const object = objectByName(definitions, name)
          if (!planned || !object) return null
          const choice = choices[name]
          return (
            <fieldset key={name} className="flex flex-col gap-2">
              <legend className="mb-2 font-semibold">{labelOf(object.label)}</legend>
              <Choices name={name} label={labelOf(object.label)} planned={planned} choice={choice} onChoose={(next) => setChoices((held) => ({ ...held, [name]: next }))} />
              {choice === 'new' && (
                <div className="grid grid-cols-2 gap-3 ps-7 max-md:grid-cols-1">
                  {SHOWN[name].flatMap((field) => object.fields.find((one) => one.name === field) ?? []).map((field) => (
                    <New key={field.name} field={field} value={field.name in typed[name] ? typed[name][field.name] : planned.values[field.name]} linked={linked[`${name}.${field.name}`] ?? []} onChange={(value, now) => {
                      setTyped((held) => ({ ...held, [name]: { ...held[name], [field.name]: value } }))
                      setLinked((held) => ({ ...held, [`${name}.${field.name}`]: Array.isArray(now) ? now : now ? [now] : [] }))
                    }} />
                  ))}
                </div>
              )}
            </fieldset>
          )
        })}
        {moves.length > 0 && <p className="text-meta text-fg-3">{t('convert.moves', { what: moves.join(', ') })}</p>}
      </div>
    </Modal>
  )
}

function New({ field, value, linked, onChange }: { field: FieldDef; value: unknown; linked: Linked[]; onChange: (value: unknown, linked?: Linked | Linked[] | null) => void }) {
  const labelOf = useLabel()
  const id = `convert-${field.name}`
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-meta font-medium text-fg-2">{labelOf(field.label)}</label>
      <FieldInput id={id} field={field} value={value} linked={linked} onChange={onChange} />
    </div>
  )
}

/** One that is there, a new one, or none. */
function Choices({ name, label, planned, choice, onChoose }: { name: Name; label: string; planned: Planned; choice: Choice; onChoose: (choice: Choice) => void }) {
  const { t } = useTranslation()
  const [picking, setPicking] = useState(false)
  const picked = choice !== 'new' && choice !== null ? choice : null
  const other = picked && !planned.candidates.some((one) => one.id === picked.id) ? picked : null
  const candidates: Candidate[] = other ? [...planned.candidates, { ...other, subtitle: null, reasons: [], certain: false }] : planned.candidates
  return (
    <div role="radiogroup" aria-label={label} className="flex flex-col">
      {candidates.map((one) => (
        <Radio key={one.id} name={name} checked={picked?.id === one.id} onCheck={() => onChoose({ id: one.id, object: one.object, title: one.title })}>
          <span className="truncate font-medium">{one.title}</span>
          <span className="truncate text-meta text-fg-3">{[one.subtitle, one.certain ? t('convert.same') : one.reasons.length > 0 ? t('convert.perhaps') : null].filter(Boolean).join(' · ')}</span>
        </Radio>
      ))}
      <Radio name={name} checked={choice === 'new'} onCheck={() => onChoose('new')}>{t('convert.new')}</Radio>
      <Radio name={name} checked={choice === null} onCheck={() => onChoose(null)}>{t('convert.none')}</Radio>
      <Pop label={t('convert.other')} open={picking} onOpenChange={setPicking} className="w-80" trigger={<Button size="sm" className="ms-5 self-start">{t('convert.other')}</Button>}>
        <LinkPicker label={t('convert.other')} target={name} picked={picked ? [picked] : []} onPick={(one) => { onChoose(one); setPicking(false) }} />
      </Pop>
    </div>
  )
}

function Radio({ name, checked, onCheck, children }: { name: string; checked: boolean; onCheck: () => void; children: React.ReactNode }) {
  return (
    <label className={cx('flex min-h-8 cursor-pointer items-center gap-2.5 rounded-sm px-1 hover:bg-hover max-md:min-h-11', checked && 'font-medium')}>
      <input type="radio" name={`convert-${name}`} checked={checked} onChange={onCheck} className="size-4 shrink-0 accent-[var(--accent)]" />
      <span className="flex min-w-0 items-baseline gap-2">{children}</span>
    </label>
  )
}
