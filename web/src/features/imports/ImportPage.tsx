/** One import from file to result: how it is read, which column goes where, what would happen, what happened. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ArrowRight, Check, ChevronDown, CircleAlert, Download, Eraser, ListChecks, Play, Save, ScanSearch, Undo2 } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { apiUrl, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { labelIn, objectByName, objectByPlural } from '@/lib/definitions'
import { countryName, formatBytes, formatDuration, formatNumber } from '@/lib/format'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { Button, cx, Drop, DropItem, DropLine, Meter, Pill, Pop } from '@/ui/kit'
import { PickList } from '@/ui/PickList'
import { Bones, Failed } from '@/ui/states'
import { Crumb, TopBar } from '@/ui/TopBar'
import { changeImport, importQuery, isBusy, keepMapping, mappingsQuery, tell, type ImportChange, type ImportColumn, type ImportState } from './imports'
import { STAGE_HUES, STAGE_LABELS } from './ImportsPage'

export default function ImportPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/inside/imports/$id' })
  const state = useQuery(importQuery(id))
  return (
    <>
      <TopBar crumbs={<><Crumb to="/imports">{t('import.title')}</Crumb><h1 className="truncate tracking-normal">{state.data?.name ?? '…'}</h1></>}>
        {state.data && <Pill hue={STAGE_HUES[state.data.state]} dot>{t(STAGE_LABELS[state.data.state])}</Pill>}
      </TopBar>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {state.isError ? <Failed error={state.error} onRetry={() => void state.refetch()} /> : state.isPending ? <Bones rows={8} /> : <Wizard state={state.data} />}
      </div>
    </>
  )
}

function Wizard({ state }: { state: ImportState }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [fault, setFault] = useState<string | null>(null)
  const [working, setWorking] = useState(false)

  async function attempt(act: () => Promise<ImportState | null>) {
    setFault(null)
    setWorking(true)
    try {
      const next = await act()
      if (next?.id) queries.setQueryData(importQuery(state.id).queryKey, next)
      await queries.invalidateQueries({ queryKey: ['import', state.id] })
      void queries.invalidateQueries({ queryKey: ['imports'] })
    } catch (error) {
      setFault(reasonOf(error))
    } finally {
      setWorking(false)
    }
  }
  const change = (next: ImportChange) => attempt(() => changeImport(state.id, next))
  const open = state.state === 'draft' || state.state === 'checked'
  const over = state.state === 'done' || state.state === 'cancelled' || state.state === 'failed' || state.state === 'undone'

  return (
    <div className="mx-auto flex max-w-[940px] flex-col gap-6 px-5 py-6 max-md:px-4">
      <Steps state={state} />
      {fault && <p role="alert" className="flex items-center gap-2 rounded-md bg-bad-soft px-3 py-2 text-bad"><CircleAlert size={16} className="shrink-0" />{fault}</p>}
      {over ? (
        <Result state={state} onUndo={() => void attempt(async () => {
          const undone = await tell(state.id, 'undo')
          notify({ text: t('import.undone') })
          void queries.invalidateQueries({ predicate: (query) => ['list', 'count', 'few', 'aggregate'].includes(String(query.queryKey[0])) })
          return undone
        })} />
      ) : isBusy(state.state) ? (
        <Running state={state} onCancel={() => void attempt(() => tell(state.id, 'cancel'))} />
      ) : (
        <>
          {state.state === 'checked' && <Checked state={state} />}
          <Settings key={state.state} state={state} folded={state.state === 'checked'}>
            <Format state={state} onChange={change} />
            <Mapping state={state} onChange={change} />
            <Matching state={state} onChange={change} />
          </Settings>
          {open && (
            <div className="sticky bottom-0 -mx-5 flex items-center justify-end gap-2 border-t border-line bg-surface px-5 py-3">
              <Button look={state.state === 'checked' ? 'outline' : 'primary'} size="lg" aria-busy={working} onClick={() => void attempt(() => tell(state.id, 'dry-run'))}>
                <ScanSearch size={15} />
                {state.state === 'checked' ? t('import.check_again') : t('import.check')}
              </Button>
              {state.state === 'checked' && (state.result?.new ?? 0) + (state.result?.changed ?? 0) > 0 && (
                <Button look="primary" size="lg" aria-busy={working} onClick={() => void attempt(() => tell(state.id, 'run'))}>
                  <Play size={15} />
                  {t('import.run', { count: (state.result?.new ?? 0) + (state.result?.changed ?? 0) })}
                </Button>
              )}
            </div>
          )}
        </>
      )}
    </div>
  )
}

const STEPS = ['import.step_map', 'import.step_check', 'import.step_run', 'import.step_done'] as const

function Steps({ state }: { state: ImportState }) {
  const { t } = useTranslation()
  const at = state.state === 'draft' ? 0 : state.state === 'checking' || state.state === 'checked' ? 1 : state.state === 'running' ? 2 : 3
  return (
    <ol className="flex flex-wrap items-center gap-2 text-meta">
      {STEPS.map((step, index) => (
        <li key={step} aria-current={index === at ? 'step' : undefined} className={cx('flex items-center gap-2', index === at ? 'font-medium text-fg' : 'text-fg-3')}>
          <span className={cx('grid size-5 place-items-center rounded-full text-label tabular-nums', index < at ? 'bg-ok-soft text-ok' : index === at ? 'bg-accent text-accent-fg' : 'bg-hover')}>{index < at ? <Check size={12} strokeWidth={2.500} /> : index + 1}</span>
          {t(step)}
          {index < STEPS.length - 1 && <span aria-hidden className="h-px w-6 bg-line-strong" />}
        </li>
      ))}
    </ol>
  )
}

function Choice({ label, value, options, onChange }: { label: string; value: string; options: { value: string; label: string }[]; onChange: (value: string) => void }) {
  return (
    <label className="flex min-w-32 flex-col gap-1">
      <span className="text-label text-fg-3">{label}</span>
      <select className="input" value={value} onChange={(event) => onChange(event.target.value)}>
        {(options.some((option) => option.value === value) ? options : [{ value, label: value || '—' }, ...options]).map((option) => (
          <option key={option.value} value={option.value}>{option.label}</option>
        ))}
      </select>
    </label>
  )
}

const CURRENCIES = ['EUR', 'USD', 'GBP', 'RUB', 'CNY', 'RON', 'MDL', 'CHF', 'PLN', 'JPY']
const COUNTRIES = ['DE', 'FR', 'RO', 'MD', 'RU', 'CN', 'US', 'GB', 'IT', 'ES', 'PL', 'AT', 'CH', 'NL', 'UA', 'KZ', 'HK', 'TW', 'SG', 'IN']

/** How the file was understood; each guess can be corrected. */
function Format({ state, onChange }: { state: ImportState; onChange: (change: ImportChange) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { format } = state
  const typeOf = (column: ImportColumn) => state.fields.find((field) => field.name === column.field)?.type
  const hasMoney = state.columns.some((column) => typeOf(column) === 'money')
  const hasPhone = state.columns.some((column) => typeOf(column) === 'phone')
  return (
    <section aria-label={t('import.format')}>
      <h2 className="mb-2 flex items-baseline gap-2 text-lead font-semibold">
        {t('import.format')}
        <span className="text-meta font-normal text-fg-3">{format.kind.toUpperCase()} · {formatBytes(state.size, locale)}</span>
      </h2>
      <div className="flex flex-wrap gap-3">
        {format.kind === 'csv' && (
          <>
            <Choice label={t('import.delimiter')} value={format.delimiter ?? ','} onChange={(delimiter) => onChange({ delimiter })} options={[{ value: ',', label: t('import.comma') }, { value: ';', label: t('import.semicolon') }, { value: '\t', label: t('import.tab') }, { value: '|', label: t('import.pipe') }]} />
            <Choice label={t('import.encoding')} value={format.encoding ?? 'utf-8'} onChange={(encoding) => onChange({ encoding })} options={['utf-8', 'utf-16le', 'utf-16be', 'windows-1251', 'windows-1252', 'windows-1250', 'iso-8859-2', 'koi8-r', 'gb18030', 'big5'].map((one) => ({ value: one, label: one.toUpperCase() }))} />
          </>
        )}
        {format.kind === 'xlsx' && (format.sheets?.length ?? 0) > 0 && <Choice label={t('import.sheet')} value={format.sheet ?? ''} onChange={(sheet) => onChange({ sheet })} options={(format.sheets ?? []).map((one) => ({ value: one, label: one }))} />}
        {(format.kind === 'csv' || format.kind === 'xlsx') && (
          <>
            <Choice label={t('import.dates')} value={format.date_style ?? 'ymd'} onChange={(date_style) => onChange({ date_style })} options={[{ value: 'ymd', label: '2026-11-30' }, { value: 'dmy', label: '30.11.2026' }, { value: 'mdy', label: '11/30/2026' }]} />
            <Choice label={t('import.decimals')} value={format.decimal_style ?? 'point'} onChange={(decimal_style) => onChange({ decimal_style })} options={[{ value: 'point', label: '1,234.56' }, { value: 'comma', label: '1.234,56' }]} />
            <Choice label={t('import.first_row')} value={format.header === false ? 'no' : 'yes'} onChange={(value) => onChange({ header: value === 'yes' })} options={[{ value: 'yes', label: t('import.first_row_names') }, { value: 'no', label: t('import.first_row_data') }]} />
          </>
        )}
        {hasMoney && <Choice label={t('import.currency')} value={state.currency ?? ''} onChange={(currency) => onChange({ currency })} options={[...(state.currency ? [] : [{ value: '', label: t('import.in_column') }]), ...CURRENCIES.map((one) => ({ value: one, label: one }))]} />}
        {hasPhone && <Choice label={t('import.country')} value={state.country ?? ''} onChange={(country) => onChange({ country })} options={[...(state.country ? [] : [{ value: '', label: t('import.in_number') }]), ...COUNTRIES.map((one) => ({ value: one, label: countryName(one, locale) }))]} />}
      </div>
    </section>
  )
}

const PART_LABELS: Record<string, string> = {
  street: 'address.street', city: 'address.city', region: 'address.region', postal_code: 'address.postal_code', country: 'address.country', currency: 'field.currency',
  name: 'part.name', email: 'type.email', external_id: 'part.external_id', sku: 'part.sku', number: 'part.number',
}

function useFieldLabel(): (field: ImportState['fields'][number] | undefined) => string {
  const { t, i18n } = useTranslation()
  return (field) => {
    if (!field) return ''
    const label = typeof field.label === 'string' ? field.label : labelIn(field.label, i18n.language)
    return field.part ? `${label} · ${PART_LABELS[field.part] ? t(PART_LABELS[field.part] ?? '') : field.part}` : label
  }
}

function Mapping({ state, onChange }: { state: ImportState; onChange: (change: ImportChange) => void }) {
  const { t } = useTranslation()
  const mapped = state.columns.filter((column) => column.field).length
  const set = (column: ImportColumn, field: string | null) =>
    onChange({ columns: state.columns.map((one) => ({ index: one.index, field: one.index === column.index ? field : one.field === field && field !== null ? null : one.field, options: one.options ?? {} })) })
  return (
    <section aria-label={t('import.mapping')}>
      <h2 className="mb-2 flex items-baseline gap-2 text-lead font-semibold">
        {t('import.mapping')}
        <span className="flex-1 text-meta font-normal text-fg-3">{t('import.mapped', { mapped, count: state.columns.length })}</span>
        <Mappings state={state} onChange={onChange} />
      </h2>
      <Unfilled state={state} />
      <ul className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
        {state.columns.map((column) => (
          <li key={column.index} className="grid min-h-11 grid-cols-[minmax(0,1fr)_16px_minmax(0,1fr)] items-center gap-3 border-b border-line px-4 py-1.5 last:border-0">
            <span className="min-w-0">
              <span className="block truncate font-medium">{column.name || t('import.column', { number: column.index + 1 })}</span>
              <span className="block truncate text-meta text-fg-3">{column.samples.filter(Boolean).slice(0, 3).join(' · ')}</span>
            </span>
            <ArrowRight size={14} aria-hidden className={cx('rtl:rotate-180', column.field ? 'text-ok' : 'text-fg-3')} />
            <FieldChoice state={state} column={column} onPick={(field) => set(column, field)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Fields that must be filled and that no column fills: every new row would be refused, so it is said before. */
function Unfilled({ state }: { state: ImportState }) {
  const { t } = useTranslation()
  const labelOf = useFieldLabel()
  const filled = new Set(state.columns.flatMap((column) => (column.field ? [column.field, column.field.split('.')[0]] : [])))
  const missing = state.mode === 'update' ? [] : state.fields.filter((field) => field.required && !field.part && !filled.has(field.name))
  if (missing.length === 0) return null
  return <p className="mb-2 flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2 text-warn"><CircleAlert size={15} className="mt-0.5 shrink-0" />{t('import.unfilled', { count: missing.length, names: missing.map(labelOf).join(', ') })}</p>
}

/** Mappings kept earlier, and keeping this one for the next file. */
function Mappings({ state, onChange }: { state: ImportState; onChange: (change: ImportChange) => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { data } = useQuery(mappingsQuery(state.object))

  async function keep() {
    const name = state.name.replace(/\.[^.]+$/, '')
    try {
      await keepMapping(state.id, name)
      await queries.invalidateQueries({ queryKey: ['import-mappings'] })
      notify({ text: t('import.mapping_kept', { name }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  return (
    <Drop align="end" trigger={<Button size="sm">{t('import.mappings')}<ChevronDown size={13} /></Button>}>
      {(data ?? []).map((kept) => (
        <DropItem key={kept.id} icon={<ListChecks size={14} />} onClick={() => onChange({ columns: (kept.mapping.columns ?? []).filter((column) => state.columns.some((one) => one.index === column.index)), ...(kept.mapping.key === undefined ? {} : { key: kept.mapping.key }), ...(kept.mapping.mode ? { mode: kept.mapping.mode } : {}) })}>{kept.name}</DropItem>
      ))}
      {(data ?? []).length > 0 && <DropLine />}
      <DropItem icon={<Save size={14} />} onClick={() => void keep()}>{t('import.keep_mapping')}</DropItem>
    </Drop>
  )
}

function FieldChoice({ state, column, onPick }: { state: ImportState; column: ImportColumn; onPick: (field: string | null) => void }) {
  const { t } = useTranslation()
  const labelOf = useFieldLabel()
  const [open, setOpen] = useState(false)
  const field = state.fields.find((one) => one.name === column.field)
  const sure = (column.confidence ?? 1) >= 0.6
  const shown = column.field ? labelOf(field) || column.field : t('import.skip')
  const said = column.field && !sure ? `${shown} ${t('import.unsure')}` : shown
  return (
    <Pop
      label={t('import.field_for', { name: column.name })}
      open={open}
      onOpenChange={setOpen}
      className="w-72"
      trigger={
        <button type="button" className="input flex items-center gap-2 text-start" aria-label={[t('import.field_for', { name: column.name }), said].join(' ')}>
          <span className={cx('min-w-0 flex-1 truncate', !column.field && 'text-fg-3')}>{shown}</span>
          {column.field && !sure && <span className="text-label text-warn">{t('import.unsure')}</span>}
        </button>
      }
    >
      <PickList
        label={t('import.field_for', { name: column.name })}
        items={[{ value: '', text: t('import.skip') }, ...state.fields.map((one) => ({ value: one.name, text: labelOf(one) || one.name }))]}
        picked={[column.field ?? '']}
        onPick={(item) => {
          setOpen(false)
          onPick(item.value || null)
        }}
      />
    </Pop>
  )
}

const MODES: { value: ImportState['mode']; label: string; hint: string }[] = [
  { value: 'upsert', label: 'import.upsert', hint: 'import.upsert_hint' },
  { value: 'create', label: 'import.create', hint: 'import.create_hint' },
  { value: 'update', label: 'import.update', hint: 'import.update_hint' },
]

function Matching({ state, onChange }: { state: ImportState; onChange: (change: ImportChange) => void }) {
  const { t } = useTranslation()
  const labelOf = useFieldLabel()
  const mapped = state.columns.flatMap((column) => (column.field ? [column.field] : []))
  const keys = state.fields.filter((field) => mapped.includes(field.name) && ['text', 'email', 'phone', 'url', 'integer'].includes(field.type))
  return (
    <section aria-label={t('import.matching')}>
      <h2 className="mb-2 text-lead font-semibold">{t('import.matching')}</h2>
      <div role="radiogroup" aria-label={t('import.matching')} className="grid gap-2 md:grid-cols-3">
        {MODES.map((mode) => (
          <button key={mode.value} type="button" role="radio" aria-checked={state.mode === mode.value} onClick={() => onChange({ mode: mode.value })} className={cx('rounded-md px-4 py-3 text-start', state.mode === mode.value ? 'bg-accent-soft shadow-[inset_0_0_0_2px_var(--accent)]' : 'shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover')}>
            <span className="block font-medium">{t(mode.label)}</span>
            <span className="block text-meta text-fg-2">{t(mode.hint)}</span>
          </button>
        ))}
      </div>
      {state.mode !== 'create' && (
        <div className="mt-3 flex flex-wrap gap-3">
          <Choice label={t('import.key')} value={state.key ?? ''} onChange={(key) => onChange({ key: key || null })} options={[{ value: '', label: t('import.no_key') }, ...keys.map((field) => ({ value: field.name, label: labelOf(field) || field.name }))]} />
        </div>
      )}
    </section>
  )
}

function Counts({ result }: { result: NonNullable<ImportState['result']> }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const counts: [string, number, string][] = [
    [t('import.new'), result.new, 'text-ok'],
    [t('import.changed'), result.changed, 'text-accent-text'],
    [t('import.unchanged'), result.unchanged, 'text-fg'],
    [t('import.wrong'), result.wrong, result.wrong > 0 ? 'text-bad' : 'text-fg'],
  ]
  return (
    <dl className="grid grid-cols-2 gap-4 md:grid-cols-4">
      {counts.map(([label, count, tone]) => (
        <div key={label} className="rounded-md px-4 py-3 shadow-[inset_0_0_0_1px_var(--line)]">
          <dt className="text-meta text-fg-3">{label}</dt>
          <dd className={cx('text-key font-semibold tracking-tight tabular-nums', tone)}>{formatNumber(count, locale)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What would happen stands first once it is known; how the file was read folds away below it. */
function Settings({ state, folded, children }: { state: ImportState; folded: boolean; children: ReactNode }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(!folded)
  const mapped = state.columns.filter((column) => column.field).length
  if (!folded) return <>{children}</>
  return (
    <section aria-label={t('import.how')} className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex min-h-11 w-full items-center gap-2 px-4 text-start hover:bg-subtle">
        <ChevronDown size={15} className={cx('shrink-0 text-fg-3 transition-transform', !open && '-rotate-90 rtl:rotate-90')} />
        <span className="font-medium">{t('import.how')}</span>
        <span className="min-w-0 flex-1 truncate text-meta text-fg-3">{t('import.mapped', { mapped, count: state.columns.length })}</span>
      </button>
      {open && <div className="flex flex-col gap-6 border-t border-line p-4">{children}</div>}
    </section>
  )
}

function Checked({ state }: { state: ImportState }) {
  const { t } = useTranslation()
  const place = useRef<HTMLElement>(null)
  // The page may have been scrolled down to the button that asked for this.
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <section ref={place} aria-label={t('import.would')} className="scroll-mt-16">
      <h2 className="mb-2 text-lead font-semibold">{t('import.would')}</h2>
      {state.result && <Counts result={state.result} />}
      <Errors state={state} />
    </section>
  )
}

/** As many lines as the server sends with an import. */
const MOST_TOLD = 1000

/** Rows that are refused, and apart from them cells that could not be read and were left empty in rows that are taken. */
function Errors({ state }: { state: ImportState }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const errors = state.errors ?? []
  const refused = errors.filter((error) => !error.warning)
  const mended = errors.filter((error) => error.warning)
  const told = (count: number) => (errors.length >= MOST_TOLD ? `${formatNumber(count, locale)}+` : formatNumber(count, locale))
  return (
    <>
      {refused.length > 0 && (
        <div className="mt-4">
          <div className="mb-2 flex flex-wrap items-center gap-2">
            <h3 className="min-w-40 flex-1 font-semibold tracking-normal">{t('import.errors')}</h3>
            <a href={apiUrl(`/imports/${state.id}/refused.csv`)} download className="inline-flex h-7 items-center gap-1.5 rounded-sm px-2.5 font-medium shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover pointer-coarse:h-10"><Download size={14} />{t('import.refused')}</a>
          </div>
          <Lines lines={refused} state={state} label={t('import.errors')} />
        </div>
      )}
      {mended.length > 0 && <Mended lines={mended} state={state} count={told(mended.length)} />}
    </>
  )
}

/** By column and reason first: a hundred cells of one kind are one thing to know. */
function Mended({ lines, state, count }: { lines: NonNullable<ImportState['errors']>; state: ImportState; count: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const columnOf = useColumnName(state)
  const [open, setOpen] = useState(false)
  const kinds = new Map<string, { column: string; detail: string; count: number }>()
  for (const line of lines) {
    const column = columnOf(line)
    const key = `${column} ${line.code}`
    const held = kinds.get(key)
    if (held) held.count += 1
    else kinds.set(key, { column, detail: line.detail, count: 1 })
  }
  return (
    <div className="mt-4">
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h3 className="flex min-w-40 flex-1 items-center gap-2 font-semibold tracking-normal"><Eraser size={15} className="text-warn" />{t('import.mended', { count: lines.length, number: count })}</h3>
        <Button size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? t('import.mended_fold') : t('import.mended_all')}</Button>
      </div>
      {open ? <Lines lines={lines} state={state} label={t('import.mended', { count: lines.length, number: count })} /> : (
        <ul className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
          {[...kinds.values()].sort((a, b) => b.count - a.count).map((kind, at) => (
            <li key={at} className="flex min-h-9 items-center gap-3 border-b border-line px-3 py-1.5 last:border-0">
              <span className="w-16 shrink-0 text-end tabular-nums">{formatNumber(kind.count, locale)}</span>
              <span className="shrink-0 font-medium">{kind.column}</span>
              <span className="min-w-0 truncate text-fg-2">{kind.detail}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

type Told = NonNullable<ImportState['errors']>[number]

function useColumnName(state: ImportState): (line: Told) => string {
  const labelOf = useFieldLabel()
  return (line) => {
    const column = typeof line.column === 'number' ? state.columns.find((one) => one.index === line.column)?.name : line.column
    return column || labelOf(state.fields.find((one) => one.name === line.field)) || line.field || '—'
  }
}

function Lines({ lines, state, label }: { lines: Told[]; state: ImportState; label: string }) {
  const { t } = useTranslation()
  const columnOf = useColumnName(state)
  return (
    <div className="max-h-96 overflow-auto rounded-md shadow-[inset_0_0_0_1px_var(--line)]" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full border-collapse">
        <thead className="sticky top-0 bg-surface">
          <tr className="h-8 text-meta text-fg-3">
            <th scope="col" className="px-3 text-end font-medium">{t('import.row')}</th>
            <th scope="col" className="px-3 text-start font-medium">{t('import.column_name')}</th>
            <th scope="col" className="px-3 text-start font-medium">{t('import.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.slice(0, 200).map((line, index) => (
            <tr key={index} className="h-8 border-t border-line">
              <td className="px-3 text-end text-fg-2 tabular-nums">{line.row}</td>
              <td className="px-3 whitespace-nowrap">{columnOf(line)}</td>
              <td className="px-3 text-fg-2">{line.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Running({ state, onCancel }: { state: ImportState; onCancel: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const progress = state.progress
  const share = progress && progress.total_bytes > 0 ? progress.bytes / progress.total_bytes : 0
  const checking = state.state === 'checking'
  return (
    <section aria-label={checking ? t('import.checking') : t('import.running')} className="rounded-lg px-5 py-5 shadow-[inset_0_0_0_1px_var(--line)]">
      <h2 className="mb-3 flex items-baseline gap-3 text-lead font-semibold">
        <span className="flex-1">{checking ? t('import.checking') : t('import.running')}</span>
        <span className="tabular-nums">{formatNumber(Math.floor(share * 100), locale)} %</span>
      </h2>
      <Meter share={share} label={checking ? t('import.checking') : t('import.running')} />
      <p className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-fg-2 tabular-nums" role="status">
        {progress && (
          <>
            <span>{t('import.rows_done', { count: progress.rows, number: formatNumber(progress.rows, locale) })}</span>
            {progress.rows_per_second > 0 && <span>{t('import.speed', { number: formatNumber(Math.round(progress.rows_per_second), locale) })}</span>}
            {progress.seconds_left !== null && progress.seconds_left !== undefined && <span>{t('import.left', { time: formatDuration(progress.seconds_left, locale) })}</span>}
          </>
        )}
      </p>
      <div className="mt-4 flex items-center gap-3">
        <p className="flex-1 text-meta text-fg-3">{t('import.leave_freely')}</p>
        <Button look="outline" onClick={onCancel}>{t('common.cancel')}</Button>
      </div>
    </section>
  )
}

function Result({ state, onUndo }: { state: ImportState; onUndo: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const object = objectByName(definitions, state.object) ?? objectByPlural(definitions, state.object)
  const heads = { done: 'import.is_done', cancelled: 'import.is_cancelled', failed: 'import.is_failed', undone: 'import.is_undone' } as const
  const head = heads[state.state as keyof typeof heads]
  return (
    <section aria-label={t(head)} className="flex flex-col gap-4">
      <h2 className="text-title font-semibold">{t(head)}</h2>
      {state.detail && <p className="rounded-md bg-bad-soft px-3 py-2 text-bad">{state.detail}</p>}
      {state.result && <Counts result={state.result} />}
      <div className="flex flex-wrap gap-2">
        {object && <Link to="/o/$plural" params={{ plural: object.plural }} search={{ sort: '-created_at' }} className="inline-flex h-9 items-center rounded-sm bg-accent px-3.5 font-medium text-accent-fg hover:bg-accent-hover">{t('import.open_list', { objects: labelOf(object.label_plural).toLocaleLowerCase() })}</Link>}
        {(state.state === 'done' || state.state === 'cancelled') && (state.result?.new ?? 0) + (state.result?.changed ?? 0) > 0 && <Button look="outline" size="lg" onClick={onUndo}><Undo2 size={15} />{t('import.undo')}</Button>}
      </div>
      <Errors state={state} />
    </section>
  )
}
