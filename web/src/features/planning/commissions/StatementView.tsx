/** A statement: what it comes to, how far the quota is, line by line what for, and what is said about it. */

import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { HandCoins, Lock, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { closeMonth, sayAbout, settleNote, type Statement, type StatementLine } from '@/lib/commissions'
import { formatDate, formatMoney, formatRelative } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, Meter, cx } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { TD, TH, usePeriodName } from '../parts'

export const REASONS = {
  won: 'commissions.reason_won', ordered: 'commissions.reason_ordered', paid: 'commissions.reason_paid',
  taken_back: 'commissions.reason_taken_back', changed: 'commissions.reason_changed', rate: 'commissions.reason_rate',
} as const
const TILE = 'min-w-0 rounded-md px-3.5 py-2.5 shadow-[inset_0_0_0_1px_var(--line)]'

export function StatementView({ statement }: { statement: Statement }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const periodName = usePeriodName()
  const money = (amount: number, currency: string) => formatMoney({ amount, currency }, locale)
  async function act(work: Promise<void>) {
    try {
      await work
    } catch (error) {
      notify({ text: reasonOf(error), tone: 'bad' })
    }
    await queries.invalidateQueries({ queryKey: ['commissions'] })
  }
  const { person, month } = statement
  const first = statement.sums[0]
  const isEmpty = statement.lines.length === 0
  return (
    <div tabIndex={0} role="region" aria-label={t('commissions.statement_of', { who: person.title ?? '' })} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
      <div className="flex flex-col gap-5 py-5">
        <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-5 max-md:px-4">
          <h2 className="text-title font-semibold tracking-[-0.02em]">{person.title}</h2>
          <span className={cx('inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-meta', statement.closed_at ? 'bg-hover text-fg-2' : 'bg-accent-soft text-accent-text')}>
            {statement.closed_at && <Lock size={12} />}{statement.closed_at ? t('commissions.closed') : t('commissions.open')}
          </span>
          <span className="flex-1" />
          {statement.may_close && <Button look="outline" onClick={() => void act(closeMonth(person.id, month, !statement.closed_at))}>{statement.closed_at ? t('commissions.reopen') : t('commissions.close')}</Button>}
        </header>
        {(statement.sums.length > 0 || statement.plans.length > 0) && (
          <dl className="grid grid-cols-[repeat(auto-fit,minmax(180px,1fr))] gap-3 px-5 max-md:grid-cols-2 max-md:gap-2 max-md:px-4">
            {statement.sums.map((sum) => (
              <div key={sum.currency} className={TILE}>
                <dt className="text-meta text-fg-3">{t('commissions.earned')}</dt>
                <dd className="truncate text-title font-semibold tracking-[-0.02em] tabular-nums">{money(sum.amount, sum.currency)}</dd>
                <dd className="truncate text-meta text-fg-2">{sum.taken_back < 0 ? t('commissions.of_that_back', { value: money(sum.taken_back, sum.currency) }) : t('commissions.on', { value: money(sum.base, sum.currency) })}</dd>
              </div>
            ))}
            {statement.plans.map((plan) => (
              <div key={`${plan.plan} ${plan.period}`} className={TILE}>
                <dt className="truncate text-meta text-fg-3" title={plan.name}>{plan.name} · {periodName(plan.period, true)}</dt>
                <dd className="truncate text-title font-semibold tracking-[-0.02em] tabular-nums">{plan.quota ? t('commissions.percent', { percent: Math.floor((plan.credited / plan.quota) * 100) }) : money(plan.credited, plan.currency)}</dd>
                <dd className="text-meta text-fg-2">
                  {plan.quota ? <><Meter share={plan.credited / plan.quota} label={t('commissions.attained')} /><span className="block truncate pt-1">{t('commissions.of_quota', { value: money(plan.credited, plan.currency), quota: money(plan.quota, plan.currency) })}</span></> : t('commissions.credited')}
                </dd>
              </div>
            ))}
          </dl>
        )}
        {isEmpty
          ? <Blank icon={HandCoins} title={t('commissions.nothing')}>{statement.plans.length === 0 ? t('commissions.no_plan') : t('commissions.nothing_hint')}</Blank>
          : <Lines statement={statement} sum={first?.amount ?? 0} money={money} />}
        {(!isEmpty || statement.plans.length > 0) && <Notes statement={statement} onSay={(body) => act(sayAbout(person.id, month, body))} onSettle={(note) => act(settleNote(note))} />}
      </div>
    </div>
  )
}

