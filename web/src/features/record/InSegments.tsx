/** The segments that somebody is in, since when and why; told on their page. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { Party } from '@/lib/analysis'
import type { ObjectDef } from '@/lib/definitions'
import { formatRelative, formatTime } from '@/lib/format'
import type { RecordData } from '@/lib/records'
import { staysQuery, type Stay } from '@/lib/segments'
import { useLocale } from '@/lib/session'
import { Button } from '@/ui/kit'

const Why = lazy(() => import('@/ui/WhyInSegment'))

export default function InSegments({ object, record }: { object: ObjectDef; record: RecordData }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const stays = (useQuery(staysQuery(object.plural, record.id)).data ?? []).filter((one) => one.until === null)
  const [asked, setAsked] = useState<Stay | null>(null)
  if (stays.length === 0) return null
  return (
    <section aria-label={t('segments.in_these')} className="mb-3 rounded-md px-3 py-3 shadow-[inset_0_0_0_1px_var(--line)]">
      <h2 className="mb-1 font-semibold">{t('segments.in_these')}</h2>
      <ul>
        {stays.map((one) => (
          <li key={one.segment} className="flex min-w-0 items-center gap-2 py-1">
            <span className="min-w-0 flex-1">
              <Link to="/segments/$id" params={{ id: one.segment }} search={{}} className="block truncate rounded-xs font-medium hover:text-accent-text hover:underline">{one.name}</Link>
              <span className="block text-meta text-fg-3" title={formatTime(one.since, locale)}>{t('segments.since', { time: formatRelative(one.since, locale) })}</span>
            </span>
            {!one.by_hand && <Button size="sm" aria-label={t('belongs.ask', { title: one.name })} onClick={() => setAsked(one)}>{t('belongs.why')}</Button>}
          </li>
        ))}
      </ul>
      <Suspense>{asked && <Why segment={asked.segment} name={asked.name} holds={object.name as Party} party={record.id} onClose={() => setAsked(null)} />}</Suspense>
    </section>
  )
}
