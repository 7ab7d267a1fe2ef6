/** All values of a record in foldable sections, each edited where it stands. */

import { ChevronDown, Plus, Waypoints } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { stateOf } from '@/lib/conditions'
import { isEditable, labelIn, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatTime } from '@/lib/format'
import { needTexts } from '@/lib/i18n'
import { sectionsByDefinition, sectionsByLayout, useLayout, type Section } from '@/lib/layout'
import { editingStore } from '@/lib/presence'
import { isEmpty, type RecordData } from '@/lib/records'
import { useLabel, useLocale, useSession } from '@/lib/session'
import { keep, keptJson } from '@/lib/storage'
import { useValueText } from './valueText'
import { FieldValue } from './FieldValue'
import { InlineEdit } from './InlineEdit'
import { cx, Pop } from './kit'

const Lineage = lazy(async () => (await Promise.all([import('./Lineage'), needTexts('consolidation')]))[0])

const SECTION_LABELS: Record<string, string> = {
  main: 'section.main', contact: 'section.contact', address: 'section.address', work: 'section.work', money: 'section.money', dates: 'section.dates', figures: 'section.figures',
  marketing: 'section.marketing', analysis: 'section.analysis', consent: 'section.consent', delivery: 'section.delivery', system: 'section.system', other: 'section.other',
  person: 'section.person', more: 'section.more', origin: 'section.origin', billing: 'section.billing', conversion: 'section.conversion', stock: 'section.stock',
}

/** Sections in the order their first field appears; the system's own last. */
export function sectionsOf(fields: FieldDef[]): [section: string, fields: FieldDef[]][] {
  const sections = new Map<string, FieldDef[]>()
  for (const field of fields) {
    const section = field.section || 'main'
    sections.set(section, [...(sections.get(section) ?? []), field])
  }
  return [...sections].sort(([a], [b]) => Number(a === 'system') - Number(b === 'system'))
}

/** The company's own word for a section, else the workspace's. */
export function useSectionTitle(): (section: Pick<Section, 'name' | 'label'>) => string {
  const { i18n } = useTranslation()
  const known = useSectionLabel()
  return ({ name, label }) => (typeof label === 'string' && label ? label : label && typeof label === 'object' ? labelIn(label, i18n.language) : known(name))
}

/** Nothing stands there: also where a count or sum of linked records found none. */
export function saysNothing(field: FieldDef, value: unknown): boolean {
  if (field.type !== 'roll_up') return isEmpty(value)
  return isEmpty(value) || value === 0 || (typeof value === 'object' && value !== null && (value as { amount?: unknown }).amount === 0)
}

export function useSectionLabel(): (section: string) => string {
  const { t } = useTranslation()
  return (section) => {
    const known = SECTION_LABELS[section]
    if (known) return t(known)
    const words = section.replaceAll('_', ' ')
    return words.charAt(0).toLocaleUpperCase() + words.slice(1)
  }
}

