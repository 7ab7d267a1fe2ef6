/** Me: how colleagues reach me, my language and clock. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { notify } from '@/lib/actions'
import { changeLanguage, isLanguage, LANGUAGES } from '@/lib/i18n'
import { recordQuery } from '@/lib/records'
import { sessionQuery, useSession, useSettings } from '@/lib/session'
import { Avatar } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'
import { Labelled } from './Labelled'
import { Card, Fault, faultsOf, Page, SaveBar, Section } from './parts'
import { ZoneChoice } from './ZoneChoice'

interface Mine {
  name: string
  phone: string
  language: string
  time_zone: string
}

export default function ProfilePage() {
  const { t } = useTranslation()
  const session = useSession()
  const me = useQuery({ ...recordQuery('users', session?.user.id ?? ''), enabled: session !== null })
  return (
    <Page title={t('profile.title')} lead={t('profile.lead')}>
      {me.isError ? <Failed error={me.error} onRetry={() => void me.refetch()} /> : me.isPending ? <Bones rows={6} className="!px-0" /> : (
        <Form key={me.data.version} held={{ name: text(me.data['name']), phone: text(me.data['phone']), language: text(me.data['language']), time_zone: text(me.data['time_zone']) }} email={text(me.data['email'])} title={text(me.data['job_title'])} />
      )}
    </Page>
  )
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function Form({ held, email, title }: { held: Mine; email: string; title: string }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const session = useSession()
  const [, setSettings] = useSettings()
  const [mine, setMine] = useState(held)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const changed = useMemo(() => Object.fromEntries(Object.entries(mine).filter(([name, value]) => held[name as keyof Mine] !== value)), [mine, held])
  const set = (change: Partial<Mine>) => setMine((before) => ({ ...before, ...change }))

  async function save() {
    if (mine.name.trim() === '') return setFaults({ name: t('form.required') })
    setBusy(true)
    setFaults({})
    try {
      await ask('PATCH', '/me', { body: Object.fromEntries(Object.entries(changed).map(([name, value]) => [name, value === '' ? null : value])) })
      if (isLanguage(changed['language'])) {
        const language = changed['language']
        await changeLanguage(language)
        setSettings((before) => ({ ...before, language }))
      }
      await Promise.all([queries.invalidateQueries({ queryKey: sessionQuery.queryKey }), queries.invalidateQueries({ queryKey: ['record', 'users', session?.user.id] })])
      notify({ text: t('profile.saved') })
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <div className="flex items-center gap-4">
        <Avatar name={mine.name || '?'} size={56} />
        <div className="min-w-0">
          <p className="truncate text-figure font-semibold">{mine.name}</p>
          <p className="truncate text-fg-2">{[title, email].filter(Boolean).join(' · ')}</p>
        </div>
      </div>
      <Section title={t('profile.reach')}>
        <Card>
          <div className="grid gap-4 md:grid-cols-2">
            <Labelled label={t('session.name')} fault={faults['name']}><input className="input" autoComplete="name" value={mine.name} aria-invalid={'name' in faults} onChange={(event) => set({ name: event.target.value })} /></Labelled>
            <Labelled label={t('type.phone')} fault={faults['phone']} help={t('profile.phone_help')}><input className="input" type="tel" autoComplete="tel" value={mine.phone} aria-invalid={'phone' in faults} onChange={(event) => set({ phone: event.target.value })} /></Labelled>
          </div>
          <Labelled label={t('session.email')} help={t('profile.email_help')}><input className="input" type="email" readOnly value={email} /></Labelled>
        </Card>
      </Section>
      <Section title={t('profile.place')}>
        <Card>
          <div className="grid gap-4 md:grid-cols-2">
            <Labelled label={t('language.title')} fault={faults['language']}>
              <select className="input" value={mine.language} onChange={(event) => set({ language: event.target.value })}>
                <option value="">{t('profile.company_language')}</option>
                {LANGUAGES.map((language) => <option key={language.code} value={language.code}>{language.name}</option>)}
              </select>
            </Labelled>
            <Labelled label={t('profile.zone')} fault={faults['time_zone']}><ZoneChoice value={mine.time_zone} onChange={(time_zone) => set({ time_zone })} empty={t('profile.company_zone')} /></Labelled>
          </div>
        </Card>
      </Section>
      {faults[''] && <Fault>{faults['']}</Fault>}
      <SaveBar dirty={Object.keys(changed).length > 0} busy={busy} onSave={() => void save()} onReset={() => { setMine(held); setFaults({}) }} />
    </>
  )
}
