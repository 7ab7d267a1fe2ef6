/** Keys of the texts that follow from a code. */

export const WHAT_WORDS: Record<string, string> = {
  sales: 'reports.of_sales', marketing: 'reports.of_marketing', service: 'reports.of_service',
  sales_changes: 'reports.of_changes', sales_funnel: 'reports.of_funnel', sales_velocity: 'reports.of_velocity', sales_sources: 'reports.of_sources', sales_response: 'reports.of_response', sales_ageing: 'reports.of_ageing', sales_leaders: 'reports.of_leaders',
  dashboard: 'reports.of_dashboard', view: 'reports.of_view', question: 'reports.of_question',
}

/** The field that says which one is sent, and the list to choose it from. */
export const LINKS: Record<string, { field: string; plural: string }> = { dashboard: { field: 'dashboard', plural: 'dashboards' }, view: { field: 'saved_view', plural: 'views' }, question: { field: 'question', plural: 'sql_questions' } }

export const EVERY_WORDS: Record<string, string> = { day: 'reports.each_day', week: 'reports.each_week', month: 'reports.each_month' }

export const RUN_WORDS: Record<string, string> = { sent: 'reports.run_sent', no_right: 'reports.run_no_right', nobody: 'reports.run_nobody' }

export const LETTER_WORDS: Record<string, string> = { waiting: 'reports.letter_waiting', sent: 'reports.letter_sent', given_up: 'reports.letter_given_up' }

export const LANGUAGES: Record<string, string> = { en: 'English', ru: 'Русский', zh: '中文', ro: 'Română' }
