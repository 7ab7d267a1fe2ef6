/** Reports of sales over a period beside another: what changed in the pipeline, how far deals come, what they bring a day. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { FileDown, Sheet } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { apiUrl } from '@/lib/api'
import { objectByName } from '@/lib/definitions'
import { formatDate } from '@/lib/format'
import { askedOf, reportQuery, SALES_REPORTS, type SalesReport, type ToldReport } from '@/lib/salesReports'
import { useDefinitions, useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { iconOf } from '@/ui/icons'
import { cx, Segments } from '@/ui/kit'
import { Answer, Choice, Choices, Page, useChoices } from '../parts'
import { By, Days, Narrow } from './choices'
import { Figures, Told } from './told'
import { REPORT_WORDS } from './words'

const BehindPanel = lazy(() => import('./BehindPanel'))

const DOWNLOAD = 'inline-flex h-7 items-center gap-1.5 rounded-sm px-2.5 font-medium shadow-[inset_0_0_0_1px_var(--line-strong),var(--depth-1)] hover:bg-hover pointer-coarse:h-9'

export default function SalesReportsPage() {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const name = SALES_REPORTS.find((one) => one === chosen['r']) ?? 'changes'
  const asked = askedOf(chosen)
  const report = useQuery({ ...reportQuery(name, asked), placeholderData: keepPreviousData })
  const mayExport = objectByName(useDefinitions(), 'deal')?.can.export
  const reports = SALES_REPORTS.map((one) => ({ value: one, label: t(REPORT_WORDS[one]) }))
  const pick = (next: string) => choose({ r: next === 'changes' ? undefined : next, figure: undefined, by: undefined })
  return (
    <Page wide icon={iconOf('chart-line')} title={t('pages.sales_reports')} tools={(
      <>
        <a href={apiUrl(`/sales/reports/${name}/report.pdf`, asked)} download className={DOWNLOAD}><FileDown size={14} />{t('reports.pdf')}</a>
        {mayExport && <a href={apiUrl(`/sales/reports/${name}/report.xlsx`, asked)} download className={DOWNLOAD}><Sheet size={14} />{t('sales_reports.excel')}</a>}
      </>
    )}>
      <Choices>
        <span className="max-lg:hidden"><Segments<SalesReport> label={t('sales_reports.which')} value={name} options={reports} onChange={pick} /></span>
        <span className="lg:hidden"><Choice label={t('sales_reports.which')} value={name} options={reports} onChange={pick} /></span>
        {name !== 'ageing' && <Days told={report.data} withClosing={name === 'changes'} />}
        <By report={name} />
        <Narrow />
      </Choices>
      <div tabIndex={0} role="region" aria-label={t(REPORT_WORDS[name])} className={cx('min-h-0 flex-1 overflow-y-auto outline-offset-[-2px] transition-opacity', report.isPlaceholderData && 'opacity-55')}>
        <Answer query={report} rows={12} refused={t('sales_reports.no_right')}>{(told) => <Body told={told} />}</Answer>
      </div>
      {chosen['figure'] && <Suspense><BehindPanel report={name} asked={asked} figure={chosen['figure']} told={report.data} onClose={() => choose({ figure: undefined })} /></Suspense>}
    </Page>
  )
}

function Body({ told }: { told: ToldReport }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const span = (days: { from: string; to: string }) => (days.from === days.to ? formatDate(days.from, locale) : `${formatDate(days.from, locale)} – ${formatDate(days.to, locale)}`)
  return (
    <div className="mx-auto flex max-w-[1160px] flex-col gap-6 px-5 py-5 max-md:gap-5 max-md:px-4">
      <p className="text-meta text-fg-3">{told.before ? t('sales_reports.beside', { period: span(told), before: span(told.before) }) : span(told)}</p>
      {told.notes.map((note) => <p key={note} className="rounded-md bg-warn-soft px-3.5 py-2.5 text-warn">{note}</p>)}
      <Figures told={told} />
      {told.tables.map((table) => <Told key={table.name} table={table} />)}
    </div>
  )
}
