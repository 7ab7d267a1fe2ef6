/** Terms as they are typed, and what is wrong with them. */

import { parsePercent, percentInput, type Applies, type Base, type By, type Credit, type Terms } from '@/lib/commissions'
import { moneyInput, parseMoney } from '@/lib/format'

export interface TypedStep {
  from: string
  rate: string
}

export interface TypedTable {
  line: { id: string; title: string } | null
  steps: TypedStep[]
}

export interface Typed {
  credit: Credit
  base: Base
  unit: Terms['unit']
  by: By
  applies: Applies
  tables: TypedTable[]
  deal_cap: string
  cap: string
  days: string
}

export const FRESH: Typed = { credit: 'booked', base: 'revenue', unit: 'month', by: 'attainment', applies: 'step', tables: [{ line: null, steps: [{ from: '0', rate: '5' }, { from: '100', rate: '8' }] }], deal_cap: '', cap: '', days: '90' }

export function typedOf(terms: Terms, currency: string, titles: Record<string, string>): Typed {
  const money = (amount: number | null) => (amount === null || amount === undefined ? '' : moneyInput({ amount, currency }))
  return {
    credit: terms.credit, base: terms.base, unit: terms.unit, by: terms.by, applies: terms.applies,
    tables: terms.tables.map((table) => ({
      line: table.product_line ? { id: table.product_line, title: titles[table.product_line] ?? '—' } : null,
      steps: table.steps.map((step) => ({ from: terms.by === 'amount' ? money(step.from) : String(step.from), rate: percentInput(step.rate) })),
    })),
    deal_cap: money(terms.deal_cap), cap: money(terms.cap), days: terms.take_back_days === null || terms.take_back_days === undefined ? '' : String(terms.take_back_days),
  }
}

/** An amount in minor units; none where nothing or no amount was typed. */
export function minor(typed: string, currency: string): number | null {
  const money = typed.trim() ? parseMoney(typed, currency) : null
  return money && money.currency === currency && money.amount >= 0 ? money.amount : null
}

/** The terms; none where something that was typed is no number. */
export function termsOf(typed: Typed, currency: string): Terms | null {
  let wrong = false
  const known = <T>(value: T | null): T | null => { wrong ||= value === null; return value }
  const amount = (text: string) => (text.trim() ? known(minor(text, currency)) : null)
  const whole = (text: string) => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : null)
  const tables = typed.tables.map((table) => ({
    product_line: table.line?.id ?? null,
    steps: (typed.by === 'flat' ? table.steps.slice(0, 1) : table.steps).map((step, place) => ({
      from: place === 0 ? 0 : (known(typed.by === 'amount' ? minor(step.from, currency) : whole(step.from)) ?? 0),
      rate: known(parsePercent(step.rate)) ?? 0,
    })),
  }))
  const terms: Terms = {
    credit: typed.credit, base: typed.base, unit: typed.unit, by: typed.by, applies: typed.by === 'flat' ? 'step' : typed.applies, tables,
    deal_cap: amount(typed.deal_cap), cap: amount(typed.cap), take_back_days: typed.days.trim() ? known(whole(typed.days)) : null,
  }
  return wrong ? null : terms
}
