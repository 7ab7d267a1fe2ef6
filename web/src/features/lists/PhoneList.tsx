/** The list on a phone: two lines a row, the rest behind a touch. */

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { SearchX } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { faceOf, storedType, type ObjectDef } from '@/lib/definitions'
import { listQuery, isEmpty } from '@/lib/records'
import { Face } from '@/ui/Face'
import { FieldValue } from '@/ui/FieldValue'
import { iconOf } from '@/ui/icons'
import { Button } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import type { Column } from './columns'

const ROW = 64

export default function PhoneList({ object, columns, filter, sort, asked, onClear }: { object: ObjectDef; columns: Column[]; filter: string; sort: string; asked: string; onClear: () => void }) {
  const { t } = useTranslation()
  const list = useInfiniteQuery({ ...listQuery(object.plural, { filter, sort, fields: asked }), placeholderData: keepPreviousData })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data])
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller, estimateSize: () => ROW, overscan: 6 })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= rows.length - 30) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, rows.length])

  if (list.isError) return <div className="flex-1"><Failed error={list.error} onRetry={() => void list.refetch()} /></div>
  if (list.isPending) return <Bones rows={12} className="flex-1" />
  if (rows.length === 0) {
    return (
      <Blank className="flex-1" icon={filter ? SearchX : iconOf(object.icon)} title={filter ? t('list.no_result') : t('list.nothing_yet')} action={filter ? <Button look="outline" onClick={onClear}>{t('filter.clear_all')}</Button> : null}>
        {filter ? t('list.no_result_hint') : t('list.empty_hint')}
      </Blank>
    )
  }
  const state = columns.find((column) => column.field.type === 'choice')
  const figure = columns.find((column) => storedType(column.field) === 'money') ?? columns.find((column) => column.name === 'updated_at')

  return (
    <div ref={setScroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const record = rows[item.index]
          if (!record) return null
          const second = record.subtitle || null
          return (
            <li key={record.id} className="absolute inset-x-0 top-0" style={{ height: ROW, transform: `translateY(${item.start}px)` }}>
              <Link to="/o/$plural/$id" params={{ plural: object.plural, id: record.id }} className="flex h-full items-center gap-3 border-b border-line px-4 active:bg-hover">
                <Face kind={faceOf(object)} name={record.title} icon={object.icon} size={36} />
                <span className="flex min-w-0 flex-1 flex-col">
                  <span className="truncate text-lead font-medium">{record.title || t('common.untitled')}</span>
                  <span className="flex min-w-0 items-center gap-2 text-meta text-fg-2">
                    {second ? <span className="truncate">{second}</span> : columns.slice(0, 3).filter((column) => column !== state && column !== figure && !isEmpty(record[column.name])).slice(0, 1).map((column) => <FieldValue key={column.name} field={column.field} record={record} />)}
                  </span>
                </span>
                <span className="flex max-w-[40%] shrink-0 flex-col items-end gap-1 text-meta text-fg-2">
                  {figure && <FieldValue field={figure.field} record={record} />}
                  {state && <FieldValue field={state.field} record={record} />}
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
