/** An answer to a form that was held back: why, and what becomes of it. */

import { useQueryClient } from '@tanstack/react-query'
import { Check, X } from 'lucide-react'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import { refreshObject, type RecordData } from '@/lib/records'
import { useTranslation } from '@/lib/useTranslation'
import { Button } from '@/ui/kit'

const REASONS = { fast: 'answer.fast', trap: 'answer.trap', stamp: 'answer.stamp', again: 'answer.again', often: 'answer.often', links: 'answer.links' } as const

const isReason = (word: string): word is keyof typeof REASONS => word in REASONS

export default function AnswerWork({ object, record }: { object: ObjectDef; record: RecordData }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const said = (record['said'] ?? {}) as Record<string, unknown>
  const reasons = String(record['reasons'] ?? '').split(' ').filter(isReason)
  const isHeld = record['state'] === 'held' || record['state'] === 'refused'

  async function decide(accept: boolean) {
    setBusy(true)
    try {
      await ask('POST', `/form_answers/${record.id}/decision`, { body: { accept } })
      await queries.invalidateQueries({ queryKey: ['record', 'form_answers', record.id] })
      for (const plural of ['form_answers', 'leads', 'forms']) refreshObject(queries, plural)
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }

  return (
    <section aria-label={t('answer.work')} className="flex flex-col gap-3 rounded-md px-3.5 py-3 shadow-[inset_0_0_0_1px_var(--line)]">
      {isHeld && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <span className="min-w-0 flex-1">{t('answer.held', { why: reasons.map((reason) => t(REASONS[reason])).join(', ') })}</span>
          {object.can.update && record['state'] === 'held' && <Button look="outline" aria-busy={busy} onClick={() => !busy && void decide(false)}><X size={14} />{t('answer.refuse')}</Button>}
          {object.can.update && <Button look="primary" aria-busy={busy} onClick={() => !busy && void decide(true)}><Check size={14} />{t('answer.let_go')}</Button>}
        </div>
      )}
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
        {Object.entries(said).map(([name, value]) => (
          <div key={name} className="contents"><dt className="text-fg-3">{name}</dt><dd className="break-words whitespace-pre-wrap select-text">{typeof value === 'string' ? value : JSON.stringify(value)}</dd></div>
        ))}
      </dl>
    </section>
  )
}
