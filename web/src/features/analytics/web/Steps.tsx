/** Goals and funnels: how many reached what was set up, and a form to set up more. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, useState, type FormEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { shareText } from '@/lib/analysisFigures'
import { reasonOf } from '@/lib/api'
import { formatNumber } from '@/lib/format'
import { createRecord } from '@/lib/records'
import { useLocale, useObject } from '@/lib/session'
import { funnelsQuery, goalsQuery, type Asked, type FunnelSeen } from '@/lib/visits'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Answer, Section } from '../parts'
import { Nothing, ratio, Table } from './figures'
import { MEDIA } from './words'

export default function Steps({ asked }: { asked: Asked }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const goals = useQuery(goalsQuery(asked))
  const funnels = useQuery(funnelsQuery(asked))
  const [making, make] = useState<'goal' | 'funnel' | null>(null)
  const mayGoal = useObject('goal')?.can.create ?? false
  const mayFunnel = useObject('funnel')?.can.create ?? false
  const count = (value: number) => formatNumber(value, locale)
  return (
    <>
      <Section title={t('web.goals')} lead={t('web.goals_lead')} tools={mayGoal && <Button look="outline" onClick={() => make('goal')}>{t('web.add_goal')}</Button>}>
        <Answer query={goals} rows={4}>
          {(told) => told.goals.length === 0 ? <Nothing>{t('web.goals_none')}</Nothing> : (
            <Table label={t('web.goals')} head={t('web.goal')} rows={told.goals} keyOf={(row) => row.id} size={(row) => row.visits}
              name={(row) => <><Link to="/o/$plural/$id" params={{ plural: 'goals', id: row.id }} search={{}} className="font-medium hover:text-accent-text hover:underline">{row.name}</Link> <span className="text-meta text-fg-3">{row.pattern}</span></>}
              columns={[
                { head: t('web.visits'), cell: (row) => count(row.visits) },
                { head: t('web.conversion'), cell: (row) => shareText(ratio(row.visits, told.visits), locale) },
                { head: t('web.visitors_count'), cell: (row) => count(row.visitors), wide: true },
                { head: t('web.known'), cell: (row) => (row.known === 0 ? '—' : count(row.known)), wide: true },
                { head: t('web.best_source'), cell: (row) => <span className="inline-block max-w-40 truncate align-bottom">{row.sources[0] ? row.sources[0].source || t(MEDIA[row.sources[0].medium] ?? 'web.unknown') : '—'}</span>, wide: true },
              ]} />
          )}
        </Answer>
      </Section>
      <Section title={t('web.funnels')} lead={t('web.funnels_lead')} tools={mayFunnel && <Button look="outline" onClick={() => make('funnel')}>{t('web.add_funnel')}</Button>}>
        <Answer query={funnels} rows={4}>
          {(told) => told.funnels.length === 0 ? <Nothing>{t('web.funnels_none')}</Nothing> : <div className="flex flex-col gap-4">{told.funnels.map((one) => <Funnel key={one.id} funnel={one} />)}</div>}
        </Answer>
      </Section>
      {making && <Maker what={making} onClose={() => make(null)} />}
    </>
  )
}

function Funnel({ funnel }: { funnel: FunnelSeen }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const first = funnel.steps[0]?.visits ?? 0
  const last = funnel.steps.at(-1)?.visits ?? 0
  return (
    <article aria-label={funnel.name} className="rounded-md p-4 shadow-[inset_0_0_0_1px_var(--line)]">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-3">
        <h3 className="font-semibold"><Link to="/o/$plural/$id" params={{ plural: 'funnels', id: funnel.id }} search={{}} className="hover:text-accent-text hover:underline">{funnel.name}</Link></h3>
        <span className="text-fg-2">{t('web.funnel_done', { share: shareText(ratio(last, first), locale) })}</span>
      </div>
      <ol className="flex flex-col gap-1.5">
        {funnel.steps.map((step, index) => {
          const before = index === 0 ? null : (funnel.steps[index - 1]?.visits ?? 0)
          return (
            <li key={`${index} ${step.path}`} className="grid grid-cols-[minmax(90px,220px)_1fr_auto] items-center gap-3 max-md:grid-cols-[1fr_auto]">
              <span className="truncate">{step.path}</span>
              <span aria-hidden className="h-5 overflow-hidden rounded-xs bg-active max-md:order-last max-md:col-span-2 max-md:h-2"><span className="block h-full rounded-xs bg-accent" style={{ width: `${ratio(step.visits, first) * 100}%` }} /></span>
              <span className="text-end whitespace-nowrap tabular-nums">{formatNumber(step.visits, locale)}{before !== null && <span className="ms-2 inline-block w-12 text-meta text-fg-2">{shareText(ratio(step.visits, before), locale)}</span>}{before === null && <span className="ms-2 inline-block w-12" />}</span>
            </li>
          )
        })}
      </ol>
    </article>
  )
}

/** A goal or a funnel in as few words as it takes. */
function Maker({ what, onClose }: { what: 'goal' | 'funnel'; onClose: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const form = useId()
  const [name, setName] = useState('')
  const [kind, setKind] = useState('page')
  const [pattern, setPattern] = useState('')
  const values = what === 'goal' ? { name, kind, pattern } : { name, steps: pattern }
  const save = useMutation({
    mutationFn: () => createRecord(what === 'goal' ? 'goals' : 'funnels', values),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['visits'] })
      onClose()
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Modal open title={what === 'goal' ? t('web.add_goal') : t('web.add_funnel')} onClose={onClose} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" type="submit" form={form} disabled={save.isPending}>{t('common.save')}</Button></>}>
      <form id={form} onSubmit={submit} className="flex flex-col gap-3">
        <label className="flex flex-col gap-1"><span className="text-meta text-fg-2">{t('web.name')}</span><input required autoFocus value={name} onChange={(event) => setName(event.target.value)} className="input" /></label>
        {what === 'goal' && (
          <label className="flex flex-col gap-1"><span className="text-meta text-fg-2">{t('web.goal_kind')}</span>
            <select value={kind} onChange={(event) => setKind(event.target.value)} className="input"><option value="page">{t('web.goal_page')}</option><option value="event">{t('web.goal_event')}</option></select>
          </label>
        )}
        <label className="flex flex-col gap-1">
          <span className="text-meta text-fg-2">{what === 'funnel' ? t('web.funnel_steps') : kind === 'page' ? t('web.goal_path') : t('web.goal_name')}</span>
          {what === 'goal' ? <input required value={pattern} onChange={(event) => setPattern(event.target.value)} placeholder={kind === 'page' ? '/thanks*' : 'signed_up'} className="input" /> : <textarea required rows={5} value={pattern} onChange={(event) => setPattern(event.target.value)} placeholder={'/shop/*\n/basket\n/thanks'} className="input py-1.5" />}
        </label>
        {save.isError && <p role="alert" className="text-bad">{reasonOf(save.error)}</p>}
      </form>
    </Modal>
  )
}
