/** Pipelines and their stages: names, order, chance, colour, which of them wins or loses. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Archive, ArchiveRestore, ArrowDown, ArrowUp, GitBranch, Footprints, GripVertical, ListChecks, MessageCircleQuestion, Plus, Star, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState, type DragEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { useActs } from '@/lib/actions'
import { formatNumber } from '@/lib/format'
import { fewQuery, type RecordData } from '@/lib/records'
import { useLocale, useObject } from '@/lib/session'
import { Button, cx, Drop, DropItem, IconButton, Pill } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Blank, Bones, Failed } from '@/ui/states'
import { Ellipsis } from 'lucide-react'
import { HuePick } from './HuePick'
import { Labelled } from './Labelled'
import { Ask, CARD, Page, useTry } from './parts'

const StageRules = lazy(() => import('./StageRules'))

const KIND_HUES: Record<string, number> = { open: 240, won: 155, lost: 25 }

export default function PipelinesPage() {
  const { t } = useTranslation()
  const pipelines = useQuery(fewQuery('pipelines', { sort: 'position,name', limit: 100 }))
  const stages = useQuery(fewQuery('stages', { sort: 'position', limit: 500 }))
  const [naming, setNaming] = useState(false)
  const shown = pipelines.data?.data ?? []
  return (
    <Page title={t('pipelines.title')} lead={t('pipelines.lead')} action={<Button look="primary" onClick={() => setNaming(true)}><Plus size={15} />{t('pipelines.new')}</Button>}>
      {pipelines.isError ? <Failed error={pipelines.error} onRetry={() => void pipelines.refetch()} /> : pipelines.isPending || stages.isPending ? <Bones rows={8} className="!px-0" /> : shown.length === 0 ? <Blank icon={GitBranch} title={t('pipelines.none')}>{t('pipelines.none_hint')}</Blank> : (
        shown.map((pipeline) => <PipelineCard key={pipeline.id} pipeline={pipeline} others={shown} stages={(stages.data?.data ?? []).filter((stage) => stage['pipeline'] === pipeline.id)} />)
      )}
      {naming && <NewPipeline first={shown.length === 0} at={shown.length} onClose={() => setNaming(false)} />}
    </Page>
  )
}

function useRefresh(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    await Promise.all([queries.invalidateQueries({ queryKey: ['few', 'pipelines'] }), queries.invalidateQueries({ queryKey: ['few', 'stages'] })])
  }
}

function PipelineCard({ pipeline, others, stages }: { pipeline: RecordData; others: RecordData[]; stages: RecordData[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const object = useObject('pipeline')
  const stageObject = useObject('stage')
  const acts = useActs()
  const refresh = useRefresh()
  const attempt = useTry()
  const [renaming, setRenaming] = useState(false)
  const [over, setOver] = useState<number | null>(null)
  const ordered = [...stages].sort((a, b) => Number(a['position'] ?? 0) - Number(b['position'] ?? 0))
  if (!object || !stageObject) return null
  const active = pipeline['is_active'] !== false

  async function move(from: number, to: number) {
    const moved = ordered[from]
    if (!moved || to < 0 || to >= ordered.length || from === to) return
    const rest = ordered.filter((_, at) => at !== from)
    const next = [...rest.slice(0, to), moved, ...rest.slice(to)]
    await attempt(() => Promise.all(next.flatMap((stage, at) => (stage['position'] === at + 1 ? [] : [ask('PATCH', `/stages/${stage.id}`, { body: { position: at + 1 } })]))))
    await refresh()
  }
  async function add() {
    await attempt(() => ask('POST', '/stages', { body: { name: t('pipelines.new_stage'), pipeline: pipeline.id, position: ordered.length + 1, kind: 'open' } }))
    await refresh()
  }
  async function makeDefault() {
    await attempt(async () => {
      for (const other of others) if (other['is_default'] === true) await ask('PATCH', `/pipelines/${other.id}`, { body: { is_default: false } })
      await ask('PATCH', `/pipelines/${pipeline.id}`, { body: { is_default: true } })
    }, t('pipelines.is_default', { name: pipeline.title }))
    await refresh()
  }

  return (
    <section aria-label={pipeline.title}>
      <div className="mb-2.5 flex items-center gap-2">
        <h2 className={cx('min-w-0 truncate text-lead font-semibold', !active && 'text-fg-3')}>{pipeline.title}</h2>
        {pipeline['is_default'] === true && <Pill hue={240}>{t('pipelines.default')}</Pill>}
        {!active && <Pill>{t('pipelines.retired')}</Pill>}
        <span className="min-w-0 flex-1 truncate text-meta text-fg-3 tabular-nums">{t('pipelines.open_deals', { count: Number(pipeline['open_deals_count'] ?? 0), number: formatNumber(Number(pipeline['open_deals_count'] ?? 0), locale) })}</span>
        <Drop align="end" trigger={<IconButton label={t('settings.more_of', { name: pipeline.title })}><Ellipsis size={16} /></IconButton>}>
          <DropItem onClick={() => setRenaming(true)}>{t('settings.rename')}</DropItem>
          {pipeline['is_default'] !== true && <DropItem icon={<Star size={14} />} onClick={() => void makeDefault()}>{t('pipelines.make_default')}</DropItem>}
          <DropItem icon={<MessageCircleQuestion size={14} />} onClick={() => void acts.save(object, pipeline, { needs_reason: pipeline['needs_reason'] !== true }).then(refresh)}>{pipeline['needs_reason'] === true ? t('stages.no_reasons') : t('stages.reasons')}</DropItem>
          <DropItem icon={<Footprints size={14} />} onClick={() => void acts.save(object, pipeline, { needs_next_step: pipeline['needs_next_step'] !== true }).then(refresh)}>{pipeline['needs_next_step'] === true ? t('stages.no_next') : t('stages.next')}</DropItem>
          <DropItem icon={active ? <Archive size={14} /> : <ArchiveRestore size={14} />} onClick={() => void acts.save(object, pipeline, { is_active: !active }).then(refresh)}>{active ? t('pipelines.retire') : t('pipelines.bring_back')}</DropItem>
        </Drop>
      </div>
      <ol
        className={CARD}
        onDragOver={(event) => {
          if (event.dataTransfer.types.includes('rapport/stage')) event.preventDefault()
        }}
      >
        <li aria-hidden className="flex h-8 items-center gap-3 border-b border-line ps-10 pe-3 text-meta text-fg-3 max-md:hidden">
          <span className="flex-1">{t('pipelines.stage')}</span>
          <span className="w-28">{t('pipelines.kind')}</span>
          <span className="w-24 text-end">{t('pipelines.chance')}</span>
          <span className="w-24 text-end">{t('pipelines.stale')}</span>
          <span className="w-16 text-end">{t('pipelines.deals')}</span>
          <span className="w-28" />
        </li>
        {ordered.map((stage, at) => (
          <StageRow
            key={stage.id}
            stage={stage}
            at={at}
            count={ordered.length}
            over={over === at}
            onOver={(is) => setOver(is ? at : null)}
            onDrop={(id) => {
              setOver(null)
              void move(ordered.findIndex((one) => one.id === id), at)
            }}
            onMove={(to) => void move(at, to)}
            onSave={async (set) => {
              await acts.save(stageObject, stage, set, { what: t('notice.changed', { title: stage.title }) })
              await refresh()
            }}
            onRules={refresh}
            onRemove={async () => {
              await acts.trash(stageObject, stage)
              await refresh()
            }}
          />
        ))}
        <li className="px-3 py-1.5"><Button size="sm" onClick={() => void add()}><Plus size={13} />{t('pipelines.add_stage')}</Button></li>
      </ol>
      {renaming && <NamePipeline name={pipeline.title} onClose={() => setRenaming(false)} onSave={async (name) => { await acts.save(object, pipeline, { name }); await refresh(); setRenaming(false) }} title={t('settings.rename')} />}
    </section>
  )
}

function StageRow({ stage, at, count, over, onOver, onDrop, onMove, onSave, onRules, onRemove }: {
  stage: RecordData
  at: number
  count: number
  over: boolean
  onOver: (is: boolean) => void
  onDrop: (id: string) => void
  onMove: (to: number) => void
  onSave: (set: Record<string, unknown>) => Promise<void>
  onRules: () => Promise<void>
  onRemove: () => Promise<void>
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [removing, setRemoving] = useState(false)
  const [ruling, setRuling] = useState(false)
  const kind = String(stage['kind'] ?? 'open')
  const hue = typeof stage['hue'] === 'number' ? stage['hue'] : (KIND_HUES[kind] ?? 240)
  const deals = Number(stage['deals_count'] ?? 0)

  const drag = {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.setData('rapport/stage', stage.id)
      event.dataTransfer.effectAllowed = 'move'
    },
  }
  return (
    <li
      className={cx('flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line ps-2 pe-3 py-1.5', over && 'bg-accent-soft')}
      onDragEnter={() => onOver(true)}
      onDragOver={(event) => event.preventDefault()}
      onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && onOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        onDrop(event.dataTransfer.getData('rapport/stage'))
      }}
    >
      <span {...drag} aria-hidden className="cursor-grab text-fg-3 max-md:hidden"><GripVertical size={15} /></span>
      <HuePick hue={hue} label={t('pipelines.colour', { name: stage.title })} onPick={(next) => void onSave({ hue: next })} />
      <div className="min-w-0 flex-1 max-md:basis-20"><Typed label={t('pipelines.stage_name')} value={String(stage['name'] ?? '')} onSave={(name) => (name.trim() ? onSave({ name: name.trim() }) : Promise.resolve())} className="font-medium" /></div>
      <select aria-label={t('pipelines.kind_of', { name: stage.title })} value={kind} onChange={(event) => void onSave({ kind: event.target.value, ...(event.target.value === 'won' ? { probability: 100 } : event.target.value === 'lost' ? { probability: 0 } : {}) })} className="h-8 w-28 rounded-sm bg-transparent px-1.5 hover:bg-hover max-md:order-3 max-md:h-11 max-md:w-24 max-md:self-end">
        <option value="open">{t('pipelines.kind_open')}</option>
        <option value="won">{t('pipelines.kind_won')}</option>
        <option value="lost">{t('pipelines.kind_lost')}</option>
      </select>
      <Typed number suffix="%" label={t('pipelines.chance_of', { name: stage.title })} value={stage['probability'] === null || stage['probability'] === undefined ? '' : String(stage['probability'])} onSave={(text) => onSave({ probability: numberIn(text, 100) })} head={t('pipelines.chance')} className="w-24 max-md:order-4 max-md:w-0 max-md:flex-1" />
      <Typed number suffix={t('pipelines.days')} label={t('pipelines.stale_of', { name: stage.title })} value={stage['rotting_days'] === null || stage['rotting_days'] === undefined ? '' : String(stage['rotting_days'])} onSave={(text) => onSave({ rotting_days: numberIn(text, 3650) })} head={t('pipelines.stale')} className="w-24 max-md:order-4 max-md:w-0 max-md:flex-1" />
      <span className="w-16 text-end text-fg-2 tabular-nums max-md:order-4 max-md:w-0 max-md:flex-1"><span aria-hidden className="block text-label text-fg-3 md:hidden">{t('pipelines.deals')}</span><span className="block max-md:leading-8">{formatNumber(deals, locale)}</span></span>
      <span className="flex w-28 justify-end max-md:order-2 max-md:w-auto">
        <IconButton label={t('stages.open_rules', { name: stage.title })} onClick={() => setRuling(true)}><ListChecks size={14} className={stage['needs'] || stage['exit_criteria'] ? 'text-accent-text' : ''} /></IconButton>
        <IconButton label={t('pipelines.earlier', { name: stage.title })} disabled={at === 0} onClick={() => onMove(at - 1)}><ArrowUp size={14} /></IconButton>
        <IconButton label={t('pipelines.later', { name: stage.title })} disabled={at === count - 1} onClick={() => onMove(at + 1)}><ArrowDown size={14} /></IconButton>
        <IconButton label={t('pipelines.remove', { name: stage.title })} onClick={() => (deals > 0 ? setRemoving(true) : void onRemove())}><Trash2 size={14} /></IconButton>
      </span>
      <Suspense>{ruling && <StageRules stage={stage} onClose={() => setRuling(false)} onDone={onRules} />}</Suspense>
      {removing && (
        <Ask title={t('pipelines.remove', { name: stage.title })} verb={t('settings.remove')} onNo={() => setRemoving(false)} onYes={async () => { await onRemove(); setRemoving(false) }}>
          {t('pipelines.remove_lead', { count: deals, number: formatNumber(deals, locale) })}
        </Ask>
      )}
    </li>
  )
}

function numberIn(text: string, most: number): number | null {
  const value = Number.parseInt(text, 10)
  return Number.isNaN(value) ? null : Math.max(0, Math.min(most, value))
}

/** A text that is saved when it is left. */
function Typed({ value, onSave, label, head, number, suffix, className }: { value: string; onSave: (text: string) => Promise<void>; label: string; /** Stands above it on a phone, where the table has no head. */ head?: string; number?: boolean; suffix?: string; className?: string }) {
  const [text, setText] = useState<string | null>(null)
  const shown = text ?? value
  return (
    <span className={cx('flex flex-wrap items-center gap-x-1 rounded-sm px-1.5 focus-within:shadow-[inset_0_0_0_2px_var(--accent)] hover:bg-hover', className)}>
      {head && <span aria-hidden className="basis-full text-end text-label text-fg-3 md:hidden">{head}</span>}
      <input
        aria-label={label}
        inputMode={number ? 'numeric' : undefined}
        placeholder={number ? '–' : undefined}
        value={shown}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') {
            setText(null)
            event.stopPropagation()
          }
        }}
        onBlur={() => {
          if (text !== null && text !== value) void onSave(text).then(() => setText(null))
          else setText(null)
        }}
        className={cx('h-8 w-0 min-w-0 flex-1 bg-transparent outline-none', number && 'text-end tabular-nums')}
      />
      {suffix && shown !== '' && <span className="text-meta text-fg-3">{suffix}</span>}
    </span>
  )
}

