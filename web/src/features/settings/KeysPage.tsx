/** API keys: made, shown once, revoked. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Copy, Key, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { formatDate, formatRelative } from '@/lib/format'
import { useLocale, useSession } from '@/lib/session'
import { Button, Tick } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Blank, Bones, Failed } from '@/ui/states'
import { useConfirmed } from './confirm'
import { Labelled } from './Labelled'
import { Page } from './parts'

interface ApiKey {
  id: string
  name: string
  scopes?: string[]
  owner?: { id: string; name: string } | null
  created_at?: string | null
  expires_at?: string | null
  last_used_at?: string | null
  /** The key itself; told once, when it is made. */
  token?: string
}

/** What a key may do; scopes of single objects are made from the command line. */
const SCOPE_LABELS: Record<string, string> = { read: 'keys.read', all: 'keys.all', import: 'keys.import', export: 'keys.export', 'events:write': 'keys.events' }

export default function KeysPage() {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: async ({ signal }) => {
      const { data } = await ask<{ data: ApiKey[] } | ApiKey[]>('GET', '/keys', { signal })
      return Array.isArray(data) ? data : data.data
    },
  })
  const [naming, setNaming] = useState(false)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)

  async function revoke(key: ApiKey) {
    setRevoking(null)
    try {
      await ask('DELETE', `/keys/${key.id}`)
      notify({ text: t('keys.revoked', { name: key.name }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
    void queries.invalidateQueries({ queryKey: ['keys'] })
  }

  return (
    <Page title={t('keys.title')} lead={t('keys.lead')} action={<Button look="primary" onClick={() => setNaming(true)}><Plus size={15} />{t('keys.new')}</Button>}>
      {keys.isError ? <Failed error={keys.error} onRetry={() => void keys.refetch()} /> : keys.isPending ? <Bones rows={3} className="!px-0" /> : keys.data.length === 0 ? <Blank icon={Key} title={t('keys.none')}>{t('keys.none_hint')}</Blank> : (
        <ul className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
          {keys.data.map((key) => (
            <li key={key.id} className="flex min-h-13 items-center gap-3 border-b border-line px-4 py-2 last:border-0">
              <Key size={15} className="shrink-0 text-fg-3" />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{key.name}</span>
                <span className="block text-meta text-fg-3 max-md:line-clamp-3 md:truncate">
                  {[(key.scopes ?? []).map((scope) => (SCOPE_LABELS[scope] ? t(SCOPE_LABELS[scope] ?? '') : scope)).join(', '), key.owner?.name, key.created_at && t('keys.made', { date: formatDate(key.created_at, locale) }), key.expires_at && t('keys.ends', { date: formatDate(key.expires_at, locale) }), key.last_used_at ? t('keys.used', { time: formatRelative(key.last_used_at, locale) }) : t('keys.never_used')].filter(Boolean).join(' · ')}
                </span>
              </span>
              <Button size="sm" look="outline" onClick={() => setRevoking(key)}><Trash2 size={13} />{t('keys.revoke')}</Button>
            </li>
          ))}
        </ul>
      )}
      {naming && <NewKey onClose={() => { setNaming(false); void queries.invalidateQueries({ queryKey: ['keys'] }) }} />}
      {revoking && (
        <Modal open title={t('keys.revoke_title', { name: revoking.name })} onClose={() => setRevoking(null)} footer={<><Button onClick={() => setRevoking(null)}>{t('common.cancel')}</Button><Button look="danger" onClick={() => void revoke(revoking)}>{t('keys.revoke')}</Button></>}>
          <p className="text-fg-2">{t('keys.revoke_lead')}</p>
        </Modal>
      )}
    </Page>
  )
}

function NewKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [made, setMade] = useState<string | null>(null)
  const [scopes, setScopes] = useState<string[]>(['read'])
  const [days, setDays] = useState('90')
  const [company, setCompany] = useState(false)
  const admin = useSession()?.can.admin === true
  const { confirmed, dialog } = useConfirmed()

  async function create(event: React.FormEvent) {
    event.preventDefault()
    setFault(null)
    if (name.trim() === '') return setFault(t('form.required'))
    if (scopes.length === 0) return setFault(t('keys.no_scope'))
    const expires = days === '' ? {} : { expires_at: new Date(Date.now() + Number(days) * 86_400_000).toISOString() }
    try {
      const answer = await confirmed(() => ask<ApiKey>('POST', '/keys', { body: { name: name.trim(), scopes, ...expires, ...(company ? { owner: 'company' } : {}) } }))
      if (answer) setMade(answer.data.token ?? '')
    } catch (error) {
      setFault(reasonOf(error))
    }
  }

  return (
    <>
    <Modal open title={made ? t('keys.is_made') : t('keys.new')} onClose={onClose}>
      {made ? (
        <div className="flex flex-col gap-3">
          <p className="text-fg-2">{t('keys.once')}</p>
          <div className="flex items-center gap-2">
            <code className="input min-w-0 flex-1 font-mono text-meta break-all select-all">{made}</code>
            <Button look="outline" size="lg" onClick={() => void navigator.clipboard?.writeText(made).then(() => notify({ text: t('keys.copied') })).catch(() => {})}><Copy size={14} />{t('common.copy')}</Button>
          </div>
          <div className="flex justify-end"><Button look="primary" onClick={onClose}>{t('common.done')}</Button></div>
        </div>
      ) : (
        <form className="flex flex-col gap-4" onSubmit={(event) => void create(event)}>
          <label className="flex flex-col gap-1">
            <span className="text-meta font-medium text-fg-2">{t('keys.name')}</span>
            <input className="input" autoFocus value={name} onChange={(event) => setName(event.target.value)} aria-invalid={fault !== null} />
            {fault && <span role="alert" className="text-meta text-bad">{fault}</span>}
          </label>
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1.5 text-meta font-medium text-fg-2">{t('keys.may')}</legend>
            {Object.entries(SCOPE_LABELS).map(([scope, label]) => (
              <label key={scope} className="flex items-center gap-2.5">
                <Tick label={t(label)} checked={scopes.includes(scope)} onChange={(on) => setScopes((held) => (on ? [...held, scope] : held.filter((one) => one !== scope)))} />
                {t(label)}
              </label>
            ))}
          </fieldset>
          <Labelled label={t('keys.until')}>
            <select className="input" value={days} onChange={(event) => setDays(event.target.value)}>
              {['30', '90', '365'].map((one) => <option key={one} value={one}>{t('keys.days', { count: Number(one) })}</option>)}
              <option value="">{t('keys.no_end')}</option>
            </select>
          </Labelled>
          {admin && <label className="flex items-center gap-2.5"><Tick label={t('keys.of_company')} checked={company} onChange={setCompany} />{t('keys.of_company')}</label>}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{t('common.cancel')}</Button>
            <Button look="primary" type="submit">{t('keys.create')}</Button>
          </div>
        </form>
      )}
    </Modal>
    {dialog}
    </>
  )
}
