/** The analysis of all customers as a piece of work: not begun yet, under way, begun again, stopped. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import type { Customers, Party, Run } from '@/lib/analysis'
import { ask, reasonOf } from '@/lib/api'
import { formatNumber } from '@/lib/format'
import type { Job } from '@/lib/records'
import { useLocale, useSession } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Button, Meter } from '@/ui/kit'
import { Blank } from '@/ui/states'

/** The run under way, if any, and what starts and stops one. When it ends, everything about the analysis is read again. */
export function useRun(told: Customers | undefined): { run: Run | null; start: () => void; stop: () => void } {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [begun, setBegun] = useState<string | null>(null)
  const id = begun ?? (told?.state === 'running' ? (told.job?.id ?? null) : null)
  const { data: job } = useQuery({
    queryKey: ['job', id],
    enabled: id !== null,
    queryFn: async ({ signal }) => (await ask<Job>('GET', `/jobs/${id}`, { signal })).data,
    refetchInterval: (query) => (isOver(query.state.data?.state) ? false : 700),
  })
  const over = id !== null && isOver(job?.state)
  const failed = over && job?.state === 'failed'
  useEffect(() => {
    if (!over) return
    setBegun(null)
    if (failed) notify({ text: t('run_all.failed'), tone: 'bad' })
    void queries.invalidateQueries({ queryKey: ['analysis'] })
    for (const kind of ['list', 'record']) void queries.invalidateQueries({ queryKey: [kind] })
  }, [over, failed, queries, t])

  const refused = (error: unknown) => notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
  const start = () => void ask<{ job: Job | string }>('POST', '/analytics/customers/refresh').then(({ data }) => setBegun(typeof data.job === 'string' ? data.job : data.job.id)).catch(refused)
  const stop = () => void ask('POST', `/jobs/${id}/cancel`).catch(refused)
  const run = id === null || over ? null : { id, done: job?.done ?? told?.job?.done ?? 0, total: job?.total ?? told?.job?.total ?? 0 }
  return { run, start, stop }
}

function isOver(state: Job['state'] | undefined): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}

function shareOf(run: Run): number {
  return run.total > 0 ? run.done / run.total : 0
}

/** For the top bar: how far the run is, or a button that starts one. */
export function RunBar({ told }: { told: Customers | undefined }) {
  const { t } = useTranslation()
  const isAdmin = useSession()?.can.admin === true
  const { run, start, stop } = useRun(told)
  // Where nothing was analysed yet the page itself speaks.
  if (!told || told.version === null) return null
  if (run) {
    return (
      <span role="status" className="flex items-center gap-2 text-meta text-fg-2">
        <span className="max-md:sr-only">{t('run_all.at_work')}</span>
        <span className="w-20"><Meter label={t('run_all.at_work')} share={shareOf(run)} /></span>
        {isAdmin && <Button size="sm" onClick={stop}>{t('common.cancel')}</Button>}
      </span>
    )
  }
  return isAdmin ? <Button look="outline" onClick={start} aria-label={t('run_all.again')}><RefreshCw size={14} /><span className="max-md:hidden">{t('run_all.again')}</span></Button> : null
}

/** Nobody was analysed yet: what it will do, and a button for whoever may start it. */
export function NotYet({ party, told }: { party: Party; told: Customers }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const isAdmin = useSession()?.can.admin === true
  const { run, start, stop } = useRun(told)
  if (run) {
    return (
      <Blank icon={iconOf('chart-line')} title={t('run_all.at_work')} action={isAdmin && <Button look="outline" onClick={stop}>{t('common.cancel')}</Button>}>
        <p>{t('run_all.at_work_hint')}</p>
        <div role="status" className="mx-auto mt-3 flex w-64 max-w-full items-center gap-3">
          <Meter label={t('run_all.at_work')} share={shareOf(run)} />
          <span className="text-meta whitespace-nowrap tabular-nums">{t('job.progress', { done: formatNumber(run.done, locale), total: formatNumber(run.total, locale) })}</span>
        </div>
      </Blank>
    )
  }
  return (
    <Blank icon={iconOf('chart-line')} title={party === 'contact' ? t('run_all.never_people') : t('run_all.never_companies')} action={isAdmin && <Button look="primary" onClick={start}>{t('run_all.first')}</Button>}>
      <p>{t('run_all.does')}</p>
      {!isAdmin && <p className="mt-1">{t('run_all.ask_admin')}</p>}
    </Blank>
  )
}
