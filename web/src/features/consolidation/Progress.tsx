/** How far a job is, with a way to stop it. */

import { useTranslation } from '@/lib/useTranslation'
import { formatNumber } from '@/lib/format'
import type { Job } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { Button, Meter } from '@/ui/kit'

export function Progress({ job, label, onCancel }: { job: Job; label: string; onCancel: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <span role="status" className="flex items-center gap-2.5 text-meta text-fg-2">
      <span className="max-md:hidden">{label}</span>
      <span className="w-28 max-md:w-16"><Meter label={label} share={job.total > 0 ? job.done / job.total : 0} /></span>
      <span className="tabular-nums">{t('job.progress', { done: formatNumber(job.done, locale), total: formatNumber(job.total, locale) })}</span>
      <Button size="sm" onClick={onCancel}>{t('common.cancel')}</Button>
    </span>
  )
}
