/** A new segment: by conditions that are counted while they are written, or by hand. */

import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ChartPie } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { createRecord } from '@/lib/records'
import { useObject } from '@/lib/session'
import { Button, Segments } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { Page, PartyChoice, Section, useChoices, useParty } from '../parts'
import { Builder } from './Builder'
import { Counted } from './Counted'

export default function NewSegmentPage() {
  const { t } = useTranslation()
  const may = useObject('segment')?.can.create
  return (
    <Page icon={ChartPie} title={t('segments.new')} tools={<PartyChoice />}>
      {may ? <Form /> : <Blank icon={ChartPie} title={t('state.no_right')}>{t('state.no_right_ask')}</Blank>}
    </Page>
  )
}

function Form() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const party = useParty()
  const [search, choose] = useChoices()
  const kind = search['kind'] === 'fixed' ? 'fixed' : 'dynamic'
  const question = search['question'] ?? ''
  const [name, setName] = useState(search['name'] ?? '')
  const [description, setDescription] = useState('')
  const [isSaving, setIsSaving] = useState(false)
  const lacksName = name.trim() === ''
  const lacksQuestion = kind === 'dynamic' && question.trim() === ''
  /** Whoever asked to save is told what is missing. */
  const [isTold, setIsTold] = useState(false)
  const nameField = useRef<HTMLInputElement>(null)

  async function save() {
    if (isSaving) return
    if (lacksName || lacksQuestion) {
      setIsTold(true)
      if (lacksName) nameField.current?.focus()
      return
    }
    setIsSaving(true)
    try {
      const made = await createRecord('segments', {
        name: name.trim(), holds: party, kind, ...(kind === 'dynamic' ? { question } : {}), ...(description.trim() ? { description: description.trim() } : {}),
      })
      await queries.invalidateQueries({ queryKey: ['list', 'segments'] })
      notify({ text: t('segments.made_notice', { name: name.trim() }) })
      void navigate({ to: '/segments/$id', params: { id: made.data.id }, search: {} })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
      setIsSaving(false)
    }
  }

  return (
    <div className="flex flex-col gap-6">
      <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
        <label className="flex flex-col gap-1">
          <span className="text-meta font-medium text-fg-2">{t('segments.name')}</span>
          {/* Whoever comes here begins with the name. */}
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
          <input ref={nameField} autoFocus required aria-invalid={isTold && lacksName} maxLength={120} value={name} onChange={(event) => setName(event.target.value)} className="input" />
          {isTold && lacksName && <span role="alert" className="text-meta text-bad">{t('form.required')}</span>}
        </label>
        <label className="flex flex-col gap-1">
          <span className="text-meta font-medium text-fg-2">{t('segments.description')}</span>
          <input maxLength={400} value={description} onChange={(event) => setDescription(event.target.value)} className="input" />
        </label>
      </div>
      <Section title={t('segments.who')} tools={<Segments label={t('segments.made')} value={kind} options={[{ value: 'dynamic', label: t('segments.by_conditions') }, { value: 'fixed', label: t('segments.by_hand') }]} onChange={(next) => choose({ kind: next === 'fixed' ? next : undefined })} />}>
        {kind === 'fixed' ? <p className="text-fg-2">{t('segments.by_hand_hint')}</p> : (
          <div className="flex flex-col gap-4">
            <Builder key={party} party={party} question={question} onQuestion={(next) => choose({ question: next || undefined })} />
            {isTold && lacksQuestion && <p role="alert" className="text-meta text-bad">{t('segments.no_conditions')}</p>}
            <Counted party={party} question={question} />
          </div>
        )}
      </Section>
      <div className="flex justify-end gap-2 border-t border-line pt-4">
        <Button onClick={() => void navigate({ to: '/segments', search: {} })}>{t('common.cancel')}</Button>
        <Button look="primary" onClick={() => void save()} aria-busy={isSaving}>{t('segments.save')}</Button>
      </div>
    </div>
  )
}
