/** Why somebody sees a record or does not: the rules that decided, from each of their roles. */

import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Check, Eye, EyeOff, Minus, Pencil, PencilOff, ScanEye, ShieldCheck, Trash2, X, type LucideIcon } from 'lucide-react'
import { useState } from 'react'
import { useRoleName } from '@/lib/roleNames'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { faceOf, objectByName } from '@/lib/definitions'
import { recordQuery, type Linked } from '@/lib/records'
import { useDefinitions, useLabel, useSession } from '@/lib/session'
import { Face } from '@/ui/Face'
import { Button, cx, Pill, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Blank, Bones, Failed } from '@/ui/states'
import { CARD, Note, Page, Section } from './parts'
import { REACH_LABELS, reachOf, RIGHT_LABELS } from './words'
import { RIGHTS, rolesOfQuery, type Preview, type Right } from './access'
import { PreviewText } from './PreviewText'

interface Named {
  id: string
  name: string
}
interface Decision {
  allowed: boolean
  grants: { role: Named; rule: string; holds: boolean }[]
  restrictions: { role: Named; rule: string; holds: boolean }[]
}
interface Explanation extends Record<Right, Decision> {
  user: Named & { active: boolean }
  record: Linked
  admin: boolean
  roles: Named[]
  fields: { field: string; access: 'hidden' | 'readonly'; because: { role: Named; says: string }[] }[]
}

export default function WhyPage() {
  const { t } = useTranslation()
  const session = useSession()
  const definitions = useDefinitions()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/settings/access' })
  const object = objectByName(definitions, search.object ?? '')
  const userId = search.user ?? session?.user.id ?? ''
  const record = useQuery({ ...recordQuery(object?.plural ?? '', search.id ?? ''), enabled: object !== undefined && search.id !== undefined })
  const user = useQuery({ ...recordQuery('users', userId), enabled: userId !== '' })
  const answer = useQuery({
    queryKey: ['explain', search.object, search.id, userId],
    queryFn: async ({ signal }) => (await ask<Explanation>('GET', `/${object?.plural ?? ''}/${search.id ?? ''}/explain`, { query: { user: userId }, signal })).data,
    enabled: object !== undefined && search.id !== undefined,
  })
  const go = (next: { object?: string; id?: string; user?: string }) => void navigate({ to: '/settings/access', search: { ...search, ...next }, replace: true })

  return (
    <Page title={t('why.title')} lead={t('why.lead')}>
      <div className={cx(CARD, 'flex flex-wrap items-center gap-x-3 gap-y-2 p-4 text-lead')}>
        <span className="text-fg-2">{t('why.ask_before')}</span>
        <Chooser label={t('why.person')} target="user" chosen={user.data ? { id: user.data.id, object: 'user', title: user.data.title } : null} onPick={(one) => go({ user: one.id })} />
        <span className="text-fg-2">{t('why.ask_between')}</span>
        <Chooser label={t('why.record')} target="any" chosen={record.data && search.object ? { id: record.data.id, object: search.object, title: record.data.title } : null} onPick={(one) => go({ object: one.object, id: one.id })} />
        <span className="text-fg-2">{t('why.ask_after')}</span>
      </div>
      {!search.id ? <Blank icon={ScanEye} title={t('why.choose')}>{t('why.choose_hint')}</Blank> : answer.isError ? <Failed error={answer.error} onRetry={() => void answer.refetch()} /> : answer.isPending ? <Bones rows={8} className="!px-0" /> : <Answer answer={answer.data} />}
      {user.data && <Without key={userId} user={{ id: userId, name: user.data.title }} />}
    </Page>
  )
}

function Chooser({ label, target, chosen, onPick }: { label: string; target: string; chosen: Linked | null; onPick: (linked: Linked) => void }) {
  const definitions = useDefinitions()
  const [open, setOpen] = useState(false)
  const object = objectByName(definitions, chosen?.object ?? '')
  return (
    <Pop
      label={label}
      open={open}
      onOpenChange={setOpen}
      className="w-80"
      trigger={
        <Button look="outline" size="lg" className="max-w-72">
          {chosen ? <><Face kind={faceOf(object)} name={chosen.title} icon={object?.icon} size={20} /><span className="truncate">{chosen.title}</span></> : label}
        </Button>
      }
    >
      <LinkPicker label={label} target={target} picked={chosen ? [chosen] : []} onPick={(one) => { setOpen(false); onPick(one) }} />
    </Pop>
  )
}

