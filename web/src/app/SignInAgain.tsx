/** The session has ended over an open page: its owner signs in here, and everything goes on where it stood. */

import { Dialog } from '@base-ui/react/dialog'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { SignInForm } from '@/features/session/SignInForm'
import { ask } from '@/lib/api'
import type { SignInRequest } from '@/lib/panels'
import { sessionQuery, type Session } from '@/lib/session'
import { Avatar } from '@/ui/kit'

/** The same person may have signed in in another window. */
const LOOK_MS = 3000

export default function SignInAgain({ request }: { request: SignInRequest }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { user, answer } = request
  const popup = useRef<HTMLDivElement>(null)

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

  return (
    <Dialog.Root open modal>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-60 bg-scrim" />
        <Dialog.Popup ref={popup} initialFocus={() => popup.current?.querySelector<HTMLElement>('input[type=password]') ?? true} className="pop fixed start-1/2 top-[12vh] z-70 max-h-[80vh] w-[calc(100vw-24px)] max-w-[400px] -translate-x-1/2 overflow-y-auto rounded-xl px-6 py-5 rtl:translate-x-1/2">
          <Dialog.Title className="text-figure font-semibold">{t('again.title')}</Dialog.Title>
          <Dialog.Description className="mt-1 text-fg-2">{t('again.lead')}</Dialog.Description>
          <p className="my-4 flex items-center gap-2.5">
            <Avatar name={user.name} size={32} />
            <span className="min-w-0"><span className="block truncate font-medium">{user.name}</span><span className="block truncate text-meta text-fg-3">{user.email}</span></span>
          </p>
          <SignInForm knownEmail={user.email} returnTo={window.location.pathname + window.location.search} onDone={async (session) => take(session.user ? session : (await ask<Session>('GET', '/session')).data)} />
          <p className="mt-3 text-end text-meta"><button type="button" className="min-h-6 text-fg-2 hover:underline" onClick={() => answer(false)}>{t('again.leave')}</button></p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
