/** What each class of customers buys: product lines down, classes across, and what to do about each crossing. */

import { useQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { matrixQuery, type MatrixCell } from '@/lib/analysis'
import { ACTIONS, useAnalysisWords } from '@/lib/analysisWords'
import { formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { CodePill } from '@/ui/CodePill'
import { iconOf } from '@/ui/icons'
import { cx, Pill } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { Analysed, Answer, Page, PartyChoice, useParty } from './parts'

export default function MatrixPage() {
  const { t } = useTranslation()
  const party = useParty()
  return (
    <Page wide icon={iconOf('columns-3')} title={t('analysis.matrix')} tools={<PartyChoice />}>
      <Analysed party={party}><Whole /></Analysed>
    </Page>
  )
}

function Whole() {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  const party = useParty()
  const matrix = useQuery(matrixQuery(party))
  return (
    <Answer query={matrix}>
      {(told) => told.lines.length === 0 || told.rows.length === 0 ? <Blank icon={SearchX} title={t('matrix.none')}>{t('matrix.none_hint')}</Blank> : (
        <div tabIndex={0} role="region" aria-label={t('analysis.matrix')} className="min-h-0 flex-1 overflow-auto">
          <p className="sticky start-0 max-w-5xl px-5 pt-4 pb-3 text-fg-2 max-md:px-4">{t('matrix.lead')}</p>
          <table className="border-separate border-spacing-0">
            <thead>
              <tr>
                <th scope="col" className="sticky start-0 top-0 z-3 h-[38px] border-e border-b border-line bg-surface ps-5 pe-3 text-start text-meta font-medium text-fg-3 max-md:ps-4">{t('dimension.product_line')}</th>
                {told.rows.map((row) => <th key={row.class} scope="col" className="sticky top-0 z-2 border-b border-line bg-surface px-3 text-start font-normal"><CodePill field="value_class" code={row.class} /></th>)}
              </tr>
            </thead>
            <tbody>
              {told.lines.map((line, index) => (
                <tr key={line.id}>
                  <th scope="row" className="sticky start-0 z-1 max-w-52 min-w-28 border-e border-b border-line bg-surface py-3 ps-5 pe-3 text-start align-top font-medium max-md:max-w-32 max-md:ps-4">{line.title || t('analysis.not_set')}</th>
                  {told.rows.map((row) => <td key={row.class} className="w-[300px] min-w-[220px] border-b border-line px-3 py-3 align-top"><Cell cell={row.cells[index] ?? null} /></td>)}
                </tr>
              ))}
            </tbody>
          </table>
          <dl className="sticky start-0 grid max-w-3xl grid-cols-[auto_minmax(0,1fr)] items-center gap-x-3 gap-y-1.5 px-5 py-5 max-md:px-4">
            {Object.entries(ACTIONS).map(([code, action]) => (
              <div key={code} className="contents">
                <dt><Pill hue={action.hue} dot>{words.action(code)}</Pill></dt>
                <dd className="text-meta text-fg-2">{t(action.is)}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </Answer>
  )
}

function Cell({ cell }: { cell: MatrixCell | null }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  if (!cell || cell.customers === 0) return <p className="flex flex-wrap items-center justify-between gap-2 text-fg-3">{t('matrix.nobody')}{cell && cell.action !== 'leave' && <Pill hue={ACTIONS[cell.action]?.hue} dot>{words.action(cell.action)}</Pill>}</p>
  return (
    <div className="flex flex-col gap-1">
      <p className="flex flex-wrap items-center justify-between gap-x-2 gap-y-1">
        <span className="text-figure font-semibold tabular-nums">{words.amount(cell.revenue, 'revenue', true)}</span>
        <Pill hue={ACTIONS[cell.action]?.hue} dot>{words.action(cell.action)}</Pill>
      </p>
      {cell.margin_share !== null && <p className={cx('tabular-nums', cell.margin_share < 0 ? 'text-bad' : 'text-fg-2')}>{t('matrix.margin', { share: words.share(cell.margin_share), amount: words.amount(cell.margin, 'margin', true) })}</p>}
      <p className="text-fg-2 tabular-nums">{t('matrix.penetration', { share: words.share(cell.penetration), number: words.number(cell.customers) })}</p>
      {cell.next && (
        <p className="border-t border-line pt-1 text-meta text-fg-2">
          {t('matrix.next')} <span className="font-medium text-fg">{cell.next.title}</span>
          <span className="block text-fg-3">{t('next.why', { share: words.share(cell.next.confidence), lift: formatNumber(Math.round(cell.next.lift * 10) / 10, locale) })}</span>
        </p>
      )}
    </div>
  )
}
