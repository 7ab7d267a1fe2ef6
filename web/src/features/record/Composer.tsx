/** Writes what happened or what is to be done: a note, a task, a call, a meeting, linked to this record. */

import { useQueryClient } from '@tanstack/react-query'
import { CalendarPlus, ListPlus, Phone, StickyNote } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { reasonOf } from '@/lib/api'
import { useActs } from '@/lib/actions'
import { objectByName, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { fromLocalInput, toLocalInput } from '@/lib/format'
import { isCommand, shortcut } from '@/lib/keys'
import { createRecord, type RecordData } from '@/lib/records'
import { useDefinitions, useSession } from '@/lib/session'
import { keep, kept } from '@/lib/storage'
import { Button, cx, Key } from '@/ui/kit'

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
function linkField(target: ObjectDef, object: ObjectDef): FieldDef | undefined {
  const free = target.fields.filter((candidate) => !candidate.readonly && candidate.name !== 'author' && candidate.name !== 'owner')
  return (
    free.find((candidate) => candidate.type === 'link' && candidate.target === object.name) ??
    free.find((candidate) => candidate.type === 'links' && candidate.target === object.name) ??
    free.find((candidate) => candidate.type === 'link' && candidate.target === 'any')
  )
}

function linkValues(target: ObjectDef, object: ObjectDef, record: RecordData): Record<string, unknown> {
  const field = linkField(target, object)
  if (!field) return {}
  return { [field.name]: field.type === 'links' ? [record.id] : field.target === 'any' ? { object: object.name, id: record.id } : record.id }
}

export function Composer({ object, record, asked, mayNote, mayAct, onDone }: { object: ObjectDef; record: RecordData; asked: { kind: ComposerKind; at: number }; mayNote: boolean; mayAct: boolean; onDone: () => void }) {
  const { t } = useTranslation()
  const definitions = useDefinitions()
  const session = useSession()
  const acts = useActs()
  const queries = useQueryClient()
  const kinds = KINDS.filter((one) => (one.kind === 'note' ? mayNote : mayAct))
  const [kind, setKind] = useState<ComposerKind>(kinds[0]?.kind ?? 'note')
  const draftName = `compose.${record.id}`
  const [text, setText] = useState(() => kept(draftName) ?? '')
  const [at, setAt] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const box = useRef<HTMLTextAreaElement>(null)
  const current = KINDS.find((one) => one.kind === kind) ?? KINDS[0]

  useEffect(() => {
    if (asked.at === 0) return
    setKind(asked.kind)
    box.current?.focus()
    box.current?.scrollIntoView({ block: 'nearest' })
  }, [asked])

  useEffect(() => {
    const timer = setTimeout(() => keep(draftName, text.trim() ? text : null), 300)
    return () => clearTimeout(timer)
  }, [text, draftName])

  async function send() {
    if (busy) return
    if (text.trim() === '') {
      setFault(t('composer.empty'))
      box.current?.focus()
      return
    }
    const target = objectByName(definitions, kind === 'note' ? 'note' : 'activity')
    if (!target) return
    setBusy(true)
    setFault(null)
    const [firstLine = '', ...rest] = text.trim().split('\n')
    const values: Record<string, unknown> = { ...linkValues(target, object, record) }
    const put = (field: FieldDef | undefined, value: unknown) => {
      if (field) values[field.name] = value
    }
    if (kind === 'note') {
      put(named(target, ['body', 'text', 'content']), text.trim())
      const title = named(target, ['title', 'subject'])
      if (title?.required) values[title.name] = firstLine.slice(0, 120)
    } else {
      put(named(target, ['kind', 'type']), kind)
      put(named(target, ['subject', 'title', 'name']), firstLine)
      if (rest.length > 0) put(named(target, ['body', 'notes', 'description', 'text']), rest.join('\n').trim())
      const when = fromLocalInput(at)
      const due = named(target, kind === 'task' ? ['due_at', 'due', 'due_on', 'starts_at'] : ['starts_at', 'start_at', 'at', 'due_at'])
      if (due && when) values[due.name] = due.type === 'date' ? at.slice(0, 10) : when
      const owner = named(target, ['assignee', 'owner'])
      if (owner && session && owner.target === 'user') values[owner.name] = session.user.id
      const done = named(target, ['is_done', 'done_at'])
      const started = when ? new Date(when).getTime() <= Date.now() : true
      if (kind === 'call' && done && started) values[done.name] = done.type === 'boolean' ? true : (when ?? new Date().toISOString())
    }
    try {
      const { data, change } = await createRecord(target.plural, values)
      setText('')
      setAt('')
      keep(draftName, null)
      acts.created(target, data, change)
      void queries.invalidateQueries({ queryKey: ['related', object.plural, record.id] })
      onDone()
      box.current?.focus()
    } catch (error) {
      setFault(reasonOf(error))
    } finally {
      setBusy(false)
    }
  }

  if (!current) return null
  return (
    <section aria-label={t('composer.title')} className="mb-4 rounded-md bg-surface shadow-[0_0_0_1px_var(--line),var(--depth-2)] focus-within:shadow-[0_0_0_1px_var(--accent),var(--depth-2)]">
      <div role="tablist" aria-label={t('composer.title')} className="flex gap-0.5 px-2 pt-2">
        {kinds.map((one) => (
          <button key={one.kind} type="button" role="tab" aria-selected={kind === one.kind} onClick={() => { setKind(one.kind); box.current?.focus() }} className={cx('flex h-7 items-center gap-1.5 rounded-sm px-2.5 font-medium pointer-coarse:h-10', kind === one.kind ? 'bg-hover text-fg' : 'text-fg-2 hover:text-fg')}>
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
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setFault(null)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && isCommand(event)) {
            event.preventDefault()
            void send()
          } else if (event.key === 'Escape') event.currentTarget.blur()
        }}
        className="block field-sizing-content max-h-64 min-h-14 w-full resize-none bg-transparent px-4 py-2.5 outline-none"
      />
      {fault && <p role="alert" className="px-4 pb-1 text-meta text-bad">{fault}</p>}
      <div className="flex flex-wrap items-center gap-2 px-2 pb-2">
        {kind !== 'note' && (
          <label className="flex items-center gap-2 ps-2 text-meta text-fg-2">
            {kind === 'task' ? t('composer.due') : t('composer.when')}
            <input type="datetime-local" value={at} onChange={(event) => setAt(event.target.value)} className="input !min-h-7 !w-auto !py-0.5 text-meta" />
            {kind !== 'task' && at === '' && <button type="button" className="text-accent-text" onClick={() => setAt(toLocalInput(new Date().toISOString()))}>{t('composer.now')}</button>}
          </label>
        )}
        <span className="flex-1" />
        <Button look="primary" aria-busy={busy} onClick={() => void send()}>
          {t(current.submit)}
          <Key>{shortcut('⌘↵')}</Key>
        </Button>
      </div>
    </section>
  )
}
