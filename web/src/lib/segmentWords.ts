/** What is said of why somebody is in a segment: values, and what a change would take. */

import { useMemo } from 'react'
import { formatDate, formatMoney, formatNumber, type Money } from './format'
import type { Change, Told } from './segments'
import { useLocale } from './session'
import { useTranslation } from './useTranslation'

const isMoney = (value: unknown): value is Money => typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value

/** A value as it stands in a sentence. */
export function useTold() {
  const { t } = useTranslation()
  const locale = useLocale()
  return useMemo(() => {
    const told = (value: Told | undefined): string => {
      if (value === null || value === undefined || value === '') return t('belongs.nothing')
      if (typeof value === 'boolean') return value ? t('common.yes') : t('common.no')
      if (typeof value === 'number') return formatNumber(value, locale)
      if (isMoney(value)) return formatMoney(value, locale)
      if (Array.isArray(value)) return value.join(', ')
      return /^\d{4}-\d\d-\d\d(T|$)/.test(value) ? formatDate(value, locale) : value
    }
    /** What a change would take: the nearest value and how far it is, where that can be said. */
    const needed = (change: Change): string => {
      if (change.needs === null) return change.to ? t('belongs.must_hold') : t('belongs.must_not_hold')
      const parts = [t('belongs.has', { value: told(change.has) }), t('belongs.needs', { value: told(change.needs) })]
      if (isMoney(change.by)) parts.push(change.by.amount > 0 ? t('belongs.more', { by: told(change.by) }) : t('belongs.less', { by: told({ ...change.by, amount: -change.by.amount }) }))
      else if (typeof change.by === 'number' && change.by !== 0) parts.push(change.by > 0 ? t('belongs.more', { by: told(change.by) }) : t('belongs.less', { by: told(-change.by) }))
      return parts.join(' · ')
    }
    return { told, needed }
  }, [t, locale])
}
