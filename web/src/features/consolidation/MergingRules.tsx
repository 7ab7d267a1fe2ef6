/** By which rule a merge chooses the value of each field, and which record goes on. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import { mergingRulesQuery, type MergingRules as Held } from '@/lib/merging'
import { Button } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'
import { RULES } from './sides'

const SURVIVORS: Record<string, string> = { most_complete: 'merging.survivor_most_complete', oldest: 'merging.survivor_oldest', newest: 'merging.survivor_newest' }

export function MergingRules({ plural, onDone }: { plural: string; onDone: () => void }) {
  const rules = useQuery(mergingRulesQuery(plural))
  if (rules.isError) return <Failed error={rules.error} onRetry={() => void rules.refetch()} />
  if (!rules.data) return <Bones rows={8} className="!px-0" />
  return <Form key={rules.dataUpdatedAt} plural={plural} held={rules.data} onDone={onDone} />
}

function Form({ plural, held, onDone }: { plural: string; held: Held; onDone: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [survivor, setSurvivor] = useState(held.survivor)
  const [chosen, setChosen] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  // Only what is not as it was is sent; what is as at the beginning is nobody's choice.
  const changed = held.fields.filter((field) => chosen[field.field] !== undefined && chosen[field.field] !== field.rule)
  const dirty = survivor !== held.survivor || changed.length > 0

  async function save(event: React.FormEvent) {
    event.preventDefault()
    if (!dirty || busy) return
    setBusy(true)
    try {
      const fields = Object.fromEntries(changed.map((field) => [field.field, chosen[field.field] === field.default ? null : chosen[field.field]]))
      const { data } = await ask<Held>('PUT', `/merging/${plural}/rules`, { body: { survivor, fields } })
      queries.setQueryData(mergingRulesQuery(plural).queryKey, data)
      void queries.invalidateQueries({ queryKey: ['merge-preview'] })
      notify({ text: t('merging.saved') })
      onDone()
    } catch (error) {
      setFault(reasonOf(error))
      setBusy(false)
    }
  }

  return (
    <form className="flex flex-col gap-4" onSubmit={(event) => void save(event)}>
      <p className="text-meta text-fg-2">{t('merging.lead')}</p>
      <label className="flex flex-col gap-1">
        <span className="font-medium">{t('merging.survivor')}</span>
        <select className="input" value={survivor} onChange={(event) => setSurvivor(event.target.value)}>
          {held.survivors.map((one) => <option key={one} value={one}>{t(SURVIVORS[one] ?? '')}</option>)}
        </select>
      </label>
      <ul className="rounded-md border border-line">
        {held.fields.map((field) => {
          const rule = chosen[field.field] ?? field.rule
          return (
            <li key={field.field} className="grid min-h-11 grid-cols-[minmax(0,1fr)_190px] items-center gap-3 border-b border-line px-3 py-1.5 last:border-0 max-md:grid-cols-[minmax(0,1fr)_150px]">
              <span className="min-w-0">
                <span className="block truncate font-medium">{field.label}</span>
                {rule !== field.default && <button type="button" onClick={() => setChosen({ ...chosen, [field.field]: field.default })} className="text-meta text-accent-text hover:underline">{t('merging.as_before', { rule: t(RULES[field.default] ?? '') })}</button>}
              </span>
              <select aria-label={t('merging.rule_of', { field: field.label })} className="input" value={rule} onChange={(event) => setChosen({ ...chosen, [field.field]: event.target.value })}>
                {field.choices.map((one) => <option key={one} value={one}>{t(RULES[one] ?? '')}</option>)}
              </select>
            </li>
          )
        })}
      </ul>
      {fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{fault}</p>}
      <div className="sticky -bottom-4 -mx-5 -mb-4 flex justify-end gap-2 border-t border-line bg-surface px-5 py-3">
        <Button onClick={onDone}>{t('common.cancel')}</Button>
        <Button look="primary" type="submit" aria-disabled={!dirty} aria-busy={busy}>{t('common.save')}</Button>
      </div>
    </form>
  )
}