function NamePipeline({ name, title, onSave, onClose }: { name: string; title: string; onSave: (name: string) => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(name)
  const [fault, setFault] = useState<string | undefined>()
  return (
    <Modal open title={title} onClose={onClose} width="max-w-[400px]">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (text.trim() === '') setFault(t('form.required'))
          else void onSave(text.trim())
        }}
      >
        <Labelled label={t('settings.name')} fault={fault}><input className="input" value={text} maxLength={120} onChange={(event) => setText(event.target.value)} /></Labelled>
        <div className="flex justify-end gap-2"><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" type="submit">{t('common.save')}</Button></div>
      </form>
    </Modal>
  )
}

/** A pipeline starts with five stages that can be renamed, not with nothing. */
function NewPipeline({ first, at, onClose }: { first: boolean; at: number; onClose: () => void }) {
  const { t } = useTranslation()
  const refresh = useRefresh()
  const attempt = useTry()
  const begin = [
    { name: t('pipelines.first_new'), kind: 'open', probability: 10, hue: 240 },
    { name: t('pipelines.first_talk'), kind: 'open', probability: 30, hue: 275 },
    { name: t('pipelines.first_offer'), kind: 'open', probability: 60, hue: 52 },
    { name: t('pipelines.kind_won'), kind: 'won', probability: 100, hue: 155 },
    { name: t('pipelines.kind_lost'), kind: 'lost', probability: 0, hue: 25 },
  ]
  return (
    <NamePipeline
      name=""
      title={t('pipelines.new')}
      onClose={onClose}
      onSave={async (name) => {
        await attempt(async () => {
          const { data } = await ask<RecordData>('POST', '/pipelines', { body: { name, position: at + 1, is_default: first, is_active: true } })
          for (const [index, stage] of begin.entries()) await ask('POST', '/stages', { body: { ...stage, pipeline: data.id, position: index + 1 } })
        }, t('pipelines.made', { name }))
        await refresh()
        onClose()
      }}
    />
  )
}

