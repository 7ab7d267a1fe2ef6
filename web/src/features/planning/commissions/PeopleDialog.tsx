/** Who is on a plan, from when to when. */

import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { reasonOf } from '@/lib/api'
import { putPeople, type CommissionPlan } from '@/lib/commissions'
import { useTranslation } from '@/lib/useTranslation'
import { Button, IconButton, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Modal } from '@/ui/overlays'

export function PeopleDialog({ plan, onClose, onDone }: { plan: CommissionPlan; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation()
  const [people, setPeople] = useState(plan.people.map((one, key) => ({ key, id: one.person.id, title: one.person.title, from: one.from, until: one.until ?? '' })))
  const [picking, setPicking] = useState(false)
  const [fault, setFault] = useState('')
  const begin = plan.versions[0]?.valid_from ?? `${new Date().getFullYear()}-01-01`
  const set = (key: number, change: { from?: string; until?: string }) => setPeople(people.map((one) => (one.key === key ? { ...one, ...change } : one)))
  async function save() {
    setFault('')
    try {
      await putPeople(plan.id, people.map((one) => ({ person: one.id, from: one.from, until: one.until || null })))
      onDone()
    } catch (error) {
      setFault(reasonOf(error))
    }
  }
  return (
    <Modal open onClose={onClose} width="max-w-[560px]" title={t('commissions.who_is_on', { plan: plan.name })} footer={<><Button look="outline" onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" onClick={() => void save()}>{t('common.save')}</Button></>}>
      <div className="flex flex-col gap-2">
        <p className="text-fg-2">{t('commissions.who_hint')}</p>
        <ul className="flex max-h-[50vh] flex-col gap-1.5 overflow-y-auto">
          {people.map((one) => (
            <li key={one.key} className="flex flex-wrap items-center gap-2">
              <span className="min-w-0 flex-1 basis-28 truncate">{one.title ?? '—'}</span>
              <input type="date" aria-label={t('commissions.from_day')} value={one.from} onChange={(event) => set(one.key, { from: event.target.value })} className="input !w-36" />
              <input type="date" aria-label={t('commissions.until_day')} value={one.until} onChange={(event) => set(one.key, { until: event.target.value })} className="input !w-36" />
              <IconButton label={t('commissions.take_off')} onClick={() => setPeople(people.filter((other) => other.key !== one.key))}><X size={14} /></IconButton>
            </li>
          ))}
        </ul>
        <Pop align="start" className="w-80" open={picking} onOpenChange={setPicking} label={t('commissions.add_person')} trigger={<Button look="outline" className="w-fit"><Plus size={14} />{t('commissions.add_person')}</Button>}>
          <LinkPicker target="user" picked={[]} label={t('commissions.add_person')} onEscape={() => setPicking(false)} onPick={(one) => { setPeople([...people, { key: Math.max(-1, ...people.map((other) => other.key)) + 1, id: one.id, title: one.title, from: begin, until: '' }]); setPicking(false) }} />
        </Pop>
        {fault && <p role="alert" className="text-bad">{fault}</p>}
      </div>
    </Modal>
  )
}
