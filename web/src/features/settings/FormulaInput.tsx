/** A formula while it is written: what it comes to for a record of this object, or where it is wrong. */

import { useQuery } from '@tanstack/react-query'
import { CircleAlert, ListFilter } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import type { FieldDef, FieldType, ObjectDef } from '@/lib/definitions'
import { fewQuery, type Linked } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { FieldValue } from '@/ui/FieldValue'
import { fieldIcon } from '@/ui/icons'
import { Button, IconButton, Pill, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { usePaused } from '@/lib/usePaused'
import { PickList } from '@/ui/PickList'
import { TYPE_LABELS } from './fieldTypes'

interface Tested {
  ok: boolean
  type?: FieldType
  value?: unknown
  uses?: string[]
  error?: { code: string; detail: string; line?: number; column?: number; length?: number }
}

const FUNCTIONS = ['if(amount > 1000, "large", "small")', 'round(amount * 0.2, 2)', 'coalesce(phone, email)', 'concat(first_name, " ", last_name)', 'days_between(created_at, today)', 'year(created_at)', 'month(created_at)'] as const

export function FormulaInput({ object, value, onChange, onType, fault }: { object: ObjectDef; value: string; onChange: (formula: string) => void; onType: (type: FieldType) => void; fault: string | undefined }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const id = useId()
  const box = useRef<HTMLTextAreaElement>(null)
  const [inserting, setInserting] = useState(false)
  const [choosing, setChoosing] = useState(false)
  const [chosen, setChosen] = useState<Linked | null>(null)
  const paused = usePaused(value.trim(), 350)
  const first = useQuery(fewQuery(object.plural, { limit: 1 }))
  const example = chosen ?? (first.data?.data[0] ? { id: first.data.data[0].id, object: object.name, title: first.data.data[0].title } : null)
  const tested = useQuery({
    queryKey: ['formula', object.name, paused, example?.id],
    queryFn: async ({ signal }) => (await ask<Tested>('POST', `/definitions/${object.name}/formula-test`, { body: { formula: paused, ...(example ? { record: example.id } : {}) }, signal })).data,
    enabled: paused !== '',
    retry: false,
  })
  const answer = tested.data
  const type = answer?.ok ? answer.type : undefined
  useEffect(() => {
    if (type) onType(type)
  }, [type, onType])

  function insert(text: string) {
    setInserting(false)
    const at = box.current?.selectionStart ?? value.length
    onChange(value.slice(0, at) + text + value.slice(at))
    requestAnimationFrame(() => box.current?.focus())
  }

  const wrong = fault ?? (answer && !answer.ok ? answer.error?.detail : tested.isError ? reasonOf(tested.error) : undefined)
  const column = answer && !answer.ok ? answer.error?.column : undefined
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-meta font-medium text-fg-2">{t('fields.formula')}</label>
      <div className="flex items-start gap-1.5">
        <textarea id={id} ref={box} rows={3} spellCheck={false} aria-invalid={wrong !== undefined} aria-describedby={`${id}-said`} className="input min-w-0 flex-1 resize-y font-mono text-meta" value={value} placeholder={FUNCTIONS[4]} onChange={(event) => onChange(event.target.value)} />
        <Pop label={t('fields.insert')} open={inserting} onOpenChange={setInserting} align="end" className="w-80" trigger={<IconButton label={t('fields.insert')} look="outline" className="!size-8"><ListFilter size={14} /></IconButton>}>
          <PickList
            label={t('fields.insert')}
            items={[
              ...object.fields.filter((field) => !['file', 'json', 'address', 'links', 'multi_choice'].includes(field.type)).map((field) => {
                const Icon = fieldIcon(field)
                return { value: field.name, text: `${labelOf(field.label)} ${field.name}`, view: <><Icon size={14} className="shrink-0 text-fg-3" /><span className="truncate">{labelOf(field.label)}</span></>, hint: field.name }
              }),
              ...FUNCTIONS.map((one) => ({ value: one, text: one, view: <code className="truncate text-meta">{one}</code> })),
            ]}
            picked={[]}
            onPick={(item) => insert(item.value)}
          />
        </Pop>
      </div>
      <div id={`${id}-said`} role="status" className="min-h-5">
        {wrong ? (
          <div className="text-meta text-bad">
            {column !== undefined && <pre aria-hidden className="mb-1 overflow-x-auto rounded-sm bg-bad-soft px-2 py-1 font-mono">{paused.split('\n')[(answer?.error?.line ?? 1) - 1]}{'\n'}{' '.repeat(Math.max(0, column - 1))}{'^'.repeat(Math.max(1, answer?.error?.length ?? 1))}</pre>}
            <p className="flex items-start gap-1.5"><CircleAlert size={13} className="mt-0.5 shrink-0" />{wrong}</p>
          </div>
        ) : answer?.ok ? (
          <div className="flex flex-wrap items-center gap-2 rounded-sm bg-hover px-2.5 py-1.5">
            <span className="text-meta text-fg-3">{t('fields.for')}</span>
            <Pop label={t('fields.for')} open={choosing} onOpenChange={setChoosing} className="w-80" trigger={<Button size="sm" look="outline" className="max-w-44"><span className="truncate">{example?.title || t('common.untitled')}</span></Button>}>
              <LinkPicker label={t('fields.for')} target={object.name} picked={example ? [example] : []} onPick={(one) => { setChosen(one); setChoosing(false) }} />
            </Pop>
            <span aria-hidden className="text-fg-3">=</span>
            <span className="min-w-0 flex-1 truncate font-medium"><Shown type={answer.type ?? 'text'} value={answer.value} /></span>
            <Pill>{t(TYPE_LABELS[answer.type ?? 'text'])}</Pill>
          </div>
        ) : (
          <p className="text-meta text-fg-3">{t('fields.formula_help')}</p>
        )}
      </div>
    </div>
  )
}

function Shown({ type, value }: { type: FieldType; value: unknown }) {
  const { t } = useTranslation()
  if (value === null || value === undefined || value === '') return <span className="text-fg-3">{t('fields.nothing')}</span>
  const field: FieldDef = { id: 'value', name: 'value', label: {}, type }
  return <FieldValue field={field} record={{ id: '', object: '', version: 0, title: '', created_at: '', updated_at: '', deleted_at: null, value }} />
}
