/** Names of rights and reaches, by the words the server uses. */

import type { FieldRule, May, Right } from './access'

export const RIGHT_LABELS: Record<Right, string> = { read: 'right.read', update: 'right.update', delete: 'right.delete' }
export const MAY_LABELS: Record<May, string> = { create: 'right.create', import: 'right.import', export: 'right.export' }
export const REACH_LABELS: Record<string, string> = { all: 'reach.all', team: 'reach.team', own: 'reach.own', none: 'reach.none', where: 'reach.where' }
export const FIELD_LABELS: Record<FieldRule | 'write', string> = { write: 'right.write', readonly: 'right.readonly', hidden: 'right.hidden' }
export const AREA_LABELS: Record<string, string> = {
  customers: 'area.customers', sales: 'area.sales', marketing: 'area.marketing', service: 'area.service', commerce: 'area.commerce', loyalty: 'area.loyalty', community: 'area.community', analytics: 'area.analytics', automation: 'area.automation', settings: 'area.settings',
}

/** `where: city = "Paris"` in its two parts. */
export function reachOf(text: string): { kind: string; question: string } {
  return text.startsWith('where:') ? { kind: 'where', question: text.slice(6).trim() } : { kind: text || 'none', question: '' }
}
