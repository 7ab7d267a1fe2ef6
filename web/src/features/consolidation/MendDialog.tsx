/** Values written in one form: what would change is seen before it is done, and it can be taken back. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { jobStore, useActs } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { objectByPlural } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { refreshObject } from '@/lib/records'
import { useDefinitions, useLocale } from '@/lib/session'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import { useValueText } from '@/ui/valueText'
import { mend, previewMend, type QualityFigure, type QualityObject } from './quality'

export default function MendDialog({ of, figure, onClose }: { of: QualityObject; figure: QualityFigure; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const acts = useActs()
  const textOf = useValueText()
  const name = figure.mend?.field ?? figure.field ?? ''
  const field = objectByPlural(useDefinitions(), of.plural)?.fields.find((one) => one.name === name)
  const preview = useQuery({ queryKey: ['mend', of.object, name], queryFn: () => previewMend(of.object, name), staleTime: 0, retry: false })
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const told = preview.data
  const number = formatNumber(told?.count ?? 0, locale)

  async function run() {
    if (busy || !told || told.count === 0) return
    setBusy(true)
    try {
      const done = await mend(of.object, name)
      if (done.job) jobStore.set({ job: done.job, plural: of.plural })
      else acts.did(done.change, t('quality.mended', { count: done.done ?? 0, number: formatNumber(done.done ?? 0, locale) }))
      refreshObject(queries, of.plural)
      onClose()
    } catch (error) {
      setFault(reasonOf(error))
      setBusy(false)
    }
  }

  return (
    <Modal
      open
      title={t('quality.mend_title', { field: figure.field_label ?? name })}
      onClose={onClose}
      width="max-w-[620px]"
      footer={<><Button onClick={onClose}>{t('common.cancel')}</Button>{told && told.count > 0 && <Button look="primary" aria-busy={busy} onClick={() => void run()}>{t('quality.mend_do', { count: told.count, number })}</Button>}</>}
    >
      {preview.isError ? <Failed error={preview.error} onRetry={() => void preview.refetch()} /> : !told ? <Bones rows={5} className="!px-0" /> : told.count === 0 ? <p className="text-fg-2">{t('quality.mend_none')}</p> : (
        <div className="flex flex-col gap-3">
          <p className="text-fg-2">{t('quality.mend_lead', { count: told.count, number })}</p>
          <table className="w-full table-fixed border-collapse">
            <thead><tr className="text-label text-fg-3"><th scope="col" className="pb-1 text-start font-medium">{t('quality.figure')}</th><th scope="col" className="pb-1 text-start font-medium">{t('quality.before')}</th><th scope="col" className="pb-1 text-start font-medium">{t('quality.after')}</th></tr></thead>
            <tbody>
              {told.sample.map((one) => (
                <tr key={one.id} className="border-t border-line">
                  <td className="truncate py-1.5 pe-3">{one.title || t('common.untitled')}</td>
                  <td className="py-1.5 pe-3 break-words text-fg-2">{field ? textOf(field, one.before[name]) : String(one.before[name] ?? '')}</td>
                  <td className="py-1.5 font-medium break-words">{field ? textOf(field, one.after[name]) : String(one.after[name] ?? '')}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{fault}</p>}
        </div>
      )}
    </Modal>
  )
}
