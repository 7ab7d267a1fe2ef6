/** The values of a field as columns or lanes, with the records behind them where it is a link. */

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { storedType, type FieldDef } from '@/lib/definitions'
import { fewQuery, type RecordData } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { countOf, groupsQuery, keyText, type Groups } from '../groups'
import { NOTHING, slotOfLink, slotsOfBoolean, slotsOfChoice, slotsOfStages, type Slot } from './columns'

/** Of a link that can name anybody, those with the most records stand on the board. */
const MOST = 24

/** The pipelines there are to choose from; empty where the field is no stage. */
export function usePipelines(field: FieldDef | undefined): RecordData[] | undefined {
  const isStage = field?.target === 'stage'
  const { data } = useQuery({ ...fewQuery('pipelines', { limit: 50, filter: 'is_active = true' }), enabled: isStage })
  return isStage ? data?.data : []
}

/** The slots in their order; undefined until they are known. */
export function useSlots(plural: string, field: FieldDef | undefined, filter: string, pipeline: string | null): { slots: Slot[] | undefined; error: unknown; retry: () => void } {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const type = field ? storedType(field) : undefined
  const isStage = field?.target === 'stage'
  const isLink = type === 'link' && !isStage
  // Of all pipelines at once, so that they need not wait until it is known which one is shown.
  const stages = useQuery({ ...fewQuery('stages', { limit: 200 }), enabled: isStage })
  const linked = useQuery({ ...groupsQuery(plural, { filter, by: [field?.name ?? ''], measures: [{ op: 'count' }], sort: '-count', limit: MOST }), enabled: isLink && field !== undefined })

  const slots = useMemo((): Slot[] | undefined => {
    if (!field) return undefined
    if (type === 'choice') return slotsOfChoice(field, labelOf)
    if (type === 'boolean') return slotsOfBoolean(t('common.yes'), t('common.no'))
    if (isStage) return stages.data && pipeline !== null ? slotsOfStages(stages.data.data.filter((stage) => !pipeline || stage['pipeline'] === pipeline)) : undefined
    return linked.data && slotsOfGroups(linked.data, field)
  }, [field, type, labelOf, t, isStage, pipeline, stages.data, linked.data])

  const asked = isStage ? stages : linked
  return { slots, error: slots ? null : asked.error, retry: () => void asked.refetch() }
}

function slotsOfGroups(groups: Groups, field: FieldDef): Slot[] {
  return groups.groups
    .filter((group) => keyText(group.keys[0]) !== NOTHING && countOf(group.values) > 0)
    .map((group) => slotOfLink({ id: keyText(group.keys[0]), object: field.target ?? '', title: group.keys[0]?.label ?? '' }))
}
