/** Reports by mail: what goes to whom and when; each opens with its history, can be sent now, printed, changed. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FileDown, Mail, Pencil, Plus, Send, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { reasonOf } from '@/lib/api'
import { objectByName } from '@/lib/definitions'
import { formatDate, formatTime } from '@/lib/format'
import { fewQuery, saveRecord, trashRecord, type RecordData } from '@/lib/records'
import { runsQuery, sendNow, type Run } from '@/lib/reports'
import { useDefinitions, useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { iconOf } from '@/ui/icons'
import { Button, cx } from '@/ui/kit'
import { SidePanel } from '@/ui/overlays'
import { Blank } from '@/ui/states'
import { TD, TH } from '@/ui/charts/cells'
import { Answer, Page, useChoices } from '../parts'
import { ReportForm } from './ReportForm'
import { EVERY_WORDS, LETTER_WORDS, LINKS, RUN_WORDS, WHAT_WORDS } from './words'

const REPORTS = fewQuery('reports', { limit: 200, sort: 'title' } as never)

export default function ReportsPage() {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const [edited, setEdited] = useState<RecordData | 'new' | null>(null)
  const reports = useQuery(REPORTS)
  const open = reports.data?.data.find((one) => one.id === chosen['r'])
  const add = <Button look="primary" onClick={() => setEdited('new')}><Plus size={14} />{t('reports.new')}</Button>
  return (
    <Page wide icon={iconOf('mail')} title={t('analysis.reports')} tools={reports.data && reports.data.data.length > 0 ? add : undefined}>
      <div tabIndex={0} role="region" aria-label={t('analysis.reports')} className="min-h-0 flex-1 overflow-auto outline-offset-[-2px]">
        <Answer query={reports} rows={6}>
          {(page) => (page.data.length === 0 ? <Blank icon={Mail} title={t('reports.none')} action={add}>{t('reports.none_hint')}</Blank> : (
            <table className="w-full border-separate border-spacing-0">
              <thead><tr>{[t('reports.name'), t('reports.what'), t('reports.when'), t('reports.last')].map((head, index) => <th key={head} scope="col" className={cx(TH, index === 0 && '!ps-5', index > 1 && 'max-md:hidden')}>{head}</th>)}</tr></thead>
              <tbody>{page.data.map((report) => <Row key={report.id} report={report} onOpen={() => choose({ r: report.id })} />)}</tbody>
            </table>
          ))}
        </Answer>
      </div>
      {edited && <ReportForm held={edited === 'new' ? undefined : edited} onMade={(id) => choose({ r: id })} onClose={() => setEdited(null)} />}
      {open && !edited && <OneReport report={open} onEdit={() => setEdited(open)} onClose={() => choose({ r: undefined })} />}
    </Page>
  )
}

/** "Each week, Monday, 8:00". */
function useWhen(): (report: RecordData) => string {
  const { t } = useTranslation()
  const locale = useLocale()
  return (report) => {
    const hour = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1, Number(report['at_hour'] ?? 8)))
    const day = Number(report['on_day'] ?? 1)
    const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, day))
    const every = String(report['every'])
    return [t(EVERY_WORDS[every] ?? 'reports.each_week'), every === 'week' ? weekday : every === 'month' ? t('reports.day_of_month', { day }) : '', hour].filter(Boolean).join(', ')
  }
}

function useWhat(): (report: RecordData) => string {
  const { t } = useTranslation()
  return (report) => {
    const what = String(report['what'])
    const link = LINKS[what]
    const title = link ? (report.linked?.[link.field] as { title?: string } | undefined)?.title : undefined
    return [t(WHAT_WORDS[what] ?? 'reports.of_sales'), title].filter(Boolean).join(': ')
  }
}

