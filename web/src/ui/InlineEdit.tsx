/**
 * Editing where the value stands, in a cell or in details: short values in an input drawn exactly on the place,
 * the others in a panel under it. Enter saves, Tab saves and walks on, Escape leaves everything as it was.
 */

import { lazy, Suspense, useEffect, useRef, useState, type RefObject } from 'react'
import { likelyCurrency } from '@/lib/currency'
import { storedType, type FieldDef } from '@/lib/definitions'
import { fromLocalInput, moneyInput, parseMoney, parseNumber, toLocalInput, type Money } from '@/lib/format'
import { isEmpty, type Linked, type RecordData } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { cx } from './kit'

const UnderEdit = lazy(() => import('./UnderEdit'))

export interface EditKey {
  key: string
  shift?: boolean
}

export interface InlineEditProps {
  field: FieldDef
  record: RecordData
  /** The new value and the key that ended the edit; undefined when nothing is to be saved. `version` is what the writer saw. */
  onDone: (value: unknown, key: EditKey | null, linked: Linked | Linked[] | null | undefined, version: number) => void
  /** The first character typed, which replaces the value. */
  typed?: string | undefined
  /** The record holds a value that was not taken: leaving the editor as it is sends it again. */
  unsaved?: boolean
  anchor: RefObject<HTMLElement | null>
  className?: string
}

/** What an editor itself knows when it ends. */
export type EditorProps = Omit<InlineEditProps, 'onDone'> & { onDone: (value: unknown, key: EditKey | null, linked?: Linked | Linked[] | null) => void }

export function InlineEdit({ onDone, ...rest }: InlineEditProps) {
  const { field, record } = rest
  // Another's value that came in during the edit is not what its writer saw: the server is to notice the clash.
  const [begun] = useState(record)
  const isAsBegun = JSON.stringify(begun[field.name] ?? null) === JSON.stringify(record[field.name] ?? null)
  const version = isAsBegun ? record.version : begun.version
  const props: EditorProps = { ...rest, onDone: (value, key, linked) => onDone(value, key, linked, version) }
  switch (storedType(props.field)) {
    case 'choice': case 'multi_choice': case 'link': case 'links': case 'boolean': case 'address': case 'long_text': case 'file':
      return (
        <Suspense>
          <UnderEdit {...props} />
        </Suspense>
      )
    case 'text': case 'integer': case 'number': case 'money': case 'date': case 'time': case 'email': case 'phone': case 'url': case 'formula': case 'roll_up': case 'json':
      return <OnEdit {...props} />
  }
}

/** What stands in the input at first. */
function textOf(field: FieldDef, value: unknown): string {
  if (isEmpty(value)) return ''
  const type = storedType(field)
  if (type === 'money' && typeof value === 'object') return `${moneyInput(value as Money)} ${(value as Money).currency}`
  if (type === 'time') return toLocalInput(String(value))
  if (type === 'date') return String(value).slice(0, 10)
  return String(value)
}

/** What the typed text means; text that means nothing goes to the server, which says why. */
function valueOf(field: FieldDef, text: string, held: unknown): unknown {
  const typed = text.trim()
  if (typed === '') return null
  const type = storedType(field)
  if (type === 'money') return parseMoney(typed, (held as Money | null)?.currency ?? likelyCurrency()) ?? typed
  if (type === 'integer' || type === 'number') return parseNumber(typed) ?? typed
  if (type === 'time') return fromLocalInput(typed)
  return typed
}

function OnEdit({ field, record, onDone, typed, unsaved, className }: EditorProps) {
  const labelOf = useLabel()
  const held = record[field.name]
  const [first] = useState(() => textOf(field, held))
  const [text, setText] = useState(typed ?? first)
  const input = useRef<HTMLInputElement>(null)
  const ended = useRef(false)
  const type = storedType(field)

  useEffect(() => {
    input.current?.focus({ preventScroll: true })
    if (typed === undefined && type !== 'date' && type !== 'time') input.current?.select()
  }, [typed, type])

  function end(key: EditKey | null, keep: boolean) {
    if (ended.current) return
    ended.current = true
    const changed = keep && (text !== first || unsaved === true)
    onDone(changed ? valueOf(field, text, held) : undefined, key)
  }

  return (
    <input
      ref={input}
      aria-label={labelOf(field.label)}
      type={type === 'date' ? 'date' : type === 'time' ? 'datetime-local' : 'text'}
      inputMode={type === 'money' || type === 'number' ? 'decimal' : type === 'integer' ? 'numeric' : type === 'email' ? 'email' : type === 'phone' ? 'tel' : undefined}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => end(null, true)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Escape') {
          event.preventDefault()
          end({ key: 'Escape' }, false)
        } else if (event.key === 'Enter' || event.key === 'Tab') {
          event.preventDefault()
          end({ key: event.key, shift: event.shiftKey }, true)
        }
      }}
      className={cx('bg-raised text-fg shadow-2 outline-2 outline-accent', (type === 'money' || type === 'number' || type === 'integer') && 'text-end tabular-nums', className)}
    />
  )
}
