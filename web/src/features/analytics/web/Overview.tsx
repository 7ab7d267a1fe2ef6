/** The figures of the period beside those of another, their course, the hours people come at, and robots apart. */

import { useTranslation } from '@/lib/useTranslation'
import { changeText, periodName, shareText } from '@/lib/analysisFigures'
import { formatDate, formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'
import type { Figures, Overview as Told } from '@/lib/visits'
import { ChartFrame, Key } from '@/ui/charts/Frame'
import { Lines } from '@/ui/charts/Lines'
import { Section, Tile, Tiles } from '../parts'
import { clockText, Known, Moved, Nothing, ratio, Table } from './figures'

export default function Overview({ told }: { told: Told }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { figures: now, figures_before: before } = told
  const count = (value: number) => formatNumber(value, locale)
  const tile = (label: string, of: (figures: Figures) => number, text: (value: number) => string, lessIsBetter?: boolean) => (
    <Tile key={label} label={label} value={text(of(now))} note={before && <Moved value={of(now)} before={of(before)} {...(lessIsBetter ? { lessIsBetter } : {})} />} />
  )
  const perVisit = (figures: Figures) => ratio(figures.views, figures.paged)
  const robots = ratio(told.robots.visits, told.robots.visits + now.visits)
  return (
    <>
      <Tiles>
        {tile(t('web.visits'), (one) => one.visits, count)}
        {tile(t('web.visitors_count'), (one) => one.visitors, count)}
        {tile(t('web.views'), (one) => one.views, count)}
        {tile(t('web.per_visit'), perVisit, (value) => formatNumber(Math.round(value * 10) / 10, locale))}
        {tile(t('web.bounce'), (one) => ratio(one.bounces, one.paged), (value) => shareText(value, locale), true)}
        {tile(t('web.duration'), (one) => ratio(one.seconds, one.visits), clockText)}
        <Tile label={t('web.known')} value={count(now.known)} behind={<Known count={now.known} />} />
      </Tiles>
      {now.of_a_day > 0 && <p className="-mt-2 text-meta text-fg-3">{t('web.of_a_day')}</p>}
      <Section title={t('web.course')}><Course told={told} /></Section>
      <Section title={t('web.hours')} lead={t('web.hours_lead')}><Hours table={told.hours} /></Section>
      <Section title={t('web.robots')} lead={t('web.robots_lead', { visits: count(told.robots.visits), share: shareText(robots, locale) })}>
        {told.robots.rows.length === 0 ? <Nothing>{t('web.robots_none')}</Nothing> : (
          <Table label={t('web.robots')} head={t('web.robot')} rows={told.robots.rows.slice(0, 12)} keyOf={(row) => row.name} size={(row) => row.hits} name={(row) => row.name || t('web.robot_unnamed')}
            columns={[{ head: t('web.visits'), cell: (row) => count(row.visits) }, { head: t('web.requests'), cell: (row) => count(row.hits) }]} />
        )}
      </Section>
    </>
  )
}

function Course({ told }: { told: Told }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const named = (at: string) => (told.by === 'day' ? formatDate(at, locale) : told.by === 'week' ? t('web.week_of', { day: formatDate(at, locale) }) : periodName(at.slice(0, 7), 'month', locale))
  const short = (at: string) => (told.by === 'month' ? named(at) : new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${at}T00:00:00Z`)))
  const places = stepsOf(told.period.from, told.period.to, told.by)
  const at = (course: Told['course']) => new Map(course.map((one) => [one.at, one]))
  const now = at(told.course)
  const earlier = told.before && told.course_before && told.course_before.length > 0 ? { places: stepsOf(told.before.from, told.before.to, told.by), course: at(told.course_before) } : null
  const visits = places.map((place) => now.get(place)?.visits ?? 0)
  const was = earlier && places.map((_, index) => (earlier.places[index] === undefined ? null : (earlier.course.get(earlier.places[index]!)?.visits ?? 0)))
  const [first, sum] = [told.figures_before?.visits, told.figures.visits]
  const sentence = first ? t('web.course_moved', { visits: formatNumber(sum, locale), change: changeText((sum - first) / first, locale) }) : t('web.course_is', { visits: formatNumber(sum, locale) })
  const lines = [...(was ? [{ key: 'was', colour: 'var(--fg-3)', values: was, dashed: true }] : []), { key: 'now', colour: 'var(--accent)', values: visits }]
  return (
    <ChartFrame sentence={sentence} legend={was && <><Key colour="var(--accent)">{t('web.this_period')}</Key><Key colour="var(--fg-3)" dashed>{t('web.period_before')}</Key></>}
      table={{ heads: [t('web.day'), t('web.visits'), t('web.visitors_count'), t('web.views')], lines: places.map((place) => [named(place), ...(['visits', 'visitors', 'views'] as const).map((figure) => formatNumber(now.get(place)?.[figure] ?? 0, locale))]) }}>
      <Lines labels={places.map(short)} lines={lines} sentence={sentence} tickText={(value) => formatNumber(value, locale)}
        read={(index) => [named(places[index] ?? ''), t('web.visits_number', { count: visits[index] ?? 0, number: formatNumber(visits[index] ?? 0, locale) }), was?.[index] !== null && was?.[index] !== undefined && t('web.was_number', { number: formatNumber(was[index] ?? 0, locale) })].filter(Boolean).join(' · ')} />
    </ChartFrame>
  )
}

/** The days, Mondays or firsts of months of a period, without gaps. */
export function stepsOf(from: string, to: string, by: 'day' | 'week' | 'month'): string[] {
  const day = new Date(`${from}T00:00:00Z`)
  if (by === 'week') day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7))
  if (by === 'month') day.setUTCDate(1)
  const steps: string[] = []
  while (day.toISOString().slice(0, 10) <= to && steps.length < 1500) {
    steps.push(day.toISOString().slice(0, 10))
    if (by === 'month') day.setUTCMonth(day.getUTCMonth() + 1)
    else day.setUTCDate(day.getUTCDate() + (by === 'week' ? 7 : 1))
  }
  return steps
}

function Hours({ table }: { table: number[][] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const most = Math.max(1, ...table.flat())
  const weekday = (index: number) => new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + index)))
  return (
    <div tabIndex={0} role="region" aria-label={t('web.hours')} className="overflow-x-auto">
      <table className="w-full min-w-[680px] table-fixed border-separate border-spacing-[2px]">
        <thead>
          <tr>
            <td className="w-14" />
            {Array.from({ length: 24 }, (_, hour) => <th key={hour} scope="col" className="text-center text-label font-normal text-fg-3 tabular-nums">{hour}</th>)}
          </tr>
        </thead>
        <tbody>
          {table.map((row, index) => (
            <tr key={weekday(index)}>
              <th scope="row" className="pe-2 text-start text-meta font-normal text-fg-2">{weekday(index)}</th>
              {row.map((visits, hour) => (
                <td key={hour} title={t('web.visits_number', { count: visits, number: formatNumber(visits, locale) })} style={{ '--share': `${Math.round((visits / most) * 42)}%` } as React.CSSProperties} className="h-7 rounded-xs bg-[color-mix(in_oklch,var(--accent)_var(--share),var(--subtle))] text-center text-label text-fg tabular-nums">{visits === 0 ? '' : formatNumber(visits, locale)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
