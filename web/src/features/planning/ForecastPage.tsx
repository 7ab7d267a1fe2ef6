/** The forecast: plan, what is closed, committed and possible, by person with everybody below, now or as known on a past day. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, TrendingUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatDate } from '@/lib/format'
import { forecastQuery, questionOf, type Figures, type Forecast, type ForecastAsked, type Question } from '@/lib/forecasts'
import { isTelling, learnedOf, outlookQuery, type Outlook } from '@/lib/outlook'
import type { PlanUnit } from '@/lib/planning'
import { fewQuery } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { IconButton, Segments } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { Course } from './Course'
import { ForecastTable } from './ForecastTable'
import { Answer, Choice, Choices, Deals, Page, useChoices, useFigure, usePeriodName } from './parts'

const UNITS = { month: 'planning.month', quarter: 'planning.a_quarter', year: 'planning.years' } as const

/** The first day of the period before or after. */
export function stepped(unit: PlanUnit, first: string, by: number): string {
  const months = { month: 1, quarter: 3, year: 12 }[unit] * by
  return new Date(Date.UTC(Number(first.slice(0, 4)), Number(first.slice(5, 7)) - 1 + months, 1)).toISOString().slice(0, 10)
}

export default function ForecastPage() {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const locale = useLocale()
  const periodName = usePeriodName()
  const unit: PlanUnit = chosen['unit'] === 'month' || chosen['unit'] === 'year' ? chosen['unit'] : 'quarter'
  const asked: ForecastAsked = { unit, on: chosen['on'] ?? '', pipeline: chosen['pipeline'] ?? '', as_of: chosen['as_of'] ?? '' }
  const forecast = useQuery({ ...forecastQuery(asked), placeholderData: keepPreviousData })
  const pipelines = useQuery(fewQuery('pipelines', { limit: 50, sort: 'title' } as never))
  const outlook = useQuery(outlookQuery(asked.as_of)).data
  const data = forecast.data
  const many = pipelines.data && pipelines.data.data.length > 1 ? pipelines.data.data : []
  return (
    <Page icon={TrendingUp} title={t('pages.forecast')}>
      <Choices>
        <Segments label={t('planning.length')} value={unit} options={(Object.keys(UNITS) as PlanUnit[]).map((value) => ({ value, label: t(UNITS[value]) }))} onChange={(next) => choose({ unit: next === 'quarter' ? undefined : next })} />
        <span className="flex items-center gap-1">
          <IconButton label={t('planning.period_before')} disabled={!data} onClick={() => data && choose({ on: stepped(unit, data.period.first, -1) })}><ChevronLeft size={14} /></IconButton>
          <b className="min-w-24 text-center font-semibold">{data ? periodName(data.period.name, true) : ' '}</b>
          <IconButton label={t('planning.period_after')} disabled={!data} onClick={() => data && choose({ on: stepped(unit, data.period.first, 1) })}><ChevronRight size={14} /></IconButton>
        </span>
        {many.length > 0 && <Choice label={t('planning.in_pipeline')} value={asked.pipeline} options={[{ value: '', label: t('planning.all_pipelines') }, ...many.map((one) => ({ value: one.id, label: one.title }))]} onChange={(pipeline) => choose({ pipeline: pipeline || undefined })} />}
        <label className="flex items-center gap-1.5 text-meta text-fg-2"><span>{t('planning.as_of')}</span><input type="date" value={asked.as_of} max={new Date().toISOString().slice(0, 10)} onChange={(event) => choose({ as_of: event.target.value || undefined })} className="input !h-7 !min-h-7 !w-auto !px-2 !py-0 text-body text-fg pointer-coarse:!h-9" /></label>
      </Choices>
      <Answer query={forecast}>
        {(told) => (
          <div tabIndex={0} role="region" aria-label={t('pages.forecast')} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
            {told.as_of && <p className="border-b border-line bg-accent-soft px-5 py-2 max-md:px-4">{t('planning.as_known', { day: formatDate(told.as_of, locale) })}</p>}
            {told.without_rate > 0 && <p className="border-b border-line bg-warn-soft px-5 py-2 text-warn max-md:px-4">{t('planning.without_rate', { count: told.without_rate, currency: told.currency })}</p>}
            {told.rows.length === 0 ? <Blank icon={TrendingUp} title={t('planning.no_deals')}>{t('planning.no_deals_hint')}</Blank> : (
              <div className="flex flex-col gap-6 py-5">
                <Summary forecast={told} outlook={asked.pipeline ? null : outlook} />
                <Course forecast={told} learned={asked.pipeline ? null : learnedOf(told, outlook)} />
                <ForecastTable forecast={told} />
              </div>
            )}
          </div>
        )}
      </Answer>
    </Page>
  )
}

