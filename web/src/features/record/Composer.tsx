/** Writes what happened or what is to be done: a note, a task, a call, a meeting, with the colleagues it names and the files it brings. */

import { flushSync } from 'react-dom'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { AtSign, CalendarPlus, ListPlus, Paperclip, Phone, StickyNote, X } from 'lucide-react'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { lookAtRights, useActs } from '@/lib/actions'
import { objectByName, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { sendFile } from '@/lib/files'
import { formatRelative, fromLocalInput, toLocalInput } from '@/lib/format'
import { isCommand, shortcut } from '@/lib/keys'
import { namedAt, toKept, type Person } from '@/lib/mentions'
import { createRecord, fewQuery, type RecordData } from '@/lib/records'
import { useDefinitions, useLocale, useSession } from '@/lib/session'
import { keep, keptJson } from '@/lib/storage'
import { useDraft } from '@/lib/useDraft'
import { Avatar, Button, cx, IconButton, Key } from '@/ui/kit'

export type ComposerKind = 'note' | 'task' | 'call' | 'meeting'

const KINDS: { kind: ComposerKind; label: string; hint: string; submit: string; icon: typeof Phone }[] = [
  { kind: 'note', label: 'composer.note', hint: 'composer.note_hint', submit: 'composer.add_note', icon: StickyNote },
  { kind: 'task', label: 'composer.task', hint: 'composer.task_hint', submit: 'composer.add_task', icon: ListPlus },
  { kind: 'call', label: 'composer.call', hint: 'composer.call_hint', submit: 'composer.add_call', icon: Phone },
  { kind: 'meeting', label: 'composer.meeting', hint: 'composer.meeting_hint', submit: 'composer.add_meeting', icon: CalendarPlus },
]

/** The field of `object` that carries this meaning, by the names it may have. */
function named(object: ObjectDef | undefined, names: string[]): FieldDef | undefined {
  for (const name of names) {
    const field = object?.fields.find((candidate) => candidate.name === name && !candidate.readonly)
    if (field) return field
  }
  return undefined
}

/** Something may be written here: the person may create it, and it can hold a link to such a record. */
export function mayCompose(target: ObjectDef | undefined, object: ObjectDef): boolean {
  return target !== undefined && target.can.create && linkField(target, object) !== undefined
}

/** The field that links `target` to records of `object`: one of its kind, else one to any object. */
export function linkField(target: ObjectDef, object: ObjectDef): FieldDef | undefined {
  const free = target.fields.filter((candidate) => !candidate.readonly && candidate.name !== 'author' && candidate.name !== 'owner')
  return (
    free.find((candidate) => candidate.type === 'link' && candidate.target === object.name) ??
    free.find((candidate) => candidate.type === 'links' && candidate.target === object.name) ??
    free.find((candidate) => candidate.type === 'link' && candidate.target === 'any')
  )
}

function linkValues(target: ObjectDef, object: ObjectDef, id: string): Record<string, unknown> {
  const field = linkField(target, object)
  if (!field) return {}
  return { [field.name]: field.type === 'links' ? [id] : field.target === 'any' ? { object: object.name, id } : id }
}

/** What was begun and not sent; it outlives a reload, the end of a session and a server that is away. */
interface Draft {
  kind: ComposerKind
  text: string
  at: string
  people: Person[]
  files: { id: string; name: string }[]
}

export interface Asked {
  kind: ComposerKind
  at: number
  files?: File[]
}

export function Composer({ object, record, asked, mayNote, mayAct, onDone }: { object: ObjectDef; record: RecordData; asked: Asked; mayNote: boolean; mayAct: boolean; onDone: () => void }) {
  const { t } = useTranslation()
  const definitions = useDefinitions()
  const session = useSession()
  const acts = useActs()
  const queries = useQueryClient()
  const kinds = KINDS.filter((one) => (one.kind === 'note' ? mayNote : mayAct))
  const draftName = `compose.${record.id}`
  const [draft, setDraft] = useState<Draft>(() => ({ kind: kinds[0]?.kind ?? 'note', text: '', at: '', people: [], files: [], ...keptJson<Partial<Draft>>(draftName, {}) }))
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [sending, setSending] = useState<string[]>([])
  const [caret, setCaret] = useState<number | null>(null)
  const box = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const whole = useRef<HTMLElement>(null)
  const current = kinds.find((one) => one.kind === draft.kind) ?? kinds[0]
  const kind = current?.kind ?? 'note'
  const attachment = objectByName(definitions, 'attachment')
  const mayAttach = mayCompose(attachment, object)
  const naming = caret === null ? null : namedAt(draft.text, caret)
  const change = (next: Partial<Draft>) => setDraft((held) => ({ ...held, ...next }))

  const bring = useRef<(files: Iterable<File>) => void>(() => {})
  bring.current = (files) => void take(files)
  useEffect(() => {
    if (asked.at === 0) return
    setDraft((held) => ({ ...held, kind: asked.kind }))
    box.current?.focus()
    box.current?.scrollIntoView({ block: 'nearest' })
    if (asked.files) bring.current(asked.files)
  }, [asked])

  const isEmpty = draft.text.trim() === '' && draft.files.length === 0
  useDraft(draftName, isEmpty ? null : JSON.stringify(draft))

  async function take(files: Iterable<File>) {
    if (!mayAttach) return
    for (const file of files) {
      setSending((held) => [...held, file.name])
      setFault(null)
      try {
        const id = await sendFile(file)
        setDraft((held) => ({ ...held, files: [...held.files, { id, name: file.name }] }))
      } catch (error) {
        setFault(`${file.name}: ${reasonOf(error)}`)
      } finally {
        setSending((held) => held.filter((name) => name !== file.name))
      }
    }
  }

  async function send() {
    if (busy || sending.length > 0) return
    const text = draft.text.trim()
    if (text === '' && draft.files.length === 0) {
      setFault(t('composer.empty'))
      box.current?.focus()
      return
    }
    setBusy(true)
    setFault(null)
    try {
      const made = text === '' ? null : await write(text)
      for (const file of draft.files) {
        if (attachment) {
          const added = await createRecord(attachment.plural, { name: file.name, file: file.id, ...(session ? { author: session.user.id } : {}), ...linkValues(attachment, object, record.id), ...(made && made.field ? { [made.field]: made.record.id } : {}) })
          if (!made) acts.created(attachment, added.data, added.change)
        }
        // What is saved is no draft any more, even if the next one fails.
        setDraft((held) => ({ ...held, text: '', files: held.files.filter((one) => one.id !== file.id) }))
      }
      setDraft((held) => ({ ...held, text: '', at: '', people: [], files: [] }))
      keep(draftName, null)
      for (const key of ['related', 'attachments', 'ahead']) void queries.invalidateQueries({ queryKey: [key] })
      onDone()
      // Whoever has gone on to something else meanwhile is left there.
      if (document.activeElement === document.body || whole.current?.contains(document.activeElement)) box.current?.focus()
    } catch (error) {
      lookAtRights(queries, error)
      // Perhaps the record is not this person's any more: then its page says so, with what was written.
      keep(draftName, JSON.stringify(draft))
      void queries.invalidateQueries({ queryKey: ['record', object.plural, record.id] })
      setFault(t('composer.not_saved', { reason: reasonOf(error) }))
    } finally {
      setBusy(false)
    }
  }

  async function write(text: string): Promise<{ record: RecordData; field: string | null } | null> {
    const target = objectByName(definitions, kind === 'note' ? 'note' : 'activity')
    if (!target) return null
    const kept = toKept(text, draft.people)
    const [firstLine = '', ...rest] = text.split('\n')
    const values: Record<string, unknown> = { ...linkValues(target, object, record.id) }
    const put = (field: FieldDef | undefined, value: unknown) => {
      if (field) values[field.name] = value
    }
    if (kind === 'note') {
      put(named(target, ['body', 'text', 'content']), kept)
      const title = named(target, ['title', 'subject'])
      if (title?.required) values[title.name] = firstLine.slice(0, 120)
      const author = named(target, ['author'])
      if (author && session) values[author.name] = session.user.id
    } else {
      put(named(target, ['kind', 'type']), kind)
      put(named(target, ['subject', 'title', 'name']), firstLine.slice(0, 240))
      if (rest.length > 0 || draft.people.length > 0) put(named(target, ['body', 'notes', 'description', 'text']), rest.length > 0 ? toKept(rest.join('\n').trim(), draft.people) : kept)
      const when = fromLocalInput(draft.at)
      const due = named(target, kind === 'task' ? ['due_at', 'due', 'due_on', 'starts_at'] : ['starts_at', 'start_at', 'at', 'due_at'])
      if (due && when) values[due.name] = due.type === 'date' ? draft.at.slice(0, 10) : when
      const owner = named(target, ['assignee', 'owner'])
      if (owner && session && owner.target === 'user') values[owner.name] = session.user.id
      const done = named(target, ['is_done', 'done_at'])
      const started = when ? new Date(when).getTime() <= Date.now() : true
      if (kind === 'call' && done && started) values[done.name] = done.type === 'boolean' ? true : (when ?? new Date().toISOString())
    }
    const { data, change: made } = await createRecord(target.plural, values)
    acts.created(target, data, made)
    return { record: data, field: attachment?.fields.some((field) => field.name === target.name) ? target.name : null }
  }

  function pick(person: Person) {
    if (!naming || caret === null) return
    const text = `${draft.text.slice(0, naming.from)}@${person.name} ${draft.text.slice(caret)}`
    // Drawn at once: what is typed next would otherwise come before the caret is in its place.
    flushSync(() => {
      change({ text, people: [...draft.people.filter((one) => one.id !== person.id), person] })
      setCaret(null)
    })
    const at = naming.from + person.name.length + 2
    box.current?.focus()
    box.current?.setSelectionRange(at, at)
  }

  if (!current) return null
  return (
    <section
      ref={whole}
      aria-label={t('composer.title')}
      onDragOver={(event) => mayAttach && event.dataTransfer.types.includes('Files') && event.preventDefault()}
      onDrop={(event) => {
        if (!mayAttach || event.dataTransfer.files.length === 0) return
        event.preventDefault()
        event.stopPropagation()
        void take(event.dataTransfer.files)
      }}
      className="relative mb-4 rounded-md bg-surface shadow-[0_0_0_1px_var(--line),var(--depth-2)] focus-within:shadow-[0_0_0_1px_var(--accent),var(--depth-2)]"
    >
      <div role="tablist" aria-label={t('composer.title')} className="flex gap-0.5 overflow-x-auto px-2 pt-2 [scrollbar-width:none]">
        {kinds.map((one) => (
          <button key={one.kind} type="button" role="tab" aria-selected={kind === one.kind} onClick={() => { change({ kind: one.kind }); box.current?.focus() }} className={cx('flex h-7 items-center gap-1.5 rounded-sm px-2.5 font-medium pointer-coarse:h-10', kind === one.kind ? 'bg-hover text-fg' : 'text-fg-2 hover:text-fg')}>
            <one.icon size={14} />
            {t(one.label)}
          </button>
        ))}
      </div>
      <textarea
        ref={box}
        rows={2}
        aria-label={t(current.hint, { title: record.title })}
        aria-invalid={fault !== null}
        placeholder={t(current.hint, { title: record.title })}
        value={draft.text}
        onChange={(event) => {
          change({ text: event.target.value })
          setCaret(event.target.selectionStart)
          setFault(null)
        }}
        onBlur={() => setTimeout(() => setCaret(null), 150)}
        onPaste={(event) => {
          if (!mayAttach || event.clipboardData.files.length === 0) return
          event.preventDefault()
          void take(event.clipboardData.files)
        }}
        onKeyDown={(event) => {
          if (event.defaultPrevented) return
          if (event.key === 'Enter' && isCommand(event)) {
            event.preventDefault()
            void send()
          } else if (event.key === 'Escape') event.currentTarget.blur()
        }}
        className="block field-sizing-content max-h-64 min-h-14 w-full resize-none bg-transparent px-4 py-2.5 outline-none"
      />
      {naming && <People words={naming.words} box={box.current} onPick={pick} onClose={() => setCaret(null)} />}
      {(draft.files.length > 0 || sending.length > 0) && (
        <ul aria-label={t('composer.files')} className="flex flex-wrap gap-1.5 px-4 pb-2">
          {draft.files.map((file) => (
            <li key={file.id} className="flex h-7 max-w-60 items-center gap-1.5 rounded-sm bg-hover ps-2 text-meta">
              <Paperclip size={12} className="shrink-0 text-fg-3" />
              <span className="truncate">{file.name}</span>
              <button type="button" aria-label={t('composer.drop_file', { name: file.name })} onClick={() => change({ files: draft.files.filter((one) => one.id !== file.id) })} className="grid size-6 shrink-0 place-items-center rounded-xs text-fg-3 hover:text-fg"><X size={12} /></button>
            </li>
          ))}
          {sending.map((name) => <li key={name} role="status" className="flex h-7 items-center rounded-sm bg-hover px-2 text-meta text-fg-3">{t('file.sending', { name })}</li>)}
        </ul>
      )}
      {fault && <p role="alert" className="px-4 pb-1 text-meta text-bad">{fault}</p>}
      <div className="flex flex-wrap items-center gap-1 px-2 pb-2">
        {mayAttach && (
          <>
            <IconButton label={t('composer.attach')} onClick={() => picker.current?.click()}><Paperclip size={15} /></IconButton>
            <input ref={picker} type="file" multiple className="sr-only" tabIndex={-1} aria-label={t('composer.attach')} onChange={(event) => { void take([...(event.target.files ?? [])]); event.target.value = '' }} />
          </>
        )}
        <IconButton
          label={t('composer.mention')}
          keys="@"
          onClick={() => {
            const before = draft.text === '' || /\s$/.test(draft.text) ? draft.text : `${draft.text} `
            change({ text: `${before}@` })
            setCaret(before.length + 1)
            box.current?.focus()
          }}
        >
          <AtSign size={15} />
        </IconButton>
        {kind !== 'note' && <When kind={kind} at={draft.at} onChange={(at) => change({ at })} />}
        <span className="flex-1" />
        <Button look="primary" aria-busy={busy} onClick={() => void send()}>
          {t(current.submit)}
          <Key>{shortcut('⌘↵')}</Key>
        </Button>
      </div>
    </section>
  )
}

/** When: the days people mean most, and any other. */
function When({ kind, at, onChange }: { kind: ComposerKind; at: string; onChange: (at: string) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const inDays = (days: number) => {
    const day = new Date()
    day.setDate(day.getDate() + days)
    day.setHours(kind === 'task' ? 17 : 10, 0, 0, 0)
    return toLocalInput(day.toISOString())
  }
  const quick: [label: string, at: string][] = kind === 'call'
    ? [[t('composer.now'), toLocalInput(new Date().toISOString())], [t('composer.tomorrow'), inDays(1)]]
    : [[t('composer.today'), inDays(0)], [t('composer.tomorrow'), inDays(1)], [t('composer.in_week'), inDays(7)]]
  return (
    <span className="flex flex-wrap items-center gap-1.5 ps-1 text-meta text-fg-2">
      <label className="flex items-center gap-2">
        {kind === 'task' ? t('composer.due') : t('composer.when')}
        <input type="datetime-local" value={at} onChange={(event) => onChange(event.target.value)} className="input !min-h-7 !w-auto !py-0.5 text-meta" />
      </label>
      {at === '' ? quick.map(([label, value]) => <button key={label} type="button" className="min-h-6 rounded-xs px-1.5 font-medium text-accent-text hover:bg-accent-soft" onClick={() => onChange(value)}>{label}</button>)
        : <span className="text-fg-3">{formatRelative(fromLocalInput(at) ?? at, locale)}</span>}
    </span>
  )
}

const MOST_PEOPLE = 6

/** Colleagues whose names begin as typed; the writing goes on in the text, which keeps the focus. */
function People({ words, box, onPick, onClose }: { words: string; box: HTMLTextAreaElement | null; onPick: (person: Person) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const id = useId()
  const definitions = useDefinitions()
  const users = objectByName(definitions, 'user')
  const list = useQuery({ ...fewQuery('users', { limit: 200, sort: 'name', filter: 'is_active = true', fields: 'name,job_title' }), enabled: users?.can.read === true, staleTime: 5 * 60_000 })
  const wanted = words.toLocaleLowerCase()
  const shown = (list.data?.data ?? []).filter((user) => user.title.toLocaleLowerCase().split(/\s+/).some((_, index, all) => all.slice(index).join(' ').startsWith(wanted))).slice(0, MOST_PEOPLE)
  const [at, setAt] = useState(0)
  const place = Math.min(at, shown.length - 1)

  useLayoutEffect(() => {
    if (!box || shown.length === 0) return
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      if (event.isComposing) return
      if (event.key === 'ArrowDown') setAt((place + 1) % shown.length)
      else if (event.key === 'ArrowUp') setAt((place - 1 + shown.length) % shown.length)
      else if ((event.key === 'Enter' && !isCommand(event)) || event.key === 'Tab') {
        const user = shown[place]
        if (user) onPick({ id: user.id, name: user.title })
      } else if (event.key === 'Escape') onClose()
      else return
      event.preventDefault()
      event.stopPropagation()
    }
    box.addEventListener('keydown', onKeyDown)
    box.setAttribute('aria-controls', id)
    box.setAttribute('aria-activedescendant', `${id}-${place}`)
    return () => {
      box.removeEventListener('keydown', onKeyDown)
      box.removeAttribute('aria-controls')
      box.removeAttribute('aria-activedescendant')
    }
  })

  if (shown.length === 0) return null
  return (
    <div id={id} role="listbox" aria-label={t('composer.mention')} className="pop absolute start-3 z-20 w-72 max-w-[calc(100%-24px)] p-1">
      {shown.map((user, index) => (
        <div key={user.id} id={`${id}-${index}`} role="option" aria-selected={index === place} data-highlighted={index === place ? '' : undefined} className="item" onPointerMove={() => setAt(index)} onMouseDown={(event) => event.preventDefault()} onClick={() => onPick({ id: user.id, name: user.title })}>
          <Avatar name={user.title} size={20} />
          <span className="min-w-0 flex-1 truncate">{user.title}</span>
          <span className="truncate text-meta text-fg-3">{String(user['job_title'] ?? '')}</span>
        </div>
      ))}
    </div>
  )
}

