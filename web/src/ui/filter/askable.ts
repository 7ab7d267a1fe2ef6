/** What a condition may be about: own fields, parts of addresses, and the fields one link away. */

import { useMemo } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { objectByName, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { FED_BY, SEGMENT } from '@/lib/question'
import { useDefinitions, useLabel } from '@/lib/session'

/** What segments may hold. */
const segmented = new Set(['contact', 'company'])

export function useAskable(object: ObjectDef, fields: FieldDef[]): FieldDef[] {
  const definitions = useDefinitions()
  const labelOf = useLabel()
  const { t } = useTranslation()
  return useMemo(() => {
    const parts = (field: FieldDef): FieldDef[] =>
      field.type !== 'address' ? [field] : [
        { ...field, name: `${field.name}.city`, type: 'text', label: { en: `${labelOf(field.label)} · ${t('address.city')}` } },
        { ...field, name: `${field.name}.region`, type: 'text', label: { en: `${labelOf(field.label)} · ${t('address.region')}` } },
        { ...field, name: `${field.name}.country`, type: 'text', label: { en: `${labelOf(field.label)} · ${t('address.country')}` } },
      ]
    const usable = (field: FieldDef) => field.type !== 'json' && field.type !== 'file'
    const title: FieldDef = { id: 'title', name: 'title', type: 'text', label: object.label }
    const own = [...object.fields, ...fields.filter((field) => !object.fields.includes(field))].filter(usable).flatMap(parts)
    const beyond = object.fields.flatMap((field) => {
      const target = field.type === 'link' ? objectByName(definitions, field.target ?? '') : undefined
      return (target?.fields ?? []).filter((inner) => usable(inner) && inner.type !== 'address').map((inner) => ({ ...inner, name: `${field.name}.${inner.name}`, label: { en: `${labelOf(field.label)} · ${labelOf(inner.label)}` } }))
    })
    const segment: FieldDef[] = segmented.has(object.name) && objectByName(definitions, 'segment')?.can.read
      ? [{ id: SEGMENT, name: SEGMENT, type: 'link', target: 'segment', label: objectByName(definitions, 'segment')?.label ?? {} }] : []
    const source = objectByName(definitions, 'source')
    const fed: FieldDef[] = source?.can.read && object.can.import
      ? [{ id: FED_BY, name: FED_BY, type: 'link', target: 'source', label: { en: t('filter.fed_by') } }] : []
    return [title, ...own, ...segment, ...fed, ...beyond]
  }, [object, fields, definitions, labelOf, t])
}
