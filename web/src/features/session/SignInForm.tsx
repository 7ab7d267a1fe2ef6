/** Signing in, step by step: password or passkey or company account, then the second step where one is wanted. */

import { useQuery } from '@tanstack/react-query'
import { ArrowLeft, Building, Fingerprint } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf } from '@/lib/api'
import { PasskeyRefused, passkeysWork } from '@/lib/passkeys'
import type { Session } from '@/lib/session'
import { Button } from '@/ui/kit'
import { Input } from './Frame'
import { byCode, byPassword, byPasskey, byProvider, isSecondStep, offerQuery, type SecondStep } from './signIn'

export function SignInForm({ onDone, returnTo, knownEmail }: { onDone: (session: Session) => Promise<void>; returnTo: string; knownEmail?: string }) {
  const { t } = useTranslation()
  const offer = useQuery(offerQuery)
  const [email, setEmail] = useState(knownEmail ?? '')
  const [password, setPassword] = useState('')
  const [second, setSecond] = useState<SecondStep | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState<string | null>(null)

  async function attempt(what: string, act: () => Promise<void>) {
    if (busy) return
    setBusy(what)
    setFault(null)
    try {
      await act()
    } catch (error) {
      if (error instanceof PasskeyRefused) setFault(t('session.passkey_refused'))
      else setFault(error instanceof Problem && error.status === 401 ? (what === 'password' ? t('session.wrong') : t('session.refused')) : reasonOf(error))
    } finally {
      setBusy(null)
    }
  }

  if (second) return <Second step={second} onDone={onDone} onBack={() => { setSecond(null); setPassword('') }} />
  const providers = offer.data?.providers ?? []
  const passkeys = offer.data?.passkeys === true && passkeysWork()
  return (
    <div className="flex flex-col gap-4">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          void attempt('password', async () => {
            const answer = await byPassword(email.trim(), password)
            if (isSecondStep(answer)) setSecond(answer)
            else await onDone(answer)
          })
        }}
      >
        <Input label={t('session.email')} type="email" autoComplete="username webauthn" autoFocus={!knownEmail} required value={email} onChange={(event) => setEmail(event.target.value)} />
        <Input label={t('session.password')} type="password" autoComplete="current-password" autoFocus={knownEmail !== undefined} required value={password} onChange={(event) => setPassword(event.target.value)} />
        {fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{fault}</p>}
        <Button look="primary" size="lg" type="submit" aria-busy={busy === 'password'}>{busy === 'password' ? t('session.signing_in') : t('session.sign_in')}</Button>
      </form>
      {(passkeys || providers.length > 0) && (
        <>
          <div className="flex items-center gap-3 text-meta text-fg-3"><span className="h-px flex-1 bg-line" />{t('session.or')}<span className="h-px flex-1 bg-line" /></div>
          {passkeys && <Button look="outline" size="lg" aria-busy={busy === 'passkey'} onClick={() => void attempt('passkey', async () => onDone(await byPasskey()))}><Fingerprint size={16} />{t('session.with_passkey')}</Button>}
          {providers.map((provider) => (
            <Button key={provider.id} look="outline" size="lg" aria-busy={busy === provider.id} onClick={() => void attempt(provider.id, () => byProvider(provider.id, returnTo))}><Building size={16} />{t('session.with_provider', { name: provider.name })}</Button>
          ))}
        </>
      )}
      <p className="text-meta text-fg-3">{t('session.forgot')}</p>
    </div>
  )
}

function Second({ step, onDone, onBack }: { step: SecondStep; onDone: (session: Session) => Promise<void>; onBack: () => void }) {
  const { t } = useTranslation()
  const codes = step.methods.includes('totp')
  const [recovery, setRecovery] = useState(!codes && step.methods.includes('recovery'))
  const [code, setCode] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function attempt(act: () => Promise<Session>) {
    if (busy) return
    setBusy(true)
    setFault(null)
    try {
      await onDone(await act())
    } catch (error) {
      if (error instanceof PasskeyRefused) setFault(t('session.passkey_refused'))
      else if (error instanceof Problem && error.status === 401) {
        // The step has ended: the password has to be given again.
        setFault(t('session.step_over'))
      } else setFault((error instanceof Problem && error.fields[0]?.detail) || reasonOf(error))
      setCode('')
    } finally {
      setBusy(false)
    }
  }
  /** Six digits are sent as they are complete; nobody has to press a button for that. */
  function type(text: string) {
    setCode(text)
    const digits = text.replace(/\D/g, '')
    if (!recovery && digits.length === 6 && digits === text.replace(/\s/g, '')) void attempt(() => byCode(step.token, digits))
  }

  return (
    <div className="flex flex-col gap-4">
      {(codes || recovery) && (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault()
            void attempt(() => byCode(step.token, code.replace(/\s/g, '')))
          }}
        >
          <p className="text-fg-2">{recovery ? t('session.recovery_lead') : t('session.code_lead')}</p>
          <Input
            key={recovery ? 'recovery' : 'code'}
            label={recovery ? t('session.recovery') : t('session.code')}
            inputMode={recovery ? 'text' : 'numeric'}
            autoComplete="one-time-code"
            autoFocus
            required
            maxLength={recovery ? 16 : 7}
            spellCheck={false}
            value={code}
            onChange={(event) => type(event.target.value)}
            className="font-mono text-figure tracking-[.18em]"
          />
          {fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{fault}</p>}
          <Button look="primary" size="lg" type="submit" aria-busy={busy}>{t('session.go_on')}</Button>
        </form>
      )}
      {step.methods.includes('passkey') && passkeysWork() && <Button look={codes ? 'outline' : 'primary'} size="lg" onClick={() => void attempt(() => byPasskey(step.token))}><Fingerprint size={16} />{t('session.with_passkey')}</Button>}
      {!codes && !recovery && fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{fault}</p>}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Button className="-ms-2.5" onClick={onBack}><ArrowLeft size={14} className="rtl:rotate-180" />{t('common.back')}</Button>
        {step.methods.includes('recovery') && codes && <Button onClick={() => { setRecovery(!recovery); setCode(''); setFault(null) }}>{recovery ? t('session.use_code') : t('session.use_recovery')}</Button>}
      </div>
    </div>
  )
}
