/** What waits for one's decision, what one asked for, and who decides while one is away. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plane, Stamp, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { formatDate, formatMoney, formatRelative } from '@/lib/format'
import { approvalsQuery, type Approval } from '@/lib/quotes'
import { fewQuery, type Linked } from '@/lib/records'
import { useLocale, useSession } from '@/lib/session'
import { Button, IconButton, Pill, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Blank, Bones, Failed } from '@/ui/states'
import { TopBar } from '@/ui/TopBar'
import { Decide } from './Needs'

export default function ApprovalsPage() {
  const { t } = useTranslation()
  const approvals = useQuery(approvalsQuery)
  useEffect(() => {
    document.title = `${t('approvals.title')} · Rapport`
    return () => void (document.title = 'Rapport')
  }, [t])
  return (
    <>
      <TopBar crumbs={<h1 className="flex min-w-0 items-center gap-2 tracking-normal"><Stamp size={16} className="shrink-0 text-accent-text" /><span className="truncate">{t('approvals.title')}</span></h1>} />
      <div tabIndex={0} role="region" aria-label={t('approvals.title')} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
        <div className="mx-auto flex max-w-[860px] flex-col gap-8 px-5 py-5 max-md:px-4">
          {approvals.isError && !approvals.data ? <Failed error={approvals.error} onRetry={() => void approvals.refetch()} /> : !approvals.data ? <Bones rows={8} /> : (
            <>
              <section aria-label={t('approvals.waiting')}>
                <h2 className="pb-2 font-semibold tracking-normal">{t('approvals.waiting')}</h2>
                {approvals.data.waiting.length === 0 ? <Blank icon={Stamp} title={t('approvals.nothing')}>{t('approvals.nothing_hint')}</Blank> : (
                  <ul className="flex flex-col gap-3">{approvals.data.waiting.map((one) => <Waiting key={one.id} one={one} />)}</ul>
                )}
              </section>
              {approvals.data.asked.length > 0 && (
                <section aria-label={t('approvals.asked')}>
                  <h2 className="pb-2 font-semibold tracking-normal">{t('approvals.asked')}</h2>
                  <ul className="divide-y divide-line rounded-lg bg-surface shadow-[inset_0_0_0_1px_var(--line)]">{approvals.data.asked.map((one) => <Asked key={one.id} one={one} />)}</ul>
                </section>
              )}
            </>
          )}
          <Away />
        </div>
      </div>
    </>
  )
}

function Waiting({ one }: { one: Approval }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <li className="rounded-lg bg-surface p-4 shadow-[inset_0_0_0_1px_var(--line)]">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <Link to="/quotes/$id" params={{ id: one.record }} className="text-lead font-medium text-accent-text hover:underline">{one.title}</Link>
        {one.amount && <span className="text-lead font-semibold tabular-nums">{formatMoney(one.amount, locale)}</span>}
      </div>
      <p>{one.rule}</p>
      <code className="block font-mono text-meta break-words text-fg-2">{one.question}</code>
      <p className="pt-1 text-meta text-fg-2">
        {t('approvals.asked_by', { name: one.requested_by.name ?? '' })} · {formatRelative(one.requested_at, locale)}
        {one.in_place_of && <> · {t('quotes.in_place_of', { name: one.in_place_of.name ?? '' })}</>}
        {one.escalated_at && <> <Pill hue={40}>{t('approvals.late')}</Pill></>}
      </p>
      {one.note && <p className="pt-1 break-words">“{one.note}”</p>}
      <Decide id={one.id} onDecided={() => {}} />
    </li>
  )
}

const STATES: Record<Approval['state'], string> = { pending: 'approvals.pending', waiting: 'approvals.is_waiting', approved: 'approvals.approved', refused: 'approvals.refused', withdrawn: 'approvals.withdrawn' }
const HUES: Partial<Record<Approval['state'], number>> = { waiting: 60, approved: 145, refused: 20 }

function Asked({ one }: { one: Approval }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3.5 py-2">
      <Link to="/quotes/$id" params={{ id: one.record }} className="font-medium text-accent-text hover:underline">{one.title}</Link>
      <span className="min-w-0 flex-1 truncate text-fg-2">{one.rule}</span>
      <span className="text-meta text-fg-3">{one.decided_by?.name ?? one.asked.map((person) => person.name).join(', ')} · {formatRelative(one.decided_at ?? one.requested_at, locale)}</span>
      <Pill hue={HUES[one.state]}>{t(STATES[one.state])}</Pill>
    </li>
  )
}

const INPUT = 'h-8 rounded-sm bg-transparent px-2 shadow-[inset_0_0_0_1px_var(--line-strong)] focus:outline-2 focus:outline-accent pointer-coarse:h-10'

/** While one is away somebody decides in one's place. */
function Away() {
  const { t } = useTranslation()
  const locale = useLocale()
  const me = useSession()?.user.id
  const absences = useQuery(fewQuery('absences', { sort: 'starts_on', limit: 20, filter: 'user = me and (ends_on is empty or ends_on >= today)' }))
  const [who, setWho] = useState<Linked | null>(null)
  const [open, setOpen] = useState(false)
  const [from, setFrom] = useState(() => new Date().toISOString().slice(0, 10))
  const [to, setTo] = useState('')

  async function change(work: () => Promise<unknown>) {
    try {
      await work()
      await absences.refetch()
    } catch (error) {
      notify({ text: reasonOf(error), tone: 'bad' })
    }
  }
  const add = () => who && void change(async () => { await ask('POST', '/absences', { body: { user: me, substitute: who.id, starts_on: from, ends_on: to || null } }); setWho(null); setTo('') })

  return (
    <section aria-label={t('approvals.away')} className="flex flex-col gap-2">
      <h2 className="flex items-center gap-2 font-semibold tracking-normal"><Plane size={15} className="text-fg-3" />{t('approvals.away')}</h2>
      <p className="text-fg-2">{t('approvals.away_hint')}</p>
      <ul className="flex flex-col gap-1">
        {(absences.data?.data ?? []).map((one) => (
          <li key={one.id} className="flex items-center gap-2">
            <span>{t('approvals.away_line', { name: (one.linked?.['substitute'] as Linked | null | undefined)?.title ?? '', from: formatDate(String(one['starts_on']), locale) })}{one['ends_on'] ? ` – ${formatDate(String(one['ends_on']), locale)}` : ''}</span>
            <IconButton label={t('approvals.take_back')} onClick={() => void change(() => ask('DELETE', `/absences/${one.id}`))}><X size={14} /></IconButton>
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap items-end gap-2">
        <Pop label={t('approvals.substitute')} align="start" className="w-80" open={open} onOpenChange={setOpen} trigger={<Button look="outline" className="h-8!">{who?.title ?? t('approvals.substitute')}</Button>}>
          <LinkPicker target="user" picked={[]} label={t('approvals.substitute')} onEscape={() => setOpen(false)} onPick={(one) => { setWho(one); setOpen(false) }} />
        </Pop>
        <label className="flex flex-col text-meta text-fg-3">{t('approvals.from')}<input type="date" value={from} onChange={(event) => setFrom(event.target.value)} className={INPUT} /></label>
        <label className="flex flex-col text-meta text-fg-3">{t('approvals.to')}<input type="date" value={to} min={from} onChange={(event) => setTo(event.target.value)} className={INPUT} /></label>
        <Button look="soft" disabled={!who} onClick={add}>{t('approvals.add')}</Button>
      </div>
    </section>
  )
}
