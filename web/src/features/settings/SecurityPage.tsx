/** How I prove who I am: password, authenticator, passkeys, and where I am signed in. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, Copy, Download, Fingerprint, KeyRound, Plus, ShieldCheck, ShieldAlert, Smartphone } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { formatDate, formatRelative } from '@/lib/format'
import { makePasskey, PasskeyRefused, passkeysWork } from '@/lib/passkeys'
import { qrOf, qrPath } from '@/lib/qr'
import { sessionQuery, useLocale } from '@/lib/session'
import { Button, Drop, DropItem, IconButton, Pill } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import { Ellipsis } from 'lucide-react'
import { useConfirmed } from './confirm'
import { Labelled } from './Labelled'
import { Ask, Fault, faultsOf, Line, Lines, Note, Page, Section } from './parts'
import { SHORTEST_PASSWORD, Strength } from './Strength'
import { securityQuery, sessionsQuery, type OpenSession, type Passkey, type Security } from './security'
import { SessionLine } from './SessionLine'

export default function SecurityPage() {
  const { t } = useTranslation()
  const security = useQuery(securityQuery)
  return (
    <Page title={t('security.title')} lead={t('security.lead')}>
      {security.isError ? <Failed error={security.error} onRetry={() => void security.refetch()} /> : security.isPending ? <Bones rows={8} className="!px-0" /> : (
        <>
          {security.data.second_factor_required && !security.data.totp.enabled && security.data.passkeys.length === 0 && <Note tone="warn">{t('security.must')}</Note>}
          <Password security={security.data} />
          <Authenticator security={security.data} />
          <Passkeys security={security.data} />
          <Sessions />
        </>
      )}
    </Page>
  )
}

function useRefresh(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    await Promise.all([queries.invalidateQueries({ queryKey: securityQuery.queryKey }), queries.invalidateQueries({ queryKey: sessionsQuery.queryKey }), queries.invalidateQueries({ queryKey: sessionQuery.queryKey })])
  }
}

// ---- password ----

function Password({ security }: { security: Security }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [open, setOpen] = useState(false)
  return (
    <Section title={t('session.password')}>
      <Lines>
        <Line icon={<KeyRound size={16} />} title={t('session.password')} note={security.password?.changed_at ? t('security.changed', { time: formatRelative(security.password.changed_at, locale) }) : t('security.no_password')}>
          <Button look="outline" onClick={() => setOpen(true)}>{t('security.change_password')}</Button>
        </Line>
      </Lines>
      {open && <PasswordDialog onClose={() => setOpen(false)} />}
    </Section>
  )
}

function PasswordDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const refresh = useRefresh()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)

  async function save(event: React.FormEvent) {
    event.preventDefault()
    if (busy) return
    const found: Record<string, string> = {}
    if (current === '') found['current'] = t('form.required')
    if (next.length < SHORTEST_PASSWORD) found['new'] = t('session.password_short', { count: SHORTEST_PASSWORD })
    setFaults(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      await ask('PUT', '/me/password', { body: { current, new: next } })
      await refresh()
      notify({ text: t('security.password_changed') })
      onClose()
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal open title={t('security.change_password')} onClose={onClose} width="max-w-[420px]">
      <form className="flex flex-col gap-4" onSubmit={(event) => void save(event)}>
        <Labelled label={t('security.current')} fault={faults['current']}><input className="input" type="password" autoComplete="current-password" value={current} aria-invalid={'current' in faults} onChange={(event) => setCurrent(event.target.value)} /></Labelled>
        <div className="flex flex-col gap-1.5">
          <Labelled label={t('security.new_password')} fault={faults['new']}><input className="input" type="password" autoComplete="new-password" value={next} aria-invalid={'new' in faults} onChange={(event) => setNext(event.target.value)} /></Labelled>
          <Strength password={next} />
        </div>
        <p className="text-meta text-fg-3">{t('security.others_end')}</p>
        <Fault>{faults['']}</Fault>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" aria-busy={busy}>{t('common.save')}</Button>
        </div>
      </form>
    </Modal>
  )
}

// ---- authenticator ----

interface Enrolment {
  secret: string
  uri: string
}

function Authenticator({ security }: { security: Security }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const refresh = useRefresh()
  const { confirmed, dialog } = useConfirmed()
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)
  const [asking, setAsking] = useState<'remove' | 'codes' | null>(null)
  const { totp } = security

  async function start() {
    try {
      const answer = await confirmed(() => ask<Enrolment>('POST', '/me/totp', { body: {} }))
      if (answer) setEnrolment(answer.data)
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  return (
    <Section title={t('security.second')} lead={t('security.second_lead')}>
      <Lines>
        <Line
          icon={totp.enabled ? <ShieldCheck size={16} className="text-ok" /> : <Smartphone size={16} />}
          title={t('security.app')}
          note={totp.enabled ? t('security.app_since', { date: totp.since ? formatDate(totp.since, locale) : '' }) : t('security.app_off')}
        >
          {totp.enabled ? <Button look="outline" onClick={() => setAsking('remove')}>{t('security.switch_off')}</Button> : <Button look="primary" onClick={() => void start()}>{t('security.switch_on')}</Button>}
        </Line>
        {totp.enabled && (
          <Line icon={totp.recovery_codes_left > 2 ? <Check size={16} /> : <ShieldAlert size={16} className="text-warn" />} title={t('security.recovery')} note={t('security.codes_left', { count: totp.recovery_codes_left })}>
            <Button look="outline" onClick={() => setAsking('codes')}>{t('security.new_codes')}</Button>
          </Line>
        )}
      </Lines>
      {dialog}
      {enrolment && <Enrol enrolment={enrolment} onClose={() => setEnrolment(null)} onCodes={(made) => { setEnrolment(null); setCodes(made); void refresh() }} />}
      {codes && <Codes codes={codes} onClose={() => setCodes(null)} />}
      {asking && (
        <WithPassword
          title={asking === 'remove' ? t('security.remove_app') : t('security.new_codes')}
          lead={asking === 'remove' ? t('security.remove_app_lead') : t('security.new_codes_lead')}
          verb={asking === 'remove' ? t('security.switch_off') : t('security.make_codes')}
          danger={asking === 'remove'}
          onClose={() => setAsking(null)}
          act={async (password) => {
            if (asking === 'remove') {
              await ask('POST', '/me/totp/removal', { body: { password } })
              notify({ text: t('security.app_removed') })
            } else {
              setCodes((await ask<{ recovery_codes: string[] }>('POST', '/me/recovery-codes', { body: { password } })).data.recovery_codes)
            }
            await refresh()
            setAsking(null)
          }}
        />
      )}
    </Section>
  )
}

/** The code to scan, the secret for those who cannot, and the first six digits as proof. */
function Enrol({ enrolment, onClose, onCodes }: { enrolment: Enrolment; onClose: () => void; onCodes: (codes: string[]) => void }) {
  const { t } = useTranslation()
  const grid = useMemo(() => qrOf(enrolment.uri), [enrolment.uri])
  const [code, setCode] = useState('')
  const [fault, setFault] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)
  const size = grid.length + 8

  async function confirm(event: React.FormEvent) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setFault(undefined)
    try {
      const { data } = await ask<{ recovery_codes: string[] }>('POST', '/me/totp/confirmation', { body: { code: code.replace(/\s/g, '') } })
      onCodes(data.recovery_codes)
    } catch (error) {
      setFault((error instanceof Problem && error.fields[0]?.detail) || reasonOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal open title={t('security.app_set_up')} onClose={onClose} width="max-w-[460px]">
      <form className="flex flex-col gap-4" onSubmit={(event) => void confirm(event)}>
        <p className="text-fg-2">{t('security.scan')}</p>
        <svg role="img" aria-label={t('security.qr')} viewBox={`-4 -4 ${size} ${size}`} shapeRendering="crispEdges" className="mx-auto size-52 rounded-md bg-white">
          <path d={qrPath(grid)} fill="#000" />
        </svg>
        <div>
          <p className="mb-1 text-meta text-fg-3">{t('security.by_hand')}</p>
          <div className="flex items-center gap-2">
            <code className="input min-w-0 flex-1 font-mono text-meta break-all select-all">{enrolment.secret.replace(/(.{4})/g, '$1 ').trim()}</code>
            <IconButton label={t('common.copy')} look="outline" onClick={() => void navigator.clipboard?.writeText(enrolment.secret).catch(() => {})}><Copy size={14} /></IconButton>
          </div>
        </div>
        <Labelled label={t('security.first_code')} fault={fault}>
          <input className="input font-mono text-figure tracking-[.2em]" inputMode="numeric" autoComplete="one-time-code" maxLength={7} value={code} aria-invalid={fault !== undefined} onChange={(event) => setCode(event.target.value)} />
        </Labelled>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" aria-busy={busy}>{t('security.confirm_code')}</Button>
        </div>
      </form>
    </Modal>
  )
}

