/** The bin of one object: what was deleted in the last thirty days, and the way back. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Trash2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useActs } from '@/lib/actions'
import { faceOf } from '@/lib/definitions'
import { formatNumber, formatRelative, formatTime } from '@/lib/format'
import { listQuery } from '@/lib/records'
import { useLabel, useLocale, useObjectByPlural } from '@/lib/session'
import { Face } from '@/ui/Face'
import { Button, Tick } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { Crumb, TopBar } from '@/ui/TopBar'

export default function TrashPage() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const acts = useActs()
  const { plural } = useParams({ from: '/inside/trash/$plural' })
  const object = useObjectByPlural(plural)
  const list = useInfiniteQuery({ ...listQuery(plural, { trash: true }), enabled: object !== undefined })
  const [picked, setPicked] = useState<ReadonlySet<string>>(() => new Set())
  if (!object) return null
  const rows = list.data?.pages.flatMap((page) => page.data) ?? []

  async function restorePicked() {
    if (!object) return
    await acts.many(object, { action: 'restore', ids: [...picked] }, (count) => t('trash.restored', { count, number: formatNumber(count, locale) }))
    setPicked(new Set())
  }

  return (
    <>
      <TopBar crumbs={<><Crumb to="/o/$plural" params={{ plural }}>{labelOf(object.label_plural)}</Crumb><h1 className="tracking-normal">{t('trash.title')}</h1></>}>
        {picked.size > 0 && <Button look="primary" onClick={() => void restorePicked()}><Undo2 size={14} />{t('trash.restore_picked', { count: picked.size, number: formatNumber(picked.size, locale) })}</Button>}
      </TopBar>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {list.isError ? (
          <Failed error={list.error} onRetry={() => void list.refetch()} />
        ) : list.isPending ? (
          <Bones rows={8} />
        ) : rows.length === 0 ? (
          <Blank icon={Trash2} title={t('trash.empty')}>{t('trash.empty_hint')}</Blank>
        ) : (
          <ul className="mx-auto max-w-[820px] py-3">
            {rows.map((record) => (
              <li key={record.id} className="flex min-h-12 items-center gap-3 border-b border-line px-5">
                <Tick label={record.title} checked={picked.has(record.id)} onChange={(on) => setPicked((held) => { const next = new Set(held); if (on) next.add(record.id); else next.delete(record.id); return next })} />
                <Face kind={faceOf(object)} name={record.title} icon={object.icon} size={24} />
                <span className="min-w-0 flex-1 truncate font-medium">{record.title || t('common.untitled')}</span>
                {record.deleted_at && <time dateTime={record.deleted_at} title={formatTime(record.deleted_at, locale)} className="text-meta text-fg-3">{formatRelative(record.deleted_at, locale)}</time>}
                <Button size="sm" look="outline" onClick={() => void acts.restore(object, record)}><Undo2 size={13} />{t('trash.restore')}</Button>
              </li>
            ))}
          </ul>
        )}
        {list.hasNextPage && <div className="pb-6 text-center"><Button look="outline" onClick={() => void list.fetchNextPage()}>{t('common.more')}</Button></div>}
      </div>
    </>
  )
}
