/** Sets up a source: what it is, a look into it, which column feeds which field, and when it is read. */

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { labelIn } from '@/lib/definitions'
import { useDefinitions, useLabel } from '@/lib/session'
import { Button, cx } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Labelled } from './Labelled'
import { Fault, faultsOf, Note, SwitchLine } from './parts'
import { KIND_ICONS, useKindLabel } from './SourcesPage'
import { SourcePages } from './SourcePages'
import { sentPages, type SourceColumn, type SourceKind, type SourcePages as Pages, type SourceRecord, type SourceTest } from './sources'

const KINDS: SourceKind[] = ['file', 'folder', 'sqlite', 'postgres', 'mysql', 'http']
const PLACES: Record<SourceKind, string> = { file: 'contacts.csv', folder: 'shop/', sqlite: 'shop.db', postgres: 'postgres://reader@10.0.0.5:5432/shop', mysql: 'mysql://reader@10.0.0.5:3306/shop', http: 'https://shop.example.com/api/customers' }
const isDatabase = (kind: SourceKind) => kind === 'sqlite' || kind === 'postgres' || kind === 'mysql'
const PART_LABELS: Record<string, string> = {
  street: 'address.street', city: 'address.city', region: 'address.region', postal_code: 'address.postal_code', country: 'address.country', currency: 'field.currency',
  name: 'part.name', email: 'type.email', external_id: 'part.external_id', sku: 'part.sku', number: 'part.number',
}
type Step = 'where' | 'what' | 'when'

