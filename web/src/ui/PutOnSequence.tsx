/** Puts somebody, or many, on a sequence of letters. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { formatNumber } from '@/lib/format'
import { fewQuery, type RecordData } from '@/lib/records'
import { enrol, SKIP_WORDS } from '@/lib/sequences'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { iconOf } from '@/ui/icons'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Blank, Bones, Failed } from '@/ui/states'

const ListOrdered = iconOf('list-ordered')

export default function PutOnSequence({ object, target, onClose, onDone }: { object: string; target: { ids: string[] } | { filter: string }; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const sequences = useQuery(fewQuery('mail_sequences', { filter: 'paused = false', sort: 'name', limit: 100 }))
  const [busy, setBusy] = useState<string | null>(null)

  async function put(sequence: RecordData) {
    if (busy) return
    setBusy(sequence.id)
    try {
      const done = await enrol(sequence, object, target)
      const skipped = done.skipped ?? []
      const why = [...new Set(skipped.map((one) => t(SKIP_WORDS[one.code] ?? 'sequences.skip_not_found')))].join(', ')
      const enrolled = done.enrolled ?? 0
      const text = done.job ? t('sequences.put_later', { name: sequence.title }) : t('sequences.put', { count: enrolled, number: formatNumber(enrolled, locale), name: sequence.title })
      notify({ text: why ? `${text} ${t('sequences.skipped', { count: skipped.length, why })}` : text, ...(enrolled === 0 && !done.job ? { tone: 'bad' as const } : {}) })
      await queries.invalidateQueries({ queryKey: ['sequences'] })
      onDone()
    } catch (error) {
      notify({ text: t('sequences.not_done', { reason: reasonOf(error) }), tone: 'bad' })
    } finally {
      setBusy(null)
    }
  }

  return (
    <Modal open title={t('sequences.put_on')} onClose={onClose} footer={<Button onClick={onClose}>{t('common.cancel')}</Button>}>
      <p className="mb-3 text-fg-2">{t('sequences.put_hint')}</p>
      {sequences.isError ? <Failed error={sequences.error} onRetry={() => void sequences.refetch()} /> : !sequences.data ? <Bones rows={3} className="!p-0" /> : sequences.data.data.length === 0 ? <Blank icon={ListOrdered} title={t('sequences.none')}>{t('sequences.none_hint')}</Blank> : (
        <ul aria-label={t('sequences.title')} className="flex max-h-72 flex-col overflow-y-auto">
          {sequences.data.data.map((one) => (
            <li key={one.id}>
              <button type="button" aria-busy={busy === one.id} onClick={() => void put(one)} className="flex min-h-10 w-full items-center gap-2.5 rounded-sm px-2 py-1.5 text-start hover:bg-hover">
                <ListOrdered size={15} className="shrink-0 text-fg-3" />
                <span className="min-w-0 flex-1"><span className="block truncate font-medium">{one.title}</span>{typeof one['description'] === 'string' && one['description'] && <span className="block truncate text-meta text-fg-3">{one['description']}</span>}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Modal>
  )
}
