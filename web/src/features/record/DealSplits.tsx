/** Who shares a deal, and how much of it each is credited with; what is left is its owner's. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Split, X } from 'lucide-react'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import { formatNumber, parseNumber } from '@/lib/format'
import type { RecordData } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { leftOf, putSplits, splitsQuery, type Splits } from '@/lib/splits'
import { useTranslation } from '@/lib/useTranslation'
import { Button, IconButton, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Modal } from '@/ui/overlays'

export default function DealSplits({ object, record }: { object: ObjectDef; record: RecordData }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const splits = useQuery(splitsQuery(record.id))
  const [changing, setChanging] = useState(false)
  const mayChange = object.can.update && !record.deleted_at
  const data = splits.data
  if (!data || (data.splits.length === 0 && !mayChange)) return null
  const percent = (hundredths: number) => `${formatNumber(hundredths / 100, locale)}%`
  const shares = [
    ...(data.owner && data.left > 0 ? [{ id: data.owner.id, title: data.owner.title, share: data.left, role: null }] : []),
    ...data.splits.map((one) => ({ id: one.person.id, title: one.person.title, share: one.share, role: one.role })),
  ]
  return (
    <section aria-label={t('splits.shared')} className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
      {data.splits.length > 0 && (
        <>
          <span className="flex items-center gap-1.5 text-fg-3"><Split size={14} />{t('splits.shared')}</span>
          <ul className="flex min-w-0 flex-1 flex-wrap gap-x-4 gap-y-1">
            {shares.map((one) => <li key={one.id} className="min-w-0 truncate">{one.title ?? '—'} <b className="font-medium tabular-nums">{percent(one.share)}</b>{one.role && <span className="text-fg-3"> {one.role}</span>}</li>)}
          </ul>
        </>
      )}
      {mayChange && <Button size="sm" look={data.splits.length > 0 ? 'outline' : 'ghost'} onClick={() => setChanging(true)}>{data.splits.length === 0 && <Split size={13} />}{t(data.splits.length > 0 ? 'splits.change' : 'splits.share')}</Button>}
      {changing && <ShareDialog deal={record.id} splits={data} onClose={() => setChanging(false)} />}
    </section>
  )
}

function ShareDialog({ deal, splits, onClose }: { deal: string; splits: Splits; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const [people, setPeople] = useState(splits.splits.map((one) => ({ id: one.person.id, title: one.person.title, share: String(one.share / 100), role: one.role ?? '' })))
  const [picking, setPicking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState('')
  const left = leftOf(people.map((one) => parseNumber(one.share)))
  const set = (id: string, change: { share?: string; role?: string }) => setPeople(people.map((one) => (one.id === id ? { ...one, ...change } : one)))
  async function save() {
    if (left === null) return setFault(t('splits.not_whole'))
    setFault('')
    setBusy(true)
    try {
      await putSplits(deal, people.map((one) => ({ person: one.id, share: Math.round((parseNumber(one.share) ?? 0) * 100), role: one.role.trim() || null })))
      await queries.invalidateQueries({ queryKey: ['splits', deal] })
      await queries.invalidateQueries({ queryKey: ['commissions'] })
      notify({ text: t('splits.saved') })
      onClose()
    } catch (error) {
      setFault(reasonOf(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal open onClose={onClose} width="max-w-[560px]" title={t('splits.title')} footer={<><Button look="outline" onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" aria-busy={busy} onClick={() => !busy && void save()}>{t('common.save')}</Button></>}>
      <div className="flex flex-col gap-2">
        <p className="text-fg-2">{t('splits.hint')}</p>
        <ul className="flex max-h-[50vh] flex-col gap-1.5 overflow-y-auto">
          {people.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center gap-2">
              <span className="min-w-0 flex-1 basis-28 truncate">{one.title ?? '—'}</span>
              <span className="flex items-center gap-1"><input inputMode="decimal" aria-label={t('splits.share_of', { name: one.title ?? '' })} value={one.share} onChange={(event) => set(one.id, { share: event.target.value })} className="input !w-20 text-end tabular-nums" />%</span>
              <input aria-label={t('splits.role_of', { name: one.title ?? '' })} placeholder={t('splits.role')} maxLength={80} value={one.role} onChange={(event) => set(one.id, { role: event.target.value })} className="input !w-36 max-md:!w-28" />
              <IconButton label={t('splits.leave_out', { name: one.title ?? '' })} onClick={() => setPeople(people.filter((other) => other.id !== one.id))}><X size={14} /></IconButton>
            </li>
          ))}
        </ul>
        <Pop align="start" className="w-80" open={picking} onOpenChange={setPicking} label={t('splits.add')} trigger={<Button look="outline" className="w-fit"><Plus size={14} />{t('splits.add')}</Button>}>
          <LinkPicker target="user" picked={[]} label={t('splits.add')} onEscape={() => setPicking(false)} onPick={(one) => { if (!people.some((other) => other.id === one.id)) setPeople([...people, { id: one.id, title: one.title, share: '50', role: '' }]); setPicking(false) }} />
        </Pop>
        <p className={left === null ? 'text-bad' : 'text-fg-2'}>{left === null ? t('splits.not_whole') : t('splits.left', { name: splits.owner?.title ?? t('splits.nobody'), share: formatNumber(left / 100, locale) })}</p>
        {fault && left !== null && <p role="alert" className="text-bad">{fault}</p>}
      </div>
    </Modal>
  )
}
