/** Erases what is known of a person, for good: what goes and what stays is said first, and the name is typed to confirm. */

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import type { ObjectDef } from '@/lib/definitions'
import { refreshObject, type RecordData } from '@/lib/records'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

export default function Erase({ object, record, onClose }: { object: ObjectDef; record: RecordData; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const wanted = (record.title || record.id).trim()
  const isSure = typed.trim().toLocaleLowerCase() === wanted.toLocaleLowerCase()
  const erase = useMutation({
    mutationFn: async () => ask('POST', `/${object.plural}/${record.id}/erasure`),
    onSuccess: () => {
      notify({ text: t('erase.done') })
      for (const kind of ['record', 'timeline', 'history']) queries.removeQueries({ queryKey: [kind, object.plural, record.id] })
      for (const kind of ['recents', 'favourites']) void queries.invalidateQueries({ queryKey: [kind] })
      refreshObject(queries, object.plural)
      onClose()
      void navigate({ to: '/o/$plural', params: { plural: object.plural }, search: {} })
    },
  })

  return (
    <Modal
      open
      onClose={onClose}
      title={t('erase.title', { title: record.title })}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="danger" disabled={!isSure} aria-busy={erase.isPending} onClick={() => erase.mutate()}>{t('erase.confirm')}</Button>
        </>
      }
    >
      <p>{t('erase.lead')}</p>
      <ul className="my-3 list-disc ps-5 text-fg-2">
        <li>{t('erase.goes')}</li>
        <li>{t('erase.stays')}</li>
        <li>{t('erase.no_undo')}</li>
      </ul>
      <label className="flex flex-col gap-1">
        <span className="text-meta font-medium text-fg-2">{t('erase.type', { title: wanted })}</span>
        <input className="input" autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </label>
      {erase.isError && <p role="alert" className="mt-2 text-bad">{reasonOf(erase.error)}</p>}
    </Modal>
  )
}
