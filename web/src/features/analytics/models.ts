/** What methods and their measures of quality are called. */

import type { TFunction } from 'i18next'

const METHODS: [pattern: RegExp, name: string][] = [
  [/^ets/i, 'method.ets'],
  [/theta/i, 'method.theta'],
  [/^(s(easonal)?_?naive|naive_?seasonal)/i, 'method.seasonal_naive'],
  [/^naive|^random_walk/i, 'method.naive'],
  [/croston|tsb|sba/i, 'method.croston'],
  [/drift/i, 'method.drift'],
  [/mean/i, 'method.mean'],
]

/** `Exponential smoothing (A,A,A)`: the name of a family with what the server says in brackets; of several the mean is taken. */
export function modelName(model: string, t: TFunction): string {
  return model.replace(/^theta_ets$/, 'theta + ets').split(' + ').map((part) => oneName(part, t)).join(' + ')
}

function oneName(model: string, t: TFunction): string {
  const family = METHODS.find(([pattern]) => pattern.test(model))
  const detail = /\(.*\)$/.exec(model)?.[0]
  return family ? [t(family[1]), detail].filter(Boolean).join(' ') : model
}

/** The computed things by the server's code: their title, what they are for, and when not to trust them. */
export const KINDS: Record<string, { title: string; is: string; beware: string }> = {
  rfm: { title: 'model.rfm', is: 'model.rfm_is', beware: 'model.rfm_beware' },
  abc: { title: 'model.abc', is: 'model.abc_is', beware: 'model.abc_beware' },
  value: { title: 'model.value', is: 'model.value_is', beware: 'model.value_beware' },
  activity: { title: 'model.activity', is: 'model.activity_is', beware: 'model.activity_beware' },
  clusters: { title: 'model.clusters', is: 'model.clusters_is', beware: 'model.clusters_beware' },
  forecast: { title: 'model.forecast', is: 'model.forecast_is', beware: 'model.forecast_beware' },
  next: { title: 'model.next', is: 'model.next_is', beware: 'model.next_beware' },
}

/** Which of them a code such as `customers.value` or `forecast.revenue` is. */
export function kindOf(code: string): (typeof KINDS)[string] | undefined {
  for (const part of code.split(/[.:]/)) {
    const found = KINDS[part] ?? KINDS[ALIASES[part] ?? '']
    if (found) return found
  }
  return undefined
}

const ALIASES: Record<string, string> = { segments: 'rfm', clv: 'value', lifetime: 'value', cluster: 'clusters', forecasts: 'forecast', association: 'next', next_products: 'next', recommendation: 'next', classes: 'abc', churn: 'activity' }

/** The numbers among what was learned, each with its standard error where one is known: `r 0.243 ± 0.012`. */
export function numbersOf(parameters: unknown): { name: string; value: number; error: number | null }[] {
  if (typeof parameters !== 'object' || parameters === null) return []
  return Object.entries(parameters).flatMap(([name, held]: [string, unknown]) => {
    if (typeof held === 'number') return [{ name, value: held, error: null }]
    if (typeof held !== 'object' || held === null || Array.isArray(held)) return []
    const { value, error } = held as { value?: unknown; error?: unknown }
    return typeof value === 'number' ? [{ name, value, error: typeof error === 'number' ? error : null }] : numbersOf(held)
  })
}

export const QUALITIES: Record<string, string> = {
  log_likelihood: 'quality_of.log_likelihood', mae: 'quality_of.mae', rmse: 'quality_of.rmse', calibration: 'quality_of.calibration', correlation: 'quality_of.correlation', bias: 'quality_of.bias',
  smape: 'quality_of.smape', naive_smape: 'quality_of.naive_smape', mase: 'quality_of.mase', silhouette: 'quality_of.silhouette', stability: 'quality_of.stability', inertia: 'quality_of.inertia',
  hit_rate: 'quality_of.hit_rate', hit_rate_of_popular: 'quality_of.hit_rate_of_popular', tested_customers: 'quality_of.tested_customers', associations: 'quality_of.associations',
}

export const TRUST: Record<string, { name: string; hue: number }> = {
  good: { name: 'trust.good', hue: 160 },
  fair: { name: 'trust.fair', hue: 70 },
  poor: { name: 'trust.poor', hue: 25 },
}
