/** What is watched, with the band of what was to be expected and the points outside it. */

import type { Amount } from '@/lib/analysis'
import type { State, Step, Told } from '@/lib/alerts'
import { currencyDigits, formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { ChartFrame, Key } from '@/ui/charts/Frame'
import { Lines } from '@/ui/charts/Lines'
import { amountAt, kpiText, numberOf, stepLabel } from '../boards/figures'
import { STATE_WORDS } from './words'

/** A value in the unit of what is watched. */
export function useValueText(told: Told): (value: Amount | undefined, short?: boolean) => string {
  const locale = useLocale()
  return (value, short = false) => (told.unit === 'number' ? (typeof value === 'number' ? formatNumber(Math.round(value * 100) / 100, locale) : '—') : kpiText(value, told.unit, locale, short))
}

const isOutside = (state: State) => state === 'too_high' || state === 'too_low'

export function Series({ told, name, every, height = 260 }: { told: Told; name: string; every: string; height?: number }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const text = useValueText(told)
  const labels = told.points.map((point) => stepLabel(point.from, every, locale))
  const values = told.points.map((point) => numberOf(point.value))
  const isMoney = told.unit === 'money' || told.unit === 'money_per_day'
  const said = (value: number) => text(isMoney && told.currency ? amountAt(value, told.currency, 'money') : value, true)
  const isLine = told.one_in === null
  const ends = (point: Step): [number, number] | null => {
    const [low, high] = [numberOf(point.low), numberOf(point.high)]
    return low === null || high === null ? null : [low, high]
  }
  const line = told.points.map((point) => numberOf(point.low) ?? numberOf(point.high))
  const outside = told.points.flatMap((point, index) => {
    const value = values[index]
    return isOutside(point.state) && value !== null && value !== undefined ? [{ index, value, colour: 'var(--bad)' }] : []
  })
  const usual = (point: Step) => (isLine ? text(point.low ?? point.high) : point.low === null ? '—' : `${text(point.low)} – ${text(point.high)}`)
  const last = told.points.at(-1)
  if (!last || values.every((value) => value === null)) return <p className="text-fg-3">{t('alerts.no_values')}</p>
  return (
    <ChartFrame
      sentence={t('alerts.sentence', { name, value: text(last.value), day: labels.at(-1) ?? '', state: t(STATE_WORDS[last.state]) })}
      legend={(
        <>
          <Key colour="var(--accent)">{name}</Key>
          {isLine ? <Key colour="var(--fg-3)" dashed>{t('alerts.line')}</Key> : <Key colour="var(--accent)" band={0.3}>{t('alerts.usual')}</Key>}
          {outside.length > 0 && <Key colour="var(--bad)">{t('alerts.outside')}</Key>}
        </>
      )}
      table={{ heads: [t('course.from'), name, isLine ? t('alerts.line') : t('alerts.usual'), t('alerts.state')], lines: told.points.map((point, index) => [`${labels[index] ?? ''}${labels.indexOf(labels[index] ?? '') === index ? '' : ` (${index + 1})`}`, text(point.value), usual(point), t(STATE_WORDS[point.state])]) }}
    >
      <Lines
        labels={labels}
        sentence={name}
        height={height}
        unit={isMoney && told.currency ? 10 ** currencyDigits(told.currency) : 1}
        tickText={said}
        read={(index) => { const point = told.points[index]; return point ? `${labels[index] ?? ''}: ${text(point.value)} · ${isLine ? t('alerts.line') : t('alerts.usual')} ${usual(point)} · ${t(STATE_WORDS[point.state])}` : '' }}
        bands={isLine ? [] : [{ key: 'usual', colour: 'var(--accent)', opacity: 0.14, values: told.points.map(ends) }]}
        lines={[...(isLine ? [{ key: 'line', colour: 'var(--fg-3)', values: line, dashed: true }] : []), { key: 'value', colour: 'var(--accent)', values }]}
        dots={outside}
      />
    </ChartFrame>
  )
}
