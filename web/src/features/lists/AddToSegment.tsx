/** Puts the selected rows of a list into a segment made by hand, or keeps the list's filter as a segment that follows. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ChartPie, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import type { Party } from '@/lib/analysis'
import { reasonOf } from '@/lib/api'
import { formatNumber } from '@/lib/format'
import { createRecord } from '@/lib/records'
import { putMembers, segmentsQuery } from '@/lib/segments'
import { useLocale, useObject } from '@/lib/session'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Bones } from '@/ui/states'

export default function AddToSegment({ party, target, onClose, onDone }: { party: Party; target: { ids: string[] } | { filter: string }; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const may = useObject('segment')?.can
  const segments = useQuery(segmentsQuery(`holds = "${party}" and kind = "fixed"`))
  const [name, setName] = useState('')

  async function put(id: string, called: string) {
    try {
      const done = await putMembers(id, target)
      await queries.invalidateQueries({ queryKey: ['segments'] })
      notify({
        text: done.job ? t('segments.put_later', { name: called }) : t('segments.put_into', { count: done.entered, number: formatNumber(done.entered, locale), name: called }),
        action: { label: t('segments.open'), run: () => void navigate({ to: '/segments/$id', params: { id }, search: {} }) },
      })
      onDone()
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  async function make() {
    try {
      const made = await createRecord('segments', { name: name.trim(), holds: party, kind: 'fixed' })
      await queries.invalidateQueries({ queryKey: ['list', 'segments'] })
      await put(made.data.id, name.trim())
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  return (
    <Modal title={t('segments.add_to')} open onClose={onClose}>
      <div className="flex flex-col gap-4">
        {may?.update && (segments.data ? (
          segments.data.length > 0 && (
            <ul aria-label={t('segments.title')} className="flex max-h-56 flex-col overflow-y-auto">
              {segments.data.map((one) => (
                <li key={one.id}><button type="button" onClick={() => void put(one.id, one.name)} className="flex w-full items-center gap-2.5 rounded-sm px-2 py-1.5 text-start hover:bg-hover"><ChartPie size={14} className="text-fg-3" /><span className="min-w-0 flex-1 truncate">{one.name}</span><span className="text-meta text-fg-3 tabular-nums">{formatNumber(one.size ?? 0, locale)}</span></button></li>
              ))}
            </ul>
          )
        ) : <Bones rows={3} className="!p-0" />)}
        {may?.create && (
          <form
            className="flex items-end gap-2"
            onSubmit={(event) => {
              event.preventDefault()
              if (name.trim() !== '') void make()
            }}
          >
            <label className="flex min-w-0 flex-1 flex-col gap-1">
              <span className="text-meta font-medium text-fg-2">{t('segments.new_by_hand')}</span>
              <input maxLength={120} value={name} onChange={(event) => setName(event.target.value)} className="input" />
            </label>
            <Button look="primary" type="submit" disabled={name.trim() === ''} className="!h-8"><Plus size={14} />{t('segments.make')}</Button>
          </form>
        )}
        {'filter' in target && may?.create && (
          <p className="border-t border-line pt-3 text-fg-2">
            {t('segments.or_follow')}{' '}
            <button type="button" onClick={() => void navigate({ to: '/segments/new', search: { ...(party === 'contact' ? {} : { object: party }), question: target.filter } })} className="rounded-xs font-medium text-accent-text hover:underline">{t('segments.follow_filter')}</button>
          </p>
        )}
      </div>
    </Modal>
  )
}
