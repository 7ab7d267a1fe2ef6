/** Saying what somebody will sell, with a reason; everything said before stays in sight. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { reasonOf } from '@/lib/api'
import { say, saidQuery, type Forecast, type ForecastRow } from '@/lib/forecasts'
import { formatMoney, formatRelative, moneyInput, parseMoney } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, Segments } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { useFigure } from './parts'

export function SayDialog({ forecast, row, first, onClose }: { forecast: Forecast; row: ForecastRow; first: 'own' | 'team'; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const figure = useFigure('revenue', forecast.currency)
  const person = row.id ?? ''
  const [of, setOf] = useState(first)
  const input = (scope: 'own' | 'team') => moneyInput({ amount: row[scope].call, currency: forecast.currency })
  const [amount, setAmount] = useState(input(first))
  const [reason, setReason] = useState('')
  const [fault, setFault] = useState('')
  const said = useQuery(saidQuery(person, forecast.period.unit, forecast.period.first))
  async function send(value: number | null) {
    setFault('')
    try {
      await say({ unit: forecast.period.unit, on: forecast.period.first, person, of, amount: value, reason })
      await queries.invalidateQueries({ queryKey: ['forecast'] })
      onClose()
    } catch (error) {
      setFault(reasonOf(error))
    }
  }
  function save() {
    const money = parseMoney(amount, forecast.currency)
    if (!money || money.currency !== forecast.currency || money.amount < 0) return setFault(t('planning.not_number'))
    void send(money.amount)
  }
  const lines = (said.data ?? []).filter((line) => line.of === of)
  const stands = row.said[of] !== null
  return (
    <Modal open onClose={onClose} width="max-w-[520px]" title={t('planning.say_title', { who: row.title })} footer={<>{stands && <Button look="outline" onClick={() => void send(null)}>{t('planning.take_back')}</Button>}<span className="flex-1" /><Button look="outline" onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" onClick={save}>{t('common.save')}</Button></>}>
      <div className="flex flex-col gap-3">
        {row.leads && <Segments label={t('planning.scope')} value={of} options={[{ value: 'team', label: t('planning.with_below') }, { value: 'own', label: t('planning.own_only') }]} onChange={(next) => { setOf(next); setAmount(input(next)) }} />}
        <p className="text-fg-2">{t('planning.follows', { value: figure(row[of].closed + row[of].commit), closed: figure(row[of].closed), commit: figure(row[of].commit) })}</p>
        <label className="flex flex-col gap-1"><span className="text-meta text-fg-2">{t('planning.will_be', { currency: forecast.currency })}</span><input className="input tabular-nums" inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value)} /></label>
        <label className="flex flex-col gap-1"><span className="text-meta text-fg-2">{t('planning.reason')}</span><textarea className="input" rows={2} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} /></label>
        {fault && <p role="alert" className="text-bad">{fault}</p>}
        {lines.length > 0 && (
          <div>
            <h3 className="pb-1 text-meta font-medium text-fg-3">{t('planning.said_before')}</h3>
            <ul className="flex max-h-44 flex-col gap-1.5 overflow-y-auto">
              {lines.map((line) => <li key={line.at} className="text-meta text-fg-2"><b className="font-medium text-fg tabular-nums">{line.amount ? formatMoney(line.amount, locale, true) : t('planning.taken_back')}</b> · {line.by.title ?? '—'}, {formatRelative(line.at, locale)} · {line.reason}</li>)}
            </ul>
          </div>
        )}
      </div>
    </Modal>
  )
}
