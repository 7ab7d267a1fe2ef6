/** How large a segment was, day by day, beside another one if wanted; who came and went is a list away. */

import { useQuery } from '@tanstack/react-query'
import { TrendingUp } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { formatDate, formatNumber } from '@/lib/format'
import { daysQuery, segmentsQuery, type Days, type Standing } from '@/lib/segments'
import { useLocale } from '@/lib/session'
import { Segments } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { ChartFrame, Key } from '@/ui/charts/Frame'
import { Lines } from '@/ui/charts/Lines'
import { Answer, Choice as Pick, Tile, Tiles } from '../parts'

const DAY_MS = 86_400_000

/** Every day of a period with how many there were at its end. */
function sizes(told: Days, days: readonly string[]): number[] {
  const byDay = new Map(told.days.map((one) => [one.day, one.size]))
  let held = told.before
  return days.map((day) => (held = byDay.get(day) ?? held))
}

function daysBack(count: number): string[] {
  const today = new Date()
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(today.getTime() - (count - 1 - index) * DAY_MS)
    return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`
  })
}

export function Growth({ standing }: { standing: Standing }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [span, setSpan] = useState('30')
  const [other, setOther] = useState('')
  const days = daysBack(Number(span))
  const [from = '', to = ''] = [days[0], days.at(-1)]
  const own = useQuery(daysQuery(standing.id, from, to))
  const others = (useQuery(segmentsQuery()).data ?? []).filter((one) => one.id !== standing.id)
  const compared = useQuery({ ...daysQuery(other, from, to), enabled: other !== '' })
  return (
    <section aria-label={t('segments.growth')} className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <Segments label={t('segments.period')} value={span} options={[{ value: '30', label: t('segments.last_month') }, { value: '90', label: t('segments.last_quarter') }, { value: '365', label: t('segments.last_year') }]} onChange={setSpan} />
        <span className="flex-1" />
        {others.length > 0 && <Pick label={t('segments.compare_with')} value={other} none={t('segments.nothing_else')} options={others.map((one) => ({ value: one.id, label: one.name }))} onChange={setOther} />}
      </div>
      <Answer query={own} refused={t('segments.needs_all')}>
        {(told) => {
          if (told.days.length === 0 && told.before === 0) return <Blank icon={TrendingUp} title={t('segments.no_past')}>{t('segments.no_past_hint')}</Blank>
          const values = sizes(told, days)
          const against = other === '' ? undefined : compared.data
          const beside = against ? sizes(against, days) : null
          const entered = told.days.reduce((sum, one) => sum + one.entered, 0)
          const left = told.days.reduce((sum, one) => sum + one.left, 0)
          const labels = days.map((day) => formatDate(day, locale))
          const number = (value: number | null | undefined) => formatNumber(value ?? 0, locale)
          const sentence = t('segments.grew', { name: told.name, before: number(told.before), after: number(values.at(-1)) })
          return (
            <>
              <Tiles>
                <Tile label={t('segments.members')} value={number(values.at(-1))} />
                <Tile label={t('segments.entered')} value={number(entered)} />
                <Tile label={t('segments.left')} value={number(left)} />
              </Tiles>
              <ChartFrame
                sentence={sentence}
                legend={beside && against ? <><Key colour="var(--cat-1)">{told.name}</Key><Key colour="var(--cat-2)" dashed>{against.name}</Key></> : undefined}
                table={{ heads: [t('segments.day'), t('segments.entered'), t('segments.left'), t('segments.members')], lines: told.days.map((one) => [formatDate(one.day, locale), number(one.entered), number(one.left), number(one.size)]).toReversed() }}
              >
                <Lines
                  labels={labels}
                  sentence={sentence}
                  tickText={(value) => formatNumber(value, locale)}
                  lines={[{ key: 'own', colour: 'var(--cat-1)', values }, ...(beside ? [{ key: 'other', colour: 'var(--cat-2)', values: beside, dashed: true }] : [])]}
                  read={(index) => [labels[index] ?? '', `${told.name}: ${number(values[index])}`, ...(beside && against ? [`${against.name}: ${number(beside[index])}`] : [])].join(' · ')}
                />
              </ChartFrame>
            </>
          )
        }}
      </Answer>
    </section>
  )
}