function Row({ report, onOpen }: { report: RecordData; onOpen: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const when = useWhen()
  const what = useWhat()
  const last = report['sent_at']
  return (
    <tr className="hover:bg-subtle">
      <th scope="row" className={cx(TD, '!ps-5 text-start font-medium')}><button type="button" onClick={onOpen} className="min-h-6 text-start hover:text-accent-text">{report.title}</button>{report['is_on'] === false && <span className="ms-2 text-meta font-normal text-fg-3">{t('reports.off')}</span>}</th>
      <td className={cx(TD, 'text-fg-2')}>{what(report)}</td>
      <td className={cx(TD, 'text-fg-2 max-md:hidden')}>{when(report)}</td>
      <td className={cx(TD, 'whitespace-nowrap text-fg-2 max-md:hidden')}>{typeof last === 'string' ? formatDate(last, locale) : '—'}</td>
    </tr>
  )
}

function OneReport({ report, onEdit, onClose }: { report: RecordData; onEdit: () => void; onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const when = useWhen()
  const what = useWhat()
  const can = objectByName(useDefinitions(), 'report')?.can
  const [fault, setFault] = useState('')
  const runs = useQuery(runsQuery(report.id))
  async function act(work: () => Promise<unknown>, close = false) {
    setFault('')
    try {
      await work()
      if (close) onClose()
      await Promise.all([queries.invalidateQueries({ queryKey: ['few', 'reports'] }), queries.invalidateQueries({ queryKey: ['reports', 'runs', report.id] })])
    } catch (error) {
      setFault(reasonOf(error))
    }
  }
  const isOn = report['is_on'] !== false
  return (
    <SidePanel open onClose={onClose} title={<span className="truncate">{report.title}</span>} footer={can?.update ? (
      <>
        <Button look="outline" onClick={() => void act(() => saveRecord('reports', report.id, { is_on: !isOn }))}>{isOn ? t('reports.turn_off') : t('reports.turn_on')}</Button>
        <span className="flex-1" />
        <Button look="danger" onClick={() => void act(() => trashRecord('reports', report.id), true)}><Trash2 size={13} />{t('board.delete')}</Button>
      </>
    ) : undefined}>
      <div tabIndex={0} role="region" aria-label={report.title} className="min-h-0 flex-1 overflow-y-auto px-5 py-4">
        <p className="text-fg-2">{what(report)}</p>
        <p className="text-fg-2">{when(report)}{!isOn && ` · ${t('reports.off')}`}</p>
        <div className="mt-3 flex flex-wrap gap-2">
          {can?.update && runs.data?.mail && <Button look="primary" size="sm" onClick={() => void act(() => sendNow(report.id))}><Send size={13} />{t('reports.send_now')}</Button>}
          <a href={`/api/v1/analytics/reports/${report.id}/report.pdf`} download className="inline-flex h-7 items-center gap-1.5 rounded-sm px-2 text-meta text-fg-2 shadow-[inset_0_0_0_1px_var(--line)] hover:bg-hover"><FileDown size={13} />{t('reports.pdf')}</a>
          {can?.update && <Button look="outline" size="sm" onClick={onEdit}><Pencil size={13} />{t('reports.change')}</Button>}
        </div>
        {fault && <p role="alert" className="mt-2 text-bad">{fault}</p>}
        {runs.data && !runs.data.mail && <p className="mt-3 text-warn">{t('reports.no_mail')}</p>}
        <h3 className="mt-6 mb-1 font-semibold">{t('reports.history')}</h3>
        <Answer query={runs} rows={4}>
          {(told) => (told.data.length === 0 ? <p className="text-fg-3">{t('reports.never')}</p> : <ul>{told.data.map((run) => <OneRun key={run.due_at} run={run} />)}</ul>)}
        </Answer>
      </div>
    </SidePanel>
  )
}

function OneRun({ run }: { run: Run }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <li className="border-b border-line py-2 last:border-0">
      <p className="flex items-baseline gap-3"><span className="min-w-0 flex-1">{formatTime(run.due_at, locale)}{run.by_hand && <span className="text-fg-3"> · {t('reports.by_hand')}</span>}</span><span className={cx('text-meta', run.state === 'sent' ? 'text-fg-3' : 'text-bad')}>{t(RUN_WORDS[run.state] ?? 'reports.run_sent')}</span></p>
      {run.letters.map((letter) => (
        <details key={letter.address} className="mt-1 text-meta text-fg-2">
          <summary className="cursor-pointer">{letter.address} · {t(LETTER_WORDS[letter.state] ?? 'reports.letter_sent')}</summary>
          {letter.body ? <pre className="mt-1 overflow-x-auto rounded-sm bg-subtle p-2 whitespace-pre-wrap">{letter.body}</pre> : <p className="mt-1 text-fg-3">{t('reports.not_kept')}</p>}
        </details>
      ))}
    </li>
  )
}
