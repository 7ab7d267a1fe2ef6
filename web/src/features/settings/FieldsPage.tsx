/** The fields of one object: seen in their sections, ordered, added, changed, retired. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, Compass, Eye, GripVertical, Lock, Pencil, Plus, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState, type DragEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import type { FieldDef, Labels, ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { countQuery } from '@/lib/records'
import { definitionsQuery, useLabel, useLocale, useObject } from '@/lib/session'
import { Face } from '@/ui/Face'
import { fieldIcon } from '@/ui/icons'
import { Button, cx, Hint, IconButton, Pill } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { FieldPanel } from './FieldPanel'
import { TYPE_LABELS } from './fieldTypes'
import { Ask, CARD, Page, useTry } from './parts'

const ObjectWords = lazy(() => import('./ObjectWords'))

interface Layout {
  sections: { name: string; label: Labels | string | null; fields: string[]; collapsed?: boolean }[]
  [part: string]: unknown
}

const SECTION_WORDS: Record<string, string> = {
  main: 'section.main', contact: 'section.contact', address: 'section.address', work: 'section.work', money: 'section.money', dates: 'section.dates', figures: 'section.figures', analysis: 'section.analysis', more: 'section.more', system: 'section.system', person: 'section.person', consent: 'section.consent', billing: 'section.billing', delivery: 'section.delivery', marketing: 'section.marketing', stock: 'section.stock', conversion: 'section.conversion', other: 'section.other',
}

function layoutQuery(plural: string) {
  return { queryKey: ['layout', plural, 'everyone'], queryFn: async ({ signal }: { signal: AbortSignal }) => (await ask<{ layout: Layout }>('GET', `/${plural}/layout`, { signal })).data.layout, retry: false }
}

/** The sections in their order; what the layout does not name stands in the section of its definition. */
function sectionsOf(object: ObjectDef, layout: Layout | undefined): { name: string; label: Labels | string | null; fields: FieldDef[] }[] {
  const placed = new Set<string>()
  const sections = (layout?.sections ?? []).map((section) => ({
    name: section.name,
    label: section.label,
    fields: section.fields.flatMap((name) => {
      const field = object.fields.find((one) => one.name === name)
      if (!field || placed.has(name)) return []
      placed.add(name)
      return [field]
    }),
  }))
  for (const field of object.fields) {
    if (placed.has(field.name)) continue
    const name = field.section || 'main'
    const section = sections.find((one) => one.name === name)
    if (section) section.fields.push(field)
    else sections.push({ name, label: null, fields: [field] })
  }
  return sections.filter((section) => section.fields.length > 0)
}

export default function FieldsPage() {
  const { t } = useTranslation()
  const { name } = useParams({ from: '/inside/settings/objects/$name' })
  const object = useObject(name)
  if (!object) return <Page title={t('objects.title')} back={{ to: '/settings/objects', label: t('objects.title') }}><Blank icon={Compass} title={t('state.no_object')} /></Page>
  return <Fields key={object.name} object={object} />
}

