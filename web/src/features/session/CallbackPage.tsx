/** Back from the company's own sign-in: the code is handed to the server, which knows what it is worth. */

import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem, reasonOf } from '@/lib/api'
import type { Session } from '@/lib/session'
import { Bones } from '@/ui/states'
import { Frame } from './Frame'
import { enter } from './SignInPage'
import { inside } from './signIn'

export default function CallbackPage() {
  const { t } = useTranslation()
  const { code, state, error: refused } = useSearch({ from: '/sign-in/callback' })
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [fault, setFault] = useState<string | null>(null)
  const sent = useRef(false)

  useEffect(() => {
    // A code is good for one use; React runs effects twice while developing.
    if (sent.current || refused || !code || !state) return
    sent.current = true
    ask<Session & { return_to?: string }>('POST', '/session/oidc', { body: { code, state } })
      .then(async ({ data }) => {
        await enter(queries, data)
        await navigate({ to: inside(data.return_to), replace: true })
      })
      .catch((error: unknown) => setFault(error instanceof Problem && error.status === 401 ? error.message || t('session.refused') : reasonOf(error)))
  }, [code, state, refused, navigate, queries, t])

  const wrong = fault ?? (refused || !code || !state ? t('session.refused') : null)
  return (
    <Frame title={t('session.sign_in')} lead={wrong ? t('session.not_in') : t('session.signing_in')}>
      {wrong ? (
        <div className="flex flex-col gap-4">
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{wrong}</p>
          <Link to="/sign-in" search={{}} className="font-medium text-accent-text hover:underline">{t('session.another_way')}</Link>
        </div>
      ) : <Bones rows={2} className="!px-0" />}
    </Frame>
  )
}
