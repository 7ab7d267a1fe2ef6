/** What the pages of planning share: their frame, the bar of choices, figures in words, and what stands in an answer's place. */

import type { UseQueryResult } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Lock, type LucideIcon } from 'lucide-react'
import { useCallback, useEffect, useId, type ReactNode } from 'react'
import { Problem } from '@/lib/api'
import type { Forecast } from '@/lib/forecasts'
import { formatInteger, formatMoney, formatMoneyCompact } from '@/lib/format'
import { ALL } from '@/lib/listUrl'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { cx } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { TopBar } from '@/ui/TopBar'

type Search = Record<string, string | undefined>

/** What a page shows, held in its address. */
export function useChoices(): [Search, (next: Search) => void] {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const choose = useCallback((next: Search) => void navigate({ to: '.', search: ((held: Search) => ({ ...held, ...next })) as never, replace: true }), [navigate])
  return [search, choose]
}

export function Page({ icon: Icon, title, tools, children }: { icon: LucideIcon; title: string; tools?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Rapport`
    return () => void (document.title = 'Rapport')
  }, [title])
  return (
    <>
      <TopBar crumbs={<h1 className="flex min-w-0 items-center gap-2 tracking-normal"><Icon size={16} className="shrink-0 text-accent-text" /><span className="truncate">{title}</span></h1>}>{tools}</TopBar>
      {children}
    </>
  )
}

/** The bar of choices under the top bar; on a phone one line that is drawn sideways, or `wraps` where few stand in it. */
export function Choices({ wraps, children }: { wraps?: boolean; children: ReactNode }) {
  return <div data-no-print className={cx('flex min-h-11 shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-5 py-2 max-md:px-4', !wraps && 'max-md:flex-nowrap max-md:overflow-x-auto max-md:*:shrink-0')}>{children}</div>
}

export function Choice({ label, value, options, onChange }: { label: string; value: string; options: readonly { value: string; label: string }[]; onChange: (value: string) => void }) {
  const id = useId()
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-meta text-fg-2">
      <label htmlFor={id} className="shrink-0">{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)} className="input !h-7 !min-h-7 !w-auto max-w-56 min-w-0 !py-0 !ps-2 !pe-1 text-body text-fg pointer-coarse:!h-9">
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
    </span>
  )
}

/** An answer or what stands in its place; what one may not read is not there. */
export function Answer<T>({ query, children, rows = 10 }: { query: UseQueryResult<T>; children: (data: T) => ReactNode; rows?: number }) {
  const { t } = useTranslation()
  if (query.error instanceof Problem && (query.error.status === 403 || query.error.status === 404)) return <Blank icon={Lock} title={t('state.no_right')}>{t('planning.no_right')}</Blank>
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />
  return <Bones rows={rows} />
}

/** Minor units, or a count, as people read them: short in a table, whole where there is room. */
export function useFigure(measure: string, currency: string): (value: number, short?: boolean) => string {
  const locale = useLocale()
  return useCallback((value, short = false) => {
    if (measure !== 'revenue') return formatInteger(value, locale)
    return short ? formatMoneyCompact({ amount: value, currency }, locale) : formatMoney({ amount: value, currency }, locale, true)
  }, [measure, currency, locale])
}

/** A period's name in the reader's language: `Nov`, `Q4`, `2026`. */
export function usePeriodName(): (name: string, withYear?: boolean) => string {
  const locale = useLocale()
  const { t } = useTranslation()
  return (name, withYear = false) => {
    const year = Number(name.slice(0, 4))
    if (name.includes('Q')) return t(withYear ? 'planning.quarter_of' : 'planning.quarter', { number: Number(name.slice(6)), year })
    if (name.length < 7) return name
    return new Intl.DateTimeFormat(locale, { month: withYear ? 'long' : 'short', ...(withYear ? { year: 'numeric' } : {}), timeZone: 'UTC' }).format(Date.UTC(year, Number(name.slice(5, 7)) - 1, 1))
  }
}

export const TH = 'h-[34px] border-b border-line px-3 text-meta font-medium text-fg-3 whitespace-nowrap max-md:px-2'
export const TD = 'border-b border-line px-3 py-1.5 align-middle max-md:px-2'

/** The deals behind a figure, as they are now; what was known on a past day is not a list. */
export function Deals({ forecast, question, children }: { forecast: Forecast; question: string; children: ReactNode }) {
  if (forecast.as_of !== null) return <span>{children}</span>
  return <Link to="/o/$plural" params={{ plural: 'deals' }} search={{ view: ALL, f: question }} className="rounded-xs hover:text-accent-text hover:underline">{children}</Link>
}
