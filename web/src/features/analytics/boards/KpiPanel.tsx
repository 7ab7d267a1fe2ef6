/** One KPI in full: its definition, its course beside the period before, what drove the change, its groups and its goals. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { formatDate, parseMoney, parseNumber } from '@/lib/format'
import { driversQuery, goalsQuery, setGoal, valuesQuery, type Kpi, type Window } from '@/lib/scorecards'
import { useLocale, useSession } from '@/lib/session'
import { Button, cx } from '@/ui/kit'
import { SidePanel } from '@/ui/overlays'
import { Answer, Choice } from '../parts'
import { Course } from './Course'
import { kpiText } from './figures'
import { DriverBars, Groups } from './KpiBars'
import { GoalLight, Moved, Opens } from './parts'
import { BY_WORDS, GOAL_WORDS } from './words'

interface Props {
  kpi: Kpi
  kpis: Kpi[]
  window: Window
  onClose: () => void
  onOpen: (code: string) => void
}

export default function KpiPanel({ kpi, kpis, window, onClose, onOpen }: Props) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [by, setBy] = useState('')
  const values = useQuery(valuesQuery(window, [kpi.code]))
  const dimension = kpi.dimensions.includes(by) ? by : (kpi.dimensions[0] ?? '')
  const told = values.data?.data[0]
  return (
    <SidePanel open onClose={onClose} title={<span className="truncate">{kpi.name}</span>}>
      <div tabIndex={0} role="region" aria-label={kpi.name} className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
        <p className="text-fg-2">{kpi.meaning}</p>
        <p className="mt-2"><code className="rounded-sm bg-hover px-1.5 py-0.5 text-meta break-words text-fg-2">{kpi.formula}</code></p>
        <Answer query={values} rows={4}>
          {(answer) => told && (
            <>
              <div className="mt-4 flex flex-wrap items-baseline gap-x-3 gap-y-1">
                <Opens behind={told.behind} label={told.behind ? t('kpi.open_behind', { name: kpi.name, value: kpiText(told.value, kpi.unit, locale) }) : undefined} className="text-[26px] leading-8 font-semibold tracking-[-0.02em] tabular-nums">{kpiText(told.value, kpi.unit, locale)}</Opens>
                <Moved kpi={kpi} told={told} withWords />
                <GoalLight kpi={kpi} told={told} />
              </div>
              {told.low !== null && told.high !== null && <p className="text-meta text-fg-3">{t(kpi.interval === 'wilson' ? 'kpi.wilson' : 'kpi.standard_error', { low: kpiText(told.low, kpi.unit, locale), high: kpiText(told.high, kpi.unit, locale), count: told.cases ?? 0 })}</p>}
              <div className="mt-3"><Course kpi={kpi} told={told} step={answer.step} currency={answer.currency} height={180} /></div>
            </>
          )}
        </Answer>
        {kpi.tree && <DriversOf kpi={kpi} kpis={kpis} window={window} onOpen={onOpen} />}
        {dimension && (
          <section aria-label={t('kpi.groups')} className="mt-6">
            <div className="mb-2 flex flex-wrap items-center gap-2">
              <h3 className="flex-1 font-semibold">{t('kpi.groups')}</h3>
              <Choice label={t('kpi.by')} value={dimension} options={kpi.dimensions.map((one) => ({ value: one, label: t(BY_WORDS[one] ?? '') }))} onChange={setBy} />
            </div>
            <Groups kpi={kpi} by={dimension} window={window} />
          </section>
        )}
        <Goals kpi={kpi} currency={values.data?.currency ?? 'EUR'} />
      </div>
    </SidePanel>
  )
}

function DriversOf({ kpi, kpis, window, onOpen }: Omit<Props, 'onClose'>) {
  const { t } = useTranslation()
  const drivers = useQuery(driversQuery(kpi.code, window))
  return (
    <section aria-label={t('drivers.title')} className="mt-6">
      <h3 className="mb-1 font-semibold">{t('drivers.title')}</h3>
      <Answer query={drivers} rows={3}>{(told) => <DriverBars kpi={kpi} kpis={kpis} told={told} onOpen={onOpen} />}</Answer>
    </section>
  )
}

function Goals({ kpi, currency }: { kpi: Kpi; currency: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const isAdmin = useSession()?.can.admin === true
  const goals = useQuery(goalsQuery)
  const own = (goals.data ?? []).filter((goal) => goal.kpi === kpi.code).reverse()
  const [unit, setUnit] = useState('month')
  const [since, setSince] = useState(new Date().toISOString().slice(0, 10))
  const [typed, setTyped] = useState('')
  const [fault, setFault] = useState('')
  const isMoney = kpi.unit === 'money' || kpi.unit === 'money_per_day'
  const percent = kpi.unit === 'share'

  async function put(goal: Parameters<typeof setGoal>[0]) {
    setFault('')
    try {
      await setGoal(goal)
      setTyped('')
      await queries.invalidateQueries({ queryKey: ['scorecards'] })
    } catch (error) {
      setFault(reasonOf(error))
    }
  }

  function save() {
    const number = parseNumber(typed)
    const value = isMoney ? parseMoney(typed, currency) : number === null ? null : percent ? number / 100 : number
    if (value === null) return setFault(t('goals.not_a_number'))
    void put({ kpi: kpi.code, unit, since, value })
  }

  return (
    <section aria-label={t('goals.title')} className="mt-6">
      <h3 className="mb-2 font-semibold">{t('goals.title')}</h3>
      {own.length === 0 && <p className="text-fg-3">{t('goals.none')}</p>}
      <ul className="flex flex-col">
        {own.map((goal) => (
          <li key={`${goal.unit}${goal.since}`} className="flex items-center gap-3 border-b border-line py-1.5">
            <span className="min-w-0 flex-1"><span className="block font-medium">{t(GOAL_WORDS[goal.unit].of, { day: formatDate(goal.since, locale) })}</span><span className="block truncate text-meta text-fg-3">{t('goals.set_by', { name: goal.set_by.name ?? '—', day: formatDate(goal.set_at, locale) })}</span></span>
            <span className="font-medium tabular-nums">{kpiText(goal.value, kpi.unit, locale)}</span>
            {isAdmin && <Button size="sm" onClick={() => void put({ kpi: kpi.code, unit: goal.unit, since: goal.since, value: null })}>{t('goals.remove')}</Button>}
          </li>
        ))}
      </ul>
      {isAdmin && (
        <form className="mt-3 flex flex-wrap items-end gap-2" onSubmit={(event) => { event.preventDefault(); save() }}>
          <Choice label={t('goals.for')} value={unit} options={Object.entries(GOAL_WORDS).map(([value, words]) => ({ value, label: t(words.unit) }))} onChange={setUnit} />
          <input type="date" aria-label={t('goals.day')} value={since} onChange={(event) => setSince(event.target.value)} className="input !h-7 !min-h-7 !w-auto !px-2 !py-0" />
          <label className="flex items-center gap-1.5 text-meta text-fg-2">{isMoney ? t('goals.value_money', { currency }) : percent ? t('goals.value_percent') : t('goals.value')}<input value={typed} inputMode="decimal" onChange={(event) => setTyped(event.target.value)} className={cx('input !h-7 !min-h-7 !w-24 !px-2 !py-0 text-body text-fg', fault && 'shadow-[inset_0_0_0_1px_var(--bad)]')} /></label>
          <Button type="submit" look="outline">{t('goals.set')}</Button>
          {fault && <p role="alert" className="basis-full text-meta text-bad">{fault}</p>}
        </form>
      )}
    </section>
  )
}
