import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, Problem, reasonOf } from '@/lib/api'
import { changeLanguage, isLanguage } from '@/lib/i18n'
import { sessionQuery, type Session } from '@/lib/session'
import { kept } from '@/lib/storage'
import { Button } from '@/ui/kit'
import { Frame, Input } from './Frame'

export default function SignInPage() {
  const { t } = useTranslation()
  const { to } = useSearch({ from: '/sign-in' })
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [fresh, setFresh] = useState(false)

  useEffect(() => {
    ask<{ needed: boolean }>('GET', '/setup').then(({ data }) => setFresh(data.needed)).catch(() => {})
  }, [])

  async function signIn(event: React.FormEvent) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setFault(null)
    try {
      const { data } = await ask<Session>('POST', '/session', { body: { email: email.trim(), password } })
      await enter(queries, data)
      await navigate({ to: inside(to) })
    } catch (error) {
      setFault(error instanceof Problem && error.status === 401 ? t('session.wrong') : reasonOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Frame title={t('session.sign_in')} lead={t('session.sign_in_lead')}>
      {fresh && (
        <p className="mb-4 rounded-md bg-accent-soft px-3 py-2 text-accent-text">
          {t('session.fresh')} <Link to="/setup" className="font-medium underline">{t('session.set_up')}</Link>
        </p>
      )}
      <form className="flex flex-col gap-4" onSubmit={(event) => void signIn(event)}>
        <Input label={t('session.email')} type="email" autoComplete="username" autoFocus required value={email} onChange={(event) => setEmail(event.target.value)} />
        <Input label={t('session.password')} type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
        {fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{fault}</p>}
        <Button look="primary" size="lg" type="submit" aria-busy={busy}>{busy ? t('session.signing_in') : t('session.sign_in')}</Button>
      </form>
    </Frame>
  )
}

/** Only a path of this workspace, never another site. */
function inside(to: string | undefined): string {
  return to?.startsWith('/') && !to.startsWith('//') ? to : '/'
}

/** Takes the session over; a language chosen on this device wins over the one kept for the user. */
export async function enter(queries: ReturnType<typeof useQueryClient>, session: Session | null): Promise<void> {
  queries.clear()
  const known = session?.user ? session : await queries.fetchQuery(sessionQuery)
  queries.setQueryData(sessionQuery.queryKey, known)
  if (!kept('language') && isLanguage(known?.language)) await changeLanguage(known.language)
}
