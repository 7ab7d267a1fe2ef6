/** Letter templates: words with places for what is known of the receiver, in as many languages as the company writes. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FileText, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ask } from '@/lib/api'
import { LANGUAGES } from '@/lib/i18n'
import { fewQuery, type RecordData } from '@/lib/records'
import { useObject, useSession } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, IconButton, Pill, Segments } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Blank, Bones, Failed } from '@/ui/states'
import { Labelled } from './Labelled'
import { faultsOf, Fault, Line, Lines, Page, useTry } from './parts'

export default function TemplatesPage() {
  const { t } = useTranslation()
  const may = useObject('mail_template')?.can
  const templates = useQuery(fewQuery('mail_templates', { sort: 'name', limit: 200 }))
  const [editing, setEditing] = useState<RecordData | 'new' | null>(null)
  const shown = templates.data?.data ?? []
  return (
    <Page title={t('templates.title')} lead={t('templates.lead')} action={may?.create && <Button look="primary" onClick={() => setEditing('new')}><Plus size={15} />{t('templates.new')}</Button>}>
      {templates.isError ? <Failed error={templates.error} onRetry={() => void templates.refetch()} /> : templates.isPending ? <Bones rows={4} className="!px-0" /> : shown.length === 0 ? <Blank icon={FileText} title={t('templates.none')}>{t('templates.none_hint')}</Blank> : (
        <Lines label={t('templates.title')}>
          {shown.map((one) => (
            <Line key={one.id} icon={<FileText size={15} />} title={<button type="button" onClick={() => setEditing(one)} className="max-w-full truncate rounded-xs text-start hover:text-accent-text hover:underline">{one.title}</button>} note={typeof one['subject'] === 'string' ? one['subject'] : undefined}>
              {typeof one['language'] === 'string' && one['language'] && <Pill>{one['language']}</Pill>}
            </Line>
          ))}
        </Lines>
      )}
      {editing && <TemplateDialog template={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}

interface Words {
  language: string
  subject: string
  body: string
}

function TemplateDialog({ template, onClose }: { template: RecordData | null; onClose: () => void }) {
  const texts = useQuery({
    queryKey: ['templates', template?.id, 'texts'] as const,
    queryFn: async ({ signal }) => (await ask<{ data: Words[] }>('GET', `/mail_templates/${template?.id}/texts`, { signal })).data.data,
    enabled: template !== null,
    staleTime: 0,
    gcTime: 0,
  })
  if (template && !texts.data) return <Modal open title={template.title} onClose={onClose} width="max-w-[720px]">{texts.isError ? <Failed error={texts.error} onRetry={() => void texts.refetch()} /> : <Bones rows={6} className="!p-0" />}</Modal>
  return <Form template={template} further={texts.data ?? []} onClose={onClose} />
}

function Form({ template, further, onClose }: { template: RecordData | null; further: Words[]; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const attempt = useTry()
  const me = useSession()?.user.id
  const may = useObject('mail_template')?.can
  const text = (name: string) => (template && typeof template[name] === 'string' ? String(template[name]) : '')
  const [name, setName] = useState(text('name'))
  const [all, setAll] = useState<Words[]>(() => [{ language: text('language') || (template ? '' : i18n.language), subject: text('subject'), body: text('body') }, ...further])
  const [at, setAt] = useState(0)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [shown, setShown] = useState<{ subject: string; text: string; missing: string[] } | null>(null)
  const words = all[at] ?? all[0]
  if (!words) return null
  const change = (part: Partial<Words>) => {
    setShown(null)
    setAll((held) => held.map((one, place) => (place === at ? { ...one, ...part } : one)))
  }
  const named = (code: string) => LANGUAGES.find((one) => one.code === code)?.name ?? (code || t('templates.any_language'))
  const free = LANGUAGES.filter((one) => !all.some((words) => words.language === one.code))

  async function keep(): Promise<string | null> {
    setFaults({})
    const [own, ...others] = all
    if (!own) return null
    try {
      const body = { name: name.trim(), subject: own.subject || null, body: own.body, language: own.language || null }
      const id = template?.id ?? (await ask<RecordData>('POST', '/mail_templates', { body: { ...body, owner: me } })).data.id
      if (template) await ask('PATCH', `/mail_templates/${id}`, { body })
      await ask('PUT', `/mail_templates/${id}/texts`, { body: { texts: others } })
      await Promise.all(['few', 'list', 'templates'].map((key) => queries.invalidateQueries({ queryKey: key === 'templates' ? [key] : [key, 'mail_templates'] })))
      return id
    } catch (error) {
      setFaults(faultsOf(error))
      return null
    }
  }
  async function save() {
    if (busy) return
    setBusy(true)
    if (await keep()) onClose()
    setBusy(false)
  }
  /** As its places read: filled in with what is known of me, the others named. */
  const look = () => attempt(async () => {
    if (!template) return
    const { data } = await ask<{ subject: string; text: string; missing: string[] }>('POST', `/mail_templates/${template.id}/fill`, { body: words.language ? { language: words.language } : {} })
    setShown(data)
  })
  async function remove() {
    if (template && (await attempt(() => ask('DELETE', `/mail_templates/${template.id}`)))) {
      await queries.invalidateQueries({ queryKey: ['few', 'mail_templates'] })
      onClose()
    }
  }
  const mayChange = template ? may?.update === true : may?.create === true
  const wrong = faults['body'] ?? faults['subject'] ?? faults['texts']

  return (
    <Modal
      open
      title={template ? template.title : t('templates.new')}
      onClose={onClose}
      width="max-w-[720px]"
      footer={<>{template && may?.delete && <Button className="me-auto" onClick={() => void remove()}><Trash2 size={14} />{t('templates.remove')}</Button>}<Button onClick={onClose}>{t('common.cancel')}</Button>{mayChange && <Button look="primary" aria-busy={busy} onClick={() => void save()}>{t('common.save')}</Button>}</>}
    >
      <div className="flex flex-col gap-4">
        {faults[''] && <Fault>{faults['']}</Fault>}
        <Labelled label={t('templates.name')} fault={faults['name']}><input className="input" maxLength={120} value={name} disabled={!mayChange} onChange={(event) => setName(event.target.value)} /></Labelled>
        <div className="flex flex-wrap items-center gap-2">
          {all.length > 1 && <Segments label={t('templates.language')} value={String(at)} onChange={(next) => { setAt(Number(next)); setShown(null) }} options={all.map((one, place) => ({ value: String(place), label: named(one.language) }))} />}
          {all.length === 1 && <span className="text-meta text-fg-2">{t('templates.language')}: <span className="font-medium text-fg">{named(words.language)}</span></span>}
          {mayChange && free.length > 0 && (
            <select aria-label={t('templates.add_language')} className="input !w-auto" value="" onChange={(event) => { setAll((held) => [...held, { language: event.target.value, subject: words.subject, body: words.body }]); setAt(all.length); setShown(null) }}>
              <option value="">{t('templates.add_language')}</option>
              {free.map((one) => <option key={one.code} value={one.code}>{one.name}</option>)}
            </select>
          )}
          {mayChange && at > 0 && <IconButton label={t('templates.drop_language', { language: named(words.language) })} onClick={() => { setAll((held) => held.filter((_, place) => place !== at)); setAt(0) }}><Trash2 size={14} /></IconButton>}
        </div>
        {at === 0 && <p className="-mt-2 text-meta text-fg-3">{t('templates.first_hint')}</p>}
        {wrong && <Fault>{wrong}</Fault>}
        <Labelled label={t('templates.subject')}><input className="input" maxLength={300} value={words.subject} disabled={!mayChange} onChange={(event) => change({ subject: event.target.value })} /></Labelled>
        <Labelled label={t('templates.text')} help={t('templates.places', { places: '{contact.first_name}, {company.name}, {deal.name}, {me.name}' })}><textarea rows={9} className="input field-sizing-content min-h-44 resize-y" value={words.body} disabled={!mayChange} onChange={(event) => change({ body: event.target.value })} /></Labelled>
        {template && (
          <div className="flex flex-col gap-2">
            <Button look="outline" className="self-start" onClick={() => void look()}>{t('templates.preview')}</Button>
            {shown && (
              <article aria-label={t('templates.preview')} className="rounded-md bg-hover px-4 py-3">
                <p className="font-medium">{shown.subject || t('templates.no_subject')}</p>
                <p className="mt-1 break-words whitespace-pre-wrap">{shown.text}</p>
                {shown.missing.length > 0 && <p className="mt-2 text-meta text-fg-3">{t('templates.filled_later', { places: shown.missing.map((place) => `{${place}}`).join(', ') })}</p>}
              </article>
            )}
          </div>
        )}
      </div>
    </Modal>
  )
}
