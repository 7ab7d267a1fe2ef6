/** What the values of a dimension are called: codes in the reader's language, periods and countries by their locale, the rest as told. */

import { useCallback } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { periodName } from '@/lib/analysisFigures'
import { useAnalysisWords } from '@/lib/analysisWords'
import { countryName } from '@/lib/format'
import { useLocale } from '@/lib/session'

export function useNames(): (dimension: string, key: string | null, title?: string) => string {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  return useCallback((dimension, key, title) => {
    if (key === null || key === '') return title || t('analysis.not_set')
    switch (dimension) {
      case 'segment': return words.segment(key)
      case 'value_class': return words.valueClass(key)
      case 'activity': return words.activity(key)
      case 'country': return countryName(key, locale)
      case 'month': case 'quarter': case 'year': return periodName(key, dimension, locale)
      default: return title || key
    }
  }, [t, locale, words])
}
