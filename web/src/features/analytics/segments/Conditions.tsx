/** Changes what a segment asks for; everybody is looked at anew once it is saved. */

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { saveRecord } from '@/lib/records'
import type { Segment, Standing } from '@/lib/segments'
import { useObject } from '@/lib/session'
import { Button } from '@/ui/kit'
import { Builder } from './Builder'
import { Counted } from './Counted'

export default function Conditions({ segment, standing }: { segment: Segment; standing: Standing }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const may = useObject('segment')?.can.update === true
  const saved = standing.question ?? ''
  const [name, setName] = useState(segment.name)
  const [question, setQuestion] = useState(saved)
  const [isSaving, setIsSaving] = useState(false)
  const isChanged = question !== saved || (name.trim() !== '' && name.trim() !== segment.name)

  async function save() {
    setIsSaving(true)
    try {
      await saveRecord('segments', segment.id, { question, name: name.trim() || segment.name })
      await Promise.all([['record', 'segments', segment.id], ['segments', segment.id], ['list', 'segments']].map((queryKey) => queries.invalidateQueries({ queryKey })))
      notify({ text: t('segments.changed_notice') })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
    setIsSaving(false)
  }

  return (
    <section aria-label={t('segments.conditions')} className="flex flex-col gap-4">
      {may && (
        <label className="flex max-w-md flex-col gap-1">
          <span className="text-meta font-medium text-fg-2">{t('segments.name')}</span>
          <input maxLength={120} value={name} onChange={(event) => setName(event.target.value)} className="input" />
        </label>
      )}
      <Builder party={standing.holds} question={question} onQuestion={setQuestion} />
      <Counted party={standing.holds} question={question} />
      {may && isChanged && (
        <div className="sticky bottom-0 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-surface py-3">
          <p className="flex-1 basis-60 text-fg-2">{t('segments.change_hint')}</p>
          <Button onClick={() => { setQuestion(saved); setName(segment.name) }}>{t('common.cancel')}</Button>
          <Button look="primary" disabled={question.trim() === ''} aria-busy={isSaving} onClick={() => void save()}>{t('common.save')}</Button>
        </div>
      )}
    </section>
  )
}
