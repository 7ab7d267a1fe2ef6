/** The words of the analysis: what its codes are called, and its warnings and reasons as sentences. */

import { useMemo } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { Amount, Reason, Warning } from './analysis'
import { amountText, daysText, shareText } from './analysisFigures'
import { labelIn, objectByName } from './definitions'
import { formatDate, formatNumber } from './format'
import { useDefinitions, useLocale } from './session'

/** Fields of a customer that hold codes of the analysis; their options say what the codes are called. */
export type Coded = 'rfm_segment' | 'value_class' | 'activity'

export const CODES: Record<Coded, readonly string[]> = {
  rfm_segment: ['champions', 'loyal', 'potential_loyal', 'new', 'promising', 'need_attention', 'about_to_sleep', 'at_risk', 'cannot_lose', 'hibernating'],
  value_class: ['a', 'b', 'c'],
  activity: ['active', 'slowing', 'lapsed'],
}

/** What each segment is, in a sentence. */
const SEGMENT_IS: Record<string, string> = {
  champions: 'segment.champions_is', loyal: 'segment.loyal_is', potential_loyal: 'segment.potential_loyal_is', new: 'segment.new_is', promising: 'segment.promising_is',
  need_attention: 'segment.need_attention_is', about_to_sleep: 'segment.about_to_sleep_is', at_risk: 'segment.at_risk_is', cannot_lose: 'segment.cannot_lose_is', hibernating: 'segment.hibernating_is',
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
  territory: 'dimension.territory', country: 'dimension.country', month: 'dimension.month', quarter: 'dimension.quarter', year: 'dimension.year', customer: 'dimension.customer', cluster: 'dimension.cluster', kind: 'dimension.kind',
}

/** What makes figures doubtful, by its code. */
const WARNINGS: Record<string, string> = {
  heavy_ties: 'warning.heavy_ties', value_tied_to_frequency: 'warning.value_tied_to_frequency', few_repeaters: 'warning.few_repeaters', flat_likelihood: 'warning.flat_likelihood',
  currencies_left_out: 'warning.currencies_left_out', future_orders_left_out: 'warning.future_orders_left_out', negative_amounts: 'warning.negative_amounts', too_short: 'warning.too_short',
  level_shift: 'warning.level_shift', mostly_zeros: 'warning.mostly_zeros', worse_than_naive: 'warning.worse_than_naive', too_few_repeaters: 'warning.few_repeaters',
  value_follows_frequency: 'warning.value_tied_to_frequency', break: 'warning.level_shift', no_better_than_naive: 'warning.worse_than_naive', not_converged: 'warning.not_converged',
  heavy_spend_tail: 'warning.heavy_spend_tail', weak: 'warning.weak', unstable: 'warning.unstable', collapsed: 'warning.weak', constant: 'warning.constant', gaps_filled: 'warning.gaps_filled', not_tested: 'warning.not_tested',
  no_better_than_the_mean: 'warning.no_better_than_the_mean', no_better_than_popular: 'warning.no_better_than_popular',
}

const REASONS: Record<string, string> = {
  silence: 'reason.silence', fewer_orders: 'reason.fewer_orders', less_money: 'reason.less_money', probably_gone: 'reason.probably_gone', no_rhythm_known: 'reason.no_rhythm_known', on_rhythm: 'reason.on_rhythm',
}

/** A code nobody named yet, read as words. */
function plain(code: string): string {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}

export function useAnalysisWords() {
  const { t, i18n } = useTranslation()
  const { language } = i18n
  const locale = useLocale()
  const definitions = useDefinitions()
  return useMemo(() => {
    const options = objectByName(definitions, 'contact')?.fields
    /** A code as the field's definition calls it, in its colour. */
    const coded = (field: Coded, code: string): { name: string; hue: number | undefined; is: string | undefined } => {
      const option = options?.find((one) => one.name === field)?.options?.find((one) => one.value === code)
      const label = option ? labelIn(option.label, language) : plain(code)
      const is = field === 'rfm_segment' ? SEGMENT_IS[code] : undefined
      return { name: field === 'value_class' ? t('value.class', { name: label }) : label, hue: option?.hue, is: is && t(is) }
    }
    const labelled = (table: Record<string, string>) => (code: string): string => {
      const known = table[code]
      return known ? t(known) : plain(code)
    }
    return {
      coded,
      segment: (code: string) => coded('rfm_segment', code).name,
      action: (code: string): string => {
        const known = ACTIONS[code]
        return known ? t(known.name) : plain(code)
      },
      measure: labelled(MEASURES),
      dimension: labelled(DIMENSIONS),
      amount: (value: Amount | undefined, measure: string, short = false) => amountText(value, measure, locale, short),
      share: (value: number | null | undefined) => (value === null || value === undefined ? '—' : shareText(value, locale)),
      days: (value: number) => daysText(value, locale),
      number: (value: number) => formatNumber(Math.round(value), locale),
      warning(told: Warning): string {
        const code = told.code ?? told.warning ?? ''
        const key = WARNINGS[code]
        if (!key) return plain(code)
        const share = typeof told['share'] === 'number' ? shareText(told['share'], locale) : ''
        const count = ['count', 'orders', 'rows', 'periods', 'repeaters'].map((name) => told[name]).find((one): one is number => typeof one === 'number')
        // What the server did not say leaves no empty brackets.
        const number = count === undefined ? '' : formatNumber(count, locale)
        const what = Array.isArray(told['currencies']) ? told['currencies'].join(', ') : typeof told['period'] === 'string' ? formatDate(told['period'], locale) : number
        return t(key, { share, number, what }).replace(/ ?[(（]\s*[)）]/, '')
      },
      reason(told: Reason, currency: string | undefined): string {
        const key = REASONS[told.code]
        if (!key) return plain(told.code)
        const text = (value: Amount | undefined) => amountText(value, '', locale)
        const money = (value: Amount | undefined) => amountText(typeof value === 'number' && currency ? { amount: Math.round(value), currency } : value, '', locale, true)
        return t(key, {
          days: daysText(told.days ?? 0, locale), gap: daysText(Math.max(1, told.usual_gap_days ?? 0), locale), orders: text(told.orders), expected: text(told.expected), money: money(told.money), usual: money(told.usual),
          share: told.p_alive === undefined ? '' : shareText(1 - told.p_alive, locale),
        })
      },
    }
  }, [t, locale, language, definitions])
}

export type AnalysisWords = ReturnType<typeof useAnalysisWords>
