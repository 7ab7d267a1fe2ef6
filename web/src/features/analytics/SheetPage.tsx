/** One page about all customers, a class, a segment, a group or one customer: how much, how it moved, what and who; made to be printed. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { FileDown, Printer, UserRound } from 'lucide-react'
import { lazy, Suspense, useId, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { clustersQuery, sheetQuery } from '@/lib/analysis'
import { apiUrl } from '@/lib/api'
import { CODES, useAnalysisWords } from '@/lib/analysisWords'
import { objectByName } from '@/lib/definitions'
import { useDefinitions, useLabel } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Button, cx, Pop } from '@/ui/kit'
import { Answer, Choices, Page, useChoices } from './parts'
import { comparisonOf, Period } from './Period'
import { SheetBody } from './SheetBody'

const LinkPicker = lazy(() => import('@/ui/LinkPicker').then((module) => ({ default: module.LinkPicker })))

export default function SheetPage() {
  const { t } = useTranslation()
  const [chosen] = useChoices()
  const of = chosen['of'] ?? 'all'
  const sheet = useQuery({ ...sheetQuery({ of, from: chosen['from'], to: chosen['to'], compare: comparisonOf(chosen['compare']) }), placeholderData: keepPreviousData })
  return (
    <Page wide icon={iconOf('file-text')} title={t('analysis.sheet')} tools={<Tools of={of} chosen={chosen} />}>
      <Choices>
        <Of of={of} title={sheet.data?.title ?? undefined} />
        <Period told={sheet.data} />
      </Choices>
      <div tabIndex={0} role="region" aria-label={t('analysis.sheet')} className={cx('min-h-0 flex-1 overflow-y-auto outline-offset-[-2px] transition-opacity', sheet.isPlaceholderData && 'opacity-55')}>
        <Answer query={sheet} rows={12}>{(told) => <SheetBody of={of} told={told} />}</Answer>
      </div>
    </Page>
  )
}

/** As a document of the server's, or as the browser prints it. */
function Tools({ of, chosen }: { of: string; chosen: Record<string, string | undefined> }) {
  const { t } = useTranslation()
  const asked = new URLSearchParams(Object.entries({ of, from: chosen['from'], to: chosen['to'], compare: comparisonOf(chosen['compare']) }).filter((one): one is [string, string] => Boolean(one[1])))
  return (
    <>
      <a href={apiUrl(`/analytics/sheet.pdf?${asked}`)} download aria-label={t('sheet.pdf')} className="inline-flex h-7 items-center gap-1.5 rounded-sm px-2.5 font-medium shadow-[inset_0_0_0_1px_var(--line-strong),var(--depth-1)] hover:bg-hover pointer-coarse:h-9"><FileDown size={14} /><span className="max-md:hidden">{t('sheet.pdf_short')}</span></a>
      <Button look="outline" onClick={() => window.print()} aria-label={t('sheet.print')}><Printer size={14} /><span className="max-md:hidden">{t('sheet.print')}</span></Button>
    </>
  )
}

/** Whom the sheet is about. */
function Of({ of, title }: { of: string; title: string | undefined }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const [, choose] = useChoices()
  const [open, setOpen] = useState<'contact' | 'company' | null>(null)
  const clusters = useQuery({ ...clustersQuery('contact'), retry: false })
  const id = useId()
  const isOne = /^(contact|company):/.test(of)
  const picker = (target: 'contact' | 'company') => {
    const object = objectByName(definitions, target)
    if (!object?.can.read) return null
    const label = t('sheet.one', { object: labelOf(object.label) })
    return (
      <Pop key={target} label={label} open={open === target} onOpenChange={(next) => setOpen(next ? target : null)} className="w-80" trigger={<Button look="outline" aria-pressed={of.startsWith(target)}><UserRound size={14} />{label}</Button>}>
        <Suspense fallback={<span className="block h-32" />}>
          <LinkPicker
            target={target}
            label={label}
            picked={[]}
            onPick={(linked) => {
              choose({ of: `${target}:${linked.id}` })
              setOpen(null)
            }}
            onEscape={() => setOpen(null)}
          />
        </Suspense>
      </Pop>
    )
  }
  return (
    <>
      <span className="flex items-center gap-1.5 text-meta text-fg-2">
        <label htmlFor={id}>{t('sheet.of')}</label>
        <select id={id} value={of} onChange={(event) => choose({ of: event.target.value === 'all' ? undefined : event.target.value })} className="input !h-7 !min-h-7 !w-auto max-w-52 !py-0 !ps-2 !pe-1 text-body text-fg pointer-coarse:!h-9">
          {isOne && <option value={of}>{title ?? '…'}</option>}
          <option value="all">{t('sheet.all')}</option>
          <optgroup label={t('dimension.value_class')}>{CODES.value_class.map((code) => <option key={code} value={`value_class:${code}`}>{words.coded('value_class', code).name}</option>)}</optgroup>
          <optgroup label={t('dimension.segment')}>{CODES.rfm_segment.map((code) => <option key={code} value={`rfm_segment:${code}`}>{words.segment(code)}</option>)}</optgroup>
          {(clusters.data?.clusters.length ?? 0) > 0 && <optgroup label={t('dimension.cluster')}>{clusters.data?.clusters.map((one) => <option key={one.id} value={`cluster:${one.name}`}>{one.name}</option>)}</optgroup>}
        </select>
      </span>
      {picker('contact')}
      {picker('company')}
    </>
  )
}
