/** New values for many records: which fields, which values, and what that would change, before it changes. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ArrowRight, PencilLine, Plus, X } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem, reasonOf } from '@/lib/api'
import { isEditable, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { isEmpty, linksIn, type Linked, type RecordData } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { FieldInput } from '@/ui/FieldInput'
import { useValueText } from '@/ui/valueText'
import { fieldIcon } from '@/ui/icons'
import { Button, Pop } from '@/ui/kit'
import { usePaused } from '@/lib/usePaused'
import { PickList } from '@/ui/PickList'

type Target = { ids: string[] } | { filter: string }

interface Value {
  field: FieldDef
  value: unknown
  linked: Linked[]
}

/** What the server says a bulk edit would do. */
interface Preview {
  count: number
  checked: number
  changed: number
  unchanged: number
  refused: { code: string; detail: string; count: number }[]
  sample: (Pick<RecordData, 'id' | 'title'> & { before: Record<string, unknown>; after: Record<string, unknown>; linked?: RecordData['linked'] })[]
  as_job: boolean
}

export function BulkEdit({ object, target, count, onSet }: { object: ObjectDef; target: Target; count: number; onSet: (set: Record<string, unknown>) => Promise<void> }) {
  const { t } = useTranslation()
  const number = useNumber()
  const [open, setOpen] = useState(false)
  const [values, setValues] = useState<Value[]>([])
  const [picking, setPicking] = useState(true)

  return (
    <Pop
      label={t('bulk.edit')}
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        if (!next) return
        setValues([])
        setPicking(true)
      }}
      className={picking ? 'w-72' : 'w-[420px]'}
      trigger={<Button><PencilLine size={14} />{t('bulk.edit')}</Button>}
    >
      {picking ? (
        <FieldChoice
          object={object}
          taken={values.map((one) => one.field.name)}
          onPick={(field) => {
            setValues((held) => [...held, { field, value: field.type === 'links' || field.type === 'multi_choice' ? [] : null, linked: [] }])
            setPicking(false)
          }}
        />
      ) : (
        <form
          className="flex max-h-[min(640px,var(--available-height))] flex-col"
          onSubmit={(event) => {
            event.preventDefault()
            setOpen(false)
            void onSet(setOf(values))
          }}
        >
          <div className="flex min-h-0 flex-col gap-3 overflow-y-auto p-3">
            {values.map((one, index) => (
              <ValueLine
                key={one.field.name}
                value={one}
                first={index === values.length - 1}
                onChange={(next) => setValues((held) => held.map((other, at) => (at === index ? next : other)))}
                onRemove={values.length > 1 ? () => setValues((held) => held.filter((_, at) => at !== index)) : null}
              />
            ))}
            <Button size="sm" className="self-start" onClick={() => setPicking(true)}><Plus size={13} />{t('bulk.another_field')}</Button>
            <PreviewBox object={object} target={target} values={values} />
          </div>
          <div className="flex justify-end gap-2 border-t border-line p-2">
            <Button onClick={() => setOpen(false)}>{t('common.cancel')}</Button>
            <Button look="primary" type="submit">{t('bulk.apply', { count, number: number(count) })}</Button>
          </div>
        </form>
      )}
    </Pop>
  )
}

function setOf(values: Value[]): Record<string, unknown> {
  return Object.fromEntries(values.map(({ field, value }) => [field.name, value]))
}

function useNumber(): (value: number) => string {
  const locale = useLocale()
  return (value) => formatNumber(value, locale)
}

