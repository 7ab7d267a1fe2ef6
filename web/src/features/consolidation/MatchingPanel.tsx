/** How records are compared and joined: from where a person is asked, from where it joins by itself, which value stays, and what it has learned. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import { useEvidenceWords } from '@/lib/evidence'
import { formatDuration, formatNumber, formatRelative } from '@/lib/format'
import { matchingOfQuery, type Expectation, type MatchingModel, type MatchingSettings, type Overview } from '@/lib/matching'
import { useLabel, useLocale } from '@/lib/session'
import { Button, cx, Segments, Tick } from '@/ui/kit'
import { SidePanel } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import { ExpectationChart } from './ExpectationChart'
import { MergingRules } from './MergingRules'
import { bitsText } from './Waterfall'

export default function MatchingPanel({ object, onClose }: { object: ObjectDef; onClose: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const whole = useQuery(matchingOfQuery(object.plural))
  const [part, setPart] = useState<'lines' | 'merging' | 'model'>('lines')
  return (
    <SidePanel open title={t('matching.of', { objects: labelOf(object.label_plural) })} onClose={onClose}>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
        <Segments label={t('matching.title')} value={part} options={[{ value: 'lines', label: t('matching.lines') }, { value: 'merging', label: t('merging.title') }, { value: 'model', label: t('matching.learned') }]} onChange={setPart} />
        <div className="mt-4">
          {part === 'merging' ? <MergingRules plural={object.plural} onDone={onClose} /> : whole.isError ? <Failed error={whole.error} onRetry={() => void whole.refetch()} /> : !whole.data ? <Bones rows={6} className="!px-0" /> : part === 'lines' ? <Lines key={whole.dataUpdatedAt} whole={whole.data} onDone={onClose} /> : <Learned whole={whole.data} />}
        </div>
      </div>
    </SidePanel>
  )
}

const REVIEW_FROM = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
const JOIN_FROM = [0.95, 0.99, 0.995, 0.999, 0.9999]

function Lines({ whole, onDone }: { whole: Overview; onDone: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<MatchingSettings>(whole.settings)
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const percent = (value: number) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(value)
  const chart = whole.figures?.chart ?? []
  const at = (threshold: number) => chart.find((one) => one.threshold >= threshold - 1e-9)
  const review = at(chosen.review_from)
  const join = chosen.join_from === null ? undefined : at(chosen.join_from)
  const dirty = JSON.stringify(chosen) !== JSON.stringify(whole.settings)
  const means = (one: Expectation) => t('matching.means', { count: one.pairs, number: formatNumber(one.pairs, locale), right: percent(Math.round(one.precision * 1000) / 1000), found: percent(Math.round(one.recall * 100) / 100) })

  async function save(event: React.FormEvent) {
    event.preventDefault()
    if (!dirty || busy) return
    setBusy(true)
    try {
      await ask('PATCH', `/matching/${whole.plural}`, { body: chosen })
      await Promise.all(['matching', 'pairs'].map((key) => queries.invalidateQueries({ queryKey: [key] })))
      notify({ text: t('matching.saved') })
      onDone()
    } catch (error) {
      setFault(reasonOf(error))
      setBusy(false)
    }
  }

  return (
    <form className="flex flex-col gap-5" onSubmit={(event) => void save(event)}>
      {whole.figures ? (
        <>
          <p className="text-meta text-fg-2">{t('matching.figures', { records: formatNumber(whole.figures.records, locale), compared: formatNumber(whole.figures.compared, locale), expected: formatNumber(Math.round(whole.figures.expected), locale), took: formatDuration(Math.max(1, Math.round(whole.figures.took_ms / 1000)), locale) })}</p>
          {chart.length > 1 && <ExpectationChart chart={chart} marks={[{ at: chosen.review_from, label: t('matching.review_mark') }, ...(chosen.join_from === null ? [] : [{ at: chosen.join_from, label: t('matching.join_mark') }])]} />}
        </>
      ) : <p className="text-fg-2">{t('matching.no_figures')}</p>}
      <label className="flex flex-col gap-1">
        <span className="font-medium">{t('matching.review_from')}</span>
        <select className="input" value={chosen.review_from} onChange={(event) => setChosen({ ...chosen, review_from: Number(event.target.value) })}>
          {withHeld(REVIEW_FROM, whole.settings.review_from).map((one) => <option key={one} value={one}>{percent(one)}</option>)}
        </select>
        <span className="text-meta text-fg-3">{review ? means(review) : t('matching.review_hint')}</span>
      </label>
      <label className="flex flex-col gap-1">
        <span className="font-medium">{t('matching.join_from')}</span>
        <select className="input" value={chosen.join_from ?? ''} onChange={(event) => setChosen({ ...chosen, join_from: event.target.value === '' ? null : Number(event.target.value) })}>
          <option value="">{t('matching.never')}</option>
          {withHeld(JOIN_FROM, whole.settings.join_from).map((one) => <option key={one} value={one}>{percent(one)}</option>)}
        </select>
        <span className="text-meta text-fg-3">{join ? means(join) : t('matching.join_hint')}</span>
      </label>
      <div className="flex items-start gap-2.5">
        <Tick label={t('matching.second')} checked={chosen.second_opinion} onChange={(on) => setChosen({ ...chosen, second_opinion: on })} />
        <span className="-mt-0.5">
          <span className="block font-medium">{t('matching.second')}</span>
          <span className="block text-meta text-fg-3">{t('matching.second_hint')}</span>
        </span>
      </div>
      {fault && <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{fault}</p>}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t('common.cancel')}</Button>
        <Button look="primary" type="submit" aria-disabled={!dirty} aria-busy={busy}>{t('common.save')}</Button>
      </div>
    </form>
  )
}

/** The usual steps and the one that holds. */
function withHeld(steps: readonly number[], held: number | null): number[] {
  return held === null || steps.includes(held) ? [...steps] : [...steps, held].sort((a, b) => a - b)
}

