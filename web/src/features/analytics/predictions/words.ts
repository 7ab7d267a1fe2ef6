/** Names by the server's codes. */

export const WHY: Record<string, string> = {
  is_asked_for: 'foretold.is_asked_for',
  is_the_end: 'foretold.is_the_end',
  is_always_the_same: 'foretold.is_always_the_same',
  has_too_many_values: 'foretold.has_too_many_values',
  is_the_outcome: 'foretold.is_the_outcome',
  tells_more_than_the_rest: 'foretold.tells_more_than_the_rest',
  filled_with_the_outcome: 'foretold.filled_with_the_outcome',
}

export const FAMILIES: Record<string, string> = { boosting: 'foretold.boosting', logistic: 'foretold.logistic' }

export const DOUBTS: Record<string, string> = {
  known_afterwards: 'foretold.known_afterwards',
  too_few_outcomes: 'foretold.too_few_outcomes',
  not_understood_any_more: 'foretold.not_understood_any_more',
  few_outcomes: 'foretold.few_outcomes',
  not_tested: 'foretold.not_tested',
  badly_calibrated: 'foretold.badly_calibrated',
  worse_of_later_ones: 'foretold.worse_of_later_ones',
  no_better_than_the_share: 'foretold.no_better_than_the_share',
}

/** Events of leads that points are usually given for. Their kinds are no keys of texts, though they look like them. */
export const EVENTS: Record<string, string> = {
  [`page.viewed`]: 'points.page_viewed',
  [`form.submitted`]: 'points.form_submitted',
  [`email.opened`]: 'points.email_opened',
  [`email.clicked`]: 'points.email_clicked',
  [`email.unsubscribed`]: 'points.email_unsubscribed',
  [`activity.completed`]: 'points.activity_completed',
}

/** `Will leave soon` as a code that fields can be named by: `will_leave_soon`. */
export function codeOf(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+|_+$/g, '')
  return plain.slice(0, 30) || 'prediction'
}
