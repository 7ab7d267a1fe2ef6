/** What each kind of card shows; every figure opens what is behind it. */

import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type CSSProperties, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { cohortsQuery, cubeQuery, forecastQuery } from '@/lib/analysis'
import { amountOf, cohortShare, periodName } from '@/lib/analysisFigures'
import { useAnalysisWords } from '@/lib/analysisWords'
import { ask } from '@/lib/api'
import { objectByName } from '@/lib/definitions'
import { formatCount, formatNumber } from '@/lib/format'
import { ALL } from '@/lib/listUrl'
import { countQuery, fewQuery, recordQuery } from '@/lib/records'
import { driversQuery, type Kpi, type KpiValues, type Window } from '@/lib/scorecards'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { answerQuery } from '@/lib/sql'
import { Fan } from '../ForecastPage'
import { Answer, Change } from '../parts'
import { useNames } from '../useNames'
import type { Card } from './cards'
import { Course } from './Course'
import { kpiText, numberOf } from './figures'
import { DriverBars, Groups } from './KpiBars'
import { GoalLight, Moved, Opens } from './parts'
import { Spark } from './Spark'
import { drawable, SqlBars, SqlTableView } from './SqlAnswerView'

export interface Shown {
  card: Card
  kpis: Kpi[]
  values: UseQueryResult<KpiValues>
  window: Window
  onKpi: (code: string) => void
}

export function CardBody({ card, kpis, values, window, onKpi }: Shown): ReactNode {
  const { t } = useTranslation()
  const kpi = kpis.find((one) => one.code === card.kpi)
  if (card.kpi && kpi && !kpi.allowed) return <p className="text-fg-3">{t('board.card_no_right')}</p>
  switch (card.kind) {
    case 'kpi': return kpi ? <Figure kpi={kpi} values={values} /> : <Unset />
    case 'course': return kpi ? <Answer query={values} rows={3}>{(told) => { const value = told.data.find((one) => one.code === kpi.code); return value?.allowed ? <Course kpi={kpi} told={value} step={told.step} currency={told.currency} height={Math.max(140, card.h * 88 - 118)} /> : null }}</Answer> : <Unset />
    case 'groups': return kpi && card.by ? <Groups kpi={kpi} by={card.by} window={window} most={Math.max(2, card.h * 2 - 2)} /> : <Unset />
    case 'drivers': return kpi?.tree ? <DriversCard kpi={kpi} kpis={kpis} window={window} onKpi={onKpi} /> : <Unset />
    case 'count': return card.object ? <CountCard object={card.object} filter={card.filter ?? ''} /> : <Unset />
    case 'view': return card.view ? <ViewCard id={card.view} most={Math.max(3, card.h * 2 - 2)} /> : <Unset />
    case 'cube': return <CubeCard card={card} window={window} />
    case 'cohorts': return <CohortsCard most={Math.max(3, card.h + 1)} wide={Math.max(3, card.w + 1)} />
    case 'forecast': return <ForecastCard card={card} />
    case 'text': return <p className="whitespace-pre-wrap text-fg-2">{card.text || t('board.nothing_chosen')}</p>
    case 'sql': return card.question ? <SqlCard id={card.question} most={Math.max(4, card.h * 2 - 1)} /> : <Unset />
  }
}

function Unset() {
  const { t } = useTranslation()
  return <p className="text-fg-3">{t('board.nothing_chosen')}</p>
}

function Figure({ kpi, values }: { kpi: Kpi; values: UseQueryResult<KpiValues> }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <Answer query={values} rows={2}>
      {(told) => {
        const value = told.data.find((one) => one.code === kpi.code)
        if (!value?.allowed) return null
        return (
          <div className="flex h-full items-end gap-3">
            <div className="flex min-w-0 flex-1 flex-col gap-0.5">
              <Opens behind={value.behind} label={value.behind ? t('kpi.open_behind', { name: kpi.name, value: kpiText(value.value, kpi.unit, locale, true) }) : undefined} className="truncate text-key font-semibold tracking-[-0.02em] tabular-nums">{kpiText(value.value, kpi.unit, locale, true)}</Opens>
              <Moved kpi={kpi} told={value} withWords />
              <GoalLight kpi={kpi} told={value} />
            </div>
            <Spark values={value.points.map((point) => numberOf(point.value))} className="shrink-0 self-center max-lg:hidden" />
          </div>
        )
      }}
    </Answer>
  )
}

function DriversCard({ kpi, kpis, window, onKpi }: { kpi: Kpi; kpis: Kpi[]; window: Window; onKpi: (code: string) => void }) {
  const drivers = useQuery(driversQuery(kpi.code, window))
  return <Answer query={drivers} rows={3}>{(told) => <DriverBars kpi={kpi} kpis={kpis} told={told} onOpen={onKpi} />}</Answer>
}

