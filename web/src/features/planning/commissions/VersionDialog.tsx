/** What a plan says from a day on, with an example that is worked out while one types. */

import { Plus, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { reasonOf } from '@/lib/api'
import { putVersion, steppedMonth, type CommissionPlan, type CommissionPlans, type Version } from '@/lib/commissions'
import { useTranslation } from '@/lib/useTranslation'
import { Button, IconButton, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Modal } from '@/ui/overlays'
import { FRESH, termsOf, typedOf, type Typed, type TypedTable } from './draft'
import { WorkedExample } from './WorkedExample'
import { APPLIES, BASES, BYS, CREDITS, UNITS } from './words'

function Pick<T extends string>({ label, value, words, onChange }: { label: string; value: T; words: Record<T, string>; onChange: (value: T) => void }) {
  const { t } = useTranslation()
  return (
    <label className="flex min-w-0 flex-1 basis-36 flex-col gap-1"><span className="text-meta text-fg-2">{label}</span>
      <select className="input" value={value} onChange={(event) => onChange(event.target.value as T)}>{(Object.keys(words) as T[]).map((one) => <option key={one} value={one}>{t(words[one])}</option>)}</select>
    </label>
  )
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return <label className="flex min-w-0 flex-1 basis-36 flex-col gap-1"><span className="text-meta text-fg-2">{label}</span>{children}</label>
}

export function VersionDialog({ plans, plan, version, onClose, onDone }: { plans: CommissionPlans; plan: CommissionPlan; version: Version | null; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation()
  const like = version ?? plan.versions.at(-1)
  const currency = version?.currency ?? plans.currency
  const today = new Date().toISOString().slice(0, 7)
  const [month, setMonth] = useState(version?.valid_from.slice(0, 7) ?? (like ? steppedMonth(today, 1) : today))
  const [typed, setTyped] = useState<Typed>(like ? typedOf(like.terms, like.currency, plans.product_lines) : FRESH)
  const [fault, setFault] = useState('')
  const set = (change: Partial<Typed>) => setTyped({ ...typed, ...change })
  const terms = termsOf(typed, currency)
  async function save() {
    if (!terms || !/^\d{4}-\d{2}$/.test(month)) return setFault(t('commissions.not_number'))
    setFault('')
    try {
      await putVersion(plan.id, version?.id ?? null, { valid_from: `${month}-01`, terms })
      onDone()
    } catch (error) {
      setFault(reasonOf(error))
    }
  }
  return (
    <Modal open onClose={onClose} width="max-w-[680px]" title={version ? plan.name : t('commissions.version_of', { plan: plan.name })} footer={<><Button look="outline" onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" onClick={() => void save()}>{t('common.save')}</Button></>}>
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap gap-3">
          <Line label={t('commissions.valid_from')}><input type="month" className="input" value={month} onChange={(event) => setMonth(event.target.value)} /></Line>
          <Pick label={t('commissions.credit')} value={typed.credit} words={CREDITS} onChange={(credit) => set({ credit })} />
          <Pick label={t('commissions.base')} value={typed.base} words={BASES} onChange={(base) => set({ base })} />
        </div>
        <div className="flex flex-wrap gap-3">
          <Pick label={t('commissions.by')} value={typed.by} words={BYS} onChange={(by) => set({ by })} />
          {typed.by !== 'flat' && <Pick label={t('commissions.applies')} value={typed.applies} words={APPLIES} onChange={(applies) => set({ applies })} />}
          <Pick label={t('commissions.measured')} value={typed.unit} words={UNITS} onChange={(unit) => set({ unit })} />
        </div>
        <Tables typed={typed} currency={currency} onChange={(tables) => set({ tables })} />
        <div className="flex flex-wrap gap-3">
          <Line label={t('commissions.deal_cap', { currency })}><input className="input tabular-nums" inputMode="decimal" value={typed.deal_cap} onChange={(event) => set({ deal_cap: event.target.value })} /></Line>
          <Line label={t('commissions.cap', { currency })}><input className="input tabular-nums" inputMode="decimal" value={typed.cap} onChange={(event) => set({ cap: event.target.value })} /></Line>
          <Line label={t('commissions.days')}><input className="input tabular-nums" inputMode="numeric" placeholder={t('commissions.for_ever')} value={typed.days} onChange={(event) => set({ days: event.target.value })} /></Line>
        </div>
        <WorkedExample terms={terms} currency={currency} />
        {fault && <p role="alert" className="text-bad">{fault}</p>}
      </div>
    </Modal>
  )
}

/** A table of rates for everything, and one for each product line that has its own. */
function Tables({ typed, currency, onChange }: { typed: Typed; currency: string; onChange: (tables: TypedTable[]) => void }) {
  const { t } = useTranslation()
  const [picking, setPicking] = useState(false)
  const change = (place: number, table: TypedTable | null) => onChange(typed.tables.flatMap((one, at) => (at === place ? (table ? [table] : []) : [one])))
  const unit = typed.by === 'amount' ? currency : '%'
  return (
    <div className="flex flex-col gap-3">
      {typed.tables.map((table, place) => {
        const steps = typed.by === 'flat' ? table.steps.slice(0, 1) : table.steps
        const step = (at: number, value: Partial<TypedTable['steps'][number]>) => change(place, { ...table, steps: table.steps.map((one, index) => (index === at ? { ...one, ...value } : one)) })
        const name = table.line?.title ?? (typed.tables.length > 1 ? t('commissions.everything_else') : t('commissions.rates'))
        return (
          <fieldset key={table.line?.id ?? 'all'} className="min-w-0">
            <legend className="flex w-full items-center gap-2 pb-1 text-meta font-medium text-fg-2"><span className="min-w-0 truncate">{name}</span>{table.line && <IconButton label={t('commissions.take_off')} onClick={() => change(place, null)}><X size={13} /></IconButton>}</legend>
            <div className="flex flex-col gap-1.5">
              {steps.map((one, at) => (
                <div key={at} className="flex flex-wrap items-center gap-2">
                  {typed.by !== 'flat' && (
                    <label className="flex items-center gap-1.5 text-meta text-fg-2">{t('commissions.from')}<input className="input !w-28 text-end tabular-nums" inputMode="decimal" disabled={at === 0} value={at === 0 ? '0' : one.from} onChange={(event) => step(at, { from: event.target.value })} />{unit}</label>
                  )}
                  <label className="flex items-center gap-1.5 text-meta text-fg-2">{t('commissions.rate')}<input className="input !w-20 text-end tabular-nums" inputMode="decimal" value={one.rate} onChange={(event) => step(at, { rate: event.target.value })} />%</label>
                  {at > 0 && <IconButton label={t('commissions.take_off')} onClick={() => change(place, { ...table, steps: table.steps.filter((_, index) => index !== at) })}><X size={14} /></IconButton>}
                </div>
              ))}
              {typed.by !== 'flat' && <Button className="w-fit" onClick={() => change(place, { ...table, steps: [...table.steps, { from: '', rate: '' }] })}><Plus size={14} />{t('commissions.add_step')}</Button>}
            </div>
          </fieldset>
        )
      })}
      <Pop align="start" className="w-80" open={picking} onOpenChange={setPicking} label={t('commissions.add_line')} trigger={<Button look="outline" className="w-fit"><Plus size={14} />{t('commissions.add_line')}</Button>}>
        <LinkPicker target="product_line" picked={[]} label={t('commissions.add_line')} onEscape={() => setPicking(false)} onPick={(one) => {
          if (!typed.tables.some((table) => table.line?.id === one.id)) onChange([...typed.tables, { line: { id: one.id, title: one.title }, steps: typed.tables[0]?.steps ?? [{ from: '0', rate: '5' }] }])
          setPicking(false)
        }} />
      </Pop>
    </div>
  )
}