function Codes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation()
  const text = codes.join('\n')
  const [address] = useState(() => URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' })))
  return (
    <Modal open title={t('security.recovery')} onClose={onClose} width="max-w-[440px]" footer={<Button look="primary" onClick={onClose}>{t('security.kept')}</Button>}>
      <div className="flex flex-col gap-4">
        <p className="text-fg-2">{t('security.codes_lead')}</p>
        <ul className="grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-md bg-subtle px-5 py-4 font-mono text-lead select-all">
          {codes.map((code) => <li key={code}>{code}</li>)}
        </ul>
        <div className="flex flex-wrap gap-2">
          <Button look="outline" onClick={() => void navigator.clipboard?.writeText(text).then(() => notify({ text: t('security.copied') })).catch(() => {})}><Copy size={14} />{t('common.copy')}</Button>
          <a href={address} download="rapport-recovery-codes.txt" className="inline-flex h-7 items-center gap-1.5 rounded-sm px-2.5 font-medium shadow-[inset_0_0_0_1px_var(--line-strong),var(--depth-1)] hover:bg-hover pointer-coarse:h-9"><Download size={14} />{t('security.download')}</a>
        </div>
      </div>
    </Modal>
  )
}

function WithPassword({ title, lead, verb, danger, act, onClose }: { title: string; lead: string; verb: string; danger: boolean; act: (password: string) => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const [fault, setFault] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)
  return (
    <Modal open title={title} onClose={onClose} width="max-w-[420px]">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (busy) return
          setBusy(true)
          setFault(undefined)
          act(password)
            .catch((error: unknown) => setFault((error instanceof Problem && error.fields[0]?.detail) || reasonOf(error)))
            .finally(() => setBusy(false))
        }}
      >
        <p className="text-fg-2">{lead}</p>
        <Labelled label={t('session.password')} fault={fault}><input className="input" type="password" autoComplete="current-password" required value={password} aria-invalid={fault !== undefined} onChange={(event) => setPassword(event.target.value)} /></Labelled>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look={danger ? 'danger' : 'primary'} type="submit" aria-busy={busy}>{verb}</Button>
        </div>
      </form>
    </Modal>
  )
}

