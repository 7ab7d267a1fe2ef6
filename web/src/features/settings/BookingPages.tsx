/** Pages on which visitors book a time: with whom, how long, and how many did. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { CalendarCheck, Plus } from 'lucide-react'
import { useState } from 'react'
import { ask } from '@/lib/api'
import { formatInteger } from '@/lib/format'
import { LANGUAGES } from '@/lib/i18n'
import { fewQuery, type Linked, type RecordData } from '@/lib/records'
import { useLocale, useObject, useSession } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, Pill } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { CARD, Page, useTry } from './parts'

export default function BookingPages() {
  const { t, i18n } = useTranslation()
  const locale = useLocale()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const attempt = useTry()
  const session = useSession()
  const object = useObject('booking_page')
  const pages = useQuery(fewQuery('booking_pages', { sort: 'name', limit: 200 }))
  const [busy, setBusy] = useState(false)
  const shown = pages.data?.data ?? []
  const mayMake = object?.can.create === true

  async function add() {
    setBusy(true)
    await attempt(async () => {
      const taken = new Set(shown.map((page) => String(page['slug'])))
      const first = ['meeting', ...Array.from({ length: 199 }, (_, at) => `meeting-${at + 2}`)].find((slug) => !taken.has(slug)) ?? `meeting-${Date.now()}`
      const code = LANGUAGES.some((one) => one.code === i18n.language) ? i18n.language : 'en'
      const { data } = await ask<RecordData>('POST', '/booking_pages', {
        body: { name: t('booking.first_name'), slug: first, owner: session?.user.id ?? null, texts: { [code]: { title: t('booking.first_name'), intro: '', thanks: '', consent: '' } } },
      })
      await queries.invalidateQueries({ queryKey: ['few', 'booking_pages'] })
      await navigate({ to: '/settings/booking/$id', params: { id: data.id } })
    })
    setBusy(false)
  }

  /** With whom, as far as a line has room. */
  const people = (page: RecordData) => {
    const hosts = (page.linked?.['hosts'] ?? []) as Linked[]
    const team = page.linked?.['team'] as Linked | null | undefined
    const owner = page.linked?.['owner'] as Linked | null | undefined
    const names = [...(team ? [team.title] : []), ...hosts.map((host) => host.title)]
    return (names.length > 0 ? names : owner ? [owner.title] : []).join(', ')
  }

  const button = mayMake && <Button look="primary" aria-busy={busy} onClick={() => !busy && void add()}><Plus size={15} />{t('booking.new')}</Button>
  return (
    <Page title={t('booking.title')} lead={t('booking.lead')} action={button}>
      {pages.isError ? <Failed error={pages.error} onRetry={() => void pages.refetch()} /> : pages.isPending ? <Bones rows={4} className="!px-0" /> : shown.length === 0 ? (
        <Blank icon={CalendarCheck} title={t('booking.none')}>{t('booking.none_hint')}</Blank>
      ) : (
        <ul aria-label={t('booking.title')} className={CARD}>
          {shown.map((page) => (
            <li key={page.id} className="border-b border-line last:border-0">
              <Link to="/settings/booking/$id" params={{ id: page.id }} className="flex min-h-14 items-center gap-3 px-4 py-2 hover:bg-hover">
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{page.title}</span>
                  <span className="block truncate text-meta text-fg-3">{[t('booking.minutes', { count: Number(page['duration_minutes'] ?? 0) }), people(page), `/b/${String(page['slug'])}`].filter(Boolean).join(' · ')}</span>
                </span>
                {page['is_active'] !== true && <Pill>{t('booking.closed')}</Pill>}
                <span className="text-fg-2 tabular-nums">{t('booking.count', { count: Number(page['bookings_count'] ?? 0), number: formatInteger(Number(page['bookings_count'] ?? 0), locale) })}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}
