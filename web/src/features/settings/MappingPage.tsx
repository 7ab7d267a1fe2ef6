/** Which field of a lead becomes which field of the contact, company and deal it is converted to. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ask } from '@/lib/api'
import { objectByName } from '@/lib/definitions'
import { useDefinitions, useLabel } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Bones, Failed } from '@/ui/states'
import { CARD, Fault, faultsOf, Page, SaveBar, Section } from './parts'

interface Mapped {
  field: string
  from: string | null
  usual: string | null
  is_set: boolean
  choices: string[]
}

interface Mapping {
  targets: { object: string; fields: Mapped[] }[]
}

/** Stands for "as usual" and "left empty" in a list of names. */
const USUAL = '\u0000usual'
const EMPTY = '\u0000empty'

export default function MappingPage() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const mapping = useQuery({ queryKey: ['lead-mapping'], queryFn: async ({ signal }) => (await ask<Mapping>('GET', '/lead-mapping', { signal })).data })
  const [set, setSet] = useState<Record<string, string>>({})
  const [fault, setFault] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)
  const name = (object: string, field: string) => labelOf(objectByName(definitions, object)?.fields.find((one) => one.name === field)?.label) || field
  const held = (object: string, one: Mapped) => set[`${object}.${one.field}`] ?? (one.is_set ? (one.from ?? EMPTY) : USUAL)

  async function save() {
    setBusy(true)
    const body: Record<string, Record<string, string | null>> = {}
    for (const target of mapping.data?.targets ?? []) {
      for (const one of target.fields) {
        const said = held(target.object, one)
        if (said !== USUAL) (body[target.object] ??= {})[one.field] = said === EMPTY ? null : said
      }
    }
    try {
      queries.setQueryData(['lead-mapping'], (await ask<Mapping>('PUT', '/lead-mapping', { body })).data)
      setSet({})
      setFault(undefined)
    } catch (error) {
      setFault(Object.values(faultsOf(error)).join(' '))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Page title={t('mapping.title')} lead={t('mapping.lead')}>
      <Fault>{fault}</Fault>
      {mapping.isError ? <Failed error={mapping.error} onRetry={() => void mapping.refetch()} /> : !mapping.data ? <Bones rows={10} className="!px-0" /> : mapping.data.targets.map((target) => (
        <Section key={target.object} title={labelOf(objectByName(definitions, target.object)?.label)}>
          <ul className={CARD}>
            {target.fields.map((one) => {
              const usual = one.usual ? name('lead', one.usual) : t('mapping.empty')
              return (
                <li key={one.field} className="flex min-h-11 flex-wrap items-center gap-x-3 border-b border-line px-4 py-1 last:border-0">
                  <span className="min-w-0 flex-1 truncate">{name(target.object, one.field)}</span>
                  <select aria-label={t('mapping.from', { field: name(target.object, one.field) })} className="input !w-72 max-md:!w-full" value={held(target.object, one)} onChange={(event) => setSet((before) => ({ ...before, [`${target.object}.${one.field}`]: event.target.value }))}>
                    <option value={USUAL}>{t('mapping.usual', { field: usual })}</option>
                    <option value={EMPTY}>{t('mapping.empty')}</option>
                    {one.choices.map((choice) => <option key={choice} value={choice}>{name('lead', choice)}</option>)}
                  </select>
                </li>
              )
            })}
          </ul>
        </Section>
      ))}
      <SaveBar dirty={Object.keys(set).length > 0} busy={busy} onSave={() => void save()} onReset={() => setSet({})} />
    </Page>
  )
}
