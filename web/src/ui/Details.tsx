/** All values of a record in foldable sections, each edited where it stands. */

import { ChevronDown, Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { isEditable, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatTime } from '@/lib/format'
import { isEmpty, type RecordData } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { keep, keptJson } from '@/lib/storage'
import { useValueText } from './FieldInput'
import { FieldValue } from './FieldValue'
import { InlineEdit } from './InlineEdit'
import { cx } from './kit'

const SECTION_LABELS: Record<string, string> = {
  main: 'section.main', contact: 'section.contact', address: 'section.address', work: 'section.work', money: 'section.money', dates: 'section.dates', figures: 'section.figures',
  marketing: 'section.marketing', consent: 'section.consent', delivery: 'section.delivery', system: 'section.system', other: 'section.other',
  person: 'section.person', more: 'section.more', billing: 'section.billing', conversion: 'section.conversion', stock: 'section.stock',
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

export function useSectionLabel(): (section: string) => string {
  const { t } = useTranslation()
  return (section) => {
    const known = SECTION_LABELS[section]
    if (known) return t(known)
    const words = section.replaceAll('_', ' ')
    return words.charAt(0).toLocaleUpperCase() + words.slice(1)
  }
}

export function Details({ object, record }: { object: ObjectDef; record: RecordData }) {
  const sectionLabel = useSectionLabel()
  const { t } = useTranslation()
  const locale = useLocale()
  const name = `sections.${object.name}`
  // What a person folded or unfolded; the rest follows from whether there is anything to read.
  const [chosen, setChosen] = useState<Record<string, boolean>>(() => keptJson<Record<string, boolean>>(name, {}))
  const [whole, setWhole] = useState<readonly string[]>([])

  function fold(section: string, isFolded: boolean) {
    const next = { ...chosen, [section]: !isFolded }
    setChosen(next)
    keep(name, JSON.stringify(next))
  }
  const sections = sectionsOf(object.fields.filter((field) => field.type !== 'json' && (isEditable(object, field) || !isEmpty(record[field.name]))))
  if (!sections.some(([section]) => section === 'system')) sections.push(['system', []])

  return (
    <div className="flex flex-col gap-2">
      {sections.map(([section, fields]) => {
        const filled = fields.filter((field) => !isEmpty(record[field.name]))
        const isFolded = chosen[section] ?? (section === 'system' || filled.length === 0)
        const isWhole = whole.includes(section) || filled.length === 0
        const shown = isWhole ? fields : filled
        return (
          <section key={section}>
            <h2 className="text-body font-semibold tracking-normal">
              <button type="button" aria-expanded={!isFolded} onClick={() => fold(section, isFolded)} className="flex h-8 w-full items-center gap-1.5 rounded-sm px-2 text-start hover:bg-hover">
                <ChevronDown size={14} className={cx('text-fg-3 transition-transform duration-100', isFolded && '-rotate-90 rtl:rotate-90')} />
                {sectionLabel(section)}
              </button>
            </h2>
            {!isFolded && (
              <dl className="pb-1">
                {shown.map((field) => (
                  <Detail key={field.name} object={object} record={record} field={field} />
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
      <dt className="w-[38%] shrink-0 truncate text-fg-3">{label}</dt>
      <dd className="min-w-0 flex-1">{children}</dd>
    </div>
  )
}

function Detail({ object, record, field }: { object: ObjectDef; record: RecordData; field: FieldDef }) {
  const labelOf = useLabel()
  const { t } = useTranslation()
  const acts = useActs()
  const textOf = useValueText()
  const place = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const [editing, setEditing] = useState(false)
  const [fault, setFault] = useState<{ typed: string; detail: string } | null>(null)
  const editable = isEditable(object, field)
  const label = labelOf(field.label)
  const empty = isEmpty(record[field.name])

  return (
    <div className="flex min-h-8 items-start gap-2 px-2">
      <dt className="w-[38%] shrink-0 truncate pt-1.5 text-fg-3" title={field.help ? labelOf(field.help) : label}>{label}</dt>
      <dd className="relative min-w-0 flex-1">
        <div
          ref={place}
          className={cx('relative -mx-1.5 min-h-8 rounded-sm px-1.5 py-1.5 break-words text-fg', editable && 'hover:bg-hover')}
        >
          {/* The button lies under the value, so that links in it stay links of their own. */}
          {editable && <button ref={button} type="button" aria-label={t('field.edit', { name: label })} onClick={() => setEditing(true)} onKeyDown={(event) => event.key === 'F2' && setEditing(true)} className="absolute inset-0 rounded-sm" />}
          <div className={cx('relative', editable && 'pointer-events-none [&_a]:pointer-events-auto')}>
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
              onDone={(value, key, linked) => {
                setEditing(false)
                setFault(null)
                if (key) button.current?.focus({ preventScroll: true })
                if (value === undefined) return
                const shown = Array.isArray(linked) ? linked : linked ? [linked] : []
                acts
                  .save(object, record, { [field.name]: value }, { linked: linked === undefined ? {} : { [field.name]: linked }, what: t('notice.field_changed', { title: record.title, field: label, value: textOf(field, value, shown) }), rethrow: true })
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
