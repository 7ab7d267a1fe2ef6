/** Writing a letter: kept as it is typed, sent in ten seconds or at a moment of one's choice, taken back until then. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Clock, Eye, EyeOff, FileText, Paperclip, Send, Trash2, TriangleAlert, Undo2, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { notify } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import { sendFile } from '@/lib/files'
import { formatTime, fromLocalInput } from '@/lib/format'
import { line, mailboxesQuery, people, type Draft, type Letter, type Mailbox } from '@/lib/mail'
import { fewQuery } from '@/lib/records'
import { useLocale, useObject } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, Drop, DropItem, IconButton, Pop } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

const KEEP_AFTER_MS = 800

/** The record that a letter is about: templates know it. */
export interface About {
  object: string
  id: string
}

/** A letter to whom one likes, in a dialog. */
export function Compose({ mailboxes, to, about, onClose }: { mailboxes: Mailbox[]; to?: string; about?: About | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const [box, setBox] = useState(mailboxes[0]?.id ?? '')
  const chosen = mailboxes.find((one) => one.id === box)
  return (
    <Modal open title={t('letters.write')} onClose={onClose} width="max-w-[720px]">
      {mailboxes.length > 1 && (
        <label className="mb-3 flex items-center gap-2 text-meta text-fg-2">{t('letters.from')}
          <select className="input flex-1" value={box} onChange={(event) => setBox(event.target.value)}>{mailboxes.map((one) => <option key={one.id} value={one.id}>{`${one.name} <${one.address}>`}</option>)}</select>
        </label>
      )}
      {chosen && <Editor key={chosen.id} mailbox={chosen.id} start={{ to: people(to ?? ''), text: chosen.signature ? `\n\n${chosen.signature}` : '' }} about={about} onGone={onClose} bare />}
    </Modal>
  )
}

interface Fields {
  to: string
  cc: string
  bcc: string
  subject: string
  text: string
  files: string[]
  counted: boolean | null
}

function fieldsOf(letter: Partial<Letter> | undefined): Fields {
  return { to: line(letter?.to ?? []), cc: line(letter?.cc ?? []), bcc: line(letter?.bcc ?? []), subject: letter?.subject ?? '', text: letter?.text ?? '', files: letter?.files ?? [], counted: letter?.counted ?? null }
}

export function Editor({ draft, start, mailbox, thread, about, onGone, bare }: { draft?: Draft; start?: Partial<Letter>; mailbox: string; thread?: string; about?: About | undefined; onGone?: () => void; bare?: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const [held, setHeld] = useState<Draft | null>(draft ?? null)
  const [fields, setFields] = useState<Fields>(() => fieldsOf(draft ?? start))
  const [names, setNames] = useState<Record<string, string>>({})
  const [copies, setCopies] = useState(fields.cc !== '' || fields.bcc !== '')
  const [later, setLater] = useState('')
  const [busy, setBusy] = useState(false)
  const kept = useRef(JSON.stringify(fields))
  const making = useRef<Promise<Draft> | null>(null)
  const sending = (draft ?? held)?.state === 'sending'
  const change = (part: Partial<Fields>) => setFields((now) => ({ ...now, ...part }))
  const own = useQuery(mailboxesQuery).data?.find((one) => one.id === mailbox)
  const counts = fields.counted ?? own?.counts_readers ?? true
  const answers = draft?.answers ?? start?.answers ?? null

  async function keep(now: Fields): Promise<Draft> {
    const letter: Letter = { to: people(now.to), cc: people(now.cc), bcc: people(now.bcc), subject: now.subject, text: now.text, files: now.files, answers, ...(now.counted === null ? {} : { counted: now.counted }) }
    // One letter is begun once, however fast somebody types.
    if (!held && making.current) await making.current
    const known = held ?? (making.current ? await making.current : null)
    const asked = known ? ask<Draft>('PUT', `/mail/drafts/${known.id}`, { body: letter }) : ask<Draft>('POST', '/mail/drafts', { body: { mailbox, ...(thread ? { thread } : {}), letter } })
    const made = asked.then((answer) => answer.data)
    if (!known) making.current = made
    const saved = await made
    kept.current = JSON.stringify(now)
    setHeld(saved)
    return saved
  }

  useEffect(() => {
    if (sending || JSON.stringify(fields) === kept.current) return
    const timer = setTimeout(() => void keep(fields).catch(() => {}), KEEP_AFTER_MS)
    return () => clearTimeout(timer)
    // What is kept depends on what is typed and on nothing else.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [fields, sending])

  async function attempt(work: () => Promise<void>) {
    if (busy) return
    setBusy(true)
    try {
      await work()
    } catch (error) {
      notify({ text: t('letters.not_done', { reason: reasonOf(error) }), tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }
  const refresh = () => queries.invalidateQueries({ queryKey: ['mail'] })

  const send = (at: string | null) => attempt(async () => {
    const saved = await keep(fields)
    const { data } = await ask<Draft>('POST', `/mail/drafts/${saved.id}/send`, { body: at ? { at } : {} })
    setHeld(data)
    notify({ text: t(at ? 'letters.goes_later' : 'letters.goes'), action: { label: t('letters.take_back'), run: () => void takeBack(data.id) } })
    await refresh()
    if (bare || !thread) onGone?.()
    else if (!draft) onGone?.()
  })
  const takeBack = (id: string) => attempt(async () => {
    const { data } = await ask<Draft>('POST', `/mail/drafts/${id}/take-back`)
    setHeld(data)
    await refresh()
  })
  const discard = () => attempt(async () => {
    if (held) await ask('DELETE', `/mail/drafts/${held.id}`)
    await refresh()
    onGone?.()
  })
  async function attach(list: FileList | null) {
    for (const file of list ?? []) {
      await attempt(async () => {
        const id = await sendFile(file)
        setNames((known) => ({ ...known, [id]: file.name }))
        setFields((now) => ({ ...now, files: [...now.files, id] }))
      })
    }
  }

  if (sending) {
    const now = draft ?? held
    const trouble = now?.letter && (now.letter.attempts > 0 || now.letter.state === 'given_up') ? now.letter : null
    return (
      <div className="flex flex-wrap items-center gap-3 rounded-lg bg-accent-soft px-4 py-3">
        <Clock size={15} className="shrink-0 text-accent-text" />
        <span className="min-w-0 flex-1 break-words">{trouble ? t('letters.tried', { reason: trouble.detail ?? trouble.code ?? '' }) : t('letters.waits', { when: now?.send_at ? formatTime(now.send_at, locale) : '' })}</span>
        <Button look="outline" aria-busy={busy} onClick={() => now && void takeBack(now.id)}><Undo2 size={14} />{t('letters.take_back')}</Button>
      </div>
    )
  }
  const failing = held?.failing ?? draft?.failing ?? []
  return (
    <form aria-label={t('letters.letter')} className={bare ? 'flex flex-col gap-2' : 'flex flex-col gap-2 rounded-lg bg-surface p-4 shadow-[inset_0_0_0_1px_var(--line-strong)]'} onSubmit={(event) => { event.preventDefault(); void send(null) }}>
      <Row label={t('letters.to')} value={fields.to} onChange={(to) => change({ to })}>{!copies && <Button size="sm" onClick={() => setCopies(true)}>{t('letters.copies')}</Button>}</Row>
      {copies && <Row label={t('letters.cc')} value={fields.cc} onChange={(cc) => change({ cc })} />}
      {copies && <Row label={t('letters.bcc')} value={fields.bcc} onChange={(bcc) => change({ bcc })} />}
      <Row label={t('letters.subject')} value={fields.subject} onChange={(subject) => change({ subject })} />
      {failing.length > 0 && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad"><TriangleAlert size={13} className="me-1.5 inline" />{t('letters.failing', { people: failing.map((one) => one.address).join(', ') })}</p>}
      <textarea aria-label={t('letters.text')} rows={8} className="input field-sizing-content min-h-40 resize-y" value={fields.text} onChange={(event) => change({ text: event.target.value })} onKeyDown={(event) => { if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) { event.preventDefault(); void send(null) } }} />
      {fields.files.length > 0 && <ul aria-label={t('letters.files')} className="flex flex-wrap gap-2">{fields.files.map((id) => <li key={id} className="flex items-center gap-1 rounded-sm bg-hover ps-2"><Paperclip size={13} className="text-fg-3" /><span className="max-w-60 truncate">{names[id] ?? t('letters.file')}</span><IconButton label={t('letters.remove_file')} onClick={() => change({ files: fields.files.filter((one) => one !== id) })}><X size={13} /></IconButton></li>)}</ul>}
      <div className="flex flex-wrap items-center gap-2">
        <Button look="primary" type="submit" aria-busy={busy}><Send size={14} />{t('letters.send')}</Button>
        <Pop label={t('letters.later')} align="start" className="w-72 p-3" trigger={<Button look="outline"><Clock size={14} />{t('letters.later')}</Button>}>
          <label className="flex flex-col gap-1 text-meta text-fg-2">{t('letters.when')}<input type="datetime-local" className="input" value={later} onChange={(event) => setLater(event.target.value)} /></label>
          <Button className="mt-2" look="primary" disabled={!fromLocalInput(later)} onClick={() => void send(fromLocalInput(later))}>{t('letters.send_then')}</Button>
        </Pop>
        <Templates about={about} onFilled={(filled) => change({ subject: fields.subject || filled.subject, text: `${filled.text}${fields.text ? `\n${fields.text}` : ''}` })} />
        <label className="inline-flex h-7 cursor-pointer items-center gap-1.5 rounded-sm px-2.5 font-medium text-fg-2 focus-within:outline-2 focus-within:outline-accent hover:bg-hover pointer-coarse:h-9"><Paperclip size={14} />{t('letters.attach')}<input type="file" multiple className="sr-only" onChange={(event) => { void attach(event.target.files); event.target.value = '' }} /></label>
        <Button aria-pressed={counts} title={t('letters.counts_hint')} onClick={() => change({ counted: !counts })}>{counts ? <Eye size={14} /> : <EyeOff size={14} />}{t(counts ? 'letters.counts' : 'letters.counts_not')}</Button>
        <span className="flex-1 text-end text-meta text-fg-3">{held && JSON.stringify(fields) === kept.current ? t('letters.kept') : ''}</span>
        <IconButton label={t('letters.discard')} onClick={() => void discard()}><Trash2 size={14} /></IconButton>
      </div>
    </form>
  )
}

interface Filled {
  subject: string
  text: string
  missing: string[]
}

/** Letters that are written again and again, filled in for whom this one is about. */
function Templates({ about, onFilled }: { about: About | undefined; onFilled: (filled: Filled) => void }) {
  const { t } = useTranslation()
  const object = useObject('mail_template')
  const templates = useQuery({ ...fewQuery('mail_templates', { limit: 100, sort: 'name' }), enabled: object?.can.read === true })
  if (!templates.data?.data.length) return null
  async function pick(id: string) {
    try {
      const { data } = await ask<Filled>('POST', `/mail_templates/${id}/fill`, { body: about ?? {} })
      onFilled(data)
      if (data.missing.length > 0) notify({ text: t('letters.missing', { places: data.missing.map((place) => `{${place}}`).join(', ') }) })
    } catch (error) {
      notify({ text: t('letters.not_done', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }
  return (
    <Drop trigger={<Button><FileText size={14} />{t('letters.template')}</Button>}>
      {templates.data.data.map((one) => <DropItem key={one.id} onClick={() => void pick(one.id)}>{one.title}</DropItem>)}
    </Drop>
  )
}

function Row({ label, value, onChange, children }: { label: string; value: string; onChange: (text: string) => void; children?: React.ReactNode }) {
  return (
    <div className="flex items-center gap-2">
      <label className="flex min-w-0 flex-1 items-center gap-2"><span className="w-20 shrink-0 text-meta text-fg-3">{label}</span><input className="input min-w-0 flex-1" value={value} onChange={(event) => onChange(event.target.value)} /></label>
      {children}
    </div>
  )
}
