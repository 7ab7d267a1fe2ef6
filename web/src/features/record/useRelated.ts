/** Which lists hang on a record: the objects that link here, with how many. */

import { useQuery } from '@tanstack/react-query'
import { ask } from '@/lib/api'
import { objectByName, type ObjectDef } from '@/lib/definitions'
import { useDefinitions, useLabel } from '@/lib/session'

export interface Related {
  object: string
  field: string
  label: string
  count: number
}

/** Told by the timeline or by another screen; a tab of theirs would say it twice. */
const ELSEWHERE = new Set(['view'])

export function useRelated(object: ObjectDef, id: string): Related[] {
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const { data } = useQuery({
    queryKey: ['related', object.plural, id],
    queryFn: async ({ signal }) => (await ask<{ data: { object: string; field: string; label?: unknown; count: number }[] }>('GET', `/${object.plural}/${id}/related`, { signal })).data.data,
    staleTime: 30_000,
  })
  return (data ?? []).flatMap((one) => {
    const of = objectByName(definitions, one.object)
    if (!of || !of.can.read || ELSEWHERE.has(one.object)) return []
    const twice = (data ?? []).filter((other) => other.object === one.object && other.count > 0).length > 1
    const field = of.fields.find((candidate) => candidate.name === one.field)
    const plural = labelOf(of.label_plural)
    return [{ object: one.object, field: one.field, count: one.count, label: twice && field ? `${plural} · ${labelOf(field.label)}` : plural }]
  })
}
