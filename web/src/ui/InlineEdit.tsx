/**
 * Editing where the value stands, in a cell or in details: short values in an input drawn exactly on the place,
 * the others in a panel under it. Enter saves, Tab saves and walks on, Escape leaves everything as it was.
 */

import { Popover } from '@base-ui/react/popover'
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { storedType, type FieldDef } from '@/lib/definitions'
import { fromLocalInput, moneyInput, parseMoney, parseNumber, toLocalInput, type Money } from '@/lib/format'
import { isCommand } from '@/lib/keys'
import { isEmpty, linkedOf, type Linked, type RecordData } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { ChoiceList, FieldInput } from './FieldInput'
import { Button, cx } from './kit'
import { LinkPicker } from './LinkPicker'

export interface EditKey {
  key: string
  shift?: boolean
}

export interface InlineEditProps {
  field: FieldDef
  record: RecordData
  /** The new value and the key that ended the edit; undefined when nothing is to be saved. */
  onDone: (value: unknown, key: EditKey | null, linked?: Linked | Linked[] | null) => void
  /** The first character typed, which replaces the value. */
  typed?: string | undefined
  anchor: RefObject<HTMLElement | null>
  className?: string
}

export function InlineEdit(props: InlineEditProps) {
  switch (storedType(props.field)) {
    case 'choice': case 'multi_choice': case 'link': case 'links': case 'boolean': case 'address': case 'long_text':
      return <UnderEdit {...props} />
    case 'text': case 'integer': case 'number': case 'money': case 'date': case 'time': case 'email': case 'phone': case 'url': case 'file': case 'formula': case 'roll_up': case 'json':
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
  if (type === 'money') return parseMoney(typed, (held as Money | null)?.currency ?? 'EUR') ?? typed
  if (type === 'integer' || type === 'number') return parseNumber(typed) ?? typed
  if (type === 'time') return fromLocalInput(typed)
  return typed
}

function OnEdit({ field, record, onDone, typed, className }: InlineEditProps) {
  const labelOf = useLabel()
  const held = record[field.name]
  const first = textOf(field, held)
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
    const changed = keep && text !== first
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

function UnderEdit({ field, record, onDone, anchor }: InlineEditProps) {
  const labelOf = useLabel()
  const { t } = useTranslation()
  const type = storedType(field)
  const [value, setValue] = useState<unknown>(record[field.name] ?? null)
  const [linked, setLinked] = useState<Linked[]>(() => linkedOf(record, field))
  const ended = useRef(false)
  const dirty = useRef(false)

  function end(key: EditKey | null, next: unknown, links?: Linked | Linked[] | null) {
    if (ended.current) return
    ended.current = true
    onDone(next, key, links)
  }
  const multiple = type === 'multi_choice' || field.type === 'links'
  const finish = (key: EditKey | null) => end(key, dirty.current ? value : undefined, field.type === 'links' ? linked : undefined)
  const label = labelOf(field.label)

  function onKeyDown(event: KeyboardEvent) {
    event.stopPropagation()
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.preventDefault()
      end({ key: 'Escape' }, undefined)
    } else if (event.key === 'Tab' && type !== 'address' && type !== 'long_text') {
      event.preventDefault()
      finish({ key: 'Tab', shift: event.shiftKey })
    } else if (event.key === 'Enter' && isCommand(event)) {
      event.preventDefault()
      finish({ key: 'Stay' })
    }
  }

  const footer =
    (!isEmpty(value) && !field.required) || multiple ? (
      <div className="flex items-center justify-between gap-2 border-t border-line p-1.5">
        <Button size="sm" disabled={isEmpty(value)} onClick={() => end({ key: 'Stay' }, multiple ? [] : null, multiple ? [] : null)}>{t('field.clear')}</Button>
        {multiple && <Button size="sm" look="soft" onClick={() => finish({ key: 'Stay' })}>{t('common.done')}</Button>}
      </div>
    ) : null

  return (
    <Popover.Root open onOpenChange={(open) => !open && finish(null)}>
      <Popover.Portal>
        <Popover.Positioner anchor={anchor} align="start" sideOffset={3} className="z-60 outline-none" collisionPadding={8}>
          <Popover.Popup aria-label={label} className={cx('pop max-w-[calc(100vw-16px)]', type === 'address' || type === 'long_text' ? 'w-[360px] p-3' : 'w-72')} onKeyDown={onKeyDown}>
            {(type === 'choice' || type === 'multi_choice') && (
              <>
                <ChoiceList
                  field={field}
                  picked={Array.isArray(value) ? value.map(String) : value ? [String(value)] : []}
                  onEscape={() => end({ key: 'Escape' }, undefined)}
                  onPick={(picked) => {
                    if (!multiple) return end({ key: 'Stay' }, picked[0] ?? null)
                    dirty.current = true
                    setValue(picked)
                  }}
                />
                {footer}
              </>
            )}
            {type === 'boolean' && (
              <ChoiceList
                field={{ ...field, type: 'choice', options: [{ value: 'true', label: { en: t('common.yes') } }, { value: 'false', label: { en: t('common.no') } }] }}
                picked={value === null ? [] : [String(value)]}
                onEscape={() => end({ key: 'Escape' }, undefined)}
                onPick={(picked) => end({ key: 'Stay' }, picked[0] === 'true')}
              />
            )}
            {(type === 'link' || type === 'links') && (
              <LinkPicker
                label={label}
                target={field.target ?? 'any'}
                picked={linked}
                multiple={multiple}
                onEscape={() => end({ key: 'Escape' }, undefined)}
                footer={footer}
                onPick={(one) => {
                  if (!multiple) return end({ key: 'Stay' }, one.id, one)
                  const next = linked.some((held) => held.id === one.id) ? linked.filter((held) => held.id !== one.id) : [...linked, one]
                  dirty.current = true
                  setLinked(next)
                  setValue(next.map((held) => held.id))
                }}
              />
            )}
            {(type === 'address' || type === 'long_text') && (
              <form
                onSubmit={(event) => {
                  event.preventDefault()
                  finish({ key: 'Stay' })
                }}
              >
                <FieldInput
                  field={field}
                  value={value}
                  autoFocus
                  onChange={(next) => {
                    dirty.current = true
                    setValue(next)
                  }}
                />
                <div className="mt-3 flex justify-end gap-2">
                  <Button onClick={() => end({ key: 'Escape' }, undefined)}>{t('common.cancel')}</Button>
                  <Button look="primary" type="submit">{t('common.save')}</Button>
                </div>
              </form>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
