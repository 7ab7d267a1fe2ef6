/** What is to be foretold: of which records, as a question; from when to when; from which fields. */

import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import { predictionsQuery, savePrediction, type Asked, type Prediction } from '@/lib/predictions'
import { useDefinitions, useLabel } from '@/lib/session'
import { FilterBar } from '@/ui/filter/FilterBar'
import { Button } from '@/ui/kit'
import { SidePanel } from '@/ui/overlays'
import { usePhone } from '@/ui/usePhone'
import { codeOf } from './words'

const NEW: Asked = { name: '', code: '', object: 'contact', outcome: '', among: null, decided: null, starts: null, ends: null, fields: null, trusted: [], every_days: 7 }
/** Types of fields that something can be learned from. */
const SERVE = ['integer', 'number', 'money', 'boolean', 'text', 'choice', 'link', 'date', 'time', 'formula', 'roll_up']

export function PredictionForm({ before, preset, onClose }: { before?: Prediction; preset?: Partial<Asked>; onClose: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const [asked, setAsked] = useState<Asked>(() => {
    if (!before) return { ...NEW, ...preset }
    const { name, code, object, outcome, among, decided, starts, ends, fields, trusted, every_days } = before
    return { name, code, object, outcome, among, decided, starts, ends, fields, trusted, every_days }
  })
  const [fault, setFault] = useState('')
  const [isSaving, setIsSaving] = useState(false)
  const objects = (definitions?.objects ?? []).filter((one) => one.can.read && one.area !== 'system')
  const object = objects.find((one) => one.name === asked.object)
  const days = (object?.fields ?? []).filter((field) => ['date', 'time'].includes(field.type))
  const serving = (object?.fields ?? []).filter((field) => SERVE.includes(field.type) && !field.unique)
  const set = (next: Partial<Asked>) => setAsked((held) => ({ ...held, ...next }))
  const isReady = asked.name.trim() !== '' && asked.outcome.trim() !== ''

  async function save() {
    if (!isReady || isSaving) return
    setIsSaving(true)
    try {
      await savePrediction({ ...asked, code: asked.code || codeOf(asked.name) }, before?.id)
      await queries.invalidateQueries({ queryKey: predictionsQuery.queryKey })
      notify({ text: t('foretold.begun', { name: asked.name.trim() }) })
      onClose()
    } catch (error) {
      setFault(reasonOf(error))
      setIsSaving(false)
    }
  }

  const title = before ? t('foretold.change') : t('foretold.new')
  return (
    <SidePanel open onClose={onClose} title={<span className="truncate">{title}</span>} footer={(
      <div className="flex flex-1 items-center gap-2">
        <p role="alert" className="min-w-0 flex-1 text-bad">{fault}</p>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="primary" disabled={!isReady || isSaving} onClick={() => void save()}>{t('foretold.learn')}</Button>
      </div>
    )}>
      <div tabIndex={0} role="region" aria-label={title} className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4">
        <Field label={t('foretold.name')}><input value={asked.name} maxLength={80} onChange={(event) => set({ name: event.target.value })} className="input" /></Field>
        <Field label={t('foretold.code')} hint={t('foretold.code_is')}>
          <input value={asked.code} maxLength={30} disabled={before !== undefined} placeholder={asked.name ? codeOf(asked.name) : ''} onChange={(event) => set({ code: event.target.value })} className="input" />
        </Field>
        <Field label={t('foretold.object')}>
          <select value={asked.object} disabled={before !== undefined} onChange={(event) => set({ object: event.target.value, outcome: '', among: null, decided: null, starts: null, ends: null, fields: null })} className="input">
            {objects.map((one) => <option key={one.name} value={one.name}>{labelOf(one.label_plural)}</option>)}
          </select>
        </Field>
        {object && (
          <>
            <Asks label={t('foretold.outcome')} hint={t('foretold.outcome_is')} object={object} question={asked.outcome} onQuestion={(outcome) => set({ outcome })} />
            <Asks label={t('foretold.decided')} hint={t('foretold.decided_is')} object={object} question={asked.decided ?? ''} onQuestion={(decided) => set({ decided: decided || null })} />
            <Asks label={t('foretold.among')} hint={t('foretold.among_is')} object={object} question={asked.among ?? ''} onQuestion={(among) => set({ among: among || null })} />
            <div className="grid grid-cols-2 gap-3">
              <DayOf label={t('foretold.starts')} days={days} value={asked.starts} onChange={(starts) => set({ starts })} />
              <DayOf label={t('foretold.ends')} days={days} value={asked.ends} onChange={(ends) => set({ ends })} />
            </div>
            <Field label={t('foretold.every')}>
              <input type="number" min={1} max={366} value={asked.every_days} onChange={(event) => set({ every_days: Number(event.target.value) || 7 })} className="input" />
            </Field>
            <details>
              <summary className="cursor-pointer text-meta font-medium text-fg-2">{asked.fields ? t('foretold.fields_some', { count: asked.fields.length }) : t('foretold.fields_all')}</summary>
              <ul className="mt-2 grid grid-cols-2 gap-x-4 gap-y-1 max-md:grid-cols-1">
                {serving.map((field) => (
                  <li key={field.name}>
                    <label className="flex items-center gap-2">
                      <input type="checkbox" checked={asked.fields === null || asked.fields.includes(field.name)} onChange={(event) => set({ fields: chosen(asked.fields ?? serving.map((one) => one.name), field.name, event.target.checked) })} />
                      <span className="truncate">{labelOf(field.label)}</span>
                    </label>
                  </li>
                ))}
              </ul>
            </details>
          </>
        )}
      </div>
    </SidePanel>
  )
}

function chosen(names: string[], name: string, isChosen: boolean): string[] {
  return isChosen ? [...names, name] : names.filter((one) => one !== name)
}

function Field({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/label-has-associated-control
    <label className="flex flex-col gap-1">
      <span className="text-meta font-medium text-fg-2">{label}</span>
      {children}
      {hint && <span className="text-meta text-fg-3">{hint}</span>}
    </label>
  )
}

/** A question about the object, built as a filter of its list. */
export function Asks({ label, hint, object, question, onQuestion }: { label: string; hint?: string; object: ObjectDef; question: string; onQuestion: (question: string) => void }) {
  const phone = usePhone()
  const [adding, setAdding] = useState<boolean | string>(false)
  return (
    <div role="group" aria-label={label} className="flex flex-col gap-1">
      <span className="text-meta font-medium text-fg-2">{label}</span>
      <div className="flex min-w-0 flex-wrap items-center gap-1.5 rounded-md px-3 py-2.5 shadow-[inset_0_0_0_1px_var(--line)]">
        <FilterBar object={object} fields={object.fields} filter={question} phone={phone} adding={adding} onAdding={setAdding} onFilter={onQuestion} />
      </div>
      {hint && <span className="text-meta text-fg-3">{hint}</span>}
    </div>
  )
}

function DayOf({ label, days, value, onChange }: { label: string; days: FieldDef[]; value: string | null; onChange: (name: string | null) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  return (
    <Field label={label}>
      <select value={value ?? ''} onChange={(event) => onChange(event.target.value || null)} className="input">
        <option value="">{t('foretold.no_field')}</option>
        {days.map((field) => <option key={field.name} value={field.name}>{labelOf(field.label)}</option>)}
      </select>
    </Field>
  )
}
