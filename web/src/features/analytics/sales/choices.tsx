/** For which days a report is, and which deals it is about. */

import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { objectByName } from '@/lib/definitions'
import { recordQuery } from '@/lib/records'
import { namedPeriod, NARROWS, REPORT_BY, type SalesReport, type ToldReport } from '@/lib/salesReports'
import { useDefinitions, useLabel } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, IconButton, Pop } from '@/ui/kit'
import { PERIOD_WORDS } from '../boards/words'
import { Choice, useChoices } from '../parts'

const LinkPicker = lazy(() => import('@/ui/LinkPicker').then((module) => ({ default: module.LinkPicker })))

const NAMED = ['this_month', 'last_month', 'this_quarter', 'last_quarter', 'this_year', 'last_year'] as const
const DAY = 'input !h-7 !min-h-7 !w-auto !px-2 !py-0 text-body text-fg pointer-coarse:!h-9'

export function Days({ told, withClosing }: { told: ToldReport | undefined; withClosing: boolean }) {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const asOf = told?.as_of
  const named = asOf ? NAMED.find((name) => { const days = namedPeriod(name, asOf); return days.from === (chosen['from'] ?? told.from) && days.to === (chosen['to'] ?? told.to) }) : undefined
  const day = (name: 'from' | 'to' | 'closing_from' | 'closing_to', label: string, usual: string | undefined) => (
    <input type="date" aria-label={label} value={chosen[name] ?? usual ?? ''} onChange={(event) => choose({ [name]: event.target.value || undefined, figure: undefined })} className={DAY} />
  )
  const compare = chosen['compare'] === 'none' || chosen['compare'] === 'year_before' ? chosen['compare'] : 'previous'
  return (
    <>
      <Choice
        label={t('period.title')}
        value={named ?? 'own'}
        options={[...NAMED.map((name) => ({ value: name, label: t(PERIOD_WORDS[name] ?? 'period.own') })), ...(named ? [] : [{ value: 'own', label: t('period.own') }])]}
        onChange={(next) => asOf && next !== 'own' && choose({ ...(next === 'this_quarter' ? { from: undefined, to: undefined } : namedPeriod(next, asOf)), figure: undefined })}
      />
      <span className="flex items-center gap-1.5">{day('from', t('period.from'), told?.from)}<span aria-hidden className="text-fg-3">–</span>{day('to', t('period.to'), told?.to)}</span>
      <Choice label={t('period.compare')} value={compare} options={[{ value: 'previous', label: t('period.previous') }, { value: 'year_before', label: t('period.year_before') }, { value: 'none', label: t('period.nothing') }]} onChange={(next) => choose({ compare: next === 'previous' ? undefined : next })} />
      {withClosing && (
        <span className="flex items-center gap-1.5 text-meta text-fg-2">
          <span>{t('sales_reports.closing')}</span>
          {day('closing_from', t('sales_reports.closing_from'), undefined)}<span aria-hidden className="text-fg-3">–</span>{day('closing_to', t('sales_reports.closing_to'), undefined)}
        </span>
      )}
    </>
  )
}

/** By what the rows are; fields of deals, called as the company calls them. */
export function By({ report }: { report: SalesReport }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [chosen, choose] = useChoices()
  const fields = objectByName(useDefinitions(), 'deal')?.fields ?? []
  const names = REPORT_BY[report]
  if (!names) return null
  const options = names.flatMap((name) => {
    const field = fields.find((one) => one.name === name)
    return field ? [{ value: name, label: labelOf(field.label) }] : []
  })
  return <Choice label={t('sales_reports.by')} value={chosen['by'] ?? names[0] ?? ''} options={options} onChange={(next) => choose({ by: next === names[0] ? undefined : next, figure: undefined })} />
}

/** The objects that narrow a report, each by the name of its parameter. */
const OBJECTS: Record<string, string> = { pipeline: 'pipeline', owner: 'user', team: 'team', territory: 'territory', product_line: 'product_line', campaign: 'campaign' }

export function Narrow() {
  const definitions = useDefinitions()
  const labelOf = useLabel()
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const source = objectByName(definitions, 'deal')?.fields.find((field) => field.name === 'source')
  return (
    <>
      {NARROWS.filter((name) => OBJECTS[name] && objectByName(definitions, OBJECTS[name])?.can.read).map((name) => <OneNarrow key={name} name={name} target={OBJECTS[name] ?? name} />)}
      {source && <Choice label={labelOf(source.label)} none={t('sales_reports.any')} value={chosen['source'] ?? ''} options={(source.options ?? []).map((option) => ({ value: option.value, label: labelOf(option.label) }))} onChange={(next) => choose({ source: next || undefined, figure: undefined })} />}
    </>
  )
}

function OneNarrow({ name, target }: { name: string; target: string }) {
  const { t } = useTranslation()
  const definitions = useDefinitions()
  const labelOf = useLabel()
  const [chosen, choose] = useChoices()
  const [open, setOpen] = useState(false)
  const object = objectByName(definitions, target)
  const id = chosen[name]
  const picked = useQuery({ ...recordQuery(object?.plural ?? '', id ?? ''), enabled: Boolean(object && id) })
  const deal = objectByName(definitions, 'deal')?.fields.find((field) => field.name === name)
  const label = labelOf(deal?.label ?? object?.label)
  const pick = (next: string | undefined) => {
    choose({ [name]: next, figure: undefined })
    setOpen(false)
  }
  return (
    <span className="flex items-center gap-0.5">
      <Pop label={label} open={open} onOpenChange={setOpen} className="w-80" trigger={<Button look="outline" aria-pressed={Boolean(id)}>{label}{id && <span className="max-w-36 truncate text-fg-2">{picked.data?.title ?? '…'}</span>}</Button>}>
        <Suspense fallback={<span className="block h-32" />}>
          <LinkPicker target={target} label={label} picked={[]} onPick={(linked) => pick(linked.id)} onEscape={() => setOpen(false)} />
        </Suspense>
      </Pop>
      {id && <IconButton label={t('sales_reports.any_of', { name: label })} onClick={() => pick(undefined)}><X size={13} /></IconButton>}
    </span>
  )
}
