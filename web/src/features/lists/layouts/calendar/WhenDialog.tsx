/** Moving by typing: the day and hour of a record, and its end where it has one. */

import { useState, type FormEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldDef } from '@/lib/definitions'
import type { RecordData } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { FieldInput } from '@/ui/FieldInput'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

export default function WhenDialog({ record, fields, onDone, onClose }: { record: RecordData; fields: readonly FieldDef[]; onDone: (set: Record<string, unknown>) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [values, setValues] = useState<Record<string, unknown>>(() => Object.fromEntries(fields.map((field) => [field.name, record[field.name] ?? null])))
  const changed = Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== (record[name] ?? null)))

  function submit(event?: FormEvent) {
    event?.preventDefault()
    if (Object.keys(changed).length > 0) onDone(changed)
    else onClose()
  }

  return (
    <Modal title={t('calendar.move', { title: record.title })} open onClose={onClose} width="max-w-[380px]" footer={<><Button look="outline" onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" onClick={() => submit()}>{t('common.save')}</Button></>}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        {fields.map((field) => (
          <div key={field.name}>
            <label htmlFor={`when-${field.name}`} className="mb-1 block text-meta font-medium text-fg-2">{labelOf(field.label)}</label>
            <FieldInput id={`when-${field.name}`} field={field} value={values[field.name]} onChange={(value) => setValues((held) => ({ ...held, [field.name]: value }))} />
          </div>
        ))}
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </Modal>
  )
}
