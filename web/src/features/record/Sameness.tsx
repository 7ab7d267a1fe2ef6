/** What this record may be the same as, and what it was made of: said calmly, with the way on and the way back. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Combine, Split } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify, useActs } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { faceOf, type ObjectDef } from '@/lib/definitions'
import { formatTime } from '@/lib/format'
import { pairsOfQuery, probabilityText } from '@/lib/matching'
import { isMergeable, mergesQuery, unmerge, type Merge } from '@/lib/merging'
import { refreshObject, type RecordData } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { Face } from '@/ui/Face'
import { Button, cx } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

export default function Sameness({ object, record }: { object: ObjectDef; record: RecordData }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const pairs = useQuery({ ...pairsOfQuery(object.plural, record.id), enabled: object.party === true && !record.deleted_at })
  const merges = useQuery({ ...mergesQuery(object.plural, record.id), enabled: isMergeable(object) })
  const [isOpen, setIsOpen] = useState(false)
  const likely = [...(pairs.data ?? [])].filter((pair) => pair.state === 'open' || pair.state === 'second').sort((a, b) => b.probability - a.probability)
  const first = likely[0]
  const other = first?.records.find((one) => one.id !== record.id)
  const standing = (merges.data ?? []).filter((merge) => merge.state !== 'undone')
  const parts = new Set(standing.flatMap((merge) => merge.records.filter((one) => one.left_at === null).map((one) => one.id)))
  parts.add(record.id)
  if (!(first && other) && standing.length === 0) return null

  return (
    <div className="flex flex-col gap-2">
      {first && other && (
        <p role="status" className="flex flex-wrap items-center gap-x-2.5 gap-y-1 rounded-md bg-accent-soft py-1.5 ps-3 pe-1.5 text-accent-text">
          <Combine size={15} className="shrink-0" />
          <span className="min-w-0 flex-1">
            {t('same.may_be', { title: other.title || t('common.untitled'), chance: probabilityText(first.probability, locale) })}
            {likely.length > 1 && ` ${t('same.and_more', { count: likely.length - 1 })}`}
          </span>
          <Link to="/duplicates" search={{ object: object.plural, pair: first.id }} className="inline-flex h-7 shrink-0 items-center rounded-sm px-2.5 font-medium hover:bg-surface pointer-coarse:h-9">{t('same.review')}</Link>
        </p>
      )}
      {standing.length > 0 && parts.size > 1 && (
        <button type="button" onClick={() => setIsOpen(true)} className="inline-flex min-h-6 w-fit items-center gap-1.5 rounded-sm text-meta text-fg-2 hover:text-accent-text">
          <Combine size={13} />
          {t('same.made_of', { count: parts.size })}
        </button>
      )}
      {isOpen && <Merges object={object} record={record} merges={merges.data ?? []} onClose={() => setIsOpen(false)} />}
    </div>
  )
}

function Merges({ object, record, merges, onClose }: { object: ObjectDef; record: RecordData; merges: Merge[]; onClose: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const queries = useQueryClient()
  const acts = useActs()
  const [busy, setBusy] = useState<string | null>(null)

  async function takeOut(merge: Merge, part?: string) {
    if (busy) return
    setBusy(part ?? merge.id)
    try {
      const { data, change } = await unmerge(merge.id, part)
      acts.did(change, data.withheld.length > 0 ? t('same.split_withheld', { count: data.withheld.length }) : t('same.split'))
      refreshObject(queries, object.plural)
      for (const key of ['record', 'timeline', 'history', 'related', 'merges', 'pairs-of', 'pairs', 'matching']) void queries.invalidateQueries({ queryKey: [key] })
      onClose()
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    } finally {
      setBusy(null)
    }
  }

  return (
    <Modal open title={t('same.merges', { title: record.title })} onClose={onClose} width="max-w-[560px]">
      <ul className="flex flex-col gap-5">
        {merges.map((merge) => {
          const losers = merge.records.filter((part) => part.id !== merge.survivor.id)
          return (
            <li key={merge.id}>
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <p className="min-w-0 flex-1 text-fg-2">{merge.actor?.name ? t('same.by', { name: merge.actor.name, when: formatTime(merge.at, locale) }) : formatTime(merge.at, locale)}{merge.state === 'undone' && ` · ${t('same.taken_back')}`}</p>
                {merge.state !== 'undone' && losers.length > 1 && <Button size="sm" look="outline" aria-busy={busy === merge.id} onClick={() => void takeOut(merge)}><Split size={13} />{t('same.split_all')}</Button>}
              </div>
              <ul className="mt-1.5 rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
                {losers.map((part) => (
                  <li key={part.id} className="flex min-h-11 items-center gap-2.5 border-b border-line px-3 py-1.5 last:border-0">
                    <Face kind={faceOf(object)} name={part.title} icon={object.icon} size={22} />
                    <span className={cx('min-w-0 flex-1 truncate', part.left_at ? 'text-fg-3' : 'font-medium')}>{part.title || t('common.untitled')}</span>
                    {part.left_at ? <span className="text-meta text-fg-3">{t('same.left', { when: formatTime(part.left_at, locale) })}</span> : <Button size="sm" look="outline" aria-busy={busy === part.id} onClick={() => void takeOut(merge, part.id)}><Split size={13} />{t('same.take_out')}</Button>}
                  </li>
                ))}
              </ul>
              {merge.fields.length > 0 && <p className="mt-1.5 text-meta text-fg-3">{t('same.chosen', { fields: merge.fields.map((field) => labelOf(object.fields.find((one) => one.name === field.field)?.label) || field.label).join(', ') })}</p>}
            </li>
          )
        })}
      </ul>
      <p className="mt-4 text-meta text-fg-3">{t('same.way_back')}</p>
    </Modal>
  )
}
