/** What is drawn of a KPI's parts, in the panel and on cards: bars of its drivers and of its groups. */

import { useQuery } from '@tanstack/react-query'
import { useTranslation } from '@/lib/useTranslation'
import { amountOf } from '@/lib/analysisFigures'
import { formatDate } from '@/lib/format'
import { kpiGroupsQuery, type Drivers, type Kpi, type KpiGroups, type Window } from '@/lib/scorecards'
import { useLocale } from '@/lib/session'
import { Answer } from '../parts'
import { kpiText } from './figures'
import { Opens } from './parts'

/** What each driver did, left of the middle where it took away. */
export function DriverBars({ kpi, kpis, told, onOpen }: { kpi: Kpi; kpis: Kpi[]; told: Drivers; onOpen: (code: string) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const most = Math.max(1e-9, ...told.drivers.map((one) => Math.abs(amountOf(one.contribution))))
  const signed = (value: Drivers['change']) => `${amountOf(value) > 0 ? '+' : ''}${kpiText(value, kpi.unit, locale, true)}`
  return (
    <>
      <p className="mb-2 text-meta text-fg-3">{told.explained ? t(told.is_product ? 'drivers.product' : 'drivers.sum', { change: signed(told.change), from: formatDate(told.compare.from, locale), to: formatDate(told.compare.to, locale) }) : t('drivers.unexplained')}</p>
      <ul className="flex flex-col gap-2">
        {told.drivers.map((one) => {
          const of = kpis.find((other) => other.code === one.code)
          if (!of) return null
          const share = Math.abs(amountOf(one.contribution)) / most
          const isDown = amountOf(one.contribution) < 0
          return (
            <li key={one.code}>
              <div className="flex items-baseline gap-2">
                <button type="button" onClick={() => onOpen(one.code)} className="min-w-0 flex-1 truncate text-start hover:text-accent-text">{of.name}</button>
                <span className="text-meta text-fg-3 tabular-nums">{kpiText(one.before, of.unit, locale, true)} → {kpiText(one.after, of.unit, locale, true)}</span>
                <span className="w-20 text-end font-medium tabular-nums">{one.contribution === null ? '—' : signed(one.contribution)}</span>
              </div>
              {one.contribution !== null && (
                <span aria-hidden className="mt-1 grid h-1.5 grid-cols-2 overflow-hidden rounded-full bg-hover">
                  <i className="flex justify-end">{isDown && <b className="h-full bg-bad-fill" style={{ width: `${share * 100}%` }} />}</i>
                  <i>{!isDown && share > 0 && <b className="block h-full bg-ok-fill" style={{ width: `${share * 100}%` }} />}</i>
                </span>
              )}
            </li>
          )
        })}
      </ul>
    </>
  )
}

export function Groups({ kpi, by, window, most = 12 }: { kpi: Kpi; by: string; window: Window; most?: number }) {
  const groups = useQuery(kpiGroupsQuery(kpi.code, by, window))
  return <Answer query={groups} rows={4}>{(told) => <GroupBars kpi={kpi} told={told} most={most} />}</Answer>
}

function GroupBars({ kpi, told, most }: { kpi: Kpi; told: KpiGroups; most: number }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const longest = Math.max(1e-9, ...told.rows.map((row) => Math.abs(amountOf(row.value))))
  if (told.rows.length === 0) return <p className="text-fg-3">{t('kpi.nothing')}</p>
  return (
    <ul className="flex flex-col gap-2">
      {told.rows.slice(0, most).map((row) => {
        const name = row.title ?? (row.key === '' ? t('kpi.not_set') : row.key)
        return (
          <li key={row.key}>
            <div className="flex items-baseline gap-3">
              <span className="min-w-0 flex-1 truncate" title={name}>{name}</span>
              <Opens behind={row.behind} label={row.behind ? t('kpi.open_behind', { name, value: kpiText(row.value, kpi.unit, locale, true) }) : undefined} className="font-medium tabular-nums">{kpiText(row.value, kpi.unit, locale, true)}</Opens>
            </div>
            <span aria-hidden className="mt-1 block h-1.5 overflow-hidden rounded-full bg-hover"><b className="block h-full rounded-full bg-accent" style={{ width: `${Math.max(0.5, (Math.abs(amountOf(row.value)) / longest) * 100)}%` }} /></span>
          </li>
        )
      })}
      {(told.more || told.rows.length > most) && <li className="text-meta text-fg-3">{t('kpi.first_only', { count: most })}</li>}
    </ul>
  )
}
