/** The company's own people: invited, given roles and teams, let go. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Copy, LogOut, Mail, Plus, Search, ShieldCheck, ShieldOff, UserCheck, UserX } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, Problem, reasonOf } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { formatNumber, formatRelative, formatTime } from '@/lib/format'
import { LANGUAGES } from '@/lib/i18n'
import { fewQuery, linkedOf, recordQuery, type Linked, type RecordData } from '@/lib/records'
import { useLabel, useLocale, useObject, useSession } from '@/lib/session'
import { quoted } from '@/lib/question'
import { Avatar, Button, cx, Pill, Tick } from '@/ui/kit'
import { FieldInput } from '@/ui/FieldInput'
import { Modal, SidePanel } from '@/ui/overlays'
import { Blank, Bones, Failed } from '@/ui/states'
import { invitesQuery, rolesOfQuery, rolesQuery, type Invite, type Preview, type Role } from './access'
import { useConfirmed } from './confirm'
import { Labelled } from './Labelled'
import { Ask, CARD, Fault, faultsOf, Note, Page, useTry } from './parts'
import { PreviewText } from './PreviewText'
import { securityOfQuery } from './security'
import { SessionLine } from './SecurityPage'

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
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
      {user && <PersonPanel key={user} id={user} invite={invited.get(user)} onClose={() => open(null)} />}
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

// ---- one person ----

function PersonPanel({ id, invite, onClose }: { id: string; invite: Invite | undefined; onClose: () => void }) {
  const { t } = useTranslation()
  const person = useQuery(recordQuery('users', id))
  const record = person.data
  return (
    <SidePanel open onClose={onClose} title={record ? <><Avatar name={record.title} size={24} /><span className="truncate">{record.title}</span></> : t('common.loading')}>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {person.isError ? <Failed error={person.error} onRetry={() => void person.refetch()} /> : person.isPending ? <Bones rows={8} /> : (
          <div className="flex flex-col gap-7 px-5 py-5">
            <Facts record={person.data} />
            <PersonRoles person={person.data} />
            <SignIn person={person.data} invite={invite} />
            <Leaving person={person.data} />
          </div>
        )}
      </div>
    </SidePanel>
  )
}

const FACTS = ['job_title', 'email', 'phone', 'manager', 'teams', 'office'] as const

/** Saved one by one, as everywhere. */
function Facts({ record }: { record: RecordData }) {
  const object = useObject('user')
  const labelOf = useLabel()
  const acts = useActs()
  if (!object) return null
  const fields = FACTS.flatMap((name) => object.fields.filter((field) => field.name === name))
  return (
    <div className="grid gap-3">
      {fields.map((field) => (
        <Fact key={field.name} label={labelOf(field.label)} value={record[field.name]} save={(value, links) => acts.save(object, record, { [field.name]: value }, links === undefined ? {} : { linked: { [field.name]: links } })}>
          {(value, change, done, id) => <FieldInput id={id} field={field} value={value} linked={linkedOf(record, field)} onChange={(next, links) => change(next, links, field.type === 'link' || field.type === 'links')} onBlur={done} />}
        </Fact>
      ))}
    </div>
  )
}

function Fact({ label, value, save, children }: { label: string; value: unknown; save: (value: unknown, links?: Linked | Linked[] | null) => Promise<boolean>; children: (value: unknown, change: (value: unknown, links: Linked | Linked[] | null | undefined, now: boolean) => void, done: () => void, id: string) => React.ReactNode }) {
  const [typed, setTyped] = useState<{ value: unknown } | null>(null)
  const id = `fact-${label}`
  return (
    <div className="grid grid-cols-[110px_minmax(0,1fr)] items-center gap-3">
      <label htmlFor={id} className="text-meta text-fg-3">{label}</label>
      {children(
        typed ? typed.value : value,
        (next, links, now) => {
          if (now) void save(next, links)
          else setTyped({ value: next })
        },
        () => {
          if (typed && typed.value !== value) void save(typed.value).then(() => setTyped(null))
          else setTyped(null)
        },
        id,
      )}
    </div>
  )
}

