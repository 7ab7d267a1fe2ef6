/** What the values of a dimension are called: codes in the reader's language, periods and countries by their locale, the rest as told. */

import { useCallback } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { periodName } from '@/lib/analysisFigures'
import { useAnalysisWords } from '@/lib/analysisWords'
import { objectByName } from '@/lib/definitions'
import { countryName } from '@/lib/format'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'

export function useNames(): (dimension: string, key: string | null, title?: string | null) => string {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  return useCallback((dimension, key, title) => {
    if (key === null || key === '') return title || t('analysis.not_set')
    switch (dimension) {
      case 'segment': return words.segment(key)
      case 'value_class': return words.coded('value_class', key).name
      case 'activity': return words.coded('activity', key).name
      case 'country': return countryName(key, locale)
      case 'month': case 'quarter': case 'year': return periodName(key, dimension, locale)
      case 'kind': return labelOf(objectByName(definitions, key)?.label) || title || key
      default: return title || key
    }
  }, [t, locale, words, labelOf, definitions])
}
