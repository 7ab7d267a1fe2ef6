/** A chart over the current list: bars, a line, or a ring of at most three parts; a sentence and a table say the same. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChartColumn, ChartLine, ChartPie, Layers2, Rows3, SearchX, Table2 } from 'lucide-react'
import { useMemo, useState, type CSSProperties } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { formatNumber } from '@/lib/format'
import type { Figure } from '@/lib/records'
import { arc, colourOf } from '@/lib/scale'
import { useLocale } from '@/lib/session'
import { Button, cx, Segments } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import type { LayoutProps } from '../../layout'
import { firstBoardField } from '../board/columns'
import { groupsQuery, keyText, measureName } from '../groups'
import { LayoutTools } from '../slot'
import { FieldChoice } from '../tools'
import { useOpenBehind } from './behind'
import { MeasureChoice, UnitChoice } from './MeasureChoice'
import { byOf, groupFields, isAdditive, isDated, measureOf, unitOf, useFigureText, useKeyLabel, useMeasureLabel, useValueColour } from './measures'
import { Plot } from './Plot'
import { singleSeries, splitSeries, withGaps, type Chart } from './series'

type Kind = 'bar' | 'line' | 'ring'
const CATEGORIES = 40
const RING_PARTS = 3

export default function ChartLayout({ object, fields, filter, config, onConfig, onClear }: LayoutProps) {
  const { t } = useTranslation()
  const locale = useLocale()
  const keyLabel = useKeyLabel()
  const figureText = useFigureText()
  const measureLabel = useMeasureLabel(object)
  const openBehind = useOpenBehind(object, filter)
  const may = useMemo(() => groupFields(fields), [fields])
  const by = may.find((field) => field.name === config['chart_by']) ?? firstBoardField(object) ?? may[0]
  const split = may.find((field) => field.name === config['chart_split'] && field.name !== by?.name)
  const unit = unitOf(config['chart_unit'])
  const measure = measureOf(object, config['chart_measure'])
  const name = measureName(measure)
  const overTime = isDated(by)
  const splitColour = useValueColour(split)
  const ownColour = useValueColour(by)
  const additive = isAdditive(measure, [by, split])

  const order = overTime ? 'key' : by?.options || by?.target === 'stage' ? 'key' : `-${name}`
  const main = useQuery({ ...groupsQuery(object.plural, { filter, by: by ? [byOf(by, unit)] : [], measures: [measure], sort: order, limit: overTime ? 1000 : CATEGORIES }), enabled: by !== undefined, placeholderData: keepPreviousData })
  const parts = useQuery({ ...groupsQuery(object.plural, { filter, by: by && split ? [byOf(by, unit), byOf(split, unit)] : [], measures: [measure], limit: 1000 }), enabled: by !== undefined && split !== undefined, placeholderData: keepPreviousData })

  const chart = useMemo((): Chart | null => {
    if (!main.data) return null
    const groups = overTime ? withGaps(main.data.groups, unit) : main.data.groups
    const label = (key: Parameters<typeof keyLabel>[2]) => keyLabel(by, unit, key)
    if (!split) return singleSeries(groups, name, label)
    if (!parts.data) return null
    return splitSeries(groups.flatMap((group) => group.keys[0] ?? []), parts.data.groups, name, additive, label, (key) => keyLabel(split, unit, key), t('figures.other'), splitColour)
    // The labels follow the language, which draws the whole page anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [main.data, parts.data, by, split, unit, name, additive, overTime, t])

  const points = chart?.series[0]?.points ?? []
  const mayRing = !overTime && !split && additive && points.filter((point) => point.value > 0).length <= RING_PARTS
  const wanted = (['bar', 'line', 'ring'] as const).find((kind) => kind === config['chart_kind']) ?? (overTime ? 'line' : 'bar')
  const kind: Kind = wanted === 'ring' && !mayRing ? 'bar' : wanted === 'line' && !overTime ? 'bar' : wanted
  const [asTable, setAsTable] = useState(false)

  const tools = (
    <LayoutTools>
      <FieldChoice label={t('figures.by')} icon={<Rows3 size={13} />} fields={may} value={by?.name ?? ''} onChange={(next) => onConfig({ chart_by: next })} />
      {overTime && <UnitChoice value={unit} onChange={(next) => onConfig({ chart_unit: next })} />}
      <FieldChoice label={t('figures.split')} icon={<Layers2 size={13} />} fields={may.filter((field) => field.name !== by?.name && !isDated(field))} value={split?.name ?? ''} none={t('figures.no_split')} onChange={(next) => onConfig({ chart_split: next })} />
      <MeasureChoice object={object} value={measure} onChange={(next) => onConfig({ chart_measure: next })} />
    </LayoutTools>
  )
  if (!by) return <Blank className="flex-1" icon={ChartColumn} title={t('figures.no_field')} />
  const failed = [main, parts].find((one) => one.isError && !one.data)
  if (failed) return <div className="flex-1">{tools}<Failed error={failed.error} onRetry={() => void failed.refetch()} /></div>
  if (!chart || !main.data) return <div className="flex-1">{tools}<Bones rows={10} /></div>
  if (points.length === 0) return <div className="flex flex-1 flex-col">{tools}<Blank className="flex-1" icon={SearchX} title={t('list.no_result')} action={filter && <Button look="outline" onClick={onClear}>{t('filter.clear_all')}</Button>} /></div>

  const sentence = sentenceOf()
  function sentenceOf(): string {
    const total = figureText(main.data?.totals[name]) || '0'
    // What has no date is on no place of the axis.
    const all = (main.data?.groups ?? []).filter((group) => !overTime || group.keys[0]?.value !== null)
    const best = all.reduce<(typeof all)[number] | null>((held, group) => (held === null || pointValue(group.values[name]) > pointValue(held.values[name]) ? group : held), null)
    const whole = pointValue(main.data?.totals[name])
    const share = additive && whole > 0 && best ? new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(pointValue(best.values[name]) / whole) : null
    const most = { label: best ? keyLabel(by, unit, best.keys[0]) : '', value: best ? figureText(best.values[name]) || '0' : '0', measure: measureLabel(measure), total, share: share ?? '' }
    return share ? t('figures.most_of', most) : t('figures.most', most)
  }

  const kinds: { value: Kind; label: string; icon: React.ReactNode }[] = [
    { value: 'bar', label: t('figures.bars'), icon: <ChartColumn size={13} /> },
    ...(overTime ? [{ value: 'line' as const, label: t('figures.line'), icon: <ChartLine size={13} /> }] : []),
    ...(mayRing ? [{ value: 'ring' as const, label: t('figures.ring'), icon: <ChartPie size={13} /> }] : []),
  ]
  const isPart = main.data.next !== null || (split !== undefined && parts.data?.next !== null)

  return (
    <div className="flex min-w-0 flex-1 flex-col">
      {tools}
      <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-b border-line px-4 py-1.5">
        <p className="min-w-0 flex-1 basis-60 text-fg-2">{sentence}{isPart && ` · ${t('figures.part')}`}</p>
        {kinds.length > 1 && <Segments label={t('figures.kind')} value={kind} options={kinds} onChange={(next) => onConfig({ chart_kind: next })} />}
        <Button size="sm" aria-pressed={asTable} onClick={() => setAsTable(!asTable)} className={cx(asTable && 'bg-hover text-fg')}><Table2 size={13} />{t('figures.as_table')}</Button>
      </div>
      <div className={cx('flex min-h-0 flex-1 flex-col transition-opacity', (main.isPlaceholderData || parts.isPlaceholderData) && 'opacity-55')}>
        {asTable ? (
          <ChartTable chart={chart} label={sentence} firstName={t('figures.by')} valueName={measureLabel(measure)} figureText={figureText} onOpen={openBehind} />
        ) : kind === 'ring' ? (
          <Ring colours={main.data.groups.map((group, index) => ownColour(keyText(group.keys[0]), index))} chart={chart} sentence={sentence} total={figureText(main.data.totals[name], true)} figureText={figureText} onOpen={openBehind} />
        ) : overTime ? (
          <Plot chart={chart} kind={kind} sentence={sentence} figureText={figureText} isStacked={additive} onOpen={openBehind} currency={currencyOf(main.data.totals[name])} />
        ) : (
          <Bars chart={chart} sentence={sentence} figureText={figureText} isStacked={additive} onOpen={openBehind} />
        )}
      </div>
    </div>
  )

  function pointValue(figure: Figure | undefined): number {
    if (typeof figure === 'number') return figure
    return (Array.isArray(figure) ? figure[0]?.amount : figure?.amount) ?? 0
  }
  function currencyOf(figure: Figure | undefined): string | null {
    return (Array.isArray(figure) ? figure[0]?.currency : typeof figure === 'object' ? figure?.currency : null) ?? null
  }
}

interface Drawn {
  chart: Chart
  sentence: string
  figureText: (figure: Figure | undefined, short?: boolean) => string
  onOpen: (question: string) => void
}

/** Names beside their bars: read like a list, longest words and all. */
function Bars({ chart, sentence, figureText, isStacked, onOpen }: Drawn & { isStacked: boolean }) {
  const { t } = useTranslation()
  const sums = chart.labels.map((_, index) => chart.series.reduce((sum, one) => (isStacked ? sum + Math.max(0, one.points[index]?.value ?? 0) : Math.max(sum, one.points[index]?.value ?? 0)), 0))
  const most = Math.max(1, ...sums)
  const several = chart.series.length > 1
  return (
    <div tabIndex={0} role="region" aria-label={sentence} className="min-h-0 flex-1 overflow-y-auto px-4 py-4 md:px-6">
      {several && <Legend chart={chart} />}
      <ul className="grid max-w-5xl grid-cols-[fit-content(15rem)_minmax(0,1fr)] items-center gap-x-3 gap-y-2.5">
        {chart.labels.map((label, index) => {
          const parts = chart.series.map((one) => ({ one, point: one.points[index] })).filter(({ point }) => (point?.value ?? 0) > 0)
          const whole = several ? null : chart.series[0]?.points[index]
          return (
            <li key={`${label} ${index}`} className="contents">
              <span className="truncate text-end text-fg-2" title={label}>{label}</span>
              <span className={cx('flex items-center gap-2', !isStacked && several && 'flex-col items-start! gap-0.5')}>
                {parts.map(({ one, point }) => (
                  <button
                    key={one.key}
                    type="button"
                    disabled={!point?.filter}
                    data-hint={several ? `${one.name}: ${figureText(point?.figure)}` : undefined}
                    aria-label={[label, one.name, figureText(point?.figure)].filter(Boolean).join(', ')}
                    onClick={() => point?.filter && onOpen(point.filter)}
                    style={{ width: `${((point?.value ?? 0) / most) * 82}%`, '--colour': one.colour } as CSSProperties}
                    className={cx('h-6 min-w-1 shrink-0 bg-(--colour) transition-[width,filter] duration-150 enabled:hover:brightness-110', isStacked && several ? '-me-2 border-e border-surface last-of-type:rounded-e-[5px]' : 'rounded-e-[5px]', !isStacked && several && 'h-3!')}
                  />
                ))}
                <span className={cx('shrink-0 font-medium tabular-nums', isStacked && several && 'ps-2')}>{whole ? figureText(whole.figure) || '0' : isStacked ? figureText(addedUp(chart, index)) || '0' : ''}</span>
              </span>
            </li>
          )
        })}
      </ul>
      <p className="sr-only">{t('figures.open_hint')}</p>
    </div>
  )
}