function Fields({ object }: { object: ObjectDef }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const queries = useQueryClient()
  const attempt = useTry()
  const count = useQuery(countQuery(object.plural))
  const layout = useQuery(layoutQuery(object.plural))
  const [open, setOpen] = useState<FieldDef | 'new' | null>(null)
  const [renaming, setRenaming] = useState(false)
  const [retiring, setRetiring] = useState<FieldDef | null>(null)
  const sections = sectionsOf(object, layout.data)
  const refresh = () => queries.invalidateQueries({ queryKey: definitionsQuery.queryKey })

  async function retire(field: FieldDef) {
    setRetiring(null)
    try {
      await ask('DELETE', `/definitions/${object.name}/fields/${field.name}`)
      notify({ text: t('fields.removed', { name: labelOf(field.label) }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
    await refresh()
  }

  /** Before the field that stands at `to`; other sections are reached by dragging. */
  async function move(name: string, section: string, to: number) {
    const next = sections.map((one) => ({ name: one.name, label: one.label, fields: one.fields.map((field) => field.name).filter((held) => held !== name) }))
    const there = next.find((one) => one.name === section)
    const from = sections.find((one) => one.fields.some((field) => field.name === name))
    if (!there || !from) return
    const before = from.name === section ? from.fields.findIndex((field) => field.name === name) : -1
    there.fields.splice(before !== -1 && before < to ? to - 1 : to, 0, name)
    const changed: Layout = { ...layout.data, sections: next }
    queries.setQueryData(layoutQuery(object.plural).queryKey, changed)
    await attempt(() => ask('PUT', `/${object.plural}/layout`, { body: { role: null, layout: changed } }))
    await queries.invalidateQueries({ queryKey: ['layout', object.plural] })
  }

  return (
    <Page
      title={<span className="flex items-center gap-3"><Face kind="icon" name={object.name} icon={object.icon} size={30} /><span className="truncate">{labelOf(object.label_plural)}</span>{object.custom && <Pill hue={275}>{t('objects.own')}</Pill>}</span>}
      lead={<>{object.name} · {t('objects.fields', { count: object.fields.length, number: formatNumber(object.fields.length, locale) })}{count.data && <> · <Link to="/o/$plural" params={{ plural: object.plural }} search={{}} className="text-accent-text underline decoration-line-strong underline-offset-3">{t('objects.records', { count: count.data.value, number: formatNumber(count.data.value, locale) })}</Link></>}</>}
      back={{ to: '/settings/objects', label: t('objects.title') }}
      action={<>{object.custom && <Button look="outline" onClick={() => setRenaming(true)}><Pencil size={14} />{t('objects.edit')}</Button>}<Button look="primary" onClick={() => setOpen('new')}><Plus size={15} />{t('fields.new')}</Button></>}
    >
      {sections.map((section) => (
        <section key={section.name} aria-label={sectionLabel(section)}>
          <h2 className="mb-1.5 text-meta font-medium text-fg-3">{sectionLabel(section)}</h2>
          <ul className={CARD}>
            {section.fields.map((field, at) => (
              <FieldRow
                key={field.id}
                field={field}
                first={at === 0}
                last={at === section.fields.length - 1}
                movable={layout.data !== undefined}
                onOpen={() => setOpen(field)}
                onRetire={() => setRetiring(field)}
                onMove={(step) => void move(field.name, section.name, step < 0 ? at - 1 : at + 2)}
                onDrop={(name) => void move(name, section.name, at)}
              />
            ))}
          </ul>
        </section>
      ))}
      {open && <FieldPanel key={open === 'new' ? 'new' : open.id} object={object} field={open === 'new' ? null : open} onClose={() => setOpen(null)} onSaved={refresh} />}
      {renaming && <Suspense><ObjectWords object={object} onClose={() => setRenaming(false)} onSaved={refresh} /></Suspense>}
      {retiring && (
        <Ask title={t('fields.remove_title', { name: labelOf(retiring.label) })} verb={t('fields.remove')} onYes={() => retire(retiring)} onNo={() => setRetiring(null)}>
          {t('fields.remove_lead')}
        </Ask>
      )}
    </Page>
  )

  function sectionLabel(section: { name: string; label: Labels | string | null }): string {
    if (typeof section.label === 'string' && section.label) return section.label
    if (section.label && typeof section.label === 'object') return labelOf(section.label)
    const word = SECTION_WORDS[section.name]
    return word ? t(word) : section.name
  }
}

function FieldRow({ field, first, last, movable, onOpen, onRetire, onMove, onDrop }: { field: FieldDef; first: boolean; last: boolean; movable: boolean; onOpen: () => void; onRetire: () => void; onMove: (step: -1 | 1) => void; onDrop: (name: string) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [over, setOver] = useState(false)
  const Icon = fieldIcon(field)
  const label = labelOf(field.label)
  const accepts = (event: DragEvent) => event.dataTransfer.types.includes('rapport/field')
  return (
    <li
      className={cx('group flex min-h-11 items-center gap-2.5 border-b border-line ps-2 pe-2 last:border-0', over && 'shadow-[inset_0_2px_0_var(--accent)]')}
      onDragOver={(event) => {
        if (!accepts(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!accepts(event)) return
        event.preventDefault()
        setOver(false)
        onDrop(event.dataTransfer.getData('rapport/field'))
      }}
    >
      <span draggable={movable} onDragStart={(event) => event.dataTransfer.setData('rapport/field', field.name)} aria-hidden className={cx('shrink-0 text-fg-3 max-md:hidden', movable ? 'cursor-grab' : 'invisible')}><GripVertical size={14} /></span>
      <button type="button" onClick={onOpen} className="flex min-h-11 min-w-0 flex-1 items-center gap-3 text-start">
        <Icon size={15} strokeWidth={1.75} className="shrink-0 text-fg-3" />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{label}</span>
          <span className="block truncate text-meta text-fg-3">{field.name}</span>
        </span>
        {field.conditions?.show_if && <Hint label={t('conditions.show')}><Eye size={14} className="shrink-0 text-accent-text" /></Hint>}
        {field.conditions?.read_only_if && <Hint label={t('conditions.lock')}><Lock size={14} className="shrink-0 text-accent-text" /></Hint>}
        {(field.required || field.conditions?.required_if) && <Pill hue={70}>{t('form.required_mark')}</Pill>}
        {field.custom && <span className="max-md:hidden"><Pill hue={275}>{t('objects.own')}</Pill></span>}
        <span className="w-32 shrink-0 truncate text-end text-fg-2 max-md:hidden">{t(TYPE_LABELS[field.type])}</span>
      </button>
      <span className="flex shrink-0 justify-end">
        <IconButton label={t('fields.up', { name: label })} disabled={first || !movable} onClick={() => onMove(-1)}><ArrowUp size={14} /></IconButton>
        <IconButton label={t('fields.down', { name: label })} disabled={last || !movable} onClick={() => onMove(1)}><ArrowDown size={14} /></IconButton>
        <span className="w-7 pointer-coarse:w-10">{field.custom && <IconButton label={t('fields.retire', { name: label })} onClick={onRetire}><Trash2 size={14} /></IconButton>}</span>
      </span>
    </li>
  )
}