function CountCard({ object: name, filter }: { object: string; filter: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const labelOf = useLabel()
  const object = objectByName(useDefinitions(), name)
  const count = useQuery({ ...countQuery(object?.plural ?? '', filter, true), enabled: object !== undefined })
  if (!object) return <p className="text-fg-3">{t('board.card_no_right')}</p>
  return (
    <Answer query={count} rows={2}>
      {(told) => (
        <div>
          <Link to="/o/$plural" params={{ plural: object.plural }} search={{ view: ALL, f: filter || undefined } as never} className="rounded-xs text-key font-semibold tracking-[-0.02em] tabular-nums hover:text-accent-text hover:underline">{told ? formatCount(told, locale) : '—'}</Link>
          <p className="truncate text-meta text-fg-3" title={filter}>{labelOf(object.label_plural)}{filter && ` · ${filter}`}</p>
        </div>
      )}
    </Answer>
  )
}

interface GroupRow {
  keys: { value: unknown; label: string | null }[]
  filter: string
  values: Record<string, unknown>
}

/** A kept question, asked under the rights of whoever looks. */
function SqlCard({ id, most }: { id: string; most: number }) {
  const { t } = useTranslation()
  const question = useQuery(recordQuery('sql_questions', id))
  const sql = String(question.data?.['sql'] ?? '')
  const answer = useQuery({ ...answerQuery(sql), enabled: sql !== '' })
  const asBars = (question.data?.['config'] as { chart?: string } | null)?.chart === 'bar'
  return (
    <Answer query={question} rows={3}>
      {() => (
        <>
          <Answer query={answer} rows={4}>{(told) => (asBars && drawable(told) ? <SqlBars answer={told} most={most} /> : <SqlTableView answer={told} most={most} />)}</Answer>
          <Link to="/questions" search={{ q: id }} className="mt-2 inline-block text-meta text-accent-text hover:underline">{t('board.open_question')}</Link>
        </>
      )}
    </Answer>
  )
}

/** A saved view: what it gathers by as bars, otherwise its first records. */
function ViewCard({ id, most }: { id: string; most: number }) {
  const view = useQuery(recordQuery('views', id))
  return <Answer query={view} rows={4}>{(record) => <OneView id={id} name={String(record['object_name'] ?? '')} config={(record['config'] ?? {}) as Record<string, unknown>} most={most} />}</Answer>
}

function OneView({ id, name, config, most }: { id: string; name: string; config: Record<string, unknown>; most: number }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const object = objectByName(useDefinitions(), name)
  const layout = pairsOf(config['layout'])
  const by = (layout['chart_by'] ?? layout['pivot_rows'] ?? layout['board_by'] ?? (typeof config['group'] === 'string' ? config['group'] : '')).split('~')[0] ?? ''
  const filter = typeof config['filter'] === 'string' ? config['filter'] : ''
  const measure = layout['chart_measure'] ?? layout['pivot_measure'] ?? 'count'
  const plural = object?.plural ?? ''
  const isDated = ['date', 'time'].includes(object?.fields.find((field) => field.name === by)?.type ?? '')
  const groups = useQuery({
    queryKey: ['aggregate', plural, 'card', by, measure, filter] as const,
    queryFn: async ({ signal }) => (await ask<{ groups: GroupRow[] }>('POST', `/${plural}/groups`, { body: { filter, by: [isDated ? { field: by, unit: layout['chart_unit'] ?? 'month' } : by], measures: [measure], sort: isDated ? 'key' : `-${measure}`, limit: 40 }, signal })).data.groups,
    enabled: object !== undefined && by !== '',
  })
  const few = useQuery({ ...fewQuery(plural, { limit: most, filter, sort: typeof config['sort'] === 'string' ? config['sort'] : '' } as never), enabled: object !== undefined && by === '' })
  if (!object) return <p className="text-fg-3">{t('board.card_no_right')}</p>
  const open = <Link to="/o/$plural" params={{ plural }} search={{ view: id }} className="mt-2 inline-block text-meta text-accent-text hover:underline">{t('board.open_view')}</Link>
  if (by === '') {
    return (
      <Answer query={few} rows={4}>
        {(page) => (
          <>
            <ul className="flex flex-col">{page.data.map((record) => <li key={record.id} className="border-b border-line py-1 last:border-0"><Link to="/o/$plural/$id" params={{ plural, id: record.id }} className="block truncate hover:text-accent-text">{record.title || t('common.untitled')}</Link></li>)}</ul>
            {open}
          </>
        )}
      </Answer>
    )
  }
  return (
    <Answer query={groups} rows={4}>
      {(rows) => {
        const number = (row: GroupRow) => amountOf((Array.isArray(row.values[measure]) ? row.values[measure][0] : row.values[measure]) as never)
        const text = (row: GroupRow) => { const value = (Array.isArray(row.values[measure]) ? row.values[measure][0] : row.values[measure]) as never; return kpiText(value, typeof value === 'number' ? 'count' : 'money', locale, true) }
        const longest = Math.max(1, ...rows.map(number))
        return (
          <>
            <ul className="flex flex-col gap-1.5">
              {rows.slice(isDated ? -most : 0, isDated ? undefined : most).map((row, index) => (
                <li key={index}>
                  <div className="flex items-baseline gap-3"><span className="min-w-0 flex-1 truncate">{row.keys[0]?.label ?? (row.keys[0]?.value === null ? t('kpi.not_set') : String(row.keys[0]?.value))}</span><Link to="/o/$plural" params={{ plural }} search={{ view: ALL, f: filter ? `(${filter}) and (${row.filter})` : row.filter }} className="font-medium tabular-nums hover:text-accent-text hover:underline">{text(row)}</Link></div>
                  <span aria-hidden className="mt-1 block h-1.5 overflow-hidden rounded-full bg-hover"><b className="block h-full rounded-full bg-accent" style={{ width: `${(number(row) / longest) * 100}%` }} /></span>
                </li>
              ))}
            </ul>
            {open}
          </>
        )
      }}
    </Answer>
  )
}

/** `a:b,c:d`, or an object, as views keep their layout. */
function pairsOf(layout: unknown): Record<string, string> {
  if (typeof layout === 'string') return Object.fromEntries(layout.split(',').flatMap((pair) => { const at = pair.indexOf(':'); return at < 0 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]] }))
  return typeof layout === 'object' && layout !== null ? (layout as Record<string, string>) : {}
}