function addedUp(chart: Chart, index: number): Figure {
  const figures = chart.series.map((one) => one.points[index]?.figure)
  const money = new Map<string, number>()
  let plain = 0
  for (const figure of figures) {
    if (typeof figure === 'number') plain += figure
    else for (const one of Array.isArray(figure) ? figure : figure ? [figure] : []) money.set(one.currency, (money.get(one.currency) ?? 0) + one.amount)
  }
  return money.size > 0 ? [...money].map(([currency, amount]) => ({ currency, amount })) : plain
}

export function Legend({ chart }: { chart: Chart }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 pb-3 text-meta text-fg-2">
      {chart.series.map((one) => (
        <li key={one.key} className="flex items-center gap-1.5">
          <i aria-hidden className="size-2.5 rounded-[3px] bg-(--colour)" style={{ '--colour': one.colour } as CSSProperties} />
          {one.name}
        </li>
      ))}
    </ul>
  )
}

function Ring({ chart, sentence, total, colours, figureText, onOpen }: Drawn & { total: string; colours: string[] }) {
  const locale = useLocale()
  const points = (chart.series[0]?.points ?? []).map((point, index) => ({ ...point, colour: colours[index] ?? colourOf(index) })).filter((point) => point.value > 0)
  const sum = points.reduce((held, point) => held + point.value, 0) || 1
  let from = 0
  const parts = points.map((point, index) => {
    const part = { point, index, from, to: from + point.value / sum }
    from = part.to
    return part
  })
  return (
    <div tabIndex={0} role="region" aria-label={sentence} className="flex min-h-0 flex-1 flex-wrap items-center justify-center gap-x-12 gap-y-6 overflow-y-auto p-6">
      <svg role="img" aria-label={sentence} viewBox="-110 -110 220 220" className="size-64 shrink-0">
        {parts.map((part) => <path key={part.index} d={arc(part.from, part.to, 100, 66)} fill={part.point.colour} stroke="var(--surface)" strokeWidth={parts.length > 1 ? 2 : 0} />)}
        <text textAnchor="middle" dominantBaseline="central" className="fill-fg text-[22px] font-semibold tabular-nums">{total}</text>
      </svg>
      <ul className="flex flex-col gap-1">
        {parts.map(({ point }) => (
          <li key={point.label}>
            <button type="button" disabled={!point.filter} onClick={() => point.filter && onOpen(point.filter)} className="flex min-h-9 w-full items-center gap-3 rounded-sm px-3 text-start hover:bg-hover">
              <i aria-hidden className="size-3 rounded-[3px] bg-(--colour)" style={{ '--colour': point.colour } as CSSProperties} />
              <span className="min-w-24 flex-1">{point.label}</span>
              <span className="font-semibold tabular-nums">{figureText(point.figure)}</span>
              <span className="w-12 text-end text-fg-3 tabular-nums">{formatNumber(Math.round((point.value / sum) * 1000) / 10, locale)}%</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function ChartTable({ chart, label, firstName, valueName, figureText, onOpen }: { chart: Chart; label: string; firstName: string; valueName: string; figureText: (figure: Figure | undefined) => string; onOpen: (question: string) => void }) {
  return (
    <div tabIndex={0} role="region" aria-label={label} className="min-h-0 flex-1 overflow-auto">
      <table className="border-separate border-spacing-0">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            <th scope="col" className="sticky top-0 h-[34px] border-b border-line bg-surface px-4 text-start text-meta font-medium text-fg-3"><span className="sr-only">{firstName}</span></th>
            {chart.series.map((one) => <th key={one.key} scope="col" className="sticky top-0 border-b border-line bg-surface px-4 text-end text-meta font-medium text-fg-2">{one.name || valueName}</th>)}
          </tr>
        </thead>
        <tbody>
          {chart.labels.map((name, index) => (
            <tr key={`${name} ${index}`} className="hover:bg-subtle">
              <th scope="row" className="h-8 border-b border-line px-4 text-start font-medium">{name}</th>
              {chart.series.map((one) => {
                const point = one.points[index]
                return (
                  <td key={one.key} className="border-b border-line px-1 text-end tabular-nums">
                    {point?.filter ? <button type="button" className="h-7 rounded-xs px-3 hover:text-accent-text hover:underline" onClick={() => point.filter && onOpen(point.filter)} aria-label={[name, one.name, figureText(point.figure) || '0'].filter(Boolean).join(', ')}>{figureText(point.figure) || '0'}</button> : <span className="px-3 text-fg-3">0</span>}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
