/** How those who began together hold: each row a period of first orders, each column a period later. */

import { useQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import type { CSSProperties } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { cohortsQuery, type Cohorts } from '@/lib/analysis'
import { cohortShare, periodName } from '@/lib/analysisFigures'
import { useAnalysisWords } from '@/lib/analysisWords'
import { useLocale } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Segments } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { Answer, Choices, Page, PartyChoice, useChoices, useParty } from './parts'

export default function CohortsPage() {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const party = useParty()
  const by = chosen['by'] === 'quarter' ? 'quarter' : 'month'
  const measure = chosen['measure'] === 'revenue' ? 'revenue' : 'customers'
  const isShare = chosen['as'] !== 'count'
  const cohorts = useQuery(cohortsQuery(party, by, measure))
  return (
    <Page wide icon={iconOf('layers')} title={t('analysis.cohorts')} tools={<PartyChoice />}>
      <Choices>
        <Segments label={t('choice.by')} value={by} options={[{ value: 'month', label: t('dimension.month') }, { value: 'quarter', label: t('dimension.quarter') }]} onChange={(next) => choose({ by: next === 'month' ? undefined : next })} />
        <Segments label={t('choice.measure')} value={measure} options={[{ value: 'customers', label: t('measure.customers') }, { value: 'revenue', label: t('measure.revenue') }]} onChange={(next) => choose({ measure: next === 'customers' ? undefined : next })} />
        <Segments label={t('choice.shown_as')} value={isShare ? 'share' : 'count'} options={[{ value: 'share', label: t('choice.as_share') }, { value: 'count', label: measure === 'revenue' ? t('choice.as_amount') : t('choice.as_count') }]} onChange={(next) => choose({ as: next === 'share' ? undefined : next })} />
      </Choices>
      <Answer query={cohorts} rows={12}>
        {(told) => (told.cohorts.length === 0 ? <Blank icon={SearchX} title={t('cohorts.none')}>{t('analysis.no_orders')}</Blank> : <Triangle told={told} by={by} measure={measure} isShare={isShare} />)}
      </Answer>
    </Page>
  )
}

function Triangle({ told, by, measure, isShare }: { told: Cohorts; by: 'month' | 'quarter'; measure: string; isShare: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const across = Math.max(0, ...told.cohorts.map((one) => one.cells.length))
  const later = told.cohorts.flatMap((one) => one.cells.slice(1).map((cell) => cohortShare(cell, one.cells[0]) ?? 0))
  // The first period is always whole: what follows sets the shade.
  const most = Math.max(0.0001, ...later)
  const shade = (share: number | null, index: number) => ({ '--share': `${share === null ? 0 : index === 0 ? 40 : Math.round(Math.min(1, share / most) * 36)}%` }) as CSSProperties
  const after = told.overall[1]
  const lead = by === 'month' ? t('cohorts.lead_month', { share: words.share(after) }) : t('cohorts.lead_quarter', { share: words.share(after) })
  const cell = 'h-8 min-w-14 border-b border-line px-2 text-end whitespace-nowrap tabular-nums bg-[color-mix(in_oklch,var(--accent)_var(--share),transparent)]'
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {after !== undefined && after !== null && <p className="px-5 py-2.5 text-fg-2 max-md:px-4">{lead}</p>}
      <div tabIndex={0} role="region" aria-label={t('analysis.cohorts')} className="min-h-0 flex-1 overflow-auto">
        <table className="border-separate border-spacing-0">
          <thead>
            <tr>
              <th scope="col" className="sticky start-0 top-0 z-3 h-[34px] border-e border-b border-line bg-surface ps-5 pe-3 text-start text-meta font-medium text-fg-3 max-md:ps-4">{t('cohorts.began')}</th>
              <th scope="col" className="sticky top-0 z-2 border-b border-line bg-surface px-3 text-end text-meta font-medium text-fg-3">{t('measure.customers')}</th>
              {Array.from({ length: across }, (_, index) => <th key={index} scope="col" aria-label={t('cohorts.later', { number: index })} className="sticky top-0 z-2 border-b border-line bg-surface px-2 text-end text-meta font-medium text-fg-3 tabular-nums">{index}</th>)}
            </tr>
          </thead>
          <tbody>
            {told.cohorts.map((one) => (
              <tr key={one.from}>
                <th scope="row" className="sticky start-0 z-1 h-8 border-e border-b border-line bg-surface ps-5 pe-3 text-start font-medium whitespace-nowrap max-md:ps-4">{periodName(one.from, by, locale)}</th>
                <td className="border-b border-line px-3 text-end text-fg-2 tabular-nums">{words.number(one.size)}</td>
                {one.cells.map((value, index) => {
                  const share = cohortShare(value, one.cells[0])
                  return <td key={index} style={shade(share, index)} title={words.amount(value, measure)} className={cell}>{isShare ? (share === null ? '' : words.share(share)) : words.amount(value, measure, true)}</td>
                })}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" className="sticky start-0 bottom-0 z-3 h-9 border-e border-t border-line bg-subtle ps-5 pe-3 text-start font-semibold whitespace-nowrap max-md:ps-4">{t('cohorts.overall')}</th>
              <td className="sticky bottom-0 z-2 border-t border-line bg-subtle px-3 text-end font-semibold tabular-nums">{words.number(told.cohorts.reduce((sum, one) => sum + one.size, 0))}</td>
              {told.overall.slice(0, across).map((share, index) => <td key={index} className="sticky bottom-0 z-2 border-t border-line bg-subtle px-2 text-end font-semibold tabular-nums">{share === null ? '' : words.share(share)}</td>)}
            </tr>
          </tfoot>
        </table>
      </div>
    </div>
  )
}
