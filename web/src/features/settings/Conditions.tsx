/** When a field is shown, must be filled, or may only be read: questions about the other fields of the same record. */

import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import { Switch } from './parts'
import { QuestionInput } from './QuestionInput'

export const CONDITIONS = ['show_if', 'required_if', 'read_only_if'] as const
export type ConditionName = (typeof CONDITIONS)[number]
export type Conditions = Record<ConditionName, string>

const WORDS: Record<ConditionName, { label: string; hint: string }> = {
  show_if: { label: 'conditions.show', hint: 'conditions.show_hint' },
  required_if: { label: 'conditions.require', hint: 'conditions.require_hint' },
  read_only_if: { label: 'conditions.lock', hint: 'conditions.lock_hint' },
}

export function conditionsOf(field: FieldDef | undefined): Conditions {
  const held = field?.conditions
  return { show_if: held?.show_if?.text ?? '', required_if: held?.required_if?.text ?? '', read_only_if: held?.read_only_if?.text ?? '' }
}

export function ConditionsInput({ object, value, onChange, faults, computed }: { object: ObjectDef; value: Conditions; onChange: (next: Conditions) => void; faults: Record<string, string>; computed: boolean }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<Record<string, boolean>>({})
  return (
    <div className="flex flex-col gap-3">
      {CONDITIONS.filter((name) => name === 'show_if' || !computed).map((name) => {
        const on = value[name] !== '' || open[name] === true
        return (
          <div key={name} className="flex flex-col gap-1.5">
            <div className="flex items-center gap-3">
              <span className="min-w-0 flex-1"><span className="block font-medium">{t(WORDS[name].label)}</span><span className="block text-meta text-fg-3">{t(WORDS[name].hint)}</span></span>
              <Switch label={t(WORDS[name].label)} checked={on} onChange={(next) => { setOpen({ ...open, [name]: next }); if (!next) onChange({ ...value, [name]: '' }) }} />
            </div>
            {on && <QuestionInput object={object} label={t(WORDS[name].label)} value={value[name]} fault={faults[name]} placeholder={t('conditions.example')} onChange={(text) => onChange({ ...value, [name]: text })} />}
          </div>
        )
      })}
    </div>
  )
}
