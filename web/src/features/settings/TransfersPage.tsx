/** What came in by files and what went out: when, by whom, how many, and taken back if need be. */

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download, FileUp, Undo2, Upload } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, apiUrl } from '@/lib/api'
import { objectByName, objectByPlural } from '@/lib/definitions'
import { formatBytes, formatNumber, formatRelative, formatTime } from '@/lib/format'
import { useDefinitions, useLabel, useLocale, useSession } from '@/lib/session'
import { Button, IconButton, Pill, Segments } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { Ask, Line, Lines, Page, useTry } from './parts'

interface Import {
  id: string
  object: string
  name: string
  size: number
  state: string
  created_at?: string
  result?: { new: number; changed: number; unchanged: number; wrong: number } | null
}
interface Export {
  seq: number
  at: string
  actor: { id: string | null; name: string }
  object: string | null
  detail: Record<string, unknown> | null
}

const STAGES: Record<string, [string, number | undefined]> = {
  draft: ['stage.draft', undefined], checking: ['stage.checking', 240], checked: ['stage.checked', 240], running: ['stage.running', 275], done: ['stage.done', 155], cancelled: ['stage.cancelled', 70], failed: ['stage.failed', 25], undone: ['stage.undone', undefined],
}

export default function TransfersPage() {
  const { t } = useTranslation()
  const admin = useSession()?.can.admin === true
  const [side, setSide] = useState<'in' | 'out'>('in')
  return (
    <Page title={t('transfers.title')} lead={t('transfers.lead')} action={<Link to="/imports" className="inline-flex h-7 items-center gap-1.5 rounded-sm bg-accent px-2.5 font-medium text-accent-fg shadow-1 hover:bg-accent-hover pointer-coarse:h-9"><Upload size={14} />{t('transfers.bring')}</Link>}>
      <div className="flex flex-col gap-4">
        {admin && <Segments label={t('transfers.title')} value={side} options={[{ value: 'in', label: t('transfers.in'), icon: <FileUp size={13} /> }, { value: 'out', label: t('transfers.out'), icon: <Download size={13} /> }]} onChange={setSide} />}
        {side === 'in' ? <Imports /> : <Exports />}
      </div>
    </Page>
  )
}

function Imports() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const attempt = useTry()
  const [undoing, setUndoing] = useState<Import | null>(null)
  const imports = useQuery({
    queryKey: ['imports'],
    queryFn: async ({ signal }): Promise<Import[]> => {
      const { data } = await ask<{ data: Import[] } | Import[]>('GET', '/imports', { signal })
      return Array.isArray(data) ? data : data.data
    },
    refetchInterval: (query) => (query.state.data?.some((one) => one.state === 'running' || one.state === 'checking') ? 1500 : false),
  })

  async function undo(one: Import) {
    await attempt(() => ask('POST', `/imports/${one.id}/undo`), t('import.undone'))
    setUndoing(null)
    await queries.invalidateQueries({ queryKey: ['imports'] })
    void queries.invalidateQueries({ predicate: (query) => ['list', 'count', 'few', 'aggregate', 'window'].includes(String(query.queryKey[0])) })
  }

  if (imports.isError) return <Failed error={imports.error} onRetry={() => void imports.refetch()} />
  if (imports.isPending) return <Bones rows={6} className="!px-0" />
  if (imports.data.length === 0) return <Blank icon={FileUp} title={t('import.none')}>{t('transfers.none_hint')}</Blank>
  return (
    <>
      <Lines label={t('transfers.in')}>
        {imports.data.map((one) => {
          const object = objectByName(definitions, one.object) ?? objectByPlural(definitions, one.object)
          const [word, hue] = STAGES[one.state] ?? ['stage.draft', undefined]
          const did = (one.result?.new ?? 0) + (one.result?.changed ?? 0)
          return (
            <Line
              key={one.id}
              title={<Link to="/imports/$id" params={{ id: one.id }} className="hover:text-accent-text hover:underline">{one.name}</Link>}
              note={[labelOf(object?.label_plural), formatBytes(one.size, locale), one.created_at && formatRelative(one.created_at, locale), one.result && t('import.summary', { created: formatNumber(one.result.new, locale), changed: formatNumber(one.result.changed, locale), wrong: formatNumber(one.result.wrong, locale) })].filter(Boolean).join(' · ')}
            >
              {(one.result?.wrong ?? 0) > 0 && (one.state === 'done' || one.state === 'cancelled') && <a href={apiUrl(`/imports/${one.id}/refused.csv`)} download aria-label={t('import.refused')} data-hint={t('import.refused')} className="grid size-7 shrink-0 place-items-center rounded-sm text-fg-2 hover:bg-hover pointer-coarse:size-10"><Download size={14} /></a>}
              {(one.state === 'done' || one.state === 'cancelled') && did > 0 && <IconButton label={t('transfers.undo', { name: one.name })} onClick={() => setUndoing(one)}><Undo2 size={14} /></IconButton>}
              <Pill hue={hue} dot>{t(word)}</Pill>
            </Line>
          )
        })}
      </Lines>
      {undoing && (
        <Ask title={t('transfers.undo', { name: undoing.name })} verb={t('import.undo')} onYes={() => undo(undoing)} onNo={() => setUndoing(null)}>
          {t('transfers.undo_lead', { created: formatNumber(undoing.result?.new ?? 0, locale), changed: formatNumber(undoing.result?.changed ?? 0, locale) })}
        </Ask>
      )}
    </>
  )
}

/** Exports leave no copy behind; that they happened stands in the audit log. */
function Exports() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const definitions = useDefinitions()
  const rows = useInfiniteQuery({
    queryKey: ['audit', 'exports'],
    queryFn: async ({ pageParam, signal }) => (await ask<{ data: Export[]; next: string | null }>('GET', '/audit', { query: { action: 'records.exported', cursor: pageParam, limit: 50 }, signal })).data,
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  if (rows.isError) return <Failed error={rows.error} onRetry={() => void rows.refetch()} />
  if (rows.isPending) return <Bones rows={6} className="!px-0" />
  const shown = rows.data.pages.flatMap((page) => page.data)
  if (shown.length === 0) return <Blank icon={Download} title={t('transfers.no_exports')}>{t('transfers.no_exports_hint')}</Blank>
  return (
    <div className="flex flex-col gap-3">
      <Lines label={t('transfers.out')}>
        {shown.map((one) => {
          const detail = one.detail ?? {}
          const count = Number(detail['rows'] ?? detail['count'] ?? Number.NaN)
          return (
            <Line key={one.seq} icon={<Download size={15} />} title={labelOf(objectByName(definitions, one.object ?? '')?.label_plural) || (one.object ?? '')} note={[one.actor.name, Number.isNaN(count) ? '' : t('transfers.rows', { count, number: formatNumber(count, locale) }), String(detail['format'] ?? '').toUpperCase(), typeof detail['filter'] === 'string' ? detail['filter'] : ''].filter(Boolean).join(' · ')}>
              <time dateTime={one.at} className="shrink-0 text-meta text-fg-3">{formatTime(one.at, locale)}</time>
            </Line>
          )
        })}
      </Lines>
      {rows.hasNextPage && <Button look="outline" className="self-start" aria-busy={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>{t('common.more')}</Button>}
    </div>
  )
}
