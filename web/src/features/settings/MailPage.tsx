/** How mail goes out, and the letters that wait or were given up, each with its reason. */

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { MailX, RotateCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { formatNumber, formatRelative } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { Button, IconButton, Pill, Segments } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { Card, Line, Lines, Page, Section, useTry } from './parts'

type State = 'waiting' | 'given_up' | 'sent'

interface Letter {
  id: string
  purpose: string
  state: State
  to: string | null
  subject: string | null
  attempts: number
  code: string | null
  detail: string | null
  created_at: string
  next_at: string | null
  settled_at: string | null
}

interface Outbox {
  channels: { name: string; is_set_up: boolean; server: string | null; from: string | null }[]
  counts: { waiting: number; given_up: number }
  data: Letter[]
  next: string | null
}

const REASONS: Record<string, string> = { refused: 'mail.reason_refused', too_long: 'mail.reason_too_long', left: 'mail.reason_left', address: 'mail.reason_address', unreadable: 'mail.reason_unreadable' }
const PURPOSES: Record<string, string> = { quality_report: 'mail.purpose_quality' }
const STATES = { waiting: 'mail.waiting', given_up: 'mail.given_up', sent: 'mail.sent' } as const
const EXAMPLE = '[mail]\nurl = "smtps://user:password@mail.example.com:465"\nfrom = "Rapport <crm@example.com>"'

export default function MailPage() {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const attempt = useTry()
  const [state, setState] = useState<State>('waiting')
  const outbox = useInfiniteQuery({
    queryKey: ['outbox', state],
    queryFn: async ({ pageParam, signal }) => (await ask<Outbox>('GET', '/outbox', { query: { state, before: pageParam || undefined, limit: 50 }, signal })).data,
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const first = outbox.data?.pages[0]
  const mail = first?.channels[0]
  const letters = outbox.data?.pages.flatMap((page) => page.data) ?? []
  const count = (one: State) => (one === 'sent' || !first ? '' : ` (${formatNumber(first.counts[one], locale)})`)

  async function change(method: 'POST' | 'DELETE', path: string, done: string) {
    await attempt(() => ask(method, path), done)
    await queries.invalidateQueries({ queryKey: ['outbox'] })
  }

  function said(letter: Letter): string {
    const reason = letter.code ? t(REASONS[letter.code] ?? 'mail.reason_refused') : ''
    const when = letter.next_at && letter.attempts > 0 ? t('mail.next', { count: letter.attempts, when: formatRelative(letter.next_at, locale) }) : formatRelative(letter.settled_at ?? letter.created_at, locale)
    return [letter.to, when, reason, letter.detail].filter(Boolean).join(' · ')
  }

  if (outbox.isError) return <Failed error={outbox.error} onRetry={() => void outbox.refetch()} />
  return (
    <Page title={t('mail.title')} lead={t('mail.lead')}>
      {!mail ? <Bones rows={2} className="!px-0" /> : (
        <Card>
          {mail.is_set_up ? (
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1"><Pill hue={155} dot>{t('mail.on')}</Pill><span className="min-w-0 break-words">{t('mail.by', { server: mail.server ?? '', from: mail.from ?? '' })}</span></p>
          ) : (
            <>
              <p className="flex items-center gap-3"><Pill hue={70} dot>{t('mail.off')}</Pill></p>
              <p className="text-fg-2">{t('mail.off_hint')}</p>
              <pre tabIndex={0} className="overflow-x-auto rounded-sm bg-hover px-3 py-2 text-meta">{EXAMPLE}</pre>
            </>
          )}
        </Card>
      )}
      <Section title={t('mail.letters')} action={<Segments label={t('mail.letters')} value={state} options={(Object.keys(STATES) as State[]).map((one) => ({ value: one, label: `${t(STATES[one])}${count(one)}` }))} onChange={setState} />}>
        {outbox.isPending ? <Bones rows={4} className="!px-0" /> : letters.length === 0 ? <Blank icon={MailX} title={t('mail.none')} /> : (
          <>
            <Lines label={t('mail.letters')}>
              {letters.map((letter) => (
                <Line key={letter.id} title={letter.subject ?? t(PURPOSES[letter.purpose] ?? 'mail.purpose_other')} note={said(letter)}>
                  {letter.state !== 'sent' && <IconButton label={t('mail.again')} onClick={() => void change('POST', `/outbox/${letter.id}/retry`, t('mail.tried'))}><RotateCw size={14} /></IconButton>}
                  {letter.state !== 'sent' && <IconButton label={t('mail.discard')} onClick={() => void change('DELETE', `/outbox/${letter.id}`, t('mail.discarded'))}><Trash2 size={14} /></IconButton>}
                </Line>
              ))}
            </Lines>
            {outbox.hasNextPage && <Button className="mt-3" onClick={() => void outbox.fetchNextPage()}>{t('common.more')}</Button>}
          </>
        )}
      </Section>
    </Page>
  )
}
