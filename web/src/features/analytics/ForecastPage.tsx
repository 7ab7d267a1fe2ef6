/** What the next periods will bring: the past, the likeliest course, how wide it may go, and how well it did before. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { forecastQuery, type Amount, type Forecast } from '@/lib/analysis'
import { amountOf, currencyOf, periodName, unitOf } from '@/lib/analysisFigures'
import { useAnalysisWords } from '@/lib/analysisWords'
import { formatMoneyCompact, formatNumber } from '@/lib/format'
import type { PeriodUnit } from '@/lib/periods'
import { fewQuery } from '@/lib/records'
import { useLocale } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { cx, Segments } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { ChartFrame, Key } from '@/ui/charts/Frame'
import { Lines } from '@/ui/charts/Lines'
import { modelName } from './models'
import { TD, TH } from '@/ui/charts/cells'
import { Answer, Choice, Choices, Page, PartyChoice, Section, useChoices, useParty, Warnings } from './parts'

const MEASURED = ['revenue', 'orders', 'buyers'] as const
const UNITS = ['week', 'month', 'quarter'] as const
const HORIZONS: Record<(typeof UNITS)[number], string[]> = { week: ['4', '8', '13', '26'], month: ['3', '6', '12'], quarter: ['2', '4', '8'] }
const USUAL: Record<(typeof UNITS)[number], string> = { week: '13', month: '6', quarter: '4' }

export default function ForecastPage() {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const [chosen, choose] = useChoices()
  const party = useParty()
  const measure = MEASURED.find((one) => one === chosen['measure']) ?? 'revenue'
  const by = UNITS.find((one) => one === chosen['by']) ?? 'month'
  const horizon = HORIZONS[by].includes(chosen['horizon'] ?? '') ? (chosen['horizon'] ?? USUAL[by]) : USUAL[by]
  const line = chosen['line']
  const lines = useQuery(fewQuery('product_lines', { limit: 100, sort: 'name' }))
  const forecast = useQuery({ ...forecastQuery({ object: party, measure, by, horizon, line }), placeholderData: keepPreviousData })
  const known = (lines.data?.data ?? []).map((record) => ({ value: record.id, label: record.title || t('common.untitled') }))
  return (
    <Page wide icon={iconOf('trending-up')} title={t('analysis.forecast')} tools={<PartyChoice />}>
      <Choices>
        <Segments label={t('choice.measure')} value={measure} options={MEASURED.map((one) => ({ value: one, label: words.measure(one) }))} onChange={(next) => choose({ measure: next === 'revenue' ? undefined : next })} />
        <Segments label={t('choice.by')} value={by} options={UNITS.map((one) => ({ value: one, label: one === 'week' ? t('dimension.week') : words.dimension(one) }))} onChange={(next) => choose({ by: next === 'month' ? undefined : next, horizon: undefined })} />
        <Choice label={t('choice.ahead')} value={horizon} options={HORIZONS[by].map((one) => ({ value: one, label: formatNumber(Number(one), locale) }))} onChange={(next) => choose({ horizon: next === USUAL[by] ? undefined : next })} />
        {known.length > 0 && <Choice label={t('dimension.product_line')} value={line ?? ''} options={known} none={t('choice.all')} onChange={(next) => choose({ line: next || undefined })} />}
      </Choices>
      <div tabIndex={0} role="region" aria-label={t('analysis.forecast')} className={cx('min-h-0 flex-1 overflow-y-auto outline-offset-[-2px] transition-opacity', forecast.isPlaceholderData && 'opacity-55')}>
        <Answer query={forecast} rows={10}>
          {(told) => (
            <div className="mx-auto flex max-w-[1160px] flex-col gap-6 px-5 py-5 max-md:px-4">
              <Warnings warnings={told.refused ? [told.refused, ...told.warnings] : told.warnings} />
              {told.past.length === 0 ? <Blank icon={SearchX} title={t('forecast.none')}>{t('analysis.no_orders')}</Blank> : <Fan told={told} />}
              {told.ahead.length > 0 && <BackTest told={told} />}
            </div>
          )}
        </Answer>
      </div>
    </Page>
  )
}

export function Fan({ told, height = 320 }: { told: Forecast; height?: number }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const unit = told.by as PeriodUnit
  const last = told.past.length - 1
  const currency = currencyOf([...told.past.map((one) => one.value), ...told.ahead.map((one) => one.value)])
  const periods = [...told.past, ...told.ahead].map((one) => periodName(one.from, unit, locale))
  const text = (value: Amount | undefined) => words.amount(value, told.measure, true)
  // The likeliest course and the bands begin where the past ends.
  const end = told.past[last]?.value
  const before = told.past.slice(0, -1).map(() => null)
  const course = [...before, amountOf(end), ...told.ahead.map((one) => amountOf(one.value))]
  const ends = (low: 'low80' | 'low95', high: 'high80' | 'high95') => [...before, [amountOf(end), amountOf(end)] as [number, number], ...told.ahead.map((one): [number, number] => [amountOf(one[low]), amountOf(one[high])])]
  const sum = told.ahead.reduce((whole, one) => whole + amountOf(one.value), 0)
  const whole: Amount = currency ? { amount: sum, currency } : sum
  const sentence = told.ahead.length === 0 ? t('forecast.past_only') : t('forecast.sentence', { measure: words.measure(told.measure), total: text(whole), from: periods[last + 1] ?? '', to: periods.at(-1) ?? '' })
  const tickText = (value: number) => (currency ? formatMoneyCompact({ amount: value, currency }, locale) : new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(value))
  const read = (index: number) => {
    const ahead = told.ahead[index - told.past.length]
    const period = periods[index] ?? ''
    return ahead ? t('forecast.read_ahead', { period, value: text(ahead.value), low: text(ahead.low80), high: text(ahead.high80), lowest: text(ahead.low95), highest: text(ahead.high95) }) : t('forecast.read_past', { period, value: text(told.past[index]?.value) })
  }
  return (
    <ChartFrame
      sentence={sentence}
      legend={told.ahead.length > 0 && <><Key colour="var(--accent)">{t('forecast.past')}</Key><Key colour="var(--accent)" dashed>{t('forecast.likeliest')}</Key><Key colour="var(--accent)" band={0.4}>{t('forecast.within', { share: words.share(0.8) })}</Key><Key colour="var(--accent)" band={0.16}>{t('forecast.within', { share: words.share(0.95) })}</Key></>}
      table={{
        heads: [words.dimension(told.by), words.measure(told.measure), t('forecast.within', { share: words.share(0.8) }), t('forecast.within', { share: words.share(0.95) })],
        lines: [
          ...told.past.map((one, index) => [periods[index] ?? '', words.amount(one.value, told.measure), '', '']),
          ...told.ahead.map((one, index) => [periods[told.past.length + index] ?? '', words.amount(one.value, told.measure), `${text(one.low80)} – ${text(one.high80)}`, `${text(one.low95)} – ${text(one.high95)}`]),
        ],
      }}
    >
      <Lines
        labels={periods}
        sentence={sentence}
        height={height}
        unit={unitOf(currency)}
        tickText={tickText}
        read={read}
        bands={told.ahead.length === 0 ? [] : [{ key: 'wide', colour: 'var(--accent)', opacity: 0.12, values: ends('low95', 'high95') }, { key: 'near', colour: 'var(--accent)', opacity: 0.2, values: ends('low80', 'high80') }]}
        lines={[{ key: 'past', colour: 'var(--accent)', values: [...told.past.map((one) => amountOf(one.value)), ...told.ahead.map(() => null)] }, ...(told.ahead.length > 0 ? [{ key: 'course', colour: 'var(--accent)', dashed: true, values: course }] : [])]}
      />
    </ChartFrame>
  )
}

/** How the model was chosen and how well it would have done, in plain words. */
function BackTest({ told }: { told: Forecast }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const test = told.back_test
  // The one chosen is called by its parameters, those tried by their kind: what they have in common is how they did.
  const isChosen = (one: Forecast['tried'][number]) => test !== null && one.smape === test.smape
  const off = (percent: number | null) => words.share(percent === null ? null : percent / 100)
  const round = (value: number | null) => (value === null ? '—' : formatNumber(Math.round(value * 100) / 100, locale))
  return (
    <Section title={t('forecast.how_good')} lead={told.model ? t('forecast.model', { model: modelName(told.model, t) }) : undefined}>
      {test && (
        <ul className="flex list-disc flex-col gap-1 ps-5">
          {test.smape !== null && <li>{t('forecast.tested', { count: test.origins, error: off(test.smape) })}</li>}
          {test.smape !== null && test.naive_smape !== null && <li>{test.smape < test.naive_smape ? t('forecast.better', { error: off(test.naive_smape) }) : t('forecast.not_better', { error: off(test.naive_smape) })}</li>}
          {typeof test.coverage80 === 'number' && typeof test.coverage95 === 'number' && <li>{t('forecast.covered', { near: words.share(test.coverage80), wide: words.share(test.coverage95) })}</li>}
        </ul>
      )}
      {told.tried.length > 1 && (
        <table className="mt-4 border-separate border-spacing-0">
          <thead><tr><th scope="col" className={`${TH} !ps-0`}>{t('forecast.tried')}</th><th scope="col" className={`${TH} !text-end`}>{t('forecast.error')}</th><th scope="col" className={`${TH} !text-end`}>{t('forecast.mase')}</th></tr></thead>
          <tbody>
            {told.tried.map((one) => (
              <tr key={one.model} className={isChosen(one) ? '' : 'text-fg-2'}>
                <th scope="row" className={cx(TD, '!py-1.5 !ps-0 text-start', isChosen(one) ? 'font-medium' : 'font-normal')}>{modelName(one.model, t)}</th>
                <td className={`${TD} !py-1.5 text-end tabular-nums`}>{off(one.smape)}</td>
                <td className={`${TD} !py-1.5 text-end tabular-nums`}>{round(one.mase)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
