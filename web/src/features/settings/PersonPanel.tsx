/** One colleague beside the list: facts, roles, how they sign in, leaving. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { LogOut, Mail, ShieldCheck, ShieldOff, UserCheck, UserX } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { formatTime } from '@/lib/format'
import { linkedOf, recordQuery, type Linked, type RecordData } from '@/lib/records'
import { useLabel, useLocale, useObject, useSession } from '@/lib/session'
import { FieldInput } from '@/ui/FieldInput'
import { Avatar, Button } from '@/ui/kit'
import { Modal, SidePanel } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import { invitesQuery, rolesOfQuery, rolesQuery, type Invite, type Preview } from './access'
import { useConfirmed } from './confirm'
import { Ask, CARD, Note, useTry } from './parts'
import { LinkDialog, RoleTicks, type Link } from './peopleParts'
import { PreviewText } from './PreviewText'
import { securityOfQuery } from './security'
import { SessionLine } from './SessionLine'

export default function PersonPanel({ id, invite, onClose }: { id: string; invite: Invite | undefined; onClose: () => void }) {
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

