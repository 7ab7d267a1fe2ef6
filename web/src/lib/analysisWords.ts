/** The words of the analysis: what its codes are called, and its warnings and reasons as sentences. */

import { useMemo } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { Amount, Reason, Warning } from './analysis'
import { amountText, daysText, shareText } from './analysisFigures'
import { formatNumber } from './format'
import { useLocale } from './session'

export const SEGMENTS: Record<string, { name: string; is: string; hue: number }> = {
  champions: { name: 'segment.champions', is: 'segment.champions_is', hue: 160 },
  loyal: { name: 'segment.loyal', is: 'segment.loyal_is', hue: 178 },
  potential_loyal: { name: 'segment.potential_loyal', is: 'segment.potential_loyal_is', hue: 212 },
  new: { name: 'segment.new', is: 'segment.new_is', hue: 240 },
  promising: { name: 'segment.promising', is: 'segment.promising_is', hue: 275 },
  need_attention: { name: 'segment.need_attention', is: 'segment.need_attention_is', hue: 52 },
  about_to_sleep: { name: 'segment.about_to_sleep', is: 'segment.about_to_sleep_is', hue: 322 },
  at_risk: { name: 'segment.at_risk', is: 'segment.at_risk_is', hue: 70 },
  cannot_lose: { name: 'segment.cannot_lose', is: 'segment.cannot_lose_is', hue: 25 },
  hibernating: { name: 'segment.hibernating', is: 'segment.hibernating_is', hue: 298 },
}

export const CLASSES: Record<string, { name: string; hue: number }> = {
  a: { name: 'value.class_a', hue: 160 },
  b: { name: 'value.class_b', hue: 240 },
  c: { name: 'value.class_c', hue: 52 },
}

export const ACTIVITIES: Record<string, { name: string; hue: number }> = {
  active: { name: 'activity.active', hue: 160 },
  slowing: { name: 'activity.slowing', hue: 70 },
  lapsed: { name: 'activity.lapsed', hue: 25 },
}

export const ACTIONS: Record<string, { name: string; is: string; hue: number }> = {
  hold: { name: 'action.hold', is: 'action.hold_is', hue: 160 },
  grow: { name: 'action.grow', is: 'action.grow_is', hue: 240 },
  cross_sell: { name: 'action.cross_sell', is: 'action.cross_sell_is', hue: 275 },
  reprice: { name: 'action.reprice', is: 'action.reprice_is', hue: 70 },
  leave: { name: 'action.leave', is: 'action.leave_is', hue: 25 },
}

export const MEASURES: Record<string, string> = {
  orders: 'measure.orders', customers: 'measure.customers', buyers: 'measure.buyers', revenue: 'measure.revenue', margin: 'measure.margin', margin_share: 'measure.margin_share',
  quantity: 'measure.quantity', per_order: 'measure.per_order', returns: 'measure.returns', return_share: 'measure.return_share', repeat_share: 'measure.repeat_share',
  recency_days: 'measure.recency_days', interval_days: 'measure.interval_days', tenure_days: 'measure.tenure_days', lifetime_value: 'measure.lifetime_value',
  alive_probability: 'measure.alive_probability', expected_orders: 'measure.expected_orders', per_customer: 'measure.per_customer',
}

export const DIMENSIONS: Record<string, string> = {
  segment: 'dimension.segment', value_class: 'dimension.value_class', activity: 'dimension.activity', product_line: 'dimension.product_line', product: 'dimension.product', channel: 'dimension.channel',
  territory: 'dimension.territory', country: 'dimension.country', month: 'dimension.month', quarter: 'dimension.quarter', year: 'dimension.year', customer: 'dimension.customer', cluster: 'dimension.cluster',
}

/** What makes figures doubtful, by its code. */
const WARNINGS: Record<string, string> = {
  heavy_ties: 'warning.heavy_ties', value_tied_to_frequency: 'warning.value_tied_to_frequency', few_repeaters: 'warning.few_repeaters', flat_likelihood: 'warning.flat_likelihood',
  currencies_left_out: 'warning.currencies_left_out', future_orders_left_out: 'warning.future_orders_left_out', negative_amounts: 'warning.negative_amounts', too_short: 'warning.too_short',
  level_shift: 'warning.level_shift', mostly_zeros: 'warning.mostly_zeros', worse_than_naive: 'warning.worse_than_naive',
}

const REASONS: Record<string, string> = { silent_longer_than_usual: 'reason.silent_longer_than_usual', orders_fell: 'reason.orders_fell', volume_fell: 'reason.volume_fell' }

/** A code nobody named yet, read as words. */
function plain(code: string): string {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}

export function useAnalysisWords() {
  const { t } = useTranslation()
  const locale = useLocale()
  return useMemo(() => {
    const named = (table: Record<string, { name: string }>) => (code: string): string => {
      const known = table[code]
      return known ? t(known.name) : plain(code)
    }
    const labelled = (table: Record<string, string>) => (code: string): string => {
      const known = table[code]
      return known ? t(known) : plain(code)
    }
    return {
      segment: named(SEGMENTS),
      valueClass: named(CLASSES),
      activity: named(ACTIVITIES),
      action: named(ACTIONS),
      measure: labelled(MEASURES),
      dimension: labelled(DIMENSIONS),
      amount: (value: Amount | undefined, measure: string, short = false) => amountText(value, measure, locale, short),
      share: (value: number | null | undefined) => (value === null || value === undefined ? '—' : shareText(value, locale)),
      days: (value: number) => daysText(value, locale),
      number: (value: number) => formatNumber(Math.round(value), locale),
      warning(told: Warning): string {
        const key = WARNINGS[told.code]
        if (!key) return plain(told.code)
        const share = typeof told['share'] === 'number' ? shareText(told['share'], locale) : ''
        const count = ['count', 'orders', 'rows'].map((name) => told[name]).find((one): one is number => typeof one === 'number')
        // What the server did not say leaves no empty brackets.
        const currencies = Array.isArray(told['currencies']) ? told['currencies'].join(', ') : ''
        return t(key, { share, number: count === undefined ? '' : formatNumber(count, locale), what: currencies }).replace(/ ?[(（]\s*[)）]/, '')
      },
      reason(told: Reason): string {
        const key = REASONS[told.code]
        if (!key) return plain(told.code)
        const text = (value: Amount | undefined) => amountText(value, '', locale)
        return t(key, { days: daysText(told.days ?? 0, locale), usual: daysText(told.usual_days ?? 0, locale), now: text(told.now), before: text(told.before) })
      },
    }
  }, [t, locale])
}

export type AnalysisWords = ReturnType<typeof useAnalysisWords>
