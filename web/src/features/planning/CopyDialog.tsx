/** A plan made of an earlier year: of its plan or of what was won, so many per cent more. */

import { useState } from 'react'
import { reasonOf } from '@/lib/api'
import { parseNumber } from '@/lib/format'
import { copyPlan, KINDS, type PlanAsked, type PlanCopy } from '@/lib/planning'
import { useTranslation } from '@/lib/useTranslation'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

export function CopyDialog({ asked, onClose, onDone }: { asked: PlanAsked; onClose: () => void; onDone: (text: string, change: string | null) => void }) {
  const { t } = useTranslation()
  const [set, setSet] = useState({ from: String(asked.year - 1), of: 'won' as PlanCopy['of'], percent: '5', replace: false })
  const [fault, setFault] = useState('')
  const percent = parseNumber(set.percent.replace('%', ''))
  async function make() {
    if (percent === null || !/^\d{4}$/.test(set.from)) return setFault(t('planning.not_number'))
    setFault('')
    try {
      const made = await copyPlan(asked, { from_year: Number(set.from), of: set.of, per_mille: Math.round(percent * 10), replace: set.replace })
      onDone(made.written === 0 ? t('planning.nothing_to_copy') : t('planning.written', { count: made.written }), made.written === 0 ? null : made.change)
      onClose()
    } catch (error) {
      setFault(reasonOf(error))
    }
  }
  return (
    <Modal open onClose={onClose} title={t('planning.copy_title', { year: asked.year })} footer={<><Button look="outline" onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" onClick={() => void make()}>{t('planning.make')}</Button></>}>
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <label className="flex flex-col gap-1"><span className="text-meta text-fg-2">{t('planning.made_of')}</span>
          <select className="input" value={set.of} onChange={(event) => setSet({ ...set, of: event.target.value as PlanCopy['of'] })}>
            <option value="won">{t(KINDS[asked.measure] ? 'planning.of_done' : 'planning.of_won')}</option>
            <option value="quotas">{t('planning.of_quotas')}</option>
          </select>
        </label>
        <label className="flex flex-col gap-1"><span className="text-meta text-fg-2">{t('planning.of_year')}</span><input className="input" inputMode="numeric" value={set.from} onChange={(event) => setSet({ ...set, from: event.target.value })} /></label>
        <label className="flex flex-col gap-1"><span className="text-meta text-fg-2">{t('planning.percent_more')}</span><input className="input" inputMode="decimal" value={set.percent} onChange={(event) => setSet({ ...set, percent: event.target.value })} /></label>
      </div>
      <label className="mt-3 flex items-center gap-2"><input type="checkbox" className="size-4" checked={set.replace} onChange={(event) => setSet({ ...set, replace: event.target.checked })} />{t('planning.replace')}</label>
      {fault && <p role="alert" className="mt-3 text-bad">{fault}</p>}
    </Modal>
  )
}
