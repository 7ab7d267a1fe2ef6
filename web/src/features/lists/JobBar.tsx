/** A job under way: what, how far, a way to stop it, and the lists read again when it is done. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { jobStore, useActs } from '@/lib/actions'
import { formatNumber } from '@/lib/format'
import { refreshObject, type Job } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { Button, Meter } from '@/ui/kit'

export default function JobBar({ job, plural }: { job: Job; plural: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const acts = useActs()
  const { data = job } = useQuery({
    queryKey: ['job', job.id],
    queryFn: async ({ signal }) => (await ask<Job>('GET', `/jobs/${job.id}`, { signal })).data,
    refetchInterval: (query) => (isOver(query.state.data?.state) ? false : 700),
  })

  useEffect(() => {
    if (!isOver(data.state)) return
    if (plural) refreshObject(queries, plural)
    // An undo may have touched any object.
    else for (const kind of ['list', 'few', 'count', 'aggregate', 'record', 'related']) void queries.invalidateQueries({ queryKey: [kind] })
    const { change } = data
    // What was done before a stop stays done, and can be taken back as well.
    const taken = data.done > 0 ? change : null
    if (data.state === 'done') acts.did(taken, t('job.done', { count: data.done, number: formatNumber(data.done, locale) }))
    else acts.did(taken, data.state === 'failed' ? t('job.failed') : t('job.cancelled'), 'bad')
    jobStore.set(null)
  }, [data, queries, plural, t, locale, acts])

  return (
    <div role="status" className="fixed bottom-5 end-5 z-50 flex w-80 flex-col gap-2 rounded-lg bg-raised p-3 shadow-3 max-md:inset-x-3 max-md:bottom-[72px] max-md:w-auto">
      <p className="flex items-center gap-2">
        <span className="flex-1 font-medium">{t('job.running')}</span>
        <span className="text-meta text-fg-2 tabular-nums">{t('job.progress', { done: formatNumber(data.done, locale), total: formatNumber(data.total, locale) })}</span>
      </p>
      <Meter label={t('job.running')} share={data.total > 0 ? data.done / data.total : 0} />
      <Button size="sm" className="self-end" onClick={() => void ask('POST', `/jobs/${job.id}/cancel`).catch(() => {})}>{t('common.cancel')}</Button>
    </div>
  )
}

function isOver(state: Job['state'] | undefined): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}
