/** What a step wants to know before it is entered. */

import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldProblem } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import { isEmpty, type Linked, type RecordData } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { FieldInput } from '@/ui/FieldInput'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { nameIn, type Step } from './StageStrip'

export default function AskForMore({ object, record, step, faults, onClose, onGo }: { object: ObjectDef; record: RecordData; step: Step; faults: FieldProblem[]; onClose: () => void; onGo: (values: Record<string, unknown>, links: Record<string, Linked | Linked[] | null>) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const fields = object.fields.filter((field) => faults.some((fault) => nameIn(fault.pointer) === field.name))
  const [values, setValues] = useState<Record<string, unknown>>(() => Object.fromEntries(fields.map((field) => [field.name, record[field.name] ?? null])))
  const [links, setLinks] = useState<Record<string, Linked | Linked[] | null>>({})
  const isOptional = faults.every((fault) => fault.code === 'asked')
  const missing = fields.some((field) => isEmpty(values[field.name]))

  return (
    <Modal
      open
      onClose={onClose}
      title={t('stage.ask', { stage: step.label })}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          {isOptional && missing && <Button look="outline" onClick={() => onGo(values, links)}>{t('stage.without')}</Button>}
          <Button look="primary" disabled={missing} onClick={() => onGo(values, links)}>{t('stage.move', { stage: step.label })}</Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pt-1">
        {fields.map((field) => (
          <div key={field.name} className="flex flex-col gap-1">
            <label htmlFor={`stage-${field.name}`} className="text-meta font-medium text-fg-2">{labelOf(field.label)}</label>
            <FieldInput
              id={`stage-${field.name}`}
              field={field}
              value={values[field.name]}
              linked={[links[field.name] ?? []].flat().filter((one): one is Linked => one !== null)}
              onChange={(value, linked) => {
                setValues((held) => ({ ...held, [field.name]: value }))
                if (linked !== undefined) setLinks((held) => ({ ...held, [field.name]: linked }))
              }}
            />
            {faults.find((fault) => nameIn(fault.pointer) === field.name)?.detail && <p className="text-meta text-fg-3">{faults.find((fault) => nameIn(fault.pointer) === field.name)?.detail}</p>}
          </div>
        ))}
      </div>
    </Modal>
  )
}