// ---- passkeys ----

function Passkeys({ security }: { security: Security }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const refresh = useRefresh()
  const { confirmed, dialog } = useConfirmed()
  const [naming, setNaming] = useState<{ passkey: Passkey | null; credential: unknown } | null>(null)
  const [removing, setRemoving] = useState<Passkey | null>(null)
  const possible = security.passkeys_possible && passkeysWork()

  async function add() {
    try {
      const options = await confirmed(() => ask<{ publicKey: unknown }>('POST', '/me/passkeys/options', { body: {} }))
      if (!options) return
      setNaming({ passkey: null, credential: await makePasskey(options.data.publicKey) })
    } catch (error) {
      if (error instanceof PasskeyRefused) return notify({ text: t('security.passkey_refused') })
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  async function remove(passkey: Passkey) {
    setRemoving(null)
    try {
      const done = await confirmed(() => ask('DELETE', `/me/passkeys/${passkey.id}`))
      if (done) notify({ text: t('security.passkey_removed', { name: passkey.name }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
    await refresh()
  }

  return (
    <Section title={t('security.passkeys')} lead={t('security.passkeys_lead')} action={possible && <Button look="outline" onClick={() => void add()}><Plus size={15} />{t('security.add_passkey')}</Button>}>
      {security.passkeys.length === 0 ? (
        <p className="text-fg-3">{possible ? t('security.no_passkeys') : security.passkeys_possible ? t('security.passkeys_browser') : t('security.passkeys_address')}</p>
      ) : (
        <Lines>
          {security.passkeys.map((passkey) => (
            <Line key={passkey.id} icon={<Fingerprint size={16} />} title={passkey.name} note={[t('keys.made', { date: formatDate(passkey.created_at, locale) }), passkey.last_used_at ? t('keys.used', { time: formatRelative(passkey.last_used_at, locale) }) : t('keys.never_used')].join(' · ')}>
              {passkey.backed_up && <span className="max-md:hidden"><Pill>{t('security.synced')}</Pill></span>}
              <Drop align="end" trigger={<IconButton label={t('settings.more_of', { name: passkey.name })}><Ellipsis size={16} /></IconButton>}>
                <DropItem onClick={() => setNaming({ passkey, credential: null })}>{t('settings.rename')}</DropItem>
                <DropItem danger onClick={() => setRemoving(passkey)}>{t('settings.remove')}</DropItem>
              </Drop>
            </Line>
          ))}
        </Lines>
      )}
      {dialog}
      {naming && (
        <NamePasskey
          name={naming.passkey?.name ?? ''}
          onClose={() => setNaming(null)}
          save={async (name) => {
            if (naming.passkey) await ask('PATCH', `/me/passkeys/${naming.passkey.id}`, { body: { name } })
            else await ask('POST', '/me/passkeys', { body: { name, credential: naming.credential } })
            await refresh()
            setNaming(null)
          }}
        />
      )}
      {removing && <Ask title={t('security.remove_passkey', { name: removing.name })} verb={t('settings.remove')} onYes={() => remove(removing)} onNo={() => setRemoving(null)}>{t('security.remove_passkey_lead')}</Ask>}
    </Section>
  )
}

function NamePasskey({ name, save, onClose }: { name: string; save: (name: string) => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(name)
  const [fault, setFault] = useState<string | undefined>()
  return (
    <Modal open title={t('security.passkey_name')} onClose={onClose} width="max-w-[400px]">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (text.trim() === '') return setFault(t('form.required'))
          save(text.trim()).catch((error: unknown) => setFault((error instanceof Problem && error.fields[0]?.detail) || reasonOf(error)))
        }}
      >
        <Labelled label={t('settings.name')} fault={fault} help={t('security.passkey_name_help')}><input className="input" value={text} maxLength={80} aria-invalid={fault !== undefined} onChange={(event) => setText(event.target.value)} /></Labelled>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit">{t('common.save')}</Button>
        </div>
      </form>
    </Modal>
  )
}

// ---- sessions ----

function Sessions() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const sessions = useQuery(sessionsQuery)
  const others = (sessions.data ?? []).filter((one) => !one.current)

  async function end(one: OpenSession | null) {
    try {
      await ask('DELETE', one ? `/sessions/${one.id}` : '/sessions')
      notify({ text: one ? t('security.session_ended') : t('security.sessions_ended', { count: others.length }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
    await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey })
  }

  return (
    <Section title={t('security.sessions')} lead={t('security.sessions_lead')} action={others.length > 1 && <Button look="outline" onClick={() => void end(null)}>{t('security.end_others')}</Button>}>
      {sessions.isError ? <Failed error={sessions.error} onRetry={() => void sessions.refetch()} /> : sessions.isPending ? <Bones rows={3} className="!px-0" /> : (
        <Lines>{sessions.data.map((one) => <SessionLine key={one.id} one={one} onEnd={() => void end(one)} />)}</Lines>
      )}
    </Section>
  )
}
