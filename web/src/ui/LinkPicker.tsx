/** Picks records to link to: search as you type, over one object or over all. */

import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { faceOf, objectByName } from '@/lib/definitions'
import { valuesOfName } from '@/lib/quick'
import { createRecord, fewQuery, type Linked } from '@/lib/records'
import { useDefinitions, useLabel, useSession } from '@/lib/session'
import { usePaused } from '@/lib/usePaused'
import { Face } from './Face'
import { PickList, type Pick } from './PickList'

interface Found {
  groups: { object: string; data: { id: string; title: string; subtitle?: string | null }[] }[]
}

/** Stands for what is not there yet. */
const NEW = '\u0000new'

function hintOf(subtitle: string | null | undefined, kind: string): { hint?: string } {
  const hint = subtitle || kind
  return hint ? { hint } : {}
}

export function LinkPicker({ target, picked, onPick, multiple, onEscape, footer, label, typed }: {
  target: string
  picked: Linked[]
  onPick: (linked: Linked) => void
  multiple?: boolean
  onEscape?: () => void
  footer?: ReactNode
  label: string
  typed?: string | undefined
}) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const object = objectByName(definitions, target)
  const [text, setText] = useState(typed ?? '')
  const wanted = usePaused(text.trim())
  const acts = useActs()
  const session = useSession()
  const [making, setMaking] = useState(false)

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

  // What is looked for and not there is made of its name, and linked at once.
  const name = text.trim()
  const isKnown = rows.some((row) => row.title.toLocaleLowerCase() === name.toLocaleLowerCase())
  if (object?.can.create && object.name !== 'user' && name !== '' && !isKnown && valuesOfName(object, name) !== null) {
    const label = t('pick.create', { object: labelOf(object.label).toLocaleLowerCase(), name })
    items.push({ value: NEW, text: label, view: <><Plus size={15} className="shrink-0 text-accent-text" /><span className="truncate font-medium text-accent-text">{label}</span></> })
  }

  async function make() {
    const values = object && valuesOfName(object, name)
    if (!object || !values || making) return
    setMaking(true)
    const owner = object.fields.find((field) => field.name === object.owner && field.target === 'user' && !field.readonly)
    try {
      const { data, change } = await createRecord(object.plural, { ...values, ...(owner && session ? { [owner.name]: session.user.id } : {}) })
      acts.created(object, data, change)
      onPick({ id: data.id, object: object.name, title: data.title || name })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    } finally {
      setMaking(false)
    }
  }

  return (
    <PickList
      items={items}
      picked={picked.map((linked) => linked.id)}
      onPick={(item) => {
        if (item.value === NEW) return void make()
        const row = all.find((candidate) => candidate.id === item.value)
        if (row) onPick({ id: row.id, object: row.object, title: row.title })
      }}
      multiple={multiple ?? false}
      onSearch={setText}
      typed={typed}
      loading={found.isFetching || first.isFetching || making}
      placeholder={object ? t('pick.search_in', { objects: labelOf(object.label_plural) }) : t('common.search')}
      label={label}
      {...(onEscape ? { onEscape } : {})}
      footer={footer}
    />
  )
}
