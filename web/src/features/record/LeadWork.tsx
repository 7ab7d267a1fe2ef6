/** What is done with a lead: who got it and why, and what it becomes. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowRightLeft, Undo2, UserCheck } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { notify } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import { formatRelative } from '@/lib/format'
import { assignmentQuery, convertStore } from '@/lib/leads'
import { refreshObject, type Linked, type RecordData } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { useStore } from '@/lib/store'
import { useTranslation } from '@/lib/useTranslation'
import { LinkChip } from '@/ui/FieldValue'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { WhyAssigned } from '@/ui/WhyAssigned'

const ConvertLead = lazy(() => import('./ConvertLead'))

export default function LeadWork({ object, record }: { object: ObjectDef; record: RecordData }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const log = useQuery(assignmentQuery(record.id))
  const [asking, setAsking] = useState(false)
  const converting = useStore(convertStore) === record.id
  const [busy, setBusy] = useState(false)
  const last = log.data?.[0]
  const isConverted = record['status'] === 'converted'
  const mayChange = object.can.update && !record.deleted_at
  const became = ['contact', 'company', 'deal'].flatMap((name) => {
    const linked = record.linked?.[name] as Linked | null | undefined
    return linked ? [linked] : []
  })
  if (!last && !mayChange && !isConverted) return null

  async function refresh() {
    await queries.invalidateQueries({ queryKey: ['record', 'leads', record.id] })
    for (const plural of ['leads', 'contacts', 'companies', 'deals']) refreshObject(queries, plural)
    await queries.invalidateQueries({ queryKey: ['timeline'] })
  }
  async function takeBack() {
    setBusy(true)
    try {
      await ask('DELETE', `/leads/${record.id}/conversion`)
      await refresh()
      notify({ text: t('convert.taken_back', { title: record.title }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }

  return (
    <section aria-label={t('convert.work')} className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md px-3.5 py-2.5 shadow-[inset_0_0_0_1px_var(--line)]">
      {isConverted ? (
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-2"><span className="text-fg-2">{t('convert.became')}</span>{became.map((one) => <LinkChip key={one.id} linked={one} focusable />)}</span>
      ) : (
        <span className="flex min-w-0 flex-1 items-center gap-2 text-fg-2">
          {last && <UserCheck size={15} className="shrink-0 text-fg-3" />}
          <span className="min-w-0">{last ? (last.owner ? t('assigned.went_to', { name: last.owner.title ?? '', time: last.at ? formatRelative(last.at, locale) : '' }) : t('assigned.to_nobody')) : t('convert.hint')}</span>
          {last && <Button size="sm" onClick={() => setAsking(true)}>{t('assigned.why')}</Button>}
        </span>
      )}
      {mayChange && (isConverted ? <Button look="outline" aria-busy={busy} onClick={() => !busy && void takeBack()}><Undo2 size={14} />{t('convert.take_back')}</Button> : <Button look="primary" onClick={() => convertStore.set(record.id)}><ArrowRightLeft size={14} />{t('convert.convert')}</Button>)}
      {asking && last && <Modal open title={t('assigned.title')} onClose={() => setAsking(false)} width="max-w-[560px]"><WhyAssigned assignment={last} /></Modal>}
      <Suspense>{converting && <ConvertLead record={record} onClose={() => convertStore.set(null)} onDone={refresh} />}</Suspense>
    </section>
  )
}
