/** The editor of a value that needs room, in a panel under its place: choices, links, addresses, long texts. */

import { Popover } from '@base-ui/react/popover'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { storedType } from '@/lib/definitions'
import { isCommand } from '@/lib/keys'
import { isEmpty, linkedOf, type Linked } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { ChoiceList, FieldInput } from './FieldInput'
import type { EditKey, EditorProps } from './InlineEdit'
import { Button, cx } from './kit'
import { LinkPicker } from './LinkPicker'

export default function UnderEdit({ field, record, onDone, typed, unsaved, anchor }: EditorProps) {
  const labelOf = useLabel()
  const { t } = useTranslation()
  const type = storedType(field)
  const [value, setValue] = useState<unknown>(type === 'long_text' && typed !== undefined ? typed : (record[field.name] ?? null))
  const [linked, setLinked] = useState<Linked[]>(() => linkedOf(record, field))
  const ended = useRef(false)
  const dirty = useRef(unsaved === true || (type === 'long_text' && typed !== undefined))

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
          <Popover.Popup aria-label={label} className={cx('pop max-w-[calc(100vw-16px)]', type === 'address' || type === 'long_text' || type === 'file' ? 'w-[360px] p-3' : 'w-72')} onKeyDown={onKeyDown}>
            {(type === 'choice' || type === 'multi_choice') && (
              <>
                <ChoiceList
                  field={field}
                  typed={typed}
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
                typed={typed}
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
            {(type === 'address' || type === 'long_text' || type === 'file') && (
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
