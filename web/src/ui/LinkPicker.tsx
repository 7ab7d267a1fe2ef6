/** Picks records to link to: search as you type, over one object or over all. */

import { useQuery } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ask } from '@/lib/api'
import { faceOf, objectByName } from '@/lib/definitions'
import { fewQuery, type Linked } from '@/lib/records'
import { useDefinitions, useLabel } from '@/lib/session'
import { Face } from './Face'
import { PickList, type Pick } from './PickList'

interface Found {
  groups: { object: string; data: { id: string; title: string; subtitle?: string | null }[] }[]
}

/** The text as it stands once the typing pauses. */
export function usePaused(text: string, delayMs = 160): string {
  const [paused, setPaused] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), delayMs)
    return () => clearTimeout(timer)
  }, [text, delayMs])
  return paused
}

function hintOf(subtitle: string | null | undefined, kind: string): { hint?: string } {
  const hint = subtitle || kind
  return hint ? { hint } : {}
}

export function LinkPicker({ target, picked, onPick, multiple, onEscape, footer, label }: {
  target: string
  picked: Linked[]
  onPick: (linked: Linked) => void
  multiple?: boolean
  onEscape?: () => void
  footer?: ReactNode
  label: string
}) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const object = objectByName(definitions, target)
  const [text, setText] = useState('')
  const wanted = usePaused(text.trim())

  const found = useQuery({
    queryKey: ['pick', target, wanted],
    queryFn: async ({ signal }) => (await ask<Found>('GET', '/search', { query: { q: wanted, limit: 20, object: object ? target : undefined }, signal })).data,
    enabled: wanted !== '',
    staleTime: 10_000,
    placeholderData: (before) => before,
  })
  const first = useQuery({ ...fewQuery(object?.plural ?? '', { limit: 20, sort: '-updated_at' }), enabled: wanted === '' && object !== undefined })

  const rows: (Linked & { subtitle?: string | null })[] =
    wanted === ''
      ? (first.data?.data ?? []).map((record) => ({ id: record.id, object: target, title: record.title, subtitle: record.subtitle ?? null }))
      : (found.data?.groups ?? []).flatMap((group) => group.data.map((hit) => ({ id: hit.id, object: group.object, title: hit.title, subtitle: hit.subtitle ?? null })))
  const known = new Set(rows.map((row) => row.id))
  const all = wanted === '' ? [...picked.filter((linked) => !known.has(linked.id)), ...rows] : rows

  const items: Pick[] = all.map((row) => {
    const of = objectByName(definitions, row.object)
    return {
      value: row.id,
      text: row.title || row.id,
      view: (
        <>
          <Face kind={faceOf(of)} name={row.title} icon={of?.icon} size={18} />
          <span className="truncate">{row.title || t('common.untitled')}</span>
        </>
      ),
      ...hintOf((row as { subtitle?: string | null }).subtitle, object ? '' : labelOf(of?.label)),
    }
  })

  return (
    <PickList
      items={items}
      picked={picked.map((linked) => linked.id)}
      onPick={(item) => {
        const row = all.find((candidate) => candidate.id === item.value)
        if (row) onPick({ id: row.id, object: row.object, title: row.title })
      }}
      multiple={multiple ?? false}
      onSearch={setText}
      loading={found.isFetching || first.isFetching}
      placeholder={object ? t('pick.search_in', { objects: labelOf(object.label_plural) }) : t('common.search')}
      label={label}
      {...(onEscape ? { onEscape } : {})}
      footer={footer}
    />
  )
}
