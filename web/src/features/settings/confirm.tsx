/**
 * Acts that the server only does soon after a password: the first refusal asks for it, and the act goes on by itself.
 */

import { useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem, reasonOf } from '@/lib/api'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Labelled } from './Labelled'

/** The server wants the password once more before it does this. */
export function wantsPassword(error: unknown): boolean {
  return error instanceof Problem && error.status === 422 && error.fields.some((fault) => fault.pointer === '/password' && fault.code === 'required')
}

interface Waiting {
  resolve: (confirmed: boolean) => void
}

/** `confirmed(act)` runs the act, asks for the password where it is wanted, runs it again; `dialog` is to be drawn. */
export function useConfirmed(): { confirmed: <T>(act: () => Promise<T>) => Promise<T | undefined>; dialog: ReactNode } {
  const [waiting, setWaiting] = useState<Waiting | null>(null)

  async function confirmed<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act()
    } catch (error) {
      if (!wantsPassword(error)) throw error
      const again = await new Promise<boolean>((resolve) => setWaiting({ resolve }))
      return again ? act() : undefined
    }
  }

  const end = (yes: boolean) => {
    waiting?.resolve(yes)
    setWaiting(null)
  }
  return { confirmed, dialog: waiting && <PasswordDialog onDone={() => end(true)} onClose={() => end(false)} /> }
}

function PasswordDialog({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function confirm(event: React.FormEvent) {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setFault(null)
    try {
      await ask('POST', '/session/confirmation', { body: { password } })
      onDone()
    } catch (error) {
      setFault((error instanceof Problem && error.fields[0]?.detail) || reasonOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Modal open title={t('security.confirm')} onClose={onClose} width="max-w-[400px]">
      <form className="flex flex-col gap-4" onSubmit={(event) => void confirm(event)}>
        <p className="text-fg-2">{t('security.confirm_lead')}</p>
        <Labelled label={t('session.password')} fault={fault ?? undefined}>
          <input className="input" type="password" autoComplete="current-password" required value={password} aria-invalid={fault !== null} onChange={(event) => setPassword(event.target.value)} />
        </Labelled>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" aria-busy={busy}>{t('security.go_on')}</Button>
        </div>
      </form>
    </Modal>
  )
}
