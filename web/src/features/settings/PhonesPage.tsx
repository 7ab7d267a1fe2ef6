/** Calendar and contacts on phones and in other programs: the addresses to type in, and a password for each of them. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Copy, Plus, Smartphone, Trash2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import { formatDate, formatRelative } from '@/lib/format'
import { useLocale, useSession } from '@/lib/session'
import { Button, IconButton } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Blank, Bones, Failed } from '@/ui/states'
import { useConfirmed } from './confirm'
import { Page } from './parts'

/** What a phone's key is for; by this it is known among the others. */
const SCOPES = ['activities:write', 'contacts:write', 'companies:read']

interface Phone {
  id: string
  name: string
  scopes: string[]
  owner: { id: string } | null
  created_at: string
  last_used_at: string | null
}

export default function PhonesPage() {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const user = useSession()?.user
  const phones = useQuery({
    queryKey: ['keys', 'phones', user?.id],
    queryFn: async ({ signal }) => {
      const { data } = await ask<{ data: Phone[] }>('GET', '/keys', { signal })
      return data.data.filter((key) => key.owner?.id === user?.id && SCOPES.every((scope) => key.scopes.includes(scope)))
    },
  })
  const [naming, setNaming] = useState(false)
  const [removing, setRemoving] = useState<Phone | null>(null)
  const refresh = () => void queries.invalidateQueries({ queryKey: ['keys'] })

  async function remove(phone: Phone) {
    setRemoving(null)
    try {
      await ask('DELETE', `/keys/${phone.id}`)
      notify({ text: t('phones.removed', { name: phone.name }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
    refresh()
  }

  const server = window.location.origin
  const lines: [label: string, value: string][] = [
    [t('phones.server'), server],
    [t('phones.user'), user?.email ?? ''],
    [t('phones.calendar'), `${server}/dav/calendars/${user?.id ?? ''}/events/`],
    [t('phones.tasks'), `${server}/dav/calendars/${user?.id ?? ''}/tasks/`],
    [t('phones.contacts'), `${server}/dav/books/${user?.id ?? ''}/contacts/`],
  ]
  return (
    <Page title={t('phones.title')} lead={t('phones.lead')} action={<Button look="primary" onClick={() => setNaming(true)}><Plus size={15} />{t('phones.add')}</Button>}>
      <section aria-label={t('phones.addresses')} className="mb-8">
        <h2 className="mb-1 text-lead font-semibold">{t('phones.addresses')}</h2>
        <p className="mb-3 max-w-[68ch] text-fg-2">{t('phones.how')}</p>
        <dl className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
          {lines.map(([label, value]) => (
            <div key={label} className="flex min-h-11 items-center gap-3 border-b border-line px-4 py-1.5 last:border-0 max-md:flex-wrap">
              <dt className="w-40 shrink-0 text-meta font-medium text-fg-2 max-md:w-full">{label}</dt>
              <dd className="flex min-w-0 flex-1 items-center gap-2">
                <code className="min-w-0 flex-1 font-mono text-meta break-all">{value}</code>
                <Copied label={label} text={value} />
              </dd>
            </div>
          ))}
        </dl>
      </section>
      <section aria-label={t('phones.known')}>
        <h2 className="mb-3 text-lead font-semibold">{t('phones.known')}</h2>
        {phones.isError ? <Failed error={phones.error} onRetry={() => void phones.refetch()} /> : phones.isPending ? <Bones rows={2} className="!px-0" /> : phones.data.length === 0 ? <Blank icon={Smartphone} title={t('phones.none')}>{t('phones.none_hint')}</Blank> : (
          <ul className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
            {phones.data.map((phone) => (
              <li key={phone.id} className="flex min-h-13 items-center gap-3 border-b border-line px-4 py-2 last:border-0">
                <Smartphone size={15} className="shrink-0 text-fg-3" />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{phone.name}</span>
                  <span className="block text-meta text-fg-3">{t('phones.since', { date: formatDate(phone.created_at, locale) })} · {phone.last_used_at ? t('phones.seen', { time: formatRelative(phone.last_used_at, locale) }) : t('phones.never_seen')}</span>
                </span>
                <Button size="sm" look="outline" onClick={() => setRemoving(phone)}><Trash2 size={13} />{t('phones.remove')}</Button>
              </li>
            ))}
          </ul>
        )}
      </section>
      {naming && <NewPhone server={server} address={user?.email ?? ''} onClose={() => { setNaming(false); refresh() }} />}
      {removing && (
        <Modal open title={t('phones.remove_title', { name: removing.name })} onClose={() => setRemoving(null)} footer={<><Button onClick={() => setRemoving(null)}>{t('common.cancel')}</Button><Button look="danger" onClick={() => void remove(removing)}>{t('phones.remove')}</Button></>}>
          <p className="text-fg-2">{t('phones.remove_lead')}</p>
        </Modal>
      )}
    </Page>
  )
}

function Copied({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation()
  return (
    <IconButton label={t('phones.copy', { what: label })} onClick={() => void navigator.clipboard?.writeText(text).then(() => notify({ text: t('phones.copied') })).catch(() => {})}><Copy size={14} /></IconButton>
  )
}

function NewPhone({ server, address, onClose }: { server: string; address: string; onClose: () => void }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [made, setMade] = useState<string | null>(null)
  const { confirmed, dialog } = useConfirmed()

  async function create(event: FormEvent) {
    event.preventDefault()
    setFault(null)
    if (name.trim() === '') return setFault(t('form.required'))
    try {
      const answer = await confirmed(() => ask<{ token: string }>('POST', '/keys', { body: { name: name.trim(), scopes: SCOPES } }))
      if (answer) setMade(answer.data.token)
    } catch (error) {
      setFault(reasonOf(error))
    }
  }

  return (
    <>
      <Modal open title={made ? t('phones.is_made') : t('phones.add')} onClose={onClose}>
        {made ? (
          <div className="flex flex-col gap-3">
            <p className="text-fg-2">{t('phones.once')}</p>
            <dl className="flex flex-col gap-2">
              {([[t('phones.server'), server], [t('phones.user'), address], [t('phones.password'), made]] as const).map(([label, value]) => (
                <div key={label} className="flex flex-col gap-1">
                  <dt className="text-meta font-medium text-fg-2">{label}</dt>
                  <dd className="flex items-center gap-2"><code className="input h-auto! min-w-0 flex-1 py-1.5! font-mono text-meta break-all select-all">{value}</code><Copied label={label} text={value} /></dd>
                </div>
              ))}
            </dl>
            <div className="flex justify-end"><Button look="primary" onClick={onClose}>{t('common.done')}</Button></div>
          </div>
        ) : (
          <form className="flex flex-col gap-4" onSubmit={(event) => void create(event)}>
            <label className="flex flex-col gap-1">
              <span className="text-meta font-medium text-fg-2">{t('phones.name')}</span>
              <input className="input" autoFocus maxLength={120} value={name} onChange={(event) => setName(event.target.value)} aria-invalid={fault !== null} />
              {fault && <span role="alert" className="text-meta text-bad">{fault}</span>}
            </label>
            <div className="flex justify-end gap-2">
              <Button onClick={onClose}>{t('common.cancel')}</Button>
              <Button look="primary" type="submit">{t('phones.make')}</Button>
            </div>
          </form>
        )}
      </Modal>
      {dialog}
    </>
  )
}
