/** The company's sites: who comes, from where, what is looked at, and what comes of it. Period, site and part are in the address. */

import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { fewQuery } from '@/lib/records'
import { useObject, useSession } from '@/lib/session'
import { overviewQuery, type Asked } from '@/lib/visits'
import { iconOf } from '@/ui/icons'
import { cx } from '@/ui/kit'
import { Bones } from '@/ui/states'
import { Answer, Choice, Choices, Page, useChoices } from '../parts'
import Overview from './Overview'

const Buyers = lazy(() => import('./Buyers'))
const Pages = lazy(() => import('./Pages'))
const Setup = lazy(() => import('./Setup'))
const Sources = lazy(() => import('./Sources'))
const Steps = lazy(() => import('./Steps'))
const Visitors = lazy(() => import('./Visitors'))

const PARTS = {
  overview: 'web.overview', sources: 'web.sources', pages: 'web.pages', steps: 'web.steps', visitors: 'web.visitors', buyers: 'web.buyers', setup: 'web.setup',
} as const
type Part = keyof typeof PARTS

export default function WebPage() {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const isAdmin = useSession()?.can.admin === true
  const part = (chosen['part'] ?? '') in PARTS ? (chosen['part'] as Part) : 'overview'
  const asked: Asked = { from: chosen['from'], to: chosen['to'], compare: chosen['compare'] ?? 'previous', site: chosen['site'] }
  const by = chosen['by'] === 'week' || chosen['by'] === 'month' ? chosen['by'] : 'day'
  const overview = useQuery(overviewQuery(asked, by))
  const parts = (Object.keys(PARTS) as Part[]).filter((name) => name !== 'setup' || isAdmin)
  const isEmpty = overview.data?.state === 'empty'
  return (
    <Page wide icon={iconOf('globe')} title={t('analysis.web')}>
      <nav aria-label={t('web.parts')} data-no-print className="flex shrink-0 gap-1 overflow-x-auto border-b border-line px-4 max-md:px-3">
        {parts.map((name) => (
          <button key={name} type="button" aria-current={name === part ? 'page' : undefined} onClick={() => choose({ part: name === 'overview' ? undefined : name, side: undefined, page: undefined, key: undefined })} className={cx('-mb-px h-10 border-b-2 px-2 font-medium whitespace-nowrap', name === part ? 'border-accent text-fg' : 'border-transparent text-fg-2 hover:text-fg')}>
            {t(PARTS[name])}
          </button>
        ))}
      </nav>
      {part !== 'setup' && !isEmpty && <PeriodBar told={overview.data?.period} by={part === 'overview' ? by : undefined} compares={part === 'overview' || part === 'sources'} />}
      <div tabIndex={0} role="region" aria-label={t(PARTS[part])} className="min-h-0 flex-1 overflow-y-auto outline-offset-[-2px]">
        <div className="mx-auto flex max-w-[1160px] flex-col gap-6 px-5 py-5 max-md:gap-5 max-md:px-4">
          <Suspense fallback={<Bones rows={8} />}>
            {part === 'setup' ? <Setup /> : (
              <Answer query={overview} refused={t('web.no_right')}>
                {(told) => (told.state === 'empty' ? <NoVisits isAdmin={isAdmin} /> : shown(part, asked, told.period, <Overview told={told} />))}
              </Answer>
            )}
          </Suspense>
        </div>
      </div>
    </Page>
  )
}

function shown(part: Part, asked: Asked, period: { from: string; to: string }, overview: ReactNode): ReactNode {
  const fixed = { ...asked, ...period }
  switch (part) {
    case 'sources': return <Sources asked={fixed} />
    case 'pages': return <Pages asked={fixed} />
    case 'steps': return <Steps asked={fixed} />
    case 'visitors': return <Visitors asked={fixed} />
    case 'buyers': return <Buyers asked={fixed} />
    case 'overview': case 'setup': return overview
  }
}

function NoVisits({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation()
  const [, choose] = useChoices()
  const Globe = iconOf('globe')
  return (
    <div className="mx-auto flex max-w-[46ch] flex-col items-center gap-3 py-16 text-center">
      <Globe size={28} className="text-fg-3" />
      <h2 className="text-lead font-semibold">{t('web.none')}</h2>
      <p className="text-fg-2">{isAdmin ? t('web.none_hint') : t('web.none_ask')}</p>
      {isAdmin && <button type="button" onClick={() => choose({ part: 'setup' })} className="h-8 rounded-sm bg-accent px-3 font-medium text-accent-fg hover:bg-accent-hover">{t('web.set_up')}</button>}
    </div>
  )
}

function PeriodBar({ told, by, compares }: { told: { from: string; to: string } | undefined; by: string | undefined; compares: boolean }) {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const canSites = useObject('site')?.can.read ?? false
  const sites = useQuery({ ...fewQuery('sites', { limit: 50 }), enabled: canSites })
  const day = (name: 'from' | 'to', label: string) => (
    <label className="flex items-center gap-1.5 text-meta text-fg-2">
      <span>{label}</span>
      <input type="date" value={chosen[name] ?? told?.[name] ?? ''} onChange={(event) => choose({ [name]: event.target.value || undefined })} className="input !h-7 !min-h-7 !w-auto !px-2 !py-0 text-body text-fg pointer-coarse:!h-9" />
    </label>
  )
  const many = sites.data?.data ?? []
  return (
    <Choices>
      {day('from', t('period.from'))}
      {day('to', t('period.to'))}
      {compares && <Choice label={t('period.compare')} value={chosen['compare'] ?? 'previous'} options={[{ value: 'previous', label: t('period.previous') }, { value: 'year_before', label: t('period.year_before') }, { value: 'none', label: t('period.nothing') }]} onChange={(next) => choose({ compare: next === 'previous' ? undefined : next })} />}
      {by !== undefined && <Choice label={t('web.by')} value={by} options={[{ value: 'day', label: t('web.day') }, { value: 'week', label: t('web.week') }, { value: 'month', label: t('web.month') }]} onChange={(next) => choose({ by: next === 'day' ? undefined : next })} />}
      {many.length > 0 && <Choice label={t('web.site')} value={chosen['site'] ?? ''} none={t('web.all_sites')} options={many.map((one) => ({ value: one.id, label: one.title }))} onChange={(next) => choose({ site: next || undefined })} />}
    </Choices>
  )
}
