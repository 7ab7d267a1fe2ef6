/** People who seem to belong together: offered with the reason, taken or refused by one click. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { House } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify, useActs } from '@/lib/actions'
import { ask, Problem, reasonOf } from '@/lib/api'
import { objectByName } from '@/lib/definitions'
import { useDefinitions } from '@/lib/session'
import { Button, Segments } from '@/ui/kit'
import { Progress } from './Progress'
import { offersQuery, type Offer, type Offers } from './quality'
import { useJob } from './useJob'

export function Households({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const acts = useActs()
  const contacts = objectByName(useDefinitions(), 'contact')?.plural ?? 'contacts'
  const companies = objectByName(useDefinitions(), 'company')?.plural ?? 'companies'
  const [kind, setKind] = useState<Offer['kind']>('household')
  const offers = useQuery(offersQuery(kind))
  const look = useJob({ path: '/households/find', running: offers.data?.run ?? null, refresh: ['household-offers'], failed: t('household.failed') })
  if (!offers.data) return null

  async function decide(offer: Offer, yes: boolean) {
    queries.setQueryData<Offers>(['household-offers', kind], (held) => held && { ...held, data: held.data.filter((one) => one.id !== offer.id) })
    try {
      const { data } = await ask<{ change?: string | null } | null>('POST', `/households/offers/${offer.id}/${yes ? 'accept' : 'refuse'}`, yes ? { body: {} } : {})
      acts.did(data?.change, yes ? t('household.accepted') : t('household.refused'))
    } catch (error) {
      notify(error instanceof Problem && error.status === 409 ? { text: t('household.decided') } : { text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
      void queries.invalidateQueries({ queryKey: ['household-offers'] })
    }
  }

  return (
    <section aria-label={t('household.title')}>
      <div className="mb-2.5 flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1 basis-60"><h2 className="text-lead font-semibold">{t('household.title')}</h2><p className="text-fg-2">{t('household.lead')}</p></div>
        <Segments label={t('household.title')} value={kind} options={[{ value: 'household', label: t('household.households') }, { value: 'company', label: t('household.firms') }]} onChange={setKind} />
        {isAdmin && (look.job ? <Progress job={look.job} label={t('household.looking')} onCancel={look.cancel} /> : <Button look="outline" onClick={look.start}>{t('household.find')}</Button>)}
      </div>
      {offers.data.data.length === 0 ? <p className="text-fg-3">{t('household.none')}</p> : (
        <ul className="rounded-md border border-line">
          {offers.data.data.map((offer) => (
            <li key={offer.id} className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-4 py-2 last:border-0">
              <House size={16} strokeWidth={1.75} className="shrink-0 text-fg-3" />
              <span className="min-w-0 flex-1 basis-60">
                <span className="flex flex-wrap gap-x-1.5">
                  {offer.members.map((member, index) => <span key={member.id}><Link to="/o/$plural/$id" params={{ plural: contacts, id: member.id }} className="font-medium hover:text-accent-text hover:underline">{member.title || t('common.untitled')}</Link>{index < offer.members.length - 1 ? ',' : ''}</span>)}
                  {offer.target && <span className="text-fg-2">→ <Link to="/o/$plural/$id" params={{ plural: companies, id: offer.target.id }} className="font-medium hover:text-accent-text hover:underline">{offer.target.title}</Link></span>}
                </span>
                <span className="block text-meta text-fg-3">{offer.text}</span>
              </span>
              <Button look="outline" onClick={() => void decide(offer, true)}>{t('household.accept')}</Button>
              <Button onClick={() => void decide(offer, false)}>{t('household.refuse')}</Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
