/** The course of the period: what is closed day by day, towards the plan, and what commit and best case would make of it. */

import { Lines } from '@/ui/charts/Lines'
import type { Forecast } from '@/lib/forecasts'
import { formatDate } from '@/lib/format'
import type { Total } from '@/lib/outlook'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { useFigure } from './parts'

export function Course({ forecast, learned }: { forecast: Forecast; learned: Total | null }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const figure = useFigure('revenue', forecast.currency)
  const { course, all } = forecast
  const last = course.length - 1
  // The last day that is over: from there on commit and best case go to the period's end.
  const today = course.reduce((found, one, index) => (one.closed === null ? found : index), -1)
  const towards = (goal: number) => course.map((_, index) => (today < last && index >= Math.max(0, today) ? all.closed + ((goal - all.closed) * (index - Math.max(0, today))) / Math.max(1, last - Math.max(0, today)) : null))
  const hasAhead = today < last && forecast.as_of === null
  const lines = [
    ...(all.quota === null ? [] : [{ key: 'plan', colour: 'var(--fg-3)', dashed: true, word: t('planning.plan'), values: course.map((_, index) => ((all.quota ?? 0) * (index + 1)) / course.length) }]),
    ...(hasAhead ? [
      { key: 'best', colour: 'var(--color-chart-3, #b7791f)', dashed: true, word: t('planning.with_best'), values: towards(all.closed + all.commit + all.best_case) },
      { key: 'commit', colour: 'var(--ok)', dashed: true, word: t('planning.with_commit'), values: towards(all.closed + all.commit) },
    ] : []),
    { key: 'closed', colour: 'var(--accent)', dashed: false, word: t('planning.closed'), values: course.map((one) => one.closed) },
  ]
  // From today on the interval opens towards the period's end.
  const ends = (goal: number) => (index: number) => all.closed + ((goal - all.closed) * (index - Math.max(0, today))) / Math.max(1, last - Math.max(0, today))
  const bands = learned && today < last ? [{ key: 'learned', colour: 'var(--accent)', opacity: 0.16, values: course.map((_, index): [number, number] | null => (index >= Math.max(0, today) ? [Math.max(all.closed, ends(learned.low)(index)), Math.max(all.closed, ends(learned.high)(index))] : null)) }] : []
  const day = (index: number) => (course[index] ? formatDate(course[index].day, locale) : '')
  const short = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const sentence = all.quota === null ? t('planning.course_free', { closed: figure(all.closed) }) : t('planning.course', { closed: figure(all.closed), quota: figure(all.quota) })
  return (
    <figure className="px-5 max-md:px-4">
      <figcaption className="flex flex-wrap items-center gap-x-4 gap-y-1 pb-1">
        <span className="min-w-0 flex-1 basis-60 text-fg-2">{sentence}</span>
        {lines.map((line) => <span key={line.key} className="inline-flex items-center gap-1.5 text-meta text-fg-2"><i aria-hidden className="inline-block w-4 border-t-2" style={{ borderColor: line.colour, borderStyle: line.dashed ? 'dashed' : 'solid' }} />{line.word}</span>)}
        {bands.length > 0 && <span className="inline-flex items-center gap-1.5 text-meta text-fg-2"><i aria-hidden className="inline-block h-2.5 w-4 bg-accent opacity-20" />{t('planning.learned_band')}</span>}
      </figcaption>
      <Lines
        labels={course.map((one) => short.format(Date.parse(one.day)))} lines={lines} bands={bands} sentence={sentence} tickText={(value) => figure(value, true)} unit={100} height={220}
        read={(index) => [day(index), ...lines.flatMap((line) => { const value = line.values[index]; return value === null || value === undefined ? [] : [`${line.word} ${figure(Math.round(value), true)}`] })].join(' · ')}
      />
    </figure>
  )
}
