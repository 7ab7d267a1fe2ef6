/** Other systems that records come from, again and again: what each is, when it ran, and what came of it. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { CloudDownload, Database, FileInput, Folder, Pencil, Play, Plus, type LucideIcon } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify, useActs } from '@/lib/actions'
import { ask, Problem, reasonOf } from '@/lib/api'
import { objectByName, optionsOf } from '@/lib/definitions'
import { formatNumber, formatRelative, formatTime } from '@/lib/format'
import { refreshObject } from '@/lib/records'
import { useDefinitions, useLabel, useLocale, useObject } from '@/lib/session'
import { Button, IconButton, Meter, Pill } from '@/ui/kit'
import { SidePanel } from '@/ui/overlays'
import { Blank, Bones, Failed } from '@/ui/states'
import { Line, Lines, Note, Page } from './parts'
import { runQuery, runsQuery, sourcesQuery, stateQuery, type SourceKind, type SourceRecord, type SourceRun } from './sources'

const SourceDialog = lazy(() => import('./SourceDialog'))

export const KIND_ICONS: Record<SourceKind, LucideIcon> = { file: FileInput, folder: Folder, sqlite: Database, postgres: Database, mysql: Database, http: CloudDownload }
const STATES: Record<string, [string, number | undefined]> = {
  never: ['sources.never', undefined], queued: ['sources.queued', 240], running: ['stage.running', 275], done: ['stage.done', 155], failed: ['stage.failed', 25], cancelled: ['stage.cancelled', 70], undone: ['stage.undone', undefined],
}

export function useKindLabel(): (kind: SourceKind) => string {
  const labelOf = useLabel()
  const field = useObject('source')?.fields.find((one) => one.name === 'kind')
  return (kind) => labelOf(field && optionsOf(field).find((option) => option.value === kind)?.label) || kind
}

export default function SourcesPage() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const definitions = useDefinitions()
  const kindOf = useKindLabel()
  const sources = useQuery(sourcesQuery)
  const mayCreate = useObject('source')?.can.create === true
  const [open, setOpen] = useState<string | null>(null)
  const [editing, setEditing] = useState<SourceRecord | 'new' | null>(null)
  const shown = sources.data?.find((one) => one.id === open)
  const add = mayCreate && <Button look="primary" onClick={() => setEditing('new')}><Plus size={15} />{t('sources.add')}</Button>

  return (
    <Page title={t('sources.title')} lead={t('sources.lead')} action={(sources.data?.length ?? 0) > 0 && add}>
      {sources.isError ? <Failed error={sources.error} onRetry={() => void sources.refetch()} /> : sources.isPending ? <Bones rows={4} className="!px-0" /> : sources.data.length === 0 ? (
        <Blank icon={Database} title={t('sources.none')} action={add}>{t('sources.none_hint')}</Blank>
      ) : (
        <Lines label={t('sources.title')}>
          {sources.data.map((source) => {
            const Icon = KIND_ICONS[source.kind] ?? Database
            const [word, hue] = STATES[source.state ?? 'never'] ?? ['sources.never', undefined]
            return (
              <Line
                key={source.id}
                icon={<Icon size={17} strokeWidth={1.75} />}
                title={<button type="button" className="text-start hover:text-accent-text hover:underline" onClick={() => setOpen(source.id)}>{source.name}</button>}
                note={[kindOf(source.kind), labelOf(objectByName(definitions, source.object_name)?.label_plural), source.row_count !== null && t('sources.rows', { count: source.row_count, number: formatNumber(source.row_count, locale) }), source.last_done_at && formatRelative(source.last_done_at, locale), source.paused && t('sources.paused')].filter(Boolean).join(' · ')}
              >
                <Pill hue={hue} dot>{t(word)}</Pill>
              </Line>
            )
          })}
        </Lines>
      )}
      {shown && <Panel source={shown} onClose={() => setOpen(null)} onEdit={() => setEditing(shown)} />}
      <Suspense>{editing && <SourceDialog source={editing === 'new' ? null : editing} onClose={() => setEditing(null)} onMade={(id) => { setEditing(null); setOpen(id) }} />}</Suspense>
    </Page>
  )
}

function Panel({ source, onClose, onEdit }: { source: SourceRecord; onClose: () => void; onEdit: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const mayRun = useObject('source')?.can.update === true
  const state = useQuery(stateQuery(source.id))
  const runs = useQuery(runsQuery(source.id))
  const [open, setOpen] = useState<string | null>(null)
  const run = state.data?.run ?? null
  const last = runs.data?.[0]
  const held = last?.figures.notes?.find((note) => note.code === 'gone_held')
  const target = objectByName(definitions, source.object_name)?.plural
  const isAtWork = run !== null
  useEffect(() => {
    if (isAtWork) return
    void queries.invalidateQueries({ queryKey: ['source-runs', source.id] })
    void queries.invalidateQueries({ queryKey: ['sources'] })
    if (target) refreshObject(queries, target)
  }, [isAtWork, queries, source.id, target])

  const start = (body: object) => void ask('POST', `/sources/${source.id}/runs`, { body })
    .catch((error: unknown) => (error instanceof Problem && error.code === 'source.at_work' ? undefined : notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })))
    .then(() => queries.invalidateQueries({ queryKey: ['source-state', source.id] }))

  return (
    <SidePanel open title={source.name} onClose={onClose}>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4">
        <p className="text-meta break-all text-fg-3">{source.place}</p>
        {run ? (
          <div role="status" className="flex flex-col gap-2">
            <p className="flex items-center gap-2"><span className="flex-1 font-medium">{t('sources.at_work')}</span><span className="text-meta text-fg-2 tabular-nums">{t('job.progress', { done: formatNumber(run.figures.rows ?? 0, locale), total: formatNumber(run.figures.total ?? 0, locale) })}</span></p>
            <Meter label={t('sources.at_work')} share={(run.figures.total ?? 0) > 0 ? (run.figures.rows ?? 0) / (run.figures.total ?? 1) : 0} />
            <Button size="sm" className="self-end" onClick={() => void ask('POST', `/sources/${source.id}/runs/${run.id}/cancel`).catch(() => {})}>{t('common.cancel')}</Button>
          </div>
        ) : mayRun && (
          <div className="flex flex-wrap items-center gap-2">
            <Button look="primary" onClick={() => start({})}><Play size={14} />{t('sources.run')}</Button>
            <IconButton label={t('sources.edit')} onClick={onEdit}><Pencil size={15} /></IconButton>
            {state.data?.next_run_at && <span className="text-meta text-fg-3">{t('sources.next', { when: formatTime(state.data.next_run_at, locale) })}</span>}
          </div>
        )}
        {!run && source.state === 'failed' && source.message && <Note tone="warn">{source.message}</Note>}
        {!run && held && (
          <div className="flex flex-wrap items-center gap-2 rounded-md bg-warn-soft px-3 py-2 text-warn">
            <span className="min-w-0 flex-1">{t('sources.gone_held', { count: held.count, number: formatNumber(held.count, locale) })}</span>
            {mayRun && <Button look="outline" onClick={() => start({ accept_gone: true })}>{t('sources.really_gone')}</Button>}
          </div>
        )}
        <section aria-label={t('sources.runs')}>
          <h2 className="mb-1.5 text-meta font-medium text-fg-3">{t('sources.runs')}</h2>
          {runs.isPending ? <Bones rows={3} className="!p-0" /> : (runs.data ?? []).length === 0 ? <p className="text-fg-3">{t('sources.no_runs')}</p> : (
            <ul className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
              {(runs.data ?? []).map((one) => <Run key={one.id} source={source.id} run={one} open={open === one.id} onOpen={() => setOpen(open === one.id ? null : one.id)} />)}
            </ul>
          )}
        </section>
      </div>
    </SidePanel>
  )
}

function Run({ source, run, open, onOpen }: { source: string; run: SourceRun; open: boolean; onOpen: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const acts = useActs()
  const whole = useQuery({ ...runQuery(source, run.id), enabled: open })
  const [word, hue] = STATES[run.state] ?? ['sources.never', undefined]
  const number = (count: number | undefined) => formatNumber(count ?? 0, locale)
  return (
    <li className="border-b border-line last:border-0">
      <button type="button" aria-expanded={open} onClick={onOpen} className="flex min-h-11 w-full items-center gap-3 px-3 py-1.5 text-start hover:bg-subtle">
        <span className="min-w-0 flex-1">
          <span className="block">{formatTime(run.created_at, locale)}</span>
          <span className="block truncate text-meta text-fg-3 tabular-nums">{run.detail ?? t('sources.summary', { created: number(run.figures.new), changed: number(run.figures.changed), same: number(run.figures.same), refused: number(run.figures.refused) })}</span>
        </span>
        <Pill hue={hue} dot>{t(word)}</Pill>
      </button>
      {open && (
        <div className="flex flex-col gap-2 px-3 pb-3 text-meta">
          {(run.figures.notes ?? []).filter((note) => note.detail).map((note) => <p key={note.code} className="text-fg-2">{note.detail}</p>)}
          {whole.data?.refusals && whole.data.refusals.length > 0 && (
            <ul aria-label={t('sources.refused')} className="max-h-60 overflow-y-auto">
              {whole.data.refusals.map((one) => <li key={`${one.file} ${one.row} ${one.column}`} className="flex gap-2 border-t border-line py-1"><span className="w-20 shrink-0 text-fg-3 tabular-nums">{t('sources.row', { number: formatNumber(one.row, locale) })}</span><span className="min-w-0 break-words">{[one.column, one.detail].filter(Boolean).join(': ')}</span></li>)}
            </ul>
          )}
          {run.change && run.state === 'done' && <Button size="sm" look="outline" className="self-start" onClick={() => run.change && void acts.undoOne(run.change)}>{t('import.undo')}</Button>}
        </div>
      )}
    </li>
  )
}
