/** Every change of every field: who, when, from what to what; each change can be taken back. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { ArrowRight, History as HistoryIcon, Undo2 } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { useActs } from '@/lib/actions'
import type { ObjectDef } from '@/lib/definitions'
import { dayKey, formatClock, formatDay, formatTime } from '@/lib/format'
import type { RecordData } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { useValueText } from '@/ui/valueText'
import { Avatar, Button } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'

interface Change {
  at: string
  actor: { id: string; name: string } | null
  change: string
  field: string
  old: unknown
  new: unknown
}

export function History({ object, record }: { object: ObjectDef; record: RecordData }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const acts = useActs()
  const textOf = useValueText()
  const changes = useInfiniteQuery({
    queryKey: ['history', object.plural, record.id],
    queryFn: async ({ pageParam, signal }) => (await ask<{ data: Change[]; next: string | null }>('GET', `/${object.plural}/${record.id}/history`, { query: { cursor: pageParam, limit: 100 }, signal })).data,
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

  /** One act often changes several fields: they stand together and are undone together. */
  const acted = useMemo(() => {
    const groups: { key: string; lines: Change[] }[] = []
    for (const line of changes.data?.pages.flatMap((page) => page.data) ?? []) {
      const last = groups.at(-1)
      if (last && last.lines[0]?.change === line.change) last.lines.push(line)
      else groups.push({ key: `${line.change}-${groups.length}`, lines: [line] })
    }
    return groups
  }, [changes.data])

  if (changes.isError) return <Failed error={changes.error} onRetry={() => void changes.refetch()} />
  if (changes.isPending) return <Bones rows={6} />
  if (acted.length === 0) return <Blank icon={HistoryIcon} title={t('history.empty')} />

  const display = (name: string, value: unknown): string => {
    const field = object.fields.find((candidate) => candidate.name === name)
    if (!field) return value === null || value === undefined || value === '' ? '—' : typeof value === 'object' ? JSON.stringify(value) : String(value)
    const linked = record.linked?.[name]
    return textOf(field, value, Array.isArray(linked) ? linked : linked ? [linked] : [])
  }

  let day = ''
  return (
    <div>
      {acted.map(({ key, lines }) => {
        const first = lines[0]
        if (!first) return null
        const heading = dayKey(first.at) === day ? null : formatDay(first.at, locale)
        day = dayKey(first.at)
        const who = first.actor?.name ?? t('history.system')
        return (
          <section key={key}>
            {heading && <h2 className="pt-3 pb-2 text-meta font-medium tracking-normal text-fg-2">{heading}</h2>}
            <div className="group mb-2 rounded-md px-4 py-3 shadow-[inset_0_0_0_1px_var(--line)]">
              <div className="mb-1.5 flex items-center gap-2">
                <Avatar name={who} size={20} />
                <span className="font-medium">{who}</span>
                <time dateTime={first.at} title={formatTime(first.at, locale)} className="text-meta text-fg-3 tabular-nums">{formatClock(first.at, locale)}</time>
                <span className="flex-1" />
                {object.can.update && <Button size="sm" onClick={() => void acts.undoOne(first.change)}><Undo2 size={13} />{t('history.undo')}</Button>}
              </div>
              <dl className="flex flex-col gap-1">
                {lines.map((line, index) => (
                  <div key={`${line.field}-${index}`} className="flex flex-wrap items-baseline gap-x-2">
                    <dt className="w-40 shrink-0 truncate text-fg-3">{labelOf(object.fields.find((field) => field.name === line.field)?.label) || line.field}</dt>
                    <dd className="flex min-w-0 flex-1 flex-wrap items-baseline gap-2">
                      <del className="max-w-[45%] truncate text-fg-3">{display(line.field, line.old)}</del>
                      <ArrowRight size={12} aria-hidden className="shrink-0 self-center text-fg-3 rtl:rotate-180" />
                      <ins className="max-w-[45%] truncate font-medium no-underline">{display(line.field, line.new)}</ins>
                    </dd>
                  </div>
                ))}
              </dl>
            </div>
          </section>
        )
      })}
      {changes.hasNextPage && <Button look="outline" onClick={() => void changes.fetchNextPage()}>{t('common.more')}</Button>}
    </div>
  )
}
