/** One booking page: with whom, how long, within which bounds, in which words, and what visitors see of it. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Copy, ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { ask } from '@/lib/api'
import { formatInteger } from '@/lib/format'
import { LANGUAGES } from '@/lib/i18n'
import { ALL } from '@/lib/listUrl'
import { recordQuery, type Linked, type RecordData } from '@/lib/records'
import { useLabel, useLocale, useObject } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { FieldInput } from '@/ui/FieldInput'
import { Button, Segments } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'
import { BookingQuestions, type Question } from './BookingQuestions'
import { slugOf } from './FormsPage'
import { Labelled } from './Labelled'
import { Card, CARD, Fault, faultsOf, Page, SaveBar, Section, SwitchLine } from './parts'

interface Texts {
  title: string
  intro: string
  thanks: string
  consent: string
}

const NO_TEXTS: Texts = { title: '', intro: '', thanks: '', consent: '' }

export default function BookingPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/inside/settings/booking/$id' })
  const page = useQuery(recordQuery('booking_pages', id))
  if (page.isError) return <Page title={t('booking.title')}><Failed error={page.error} onRetry={() => void page.refetch()} /></Page>
  if (!page.data) return <Page title={t('booking.title')}><Bones rows={8} className="!px-0" /></Page>
  return <Builder key={page.data.id} page={page.data} />
}

function Builder({ page }: { page: RecordData }) {
  const { t, i18n } = useTranslation()
  const locale = useLocale()
  const labelOf = useLabel()
  const queries = useQueryClient()
  const object = useObject('booking_page')
  const calendars = useQuery({ queryKey: ['calendars'], queryFn: async ({ signal }) => (await ask<{ data: { id: string; name: string }[] }>('GET', '/calendars', { signal })).data.data })
  const [set, setSet] = useState<Record<string, unknown>>({})
  const [linked, setLinked] = useState<Record<string, Linked[]>>({})
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [language, setLanguage] = useState(LANGUAGES.some((one) => one.code === i18n.language) ? i18n.language : 'en')
  const value = (name: string) => (name in set ? set[name] : page[name])
  const put = (name: string, next: unknown) => setSet((held) => ({ ...held, [name]: next }))
  const texts = (value('texts') ?? {}) as Record<string, Partial<Texts>>
  const words = { ...NO_TEXTS, ...texts[language] }
  const say = (name: keyof Texts, text: string) => put('texts', { ...texts, [language]: { ...NO_TEXTS, ...texts[language], [name]: text } })
  const address = `${window.location.origin}/b/${String(page['slug'])}`

  async function save() {
    setBusy(true)
    try {
      // A language without a word is not one that the page speaks.
      const spoken = Object.fromEntries(Object.entries(texts).filter(([, of]) => Object.values(of).some((text) => text !== '')))
      await ask('PATCH', `/booking_pages/${page.id}`, { body: { ...set, ...('texts' in set ? { texts: spoken } : {}) } })
      await queries.invalidateQueries({ queryKey: ['record', 'booking_pages', page.id] })
      await queries.invalidateQueries({ queryKey: ['few', 'booking_pages'] })
      setSet({})
      setLinked({})
      setFaults({})
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }

  const linksOf = (name: string): Linked[] => {
    const of = linked[name] ?? page.linked?.[name]
    return Array.isArray(of) ? of : of ? [of as Linked] : []
  }
  const input = (name: string) => {
    const of = object?.fields.find((one) => one.name === name)
    return of && (
      <div className="flex min-w-0 flex-col gap-1">
        <label htmlFor={`booking-${name}`} className="text-meta font-medium text-fg-2">{labelOf(of.label)}</label>
        <FieldInput id={`booking-${name}`} field={of} value={value(name) ?? null} linked={linksOf(name)} invalid={faults[name] !== undefined} onChange={(next, now) => {
          put(name, next)
          setLinked((held) => ({ ...held, [name]: Array.isArray(now) ? now : now ? [now] : [] }))
        }} />
        {faults[name] && <span role="alert" className="text-meta text-bad">{faults[name]}</span>}
      </div>
    )
  }
  const copy = () => void navigator.clipboard?.writeText(address).then(() => notify({ text: t('outbox.copied') })).catch(() => {})
  const pairs = 'grid grid-cols-2 gap-4 max-sm:grid-cols-1'

  return (
    <Page wide title={String(value('name') ?? '')} lead={t('booking.page_lead')} action={<a href={address} target="_blank" rel="noreferrer" className="inline-flex h-8 items-center gap-1.5 rounded-sm px-3 font-medium shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover"><ExternalLink size={14} />{t('booking.open')}</a>}>
      <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,420px)] items-start gap-8 max-lg:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-8">
          <Fault>{faults['']}</Fault>
          <Card>
            <Labelled label={t('settings.name')} fault={faults['name']}><input className="input" value={String(value('name') ?? '')} maxLength={120} onChange={(event) => put('name', event.target.value)} /></Labelled>
            <Labelled label={t('booking.address')} fault={faults['slug']}><input className="input font-mono" value={String(value('slug') ?? '')} maxLength={80} onChange={(event) => put('slug', event.target.value)} onBlur={(event) => put('slug', slugOf(event.target.value))} /></Labelled>
            <SwitchLine label={t('booking.is_open')} checked={value('is_active') === true} onChange={(on) => put('is_active', on)} />
          </Card>
          <Section title={t('booking.who')} lead={t('booking.who_lead')}>
            <Card>
              {input('hosts')}
              {input('team')}
              <div className={pairs}>{input('assignment')}{input('owner')}</div>
            </Card>
          </Section>
          <Section title={t('booking.when')} lead={t('booking.when_lead')}>
            <Card>
              <div className={pairs}>
                {input('duration_minutes')}{input('step_minutes')}
                {input('buffer_before')}{input('buffer_after')}
                {input('notice_hours')}{input('horizon_days')}
                {input('per_day')}
                <Labelled label={t('booking.hours')} fault={faults['calendar']}>
                  <select className="input" value={String(value('calendar') ?? '')} onChange={(event) => put('calendar', event.target.value || null)}>
                    <option value="">{t('booking.usual_hours')}</option>
                    {(calendars.data ?? []).map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
                  </select>
                </Labelled>
              </div>
            </Card>
          </Section>
          <Section title={t('booking.what')} lead={t('booking.what_lead')}>
            <Card>
              <div className={pairs}>{input('kind')}{input('location')}{input('becomes')}{value('becomes') === 'lead' && input('campaign')}</div>
            </Card>
          </Section>
          <Section title={t('booking.words')} lead={t('booking.words_lead')} action={<Segments label={t('forms.language')} value={language} options={LANGUAGES.map((one) => ({ value: one.code as string, label: one.code.toUpperCase() }))} onChange={setLanguage} />}>
            <Card>
              <Labelled label={t('forms.heading')}><input className="input" value={words.title} onChange={(event) => say('title', event.target.value)} /></Labelled>
              <Labelled label={t('forms.intro')}><textarea className="input field-sizing-content min-h-16" value={words.intro} onChange={(event) => say('intro', event.target.value)} /></Labelled>
              <Labelled label={t('booking.thanks')}><textarea className="input field-sizing-content min-h-16" value={words.thanks} onChange={(event) => say('thanks', event.target.value)} /></Labelled>
              <Labelled label={t('forms.consent')} help={t('booking.consent_hint')} fault={faults['texts']}><textarea className="input field-sizing-content min-h-16" value={words.consent} onChange={(event) => say('consent', event.target.value)} /></Labelled>
            </Card>
          </Section>
          <BookingQuestions questions={(value('questions') ?? []) as Question[]} language={language} fault={faults['questions']} onChange={(next) => put('questions', next)} />
        </div>
        <div className="flex min-w-0 flex-col gap-6 lg:sticky lg:top-4">
          <Section title={t('booking.share')} lead={t('booking.share_lead')}>
            <div className={`${CARD} flex flex-col gap-2 p-3`}>
              <code className="block text-meta break-all select-text">{address}</code>
              <span className="flex gap-2"><Button size="sm" look="outline" onClick={copy}><Copy size={13} />{t('forms.copy_link')}</Button></span>
            </div>
          </Section>
          <Section title={t('booking.came')}>
            <p><Link to="/o/$plural" params={{ plural: 'bookings' }} search={{ view: ALL, f: `booking_page = "${page.id}"` }} className="text-accent-text hover:underline">{t('booking.count', { count: Number(page['bookings_count'] ?? 0), number: formatInteger(Number(page['bookings_count'] ?? 0), locale) })}</Link></p>
          </Section>
        </div>
      </div>
      <SaveBar dirty={Object.keys(set).length > 0} busy={busy} onSave={() => void save()} onReset={() => { setSet({}); setLinked({}); setFaults({}) }} />
    </Page>
  )
}