function Lines({ statement, sum, money }: { statement: Statement; sum: number; money: (amount: number, currency: string) => string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const one = statement.sums.length === 1 ? statement.sums[0] : undefined
  return (
    <div className="overflow-x-auto px-5 max-md:px-0">
      <table className="w-full border-separate border-spacing-0 text-body">
        <thead>
          <tr className="text-start">
            <th scope="col" className={cx(TH, 'text-start')}>{t('commissions.for')}</th>
            <th scope="col" className={cx(TH, 'text-start max-md:hidden')}>{t('commissions.day')}</th>
            <th scope="col" className={cx(TH, 'text-start max-md:hidden')}>{t('commissions.what')}</th>
            <th scope="col" className={cx(TH, 'text-end max-md:hidden')}>{t('commissions.credited')}</th>
            <th scope="col" className={cx(TH, 'text-end')}>{t('commissions.earned')}</th>
          </tr>
        </thead>
        <tbody>
          {statement.lines.map((line) => (
            <tr key={line.id} id={line.id} className="hover:bg-hover">
              <td className={cx(TD, 'min-w-0')}>
                <span className="flex min-w-0 items-center gap-1.5">{line.takes_back && <Undo2 size={13} className="shrink-0 text-fg-3" aria-label={t('commissions.corrects')} />}<What line={line} /></span>
                <span className="block text-meta text-fg-3 md:hidden">{formatDate(line.credited_on, locale)} · {t(REASONS[line.reason])} · {money(line.base, line.currency)}</span>
              </td>
              <td className={cx(TD, 'whitespace-nowrap text-fg-2 max-md:hidden')}>{formatDate(line.credited_on, locale)}</td>
              <td className={cx(TD, 'text-fg-2 max-md:hidden')}>{t(REASONS[line.reason])}</td>
              <td className={cx(TD, 'text-end whitespace-nowrap tabular-nums max-md:hidden')}>{money(line.base, line.currency)}</td>
              <td className={cx(TD, 'text-end whitespace-nowrap tabular-nums', line.amount < 0 && 'text-bad')}>{money(line.amount, line.currency)}</td>
            </tr>
          ))}
        </tbody>
        {one && (
          <tfoot>
            <tr className="font-semibold">
              <td className={TD}>{t('commissions.sum')}</td>
              <td className={cx(TD, 'max-md:hidden')} /><td className={cx(TD, 'max-md:hidden')} />
              <td className={cx(TD, 'text-end tabular-nums max-md:hidden')}>{money(one.base, one.currency)}</td>
              <td className={cx(TD, 'text-end tabular-nums')}>{money(sum, one.currency)}</td>
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
}

/** What a line is for opens where the reader may see it. */
function What({ line }: { line: StatementLine }) {
  const { t } = useTranslation()
  const part = line.product_line ? ` · ${line.product_line}` : ''
  if (!line.record) return <span className="truncate text-fg-3">{t('commissions.hidden')}{part}</span>
  return <Link to="/o/$plural/$id" params={{ plural: line.object, id: line.record }} className="truncate rounded-xs font-medium hover:text-accent-text hover:underline">{line.title}{part}</Link>
}

function Notes({ statement, onSay, onSettle }: { statement: Statement; onSay: (body: string) => Promise<void>; onSettle: (note: string) => Promise<void> }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [text, setText] = useState('')
  return (
    <section className="flex max-w-[720px] flex-col gap-2 px-5 max-md:px-4">
      <h3 className="text-meta font-medium text-fg-3">{t('commissions.questions')}</h3>
      <ul className="flex flex-col gap-2">
        {statement.notes.map((note) => (
          <li key={note.id} className="flex items-start gap-3 rounded-md px-3 py-2 shadow-[inset_0_0_0_1px_var(--line)]">
            <div className="min-w-0 flex-1"><p className="whitespace-pre-wrap">{note.body}</p><p className="text-meta text-fg-3">{note.by ?? '—'}, {formatRelative(note.at, locale)}{note.settled_at && ` · ${t('commissions.settled')}`}</p></div>
            {statement.may_settle && !note.settled_at && <Button look="outline" onClick={() => void onSettle(note.id)}>{t('commissions.settle')}</Button>}
          </li>
        ))}
      </ul>
      <form className="flex items-end gap-2" onSubmit={(event) => { event.preventDefault(); if (text.trim()) void onSay(text).then(() => setText('')) }}>
        <textarea aria-label={t('commissions.ask')} placeholder={t('commissions.ask')} rows={1} maxLength={1000} value={text} onChange={(event) => setText(event.target.value)} className="input min-w-0 flex-1" />
        <Button type="submit" look="outline" disabled={!text.trim()}>{t('commissions.send')}</Button>
      </form>
    </section>
  )
}
