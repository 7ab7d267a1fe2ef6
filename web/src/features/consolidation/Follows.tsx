/** What comes along when records become one. */

import { useTranslation } from '@/lib/useTranslation'
import { formatNumber } from '@/lib/format'
import type { MergePreview } from '@/lib/merging'
import { useLocale } from '@/lib/session'

export function Follows({ preview }: { preview: MergePreview }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { links, files, events, identities, merged_before: before } = preview.follows
  const number = (count: number, exact = true) => `${exact ? '' : '≈ '}${formatNumber(count, locale)}`
  const parts = [
    ...links.map((link) => t('merge.follows_link', { number: number(link.count), object: link.label })),
    ...(events.count > 0 ? [t('merge.follows_events', { count: events.count, number: number(events.count, events.exact) })] : []),
    ...(files > 0 ? [t('merge.follows_files', { count: files, number: number(files) })] : []),
    ...(before > 0 ? [t('merge.follows_before', { count: before, number: number(before) })] : []),
  ]
  return (
    <div className="flex flex-col gap-0.5 text-meta text-fg-2">
      <p>{parts.length > 0 ? t('merge.follows', { what: parts.join(' · ') }) : t('merge.follows_nothing')}</p>
      {identities.length > 0 && <p className="break-words">{t('merge.identities', { what: identities.join(', ') })}</p>}
      {preview.lost.length > 0 && <p className="text-warn">{t('merge.lost', { count: preview.lost.length })}</p>}
    </div>
  )
}
