/** Plans with what they say from when on, and who is on them. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { HandCoins, Plus, Users } from 'lucide-react'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { dropVersion, plansQuery, type CommissionPlan, type CommissionPlans, type Version } from '@/lib/commissions'
import { formatDate } from '@/lib/format'
import { createRecord } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Blank } from '@/ui/states'
import { Answer } from '../parts'
import { PeopleDialog } from './PeopleDialog'
import { VersionDialog } from './VersionDialog'
import { useTermsText } from './words'

export function Plans() {
  const plans = useQuery(plansQuery)
  return <Answer query={plans}>{(data) => <All plans={data} />}</Answer>
}

type Open = { what: 'version'; plan: CommissionPlan; version: Version | null } | { what: 'people'; plan: CommissionPlan } | { what: 'plan' }

function All({ plans }: { plans: CommissionPlans }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const text = useTermsText(plans)
  const [open, setOpen] = useState<Open | null>(null)
  const done = () => { setOpen(null); void queries.invalidateQueries({ queryKey: ['commissions'] }) }
  async function drop(version: Version) {
    try {
      await dropVersion(version.id)
    } catch (error) {
      notify({ text: reasonOf(error), tone: 'bad' })
    }
    done()
  }
  const add = plans.may_change && <Button look="primary" onClick={() => setOpen({ what: 'plan' })}><Plus size={14} />{t('commissions.new_plan')}</Button>
  return (
    <div tabIndex={0} role="region" aria-label={t('commissions.plans')} className="min-h-0 flex-1 overflow-y-auto px-5 py-4 outline-offset-[-2px] max-md:px-4">
      {plans.data.length === 0 ? <Blank icon={HandCoins} title={t('commissions.no_plans')} action={add || undefined}>{t('commissions.no_plans_hint')}</Blank> : (
        <div className="flex max-w-[980px] flex-col gap-4">
          <div className="flex justify-end">{add}</div>
          {plans.data.map((plan) => (
            <section key={plan.id} className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
              <header className="flex flex-wrap items-center gap-2 px-4 py-3">
                <h2 className="min-w-0 flex-1 basis-40 truncate text-title font-semibold tracking-[-0.02em]"><Link to="/o/$plural/$id" params={{ plural: 'commission_plans', id: plan.id }} className="rounded-xs hover:text-accent-text">{plan.name}</Link></h2>
                {plans.may_change && <Button look="outline" onClick={() => setOpen({ what: 'version', plan, version: null })}><Plus size={14} />{t('commissions.new_version')}</Button>}
                {plans.may_change && <Button look="outline" onClick={() => setOpen({ what: 'people', plan })}><Users size={14} />{t('commissions.who')}</Button>}
              </header>
              {plan.versions.length === 0 && <p className="px-4 pb-3 text-fg-2">{t('commissions.no_version')}</p>}
              <ul>
                {plan.versions.toReversed().map((version) => (
                  <li key={version.id} className="flex flex-wrap items-start gap-x-4 gap-y-1 border-t border-line px-4 py-2.5">
                    <span className="w-32 shrink-0 font-medium">{t('commissions.since', { day: formatDate(version.valid_from, locale) })}</span>
                    <div className="min-w-0 flex-1 basis-72">{text(version.terms, version.currency).map((line) => <p key={line} className="text-fg-2 first:text-fg">{line}</p>)}</div>
                    {plans.may_change && (version.is_used
                      ? <span className="text-meta text-fg-3">{t('commissions.in_use')}</span>
                      : <span className="flex gap-1"><Button onClick={() => setOpen({ what: 'version', plan, version })}>{t('commissions.change')}</Button><Button onClick={() => void drop(version)}>{t('commissions.delete')}</Button></span>)}
                  </li>
                ))}
              </ul>
              {plan.people.length > 0 && <p className="border-t border-line px-4 py-2.5 text-fg-2">{plan.people.map((one) => `${one.person.title ?? '—'}${one.until ? ` (${t('commissions.until', { day: formatDate(one.until, locale) })})` : ''}`).join(', ')}</p>}
            </section>
          ))}
        </div>
      )}
      {open?.what === 'version' && <VersionDialog plans={plans} plan={open.plan} version={open.version} onClose={() => setOpen(null)} onDone={done} />}
      {open?.what === 'people' && <PeopleDialog plan={open.plan} onClose={() => setOpen(null)} onDone={done} />}
      {open?.what === 'plan' && <PlanDialog onClose={() => setOpen(null)} onDone={done} />}
    </div>
  )
}

function PlanDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [fault, setFault] = useState('')
  async function save() {
    try {
      await createRecord('commission_plans', { name })
      onDone()
    } catch (error) {
      setFault(reasonOf(error))
    }
  }
  return (
    <Modal open onClose={onClose} title={t('commissions.new_plan')} footer={<><Button look="outline" onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" disabled={!name.trim()} onClick={() => void save()}>{t('common.save')}</Button></>}>
      <label className="flex flex-col gap-1"><span className="text-meta text-fg-2">{t('commissions.name')}</span><input autoFocus className="input" maxLength={120} value={name} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter' && name.trim()) void save() }} /></label>
      {fault && <p role="alert" className="pt-2 text-bad">{fault}</p>}
    </Modal>
  )
}