function PersonRoles({ person }: { person: RecordData }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const roles = useQuery(rolesQuery)
  const held = useQuery(rolesOfQuery(person.id))
  const [chosen, setChosen] = useState<string[] | null>(null)
  const [preview, setPreview] = useState<Preview | null>(null)
  const attempt = useTry()
  const before = (held.data ?? []).map((role) => role.id)
  const picked = chosen ?? before
  const dirty = chosen !== null && (picked.length !== before.length || picked.some((id) => !before.includes(id)))

  async function look() {
    await attempt(async () => setPreview((await ask<Preview>('POST', `/users/${person.id}/roles/preview`, { body: { roles: picked } })).data))
  }
  async function save() {
    const saved = await attempt(() => ask('PUT', `/users/${person.id}/roles`, { body: { roles: picked } }), t('access.roles_saved', { name: person.title }))
    if (saved) {
      setPreview(null)
      await queries.invalidateQueries({ queryKey: ['roles'] })
      setChosen(null)
    }
  }

  return (
    <section aria-label={t('access.roles')}>
      <h3 className="mb-2 font-semibold">{t('access.roles')}</h3>
      {roles.isError ? <Failed error={roles.error} /> : roles.isPending || held.isPending ? <Bones rows={4} className="!px-0" /> : (
        <>
          <RoleTicks roles={roles.data} picked={picked} onChange={setChosen} />
          {dirty && (
            <div className="mt-3 flex flex-wrap gap-2">
              <Button look="primary" onClick={() => void look()}>{t('people.check_roles')}</Button>
              <Button onClick={() => setChosen(null)}>{t('settings.discard')}</Button>
            </div>
          )}
        </>
      )}
      {preview && (
        <Modal open title={t('people.roles_change', { name: person.title })} onClose={() => setPreview(null)} width="max-w-[560px]" footer={<><Button onClick={() => setPreview(null)}>{t('common.cancel')}</Button><Button look="primary" onClick={() => void save()}>{t('people.set_roles')}</Button></>}>
          <PreviewText preview={preview} />
        </Modal>
      )}
    </section>
  )
}

function RoleTicks({ roles, picked, onChange }: { roles: Role[]; picked: string[]; onChange: (next: string[]) => void }) {
  return (
    <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
      {roles.map((role) => (
        <label key={role.id} className="flex min-h-6 items-center gap-2.5">
          <Tick label={role.name} checked={picked.includes(role.id)} onChange={(on) => onChange(on ? [...picked, role.id] : picked.filter((one) => one !== role.id))} />
          <span className="truncate">{role.name}</span>
        </label>
      ))}
    </div>
  )
}

