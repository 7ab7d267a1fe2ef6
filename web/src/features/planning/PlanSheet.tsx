/**
 * The sheet of a year. Arrows move, typing or Enter edits, Enter and Tab keep what was typed, Escape forgets it, Delete
 * empties; a block of cells copied in a spreadsheet is pasted from the cell one stands on.
 */

import { Link } from '@tanstack/react-router'
import { useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react'
import { moneyInput, parseMoney, parseNumber } from '@/lib/format'
import { parseTable } from '@/lib/gridClipboard'
import { notify } from '@/lib/actions'
import { ALL } from '@/lib/listUrl'
import { behind, KINDS, type NewCell, type Plan, type PlanCell } from '@/lib/planning'
import { useTranslation } from '@/lib/useTranslation'
import { cx } from '@/ui/kit'
import { useFigure, usePeriodName } from './parts'

interface Place {
  row: number
  column: number
}

/** What a typed text says: minor units or a count; null empties, undefined is not understood. */
export function readQuota(text: string, measure: string, currency: string): number | null | undefined {
  const typed = text.trim()
  if (typed === '') return null
  if (measure !== 'revenue') {
    const number = parseNumber(typed)
    return number !== null && Number.isInteger(number) && number >= 0 ? number : undefined
  }
  const money = parseMoney(typed, currency)
  return money && money.currency === currency && money.amount >= 0 ? money.amount : undefined
}

/** Cells that a pasted block means, from a place on; lines that may not be changed and what is beyond the sheet are left. */
export function pasted(plan: Plan, text: string, from: Place): { cells: NewCell[]; faults: number } {
  const cells: NewCell[] = []
  let faults = 0
  parseTable(text).forEach((line, down) => {
    const row = plan.rows[from.row + down]
    line.forEach((typed, across) => {
      const period = plan.periods[from.column + across]
      if (!row?.may_change || !period) return void (faults += typed.trim() === '' ? 0 : 1)
      const value = readQuota(typed, plan.measure, plan.currency)
      if (value === undefined) faults += 1
      else cells.push({ of: row.id, starts_on: period.first, value })
    })
  })
  return { cells, faults }
}

export function PlanSheet({ plan, onWrite }: { plan: Plan; onWrite: (cells: NewCell[]) => Promise<void> }) {
  const { t } = useTranslation()
  const figure = useFigure(plan.measure, plan.currency)
  const periodName = usePeriodName()
  const grid = useRef<HTMLTableElement>(null)
  const [at, setAt] = useState<Place>({ row: 0, column: 0 })
  const [typed, setTyped] = useState<string | null>(null)
  /** What was written and did not come back yet. */
  const [sent, setSent] = useState<Map<string, number | null>>(new Map())
  const key = (row: number, column: number) => `${plan.rows[row]?.id} ${column}`
  const cellAt = (place: Place) => plan.rows[place.row]?.cells[place.column]
  const quotaAt = (row: number, column: number) => (sent.has(key(row, column)) ? sent.get(key(row, column)) ?? null : plan.rows[row]?.cells[column]?.quota ?? null)

  function go(row: number, column: number) {
    const next = { row: Math.max(0, Math.min(plan.rows.length - 1, row)), column: Math.max(0, Math.min(plan.periods.length - 1, column)) }
    setAt(next)
    setTyped(null)
    requestAnimationFrame(() => grid.current?.querySelector<HTMLElement>(`[data-at="${next.row}.${next.column}"]`)?.focus())
  }
  async function write(cells: NewCell[]) {
    if (cells.length === 0) return
    const columns = new Map(plan.periods.map((period, column) => [period.first, column]))
    const rows = new Map(plan.rows.map((row, index) => [row.id, index]))
    setSent(new Map(cells.map((cell) => [key(rows.get(cell.of) ?? 0, columns.get(cell.starts_on) ?? 0), cell.value])))
    await onWrite(cells)
    setSent(new Map())
  }
  function put(text: string): boolean {
    const [row, period] = [plan.rows[at.row], plan.periods[at.column]]
    if (!row || !period) return true
    const value = readQuota(text, plan.measure, plan.currency)
    if (value === undefined) {
      notify({ text: t('planning.not_number'), tone: 'bad' })
      return false
    }
    const held = cellAt(at)
    if (value !== (held?.derived ? null : held?.quota ?? null)) void write([{ of: row.id, starts_on: period.first, value }])
    return true
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const steps: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
    const step = steps[event.key]
    const mayChange = plan.rows[at.row]?.may_change === true
    if (typed !== null) {
      if (event.key === 'Escape') go(at.row, at.column)
      else if (event.key === 'Enter' || event.key === 'Tab') {
        if (!put(typed)) return event.preventDefault()
        if (event.key === 'Enter') go(at.row + 1, at.column)
        else go(at.row, at.column + (event.shiftKey ? -1 : 1))
      } else return
    } else if (step) go(at.row + step[0], at.column + step[1])
    else if (event.key === 'Home') go(at.row, 0)
    else if (event.key === 'End') go(at.row, plan.periods.length - 1)
    else if (mayChange && (event.key === 'Enter' || event.key === 'F2')) {
      setTyped(written(quotaAt(at.row, at.column)))
    } else if (mayChange && (event.key === 'Delete' || event.key === 'Backspace')) put('')
    else if (mayChange && /^[\d.,-]$/.test(event.key)) setTyped(event.key)
    else return
    event.preventDefault()
  }
  const written = (held: number | null) => (held === null ? '' : plan.measure !== 'revenue' ? String(held) : moneyInput({ amount: held, currency: plan.currency }))

  function onPaste(event: ClipboardEvent) {
    const text = event.clipboardData.getData('text/plain')
    if (typed !== null && !/[\t\n]/.test(text.trim())) return
    event.preventDefault()
    const { cells, faults } = pasted(plan, text, at)
    setTyped(null)
    if (faults > 0) notify({ text: t('planning.paste_left', { count: faults }), tone: 'bad' })
    void write(cells)
  }
  function onCopy(event: ClipboardEvent) {
    const value = quotaAt(at.row, at.column)
    if (typed !== null || value === null) return
    event.preventDefault()
    event.clipboardData.setData('text/plain', written(value))
  }
  const sumOf = (cells: PlanCell[], pick: (cell: PlanCell) => number | null) => cells.reduce((sum, cell) => sum + (pick(cell) ?? 0), 0)
  const isDone = KINDS[plan.measure] !== undefined
  const STICKY = 'sticky start-0 z-[1] bg-surface'
  return (
    <>
      <div tabIndex={-1} role="region" aria-label={t('pages.plan')} className="min-h-0 flex-1 overflow-auto">
        <table ref={grid} className="w-full border-separate border-spacing-0 tabular-nums">
          <thead>
            <tr>
              <th scope="col" className={cx('top-0 h-[34px] min-w-40 border-b border-line ps-5 pe-3 text-start text-meta font-medium text-fg-3 max-md:min-w-28 max-md:ps-4', STICKY, '!z-[3]')}>{t('planning.who')}</th>
              {plan.periods.map((period) => <th key={period.name} scope="col" className="sticky top-0 z-[2] h-[34px] min-w-[92px] border-b border-line bg-surface px-2 text-end text-meta font-medium text-fg-3">{periodName(period.name)}</th>)}
              {plan.periods.length > 1 && <th scope="col" className="sticky top-0 z-[2] h-[34px] min-w-28 border-b border-line bg-surface px-3 text-end text-meta font-medium text-fg-3">{plan.year}</th>}
            </tr>
          </thead>
          <tbody>
            {plan.rows.map((row, index) => (
              <tr key={row.id}>
                <th scope="row" className={cx('border-b border-line py-1 ps-5 pe-3 text-start font-medium max-md:ps-4', STICKY)}><span className="block max-w-60 truncate max-md:max-w-32" style={{ paddingInlineStart: row.depth * 14 }}>{row.title}</span></th>
                {row.cells.map((cell, column) => {
                  const isHere = at.row === index && at.column === column
                  const quota = quotaAt(index, column)
                  const period = plan.periods[column]
                  const name = t('planning.cell', { who: row.title, when: periodName(period?.name ?? '', true), value: quota === null ? t('planning.none') : figure(quota) })
                  return (
                    <td key={period?.name ?? column} className={cx('h-9 border-e border-b border-line p-0', !row.may_change && 'bg-subtle')}>
                      {isHere && typed !== null ? <input autoFocus aria-label={name} value={typed} inputMode="decimal" onKeyDown={onKeyDown} onPaste={onPaste} onChange={(event) => setTyped(event.target.value)} onBlur={() => put(typed) && setTyped(null)} className="h-9 w-full bg-transparent px-2 text-end shadow-[inset_0_0_0_2px_var(--accent)] outline-none" /> : (
                        <button
                          type="button" data-at={`${index}.${column}`} tabIndex={isHere ? 0 : -1} aria-label={name} onKeyDown={onKeyDown} onPaste={onPaste} onCopy={onCopy}
                          onFocus={() => !isHere && go(index, column)} onDoubleClick={() => row.may_change && setTyped(written(quota))}
                          className={cx('block h-9 w-full cursor-cell truncate px-2 text-end outline-offset-[-2px]', isHere && 'shadow-[inset_0_0_0_2px_var(--accent)]', sent.has(key(index, column)) ? 'opacity-60' : cell.derived && 'text-fg-3 italic')}
                        >
                          {quota === null ? <span className="text-fg-3">{cell.below ? `Σ ${figure(cell.below)}` : '·'}</span> : figure(quota)}
                        </button>
                      )}
                    </td>
                  )
                })}
                {plan.periods.length > 1 && <td className="border-b border-line px-3 text-end font-medium">{figure(sumOf(row.cells, (cell) => cell.quota))}</td>}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <Foot label={t('planning.sum')} plan={plan} values={plan.sums.map((cell) => cell.quota)} figure={figure} strong />
            <Foot label={t(isDone ? 'planning.done_then' : 'planning.won_then')} plan={plan} values={plan.sums.map((cell) => cell.won)} figure={figure} />
            <Foot label={t(isDone ? 'planning.done_before' : 'planning.won_before', { year: plan.year - 1 })} plan={plan} values={plan.sums.map((cell) => cell.before)} figure={figure} />
          </tfoot>
        </table>
      </div>
      <Here plan={plan} at={at} figure={figure} quota={quotaAt(at.row, at.column)} />
    </>
  )
}

function Foot({ label, plan, values, figure, strong }: { label: string; plan: Plan; values: (number | null)[]; figure: (value: number, short?: boolean) => string; strong?: boolean }) {
  const look = cx('px-2 py-1.5 text-end', strong ? 'font-semibold border-t border-line-strong' : 'text-fg-2 text-meta')
  return (
    <tr>
      <th scope="row" className={cx(look, 'sticky start-0 bg-surface ps-5 !text-start max-md:ps-4')}>{label}</th>
      {values.map((value, index) => <td key={plan.periods[index]?.name ?? index} className={look}>{value === null ? '—' : figure(value)}</td>)}
      {plan.periods.length > 1 && <td className={cx(look, '!px-3')}>{figure(values.reduce<number>((sum, value) => sum + (value ?? 0), 0))}</td>}
    </tr>
  )
}

/** The cell one stands on, in words: what was won then and a year before, and whether the parts add up. */
function Here({ plan, at, figure, quota }: { plan: Plan; at: Place; figure: (value: number) => string; quota: number | null }) {
  const { t } = useTranslation()
  const periodName = usePeriodName()
  const row = plan.rows[at.row]
  const cell = row?.cells[at.column]
  const period = plan.periods[at.column]
  if (!row || !cell || !period) return null
  const records = behind(plan, row, period)
  const gap = cell.below === null || quota === null || plan.by !== 'team' ? null : cell.below - quota
  return (
    <p aria-live="polite" className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-4 gap-y-0.5 border-t border-line px-5 py-1.5 text-meta text-fg-2 max-md:px-4">
      <b className="font-medium text-fg">{row.title}, {periodName(period.name, true)}</b>
      <span>{quota === null ? t('planning.none') : t('planning.planned', { value: figure(quota) })}{cell.derived && ` (${t('planning.derived')})`}</span>
      <Link to="/o/$plural" params={{ plural: records.plural }} search={{ view: ALL, f: records.question }} className="rounded-xs underline decoration-line-strong underline-offset-2 hover:text-accent-text hover:decoration-current">{t(KINDS[plan.measure] ? 'planning.done_here' : 'planning.won_here', { value: figure(cell.won) })}</Link>
      {quota !== null && quota > 0 && <span>{t('planning.of_plan', { percent: Math.round((cell.won / quota) * 100) })}</span>}
      <span>{t('planning.before_here', { value: figure(cell.before) })}</span>
      {cell.below !== null && <span>{t(plan.by === 'team' ? 'planning.members' : 'planning.below', { value: figure(cell.below) })}</span>}
      {gap !== null && gap !== 0 && <span className={gap < 0 ? 'text-bad' : 'text-ok'}>{t(gap < 0 ? 'planning.short_by' : 'planning.over_by', { value: figure(Math.abs(gap)) })}</span>}
      {!row.may_change && <span className="text-fg-3">{t('planning.readonly')}</span>}
    </p>
  )
}
