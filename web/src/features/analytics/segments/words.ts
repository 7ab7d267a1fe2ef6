/** Counts of people and firms. */

import { useMemo } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { Party } from '@/lib/analysis'
import { formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'

export function useHolds() {
  const { t } = useTranslation()
  const locale = useLocale()
  return useMemo(() => ({
    count: (holds: Party, count: number) => (holds === 'company' ? t('segments.companies', { count, number: formatNumber(count, locale) }) : t('segments.contacts', { count, number: formatNumber(count, locale) })),
  }), [t, locale])
}
