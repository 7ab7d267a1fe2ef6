/** Who is invited to this meeting by mail and what they said; or who invites, and one's own answer. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { CalendarCheck2, Check, HelpCircle, ShieldAlert, X } from 'lucide-react'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import { formatRelative, formatTime } from '@/lib/format'
import { invitationQuery, movedTo, type Attendee, type GuestState, type Invitation as Asked, type Proposal } from '@/lib/invitations'
import { refreshObject, type RecordData } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { LinkChip } from '@/ui/FieldValue'
import { Button, Pill } from '@/ui/kit'
import { Bone, Failed } from '@/ui/states'

const STATES = { waiting: 'invitation.waiting', accepted: 'invitation.accepted', tentative: 'invitation.tentative', declined: 'invitation.declined' } as const
const HUES: Record<GuestState, number | undefined> = { waiting: undefined, accepted: 145, tentative: 240, declined: 20 }

export default function Invitation({ object, record }: { object: ObjectDef; record: RecordData }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const asked = useQuery(invitationQuery(record.id, record['version']))
  const [busy, setBusy] = useState(false)

  async function change(work: () => Promise<unknown>, said?: string) {
    setBusy(true)
    try {
      await work()
      await queries.invalidateQueries({ queryKey: ['record', object.plural, record.id] })
      await queries.invalidateQueries({ queryKey: ['invitation', record.id] })
      refreshObject(queries, object.plural)
      await queries.invalidateQueries({ queryKey: ['timeline'] })
      if (said) notify({ text: said })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }

  if (asked.isError) return <Failed error={asked.error} onRetry={() => void asked.refetch()} />
  if (!asked.data) return <Bone className="h-11 w-full" />
  if (asked.data.side === null) return null
  if (asked.data.side === 'guest') return <Mine record={record} asked={asked.data} busy={busy} change={change} />
  return <Guests object={object} record={record} asked={asked.data} busy={busy} change={change} />
}

type Change = (work: () => Promise<unknown>, said?: string) => Promise<void>

function Guests({ object, record, asked, busy, change }: { object: ObjectDef; record: RecordData; asked: Asked; busy: boolean; change: Change }) {
  const { t } = useTranslation()
  const coming = asked.attendees.filter((one) => one.state === 'accepted').length
  const text = (name: string) => (typeof record[name] === 'string' ? record[name] : null)
  const mayMove = object.can.update && !record.deleted_at && text('repeats') === null
  const move = (proposal: Proposal) => change(() => ask('PATCH', `/activities/${record.id}`, { body: movedTo(proposal, text('starts_at'), text('ends_at')) }), t('invitation.moved'))
  return (
    <section aria-label={t('invitation.guests')} className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
      <header className="flex min-h-10 items-center gap-2 px-3.5 py-2">
        <CalendarCheck2 size={15} className="text-fg-3" />
        <h2 className="flex-1 font-medium">{t('invitation.guests')}</h2>
        {asked.attendees.length > 0 && <span className="text-meta text-fg-3">{t('invitation.coming', { count: coming, all: asked.attendees.length + asked.unseen })}</span>}
      </header>
      {asked.attendees.length + asked.unseen === 0 && <p className="border-t border-line px-3.5 py-2 text-fg-3">{t('invitation.nobody')}</p>}
      <ul>
        {asked.attendees.map((one) => <Guest key={one.party.id} one={one} busy={busy} onMove={mayMove ? (proposal) => void move(proposal) : undefined} />)}
      </ul>
      {asked.unseen > 0 && <p className="border-t border-line px-3.5 py-2 text-meta text-fg-3">{t('invitation.unseen', { count: asked.unseen })}</p>}
      {asked.ignored > 0 && <p role="note" className="flex items-center gap-2 border-t border-line px-3.5 py-2 text-meta text-fg-2"><ShieldAlert size={14} className="shrink-0 text-warn" />{t('invitation.ignored', { count: asked.ignored })}</p>}
    </section>
  )
}

function Guest({ one, busy, onMove }: { one: Attendee; busy: boolean; onMove: ((proposal: Proposal) => void) | undefined }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <li className="border-t border-line px-3.5 py-1.5">
      <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
        <span className="flex min-w-0 flex-1"><LinkChip linked={one.party} focusable /></span>
        {one.answered_at && <span className="text-meta text-fg-3">{t('invitation.answered', { when: formatRelative(one.answered_at, locale) })}</span>}
        <Pill hue={HUES[one.state]}>{t(STATES[one.state])}</Pill>
      </div>
      {one.comment && <p className="pb-1 text-fg-2 break-words whitespace-pre-wrap">{one.comment}</p>}
      {one.proposed && <Other proposal={one.proposed} busy={busy} onMove={onMove} />}
      {one.moments.map((moment) => (
        <p key={moment.at} className="flex flex-wrap items-center gap-x-3 gap-y-1 pb-1 text-meta text-fg-2">
          <span className="flex-1">{t('invitation.on', { when: formatTime(moment.at, locale) })}</span>
          <Pill hue={HUES[moment.state]}>{t(STATES[moment.state])}</Pill>
        </p>
      ))}
    </li>
  )
}

function Other({ proposal, busy, onMove }: { proposal: Proposal; busy: boolean; onMove: ((proposal: Proposal) => void) | undefined }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 pb-1">
      <span className="min-w-0 flex-1 text-fg-2">{t('invitation.ask_other', { when: formatTime(proposal.starts_at, locale) })}</span>
      {onMove && <Button size="sm" look="outline" aria-busy={busy} onClick={() => !busy && onMove(proposal)}>{t('invitation.move')}</Button>}
    </p>
  )
}

const ANSWERS = [
  { answer: 'accepted', label: 'invitation.accept', icon: Check },
  { answer: 'tentative', label: 'invitation.maybe', icon: HelpCircle },
  { answer: 'declined', label: 'invitation.decline', icon: X },
] as const

function Mine({ record, asked, busy, change }: { record: RecordData; asked: Asked; busy: boolean; change: Change }) {
  const { t } = useTranslation()
  const [comment, setComment] = useState('')
  const name = asked.organizer?.name || asked.organizer?.party?.title || asked.organizer?.address || '…'
  const isOff = record['outcome'] === 'cancelled' && asked.answer !== 'declined'
  const mayAnswer = asked.mine === true && !record.deleted_at && !isOff
  const say = (answer: GuestState) => change(async () => {
    await ask('POST', `/activities/${record.id}/invitation/answer`, { body: { answer, comment: comment.trim() || null } })
    setComment('')
  }, t('invitation.said', { name }))
  return (
    <section aria-label={t('invitation.own')} className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md px-3.5 py-2.5 shadow-[inset_0_0_0_1px_var(--line)]">
      <span className="flex min-w-0 flex-1 basis-56 flex-wrap items-center gap-2">
        <CalendarCheck2 size={15} className="shrink-0 text-fg-3" />
        <span className="min-w-0">{t(asked.mine ? 'invitation.by' : 'invitation.of_others', { name })}</span>
        {isOff ? <Pill hue={20}>{t('invitation.cancelled')}</Pill> : !mayAnswer && asked.answer && <Pill hue={HUES[asked.answer]}>{t(STATES[asked.answer])}</Pill>}
      </span>
      {mayAnswer && (
        <>
          <input value={comment} onChange={(event) => setComment(event.target.value)} maxLength={1000} placeholder={t('invitation.comment')} aria-label={t('invitation.comment')} className="input h-8 min-w-0 flex-1 basis-48" />
          <span role="group" aria-label={t('invitation.own')} className="flex gap-1.5 max-md:w-full max-md:[&_button]:flex-1">
            {ANSWERS.map(({ answer, label, icon: Icon }) => (
              <Button key={answer} look={asked.answer === answer ? 'primary' : 'outline'} aria-pressed={asked.answer === answer} aria-busy={busy} onClick={() => !busy && void say(answer)}><Icon size={14} />{t(label)}</Button>
            ))}
          </span>
        </>
      )}
    </section>
  )
}
