/** Keys of the texts that follow from a code. */

import type { SalesReport } from '@/lib/salesReports'

export const REPORT_WORDS: Record<SalesReport, string> = {
  changes: 'sales_reports.changes', funnel: 'sales_reports.funnel', velocity: 'sales_reports.velocity', sources: 'sales_reports.sources', response: 'sales_reports.response', ageing: 'sales_reports.ageing', leaders: 'sales_reports.leaders',
}
