/** Quotes as their editor reads and writes them, and what waits for somebody's approval. */

import { queryOptions } from '@tanstack/react-query'
import { ask } from './api'
import type { Money } from './format'
import type { RecordData } from './records'

export interface Person {
  id: string
  name: string | null
}

export interface Approval {
  id: string
  object: string
  record: string
  title: string
  amount: Money | null
  rule: string
  question: string
  step: number
  state: 'pending' | 'waiting' | 'approved' | 'refused' | 'withdrawn'
  note: string | null
  requested_by: Person
  requested_at: string
  due_at: string | null
  escalated_at: string | null
  asked: Person[]
  decided_by: Person | null
  decided_for: Person | null
  decided_at: string | null
  comment: string | null
  in_place_of?: Person
  may_decide?: boolean
}

export interface Need {
  rule: string
  name: string
  question: string
  step: number
  asked: Person[]
  covered_by: Approval | null
}

export interface Reason {
  code: 'passed_over' | 'list' | 'bundle' | 'product' | 'converted' | 'discount' | 'unknown'
  list?: string
  from?: number
  why?: string
  parts?: number
  was?: Money
  rate?: string
  discount?: string
  percent?: number
}

export interface Line extends RecordData {
  product: string | null
  name: string | null
  details: string | null
  quantity: number
  unit: string | null
  list_price: Money | null
  unit_price: Money | null
  discount_percent: number | null
  tax_percent: number | null
  is_price_by_hand: boolean
  is_discount_by_hand: boolean
  is_optional: boolean
  is_chosen: boolean
  minimum_quantity: number | null
  maximum_quantity: number | null
  line_total: Money | null
  price_reasons: Reason[] | null
}

export type State = 'draft' | 'in_approval' | 'approved' | 'sent' | 'read' | 'accepted' | 'refused' | 'expired' | 'withdrawn'

export interface Quote extends RecordData {
  number: string
  name: string | null
  state: State
  revision: number
  currency: string
  language: string
  valid_until: string | null
  payment_days: number | null
  introduction: string | null
  terms: string | null
  list_total: Money | null
  total: Money | null
  tax: Money | null
  gross_total: Money | null
  discount: Money | null
  discount_percent: number | null
  /** Left out for who may not see it. */
  margin?: Money | null
  margin_percent?: number | null
  placed_order: string | null
  refusal: string | null
  accepted_by: string | null
}

export interface Version {
  id: string
  revision: number
  sent_at: string
  read_at: string | null
  reads: number
  machine_reads: number
  link: string
}

export interface Sheet {
  stamp: string
  quote: Quote
  lines: Line[]
  needs: Need[]
  approvals: Approval[]
  versions: Version[]
  lines_without_cost: number
  may_change: boolean
  may_edit: boolean
}

export interface WantedLine {
  id?: string
  product: string | null
  name: string | null
  details: string | null
  quantity: number
  unit: string | null
  unit_price: Money | null
  discount_percent: number | null
  tax_percent: number | null
  is_optional: boolean
  is_chosen: boolean
  minimum_quantity: number | null
  maximum_quantity: number | null
}

export const sheetKey = (id: string) => ['quotes', id, 'sheet'] as const

export const sheetQuery = (id: string) => queryOptions({
  queryKey: sheetKey(id),
  queryFn: async ({ signal }) => (await ask<Sheet>('GET', `/quotes/${id}/sheet`, { signal })).data,
  staleTime: 2_000,
  retry: false,
})

export async function begin(from: { deal?: string; contact?: string; company?: string }, key: string): Promise<Sheet> {
  return (await ask<Sheet>('POST', '/quotes/drafts', { body: from, headers: { 'idempotency-key': key } })).data
}

export async function save(id: string, body: { stamp: string; quote?: Record<string, unknown>; lines?: WantedLine[] }): Promise<Sheet> {
  return (await ask<Sheet>('PUT', `/quotes/${id}/sheet`, { body })).data
}

