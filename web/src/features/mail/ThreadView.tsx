/** One thread: whom it is with, its letters, and the answer that is being written. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { AlarmClock, Check, CornerUpLeft, Eye, MousePointerClick, Paperclip, ScanEye, ReplyAll, TriangleAlert, Undo2, UserCheck, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { apiUrl, ask, reasonOf } from '@/lib/api'
import { formatBytes, formatTime } from '@/lib/format'
import { line, mailboxesQuery, nameOf, replySubject, replyTo, threadQuery, type Letter, type Message, type Named, type WholeThread } from '@/lib/mail'
import { pluralOf } from '@/lib/records'
import { useDefinitions, useLocale, useObject, useSession } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Avatar, Button, Drop, DropItem, Pill, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Bones, Failed } from '@/ui/states'
import { Editor } from '@/ui/Compose'

const SORTS: Partial<Record<Message['sort'], string>> = { auto_reply: 'letters.auto_reply', bounce: 'letters.bounce', bulk: 'letters.bulk' }

export function ThreadView({ id, onSettle }: { id: string; onSettle?: (thread: string, change: Record<string, unknown>, done?: string) => Promise<void> }) {
  const { t } = useTranslation()
  const thread = useQuery(threadQuery(id))
  const mailboxes = useQuery(mailboxesQuery)
  const [answer, setAnswer] = useState<Partial<Letter> | null>(null)
  if (thread.isError && !thread.data) return <Failed error={thread.error} onRetry={() => void thread.refetch()} />
  if (!thread.data) return <Bones rows={6} />
  const whole = thread.data
  const own = mailboxes.data?.find((one) => one.id === whole.mailbox.id)
  const last = whole.data.findLast((message) => !message.is_erased && message.sort !== 'bounce')
  const reply = (all: boolean) => last && own && setAnswer({ ...replyTo(last, own.address, all), subject: replySubject(whole.subject ?? ''), text: own.signature ? `\n\n${own.signature}` : '', answers: last.id })
  const known = whole.deal ?? whole.party
  const about = known ? { object: known.object, id: known.id } : undefined
  const mayWrite = whole.mailbox.is_mine && own && last

  return (
    <>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2.5">
        <div className="min-w-0 flex-1 basis-60">
          <h2 className="truncate text-lead font-semibold tracking-normal">{whole.subject || t('letters.no_subject')}</h2>
          <p className="flex flex-wrap items-center gap-x-2 text-meta text-fg-2">
            {whole.party ? <Chip named={whole.party} /> : <span>{nameOf(whole.with)}</span>}
            {whole.deal && <><span aria-hidden>·</span><Chip named={whole.deal} /></>}
            {whole.assigned && <><span aria-hidden>·</span><span className="inline-flex items-center gap-1"><UserCheck size={13} />{t('letters.answers', { name: whole.assigned.title })}</span></>}
            <span aria-hidden>·</span><span>{whole.mailbox.name}</span>
          </p>
        </div>
        {!whole.party && whole.mailbox.is_mine && <Stranger thread={whole} />}
        {onSettle && whole.mailbox.is_mine && (
          <span className="flex flex-wrap gap-1">
            {own && <Assign thread={whole} team={own.team !== null} onSettle={onSettle} />}
            <Drop trigger={<Button><AlarmClock size={14} />{t('letters.snooze')}</Button>}>
              {SLEEPS.map(([label, days]) => <DropItem key={label} onClick={() => void onSettle(id, { state: 'snoozed', until: morning(days) }, t('letters.sleeps'))}>{t(label)}</DropItem>)}
            </Drop>
            {whole.state === 'open' ? <Button onClick={() => void onSettle(id, { state: 'done' }, t('letters.is_done'))}><Check size={14} />{t('letters.end')}</Button> : <Button onClick={() => void onSettle(id, { state: 'open' }, t('letters.is_open'))}><Undo2 size={14} />{t('letters.reopen')}</Button>}
          </span>
        )}
      </header>
      <div tabIndex={0} role="region" aria-label={t('letters.messages')} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
        <div className="mx-auto flex max-w-[820px] flex-col gap-4 px-4 py-4">
          {whole.sight !== 'all' && <p className="rounded-md bg-hover px-3 py-2 text-fg-2">{t(whole.sight === 'subject' ? 'letters.only_subject' : 'letters.only_metadata', { name: whole.mailbox.name })}</p>}
          {whole.data.map((message) => <One key={message.id} message={message} />)}
          {whole.drafts.map((draft) => <Editor key={draft.id} draft={draft} mailbox={whole.mailbox.id} thread={id} about={about} />)}
          {answer && <Editor start={answer} mailbox={whole.mailbox.id} thread={id} about={about} onGone={() => setAnswer(null)} />}
          {mayWrite && !answer && whole.drafts.length === 0 && (
            <div className="flex gap-2">
              <Button look="outline" size="lg" onClick={() => reply(false)}><CornerUpLeft size={15} />{t('letters.reply')}</Button>
              <Button look="outline" size="lg" onClick={() => reply(true)}><ReplyAll size={15} />{t('letters.reply_all')}</Button>
            </div>
          )}
        </div>
      </div>
    </>
  )
}

const SLEEPS: [string, number][] = [['letters.until_tomorrow', 1], ['letters.until_three_days', 3], ['letters.until_week', 7]]

function morning(days: number): string {
  const at = new Date()
  at.setDate(at.getDate() + days)
  at.setHours(9, 0, 0, 0)
  return at.toISOString()
}

function Chip({ named }: { named: Named }) {
  const definitions = useDefinitions()
  const plural = pluralOf(definitions, named.object)
  return plural ? <Link to="/o/$plural/$id" params={{ plural, id: named.id }} search={{}} className="text-accent-text hover:underline">{named.title}</Link> : <span>{named.title}</span>
}

/** Who is to answer: those whose mailbox it is, too. A mailbox of one's own alone needs no such choice. */
function Assign({ thread, team, onSettle }: { thread: WholeThread; team: boolean; onSettle: (thread: string, change: Record<string, unknown>, done?: string) => Promise<void> }) {
  const { t } = useTranslation()
  const me = useSession()?.user.id
  const [open, setOpen] = useState(false)
  if (!team) return null
  const give = (user: string | null, name?: string) => {
    setOpen(false)
    void onSettle(thread.id, { assigned: user }, user ? t('letters.given_to', { name: name ?? '' }) : t('letters.given_to_nobody'))
  }
  return (
    <Pop label={t('letters.assign')} align="end" className="w-72" open={open} onOpenChange={setOpen} trigger={<Button><UserCheck size={14} />{t('letters.assign')}</Button>}>
      <div className="flex gap-1 p-1.5">
        {me && thread.assigned?.id !== me && <Button size="sm" look="soft" onClick={() => give(me, t('letters.me'))}>{t('letters.take')}</Button>}
        {thread.assigned && <Button size="sm" onClick={() => give(null)}>{t('letters.nobody')}</Button>}
      </div>
      <LinkPicker target="user" picked={[]} label={t('letters.assign')} onEscape={() => setOpen(false)} onPick={(one) => give(one.id, one.title)} />
    </Pop>
  )
}