function FieldChoice({ object, taken, onPick }: { object: ObjectDef; taken: string[]; onPick: (field: FieldDef) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const fields = object.fields.filter((one) => isEditable(object, one) && !one.unique && one.type !== 'file' && !taken.includes(one.name))
  return (
    <PickList
      label={t('filter.field')}
      picked={[]}
      items={fields.map((one) => {
        const Icon = fieldIcon(one)
        return { value: one.name, text: labelOf(one.label), view: <><Icon size={14} className="shrink-0 text-fg-3" /><span className="truncate">{labelOf(one.label)}</span></> }
      })}
      onPick={(item) => {
        const field = fields.find((one) => one.name === item.value)
        if (field) onPick(field)
      }}
    />
  )
}

function ValueLine({ value: { field, value, linked }, first, onChange, onRemove }: { value: Value; first: boolean; onChange: (value: Value) => void; onRemove: (() => void) | null }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const id = useId()
  const label = labelOf(field.label)
  return (
    <div className="flex flex-col gap-1">
      <span className="flex items-center gap-1 font-medium">
        <label htmlFor={id} className="flex-1 truncate">{label}</label>
        {isEmpty(value) && <span className="text-meta font-normal text-fg-3">{t('bulk.will_be_empty')}</span>}
        {onRemove && <button type="button" aria-label={t('bulk.leave_field', { name: label })} onClick={onRemove} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-hover hover:text-fg"><X size={13} /></button>}
      </span>
      <FieldInput
        id={id}
        field={field}
        value={value}
        linked={linked}
        autoFocus={first}
        onChange={(next, links) => onChange({ field, value: next, linked: links === undefined ? linked : Array.isArray(links) ? links : links ? [links] : [] })}
      />
    </div>
  )
}

/** Some of the records before and after, how many change, and how many may not. */
function PreviewBox({ object, target, values }: { object: ObjectDef; target: Target; values: Value[] }) {
  const { t } = useTranslation()
  const number = useNumber()
  const textOf = useValueText()
  const set = usePaused(JSON.stringify(setOf(values)), 250)
  const { data, error } = useQuery({
    queryKey: ['aggregate', object.plural, 'preview', target, set],
    queryFn: async ({ signal }): Promise<Preview> => (await ask<Preview>('POST', `/${object.plural}/bulk`, { body: { action: 'update', preview: true, ...target, set: JSON.parse(set) as object }, signal })).data,
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (error) {
    const told = error instanceof Problem ? (error.fields[0]?.detail ?? error.message) : reasonOf(error)
    return <p role="alert" className="rounded-md bg-bad-soft px-2.5 py-1.5 text-meta text-bad">{told}</p>
  }
  if (!data) return <div aria-hidden className="bone late h-16" />
  const whole = data.checked >= data.count
  const shown = new Map(values.map((one) => [one.field.name, one]))
  return (
    <section aria-label={t('bulk.preview')} className="rounded-md border border-line">
      <p role="status" className="flex flex-wrap gap-x-3 px-2.5 py-1.5 text-meta text-fg-2 tabular-nums">
        <span>{whole ? t('bulk.will_change', { count: data.changed, number: number(data.changed) }) : t('bulk.will_change_about', { number: number(data.changed), checked: number(data.checked), count: data.count, total: number(data.count) })}</span>
        {data.unchanged > 0 && <span className="text-fg-3">{t('bulk.already_so', { count: data.unchanged, number: number(data.unchanged) })}</span>}
      </p>
      {data.refused.map((one) => (
        <p key={`${one.code}${one.detail}`} className="border-t border-line px-2.5 py-1.5 text-meta text-bad">{t('bulk.refused', { count: one.count, number: number(one.count), reason: one.detail })}</p>
      ))}
      {data.sample.length > 0 && (
        <ul className="border-t border-line py-1">
          {data.sample.slice(0, 3).map((one) => (
            <li key={one.id} className="flex min-w-0 flex-col px-2.5 py-1">
              <span className="truncate text-meta font-medium">{one.title}</span>
              {Object.keys(one.after).map((name) => {
                const value = shown.get(name)
                if (!value) return null
                const before: RecordData = { ...one, object: object.name, version: 0, created_at: '', updated_at: '', deleted_at: null, [name]: one.before[name] }
                return (
                  <span key={name} className="flex min-w-0 items-center gap-1.5 text-meta">
                    <s className="min-w-0 truncate text-fg-3">{textOf(value.field, one.before[name], linksIn(before, value.field))}</s>
                    <ArrowRight size={12} className="shrink-0 text-fg-3 rtl:-scale-x-100" />
                    <span className="min-w-0 truncate text-fg">{textOf(value.field, one.after[name], value.linked)}</span>
                  </span>
                )
              })}
            </li>
          ))}
        </ul>
      )}
      {data.as_job && <p className="border-t border-line px-2.5 py-1.5 text-meta text-fg-3">{t('bulk.as_job')}</p>}
    </section>
  )
}
