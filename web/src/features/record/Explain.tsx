/** Why I see this record, and why I may or may not change it: the rules that were asked, each with its answer. */

import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleSlash, EyeOff, Lock } from 'lucide-react'
import { useState } from 'react'
import { useRoleName } from '@/lib/roleNames'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import type { Linked, RecordData } from '@/lib/records'
import { useLabel, useSession } from '@/lib/session'
import { FieldInput } from '@/ui/FieldInput'
import { cx } from '@/ui/kit'
import { SidePanel } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'

interface Rule {
  role: { id: string; name: string }
  rule: string
  holds: boolean
}

interface Decision {
  allowed: boolean
  grants: Rule[]
  restrictions: Rule[]
}

interface Explained {
  user: { id: string; name: string; active: boolean }
  admin: boolean
  roles: { id: string; name: string }[]
  read: Decision
  update: Decision
  delete: Decision
  fields: { field: string; access: 'hidden' | 'readonly'; because: { role: { name: string }; says: string }[] }[]
}

const REACHES: Record<string, string> = { all: 'explain.all', team: 'explain.team', own: 'explain.own', none: 'explain.none' }

export default function Explain({ object, record, onClose }: { object: ObjectDef; record: RecordData; onClose: () => void }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const labelOf = useLabel()
  const session = useSession()
  const [whose, setWhose] = useState<Linked | null>(null)
  const told = useQuery({
    queryKey: ['explain', object.plural, record.id, whose?.id ?? ''],
    queryFn: async ({ signal }) => (await ask<Explained>('GET', `/${object.plural}/${record.id}/explain`, { query: { user: whose?.id }, signal })).data,
    retry: false,
  })
  const decisions = told.data ? ([['explain.read', told.data.read], ['explain.update', told.data.update], ['explain.delete', told.data.delete]] as const) : []
  const roles = told.data?.roles.map(roleName).join(', ') ?? ''

  return (
    <SidePanel open onClose={onClose} title={<span className="truncate">{t('explain.title')}</span>}>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
        <p className="font-medium">{record.title}</p>
        {session?.can.admin && (
          <div className="mt-3 flex flex-col gap-1">
            <label htmlFor="explain-user" className="text-meta font-medium text-fg-2">{t('explain.whose')}</label>
            <FieldInput id="explain-user" field={{ id: 'explain-user', name: 'user', label: { en: t('explain.whose') }, type: 'link', target: 'user' }} value={whose?.id ?? null} linked={whose ? [whose] : []} onChange={(_, linked) => setWhose(Array.isArray(linked) ? (linked[0] ?? null) : (linked ?? null))} />
          </div>
        )}
        {told.isError ? <Failed error={told.error} onRetry={() => void told.refetch()} /> : !told.data ? <Bones rows={6} className="!px-0" /> : (
          <>
            <p className="mt-3 text-fg-2">{told.data.admin ? t('explain.admin', { name: told.data.user.name }) : roles ? t('explain.roles', { name: told.data.user.name, roles }) : t('explain.no_roles', { name: told.data.user.name })}</p>
            {!told.data.user.active && <p className="mt-1 text-warn">{t('explain.inactive')}</p>}
            {decisions.map(([label, decision]) => (
              <section key={label} aria-label={t(label)} className="mt-5">
                <h3 className="flex items-center gap-2 font-semibold tracking-normal">
                  {decision.allowed ? <CircleCheck size={16} className="text-ok" /> : <CircleSlash size={16} className="text-bad" />}
                  <span className="flex-1">{t(label)}</span>
                  <span className={cx('text-meta font-medium', decision.allowed ? 'text-ok' : 'text-bad')}>{decision.allowed ? t('common.yes') : t('common.no')}</span>
                </h3>
                <ul className="mt-1.5 flex flex-col gap-1 border-s border-line ps-4 ms-[7px]">
                  {decision.grants.map((grant, index) => <RuleLine key={`g${index}`} rule={grant} text={REACHES[grant.rule] ? t(REACHES[grant.rule] ?? '') : t('explain.where', { rule: grant.rule.replace(/^where:\s*/, '') })} />)}
                  {decision.restrictions.map((limit, index) => <RuleLine key={`r${index}`} rule={limit} text={t('explain.only', { rule: limit.rule })} />)}
                  {decision.grants.length === 0 && <li className="text-fg-3">{t('explain.no_grant')}</li>}
                </ul>
              </section>
            ))}
            {told.data.fields.length > 0 && (
              <section aria-label={t('explain.fields')} className="mt-5">
                <h3 className="font-semibold tracking-normal">{t('explain.fields')}</h3>
                <ul className="mt-1.5 flex flex-col gap-1.5">
                  {told.data.fields.map((one) => (
                    <li key={one.field} className="flex items-start gap-2 text-fg-2">
                      {one.access === 'hidden' ? <EyeOff size={14} className="mt-1 shrink-0" /> : <Lock size={14} className="mt-1 shrink-0" />}
                      <span>
                        <span className="font-medium text-fg">{labelOf(object.fields.find((field) => field.name === one.field)?.label) || one.field}</span>
                        {' · '}
                        {one.access === 'hidden' ? t('explain.hidden') : t('explain.readonly')}
                        {one.because.length > 0 && <span className="text-fg-3"> · {one.because.map((because) => roleName(because.role)).join(', ')}</span>}
                      </span>
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </>
        )}
      </div>
    </SidePanel>
  )
}

function RuleLine({ rule, text }: { rule: Rule; text: string }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  return (
    <li className={cx('flex items-baseline gap-2', rule.holds ? 'text-fg' : 'text-fg-3')}>
      <span className="min-w-0 flex-1"><span className="font-medium">{roleName(rule.role)}</span>: {text}</span>
      <span className="shrink-0 text-meta">{rule.holds ? t('explain.holds') : t('explain.holds_not')}</span>
    </li>
  )
}
