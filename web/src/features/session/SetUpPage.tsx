/** The first account of a new workspace, by the link that the server prints. */

import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem, reasonOf } from '@/lib/api'
import { SHORTEST_PASSWORD } from '@/lib/password'
import { Button } from '@/ui/kit'
import { Strength } from '@/ui/Strength'
import { Frame, Input } from './Frame'
import { enter } from './SignInPage'

export default function SetUpPage() {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const hash = useRouterState({ select: (state) => state.location.hash })
  const [token, setToken] = useState(hash.replace(/^#/, ''))
  const [company, setCompany] = useState('')
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [general, setGeneral] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function create(event: React.FormEvent) {
    event.preventDefault()
    if (busy) return
    const found: Record<string, string> = {}
    if (name.trim() === '') found['name'] = t('form.required')
    if (!/^\S+@\S+\.\S+$/.test(email.trim())) found['email'] = t('form.bad_email')
    if (password.length < SHORTEST_PASSWORD) found['password'] = t('session.password_short', { count: SHORTEST_PASSWORD })
    if (token.trim() === '') found['token'] = t('session.token_missing')
    setFaults(found)
    setGeneral(null)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      await ask('POST', '/setup', { body: { token: token.trim(), name: name.trim(), email: email.trim(), password, language: i18n.language, ...(company.trim() ? { company: company.trim() } : {}) } })
      await enter(queries, null)
      await navigate({ to: '/' })
    } catch (error) {
      const beside = error instanceof Problem ? Object.fromEntries(error.fields.map((one) => [one.pointer.split('/')[1] ?? '', one.detail])) : {}
      setFaults(beside)
      if (Object.keys(beside).length === 0) setGeneral(reasonOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Frame title={t('session.set_up')} lead={t('session.set_up_lead')}>
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void create(event)}>
        {(hash === '' || faults['token']) && <Input label={t('session.token')} value={token} autoComplete="off" fault={faults['token']} onChange={(event) => setToken(event.target.value)} />}
        <Input label={t('session.company')} autoComplete="organization" autoFocus value={company} fault={faults['company']} help={t('session.company_help')} onChange={(event) => setCompany(event.target.value)} />
        <Input label={t('session.name')} autoComplete="name" value={name} fault={faults['name']} onChange={(event) => setName(event.target.value)} />
        <Input label={t('session.email')} type="email" autoComplete="username" value={email} fault={faults['email']} onChange={(event) => setEmail(event.target.value)} />
        <div className="flex flex-col gap-1.5">
          <Input label={t('session.password')} type="password" autoComplete="new-password" value={password} fault={faults['password']} onChange={(event) => setPassword(event.target.value)} />
          <Strength password={password} />
        </div>
        {general && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{general}</p>}
        <Button look="primary" size="lg" type="submit" aria-busy={busy}>{t('session.create_account')}</Button>
      </form>
    </Frame>
  )
}
