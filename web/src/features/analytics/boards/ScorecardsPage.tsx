/** The scorecard of a function: its KPIs with value, interval, change, course and goal; each opens what it means and what drove it. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { formatDate } from '@/lib/format'
import { kpisQuery, valuesQuery, type Function, type Kpi, type KpiValues } from '@/lib/scorecards'
import { useLocale } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { cx, Segments } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { TD, TH } from '@/ui/charts/cells'
import { Answer, Choices, Page, useChoices } from '../parts'
import { kpiText, numberOf } from './figures'
import { GoalLight, Moved, Opens, PeriodBar, useWindow } from './parts'
import { Spark } from './Spark'
import { FUNCTION_WORDS } from './words'

const FUNCTIONS = ['marketing', 'sales', 'service'] as const
const USUAL = 'last_12_months'

const KpiPanel = lazy(() => import('./KpiPanel'))

export default function ScorecardsPage() {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const of = FUNCTIONS.find((one) => one === chosen['of']) ?? 'sales'
  const window = useWindow(USUAL)
  const kpis = useQuery(kpisQuery)
  const own = (kpis.data ?? []).filter((kpi) => kpi.function === of)
  const values = useQuery({ ...valuesQuery(window, own.filter((kpi) => kpi.allowed).map((kpi) => kpi.code)), enabled: own.some((kpi) => kpi.allowed), placeholderData: keepPreviousData })
  const open = (kpis.data ?? []).find((kpi) => kpi.code === chosen['kpi'] && kpi.allowed)
  const functions = FUNCTIONS.map((one) => ({ value: one, label: t(FUNCTION_WORDS[one]) }))
  return (
    <Page wide icon={iconOf('target')} title={t('analysis.scorecards')} tools={<span className="max-md:hidden"><Segments<Function> label={t('scorecards.function')} value={of} options={functions} onChange={(next) => choose({ of: next === 'sales' ? undefined : next })} /></span>}>
      <Choices>
        <span className="md:hidden"><Segments<Function> label={t('scorecards.function')} value={of} options={functions} onChange={(next) => choose({ of: next === 'sales' ? undefined : next })} /></span>
        <PeriodBar usual={USUAL} told={values.data} />
      </Choices>
      <Answer query={kpis} rows={12}>
        {() => (own.every((kpi) => !kpi.allowed)
          ? <Blank icon={SearchX} title={t('state.no_right')}>{t('scorecards.no_right')}</Blank>
          : <Answer query={values} rows={12}>{(told) => <Card kpis={own} told={told} isOld={values.isPlaceholderData} onOpen={(code) => choose({ kpi: code })} />}</Answer>)}
      </Answer>
      {open && <Suspense><KpiPanel kpi={open} kpis={kpis.data ?? []} window={window} onClose={() => choose({ kpi: undefined })} onOpen={(code) => choose({ kpi: code })} /></Suspense>}
    </Page>
  )
}

function Card({ kpis, told, isOld, onOpen }: { kpis: Kpi[]; told: KpiValues; isOld: boolean; onOpen: (code: string) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const refused = kpis.filter((kpi) => !kpi.allowed).length
  return (
    <div tabIndex={0} role="region" aria-label={t('analysis.scorecards')} className={cx('min-h-0 flex-1 overflow-auto transition-opacity', isOld && 'opacity-55')}>
      <table className="w-full border-separate border-spacing-0 max-md:block">
        <thead className="max-md:sr-only">
          <tr>
            {[t('scorecards.kpi'), t('scorecards.value'), t('scorecards.change'), t('scorecards.course'), t('scorecards.goal')].map((head, index) => (
              <th key={head} scope="col" className={cx(TH, 'sticky top-0 z-1 bg-surface', index === 0 && '!ps-5', index === 1 && '!text-end')}>{head}</th>
            ))}
          </tr>
        </thead>
        <tbody className="max-md:block">
          {kpis.filter((kpi) => kpi.allowed).map((kpi) => {
            const value = told.data.find((one) => one.code === kpi.code)
            if (!value?.allowed) return null
            const range = value.low !== null && value.high !== null ? t('kpi.between', { low: kpiText(value.low, kpi.unit, locale, true), high: kpiText(value.high, kpi.unit, locale, true) }) : null
            return (
              <tr key={kpi.code} className="hover:bg-subtle max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:items-center max-md:border-b max-md:border-line max-md:px-4 max-md:py-2">
                <th scope="row" className={cx(TD, 'w-[38%] !ps-5 text-start font-normal max-md:w-auto max-md:border-0 max-md:!p-0')}>
                  <button type="button" onClick={() => onOpen(kpi.code)} className="block max-w-full text-start font-medium hover:text-accent-text pointer-coarse:min-h-6">{kpi.name}</button>
                  <span className="block max-w-[58ch] text-meta text-fg-3 max-md:hidden" title={kpi.meaning}>{firstSentence(kpi.meaning)}</span>
                </th>
                <td className={cx(TD, 'text-end whitespace-nowrap tabular-nums max-md:border-0 max-md:!p-0')}>
                  <Opens behind={value.behind} label={value.behind ? t('kpi.open_behind', { name: kpi.name, value: kpiText(value.value, kpi.unit, locale) }) : undefined} className="text-figure font-semibold">{kpiText(value.value, kpi.unit, locale)}</Opens>
                  {range && <span className="block text-meta font-normal text-fg-3">{range}</span>}
                </td>
                <td className={cx(TD, 'max-md:border-0 max-md:!p-0')}><Moved kpi={kpi} told={value} /></td>
                <td className={cx(TD, 'max-md:hidden')}><Spark values={value.points.map((point) => numberOf(point.value))} width={120} /></td>
                <td className={cx(TD, 'max-md:justify-self-end max-md:border-0 max-md:!p-0')}>{value.goal ? <GoalLight kpi={kpi} told={value} short /> : <span className="text-meta text-fg-3 max-md:hidden">{t('scorecards.no_goal')}</span>}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <p className="px-5 py-3 text-meta text-fg-3 max-md:px-4">
        {t('scorecards.as_of', { day: formatDate(told.as_of, locale), currency: told.currency })}
        {refused > 0 && ` ${t('scorecards.hidden', { count: refused })}`}
      </p>
    </div>
  )
}

/** Enough to know what is meant; the rest is in the panel. */
function firstSentence(text: string): string {
  return /^.*?[.。](?=\s|$|[^\d])/.exec(text)?.[0] ?? text
}