/** The whole in a line of figures, each of which opens its deals. */
function Summary({ forecast, outlook }: { forecast: Forecast; outlook: Outlook | null | undefined }) {
  const { t } = useTranslation()
  const learned = learnedOf(forecast, outlook)
  const quality = outlook?.quality
  const figure = useFigure('revenue', forecast.currency)
  const all = forecast.all
  const link = (value: number, which: Question): ReactNode => <Deals forecast={forecast} question={questionOf(forecast, which, null, true)}>{figure(value, true)}</Deals>
  const share = (value: number) => (all.quota === null || all.quota === 0 ? undefined : t('planning.of_plan', { percent: Math.round((value / all.quota) * 100) }))
  const tiles: [string, ReactNode, string | undefined][] = [
    [t('planning.plan'), all.quota === null ? '—' : figure(all.quota, true), all.quota === null ? t('planning.no_plan') : undefined],
    [t('planning.closed'), link(all.closed, 'closed'), share(all.closed) ?? t('planning.deals_count', { count: all.won })],
    [t('planning.call'), figure(all.call, true), gapText(t, all, figure)],
    [t('planning.weighted'), link(all.weighted, 'open'), share(all.weighted)],
    [t('planning.run_rate'), all.run_rate === null ? '—' : figure(all.run_rate, true), all.run_rate === null ? undefined : share(all.run_rate)],
  ]
  if (learned) tiles.splice(3, 0, [t('planning.learned'), figure(Math.round(learned.expected), true), t('planning.between', { low: figure(Math.round(learned.low), true), high: figure(Math.round(learned.high), true) })])
  return (
    <>
    <dl className="grid grid-cols-[repeat(auto-fit,minmax(150px,1fr))] gap-3 px-5 max-md:grid-cols-2 max-md:gap-2 max-md:px-4">
      {tiles.map(([label, value, note]) => (
        <div key={label} className="min-w-0 rounded-md px-3.5 py-2.5 shadow-[inset_0_0_0_1px_var(--line)]">
          <dt className="truncate text-meta text-fg-3" title={label}>{label}</dt>
          <dd className="truncate text-title font-semibold tracking-[-0.02em] tabular-nums">{value}</dd>
          <dd className="min-h-4 truncate text-meta text-fg-2">{note}</dd>
        </div>
      ))}
    </dl>
    {learned && quality && <p className="-mt-3 px-5 text-meta text-fg-2 max-md:px-4">{t('planning.learned_quality', { held: quality.amounts_held, count: quality.tested, error: quality.amounts_error })}</p>}
    {(outlook?.state === 'too_little' || (outlook?.state === 'made' && !isTelling(outlook))) && <p className="-mt-3 px-5 text-meta text-fg-3 max-md:px-4">{t('planning.learned_little')}</p>}
    </>
  )
}

function gapText(t: (key: string, values?: Record<string, unknown>) => string, all: Figures, figure: (value: number, short?: boolean) => string): string | undefined {
  if (all.gap === null) return undefined
  return all.gap > 0 ? t('planning.short_by_plan', { value: figure(all.gap, true) }) : t('planning.over_plan', { value: figure(-all.gap, true) })
}
