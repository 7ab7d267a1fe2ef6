/** The plan: who is to sell how much, typed and pasted like a spreadsheet beside what was sold. */

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, Target } from 'lucide-react'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { copyPlan, KINDS, planQuery, putCells, type NewCell, type Plan, type PlanAsked, type PlanBy, type PlanMeasure, type PlanUnit } from '@/lib/planning'
import { undoChange } from '@/lib/records'
import { useTranslation } from '@/lib/useTranslation'
import { Button, IconButton, Segments } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { CopyDialog } from './CopyDialog'
import { Answer, Choice, Choices, Page, useChoices } from './parts'
import { PlanSheet } from './PlanSheet'

const BY = { person: 'planning.by_person', team: 'planning.by_team', territory: 'planning.by_territory', product_line: 'planning.by_line' } as const
const UNITS = { month: 'planning.months', quarter: 'planning.quarters', year: 'planning.years' } as const
const MEASURES = { revenue: 'planning.revenue', deals: 'planning.deals', activities: 'planning.activities', calls: 'planning.calls', meetings: 'planning.meetings', visits: 'planning.visits' } as const

function one<T extends string>(value: string | undefined, known: Record<T, string>, usual: T): T {
  return value !== undefined && value in known ? (value as T) : usual
}

export default function PlanPage() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [chosen, choose] = useChoices()
  const [copying, setCopying] = useState(false)
  const measure = one<PlanMeasure>(chosen['measure'], MEASURES, 'revenue')
  const isDone = KINDS[measure] !== undefined
  // Territories and product lines do nothing themselves.
  const ways = isDone ? { person: BY.person, team: BY.team } : BY
  const asked: PlanAsked = {
    by: one<PlanBy>(chosen['by'], ways as typeof BY, 'person'), unit: one<PlanUnit>(chosen['unit'], UNITS, 'month'), measure,
    year: /^\d{4}$/.test(chosen['year'] ?? '') ? Number(chosen['year']) : new Date().getFullYear(), all: chosen['all'] === 'yes',
  }
  const plan = useQuery({ ...planQuery(asked), placeholderData: keepPreviousData })
  const options = <T extends string>(words: Record<T, string>) => (Object.keys(words) as T[]).map((value) => ({ value, label: t(words[value]) }))
  const refresh = () => queries.invalidateQueries({ queryKey: ['plan'] })

  function told(text: string, change: string | null) {
    const undo = change ? { action: { label: t('undo.undo'), run: () => void undoChange(change).then(refresh) } } : {}
    notify({ text, ...undo })
  }
  async function write(cells: NewCell[]) {
    try {
      const change = await putCells(asked, cells)
      told(t('planning.written', { count: cells.length }), change)
    } catch (error) {
      notify({ text: reasonOf(error), tone: 'bad' })
    }
    await refresh()
  }
  async function fromWins() {
    try {
      const made = await copyPlan(asked, { from_year: asked.year - 1, of: 'won', per_mille: 0, replace: false })
      told(made.written === 0 ? t('planning.nothing_to_copy') : t('planning.written', { count: made.written }), made.written === 0 ? null : made.change)
    } catch (error) {
      notify({ text: reasonOf(error), tone: 'bad' })
    }
    await refresh()
  }
  const isBlank = (data: Plan) => data.rows.length === 0
  return (
    <Page icon={Target} title={t('pages.plan')} tools={plan.data?.may_plan ? <Button look="outline" onClick={() => setCopying(true)}>{t('planning.copy')}</Button> : undefined}>
      <Choices>
        <span className="flex items-center gap-1">
          <IconButton label={t('planning.year_before')} onClick={() => choose({ year: String(asked.year - 1) })}><ChevronLeft size={14} /></IconButton>
          <b className="min-w-11 text-center font-semibold tabular-nums">{asked.year}</b>
          <IconButton label={t('planning.year_after')} onClick={() => choose({ year: String(asked.year + 1) })}><ChevronRight size={14} /></IconButton>
        </span>
        <Segments label={t('planning.length')} value={asked.unit} options={options(UNITS)} onChange={(unit) => choose({ unit })} />
        <Choice label={t('planning.by')} value={asked.by} options={options(ways as typeof BY)} onChange={(by) => choose({ by })} />
        <Choice label={t('planning.measure')} value={asked.measure} options={options(MEASURES)} onChange={(measure) => choose({ measure })} />
        {asked.by === 'person' && <label className="flex items-center gap-1.5 text-meta text-fg-2"><input type="checkbox" checked={asked.all} onChange={(event) => choose({ all: event.target.checked ? 'yes' : undefined })} className="size-4" />{t('planning.everybody')}</label>}
      </Choices>
      <Answer query={plan}>
        {(data) => (
          <>
            {data.is_empty && data.may_plan && !isBlank(data) && (
              <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-accent-soft px-5 py-2.5 max-md:px-4">
                <p className="min-w-0 flex-1 basis-60">{t(isDone ? 'planning.empty_done' : 'planning.empty', { year: asked.year })}</p>
                <Button look="primary" onClick={() => void fromWins()}>{t(isDone ? 'planning.from_done' : 'planning.from_wins', { year: asked.year - 1 })}</Button>
              </div>
            )}
            {data.without_rate > 0 && <p className="shrink-0 border-b border-line bg-warn-soft px-5 py-2 text-warn max-md:px-4">{t('planning.without_rate', { count: data.without_rate, currency: data.currency })}</p>}
            {isBlank(data) ? <Blank icon={Target} title={t('planning.nobody')}>{t('planning.nobody_hint')}</Blank> : <PlanSheet key={`${data.by} ${data.unit} ${data.measure} ${data.year}`} plan={data} onWrite={write} />}
          </>
        )}
      </Answer>
      {copying && <CopyDialog asked={asked} onClose={() => setCopying(false)} onDone={(text, change) => { told(text, change); void refresh() }} />}
    </Page>
  )
}
