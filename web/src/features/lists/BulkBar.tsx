/** What can be done with the selected rows, floating above the footer; all of a filter is one click more. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChartPie, Combine, Download, Trash2, X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useActs } from '@/lib/actions'
import { apiUrl } from '@/lib/api'
import { useCommands } from '@/lib/commands'
import type { ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { isMergeable, mergeStore, MOST_MERGED } from '@/lib/merging'
import { countQuery, type Page } from '@/lib/records'
import type { Party } from '@/lib/analysis'
import { needTexts } from '@/lib/i18n'
import { useLabel, useLocale, useObject } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Button } from '@/ui/kit'
import { BulkEdit } from './BulkEdit'
import type { Selection } from './table/useSelection'

const AddToSegment = lazy(async () => (await Promise.all([import('./AddToSegment'), needTexts('segments')]))[0])

const PutOnSequence = lazy(async () => (await Promise.all([import('@/ui/PutOnSequence'), needTexts('sequences')]))[0])

const ListOrdered = iconOf('list-ordered')

/** Longer lists of ids do not fit into an address. */
const MOST_IN_ADDRESS = 100

export default function BulkBar({ object, selection, total, exportUrl }: {
  object: ObjectDef
  selection: Selection
  total: Page['count']
  exportUrl: (format: string, filter?: string) => string
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const acts = useActs()
  const { everything } = selection
  const ids = [...selection.ids]
  const unknown = everything !== null && everything.count === null
  const counted = useQuery({ ...countQuery(object.plural, everything?.filter ?? '', true), enabled: unknown, placeholderData: keepPreviousData })
  const inFilter = total?.value ?? 0
  const count = everything ? (everything.count ?? counted.data?.value ?? (everything.section === null ? inFilter : 0)) : ids.length
  const about = unknown && !counted.data
  const target = everything ? { filter: everything.filter || 'id is not empty' } : { ids }
  const mayExport = object.can.export && (everything !== null || ids.length <= MOST_IN_ADDRESS)
  const mayMerge = isMergeable(object) && everything === null && ids.length >= 2 && ids.length <= MOST_MERGED
  const segment = useObject('segment')?.can
  const maySegment = ['contact', 'company'].includes(object.name) && (segment?.update || segment?.create) === true
  const labelOf = useLabel()
  const sequence = useObject('mail_sequence')
  const mayWrite = sequence?.can.read === true && ['contact', 'lead'].includes(object.name)
  const [isAdding, setIsAdding] = useState(false)
  const [isPutting, setIsPutting] = useState(false)
  const merge = () => mergeStore.set({ object: object.name, ids, done: selection.clear })
  useCommands(t('bulk.actions'), mayMerge ? [{ id: 'merge', label: t('bulk.merge'), run: merge }] : [])
  const exportSelected = everything ? exportUrl('csv', everything.filter) : apiUrl(`/${object.plural}/export`, { format: 'csv', filter: `id in (${ids.map((id) => `"${id}"`).join(', ')})` })
  const number = `${about ? '≈ ' : ''}${formatNumber(count, locale)}`

  return (
    <div role="toolbar" aria-label={t('bulk.actions')} className="absolute inset-x-0 bottom-12 z-10 mx-auto flex w-fit max-w-[calc(100%-24px)] items-center gap-1 overflow-x-auto rounded-lg bg-raised p-1.5 shadow-3">
      <span role="status" className="flex h-7 shrink-0 items-center gap-1 rounded-sm bg-accent-soft ps-2.5 pe-1 font-medium text-accent-text tabular-nums">
        {everything ? t('bulk.all_selected', { count, number }) : t('bulk.selected', { count, number })}
        <button type="button" aria-label={t('bulk.clear')} onClick={selection.clear} className="grid size-5 place-items-center rounded-xs hover:bg-active"><X size={13} /></button>
      </span>
      {!everything && total && (total.value > ids.length || !total.exact) && (
        <Button size="md" className="shrink-0 text-accent-text" onClick={selection.chooseAll}>{t('bulk.select_all', { count: inFilter, number: `${total.exact ? '' : '≈ '}${formatNumber(inFilter, locale)}` })}</Button>
      )}
      <span className="mx-1 h-4 w-px shrink-0 bg-line" />
      {object.can.update && (
        <BulkEdit object={object} target={target} count={count} onSet={async (set) => {
          const done = await acts.many(object, { action: 'update', ...target, set }, (changed) => t('bulk.changed', { count: changed, number: formatNumber(changed, locale) }))
          if (done) selection.clear()
        }} />
      )}
      {maySegment && <Button className="shrink-0" onClick={() => setIsAdding(true)}><ChartPie size={14} />{t('bulk.add_to_segment')}</Button>}
      {mayWrite && <Button className="shrink-0" onClick={() => setIsPutting(true)}><ListOrdered size={14} />{labelOf(sequence.label)}…</Button>}
      {mayMerge && <Button onClick={merge}><Combine size={14} />{t('bulk.merge')}</Button>}
      {mayExport && <Button onClick={() => window.open(exportSelected, '_self')}><Download size={14} />{t('bulk.export')}</Button>}
      {object.can.delete && (
        <Button
          onClick={() => {
            void acts.many(object, { action: 'delete', ...target }, (gone) => t('bulk.trashed', { count: gone, number: formatNumber(gone, locale) }))
            selection.clear()
          }}
        >
          <Trash2 size={14} />
          {t('bulk.delete')}
        </Button>
      )}
      <Suspense>{isPutting && <PutOnSequence object={object.name} target={target as { ids: string[] } | { filter: string }} onClose={() => setIsPutting(false)} onDone={() => { setIsPutting(false); selection.clear() }} />}</Suspense>
      <Suspense>{isAdding && <AddToSegment party={object.name as Party} target={target as { ids: string[] } | { filter: string }} onClose={() => setIsAdding(false)} onDone={() => { setIsAdding(false); selection.clear() }} />}</Suspense>
    </div>
  )
}
