/** What a column wants to know before a card may come into it: why a deal was lost, or what the server asked for. */

import { useState, type FormEvent, type KeyboardEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { optionsOf, storedType, type FieldDef } from '@/lib/definitions'
import { isEmpty, linkedOf, type Linked, type RecordData } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { FieldInput } from '@/ui/FieldInput'
import { Button, cx } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

export interface Asked {
  record: RecordData
  to: { lane: string; column: string }
  fields: FieldDef[]
  /** What the server said of each, if it was asked already. */
  faults: Record<string, string>
  values: Record<string, unknown>
}

export default function AskDialog({ asked, column, onDone, onClose }: { asked: Asked; column: string; onDone: (values: Record<string, unknown>) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [values, setValues] = useState<Record<string, unknown>>(() => Object.fromEntries(asked.fields.map((field) => [field.name, asked.values[field.name] ?? asked.record[field.name] ?? null])))
  const [links, setLinks] = useState<Record<string, Linked | Linked[] | null>>({})
  const [tried, setTried] = useState(false)
  const missing = asked.fields.filter((field) => isEmpty(values[field.name]))

  function submit(event?: FormEvent) {
    event?.preventDefault()
    setTried(true)
    if (missing.length === 0) onDone({ ...asked.values, ...values })
  }

  return (
    <Modal
      title={t('board.ask_title', { title: asked.record.title, column })}
      open
      onClose={onClose}
      footer={
        <>
          <Button look="outline" onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" onClick={() => submit()}>{t('board.ask_done', { column })}</Button>
        </>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        {asked.fields.map((field) => {
          const fault = asked.faults[field.name] ?? (tried && isEmpty(values[field.name]) ? t('board.ask_missing') : undefined)
          return (
            <div key={field.name}>
              <label id={`ask-${field.name}-label`} htmlFor={`ask-${field.name}`} className="mb-1 block text-meta font-medium text-fg-2">{labelOf(field.label)}</label>
              {isShort(field) ? <Reasons field={field} value={values[field.name]} describedBy={fault ? `ask-${field.name}-fault` : undefined} onChange={(value) => setValues((held) => ({ ...held, [field.name]: value }))} /> : <FieldInput
                id={`ask-${field.name}`}
                field={field}
                value={values[field.name]}
                linked={linkedOf({ ...asked.record, linked: { ...asked.record.linked, ...links } }, field)}
                invalid={fault !== undefined}
                describedBy={fault ? `ask-${field.name}-fault` : undefined}
                onChange={(value, linked) => {
                  setValues((held) => ({ ...held, [field.name]: value }))
                  if (linked !== undefined) setLinks((held) => ({ ...held, [field.name]: linked }))
                }}
              />}
              {fault && <p id={`ask-${field.name}-fault`} role="alert" className="mt-1 text-meta text-bad">{fault}</p>}
            </div>
          )
        })}
      </form>
    </Modal>
  )
}

/** Few enough answers to see all of them: one press chooses. */
function isShort(field: FieldDef): boolean {
  return storedType(field) === 'choice' && optionsOf(field).length <= 12
}

function Reasons({ field, value, describedBy, onChange }: { field: FieldDef; value: unknown; describedBy: string | undefined; onChange: (value: string) => void }) {
  const labelOf = useLabel()
  const options = optionsOf(field)
  const chosen = options.findIndex((option) => option.value === value)

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const next = (Math.max(0, chosen) + (chosen < 0 ? 0 : step) + options.length) % options.length
    const option = options[next]
    if (option) onChange(option.value)
    event.currentTarget.querySelectorAll<HTMLElement>('[role=radio]')[next]?.focus()
  }

  return (
    <div id={`ask-${field.name}`} role="radiogroup" aria-labelledby={`ask-${field.name}-label`} aria-describedby={describedBy} onKeyDown={onKeyDown} className="flex flex-wrap gap-1.5">
      {options.map((option, index) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={index === Math.max(0, chosen) ? 0 : -1}
          onClick={() => onChange(option.value)}
          className={cx('h-8 rounded-full px-3 font-medium pointer-coarse:h-11', option.value === value ? 'bg-accent text-accent-fg' : 'text-fg-2 shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover hover:text-fg')}
        >
          {labelOf(option.label)}
        </button>
      ))}
    </div>
  )
}