export function Details({ object, record, editing }: { object: ObjectDef; record: RecordData; editing?: ReadonlyMap<string, string> | undefined }) {
  const sectionTitle = useSectionTitle()
  const { t } = useTranslation()
  const locale = useLocale()
  const session = useSession()
  const layout = useLayout(object)
  const name = `sections.${object.name}`
  // What a person folded or unfolded; the rest follows from whether there is anything to read.
  const [chosen, setChosen] = useState<Record<string, boolean>>(() => keptJson<Record<string, boolean>>(name, {}))
  const [whole, setWhole] = useState<readonly string[]>([])

  function fold(section: string, isFolded: boolean) {
    const next = { ...chosen, [section]: !isFolded }
    setChosen(next)
    keep(name, JSON.stringify(next))
  }
  const me = session?.user.id ?? null
  const readable = object.fields.filter((field) => field.type !== 'json' && (isEditable(object, field) || !saysNothing(field, record[field.name])) && stateOf(field, record, record, me).shown)
  const sections = layout ? sectionsByLayout(layout, readable) : sectionsByDefinition(readable)
  if (!sections.some((section) => section.name === 'system')) sections.push({ name: 'system', label: null, fields: [], collapsed: true })

  return (
    <div className="flex flex-col gap-2">
      {sections.map(({ name: section, label, fields, collapsed }) => {
        const filled = fields.filter((field) => !saysNothing(field, record[field.name]))
        const isFolded = chosen[section] ?? (collapsed || filled.length === 0)
        const isWhole = whole.includes(section) || filled.length === 0
        const shown = isWhole ? fields : filled
        return (
          <section key={section}>
            <h2 className="text-body font-semibold tracking-normal">
              <button type="button" aria-expanded={!isFolded} onClick={() => fold(section, isFolded)} className="flex h-8 w-full items-center gap-1.5 rounded-sm px-2 text-start hover:bg-hover">
                <ChevronDown size={14} className={cx('text-fg-3 transition-transform duration-100', isFolded && '-rotate-90 rtl:rotate-90')} />
                {sectionTitle({ name: section, label })}
              </button>
            </h2>
            {!isFolded && (
              <dl className="pb-1">
                {shown.map((field) => (
                  <Detail key={field.name} object={object} record={record} field={field} by={editing?.get(field.name)} isLocked={stateOf(field, record, record, me).readonly} />
                ))}
                {!isWhole && fields.length > filled.length && (
                  <div>
                    <dt className="sr-only">{t('details.empty')}</dt>
                    <dd>
                      <button type="button" onClick={() => setWhole([...whole, section])} className="flex h-7 items-center gap-1.5 rounded-sm px-2 text-meta text-fg-3 hover:bg-hover hover:text-fg">
                        <Plus size={13} />
                        {t('details.more', { count: fields.length - filled.length })}
                      </button>
                    </dd>
                  </div>
                )}
                {section === 'system' && (
                  <>
                    <Line label={t('field.created_at')}>{formatTime(record.created_at, locale)}</Line>
                    <Line label={t('field.updated_at')}>{formatTime(record.updated_at, locale)}</Line>
                    <Line label={t('field.id')}><code className="text-label break-all text-fg-3 select-all">{record.id}</code></Line>
                  </>
                )}
              </dl>
            )}
          </section>
        )
      })}
    </div>
  )
}

function Line({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex min-h-8 items-start gap-2 px-2 py-1.5">
      <dt className="line-clamp-2 w-[38%] shrink-0 hyphens-auto break-words text-fg-3">{label}</dt>
      <dd className="min-w-0 flex-1">{children}</dd>
    </div>
  )
}

