/** Pages that are no list of an object: where they are, what they are called, who has them. */

import { objectByName, type Definitions } from './definitions'

export const ANALYSIS_PAGES = [
  { to: '/dashboards', label: 'analysis.dashboards' },
  { to: '/scorecards', label: 'analysis.scorecards' },
  { to: '/questions', label: 'analysis.questions' },
  { to: '/alerts', label: 'analysis.alerts' },
  { to: '/reports', label: 'analysis.reports' },
  { to: '/analysis', label: 'analysis.customers' },
  { to: '/analysis/leaving', label: 'analysis.leaving' },
  { to: '/analysis/cohorts', label: 'analysis.cohorts' },
  { to: '/analysis/matrix', label: 'analysis.matrix' },
  { to: '/analysis/clusters', label: 'analysis.clusters' },
  { to: '/analysis/forecast', label: 'analysis.forecast' },
  { to: '/analysis/cube', label: 'analysis.cube' },
  { to: '/analysis/sheet', label: 'analysis.sheet' },
  { to: '/analysis/predictions', label: 'analysis.predictions' },
  { to: '/analysis/models', label: 'analysis.models' },
  { to: '/analysis/web', label: 'analysis.web' },
] as const

/** Pages of an area that are no list of an object. */
export const AREA_PAGES: Record<string, readonly { to: '/duplicates' | '/quality' | '/segments' | '/approvals' | '/mail' | '/sales/forecast' | '/sales/plan' | '/sales/commissions' | '/sales/reports' | (typeof ANALYSIS_PAGES)[number]['to']; label: string }[]> = {
  customers: [{ to: '/duplicates', label: 'duplicates.title' }, { to: '/quality', label: 'quality.title' }],
  sales: [
    { to: '/approvals', label: 'pages.approvals' },
    { to: '/mail', label: 'pages.mail' },
    { to: '/sales/forecast', label: 'pages.forecast' },
    { to: '/sales/plan', label: 'pages.plan' },
    { to: '/sales/commissions', label: 'pages.commissions' },
    { to: '/sales/reports', label: 'pages.sales_reports' },
  ],
  marketing: [{ to: '/segments', label: 'segments.title' }],
  analytics: ANALYSIS_PAGES,
}

/** The area that a page which is no list belongs to. */
export function areaOfPage(path: string): string | undefined {
  return Object.keys(AREA_PAGES).find((area) => AREA_PAGES[area]?.some((page) => page.to === path || (page.to === '/segments' && path.startsWith('/segments/'))))
}

/** The analysis is made of customers and orders: who may read neither has nothing there. */
export function mayAnalyse(definitions: Definitions | undefined): boolean {
  return ['contact', 'order'].every((name) => objectByName(definitions, name)?.can.read)
}
