/** What a column wants to know before a card may come into it: why a deal was lost, or what the server asked for. */

import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldDef } from '@/lib/definitions'
import { isEmpty, linkedOf, type Linked, type RecordData } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { FieldInput } from '@/ui/FieldInput'
import { Button } from '@/ui/kit'
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
              <label htmlFor={`ask-${field.name}`} className="mb-1 block text-meta font-medium text-fg-2">{labelOf(field.label)}</label>
              <FieldInput
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
              />
              {fault && <p id={`ask-${field.name}-fault`} role="alert" className="mt-1 text-meta text-bad">{fault}</p>}
            </div>
          )
        })}
      </form>
    </Modal>
  )
}