export async function submit(id: string, note: string): Promise<Sheet> {
  return (await ask<Sheet>('POST', `/quotes/${id}/submission`, { body: { note: note || null } })).data
}

export async function takeBack(id: string): Promise<Sheet> {
  return (await ask<Sheet>('DELETE', `/quotes/${id}/submission`)).data
}

export async function send(id: string, mail: boolean, message: string): Promise<{ link: string; sheet: Sheet }> {
  return (await ask<{ link: string; sheet: Sheet }>('POST', `/quotes/${id}/sending`, { body: { mail, message: message || null } })).data
}

export async function step(id: string, which: 'revision' | 'withdrawal'): Promise<Sheet> {
  return (await ask<Sheet>('POST', `/quotes/${id}/${which}`)).data
}

export const approvalsQuery = queryOptions({
  queryKey: ['approvals'] as const,
  queryFn: async ({ signal }) => (await ask<{ waiting: Approval[]; asked: Approval[] }>('GET', '/approvals', { signal })).data,
  staleTime: 10_000,
})

export async function decide(id: string, approve: boolean, comment: string): Promise<void> {
  await ask('POST', `/approvals/${id}/decision`, { body: { approve, comment: comment || null } })
}

/** A line as it is typed: numbers are texts until they are sent. */
export interface Draft {
  /** Of this page, until the server gives one. */
  key: string
  id?: string | undefined
  product: string | null
  name: string
  details: string
  quantity: string
  unit: string | null
  /** Empty takes the price of the lists. */
  price: string
  byHand: boolean
  discount: string
  discountByHand: boolean
  tax: string
  optional: boolean
  chosen: boolean
  open: boolean
  minimum: number | null
  maximum: number | null
  total: Money | null
  listPrice: Money | null
  reasons: Reason[]
}

const shown = (number: number | null) => (number === null ? '' : String(number))

export function draftOf(line: Line, decimal: (money: Money) => string): Draft {
  return {
    key: line.id, id: line.id, product: line.product, name: line.name ?? '', details: line.details ?? '', quantity: shown(line.quantity), unit: line.unit,
    price: line.unit_price ? decimal(line.unit_price) : '', byHand: line.is_price_by_hand, discount: shown(line.discount_percent), discountByHand: line.is_discount_by_hand,
    tax: shown(line.tax_percent), optional: line.is_optional, chosen: line.is_chosen, open: line.minimum_quantity !== null || line.maximum_quantity !== null,
    minimum: line.minimum_quantity, maximum: line.maximum_quantity, total: line.line_total, listPrice: line.list_price, reasons: line.price_reasons ?? [],
  }
}

/** What is sent of a line; none while it cannot be, because a number is not one yet. */
export function wantedOf(draft: Draft, money: (typed: string) => Money | null, number: (typed: string) => number | null): WantedLine | null {
  const quantity = number(draft.quantity)
  const hasPrice = draft.price.trim() !== '' && (draft.byHand || draft.product === null)
  const price = hasPrice ? money(draft.price) : null
  const hasDiscount = draft.discount.trim() !== '' && (draft.discountByHand || draft.product === null)
  const discount = hasDiscount ? number(draft.discount) : null
  const tax = draft.tax.trim() === '' ? null : number(draft.tax)
  const isWrong = quantity === null || quantity <= 0 || (hasPrice && price === null) || (hasDiscount && discount === null) || (draft.tax.trim() !== '' && tax === null)
  if (isWrong || (draft.product === null && (draft.name.trim() === '' || price === null))) return null
  return {
    ...(draft.id ? { id: draft.id } : {}), product: draft.product, name: draft.name || null, details: draft.details || null, quantity, unit: draft.unit,
    unit_price: price, discount_percent: discount, tax_percent: tax, is_optional: draft.optional, is_chosen: draft.chosen,
    minimum_quantity: draft.open ? Math.min(draft.minimum ?? 1, quantity) : null, maximum_quantity: draft.open ? Math.max(draft.maximum ?? quantity, quantity) : null,
  }
}
