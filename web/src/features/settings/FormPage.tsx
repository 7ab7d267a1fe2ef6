/** One form: what it asks for, in which words, and how it looks. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, Copy, ExternalLink, Plus, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { notify } from '@/lib/actions'
import { ask } from '@/lib/api'
import { objectByName } from '@/lib/definitions'
import { formatInteger } from '@/lib/format'
import { LANGUAGES } from '@/lib/i18n'
import { ALL } from '@/lib/listUrl'
import { recordQuery, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, IconButton, Pop, Segments, Tick } from '@/ui/kit'
import { PickList } from '@/ui/PickList'
import { Bones, Failed } from '@/ui/states'
import { slugOf } from './FormsPage'
import { Labelled } from './Labelled'
import { Card, CARD, Fault, faultsOf, Page, SaveBar, Section, SwitchLine } from './parts'

interface AskedField {
  field: string
  required?: boolean
  labels?: Record<string, string>
  value?: unknown
}

interface Texts {
  title: string
  intro: string
  button: string
  thanks: string
  consent: string
}

const NO_TEXTS: Texts = { title: '', intro: '', button: '', thanks: '', consent: '' }
const DRAFTED = ['name', 'slug', 'is_active', 'fields', 'texts', 'needs_consent', 'confirms'] as const

export default function FormPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/inside/settings/forms/$id' })
  const form = useQuery(recordQuery('forms', id))
  if (form.isError) return <Page title={t('forms.title')}><Failed error={form.error} onRetry={() => void form.refetch()} /></Page>
  if (!form.data) return <Page title={t('forms.title')}><Bones rows={8} className="!px-0" /></Page>
  return <Builder key={form.data.id} form={form.data} />
}

function Builder({ form }: { form: RecordData }) {
  const { t, i18n } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const [set, setSet] = useState<Record<string, unknown>>({})
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [language, setLanguage] = useState(i18n.language)
  const value = (name: (typeof DRAFTED)[number]) => (name in set ? set[name] : form[name])
  const put = (name: (typeof DRAFTED)[number], next: unknown) => setSet((held) => ({ ...held, [name]: next }))
  const fields = (value('fields') ?? []) as AskedField[]
  const texts = (value('texts') ?? {}) as Record<string, Partial<Texts>>
  const words = { ...NO_TEXTS, ...texts[language] }
  const say = (name: keyof Texts, text: string) => put('texts', { ...texts, [language]: { ...NO_TEXTS, ...texts[language], [name]: text } })
  const address = `${window.location.origin}/f/${String(form['slug'])}`
  const held = Number(form['held_count'] ?? 0)

  async function save() {
    setBusy(true)
    try {
      // A language without a word is not one that the form speaks.
      const spoken = Object.fromEntries(Object.entries(texts).filter(([, of]) => Object.values(of).some((text) => text !== '')))
      await ask('PATCH', `/forms/${form.id}`, { body: { ...set, ...('texts' in set ? { texts: spoken } : {}) } })
      await queries.invalidateQueries({ queryKey: ['record', 'forms', form.id] })
      await queries.invalidateQueries({ queryKey: ['few', 'forms'] })
      setSet({})
      setFaults({})
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }
  const copy = (text: string) => void navigator.clipboard?.writeText(text).then(() => notify({ text: t('outbox.copied') })).catch(() => {})

  return (
    <Page wide title={String(value('name') ?? '')} lead={t('forms.page_lead')} action={<a href={address} target="_blank" rel="noreferrer" className="inline-flex h-8 items-center gap-1.5 rounded-sm px-3 font-medium shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover"><ExternalLink size={14} />{t('forms.open')}</a>}>
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,420px)] items-start gap-8 max-lg:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-8">
          <Fault>{faults['']}</Fault>
          <Card>
            <Labelled label={t('settings.name')} fault={faults['name']}><input className="input" value={String(value('name') ?? '')} maxLength={120} onChange={(event) => put('name', event.target.value)} /></Labelled>
            <Labelled label={t('forms.address')} fault={faults['slug']}><input className="input font-mono" value={String(value('slug') ?? '')} maxLength={80} onChange={(event) => put('slug', event.target.value)} onBlur={(event) => put('slug', slugOf(event.target.value))} /></Labelled>
            <SwitchLine label={t('forms.is_open')} checked={value('is_active') === true} onChange={(on) => put('is_active', on)} />
            <SwitchLine label={t('forms.confirms')} hint={t('forms.confirms_hint')} checked={value('confirms') === true} onChange={(on) => put('confirms', on)} />
          </Card>
          <FieldsOf fields={fields} fault={faults['fields']} onChange={(next) => put('fields', next)} />
          <Section title={t('forms.words')} action={<Segments label={t('forms.language')} value={language} options={LANGUAGES.map((one) => ({ value: one.code as string, label: one.code.toUpperCase() }))} onChange={setLanguage} />}>
            <Card>
              <Labelled label={t('forms.heading')}><input className="input" value={words.title} onChange={(event) => say('title', event.target.value)} /></Labelled>
              <Labelled label={t('forms.intro')}><textarea className="input field-sizing-content min-h-16" value={words.intro} onChange={(event) => say('intro', event.target.value)} /></Labelled>
              <Labelled label={t('forms.button')}><input className="input" value={words.button} onChange={(event) => say('button', event.target.value)} /></Labelled>
              <Labelled label={t('forms.thanks')}><textarea className="input field-sizing-content min-h-16" value={words.thanks} onChange={(event) => say('thanks', event.target.value)} /></Labelled>
              <Labelled label={t('forms.consent')} help={t('forms.consent_hint')} fault={faults['texts']}><textarea className="input field-sizing-content min-h-16" value={words.consent} onChange={(event) => say('consent', event.target.value)} /></Labelled>
              <SwitchLine label={t('forms.needs_consent')} checked={value('needs_consent') === true} onChange={(on) => put('needs_consent', on)} />
            </Card>
          </Section>
        </div>
        <div className="flex min-w-0 flex-col gap-6 lg:sticky lg:top-4">
          <Section title={t('forms.preview')} lead={Object.keys(set).length > 0 ? t('forms.preview_after') : undefined}>
            <iframe key={form.version} title={t('forms.preview')} src={`/f/${String(form['slug'])}?embed=1&lang=${language}`} className={`${CARD} h-[560px] w-full bg-surface`} />
          </Section>
          <Section title={t('forms.embed')} lead={t('forms.embed_lead')}>
            <div className={`${CARD} flex flex-col gap-2 p-3`}>
              <code className="block text-meta break-all select-text">{`<script async src="${address}/embed.js"></script>`}</code>
              <span className="flex gap-2">
                <Button size="sm" look="outline" onClick={() => copy(`<script async src="${address}/embed.js"></script>`)}><Copy size={13} />{t('forms.copy_script')}</Button>
                <Button size="sm" look="outline" onClick={() => copy(address)}><Copy size={13} />{t('forms.copy_link')}</Button>
              </span>
            </div>
          </Section>
          <Section title={t('forms.came')}>
            <p className="flex flex-wrap gap-x-4 gap-y-1">
              <Link to="/o/$plural" params={{ plural: 'form_answers' }} search={{ view: ALL, f: `form = "${form.id}"` }} className="text-accent-text hover:underline">{t('forms.answers', { count: Number(form['answers_count'] ?? 0), number: formatInteger(Number(form['answers_count'] ?? 0), locale) })}</Link>
              {held > 0 && <Link to="/o/$plural" params={{ plural: 'form_answers' }} search={{ view: ALL, f: `form = "${form.id}" and state = "held"` }} className="text-warn hover:underline">{t('forms.held', { count: held, number: formatInteger(held, locale) })}</Link>}
            </p>
          </Section>
        </div>
      </div>
      <SaveBar dirty={Object.keys(set).length > 0} busy={busy} onSave={() => void save()} onReset={() => { setSet({}); setFaults({}) }} />
    </Page>
  )
}

/** The fields in the order of the page. */
function FieldsOf({ fields, fault, onChange }: { fields: AskedField[]; fault: string | undefined; onChange: (fields: AskedField[]) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const leads = objectByName(useDefinitions(), 'lead')
  const [picking, setPicking] = useState(false)
  const askable = useQuery({ queryKey: ['form-fields'], queryFn: async ({ signal }) => (await ask<{ data: string[] }>('GET', '/form-fields', { signal })).data.data, staleTime: 5 * 60_000 })
  const known = useMemo(() => new Map((leads?.fields ?? []).map((field) => [field.name, field])), [leads])
  const free = (askable.data ?? []).filter((name) => !fields.some((one) => one.field === name))
  const name = (field: string) => labelOf(known.get(field)?.label) || field
  const change = (at: number, next: Partial<AskedField>) => onChange(fields.map((one, index) => (index === at ? { ...one, ...next } : one)))
  const move = (at: number, to: number) => {
    const rest = fields.filter((_, index) => index !== at)
    const moved = fields[at]
    if (moved) onChange([...rest.slice(0, to), moved, ...rest.slice(to)])
  }
  return (
    <Section
      title={t('forms.fields')}
      lead={t('forms.fields_lead')}
      action={
        <Pop label={t('forms.add_field')} open={picking} onOpenChange={setPicking} align="end" className="w-72" trigger={<Button look="outline"><Plus size={14} />{t('forms.add_field')}</Button>}>
          <PickList label={t('forms.add_field')} items={free.map((field) => ({ value: field, text: name(field), view: <span className="truncate">{name(field)}</span> }))} picked={[]} onPick={(item) => { onChange([...fields, { field: item.value }]); setPicking(false) }} />
        </Pop>
      }
    >
      {fault && <p role="alert" className="mb-2 text-meta text-bad">{fault}</p>}
      <ol aria-label={t('forms.fields')} className={CARD}>
        {fields.map((one, at) => (
          <li key={one.field} className="flex min-h-12 items-center gap-2 border-b border-line py-1.5 ps-4 pe-2 last:border-0">
            <span className="min-w-0 flex-1 truncate font-medium">{name(one.field)}</span>
            <span className="flex items-center gap-2 text-fg-2"><Tick label={t('forms.required', { name: name(one.field) })} checked={one.required === true} onChange={(on) => change(at, { required: on })} /><span aria-hidden className="text-meta max-md:hidden">{t('forms.must')}</span></span>
            <IconButton label={t('forms.earlier', { name: name(one.field) })} disabled={at === 0} onClick={() => move(at, at - 1)}><ArrowUp size={14} /></IconButton>
            <IconButton label={t('forms.later', { name: name(one.field) })} disabled={at === fields.length - 1} onClick={() => move(at, at + 1)}><ArrowDown size={14} /></IconButton>
            <IconButton label={t('forms.leave_out', { name: name(one.field) })} onClick={() => onChange(fields.filter((_, index) => index !== at))}><X size={14} /></IconButton>
          </li>
        ))}
      </ol>
    </Section>
  )
}
