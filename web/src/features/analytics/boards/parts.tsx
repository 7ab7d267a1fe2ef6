/** What the pages of KPIs share: how a value moved, whether its goal is reached, for which days it is. */

import { Link } from '@tanstack/react-router'
import { TrendingDown, TrendingUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { changeText } from '@/lib/analysisFigures'
import { formatDate } from '@/lib/format'
import { ALL } from '@/lib/listUrl'
import type { Behind, Kpi, KpiValue, Span, Window } from '@/lib/scorecards'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { cx, Segments } from '@/ui/kit'
import { Choice, useChoices } from '../parts'
import { kpiText } from './figures'
import { LIGHT_WORDS, PERIOD_WORDS, SHORT_PERIODS } from './words'

/** How far a value moved, green where that is good. */
export function Moved({ kpi, told, withWords }: { kpi: Kpi; told: KpiValue; withWords?: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  if (told.change === null) return <span className="text-meta text-fg-3">{told.before === null ? '' : t('kpi.was', { value: kpiText(told.before, kpi.unit, locale, true) })}</span>
  const Icon = told.change < 0 ? TrendingDown : TrendingUp
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-meta whitespace-nowrap" title={t('kpi.was', { value: kpiText(told.before, kpi.unit, locale) })}>
      <span className={cx('flex items-center gap-1 font-medium tabular-nums', told.good === null ? 'text-fg-3' : told.good ? 'text-ok' : 'text-bad')}>
        {told.change !== 0 && <Icon size={12} aria-hidden />}
        {changeText(told.change, locale)}
      </span>
      {withWords && <span className="truncate text-fg-3">{t('kpi.vs_before')}</span>}
    </span>
  )
}

const LIGHTS = { green: 'bg-ok-fill', amber: 'bg-warn-fill', red: 'bg-bad-fill' } as const

/** The goal with its light; the words say what the colour says. */
export function GoalLight({ kpi, told, short }: { kpi: Kpi; told: KpiValue; short?: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const goal = told.goal
  if (!goal) return null
  const words = goal.light ? t(LIGHT_WORDS[goal.light]) : ''
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-meta whitespace-nowrap text-fg-2" title={goal.derived ? t('kpi.goal_derived') : words}>
      {goal.light && <i role="img" aria-label={words} className={cx('size-2 shrink-0 rounded-full', LIGHTS[goal.light])} />}
      <span className="truncate tabular-nums">{short ? kpiText(goal.value, kpi.unit, locale, true) : t('kpi.goal_of', { value: kpiText(goal.value, kpi.unit, locale, true) })}</span>
    </span>
  )
}

/** Opens the records behind a figure; plain where there are none to open. */
export function Opens({ behind, children, className, label }: { behind: Behind | null | undefined; children: ReactNode; className?: string; label?: string | undefined }) {
  if (!behind) return <span className={className}>{children}</span>
  return <Link to="/o/$plural" params={{ plural: behind.plural }} search={{ view: ALL, f: behind.filter }} aria-label={label} className={cx('rounded-xs hover:text-accent-text hover:underline', className)}>{children}</Link>
}

/** The period of the address, or the page's own. */
export function useWindow(usual: string): Window {
  const [chosen] = useChoices()
  const days = { from: chosen['from'], to: chosen['to'] }
  const own = days.from || days.to ? {} : { period: chosen['period'] ?? usual }
  return { ...own, ...days, compare: compareOf(chosen['compare']) }
}

export function compareOf(text: string | undefined): string {
  return text === 'none' || text === 'year_before' ? text : 'previous'
}

/** One period for everything on the page. */
export function PeriodBar({ usual, told }: { usual: string; told: (Span & { compare: Span | null }) | undefined }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const [chosen, choose] = useChoices()
  const isOwn = Boolean(chosen['from'] || chosen['to'])
  const name = isOwn ? '' : (chosen['period'] ?? usual)
  const pick = (next: string) => choose({ period: next === usual ? undefined : next, from: undefined, to: undefined })
  const day = (field: 'from' | 'to', label: string) => (
    <input type="date" aria-label={label} value={chosen[field] ?? told?.[field] ?? ''} onChange={(event) => choose({ from: chosen['from'] ?? told?.from, to: chosen['to'] ?? told?.to, [field]: event.target.value || undefined, period: undefined })} className="input !h-7 !min-h-7 !w-auto !px-2 !py-0 text-body text-fg pointer-coarse:!h-9" />
  )
  return (
    <>
      <span className="max-md:hidden"><Segments label={t('period.title')} value={name} options={Object.entries(SHORT_PERIODS).map(([value, key]) => ({ value, label: t(key) }))} onChange={pick} /></span>
      <Choice label={t('period.title')} value={isOwn ? 'own' : name} options={[...Object.entries(PERIOD_WORDS).map(([value, key]) => ({ value, label: t(key) })), ...(isOwn ? [{ value: 'own', label: t('period.own') }] : [])]} onChange={(next) => next !== 'own' && pick(next)} />
      <span className="flex items-center gap-1.5">{day('from', t('period.from'))}<span aria-hidden className="text-fg-3">–</span>{day('to', t('period.to'))}</span>
      <Choice label={t('period.compare')} value={compareOf(chosen['compare'])} options={[{ value: 'previous', label: t('period.previous') }, { value: 'year_before', label: t('period.year_before') }, { value: 'none', label: t('period.nothing') }]} onChange={(next) => choose({ compare: next === 'previous' ? undefined : next })} />
      {told?.compare && <span className="text-meta text-fg-3 max-lg:hidden">{t('period.compared', { from: formatDate(told.compare.from, locale), to: formatDate(told.compare.to, locale) })}</span>}
    </>
  )
}