export default function SourceDialog({ source, onClose, onMade }: { source: SourceRecord | null; onClose: () => void; onMade: (id: string) => void }) {
  const { t, i18n } = useTranslation()
  const labelOf = useLabel()
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const kindOf = useKindLabel()
  const objects = (definitions?.objects ?? []).filter((object) => object.can.import && object.area !== 'settings')
  const [id, setId] = useState(source?.id ?? null)
  const [step, setStep] = useState<Step>('where')
  const [draft, setDraft] = useState({
    name: source?.name ?? '', kind: source?.kind ?? ('file' as SourceKind), object_name: source?.object_name ?? 'contact', place: source?.place ?? '', query: source?.query ?? '',
    rows: String(source?.settings?.['rows'] ?? ''), files: String(source?.settings?.['files'] ?? ''), secret: '', pages: (source?.settings?.['pages'] ?? null) as Pages | null,
    priority: source?.priority ?? 50, wins: source?.wins ?? false, when_gone: source?.when_gone ?? 'keep', schedule: source?.schedule ?? 'none', every: source?.every ?? 1, daily_at: source?.daily_at ?? '06:30',
  })
  const [test, setTest] = useState<SourceTest | null>(null)
  const [columns, setColumns] = useState<SourceColumn[]>([])
  const [match, setMatch] = useState('')
  const [keys, setKeys] = useState(source?.key_columns ?? '')
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const change = (part: Partial<typeof draft>) => setDraft((held) => ({ ...held, ...part }))

  async function attempt(act: () => Promise<void>) {
    if (busy) return
    setBusy(true)
    setFaults({})
    try {
      await act()
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }

  /** Kept, paused until it is whole, and looked into. */
  const look = () => attempt(async () => {
    // What this dialog asks for is said anew, also that it is none; what it does not know of stays.
    const settings = { ...Object.fromEntries(Object.entries(source?.settings ?? {}).filter(([name]) => !['files', 'pages', 'rows'].includes(name))), ...(draft.kind === 'http' && draft.rows ? { rows: draft.rows } : {}), ...(draft.kind === 'http' && draft.pages ? { pages: sentPages(draft.pages) } : {}), ...(draft.kind === 'folder' && draft.files ? { files: draft.files } : {}) }
    const body = { name: draft.name.trim(), kind: draft.kind, object_name: draft.object_name, place: draft.place.trim(), query: isDatabase(draft.kind) ? draft.query.trim() || null : null, settings: Object.keys(settings).length > 0 ? settings : null }
    const made = id === null ? (await ask<{ id: string }>('POST', '/sources', { body: { ...body, paused: true } })).data.id : (await ask<{ id: string }>('PATCH', `/sources/${id}`, { body })).data.id
    setId(made)
    void queries.invalidateQueries({ queryKey: ['sources'] })
    if (draft.secret) await ask('PUT', `/sources/${made}/secret`, { body: { secret: draft.secret } })
    const { data } = await ask<SourceTest>('POST', `/sources/${made}/test`)
    setTest(data)
    setColumns(data.columns)
    setMatch(data.match ?? '')
    if (!keys) setKeys(data.key_columns.join(', '))
    setStep('what')
  })

  const save = () => attempt(async () => {
    if (id === null) return
    const mapping = { ...source?.mapping, columns: columns.map(({ name, field, options }) => ({ name, field, ...(options ? { options } : {}) })), match: match || null }
    const every = draft.schedule === 'minutes' || draft.schedule === 'hours' ? { every: draft.every } : {}
    await ask('PATCH', `/sources/${id}`, { body: { mapping, key_columns: keys.trim() || null, priority: draft.priority, wins: draft.wins, when_gone: draft.when_gone, schedule: draft.schedule, ...every, ...(draft.schedule === 'daily' ? { daily_at: draft.daily_at } : {}), paused: false } })
    await queries.invalidateQueries({ queryKey: ['sources'] })
    onMade(id)
  })

  const fieldLabel = (field: SourceTest['fields'][number]) => {
    const label = typeof field.label === 'string' ? field.label : labelIn(field.label, i18n.language)
    return field.part ? `${label} · ${PART_LABELS[field.part] ? t(PART_LABELS[field.part] ?? '') : field.part}` : label
  }

  return (
    <Modal
      open
      title={source ? source.name : t('sources.add')}
      onClose={onClose}
      width="max-w-[720px]"
      footer={
        <>
          {step !== 'where' && <Button className="me-auto" onClick={() => setStep(step === 'when' ? 'what' : 'where')}>{t('common.back')}</Button>}
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          {step === 'where' && <Button look="primary" aria-busy={busy} aria-disabled={draft.name.trim() === '' || draft.place.trim() === ''} onClick={() => draft.name.trim() !== '' && draft.place.trim() !== '' && void look()}>{t('sources.look')}</Button>}
          {step === 'what' && <Button look="primary" onClick={() => setStep('when')}>{t('sources.go_on')}</Button>}
          {step === 'when' && <Button look="primary" aria-busy={busy} onClick={() => void save()}>{t('common.save')}</Button>}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {step === 'where' && (
          <>
            <div role="radiogroup" aria-label={t('sources.kind')} className="grid grid-cols-3 gap-2 max-md:grid-cols-2">
              {KINDS.map((kind) => {
                const Icon = KIND_ICONS[kind]
                return <button key={kind} type="button" role="radio" aria-checked={draft.kind === kind} onClick={() => change({ kind })} className={cx('flex min-h-11 items-center gap-2.5 rounded-md px-3 text-start font-medium', draft.kind === kind ? 'bg-accent-soft text-accent-text shadow-[inset_0_0_0_1.5px_var(--accent)]' : 'shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover')}><Icon size={16} strokeWidth={1.75} />{kindOf(kind)}</button>
              })}
            </div>
            <div className="grid gap-4 sm:grid-cols-2">
              <Labelled label={t('sources.name')} fault={faults['name']}><input className="input" maxLength={120} value={draft.name} onChange={(event) => change({ name: event.target.value })} /></Labelled>
              <Labelled label={t('sources.becomes')} fault={faults['object_name']}><select className="input" value={draft.object_name} onChange={(event) => change({ object_name: event.target.value })}>{objects.map((object) => <option key={object.id} value={object.name}>{labelOf(object.label_plural)}</option>)}</select></Labelled>
            </div>
            <Labelled label={t('sources.place')} fault={faults['place']} help={draft.kind === 'http' || draft.kind === 'postgres' || draft.kind === 'mysql' ? t('sources.place_net') : t('sources.place_file')}><input className="input font-mono text-meta" spellCheck={false} placeholder={PLACES[draft.kind]} value={draft.place} onChange={(event) => change({ place: event.target.value })} /></Labelled>
            {isDatabase(draft.kind) && <Labelled label={t('sources.query')} fault={faults['query']}><textarea className="input field-sizing-content max-h-40 resize-none font-mono text-meta" rows={2} spellCheck={false} placeholder="customers" value={draft.query} onChange={(event) => change({ query: event.target.value })} /></Labelled>}
            {draft.kind === 'folder' && <Labelled label={t('sources.files')} fault={faults['settings']}><input className="input font-mono text-meta" placeholder="*.csv" value={draft.files} onChange={(event) => change({ files: event.target.value })} /></Labelled>}
            {draft.kind === 'http' && <Labelled label={t('sources.path')} fault={faults['settings']}><input className="input font-mono text-meta" placeholder="data.items" value={draft.rows} onChange={(event) => change({ rows: event.target.value })} /></Labelled>}
            {draft.kind === 'http' && <SourcePages pages={draft.pages} onChange={(pages) => change({ pages })} />}
            {(draft.kind === 'postgres' || draft.kind === 'mysql' || draft.kind === 'http') && <Labelled label={t('sources.secret')} fault={faults['secret']} help={source ? t('sources.secret_held') : t('sources.secret_help')}><input className="input font-mono text-meta" type="password" autoComplete="off" value={draft.secret} onChange={(event) => change({ secret: event.target.value })} /></Labelled>}
          </>
        )}
        {step === 'what' && test && (
          <>
            {test.product && <Note tone="ok">{t('sources.product', { name: test.product })}</Note>}
            {test.columns_changed && <Note tone="warn">{test.columns_changed}</Note>}
            {test.faults.slice(0, 3).map((fault) => <Note key={`${fault.row} ${fault.detail}`} tone="warn">{t('sources.row', { number: fault.row })}: {fault.detail}</Note>)}
            <ul aria-label={t('sources.mapping')} className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
              {columns.map((column, index) => (
                <li key={column.name} className="grid grid-cols-2 items-center gap-3 border-b border-line px-3 py-2 last:border-0">
                  <span className="min-w-0"><span className="block truncate font-medium">{column.name}</span><span className="block truncate text-meta text-fg-3">{(column.samples ?? []).slice(0, 3).join(' · ')}</span></span>
                  <select aria-label={t('sources.feeds', { name: column.name })} className={cx('input', column.field === null && 'text-fg-3')} value={column.field ?? ''} onChange={(event) => setColumns(columns.map((one, at) => (at === index ? { ...one, field: event.target.value || null } : one)))}>
                    <option value="">{t('sources.left_out')}</option>
                    {test.fields.map((field) => <option key={field.name} value={field.name}>{fieldLabel(field)}</option>)}
                  </select>
                </li>
              ))}
            </ul>
            <div className="grid gap-4 sm:grid-cols-2">
              <Labelled label={t('sources.keys')} fault={faults['key_columns']} help={t('sources.keys_help')}><input className="input" value={keys} onChange={(event) => setKeys(event.target.value)} /></Labelled>
              <Labelled label={t('sources.match')} help={t('sources.match_help')}>
                <select className="input" value={match} onChange={(event) => setMatch(event.target.value)}><option value="">—</option>{test.fields.filter((field) => !field.part && ['text', 'email', 'phone', 'url'].includes(field.type)).map((field) => <option key={field.name} value={field.name}>{fieldLabel(field)}</option>)}</select>
              </Labelled>
            </div>
          </>
        )}
        {step === 'when' && (
          <>
            <div className="grid gap-4 sm:grid-cols-2">
              <Labelled label={t('sources.schedule')} fault={faults['schedule']}>
                <select className="input" value={draft.schedule} onChange={(event) => change({ schedule: event.target.value as typeof draft.schedule })}><option value="none">{t('sources.by_hand')}</option><option value="minutes">{t('sources.in_minutes')}</option><option value="hours">{t('sources.in_hours')}</option><option value="daily">{t('sources.daily')}</option></select>
              </Labelled>
              {(draft.schedule === 'minutes' || draft.schedule === 'hours') && <Labelled label={t('sources.every')} fault={faults['every']}><input className="input" type="number" min={1} value={draft.every} onChange={(event) => change({ every: Number(event.target.value) })} /></Labelled>}
              {draft.schedule === 'daily' && <Labelled label={t('sources.at')} fault={faults['daily_at']}><input className="input" type="time" value={draft.daily_at} onChange={(event) => change({ daily_at: event.target.value })} /></Labelled>}
            </div>
            <Labelled label={t('sources.priority')} fault={faults['priority']} help={t('sources.priority_help')}><input className="input" type="number" min={1} max={1000} value={draft.priority} onChange={(event) => change({ priority: Number(event.target.value) })} /></Labelled>
            <Labelled label={t('sources.when_gone')} fault={faults['when_gone']}>
              <select className="input" value={draft.when_gone} onChange={(event) => change({ when_gone: event.target.value as typeof draft.when_gone })}><option value="keep">{t('sources.gone_keep')}</option><option value="mark">{t('sources.gone_mark')}</option><option value="trash">{t('sources.gone_trash')}</option></select>
            </Labelled>
            <SwitchLine label={t('sources.wins')} hint={t('sources.wins_hint')} checked={draft.wins} onChange={(wins) => change({ wins })} />
          </>
        )}
        <Fault>{faults[''] ?? Object.values(faults)[0]}</Fault>
      </div>
    </Modal>
  )
}
