/** A rule of one's own: a question that every good record answers with yes, tried while it is written. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { ask, Problem, reasonOf } from '@/lib/api'
import { objectByName } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { countQuery } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { usePaused } from '@/lib/usePaused'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { SEVERITIES } from './QualityPage'
import type { QualityRule, Severity } from './quality'

export default function RuleDialog({ rule, onClose }: { rule: QualityRule | null; onClose: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const objects = (definitions?.objects ?? []).filter((object) => object.can.read && object.area !== 'settings')
  const [draft, setDraft] = useState({ object: rule?.object ?? objects[0]?.name ?? '', name: rule?.name ?? '', condition: rule?.condition ?? '', weight: rule?.weight ?? 2, severity: rule?.severity ?? ('warning' as Severity) })
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const object = objectByName(definitions, draft.object)
  const paused = usePaused(draft.condition.trim(), 350)
  const good = useQuery({ ...countQuery(object?.plural ?? '', paused, true), enabled: object !== undefined && paused !== '', retry: false })
  const all = useQuery({ ...countQuery(object?.plural ?? '', '', true), enabled: object !== undefined && paused !== '' })
  const wrong = faults['filter'] ?? faults['condition'] ?? (good.isError ? reasonOf(good.error) : undefined)

  async function save(event: React.FormEvent) {
    event.preventDefault()
    if (busy) return
    const found: Record<string, string> = {}
    if (draft.name.trim() === '') found['name'] = t('form.required')
    if (draft.condition.trim() === '') found['filter'] = t('form.required')
    setFaults(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    const { object: of, ...rest } = draft
    try {
      if (rule) await ask('PATCH', `/quality/rules/${rule.id}`, { body: rest })
      else await ask('POST', '/quality/rules', { body: { object: of, ...rest } })
      await queries.invalidateQueries({ queryKey: ['quality-rules'] })
      notify({ text: t('quality.rule_saved') })
      onClose()
    } catch (error) {
      setFaults(error instanceof Problem && error.fields.length > 0 ? Object.fromEntries(error.fields.map((one) => [one.pointer.split('/')[1] ?? '', one.detail])) : { '': reasonOf(error) })
      setBusy(false)
    }
  }

  return (
    <Modal open title={rule ? rule.name : t('quality.add_rule')} onClose={onClose} width="max-w-[540px]">
      <form className="flex flex-col gap-4" onSubmit={(event) => void save(event)}>
        <Named label={t('quality.rule_name')} fault={faults['name']}><input className="input" maxLength={120} value={draft.name} aria-invalid={'name' in faults} onChange={(event) => setDraft({ ...draft, name: event.target.value })} /></Named>
        <Named label={t('quality.rule_object')} fault={faults['object']}>
          <select className="input" disabled={rule !== null} value={draft.object} onChange={(event) => setDraft({ ...draft, object: event.target.value })}>
            {objects.map((one) => <option key={one.id} value={one.name}>{labelOf(one.label_plural)}</option>)}
          </select>
        </Named>
        <Named label={t('quality.rule_condition')} fault={wrong}>
          <textarea className="input field-sizing-content max-h-40 resize-none font-mono text-meta" rows={2} spellCheck={false} placeholder='source != "web" or phone is not empty' value={draft.condition} aria-invalid={wrong !== undefined} onChange={(event) => setDraft({ ...draft, condition: event.target.value })} />
        </Named>
        <p role="status" className="-mt-3 min-h-4 text-meta text-fg-3">{!wrong && good.data && all.data && t('quality.of', { faulty: formatNumber(good.data.value, locale), looked: formatNumber(all.data.value, locale) })}</p>
        <div className="grid grid-cols-2 gap-4">
          <Named label={t('quality.rule_weight')} fault={faults['weight']}><input className="input" type="number" min={1} max={10} value={draft.weight} onChange={(event) => setDraft({ ...draft, weight: Number(event.target.value) })} /></Named>
          <Named label={t('quality.rule_severity')} fault={faults['severity']}>
            <select className="input" value={draft.severity} onChange={(event) => setDraft({ ...draft, severity: event.target.value as Severity })}>
              {(Object.keys(SEVERITIES) as Severity[]).map((one) => <option key={one} value={one}>{t(SEVERITIES[one])}</option>)}
            </select>
          </Named>
        </div>
        {faults[''] && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{faults['']}</p>}
        <div className="flex justify-end gap-2"><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" type="submit" aria-busy={busy}>{t('common.save')}</Button></div>
      </form>
    </Modal>
  )
}

export function Named({ label, fault, help, children }: { label: string; fault?: string | undefined; help?: string | undefined; children: React.ReactNode }) {
  return (
    <label className="flex min-w-0 flex-col gap-1">
      <span className="text-meta font-medium text-fg-2">{label}</span>
      {children}
      {fault ? <span role="alert" className="text-meta text-bad">{fault}</span> : help && <span className="text-meta text-fg-3">{help}</span>}
    </label>
  )
}
