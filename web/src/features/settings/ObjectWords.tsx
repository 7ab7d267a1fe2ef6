/** What an object of the company's own is called, and where it stands; its name in addresses stays. */

import { useState, type FormEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { notify } from '@/lib/actions'
import type { ObjectDef } from '@/lib/definitions'
import { useLabel } from '@/lib/session'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { LabelsInput, withEnglish } from './LabelsInput'
import { ObjectPlace } from './ObjectPlace'
import { Fault, faultsOf } from './parts'

export default function ObjectWords({ object, onClose, onSaved }: { object: ObjectDef; onClose: () => void; onSaved: () => Promise<void> }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [one, setOne] = useState(object.label)
  const [many, setMany] = useState(object.label_plural)
  const [area, setArea] = useState(object.area)
  const [icon, setIcon] = useState(object.icon)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [isBusy, setIsBusy] = useState(false)
  const { label, label_plural: plural, ...general } = faults

  async function save(event: FormEvent) {
    event.preventDefault()
    const empty = (labels: typeof one) => !Object.values(labels).some((text) => text.trim() !== '')
    const found = { ...(empty(one) && { label: t('form.required') }), ...(empty(many) && { label_plural: t('form.required') }) }
    setFaults(found)
    if (Object.keys(found).length > 0 || isBusy) return
    setIsBusy(true)
    try {
      await ask('PATCH', `/definitions/${object.name}`, { body: { label: withEnglish(one), label_plural: withEnglish(many), area, icon } })
      await onSaved()
      notify({ text: t('fields.saved', { name: labelOf(withEnglish(many)) }) })
      onClose()
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setIsBusy(false)
    }
  }

  return (
    <Modal open title={labelOf(object.label_plural)} onClose={onClose} width="max-w-[560px]">
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void save(event)}>
        <div className="grid gap-4 sm:grid-cols-2">
          <LabelsInput label={t('objects.one')} value={one} onChange={setOne} fault={label} />
          <LabelsInput label={t('objects.many')} value={many} onChange={setMany} fault={plural} />
        </div>
        <ObjectPlace area={area} icon={icon} onArea={setArea} onIcon={setIcon} />
        {Object.keys(general).length > 0 && <Fault>{Object.values(general).join(' ')}</Fault>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" aria-busy={isBusy}>{t('common.save')}</Button>
        </div>
      </form>
    </Modal>
  )
}
