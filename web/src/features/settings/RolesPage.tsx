/** The roles of the company: what each gives, how many hold it. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChevronRight, Crown, Plus, UserCog } from 'lucide-react'
import { useState } from 'react'
import { useRoleName } from '@/lib/roleNames'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { formatNumber } from '@/lib/format'
import { useDefinitions, useLocale } from '@/lib/session'
import { Button, Pill } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import { rolesQuery, type Role, type RoleBody } from './access'
import { Labelled } from './Labelled'
import { CARD, Fault, faultsOf, Page } from './parts'

export default function RolesPage() {
  const { t } = useTranslation()
  const roles = useQuery(rolesQuery)
  const [adding, setAdding] = useState(false)
  return (
    <Page title={t('roles.title')} lead={t('roles.lead')} action={<Button look="primary" onClick={() => setAdding(true)}><Plus size={15} />{t('roles.new')}</Button>}>
      {roles.isError ? <Failed error={roles.error} onRetry={() => void roles.refetch()} /> : roles.isPending ? <Bones rows={6} className="!px-0" /> : (
        <ul className={CARD}>{roles.data.map((role) => <RoleLine key={role.id} role={role} />)}</ul>
      )}
      {adding && <NewRole roles={roles.data ?? []} onClose={() => setAdding(false)} />}
    </Page>
  )
}

function RoleLine({ role }: { role: Role }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const locale = useLocale()
  const sentence = useSummary()(role.body)
  return (
    <li className="border-b border-line last:border-0">
      <Link to="/settings/roles/$id" params={{ id: role.id }} className="flex min-h-14 items-center gap-3 px-4 py-2 hover:bg-subtle">
        <span className="grid size-8 shrink-0 place-items-center rounded-md bg-hover text-fg-2">{role.body.admin ? <Crown size={16} /> : <UserCog size={16} />}</span>
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2"><span className="truncate font-medium">{roleName(role)}</span>{!role.key && <Pill hue={275}>{t('objects.own')}</Pill>}</span>
          <span className="block text-meta text-fg-3 max-md:line-clamp-2 md:truncate">{sentence}</span>
        </span>
        <span className="text-meta text-fg-2 tabular-nums">{t('roles.holders', { count: role.users, number: formatNumber(role.users, locale) })}</span>
        <ChevronRight size={15} className="shrink-0 text-fg-3 rtl:rotate-180" />
      </Link>
    </li>
  )
}

/** What a role comes to, in one line. */
function useSummary(): (body: RoleBody) => string {
  const { t } = useTranslation()
  const locale = useLocale()
  const definitions = useDefinitions()
  return (body) => {
    if (body.admin) return t('roles.does_all')
    const all = definitions?.objects ?? []
    const grant = (name: string) => body.objects[name] ?? body.objects['*']
    const can = (right: 'read' | 'update') => all.filter((object) => (grant(object.name)?.[right] ?? 'none') !== 'none').length
    const hidden = Object.values(body.objects).reduce((sum, one) => sum + Object.values(one.fields).filter((rule) => rule === 'hidden').length, 0)
    const rules = Object.values(body.restrict).flat().length + Object.values(body.objects).flatMap((one) => [one.read, one.update, one.delete]).filter((reach) => reach.startsWith('where:')).length
    return [
      t('roles.reads', { count: can('read'), number: formatNumber(can('read'), locale) }),
      t('roles.changes', { number: formatNumber(can('update'), locale) }),
      hidden > 0 && t('roles.hides', { count: hidden, number: formatNumber(hidden, locale) }),
      rules > 0 && t('roles.rules', { count: rules, number: formatNumber(rules, locale) }),
    ].filter(Boolean).join(' · ')
  }
}

const NOTHING: RoleBody = { admin: false, events: false, objects: {}, restrict: {} }

function NewRole({ roles, onClose }: { roles: Role[]; onClose: () => void }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [from, setFrom] = useState('')
  const [faults, setFaults] = useState<Record<string, string>>({})

  async function create(event: React.FormEvent) {
    event.preventDefault()
    if (name.trim() === '') return setFaults({ name: t('form.required') })
    const model = roles.find((role) => role.id === from)
    try {
      const { data } = await ask<Role>('POST', '/roles', { body: { name: name.trim(), body: model ? { ...model.body, admin: false } : NOTHING } })
      await queries.invalidateQueries({ queryKey: ['roles'] })
      await navigate({ to: '/settings/roles/$id', params: { id: data.id } })
    } catch (error) {
      setFaults(faultsOf(error))
    }
  }

  return (
    <Modal open title={t('roles.new')} onClose={onClose} width="max-w-[420px]">
      <form className="flex flex-col gap-4" onSubmit={(event) => void create(event)}>
        <Labelled label={t('settings.name')} fault={faults['name']}><input className="input" value={name} maxLength={120} aria-invalid={'name' in faults} onChange={(event) => setName(event.target.value)} /></Labelled>
        <Labelled label={t('roles.from')} help={t('roles.from_help')}>
          <select className="input" value={from} onChange={(event) => setFrom(event.target.value)}>
            <option value="">{t('roles.from_nothing')}</option>
            {roles.filter((role) => !role.body.admin).map((role) => <option key={role.id} value={role.id}>{roleName(role)}</option>)}
          </select>
        </Labelled>
        <Fault>{faults['']}</Fault>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit">{t('roles.create')}</Button>
        </div>
      </form>
    </Modal>
  )
}
