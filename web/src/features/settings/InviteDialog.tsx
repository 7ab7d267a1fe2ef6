/** A new colleague: name, address, roles; the answer is the link to give them. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem, reasonOf } from '@/lib/api'
import { LANGUAGES } from '@/lib/i18n'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Bones } from '@/ui/states'
import { invitesQuery, rolesQuery } from './access'
import { Labelled } from './Labelled'
import { Fault, faultsOf } from './parts'
import { LinkDialog, RoleTicks, type Link } from './peopleParts'

export default function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const roles = useQuery(rolesQuery)
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [language, setLanguage] = useState('')
  const [picked, setPicked] = useState<string[]>([])
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [made, setMade] = useState<Link | null>(null)

  async function invite(event: React.FormEvent) {
    event.preventDefault()
    if (busy) return
    const found: Record<string, string> = {}
    if (name.trim() === '') found['name'] = t('form.required')
    if (!/^\S+@\S+\.\S+$/.test(email.trim())) found['email'] = t('form.bad_email')
    if (picked.length === 0) found['roles'] = t('people.no_roles')
    setFaults(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      const { data } = await ask<Link>('POST', '/invites', { body: { name: name.trim(), email: email.trim(), roles: picked, ...(language ? { language } : {}) } })
      setMade(data)
      await Promise.all([queries.invalidateQueries({ queryKey: ['few', 'users'] }), queries.invalidateQueries({ queryKey: invitesQuery.queryKey }), queries.invalidateQueries({ queryKey: ['roles'] })])
    } catch (error) {
      setFaults(error instanceof Problem ? faultsOf(error) : { '': reasonOf(error) })
    } finally {
      setBusy(false)
    }
  }

  if (made) return <LinkDialog link={made} name={name.trim()} onClose={onClose} />
  return (
    <Modal open title={t('people.invite')} onClose={onClose}>
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => void invite(event)}>
        <Labelled label={t('people.name')} fault={faults['name']}><input className="input" autoComplete="off" value={name} aria-invalid={'name' in faults} onChange={(event) => setName(event.target.value)} /></Labelled>
        <div className="grid gap-4 sm:grid-cols-2">
          <Labelled label={t('session.email')} fault={faults['email']}><input className="input" type="email" autoComplete="off" value={email} aria-invalid={'email' in faults} onChange={(event) => setEmail(event.target.value)} /></Labelled>
          <Labelled label={t('language.title')}>
            <select className="input" value={language} onChange={(event) => setLanguage(event.target.value)}>
              <option value="">{t('profile.company_language')}</option>
              {LANGUAGES.map((one) => <option key={one.code} value={one.code}>{one.name}</option>)}
            </select>
          </Labelled>
        </div>
        <fieldset>
          <legend className="mb-2 text-meta font-medium text-fg-2">{t('access.roles')}</legend>
          {roles.isPending ? <Bones rows={3} className="!px-0" /> : <RoleTicks roles={roles.data ?? []} picked={picked} onChange={setPicked} />}
          {faults['roles'] && <p role="alert" className="mt-1.5 text-meta text-bad">{faults['roles']}</p>}
        </fieldset>
        <Fault>{faults['']}</Fault>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit" aria-busy={busy}>{t('people.make_link')}</Button>
        </div>
      </form>
    </Modal>
  )
}
