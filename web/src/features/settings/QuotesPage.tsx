/** How the company offers: letterhead, terms, for how long, and what an acceptance brings. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { LANGUAGES, type Language } from '@/lib/i18n'
import { Bones, Failed } from '@/ui/states'
import { Labelled } from './Labelled'
import { Page, SaveBar, Section, SwitchLine, useTry } from './parts'

interface Offering {
  validity_days: number
  payment_days: number
  terms: Record<string, string>
  letterhead: string
  footer: string
  accepting_wins: boolean
}

const key = ['quotes', 'settings']

export default function QuotesPage() {
  const { t } = useTranslation()
  const held = useQuery({ queryKey: key, queryFn: async ({ signal }) => (await ask<Offering>('GET', '/quotes/settings', { signal })).data })
  return (
    <Page title={t('offering.title')} lead={t('offering.lead')}>
      {held.isError ? <Failed error={held.error} onRetry={() => void held.refetch()} /> : held.isPending ? <Bones rows={6} className="!px-0" /> : <Form key={JSON.stringify(held.data)} held={held.data} />}
    </Page>
  )
}

function Form({ held }: { held: Offering }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const attempt = useTry()
  const [wanted, setWanted] = useState(held)
  const [language, setLanguage] = useState<Language>('en')
  const [busy, setBusy] = useState(false)
  const dirty = JSON.stringify(wanted) !== JSON.stringify(held)
  const set = (next: Partial<Offering>) => setWanted({ ...wanted, ...next })
  const days = (typed: string) => Math.min(3650, Math.max(0, Math.round(Number(typed) || 0)))

  async function save() {
    setBusy(true)
    await attempt(async () => {
      const { data } = await ask<Offering>('PUT', '/quotes/settings', { body: wanted })
      queries.setQueryData(key, data)
    }, t('offering.saved'))
    setBusy(false)
  }

  return (
    <>
      <Section title={t('offering.paper')} lead={t('offering.paper_lead')}>
        <div className="grid gap-3 md:grid-cols-2">
          <Labelled label={t('offering.letterhead')}><textarea rows={5} value={wanted.letterhead} onChange={(event) => set({ letterhead: event.target.value })} className="input h-auto py-1.5" /></Labelled>
          <Labelled label={t('offering.footer')}><textarea rows={5} value={wanted.footer} onChange={(event) => set({ footer: event.target.value })} className="input h-auto py-1.5" /></Labelled>
        </div>
      </Section>
      <Section title={t('offering.terms')} lead={t('offering.terms_lead')}>
        <div className="flex flex-col gap-3">
          <div className="grid grid-cols-[repeat(auto-fit,minmax(150px,1fr))] gap-3">
            <Labelled label={t('offering.validity')}><input type="number" min={0} max={3650} value={wanted.validity_days} onChange={(event) => set({ validity_days: days(event.target.value) })} className="input" /></Labelled>
            <Labelled label={t('offering.payment')}><input type="number" min={0} max={3650} value={wanted.payment_days} onChange={(event) => set({ payment_days: days(event.target.value) })} className="input" /></Labelled>
            <Labelled label={t('offering.language')}><select value={language} onChange={(event) => setLanguage(event.target.value as Language)} className="input">{LANGUAGES.map((one) => <option key={one.code} value={one.code}>{one.name}</option>)}</select></Labelled>
          </div>
          <Labelled label={t('offering.text')}><textarea rows={8} value={wanted.terms[language] ?? ''} onChange={(event) => set({ terms: { ...wanted.terms, [language]: event.target.value } })} className="input h-auto py-1.5" /></Labelled>
        </div>
      </Section>
      <Section title={t('offering.accepted')}>
        <SwitchLine label={t('offering.wins')} hint={t('offering.wins_hint')} checked={wanted.accepting_wins} onChange={(accepting_wins) => set({ accepting_wins })} />
      </Section>
      <SaveBar dirty={dirty} busy={busy} onSave={() => void save()} onReset={() => setWanted(held)} />
    </>
  )
}
