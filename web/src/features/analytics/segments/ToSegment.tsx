/** From figures to people to keep: opens the builder with the question behind a figure. */

import { Link } from '@tanstack/react-router'
import { ChartPie } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import type { Party } from '@/lib/analysis'
import { useObject } from '@/lib/session'
import { cx } from '@/ui/kit'

export function ToSegment({ party, question, name, quiet = false }: { party: Party; question: string | null | undefined; name: string; quiet?: boolean }) {
  const { t } = useTranslation()
  if (!useObject('segment')?.can.create || !question) return null
  return (
    <Link
      to="/segments/new"
      search={{ ...(party === 'contact' ? {} : { object: party }), question, name }}
      aria-label={t('segments.keep_named', { name })}
      title={t('segments.keep')}
      data-no-print
      className={cx('inline-flex h-6 items-center gap-1.5 rounded-sm px-1.5 text-meta whitespace-nowrap text-fg-2 hover:bg-hover hover:text-fg pointer-coarse:h-9', quiet && 'text-fg-3')}
    >
      <ChartPie size={13} />
      {!quiet && t('segments.keep')}
    </Link>
  )
}