/** Somebody whom nobody knows: a new lead, or who they are. */
function Stranger({ thread }: { thread: WholeThread }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const leads = useObject('lead')
  const [open, setOpen] = useState(false)
  async function say(body: Record<string, unknown>) {
    try {
      await ask('POST', `/mail/threads/${thread.id}/party`, { body })
      await queries.invalidateQueries({ queryKey: ['mail'] })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }
  return (
    <span className="flex flex-wrap gap-1">
      {leads?.can.create && <Button look="soft" onClick={() => void say({ new_lead: true })}><UserPlus size={14} />{t('letters.make_lead')}</Button>}
      <Pop label={t('letters.who')} align="end" className="w-80" open={open} onOpenChange={setOpen} trigger={<Button>{t('letters.who')}</Button>}>
        <LinkPicker target="contact" picked={[]} label={t('letters.who')} onEscape={() => setOpen(false)} onPick={(one) => { setOpen(false); void say({ party: one.id }) }} />
      </Pop>
    </span>
  )
}

function One({ message }: { message: Message }) {
  const { t } = useTranslation()
  const locale = useLocale()
  if (message.is_erased) return <p className="text-fg-3">{t('letters.erased')}</p>
  const sort = SORTS[message.sort]
  return (
    <article aria-label={nameOf(message.from)} className="rounded-lg bg-surface shadow-[inset_0_0_0_1px_var(--line)]">
      <header className="flex gap-3 px-4 pt-3">
        <span aria-hidden><Avatar name={nameOf(message.from)} size={28} /></span>
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline gap-x-2"><span className="font-medium">{nameOf(message.from)}</span>{message.from.name && <span className="text-meta break-all text-fg-3">{message.from.address}</span>}{sort && <Pill hue={message.sort === 'bounce' ? 20 : undefined}>{t(sort)}</Pill>}</p>
          <p className="text-meta break-words text-fg-3">{t('letters.to_line', { people: line([...message.to, ...message.cc]) })} · {formatTime(message.at, locale)}</p>
        </div>
      </header>
      {message.failed.length > 0 && (
        <ul className="mx-4 mt-2 rounded-md bg-bad-soft px-3 py-2 text-bad">
          {message.failed.map((one) => <li key={one.address} className="break-words"><TriangleAlert size={13} className="me-1.5 inline" />{t(one.permanent ? 'letters.failed_for_good' : 'letters.failed_for_now', { address: one.address })}</li>)}
        </ul>
      )}
      {message.text !== null && <Body message={message} />}
      {message.readers && <Readers readers={message.readers} />}
      {message.enclosed.length > 0 && (
        <ul aria-label={t('letters.files')} className="flex flex-wrap gap-2 px-4 pb-3">
          {message.enclosed.map((file) => (
            <li key={file.part}><a href={apiUrl(`/mail/messages/${message.id}/files/${file.part}`)} download={file.name} className="flex min-h-8 items-center gap-1.5 rounded-sm px-2 shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover"><Paperclip size={13} className="text-fg-3" /><span className="max-w-60 truncate">{file.name}</span><span className="text-meta text-fg-3">{formatBytes(file.bytes, locale)}</span></a></li>
          ))}
        </ul>
      )}
    </article>
  )
}

/** Whether it was read; what only machines did is said as such. */
function Readers({ readers }: { readers: NonNullable<Message['readers']> }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { opened_at, clicked_at, machine_opens, machine_clicks, links } = readers
  const part = 'inline-flex items-center gap-1.5'
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 px-4 pb-3 text-meta text-fg-2">
      {opened_at && <span className={part}><Eye size={13} className="text-good" />{t('letters.opened', { count: readers.opens, time: formatTime(opened_at, locale) })}</span>}
      {clicked_at && <span className={part}><MousePointerClick size={13} className="text-good" /><span className="break-all">{t('letters.clicked', { count: readers.clicks, links: links.join(', ') })}</span></span>}
      {!opened_at && !clicked_at && machine_opens + machine_clicks > 0 && <span className={part}><ScanEye size={13} />{t('letters.only_machines')}</span>}
      {!opened_at && !clicked_at && machine_opens + machine_clicks === 0 && <span className={`${part} text-fg-3`}><Eye size={13} />{t('letters.not_opened')}</span>}
    </p>
  )
}