function Learned({ whole }: { whole: Overview & { model: MatchingModel | null } }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { compared, cameOut } = useEvidenceWords()
  if (!whole.model) return <p className="text-fg-2">{t('matching.not_learned')}</p>
  const most = Math.max(...whole.model.comparisons.flatMap((one) => one.levels.map((level) => Math.abs(level.bits))), 1)
  return (
    <div className="flex flex-col gap-4">
      <p className="text-meta text-fg-2">{t('matching.learned_lead', { when: whole.learned_at ? formatRelative(whole.learned_at, locale) : '—', chance: formatNumber(Math.round(1 / whole.model.prior), locale) })}</p>
      <table className="w-full border-collapse">
        <thead>
          <tr className="text-start text-label text-fg-3"><th scope="col" className="pb-1.5 text-start font-medium">{t('matching.column_what')}</th><th scope="col" className="pb-1.5"><span className="sr-only">{t('evidence.title')}</span></th><th scope="col" className="pb-1.5 text-end font-medium">{t('matching.column_bits')}</th></tr>
        </thead>
        {whole.model.comparisons.map((one) => (
          <tbody key={JSON.stringify(one.comparison)} className="border-t border-line">
            <tr><th scope="rowgroup" colSpan={3} className="pt-2 text-start font-semibold">{compared(one.comparison)}</th></tr>
            {one.levels.map((level) => (
              <tr key={level.level}>
                <td className="py-0.5 pe-2 text-fg-2">{cameOut(level.level)}</td>
                <td className="w-24 max-md:w-16"><span aria-hidden className={cx('block h-2 rounded-[2px]', level.bits >= 0 ? 'bg-ok-fill' : 'bg-bad-fill')} style={{ width: `${Math.max(2, (Math.abs(level.bits) / most) * 100)}%` }} /></td>
                <td className={cx('w-14 text-end tabular-nums', level.bits >= 0 ? 'text-ok' : 'text-bad')}>{bitsText(level.bits, locale)}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}
