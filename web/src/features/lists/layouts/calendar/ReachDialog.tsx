/** A change of one moment of what repeats: how far it goes. */

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify, useActs } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import { refreshObject } from '@/lib/records'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import type { Moment } from './occurrences'

const REACHES = [['this', 'moments.this'], ['following', 'moments.following'], ['all', 'moments.all']] as const
type Reach = (typeof REACHES)[number][0]

export default function ReachDialog({ moment, plural, title, what, set, onClose }: { moment: Moment; plural: string; title: string; what: string; set: Record<string, unknown>; onClose: () => void }) {
  const { t } = useTranslation()
  const acts = useActs()
  const queries = useQueryClient()
  const [reach, setReach] = useState<Reach>('this')
  const [isBusy, setBusy] = useState(false)

  async function go() {
    setBusy(true)
    try {
      const answer = await ask('PATCH', `/${plural}/${moment.series}/occurrences/${encodeURIComponent(moment.at)}`, { body: { reach, values: set } })
      acts.did(answer.change, what)
      refreshObject(queries, plural)
      for (const kind of ['few', 'day']) void queries.invalidateQueries({ queryKey: [kind] })
      onClose()
    } catch (error) {
      setBusy(false)
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  return (
    <Modal title={t('moments.title', { title })} open onClose={onClose} width="max-w-[400px]" footer={<><Button look="outline" onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" disabled={isBusy} onClick={() => void go()}>{t('common.save')}</Button></>}>
      <fieldset className="flex flex-col gap-1">
        <legend className="pb-2 text-fg-2">{what}</legend>
        {REACHES.map(([value, label]) => (
          <label key={value} className="flex min-h-9 items-center gap-2.5 rounded-sm px-2 hover:bg-hover pointer-coarse:min-h-11">
            <input type="radio" name="reach" value={value} checked={reach === value} onChange={() => setReach(value)} />
            {t(label)}
          </label>
        ))}
      </fieldset>
    </Modal>
  )
}
