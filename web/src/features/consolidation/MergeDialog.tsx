/** Several records become one: which stays, which value of each field, what comes along; and it can be taken back. */

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify, useActs } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { mergeRecords, mergeStore, MOST_MERGED, previewQuery, type MergeRequest } from '@/lib/merging'
import { refreshObject, type RecordData } from '@/lib/records'
import { useLabel, useLocale, useObject } from '@/lib/session'
import { Button, Pop, Tick } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Modal } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import { Follows } from './Follows'
import { SideBySide } from './SideBySide'
import { differing, sidesOf } from './sides'

export default function MergeDialog({ request }: { request: MergeRequest }) {
  const object = useObject(request.object)
  return object ? <Dialog key={request.ids.join()} object={object} request={request} /> : null
}

function Dialog({ object, request }: { object: ObjectDef; request: MergeRequest }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const queries = useQueryClient()
  const acts = useActs()
  const [ids, setIds] = useState<readonly string[]>(request.ids)
  const [survivor, setSurvivor] = useState<string | null>(null)
  const [picks, setPicks] = useState<Record<string, string>>({})
  const [onlyDiffering, setOnlyDiffering] = useState(true)
  const [adding, setAdding] = useState(false)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const enough = ids.length >= 2
  const preview = useQuery({ ...previewQuery(object.plural, { records: [...ids], survivor: survivor ?? undefined }), enabled: enough, placeholderData: keepPreviousData })
  const close = () => mergeStore.set(null)
  const told = enough ? preview.data : undefined
  // The columns keep the order in which they were chosen, whoever stays.
  const records = ids.flatMap((id) => told?.records.filter((record) => record.id === id) ?? []) as RecordData[]
  const sides = told ? sidesOf(object, records, told, picks) : []
  const shown = onlyDiffering ? sides.filter((side) => side.state !== 'same' || object.title.includes(side.field.name)) : sides
  const same = sides.length - sides.filter((side) => side.state !== 'same').length
  const number = formatNumber(ids.length, locale)

  function drop(id: string) {
    setIds(ids.filter((one) => one !== id))
    setPicks(Object.fromEntries(Object.entries(picks).filter(([, record]) => record !== id)))
    if (survivor === id) setSurvivor(null)
  }

  async function merge() {
    if (busy || !told || told.one_already || preview.isPlaceholderData) return
    setBusy(true)
    setFault(null)
    try {
      const { data, change } = await mergeRecords(object.plural, { records: [...ids], survivor: told.survivor, picks })
      const title = told.records.find((record) => record.id === data.survivor)?.title ?? ''
      acts.did(change, t('merge.done', { count: ids.length, number, title }))
      close()
      request.done?.()
      refreshObject(queries, object.plural)
      for (const key of ['record', 'timeline', 'history', 'related', 'merges', 'pairs', 'pairs-of', 'matching']) void queries.invalidateQueries({ queryKey: [key] })
    } catch (error) {
      setFault(reasonOf(error))
      setBusy(false)
    }
  }

  return (
    <Modal
      open
      title={t('merge.title', { objects: labelOf(object.label_plural).toLocaleLowerCase(locale) })}
      onClose={close}
      width={records.length > 2 ? 'max-w-[1180px]' : 'max-w-[860px]'}
      footer={
        <>
          <Pop
            label={t('merge.add')}
            open={adding}
            onOpenChange={setAdding}
            className="w-80"
            trigger={<Button className="me-auto" disabled={ids.length >= MOST_MERGED}><Plus size={14} />{t('merge.add')}</Button>}
          >
            <LinkPicker
              target={object.name}
              label={t('merge.add')}
              picked={[]}
              onPick={(linked) => {
                setAdding(false)
                if (ids.includes(linked.id)) notify({ text: t('merge.is_in') })
                else setIds([...ids, linked.id])
              }}
            />
          </Pop>
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button look="primary" aria-disabled={!told || told.one_already} aria-busy={busy} onClick={() => void merge()}>{enough ? t('merge.do', { count: ids.length, number }) : t('merge.choose_more')}</Button>
        </>
      }
    >
      {!enough ? (
        <p className="py-6 text-fg-2">{t('merge.one_alone')}</p>
      ) : preview.isError ? (
        <Failed error={preview.error} onRetry={() => void preview.refetch()} />
      ) : !told ? (
        <Bones rows={7} className="!px-0" />
      ) : told.one_already ? (
        <p className="py-6 text-fg-2">{t('merge.one_already')}</p>
      ) : (
        <div className="flex flex-col gap-4">
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-fg-2">
            <p className="flex-1">{t('review.differ', { count: differing(sides) })}</p>
            {same > 0 && <label className="flex min-h-6 items-center gap-2"><Tick label={t('merge.only_differing')} checked={onlyDiffering} onChange={setOnlyDiffering} />{t('merge.only_differing')}</label>}
          </div>
          <SideBySide object={object} records={records} sides={shown} survivor={told.survivor} onSurvive={setSurvivor} onPick={(field, record) => setPicks((held) => ({ ...held, [field]: record }))} />
          {records.length > 2 && (
            <p className="flex flex-wrap items-center gap-1.5 text-meta text-fg-3">
              {t('merge.leave_out')}
              {records.map((record) => <button key={record.id} type="button" onClick={() => drop(record.id)} className="inline-flex min-h-6 items-center gap-1 rounded-xs bg-hover px-1.5 text-fg-2 hover:bg-active hover:text-fg">{record.title || t('common.untitled')}<X size={12} /></button>)}
            </p>
          )}
          <Follows preview={told} />
          {fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{fault}</p>}
        </div>
      )}
    </Modal>
  )
}