/** What one of the roles is good for: everything that would go with it. */
function Without({ user }: { user: Named }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const roles = useQuery(rolesOfQuery(user.id))
  const [role, setRole] = useState<string | null>(null)
  const held = roles.data ?? []
  const preview = useQuery({
    queryKey: ['roles', 'without', user.id, role],
    queryFn: async ({ signal }) => (await ask<Preview>('POST', `/users/${user.id}/roles/preview`, { body: { roles: held.filter((one) => one.id !== role).map((one) => one.id) }, signal })).data,
    enabled: role !== null && roles.data !== undefined,
  })
  return (
    <Section title={t('why.without', { name: user.name })} lead={held.length > 0 ? t('why.without_lead') : t('why.no_roles', { name: user.name })}>
      <div className="mb-3 flex flex-wrap gap-2" role="group" aria-label={t('access.roles')}>
        {held.map((one) => <Button key={one.id} look={role === one.id ? 'soft' : 'outline'} aria-pressed={role === one.id} onClick={() => setRole(role === one.id ? null : one.id)}>{roleName(one)}</Button>)}
      </div>
      {role !== null && (preview.isError ? <Failed error={preview.error} onRetry={() => void preview.refetch()} /> : preview.isPending ? <Bones rows={4} className="!px-0" /> : <PreviewText preview={preview.data} />)}
    </Section>
  )
}

const ICONS: Record<Right, [LucideIcon, LucideIcon]> = { read: [Eye, EyeOff], update: [Pencil, PencilOff], delete: [Trash2, X] }

function Answer({ answer }: { answer: Explanation }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const object = objectByName(definitions, answer.record.object)
  return (
    <>
      {!answer.user.active && <Note tone="warn">{t('why.gone', { name: answer.user.name })}</Note>}
      {answer.admin && <Note tone="accent"><ShieldCheck size={15} className="me-1.5 inline" />{t('why.admin', { name: answer.user.name })}</Note>}
      {answer.roles.length === 0 && <Note tone="warn">{t('why.no_roles', { name: answer.user.name })}</Note>}
      <div className="flex flex-col gap-4">
        {RIGHTS.map((right) => <Verdict key={right} right={right} decision={answer[right]} name={answer.user.name} />)}
      </div>
      {answer.fields.length > 0 && (
        <Section title={t('why.fields')}>
          <ul className={CARD}>
            {answer.fields.map((one) => (
              <li key={one.field} className="flex min-h-11 flex-wrap items-center gap-3 border-b border-line px-4 py-2 last:border-0">
                {one.access === 'hidden' ? <EyeOff size={15} className="text-warn" /> : <PencilOff size={15} className="text-fg-3" />}
                <span className="min-w-32 flex-1 font-medium">{labelOf(object?.fields.find((field) => field.name === one.field)?.label) || one.field}</span>
                <span className="text-fg-2">{one.access === 'hidden' ? t('why.hidden_by') : t('why.readonly_by')}</span>
                {one.because.map((because) => <Pill key={because.role.id}>{roleName(because.role)}</Pill>)}
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}

function Verdict({ right, decision, name }: { right: Right; decision: Decision; name: string }) {
  const { t } = useTranslation()
  const Icon = ICONS[right][decision.allowed ? 0 : 1]
  const sentences = { read: ['why.may_read', 'why.may_not_read'], update: ['why.may_update', 'why.may_not_update'], delete: ['why.may_delete', 'why.may_not_delete'] } as const
  return (
    <section aria-label={t(RIGHT_LABELS[right])} className={CARD}>
      <h2 className="flex items-center gap-2.5 px-4 py-3 font-semibold">
        <span className={cx('grid size-7 place-items-center rounded-md', decision.allowed ? 'bg-ok-soft text-ok' : 'bg-bad-soft text-bad')}><Icon size={15} /></span>
        {t(sentences[right][decision.allowed ? 0 : 1], { name })}
      </h2>
      {(decision.grants.length > 0 || decision.restrictions.length > 0) && (
        <ul className="border-t border-line">
          {decision.grants.map((grant) => <Rule key={grant.role.id} role={grant.role} rule={grant.rule} holds={grant.holds} kind="grant" />)}
          {decision.restrictions.map((limit, index) => <Rule key={`${limit.role.id} ${index}`} role={limit.role} rule={`where: ${limit.rule}`} holds={limit.holds} kind="limit" />)}
        </ul>
      )}
    </section>
  )
}

function Rule({ role, rule, holds, kind }: { role: Named; rule: string; holds: boolean; kind: 'grant' | 'limit' }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const { kind: reach, question } = reachOf(rule)
  const blocks = kind === 'limit' && !holds
  return (
    <li className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2 last:border-0">
      {holds ? <Check size={15} className="shrink-0 text-ok" /> : blocks ? <X size={15} className="shrink-0 text-bad" /> : <Minus size={15} className="shrink-0 text-fg-3" />}
      <Pill>{roleName(role)}</Pill>
      <span className={cx('min-w-0 flex-1', !holds && !blocks && 'text-fg-3')}>
        {kind === 'limit' ? t('why.only_where') : t(REACH_LABELS[reach] ?? 'reach.none')}
        {question && <code className="ms-2 rounded-xs bg-hover px-1.5 py-0.5 text-meta break-words">{question}</code>}
      </span>
      <span className="text-meta text-fg-3">{holds ? t('why.holds') : t('why.holds_not')}</span>
    </li>
  )
}
