/** What the pages of the analysis are made of: their frame, tiles, sections, links to the customers behind a figure. */

import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Info, Lock, type LucideIcon } from 'lucide-react'
import { useCallback, useEffect, useId, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { customersQuery, PLURALS, type Amount, type Party, type Warning } from '@/lib/analysis'
import { changeOf, changeText, isShare } from '@/lib/analysisFigures'
import { useAnalysisWords } from '@/lib/analysisWords'
import { Problem } from '@/lib/api'
import { objectByName } from '@/lib/definitions'
import { ALL } from '@/lib/listUrl'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { cx, Segments } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { TopBar } from '@/ui/TopBar'
import { NotYet } from './Running'

type Search = Record<string, string | undefined>

/** What a page shows, held in its address. */
export function useChoices(): [Search, (next: Search) => void] {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const choose = useCallback((next: Search) => void navigate({ to: '.', search: ((held: Search) => ({ ...held, ...next })) as never, replace: true }), [navigate])
  return [search, choose]
}

export function useParty(): Party {
  return useChoices()[0]['object'] === 'company' ? 'company' : 'contact'
}

/** The frame of a page: its name, what may be chosen at the end of the bar, and the rest scrolling below. */
export function Page({ icon: Icon, title, tools, wide, children }: { icon: LucideIcon; title: string; tools?: ReactNode; wide?: boolean; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Rapport`
    return () => void (document.title = 'Rapport')
  }, [title])
  return (
    <>
      <TopBar crumbs={<h1 className="flex min-w-0 items-center gap-2 tracking-normal"><Icon size={16} className="shrink-0 text-accent-text" /><span className="truncate">{title}</span></h1>}>{tools}</TopBar>
      {wide ? children : (
        <div tabIndex={0} role="region" aria-label={title} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
          <div className="mx-auto flex max-w-[1160px] flex-col gap-6 px-5 py-5 max-md:gap-5 max-md:px-4">{children}</div>
        </div>
      )}
    </>
  )
}

/** People or companies. */
export function PartyChoice() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const [, choose] = useChoices()
  const party = useParty()
  const both = (['contact', 'company'] as const).flatMap((name) => {
    const object = objectByName(definitions, name)
    return object?.can.read ? [{ value: name, label: labelOf(object.label_plural) }] : []
  })
  if (both.length < 2) return null
  return <Segments label={t('analysis.whom')} value={party} options={both} onChange={(next) => choose({ object: next === 'contact' ? undefined : next })} />
}

/** An answer or what stands in its place. The figures are over everybody, so part of the right is no right. */
export function Answer<T>({ query, children, rows = 8, refused }: { query: UseQueryResult<T>; children: (data: T) => ReactNode; rows?: number; refused?: string | undefined }) {
  const { t } = useTranslation()
  if (query.error instanceof Problem && query.error.status === 403) return <Blank icon={Lock} title={t('state.no_right')}>{refused ?? t('analysis.needs_whole')}</Blank>
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />
  return <Bones rows={rows} />
}

/** Shows its children once customers of this kind were analysed at least once; until then how to begin. */
export function Analysed({ party, children }: { party: Party; children: ReactNode }) {
  const customers = useQuery(customersQuery(party))
  return (
    <Answer query={customers}>
      {(told) => (told.version === null ? <NotYet party={party} told={told} /> : children)}
    </Answer>
  )
}

export function Section({ title, lead, tools, children, className }: { title: string; lead?: ReactNode; tools?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section aria-label={title} className={cx('min-w-0', className)}>
      <div className="mb-2.5 flex flex-wrap items-end gap-x-3 gap-y-1.5">
        <div className="min-w-0 flex-1 basis-60">
          <h2 className="text-lead font-semibold">{title}</h2>
          {lead && <p className="text-fg-2">{lead}</p>}
        </div>
        {tools}
      </div>
      {children}
    </section>
  )
}

/** The list of the customers behind a figure; plain where no question leads there. */
export function Behind({ party, filter, children, label, className }: { party: Party; filter: string | null | undefined; children: ReactNode; label?: string; className?: string }) {
  if (!filter) return <span className={className}>{children}</span>
  return (
    <Link to="/o/$plural" params={{ plural: PLURALS[party] }} search={{ view: ALL, f: filter }} aria-label={label} className={cx('rounded-xs hover:text-accent-text hover:underline', className)}>
      {children}
    </Link>
  )
}

export function Tiles({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-[repeat(auto-fit,minmax(148px,1fr))] gap-3 max-md:grid-cols-2 max-md:gap-2">{children}</dl>
}

/** A key figure: what it is, how much, and how it moved or what belongs to it. */
export function Tile({ label, value, note, behind }: { label: string; value: string; note?: ReactNode; behind?: ReactNode }) {
  return (
    <div className="min-w-0 rounded-md px-3.5 py-2.5 shadow-[inset_0_0_0_1px_var(--line)]">
      <dt className="truncate text-meta text-fg-3" title={label}>{label}</dt>
      <dd className="truncate text-title font-semibold tracking-[-0.02em] tabular-nums">{behind ?? value}</dd>
      {note && <dd className="truncate text-meta text-fg-2">{note}</dd>}
    </div>
  )
}

/** How a figure moved since before, good or bad by which way is good. */
export function Change({ value, before, measure }: { value: Amount | undefined; before: Amount | undefined; measure: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const change = changeOf(value, before, measure)
  if (change === null) return null
  const isFlat = Math.abs(change) < 0.0005
  const isGood = FEWER_IS_BETTER.has(measure) ? change < 0 : change > 0
  return <span className={cx('text-meta whitespace-nowrap tabular-nums', isFlat ? 'text-fg-3' : isGood ? 'text-ok' : 'text-bad')} title={t('analysis.was', { value: words.amount(before, measure) })}>{isFlat ? t('analysis.same') : isShare(measure) ? t('analysis.points', { number: new Intl.NumberFormat(locale, { maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(change * 100) }) : changeText(change, locale)}</span>
}

const FEWER_IS_BETTER = new Set(['returns', 'return_share'])

/** A share as a bar with its number beside. */
export function Share({ share, hue }: { share: number; hue?: number }) {
  const words = useAnalysisWords()
  return (
    <span className="flex items-center gap-2.5">
      <span aria-hidden className="h-1.5 min-w-10 flex-1 overflow-hidden rounded-full bg-active">
        <span className={cx('block h-full rounded-full', hue === undefined ? 'bg-accent' : 'dot')} style={{ width: `${Math.max(1, Math.min(100, share * 100))}%`, ...(hue === undefined ? {} : { '--hue': hue }) } as React.CSSProperties} />
      </span>
      <span className="w-11 shrink-0 text-end text-fg-2 tabular-nums">{words.share(share)}</span>
    </span>
  )
}

/** What makes the figures doubtful, in whole sentences, each once. */
export function Warnings({ warnings }: { warnings: Warning[] | undefined }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  if (!warnings || warnings.length === 0) return null
  return (
    <ul aria-label={t('analysis.warnings')} className="flex flex-col gap-1 rounded-md bg-warn-soft px-3.5 py-2.5 text-warn">
      {[...new Set(warnings.map((one) => words.warning(one)))].map((told) => (
        <li key={told} className="flex gap-2"><Info size={14} className="mt-[3px] shrink-0" /><span className="min-w-0">{told}</span></li>
      ))}
    </ul>
  )
}

/** One of several, in a bar of choices. */
export function Choice({ label, value, options, onChange, none }: { label: string; value: string; options: readonly { value: string; label: string }[]; onChange: (value: string) => void; none?: string }) {
  const id = useId()
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-meta text-fg-2">
      <label htmlFor={id} className="shrink-0">{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)} className="input !h-7 !min-h-7 !w-auto max-w-44 min-w-0 !py-0 !ps-2 !pe-1 text-body text-fg pointer-coarse:!h-9">
        {none !== undefined && <option value="">{none}</option>}
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
    </span>
  )
}

/** The bar of choices under the top bar; on a phone one line that is drawn sideways, so that the page keeps its room. */
export function Choices({ children }: { children: ReactNode }) {
  return <div data-no-print className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-5 py-2 max-md:flex-nowrap max-md:overflow-x-auto max-md:px-4 max-md:*:shrink-0 max-md:*:basis-auto max-md:*:[[role=alert]]:order-first">{children}</div>
}