function SignIn({ person, invite }: { person: RecordData; invite: Invite | undefined }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const attempt = useTry()
  const { confirmed, dialog } = useConfirmed()
  const security = useQuery({ ...securityOfQuery(person.id), enabled: typeof person['email'] === 'string' })
  const [link, setLink] = useState<Link | null>(null)
  const [clearing, setClearing] = useState(false)
  const sessions = security.data?.sessions ?? []
  const seconds = security.data ? [security.data.totp.enabled ? t('security.app') : '', security.data.passkeys.length > 0 ? t('people.passkeys', { count: security.data.passkeys.length }) : ''].filter(Boolean) : []

  async function sendLink() {
    await attempt(async () => setLink((await ask<Link>('POST', `/users/${person.id}/invite`)).data))
    await queries.invalidateQueries({ queryKey: invitesQuery.queryKey })
  }
  async function revoke() {
    await attempt(() => ask('DELETE', `/users/${person.id}/invite`), t('people.revoked'))
    await queries.invalidateQueries({ queryKey: invitesQuery.queryKey })
  }
  async function signOut() {
    await attempt(() => ask('DELETE', `/users/${person.id}/sessions`), t('people.signed_out', { name: person.title }))
    await queries.invalidateQueries({ queryKey: ['security', person.id] })
  }
  async function clearSeconds() {
    await attempt(async () => {
      if (await confirmed(() => ask('DELETE', `/users/${person.id}/second-factors`))) notify({ text: t('people.seconds_cleared') })
    })
    setClearing(false)
    await queries.invalidateQueries({ queryKey: ['security', person.id] })
  }

  if (typeof person['email'] !== 'string') return <Note>{t('people.needs_email')}</Note>
  return (
    <section aria-label={t('session.sign_in')} className="flex flex-col gap-3">
      <h3 className="font-semibold">{t('session.sign_in')}</h3>
      {invite && (
        <p className="text-fg-2">{t('people.invite_open', { time: formatTime(invite.expires_at, locale), name: invite.by?.name ?? t('history.system') })}</p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button look="outline" onClick={() => void sendLink()}><Mail size={14} />{invite ? t('people.link_again') : security.data?.password?.changed_at ? t('people.reset_link') : t('people.link')}</Button>
        {invite && <Button onClick={() => void revoke()}>{t('people.revoke')}</Button>}
        {sessions.length > 0 && <Button look="outline" onClick={() => void signOut()}><LogOut size={14} />{t('people.sign_out')}</Button>}
      </div>
      {security.data && (
        <p className="flex flex-wrap items-center gap-2 text-fg-2">
          {seconds.length > 0 ? <><ShieldCheck size={15} className="text-ok" />{seconds.join(', ')}<Button size="sm" onClick={() => setClearing(true)}>{t('people.clear_seconds')}</Button></> : <><ShieldOff size={15} className="text-fg-3" />{t('people.no_second')}</>}
        </p>
      )}
      {sessions.length > 0 && <ul className={CARD}>{sessions.map((one) => <SessionLine key={one.id} one={{ ...one, current: false }} />)}</ul>}
      {security.data && sessions.length === 0 && <p className="text-meta text-fg-3">{t('people.not_signed_in')}</p>}
      {link && <LinkDialog link={link} name={person.title} onClose={() => setLink(null)} />}
      {clearing && <Ask title={t('people.clear_title', { name: person.title })} verb={t('people.clear_seconds')} onYes={clearSeconds} onNo={() => setClearing(false)}>{t('people.clear_lead')}</Ask>}
      {dialog}
    </section>
  )
}

function Leaving({ person }: { person: RecordData }) {
  const { t } = useTranslation()
  const object = useObject('user')
  const session = useSession()
  const acts = useActs()
  const [asking, setAsking] = useState(false)
  if (!object || session?.user.id === person.id) return null
  const active = person['is_active'] !== false
  return (
    <section aria-label={t('people.leaving')} className="border-t border-line pt-5">
      {active ? (
        <Button look="danger" onClick={() => setAsking(true)}><UserX size={14} />{t('people.deactivate')}</Button>
      ) : (
        <Button look="outline" onClick={() => void acts.save(object, person, { is_active: true })}><UserCheck size={14} />{t('people.activate')}</Button>
      )}
      {asking && (
        <Ask
          title={t('people.deactivate_title', { name: person.title })}
          verb={t('people.deactivate')}
          onNo={() => setAsking(false)}
          onYes={async () => {
            await acts.save(object, person, { is_active: false })
            setAsking(false)
          }}
        >
          {t('people.deactivate_lead')}
        </Ask>
      )}
    </section>
  )
}

// ---- inviting ----

interface Link {
  kind: 'invite' | 'reset'
  link: string
  expires_at: string
}

function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const roles = useQuery(rolesQuery)
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [language, setLanguage] = useState('')
  const [picked, setPicked] = useState<string[]>([])
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [made, setMade] = useState<Link | null>(null)

  async function invite(event: React.FormEvent) {
    event.preventDefault()
    if (busy) return
    const found: Record<string, string> = {}
    if (name.trim() === '') found['name'] = t('form.required')
    if (!/^\S+@\S+\.\S+$/.test(email.trim())) found['email'] = t('form.bad_email')
    if (picked.length === 0) found['roles'] = t('people.no_roles')
    setFaults(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      const { data } = await ask<Link>('POST', '/invites', { body: { name: name.trim(), email: email.trim(), roles: picked, ...(language ? { language } : {}) } })
      setMade(data)
      await Promise.all([queries.invalidateQueries({ queryKey: ['few', 'users'] }), queries.invalidateQueries({ queryKey: invitesQuery.queryKey }), queries.invalidateQueries({ queryKey: ['roles'] })])
    } catch (error) {
      setFaults(error instanceof Problem ? faultsOf(error) : { '': reasonOf(error) })
    } finally {
      setBusy(false)
    }
  }

  if (made) return <LinkDialog link={made} name={name.trim()} onClose={onClose} />
  return (
    <Modal open title={t('people.invite')} onClose={onClose}>
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void invite(event)}>
        <Labelled label={t('people.name')} fault={faults['name']}><input className="input" autoComplete="off" value={name} aria-invalid={'name' in faults} onChange={(event) => setName(event.target.value)} /></Labelled>
        <div className="grid gap-4 sm:grid-cols-2">
          <Labelled label={t('session.email')} fault={faults['email']}><input className="input" type="email" autoComplete="off" value={email} aria-invalid={'email' in faults} onChange={(event) => setEmail(event.target.value)} /></Labelled>
          <Labelled label={t('language.title')}>
            <select className="input" value={language} onChange={(event) => setLanguage(event.target.value)}>
              <option value="">{t('profile.company_language')}</option>
              {LANGUAGES.map((one) => <option key={one.code} value={one.code}>{one.name}</option>)}
            </select>
          </Labelled>
        </div>
        <fieldset>
          <legend className="mb-2 text-meta font-medium text-fg-2">{t('access.roles')}</legend>
          {roles.isPending ? <Bones rows={3} className="!px-0" /> : <RoleTicks roles={roles.data ?? []} picked={picked} onChange={setPicked} />}
          {faults['roles'] && <p role="alert" className="mt-1.5 text-meta text-bad">{faults['roles']}</p>}
        </fieldset>
        <Fault>{faults['']}</Fault>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" aria-busy={busy}>{t('people.make_link')}</Button>
        </div>
      </form>
    </Modal>
  )
}

function LinkDialog({ link, name, onClose }: { link: Link; name: string; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <Modal open title={t('access.link')} onClose={onClose} footer={<Button look="primary" onClick={onClose}>{t('common.done')}</Button>}>
      <div className="flex flex-col gap-3">
        <p className="text-fg-2">{t('access.link_lead', { name, time: formatTime(link.expires_at, locale) })} <span className="text-fg-3">{formatRelative(link.expires_at, locale)}</span></p>
        <div className="flex items-center gap-2">
          <input readOnly aria-label={t('access.link')} className="input min-w-0 flex-1 font-mono text-meta" value={link.link} onFocus={(event) => event.currentTarget.select()} />
          <Button look="outline" size="lg" onClick={() => void navigator.clipboard?.writeText(link.link).then(() => notify({ text: t('record.link_copied') })).catch(() => {})}><Copy size={14} />{t('common.copy')}</Button>
        </div>
      </div>
    </Modal>
  )
}
