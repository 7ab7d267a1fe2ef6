/** Someone invited, or someone who forgot: the link says who, a password is all that is missing. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem, reasonOf } from '@/lib/api'
import { SHORTEST_PASSWORD } from '@/lib/password'
import { Button } from '@/ui/kit'
import { Bones } from '@/ui/states'
import { Strength } from '@/ui/Strength'
import { Frame, Input } from './Frame'
import { enter } from './SignInPage'

export default function InvitePage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const token = useRouterState({ select: (state) => state.location.hash }).replace(/^#/, '')
  /** The link is spent from here on; nobody should read that it is over while the workspace opens. */
  const [joined, setJoined] = useState(false)
  const guest = useQuery({
    enabled: !joined,
    queryKey: ['invite', token],
    queryFn: async ({ signal }) => (await ask<{ name: string; email: string }>('POST', '/invite/preview', { body: { token }, signal })).data,
    retry: false,
  })
  const [password, setPassword] = useState('')
  const [fault, setFault] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)

  async function accept(event: React.FormEvent) {
    event.preventDefault()
    if (busy) return
    if (password.length < SHORTEST_PASSWORD) return setFault(t('session.password_short', { count: SHORTEST_PASSWORD }))
    setBusy(true)
    setFault(undefined)
    try {
      await ask('POST', '/invite', { body: { token, password } })
      setJoined(true)
      await enter(queries, null)
      await navigate({ to: '/' })
    } catch (error) {
      setFault((error instanceof Problem && error.fields[0]?.detail) || reasonOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Frame title={t('session.join')} lead={joined ? t('session.signing_in') : guest.data ? t('session.join_as', { name: guest.data.name, email: guest.data.email }) : t('session.join_lead')}>
      {joined || guest.isPending ? <Bones rows={3} className="!px-0" /> : guest.isError ? (
        <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{t('session.link_over')}</p>
      ) : (
        <form className="flex flex-col gap-4" onSubmit={(event) => void accept(event)}>
          <input type="email" autoComplete="username" readOnly hidden value={guest.data.email} />
          <div className="flex flex-col gap-1.5">
            <Input label={t('session.password')} type="password" autoComplete="new-password" autoFocus value={password} fault={fault} onChange={(event) => setPassword(event.target.value)} />
            <Strength password={password} />
          </div>
          <Button look="primary" size="lg" type="submit" aria-busy={busy}>{t('session.join')}</Button>
        </form>
      )}
    </Frame>
  )
}
