/** Where the record stands on its way, how long it stood at each step, and a click to move it: the stages of a deal, the states of anything. */

import { useQuery } from '@tanstack/react-query'
import { Check, Clock3, Trophy, X } from 'lucide-react'
import { lazy, Suspense, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem, type FieldProblem } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { isEditable, objectByName, optionsOf, storedType, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { convertStore } from '@/lib/leads'
import { fewQuery, isEmpty, type Linked, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { cx } from '@/ui/kit'

const AskForMore = lazy(() => import('./AskForMore'))

export interface Step {
  value: string
  label: string
  kind: 'open' | 'won' | 'lost'
}

interface Stages {
  field: string
  per_value: { value: string; label: string; days: number }[]
  current: { value: string; days: number; rotting_days?: number | null; is_stale?: boolean } | null
}

/** The field whose values are a way: a link to stages in their order, else a state with at least three values. */
export function stageField(object: ObjectDef, targets: (name: string) => ObjectDef | undefined): FieldDef | undefined {
  // Much has a place in an order, a pipeline or a kind of goods; a step of a way is one that can be won or lost.
  const isStep = (target: ObjectDef | undefined) => target?.fields.some((one) => one.name === 'position') === true && target.fields.some((one) => one.name === 'kind' && optionsOf(one).some((option) => option.value === 'won'))
  const linked = object.fields.find((field) => field.type === 'link' && isStep(targets(field.target ?? '')))
  return linked ?? object.fields.find((field) => ['stage', 'status', 'state'].includes(field.name) && storedType(field) === 'choice' && optionsOf(field).length > 2)
}

export function StageStrip({ object, record }: { object: ObjectDef; record: RecordData }) {
  const definitions = useDefinitions()
  const field = stageField(object, (name) => objectByName(definitions, name))
  if (!field) return null
  return field.type === 'link' ? <LinkedStrip object={object} record={record} field={field} /> : <ChoiceStrip object={object} record={record} field={field} />
}

function LinkedStrip({ object, record, field }: { object: ObjectDef; record: RecordData; field: FieldDef }) {
  const target = objectByName(useDefinitions(), field.target ?? '')
  // Stages of another pipeline are another way.
  const pipeline = typeof record['pipeline'] === 'string' && target?.fields.some((one) => one.name === 'pipeline') ? record['pipeline'] : null
  const stages = useQuery({ ...fewQuery(target?.plural ?? '', { filter: pipeline ? `pipeline = "${pipeline}"` : '', sort: 'position', limit: 20 }), enabled: target !== undefined && target.can.read, staleTime: 5 * 60_000 })
  const steps = (stages.data?.data ?? []).map((stage): Step => ({ value: stage.id, label: stage.title, kind: stage['kind'] === 'won' || stage['kind'] === 'lost' ? stage['kind'] : 'open' }))
  return <Strip object={object} record={record} field={field} steps={steps} />
}

function ChoiceStrip({ object, record, field }: { object: ObjectDef; record: RecordData; field: FieldDef }) {
  const labelOf = useLabel()
  const steps = optionsOf(field).map((option): Step => ({ value: option.value, label: labelOf(option.label), kind: ['won', 'solved', 'delivered', 'closed', 'done', 'converted'].includes(option.value) ? 'won' : ['lost', 'cancelled', 'unqualified', 'rejected'].includes(option.value) ? 'lost' : 'open' }))
  return <Strip object={object} record={record} field={field} steps={steps} />
}

function Strip({ object, record, field, steps }: { object: ObjectDef; record: RecordData; field: FieldDef; steps: Step[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const labelOf = useLabel()
  const acts = useActs()
  const [asking, setAsking] = useState<{ step: Step; faults: FieldProblem[] } | null>(null)
  const stages = useQuery({
    queryKey: ['stages', object.plural, record.id, field.name],
    queryFn: async ({ signal }) => (await ask<Stages>('GET', `/${object.plural}/${record.id}/stages`, { query: { field: field.name }, signal })).data,
    retry: false,
    staleTime: 30_000,
  })
  const strip = useRef<HTMLOListElement>(null)
  const at = steps.findIndex((step) => step.value === record[field.name])
  // Where it stands is in sight, however long the way.
  useLayoutEffect(() => {
    const line = strip.current
    const here = line?.querySelector<HTMLElement>('[aria-current]')
    if (line && here) line.scrollLeft = here.offsetLeft - line.offsetLeft - 24
  }, [at, steps.length])
  if (steps.length < 2) return null
  const mayMove = isEditable(object, field) && !record.deleted_at
  const daysIn = new Map((stages.data?.per_value ?? []).map((one) => [one.value, one.days]))
  const current = steps[at]
  const isStale = stages.data?.current?.is_stale === true

  async function move(step: Step, more: Record<string, unknown> = {}, links: Record<string, Linked | Linked[] | null> = {}) {
    // A lead is converted into something, not called converted.
    if (object.name === 'lead' && step.value === 'converted') return convertStore.set(record.id)
    const reason = object.fields.find((one) => one.name === 'loss_reason')
    // Why a thing was lost is known now and guessed later.
    if (step.kind === 'lost' && reason && isEditable(object, reason) && isEmpty(record[reason.name]) && !(reason.name in more)) {
      return setAsking({ step, faults: [{ pointer: '/loss_reason', code: 'asked', detail: '' }] })
    }
    try {
      const linked = field.type === 'link' ? { [field.name]: { id: step.value, object: field.target ?? '', title: step.label } } : {}
      await acts.save(object, record, { ...more, [field.name]: step.value }, { linked: { ...linked, ...links }, what: t('stage.moved', { title: record.title, stage: step.label }), rethrow: true })
      setAsking(null)
    } catch (error) {
      const faults = error instanceof Problem ? error.fields.filter((one) => object.fields.some((candidate) => candidate.name === nameIn(one.pointer) && candidate.name !== field.name)) : []
      if (faults.length > 0) setAsking({ step, faults })
      else notify({ text: t('notice.not_saved', { reason: error instanceof Error ? error.message : String(error) }), tone: 'bad' })
    }
  }

  return (
    <>
      <ol ref={strip} aria-label={t('stage.strip', { field: labelOf(field.label) })} className="flex gap-0.5 overflow-x-auto py-0.5 [scrollbar-width:none]">
        {steps.map((step, index) => {
          const isCurrent = index === at
          const isPast = at >= 0 && index < at && current?.kind !== 'lost'
          const days = daysIn.get(step.value)
          const tone = isCurrent
            ? step.kind === 'won' ? 'bg-ok-soft text-ok' : step.kind === 'lost' ? 'bg-bad-soft text-bad' : isStale ? 'bg-warn-soft text-warn' : 'bg-accent text-accent-fg'
            : isPast ? 'bg-accent-soft text-accent-text' : 'bg-hover text-fg-2'
          const Icon = isCurrent && step.kind === 'won' ? Trophy : isCurrent && step.kind === 'lost' ? X : isPast ? Check : isCurrent && isStale ? Clock3 : null
          const told = days === undefined || (days < 1 && !isCurrent) ? null : days < 1 ? t('stage.today') : t('stage.days', { count: Math.floor(days), number: formatNumber(Math.floor(days), locale) })
          return (
            <li key={step.value} aria-current={isCurrent ? 'step' : undefined} className={cx('min-w-28', isCurrent ? 'max-w-64 grow shrink-0 basis-auto md:max-w-none md:flex-1' : 'flex-1')}>
              <button
                type="button"
                disabled={!mayMove || isCurrent}
                onClick={() => void move(step)}
                title={isCurrent && isStale ? t('stage.stale', { count: stages.data?.current?.rotting_days ?? 0 }) : mayMove && !isCurrent ? t('stage.move', { stage: step.label }) : undefined}
                className={cx('flex h-8 w-full items-center gap-1.5 px-3 text-start font-medium whitespace-nowrap transition-colors duration-100 pointer-coarse:h-11', tone, index === 0 && 'rounded-s-md', index === steps.length - 1 && 'rounded-e-md', mayMove && !isCurrent && 'hover:bg-active hover:text-fg')}
              >
                {Icon && <Icon size={13} strokeWidth={2.2} className="shrink-0" />}
                <span className="min-w-0 flex-1 truncate">{step.label}</span>
                {told && <span className={cx('shrink-0 text-label font-normal tabular-nums', isCurrent ? '' : 'text-fg-2')}>{told}</span>}
              </button>
            </li>
          )
        })}
      </ol>
      {asking && <Suspense><AskForMore object={object} record={record} step={asking.step} faults={asking.faults} onClose={() => setAsking(null)} onGo={(values, links) => void move(asking.step, values, links)} /></Suspense>}
    </>
  )
}

export function nameIn(pointer: string): string {
  return pointer.split('/')[1] ?? ''
}
