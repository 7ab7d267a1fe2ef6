/** The company's own people: invited, given roles and teams, let go. */

import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus, Search, UserX } from 'lucide-react'
import { lazy, Suspense, useDeferredValue, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { formatNumber } from '@/lib/format'
import { quoted } from '@/lib/question'
import { fewQuery, linkedOf, type Linked, type RecordData } from '@/lib/records'
import { useLocale, useObject } from '@/lib/session'
import { Avatar, Button, cx, Pill } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { invitesQuery, type Invite } from './access'
import { CARD, Page } from './parts'

const InviteDialog = lazy(() => import('./InviteDialog'))
const PersonPanel = lazy(() => import('./PersonPanel'))

const SHOWN = 100

export default function PeoplePage() {
  const { t } = useTranslation()
  const locale = useLocale()
  const navigate = useNavigate()
  const { user, q } = useSearch({ from: '/inside/settings/people' })
  const [text, setText] = useState(q ?? '')
  const wanted = useDeferredValue(text.trim())
  const filter = wanted === '' ? '' : `name contains ${quoted(wanted)} or email contains ${quoted(wanted)} or job_title contains ${quoted(wanted)}`
  const people = useQuery({ ...fewQuery('users', { filter, sort: '-is_active,name', limit: SHOWN }), placeholderData: (held) => held })
  const invites = useQuery(invitesQuery)
  const [inviting, setInviting] = useState(false)
  const invited = new Map((invites.data ?? []).filter((one) => one.open).map((one) => [one.user.id, one]))
  const open = (id: string | null) => void navigate({ to: '/settings/people', search: id ? { user: id } : {}, replace: true })

  return (
    <Page title={t('people.title')} lead={t('people.lead')} wide action={<Button look="primary" onClick={() => setInviting(true)}><Plus size={15} />{t('people.invite')}</Button>}>
      <div className="flex flex-col gap-3">
        <label className="input flex max-w-sm items-center gap-2 !py-0">
          <Search size={14} className="shrink-0 text-fg-3" />
          <span className="sr-only">{t('people.search')}</span>
          <input type="search" className="h-8 min-w-0 flex-1 bg-transparent outline-none" placeholder={t('people.search')} value={text} onChange={(event) => setText(event.target.value)} />
          {people.data?.count && <span className="text-meta text-fg-3 tabular-nums">{formatNumber(people.data.count.value, locale)}</span>}
        </label>
        {people.isError ? <Failed error={people.error} onRetry={() => void people.refetch()} /> : people.isPending ? <Bones rows={8} className="!px-0" /> : people.data.data.length === 0 ? <Blank icon={UserX} title={t('common.nothing_found')} /> : (
          <div className={cx(CARD, 'overflow-hidden')}>
            <table className="w-full table-fixed border-collapse">
              <thead className="max-md:sr-only">
                <tr className="h-9 text-meta text-fg-3">
                  <th scope="col" className="w-[38%] px-4 text-start font-medium">{t('people.person')}</th>
                  <th scope="col" className="px-2 text-start font-medium">{t('people.team')}</th>
                  <th scope="col" className="px-2 text-start font-medium">{t('people.office')}</th>
                  <th scope="col" className="w-40 px-4 text-end font-medium">{t('people.state')}</th>
                </tr>
              </thead>
              <tbody>
                {people.data.data.map((one) => <PersonRow key={one.id} one={one} invite={invited.get(one.id)} onOpen={() => open(one.id)} />)}
              </tbody>
            </table>
          </div>
        )}
        {people.data?.next && <p className="text-meta text-fg-3">{t('people.more', { number: formatNumber(SHOWN, locale) })}</p>}
      </div>
      <Suspense>
        {inviting && <InviteDialog onClose={() => setInviting(false)} />}
        {user && <PersonPanel key={user} id={user} invite={invited.get(user)} onClose={() => open(null)} />}
      </Suspense>
    </Page>
  )
}

function PersonRow({ one, invite, onOpen }: { one: RecordData; invite: Invite | undefined; onOpen: () => void }) {
  const teams = useTeamsOf(one)
  const email = typeof one['email'] === 'string' ? one['email'] : ''
  return (
    <tr className="border-t border-line hover:bg-subtle">
      <td className="px-4 py-2">
        <button type="button" onClick={onOpen} className="flex w-full min-w-0 items-center gap-3 text-start">
          <Avatar name={one.title} size={28} />
          <span className="min-w-0">
            <span className={cx('block truncate font-medium', one['is_active'] === false && 'text-fg-3')}>{one.title}</span>
            <span className="block truncate text-meta text-fg-3">{[one['job_title'], email].filter(Boolean).join(' · ')}</span>
          </span>
        </button>
      </td>
      <td className="truncate px-2 text-fg-2 max-md:hidden">{teams.map((team) => team.title).join(', ')}</td>
      <td className="truncate px-2 text-fg-2 max-md:hidden">{String(one['office'] ?? '')}</td>
      <td className="px-4 text-end">
        <State one={one} invite={invite} email={email} />
      </td>
    </tr>
  )
}

function State({ one, invite, email }: { one: RecordData; invite: Invite | undefined; email: string }) {
  const { t } = useTranslation()
  if (one['is_active'] === false) return <Pill>{t('people.gone')}</Pill>
  if (invite) return <Pill hue={240} dot>{t('people.invited')}</Pill>
  if (email === '') return <span className="text-meta text-fg-3">{t('people.no_sign_in')}</span>
  return <Pill hue={155} dot>{t('people.active')}</Pill>
}

function useTeamsOf(record: RecordData): Linked[] {
  const field = useObject('user')?.fields.find((one) => one.name === 'teams')
  return field ? linkedOf(record, field) : []
}
