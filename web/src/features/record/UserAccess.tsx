/** What a colleague may do: their roles, and the link by which they set a password. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useRoleName } from '@/lib/roleNames'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { formatTime } from '@/lib/format'
import type { RecordData } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { Button, Tick } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'

interface Role {
  id: string
  name: string
  key?: string | null
}

export default function UserAccess({ user, show, onClose }: { user: RecordData; show: 'roles' | 'link'; onClose: () => void }) {
  return show === 'roles' ? <Roles user={user} onClose={onClose} /> : <InviteLink user={user} onClose={onClose} />
}

function Roles({ user, onClose }: { user: RecordData; onClose: () => void }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const queries = useQueryClient()
  const all = useQuery({ queryKey: ['roles'], queryFn: async ({ signal }) => (await ask<{ data: Role[] }>('GET', '/roles', { signal })).data.data })
  const held = useQuery({ queryKey: ['roles', user.id], queryFn: async ({ signal }) => (await ask<{ data: Role[] }>('GET', `/users/${user.id}/roles`, { signal })).data.data.map((role) => role.id) })
  const [chosen, setChosen] = useState<string[] | null>(null)
  const picked = chosen ?? held.data ?? []

  async function save() {
    try {
      await ask('PUT', `/users/${user.id}/roles`, { body: { roles: picked } })
      await queries.invalidateQueries({ queryKey: ['roles'] })
      notify({ text: t('access.roles_saved', { name: user.title }) })
      onClose()
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  return (
    <Modal open title={t('access.roles_of', { name: user.title })} onClose={onClose} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" onClick={() => void save()}>{t('common.save')}</Button></>}>
      {all.isError ? <Failed error={all.error} onRetry={() => void all.refetch()} /> : all.isPending || held.isPending ? <Bones rows={4} className="!px-0" /> : (
        <div className="flex flex-col gap-2.5">
          {all.data.map((role) => (
            <label key={role.id} className="flex items-center gap-2.5">
              <Tick label={roleName(role)} checked={picked.includes(role.id)} onChange={(on) => setChosen(on ? [...picked, role.id] : picked.filter((one) => one !== role.id))} />
              {roleName(role)}
            </label>
          ))}
        </div>
      )}
    </Modal>
  )
}

function InviteLink({ user, onClose }: { user: RecordData; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [made, setMade] = useState<{ link: string; expires_at: string } | null>(null)
  const [fault, setFault] = useState<string | null>(null)

  useEffect(() => {
    const gone = new AbortController()
    ask<{ link: string; expires_at: string }>('POST', `/users/${user.id}/invite`, { signal: gone.signal })
      .then(({ data }) => setMade(data))
      .catch((error: unknown) => {
        if (!gone.signal.aborted) setFault(reasonOf(error))
      })
    return () => gone.abort()
  }, [user.id])

  return (
    <Modal open title={t('access.link')} onClose={onClose}>
      {fault && <p role="alert" className="text-bad">{fault}</p>}
      {!made && !fault && <Bones rows={2} className="!px-0" />}
      {made && (
        <div className="flex flex-col gap-3">
          <p className="text-fg-2">{t('access.link_lead', { name: user.title, time: formatTime(made.expires_at, locale) })}</p>
          <div className="flex items-center gap-2">
            <input readOnly aria-label={t('access.link')} className="input min-w-0 flex-1 font-mono text-meta" value={made.link} onFocus={(event) => event.currentTarget.select()} />
            <Button look="outline" size="lg" onClick={() => void navigator.clipboard?.writeText(made.link).then(() => notify({ text: t('record.link_copied') })).catch(() => {})}><Copy size={14} />{t('common.copy')}</Button>
          </div>
        </div>
      )}
    </Modal>
  )
}