function Detail({ object, record, field, by, isLocked }: { object: ObjectDef; record: RecordData; field: FieldDef; by: string | undefined; isLocked: boolean }) {
  const labelOf = useLabel()
  const { t } = useTranslation()
  const acts = useActs()
  const textOf = useValueText()
  const place = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const [editing, setEditing] = useState(false)
  const [asking, setAsking] = useState(false)
  const [fault, setFault] = useState<{ typed: string; detail: string } | null>(null)
  const editable = isEditable(object, field) && !isLocked && !record.deleted_at
  const label = labelOf(field.label)
  const empty = saysNothing(field, record[field.name])
  const isNews = useNews(JSON.stringify(record[field.name] ?? null), editing)

  useEffect(() => {
    if (!editing) return
    editingStore.set({ record: record.id, field: field.name })
    return () => editingStore.set(null)
  }, [editing, record.id, field.name])

  return (
    <div className="group/detail flex min-h-8 items-start gap-2 px-2">
      <dt className="relative w-[38%] shrink-0 py-1.5 text-fg-3">
        <span className="line-clamp-2 hyphens-auto break-words" title={field.help ? labelOf(field.help) : label}>{label}</span>
        {/* A phone has no room for it and no pointer to find it by: the record's history says the same. */}
        {!empty && field.type !== 'formula' && field.type !== 'roll_up' && (
          <Pop
            label={t('lineage.open', { name: label })}
            align="start"
            className="w-72"
            open={asking}
            onOpenChange={setAsking}
            trigger={<button type="button" aria-label={t('lineage.open', { name: label })} className="absolute end-0 top-1 grid size-6 place-items-center rounded-xs bg-surface text-fg-3 opacity-0 group-hover/detail:opacity-100 hover:bg-hover hover:text-fg focus-visible:opacity-100 data-popup-open:opacity-100 pointer-coarse:hidden"><Waypoints size={12} /></button>}
          >
            {asking && <Suspense fallback={<span className="block h-16" />}><Lineage object={object} id={record.id} field={field} /></Suspense>}
          </Pop>
        )}
      </dt>
      <dd className="relative min-w-0 flex-1">
        <div
          ref={place}
          className={cx('relative -mx-1.5 min-h-8 rounded-sm px-1.5 py-1.5 break-words text-fg', editable && 'hover:bg-hover', isNews && 'live-tint', by && 'shadow-[inset_0_0_0_1.5px_var(--accent)]')}
        >
          {/* The button lies under the value, so that links in it stay links of their own. */}
          {editable && <button ref={button} type="button" aria-label={t('field.edit', { name: label })} onClick={() => setEditing(true)} onKeyDown={(event) => event.key === 'F2' && setEditing(true)} className="absolute inset-0 rounded-sm" />}
          <div className={cx('relative', editable && 'pointer-events-none [&_a]:pointer-events-auto [&_button]:pointer-events-auto')}>
          {by && <span className="float-end ms-2 rounded-xs bg-accent-soft px-1 text-label text-accent-text">{t('presence.edits', { name: by })}</span>}
          {empty ? <span className="text-fg-3">{editable ? t('field.add') : '—'}</span> : <FieldValue field={field} record={record} full />}
          </div>
        </div>
        {editing && (
          <>
            <InlineEdit
              field={field}
              record={record}
              typed={fault?.typed}
              anchor={place}
              className="absolute -inset-x-1.5 top-0 z-10 h-8 rounded-sm px-1.5"
              onDone={(value, key, linked, version) => {
                setEditing(false)
                setFault(null)
                if (key) button.current?.focus({ preventScroll: true })
                if (value === undefined) return
                const shown = Array.isArray(linked) ? linked : linked ? [linked] : []
                acts
                  .save(object, record, { [field.name]: value }, { version, linked: linked === undefined ? {} : { [field.name]: linked }, what: t('notice.field_changed', { title: record.title, field: label, value: textOf(field, value, shown) }), rethrow: true })
                  .catch((error: unknown) => {
                    const detail = error instanceof Problem ? (error.fields.find((one) => one.pointer.includes(field.name))?.detail ?? error.message) : String(error)
                    if (typeof value === 'string' || typeof value === 'number') {
                      setFault({ typed: String(value), detail })
                      setEditing(true)
                    } else notify({ text: t('notice.not_saved', { reason: detail }), tone: 'bad' })
                  })
              }}
            />
            {fault && <p role="alert" className="absolute top-9 z-10 rounded-md bg-bad-soft px-2 py-1 text-meta text-bad shadow-2">{fault.detail}</p>}
          </>
        )}
      </dd>
    </div>
  )
}

/** True for a moment after others changed the value; what one changes oneself is no news. */
function useNews(value: string, isOwn: boolean): boolean {
  const before = useRef(value)
  const own = useRef(isOwn)
  const [isNews, setIsNews] = useState(false)
  useEffect(() => {
    // The value comes after the editor closed: an edit of the last moment counts as one's own.
    if (isOwn) own.current = true
    else {
      const timer = setTimeout(() => (own.current = false), 3000)
      return () => clearTimeout(timer)
    }
  }, [isOwn])
  useEffect(() => {
    if (before.current === value) return
    before.current = value
    if (own.current) return
    setIsNews(true)
    const timer = setTimeout(() => setIsNews(false), 1400)
    return () => clearTimeout(timer)
  }, [value])
  return isNews
}
