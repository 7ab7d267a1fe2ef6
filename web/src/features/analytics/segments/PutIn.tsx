/** Puts people into a segment made by hand, by the addresses of a pasted list. */

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { formatNumber } from '@/lib/format'
import { putMembers } from '@/lib/segments'
import { useLocale } from '@/lib/session'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

export default function PutIn({ segment, onClose }: { segment: string; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const [unknown, setUnknown] = useState<string[] | null>(null)
  const emails = text.split(/[\s,;<>"]+/).filter((part) => part.includes('@'))

  async function put() {
    try {
      const done = await putMembers(segment, { emails })
      await queries.invalidateQueries({ queryKey: ['segments', segment] })
      notify({ text: t('segments.put_done', { count: done.entered, number: formatNumber(done.entered, locale) }) })
      if (done.unknown.length === 0) return onClose()
      setUnknown(done.unknown)
      setText(done.unknown.join('\n'))
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  return (
    <Modal title={t('segments.put_in')} open onClose={onClose} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" disabled={emails.length === 0} onClick={() => void put()}>{t('segments.put_in_count', { count: emails.length })}</Button></>}>
      <p className="mb-2 text-fg-2">{t('segments.put_in_hint')}</p>
      <label className="flex flex-col gap-1">
        <span className="text-meta font-medium text-fg-2">{t('segments.addresses')}</span>
        <textarea rows={8} value={text} onChange={(event) => setText(event.target.value)} className="input resize-y font-mono text-meta" />
      </label>
      {unknown && <p role="status" className="mt-2 text-warn">{t('segments.unknown', { count: unknown.length })}</p>}
    </Modal>
  )
}