/** The words; the page as its sender made it only on demand, in a frame that runs nothing and fetches nothing unasked. */
function Body({ message }: { message: Message }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState<{ remote: number; pictures: boolean } | null>(null)
  async function show(pictures: boolean) {
    try {
      const { data } = await ask<{ remote: number }>('GET', `/mail/messages/${message.id}/html`)
      setShown({ remote: data.remote, pictures })
    } catch (error) {
      notify({ text: reasonOf(error), tone: 'bad' })
    }
  }
  return (
    <div className="px-4 py-3">
      {shown ? (
        <>
          {shown.remote > 0 && !shown.pictures && <p className="mb-2 flex flex-wrap items-center gap-2 rounded-md bg-hover px-3 py-1.5 text-meta text-fg-2">{t('letters.pictures', { count: shown.remote })}<Button size="sm" look="outline" onClick={() => void show(true)}>{t('letters.show_pictures')}</Button></p>}
          <iframe title={t('letters.page')} sandbox="allow-popups allow-popups-to-escape-sandbox" src={apiUrl(`/mail/messages/${message.id}/page`, shown.pictures ? { remote: 'true' } : {})} className="h-[480px] w-full resize-y rounded-md bg-white" />
        </>
      ) : <p className="break-words whitespace-pre-wrap">{message.text?.trim() || t('letters.no_words')}</p>}
      {message.has_html && <Button size="sm" className="mt-2 -ms-2" onClick={() => (shown ? setShown(null) : void show(false))}>{t(shown ? 'letters.as_words' : 'letters.as_page')}</Button>}
    </div>
  )
}
