/** What of a quote needs somebody's approval, why and whose; and what was asked and decided. */

import { useQueryClient } from '@tanstack/react-query'
import { CircleCheck, CircleX, Clock, Stamp } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { formatRelative } from '@/lib/format'
import { decide, type Approval, type Sheet } from '@/lib/quotes'
import { useLocale } from '@/lib/session'
import { Button } from '@/ui/kit'

const names = (people: { name: string | null }[]) => people.map((person) => person.name ?? '…').join(', ')

export function Needs({ sheet, note, onNote }: { sheet: Sheet; note: string; onNote: (note: string) => void }) {
  const { t } = useTranslation()
  const open = sheet.needs.filter((need) => !need.covered_by)
  if (!['draft', 'approved'].includes(sheet.quote.state) || sheet.needs.length === 0) return null
  return (
    <section aria-label={t('quotes.needs')} className="rounded-lg bg-surface p-4 shadow-[inset_0_0_0_1px_var(--line)]">
      <h2 className="flex items-center gap-2 pb-2 font-semibold tracking-normal"><Stamp size={15} className={open.length > 0 ? 'text-warn' : 'text-good'} />{open.length > 0 ? t('quotes.needs') : t('quotes.needs_nothing')}</h2>
      <ul className="flex flex-col gap-2.5">
        {sheet.needs.map((need) => (
          <li key={need.rule}>
            <p className="font-medium">{need.name}</p>
            <code className="block font-mono text-meta break-words text-fg-2">{need.question}</code>
            <p className="text-meta text-fg-2">{need.covered_by ? t('quotes.approved_before', { name: need.covered_by.decided_by?.name ?? '' }) : need.asked.length > 0 ? t('quotes.asks', { names: names(need.asked) }) : t('quotes.asks_nobody')}</p>
          </li>
        ))}
      </ul>
      {open.length > 0 && sheet.may_edit && (
        <textarea aria-label={t('quotes.note')} placeholder={t('quotes.note')} value={note} onChange={(event) => onNote(event.target.value)} rows={2} maxLength={2000} className="mt-3 w-full rounded-sm bg-transparent px-2 py-1.5 shadow-[inset_0_0_0_1px_var(--line-strong)] focus:outline-2 focus:outline-accent" />
      )}
    </section>
  )
}

/** Decisions that were asked for, the latest first; who is asked decides here. */
export function Passed({ approvals, onDecided }: { approvals: Approval[]; onDecided: () => void }) {
  const { t } = useTranslation()
  if (approvals.length === 0) return null
  return (
    <section aria-label={t('quotes.decisions')}>
      <h2 className="pb-1 text-meta font-semibold tracking-normal text-fg-2">{t('quotes.decisions')}</h2>
      <ul className="flex flex-col gap-3">{approvals.map((one) => <Decision key={one.id} one={one} onDecided={onDecided} />)}</ul>
    </section>
  )
}

function Decision({ one, onDecided }: { one: Approval; onDecided: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const Icon = one.state === 'approved' ? CircleCheck : one.state === 'refused' ? CircleX : Clock
  const tone = one.state === 'approved' ? 'text-good' : one.state === 'refused' ? 'text-bad' : 'text-fg-3'
  const said = one.state === 'approved' ? t('quotes.approved_by', { name: one.decided_by?.name ?? '' }) : one.state === 'refused' ? t('quotes.refused_by', { name: one.decided_by?.name ?? '' }) : one.state === 'withdrawn' ? t('quotes.was_taken_back') : one.state === 'pending' ? t('quotes.comes_later') : t('quotes.waits_for', { names: names(one.asked) })
  return (
    <li className="flex gap-2">
      <Icon size={15} className={`mt-0.5 shrink-0 ${tone}`} />
      <div className="min-w-0 flex-1">
        <p>{one.rule}</p>
        <p className="text-meta text-fg-2">{said} · {formatRelative(one.decided_at ?? one.requested_at, locale)}</p>
        {one.decided_for && <p className="text-meta text-fg-3">{t('quotes.in_place_of', { name: one.decided_for.name ?? '' })}</p>}
        {one.comment && <p className="break-words">“{one.comment}”</p>}
        {one.may_decide && <Decide id={one.id} onDecided={onDecided} />}
      </div>
    </li>
  )
}

/** Yes, or no with a reason. */
export function Decide({ id, onDecided }: { id: string; onDecided: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [comment, setComment] = useState('')
  const [asksWhy, setAsksWhy] = useState(false)
  const [busy, setBusy] = useState(false)
  async function say(approve: boolean) {
    if (!approve && comment.trim() === '') return setAsksWhy(true)
    setBusy(true)
    try {
      await decide(id, approve, comment.trim())
      notify({ text: approve ? t('quotes.you_approved') : t('quotes.you_refused') })
    } catch (error) {
      notify({ text: reasonOf(error), tone: 'bad' })
    }
    setBusy(false)
    await queries.invalidateQueries({ queryKey: ['approvals'] })
    onDecided()
  }
  return (
    <div className="mt-2 flex flex-col gap-2">
      <textarea aria-label={t('quotes.comment')} aria-invalid={asksWhy && comment.trim() === ''} placeholder={asksWhy ? t('quotes.why_not') : t('quotes.comment')} value={comment} onChange={(event) => setComment(event.target.value)} rows={2} maxLength={2000} className="w-full rounded-sm bg-transparent px-2 py-1.5 shadow-[inset_0_0_0_1px_var(--line-strong)] focus:outline-2 focus:outline-accent" />
      <div className="flex gap-2">
        <Button look="primary" disabled={busy} onClick={() => void say(true)}>{t('quotes.approve')}</Button>
        <Button look="outline" disabled={busy} onClick={() => void say(false)}>{t('quotes.refuse')}</Button>
      </div>
    </div>
  )
}