function CubeCard({ card, window }: { card: Card; window: Window }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  const nameOf = useNames()
  const rows = card.rows ?? 'segment'
  const measure = card.measure ?? 'revenue'
  const cube = useQuery({ ...cubeQuery({ rows, columns: undefined, measures: measure, from: window.from, to: window.to, compare: window.compare, where: undefined, limit: Math.max(3, card.h * 2) }), enabled: window.from !== undefined })
  return (
    <Answer query={cube} rows={4}>
      {(told) => (
        <table className="w-full">
          <caption className="sr-only">{words.measure(measure)}, {words.dimension(rows)}</caption>
          <tbody>
            {told.rows.map((row) => (
              <tr key={row.key}>
                <th scope="row" className="max-w-0 truncate border-b border-line py-1.5 pe-3 text-start font-normal">{nameOf(rows, row.key, row.title)}</th>
                <td className="w-24 border-b border-line text-end font-medium tabular-nums">{row.filter ? <Link to="/o/$plural" params={{ plural: 'contacts' }} search={{ view: ALL, f: row.filter }} className="hover:text-accent-text hover:underline">{words.amount(row.total.values[measure], measure, true)}</Link> : words.amount(row.total.values[measure], measure, true)}</td>
                <td className="w-16 border-b border-line text-end"><Change value={row.total.values[measure]} before={row.total.before?.[measure]} measure={measure} /></td>
              </tr>
            ))}
            {told.rows.length === 0 && <tr><td className="text-fg-3">{t('kpi.nothing')}</td></tr>}
          </tbody>
        </table>
      )}
    </Answer>
  )
}

function CohortsCard({ most, wide }: { most: number; wide: number }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const cohorts = useQuery(cohortsQuery('contact', 'month', 'customers'))
  return (
    <Answer query={cohorts} rows={4}>
      {(told) => {
        const rows = told.cohorts.slice(-most)
        const later = rows.flatMap((one) => one.cells.slice(1).map((cell) => cohortShare(cell, one.cells[0]) ?? 0))
        const top = Math.max(0.0001, ...later)
        return (
          <table className="w-full table-fixed border-separate border-spacing-0.5 text-meta">
            <caption className="sr-only">{t('board.cohorts')}</caption>
            <thead><tr><td className="w-20" />{Array.from({ length: wide }, (_, index) => <th key={index} scope="col" className="pb-1 text-center font-normal text-fg-3">{formatNumber(index, locale)}</th>)}</tr></thead>
            <tbody>
              {rows.map((one) => (
                <tr key={one.from}>
                  <th scope="row" className="truncate text-start font-normal text-fg-2">{periodName(one.from, 'month', locale)}</th>
                  {Array.from({ length: wide }, (_, index) => {
                    const share = index < one.cells.length ? cohortShare(one.cells[index] ?? null, one.cells[0]) : null
                    return <td key={index} style={{ '--share': `${share === null ? 0 : index === 0 ? 45 : Math.round((Math.min(top, share) / top) * 36)}%` } as CSSProperties} className="h-7 rounded-xs bg-[color-mix(in_oklch,var(--accent)_var(--share),transparent)] text-center tabular-nums">{share === null ? '' : words.share(share)}</td>
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        )
      }}
    </Answer>
  )
}

function ForecastCard({ card }: { card: Card }) {
  const { t } = useTranslation()
  const forecast = useQuery(forecastQuery({ object: 'contact', measure: card.measure ?? 'revenue', by: 'month', horizon: '6', line: undefined }))
  return <Answer query={forecast} rows={4}>{(told) => (told.past.length === 0 ? <p className="text-fg-3">{t('kpi.nothing')}</p> : <Fan told={{ ...told, past: told.past.slice(-18) }} height={Math.max(140, card.h * 88 - 220)} />)}</Answer>
}
