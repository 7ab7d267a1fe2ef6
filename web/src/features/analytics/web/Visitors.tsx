/** Who comes: known people, those who come again, devices, browsers, systems, countries. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from '@/lib/useTranslation'
import { cohortShare, shareText } from '@/lib/analysisFigures'
import { countryName, formatDate, formatNumber, formatRelative } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { knownQuery, returnsQuery, sideQuery, type Asked, type VisitCohorts } from '@/lib/visits'
import { Button, Segments } from '@/ui/kit'
import { Answer, Section, useChoices } from '../parts'
import { Nothing, ratio, Table } from './figures'
import { SideTable } from './Sources'
import { DEVICES } from './words'

const SHOWN = { device: 'web.device', browser: 'web.browser', system: 'web.system', country: 'web.country' } as const

export default function Visitors({ asked }: { asked: Asked }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [chosen, choose] = useChoices()
  const side = (chosen['with'] ?? '') in SHOWN ? (chosen['with'] as keyof typeof SHOWN) : 'device'
  const rows = useQuery(sideQuery({ ...asked, compare: 'none' }, side))
  const of = chosen['side'] && chosen['key'] !== undefined ? { by: chosen['side'], key: chosen['key'] } : null
  const people = useQuery(knownQuery(asked, of?.by, of?.key))
  const step = chosen['again'] === 'day' || chosen['again'] === 'month' ? chosen['again'] : 'week'
  const again = useQuery(returnsQuery(asked, step))
  const name = (key: string) => (side === 'device' ? t(DEVICES[key] ?? 'web.unknown') : key === '' ? t('web.unknown') : side === 'country' ? countryName(key, locale) : key)
  return (
    <>
      <Section title={t('web.known')} lead={of ? t('web.known_of', { key: of.key || '—' }) : t('web.known_lead')} tools={of && <Button size="sm" look="outline" onClick={() => choose({ side: undefined, key: undefined })}>{t('web.known_all')}</Button>}>
        <Answer query={people} rows={4}>
          {(told) => told.rows.length === 0 ? <Nothing>{t('web.known_none')}</Nothing> : (
            <Table label={t('web.known')} head={t('web.person')} rows={told.rows} keyOf={(row) => row.key} size={(row) => row.visits}
              name={(row) => (row.title ? <Link to="/o/$plural/$id" params={{ plural: row.object === 'company' ? 'companies' : 'contacts', id: row.key }} search={{}} className="font-medium hover:text-accent-text hover:underline">{row.title}</Link> : <span className="text-fg-3">{t('web.hidden_person')}</span>)}
              columns={[{ head: t('web.visits'), cell: (row) => formatNumber(row.visits, locale) }, { head: t('web.views'), cell: (row) => formatNumber(row.views, locale), wide: true }, { head: t('web.last'), cell: (row) => formatRelative(row.last, locale) }]} />
          )}
        </Answer>
      </Section>
      <Section title={t('web.again')} lead={t('web.again_lead')} tools={<Segments label={t('web.by')} value={step} options={[{ value: 'day', label: t('web.day') }, { value: 'week', label: t('web.week') }, { value: 'month', label: t('web.month') }]} onChange={(next) => choose({ again: next === 'week' ? undefined : next })} />}>
        <Answer query={again} rows={5}>{(told) => (told.cohorts.length === 0 ? <Nothing>{t('web.again_none')}</Nothing> : <Again told={told} />)}</Answer>
      </Section>
      <Section title={t(SHOWN[side])}>
        <div className="mb-3 max-w-full overflow-x-auto [&_button]:whitespace-nowrap [&>*]:w-max"><Segments label={t('web.visitors')} value={side} options={(Object.keys(SHOWN) as (keyof typeof SHOWN)[]).map((value) => ({ value, label: t(SHOWN[value]) }))} onChange={(next) => choose({ with: next === 'device' ? undefined : next })} /></div>
        <Answer query={rows}>
          {(told) => side === 'country' && !told.table && told.rows.every((row) => row.key === '') ? <Nothing>{t('web.countries_none')}</Nothing> : <SideTable side={side} told={told} head={t(SHOWN[side])} none={t('web.none_rows')} name={(row) => name(row.key)} />}
        </Answer>
      </Section>
    </>
  )
}

/** Each row those who came first then, each column how many of them came later. */
function Again({ told }: { told: VisitCohorts }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const across = Math.min(14, Math.max(1, ...told.cohorts.map((one) => one.cells.length)))
  const shown = told.cohorts.slice(-24)
  const most = Math.max(0.0001, ...shown.flatMap((one) => one.cells.slice(1).map((cell) => cohortShare(cell, one.cells[0]) ?? 0)))
  return (
    <>
      <div tabIndex={0} role="region" aria-label={t('web.again')} className="overflow-x-auto">
        <table className="border-separate border-spacing-0">
          <thead>
            <tr>
              <th scope="col" className="h-[34px] border-b border-line pe-4 text-start text-meta font-medium whitespace-nowrap text-fg-3">{t('web.first_came')}</th>
              <th scope="col" className="border-b border-line px-3 text-end text-meta font-medium text-fg-3">{t('web.visitors_count')}</th>
              {Array.from({ length: across - 1 }, (_, index) => <th key={index} scope="col" aria-label={t('web.later', { number: index + 1 })} className="min-w-14 border-b border-line px-2 text-end text-meta font-medium text-fg-3 tabular-nums">{index + 1}</th>)}
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.from}>
                <th scope="row" className="h-8 border-b border-line pe-4 text-start font-medium whitespace-nowrap">{formatDate(one.from, locale)}</th>
                <td className="border-b border-line px-3 text-end text-fg-2 tabular-nums">{formatNumber(one.size, locale)}</td>
                {one.cells.slice(1, across).map((cell, index) => {
                  const share = ratio(cell, one.size)
                  return <td key={index} title={formatNumber(cell, locale)} style={{ '--share': `${Math.round(Math.min(1, share / most) * 36)}%` } as React.CSSProperties} className="border-b border-line bg-[color-mix(in_oklch,var(--accent)_var(--share),transparent)] px-2 text-end tabular-nums">{cell === 0 ? '' : shareText(share, locale)}</td>
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {told.left_out > 0 && <p className="mt-2 text-meta text-fg-3">{t('web.again_left_out', { count: told.left_out, number: formatNumber(told.left_out, locale) })}</p>}
    </>
  )
}
