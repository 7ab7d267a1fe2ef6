/** A value as a few words: in toasts, conflicts and previews. */

import { useTranslation } from '@/lib/useTranslation'
import { optionsOf, storedType, type FieldDef } from '@/lib/definitions'
import { formatAddress, moneyInput, type Address, type Money } from '@/lib/format'
import { isEmpty, type Linked } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'

export function useValueText(): (field: FieldDef, value: unknown, linked?: Linked[]) => string {
  const labelOf = useLabel()
  const locale = useLocale()
  const { t } = useTranslation()
  return (field, value, linked = []) => {
    if (isEmpty(value)) return '—'
    const type = storedType(field)
    const one = (item: unknown): string => {
      const option = optionsOf(field).find((candidate) => candidate.value === item)
      if (option) return labelOf(option.label)
      return linked.find((candidate) => candidate.id === item)?.title ?? String(item)
    }
    if (Array.isArray(value)) return value.map(one).join(', ')
    if (type === 'boolean') return value === true ? t('common.yes') : t('common.no')
    if (type === 'address') return formatAddress(value as Address, locale)
    if (type === 'money' && typeof value === 'object') return `${moneyInput(value as Money)} ${(value as Money).currency}`
    if (typeof value === 'object') return JSON.stringify(value)
    return one(value)
  }
}
