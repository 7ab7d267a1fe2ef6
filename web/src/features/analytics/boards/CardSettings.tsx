/** What a card shows: the choices that its kind has. */

import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useAnalysisWords } from '@/lib/analysisWords'
import { fewQuery } from '@/lib/records'
import type { Kpi } from '@/lib/scorecards'
import { useDefinitions, useLabel } from '@/lib/session'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { MEASURED, ROWS } from '../cube'
import type { Card } from './cards'
import { BY_WORDS, FUNCTION_WORDS } from './words'

const FUNCTIONS = ['marketing', 'sales', 'service'] as const

export default function CardSettings({ card, kpis, onDone, onClose }: { card: Card; kpis: Kpi[]; onDone: (card: Card) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const words = useAnalysisWords()
  const definitions = useDefinitions()
  const [held, setHeld] = useState(card)
  const set = (next: Partial<Card>) => setHeld({ ...held, ...next })
  const kpi = kpis.find((one) => one.code === held.kpi)
  const views = useQuery({ ...fewQuery('views', { limit: 200, sort: 'title' } as never), enabled: held.kind === 'view' })
  const questions = useQuery({ ...fewQuery('sql_questions', { limit: 200, sort: 'title' } as never), enabled: held.kind === 'sql' })
  const usable = kpis.filter((one) => one.allowed && (held.kind !== 'drivers' || one.tree !== null) && (held.kind !== 'groups' || one.dimensions.length > 0))
  const needsKpi = ['kpi', 'course', 'groups', 'drivers'].includes(held.kind)
  const row = (label: string, field: ReactNode) => <label className="flex flex-col gap-1"><span className="text-meta text-fg-2">{label}</span>{field}</label>
  return (
    <Modal open onClose={onClose} title={t('board.settings')} footer={<><Button look="outline" onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" onClick={() => onDone(held)}>{t('board.apply')}</Button></>}>
      <div className="flex flex-col gap-3">
        {row(t('board.title'), <input value={held.title ?? ''} placeholder={kpi?.name} maxLength={120} onChange={(event) => set({ title: event.target.value })} className="input" />)}
        {needsKpi && row(t('scorecards.kpi'), (
          <select value={held.kpi ?? ''} onChange={(event) => set({ kpi: event.target.value, by: undefined as never })} className="input">
            <option value="" />
            {FUNCTIONS.map((one) => <optgroup key={one} label={t(FUNCTION_WORDS[one])}>{usable.filter((kpi) => kpi.function === one).map((kpi) => <option key={kpi.code} value={kpi.code}>{kpi.name}</option>)}</optgroup>)}
          </select>
        ))}
        {kpi && <p className="text-meta text-fg-3">{kpi.meaning}</p>}
        {held.kind === 'groups' && kpi && row(t('kpi.by'), <select value={held.by ?? ''} onChange={(event) => set({ by: event.target.value })} className="input"><option value="" />{kpi.dimensions.map((one) => <option key={one} value={one}>{t(BY_WORDS[one] ?? '')}</option>)}</select>)}
        {held.kind === 'count' && (
          <>
            {row(t('board.object'), <select value={held.object ?? ''} onChange={(event) => set({ object: event.target.value })} className="input"><option value="" />{(definitions?.objects ?? []).filter((one) => one.can.read && one.area !== 'settings').map((one) => <option key={one.name} value={one.name}>{labelOf(one.label_plural)}</option>)}</select>)}
            {row(t('board.filter'), <textarea value={held.filter ?? ''} rows={2} spellCheck={false} onChange={(event) => set({ filter: event.target.value })} className="input !h-auto py-1.5 font-mono text-meta" />)}
          </>
        )}
        {held.kind === 'view' && row(t('board.view'), <select value={held.view ?? ''} onChange={(event) => set({ view: event.target.value })} className="input"><option value="" />{(views.data?.data ?? []).map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}</select>)}
        {held.kind === 'sql' && row(t('card.sql'), <select value={held.question ?? ''} onChange={(event) => set({ question: event.target.value })} className="input"><option value="" />{(questions.data?.data ?? []).map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}</select>)}
        {held.kind === 'cube' && (
          <>
            {row(t('board.rows'), <select value={held.rows ?? 'segment'} onChange={(event) => set({ rows: event.target.value })} className="input">{ROWS.map((one) => <option key={one} value={one}>{words.dimension(one)}</option>)}</select>)}
            {row(t('board.measure'), <select value={held.measure ?? 'revenue'} onChange={(event) => set({ measure: event.target.value })} className="input">{MEASURED.map((one) => <option key={one} value={one}>{words.measure(one)}</option>)}</select>)}
          </>
        )}
        {held.kind === 'forecast' && row(t('board.measure'), <select value={held.measure ?? 'revenue'} onChange={(event) => set({ measure: event.target.value })} className="input">{['revenue', 'orders', 'buyers'].map((one) => <option key={one} value={one}>{words.measure(one)}</option>)}</select>)}
        {held.kind === 'text' && row(t('board.text'), <textarea value={held.text ?? ''} rows={4} maxLength={4000} onChange={(event) => set({ text: event.target.value })} className="input !h-auto py-1.5" />)}
      </div>
    </Modal>
  )
}
