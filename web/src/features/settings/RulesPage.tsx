/** The company's rules of signing in: passwords, who needs a second step, and accounts from elsewhere. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Building, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useRoleName } from '@/lib/roleNames'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { Button, IconButton, Tick } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import { rolesQuery } from './access'
import { useConfirmed } from './confirm'
import { Labelled } from './Labelled'
import { Ask, Card, Fault, faultsOf, Line, Lines, Page, SaveBar, Section, SwitchLine } from './parts'

interface Provider {
  id: string
  name: string
  issuer: string
  client_id: string
  has_secret: boolean
  join: { domains: string[]; roles: string[] } | null
}
interface Rules {
  password: { shortest: number; refuse_common: boolean; refuse_personal: boolean }
  second_factor: { roles: string[] }
  providers: Provider[]
}

const rulesKey = ['sign-in-rules']

export default function RulesPage() {
  const { t } = useTranslation()
  const rules = useQuery({ queryKey: rulesKey, queryFn: async ({ signal }) => (await ask<Rules>('GET', '/company/sign-in', { signal })).data })
  return (
    <Page title={t('rules.title')} lead={t('rules.lead')}>
      {rules.isError ? <Failed error={rules.error} onRetry={() => void rules.refetch()} /> : rules.isPending ? <Bones rows={8} className="!px-0" /> : (
        <>
          <Form key={JSON.stringify([rules.data.password, rules.data.second_factor])} rules={rules.data} />
          <Providers providers={rules.data.providers} />
        </>
      )}
    </Page>
  )
}

function Form({ rules }: { rules: Rules }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const queries = useQueryClient()
  const roles = useQuery(rolesQuery)
  const { confirmed, dialog } = useConfirmed()
  const [password, setPassword] = useState(rules.password)
  const [must, setMust] = useState(rules.second_factor.roles)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const dirty = JSON.stringify([password, [...must].sort()]) !== JSON.stringify([rules.password, [...rules.second_factor.roles].sort()])

  async function save() {
    setBusy(true)
    setFaults({})
    try {
      const done = await confirmed(() => ask<Rules>('PATCH', '/company/sign-in', { body: { password, second_factor: { roles: must } } }))
      if (done) {
        queries.setQueryData(rulesKey, done.data)
        notify({ text: t('rules.saved') })
      }
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <Section title={t('rules.passwords')}>
        <Card>
          <label className="flex items-center gap-4">
            <span className="min-w-0 flex-1"><span className="block font-medium">{t('rules.shortest')}</span><span className="block text-meta text-fg-3">{t('rules.shortest_hint')}</span></span>
            <input type="number" min={15} max={128} className="input !w-20 text-end tabular-nums" value={password.shortest} onChange={(event) => setPassword({ ...password, shortest: Number(event.target.value) })} />
          </label>
          <SwitchLine label={t('rules.common')} hint={t('rules.common_hint')} checked={password.refuse_common} onChange={(refuse_common) => setPassword({ ...password, refuse_common })} />
          <SwitchLine label={t('rules.personal')} hint={t('rules.personal_hint')} checked={password.refuse_personal} onChange={(refuse_personal) => setPassword({ ...password, refuse_personal })} />
        </Card>
      </Section>
      <Section title={t('rules.second')} lead={t('rules.second_lead')}>
        {roles.isError ? <Failed error={roles.error} /> : roles.isPending ? <Bones rows={3} className="!px-0" /> : (
          <Card>
            <div role="group" aria-label={t('rules.second')} className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
              {roles.data.map((role) => <label key={role.id} className="flex min-h-6 items-center gap-2.5"><Tick label={roleName(role)} checked={must.includes(role.id)} onChange={(on) => setMust(on ? [...must, role.id] : must.filter((id) => id !== role.id))} /><span className="truncate">{roleName(role)}</span></label>)}
            </div>
          </Card>
        )}
      </Section>
      <Fault>{Object.values(faults).join(' ')}</Fault>
      <SaveBar dirty={dirty} busy={busy} onSave={() => void save()} onReset={() => { setPassword(rules.password); setMust(rules.second_factor.roles); setFaults({}) }} />
      {dialog}
    </>
  )
}

// ---- accounts from elsewhere ----

function Providers({ providers }: { providers: Provider[] }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { confirmed, dialog } = useConfirmed()
  const [editing, setEditing] = useState<Provider | 'new' | null>(null)
  const [removing, setRemoving] = useState<Provider | null>(null)

  async function remove(provider: Provider) {
    setRemoving(null)
    try {
      if (await confirmed(() => ask('DELETE', `/company/providers/${provider.id}`))) notify({ text: t('rules.provider_removed', { name: provider.name }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
    await queries.invalidateQueries({ queryKey: rulesKey })
  }

  return (
    <Section title={t('rules.providers')} lead={t('rules.providers_lead')} action={<Button look="outline" onClick={() => setEditing('new')}><Plus size={15} />{t('rules.add_provider')}</Button>}>
      {providers.length === 0 ? <p className="text-fg-3">{t('rules.no_providers')}</p> : (
        <Lines>
          {providers.map((provider) => (
            <Line key={provider.id} icon={<Building size={16} />} title={provider.name} note={[provider.issuer, provider.join && provider.join.domains.length > 0 && t('rules.joins', { domains: provider.join.domains.join(', ') })].filter(Boolean).join(' · ')}>
              <IconButton label={t('rules.change_provider', { name: provider.name })} onClick={() => setEditing(provider)}><Pencil size={14} /></IconButton>
              <IconButton label={t('rules.remove_provider', { name: provider.name })} onClick={() => setRemoving(provider)}><Trash2 size={14} /></IconButton>
            </Line>
          ))}
        </Lines>
      )}
      {editing && <ProviderDialog provider={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      {removing && <Ask title={t('rules.remove_provider', { name: removing.name })} verb={t('settings.remove')} onYes={() => remove(removing)} onNo={() => setRemoving(null)}>{t('rules.remove_provider_lead')}</Ask>}
      {dialog}
    </Section>
  )
}

function ProviderDialog({ provider, onClose }: { provider: Provider | null; onClose: () => void }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const queries = useQueryClient()
  const roles = useQuery(rolesQuery)
  const { confirmed, dialog } = useConfirmed()
  const [name, setName] = useState(provider?.name ?? '')
  const [issuer, setIssuer] = useState(provider?.issuer ?? '')
  const [client, setClient] = useState(provider?.client_id ?? '')
  const [secret, setSecret] = useState('')
  const [domains, setDomains] = useState(provider?.join?.domains.join(', ') ?? '')
  const [given, setGiven] = useState(provider?.join?.roles ?? [])
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const joining = domains.split(/[\s,;]+/).filter(Boolean)

  async function save(event: React.FormEvent) {
    event.preventDefault()
    if (busy) return
    const found: Record<string, string> = {}
    if (name.trim() === '') found['name'] = t('form.required')
    if (!/^https?:\/\/\S+$/.test(issuer.trim())) found['issuer'] = t('form.bad_url')
    if (client.trim() === '') found['client_id'] = t('form.required')
    setFaults(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      const body = { name: name.trim(), issuer: issuer.trim(), client_id: client.trim(), ...(secret ? { client_secret: secret } : {}), join: { domains: joining, roles: joining.length > 0 ? given : [] } }
      const done = await confirmed(() => ask(provider ? 'PATCH' : 'POST', provider ? `/company/providers/${provider.id}` : '/company/providers', { body }))
      if (done) {
        await queries.invalidateQueries({ queryKey: rulesKey })
        onClose()
      }
    } catch (error) {
      setFaults(faultsOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <Modal open title={provider ? provider.name : t('rules.add_provider')} onClose={onClose} width="max-w-[520px]">
        <form className="flex flex-col gap-4" onSubmit={(event) => void save(event)}>
          <Labelled label={t('rules.button')} fault={faults['name']} help={t('rules.button_help')}><input className="input" value={name} maxLength={80} aria-invalid={'name' in faults} onChange={(event) => setName(event.target.value)} /></Labelled>
          <Labelled label={t('rules.issuer')} fault={faults['issuer']} help={t('rules.issuer_help')}><input className="input font-mono text-meta" inputMode="url" placeholder="https://login.example.com" value={issuer} aria-invalid={'issuer' in faults} onChange={(event) => setIssuer(event.target.value)} /></Labelled>
          <div className="grid gap-4 sm:grid-cols-2">
            <Labelled label={t('rules.client')} fault={faults['client_id']}><input className="input font-mono text-meta" autoComplete="off" value={client} aria-invalid={'client_id' in faults} onChange={(event) => setClient(event.target.value)} /></Labelled>
            <Labelled label={t('rules.secret')} fault={faults['client_secret']} help={provider?.has_secret ? t('rules.secret_held') : undefined}><input className="input font-mono text-meta" type="password" autoComplete="off" value={secret} onChange={(event) => setSecret(event.target.value)} /></Labelled>
          </div>
          <Labelled label={t('rules.domains')} fault={faults['join']} help={t('rules.domains_help')}><input className="input" placeholder="example.com" value={domains} onChange={(event) => setDomains(event.target.value)} /></Labelled>
          {joining.length > 0 && (
            <fieldset className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
              <legend className="mb-1.5 text-meta font-medium text-fg-2">{t('rules.given')}</legend>
              {(roles.data ?? []).map((role) => <label key={role.id} className="flex min-h-6 items-center gap-2.5"><Tick label={roleName(role)} checked={given.includes(role.id)} onChange={(on) => setGiven(on ? [...given, role.id] : given.filter((id) => id !== role.id))} /><span className="truncate">{roleName(role)}</span></label>)}
            </fieldset>
          )}
          <p className="text-meta text-fg-3">{t('rules.return', { address: `${location.origin}/sign-in/callback` })}</p>
          <Fault>{faults['']}</Fault>
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button look="primary" type="submit" aria-busy={busy}>{t('common.save')}</Button>
          </div>
        </form>
      </Modal>
      {dialog}
    </>
  )
}
