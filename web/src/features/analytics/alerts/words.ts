/** Keys of the texts that follow from a code. */

import type { State } from '@/lib/alerts'

export const STATE_WORDS: Record<State, string> = {
  too_little: 'alerts.is_too_little', quiet: 'alerts.is_quiet', watching: 'alerts.is_watching', too_high: 'alerts.is_too_high', too_low: 'alerts.is_too_low', no_right: 'alerts.is_no_right',
}

export const KIND_WORDS: Record<string, string> = { unusual: 'alerts.unusual', above: 'alerts.above', below: 'alerts.below' }

export const EVERY_WORDS: Record<string, string> = { day: 'alerts.each_day', week: 'alerts.each_week', month: 'alerts.each_month' }

export const RATE_WORDS: Record<string, string> = { quarter: 'alerts.in_quarter', half_year: 'alerts.in_half_year', year: 'alerts.in_year' }

/** Colours of a state: a dot and its words. */
export const STATE_DOTS: Record<State, string> = { too_little: 'bg-line-strong', quiet: 'bg-ok-fill', watching: 'bg-warn-fill', too_high: 'bg-bad-fill', too_low: 'bg-bad-fill', no_right: 'bg-line-strong' }
