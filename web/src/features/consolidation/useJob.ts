/** A long piece of work, begun here or elsewhere, followed to its end and stopped on the way. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import type { Job } from '@/lib/records'

interface Asked {
  /** What begins it; answers the job, alone or as `job`. */
  path: string
  /** One that is under way already. */
  running: Job | null
  /** What is read anew at its end. */
  refresh: readonly string[]
  /** What is said if it failed. */
  failed: string
}

export function useJob({ path, running, refresh, failed }: Asked): { job: Job | null; start: () => void; cancel: () => void } {
  const queries = useQueryClient()
  const { t } = useTranslation()
  const [begun, setBegun] = useState<Job | null>(null)
  const first = begun ?? running
  const { data } = useQuery({
    queryKey: ['job', first?.id],
    enabled: first !== null,
    queryFn: async ({ signal }) => (await ask<Job>('GET', `/jobs/${first?.id}`, { signal })).data,
    refetchInterval: (query) => (isOver(query.state.data?.state) ? false : 600),
  })
  const now = first === null ? null : (data ?? first)
  const over = isOver(now?.state)
  useEffect(() => {
    if (!over || now === null) return
    if (now.state === 'failed') notify({ text: failed, tone: 'bad' })
    setBegun(null)
    for (const key of refresh) void queries.invalidateQueries({ queryKey: [key] })
  // Once for each end.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [over, now?.id])
  const start = () => void ask<Job | { job: Job }>('POST', path).then(({ data }) => setBegun('job' in data ? data.job : data)).catch((error: unknown) => notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' }))
  const cancel = () => void (now && ask('POST', `/jobs/${now.id}/cancel`).catch(() => {}))
  return { job: over ? null : now, start, cancel }
}

function isOver(state: Job['state'] | undefined): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}
