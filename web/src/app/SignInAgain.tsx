/** The session has ended over an open page: its owner signs in here, and everything goes on where it stood. */

import { Dialog } from '@base-ui/react/dialog'
import { useQueryClient } from '@tanstack/react-query'
import { ExternalLink } from 'lucide-react'
import { useCallback, useEffect, useRef, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, Problem, reasonOf } from '@/lib/api'
import type { SignInRequest } from '@/lib/panels'
import { sessionQuery, type Session } from '@/lib/session'
import { Avatar, Button } from '@/ui/kit'

/** In another window somebody may sign in by a passkey or through the company's provider. */
const LOOK_MS = 3000

interface SecondFactor {
  next: 'second_factor'
  token: string
}

export default function SignInAgain({ request }: { request: SignInRequest }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { user, answer } = request
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [second, setSecond] = useState<SecondFactor | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const input = useRef<HTMLInputElement>(null)

  const take = useCallback((session: Session) => {
    // Another person must not find this one's page: all of it is read anew, under their rights.
    if (session.user.id !== user.id) return window.location.assign('/')
    queries.setQueryData(sessionQuery.queryKey, session)
    answer(true)
  }, [queries, user.id, answer])

  useEffect(() => {
    const look = () => void ask<Session>('GET', '/session').then(({ data }) => take(data)).catch(() => {})
    const timer = setInterval(look, LOOK_MS)
    window.addEventListener('focus', look)
    return () => {
      clearInterval(timer)
      window.removeEventListener('focus', look)
    }
  }, [take])

  async function signIn(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setFault(null)
    try {
      const { data } = second
        ? await ask<Session | SecondFactor>('POST', '/session/code', { body: { token: second.token, code: code.trim() } })
        : await ask<Session | SecondFactor>('POST', '/session', { body: { email: user.email, password } })
      if ('next' in data) {
        setSecond(data)
        requestAnimationFrame(() => input.current?.focus())
      } else take((data as Session).user ? data as Session : (await ask<Session>('GET', '/session')).data)
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        setSecond(null)
        setFault(t('session.wrong'))
      } else setFault(reasonOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog.Root open modal>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-60 bg-scrim" />
        <Dialog.Popup initialFocus={input} className="pop fixed start-1/2 top-[14vh] z-70 w-[calc(100vw-24px)] max-w-[400px] -translate-x-1/2 rounded-xl px-6 py-5 rtl:translate-x-1/2">
          <Dialog.Title className="text-figure font-semibold">{t('again.title')}</Dialog.Title>
          <Dialog.Description className="mt-1 text-fg-2">{t('again.lead')}</Dialog.Description>
          <p className="mt-4 flex items-center gap-2.5">
            <Avatar name={user.name} size={32} />
            <span className="min-w-0"><span className="block truncate font-medium">{user.name}</span><span className="block truncate text-meta text-fg-3">{user.email}</span></span>
          </p>
          <form className="mt-4 flex flex-col gap-3" onSubmit={(event) => void signIn(event)}>
            <input type="hidden" autoComplete="username" value={user.email} readOnly />
            <label className="flex flex-col gap-1">
              <span className="text-meta font-medium text-fg-2">{second ? t('again.code') : t('session.password')}</span>
              {second
                ? <input key="code" ref={input} className="input !min-h-9 tabular-nums" inputMode="text" autoComplete="one-time-code" required value={code} onChange={(event) => setCode(event.target.value)} />
                : <input key="password" ref={input} className="input !min-h-9" type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />}
            </label>
            {fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{fault}</p>}
            <Button look="primary" size="lg" type="submit" aria-busy={busy}>{busy ? t('session.signing_in') : t('again.go_on')}</Button>
          </form>
          <div className="mt-3 flex flex-wrap items-center justify-between gap-2 text-meta">
            <a href="/sign-in" target="_blank" rel="noreferrer" className="flex min-h-6 items-center gap-1 text-accent-text hover:underline">{t('again.other_way')}<ExternalLink size={12} /></a>
            <button type="button" className="min-h-6 text-fg-2 hover:underline" onClick={() => answer(false)}>{t('again.leave')}</button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
