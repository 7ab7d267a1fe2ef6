/** Forms for the company's pages: what they brought, and what waits for a look. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ListChecks, Plus } from 'lucide-react'
import { useState } from 'react'
import { ask } from '@/lib/api'
import { formatInteger } from '@/lib/format'
import { LANGUAGES } from '@/lib/i18n'
import { fewQuery, type RecordData } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, Pill } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { CARD, Page, useTry } from './parts'

/** An address of a name: small letters, digits, hyphens. */
export function slugOf(name: string): string {
  return name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60)
}

export default function FormsPage() {
  const { t, i18n } = useTranslation()
  const locale = useLocale()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const attempt = useTry()
  const forms = useQuery(fewQuery('forms', { sort: 'name', limit: 200 }))
  const [busy, setBusy] = useState(false)
  const shown = forms.data?.data ?? []

  async function add() {
    setBusy(true)
    await attempt(async () => {
      const taken = new Set(shown.map((form) => String(form['slug'])))
      const first = ['contact', ...Array.from({ length: 99 }, (_, at) => `contact-${at + 2}`)].find((slug) => !taken.has(slug)) ?? `contact-${Date.now()}`
      const code = LANGUAGES.some((one) => one.code === i18n.language) ? i18n.language : 'en'
      const { data } = await ask<RecordData>('POST', '/forms', {
        body: { name: t('forms.first_name'), slug: first, fields: [{ field: 'first_name' }, { field: 'last_name' }, { field: 'email', required: true }, { field: 'description' }], texts: { [code]: { title: t('forms.first_name'), intro: '', button: '', thanks: '', consent: '' } } },
      })
      await queries.invalidateQueries({ queryKey: ['few', 'forms'] })
      await navigate({ to: '/settings/forms/$id', params: { id: data.id } })
    })
    setBusy(false)
  }

  return (
    <Page title={t('forms.title')} lead={t('forms.lead')} action={<Button look="primary" aria-busy={busy} onClick={() => !busy && void add()}><Plus size={15} />{t('forms.new')}</Button>}>
      {forms.isError ? <Failed error={forms.error} onRetry={() => void forms.refetch()} /> : forms.isPending ? <Bones rows={4} className="!px-0" /> : shown.length === 0 ? (
        <Blank icon={ListChecks} title={t('forms.none')}>{t('forms.none_hint')}</Blank>
      ) : (
        <ul aria-label={t('forms.title')} className={CARD}>
          {shown.map((form) => (
            <li key={form.id} className="border-b border-line last:border-0">
              <Link to="/settings/forms/$id" params={{ id: form.id }} className="flex min-h-14 items-center gap-3 px-4 py-2 hover:bg-hover">
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{form.title}</span>
                  <span className="block truncate text-meta text-fg-3">/f/{String(form['slug'])}</span>
                </span>
                {form['is_active'] !== true && <Pill>{t('forms.closed')}</Pill>}
                {Number(form['held_count'] ?? 0) > 0 && <Pill hue={20}>{t('forms.held', { count: Number(form['held_count']), number: formatInteger(Number(form['held_count']), locale) })}</Pill>}
                <span className="text-fg-2 tabular-nums">{t('forms.answers', { count: Number(form['answers_count'] ?? 0), number: formatInteger(Number(form['answers_count'] ?? 0), locale) })}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}
