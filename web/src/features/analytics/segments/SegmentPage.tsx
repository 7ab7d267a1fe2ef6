/** One segment: who is in it and why, how it grew, and what it asks for. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { Blend, ChartPie, Ellipsis, List, Pause, Play, RefreshCw, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify, useActs } from '@/lib/actions'
import { PLURALS } from '@/lib/analysis'
import { Problem, reasonOf } from '@/lib/api'
import { formatTime } from '@/lib/format'
import { ALL } from '@/lib/listUrl'
import { recordQuery, saveRecord } from '@/lib/records'
import { lookAnew, membersOf, standingQuery, type Segment, type Standing } from '@/lib/segments'
import { useLocale, useObject } from '@/lib/session'
import { Button, Drop, DropItem, DropLine, Meter, Segments } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { Page, useChoices } from '../parts'
import { Choice } from './Choice'
import { Members } from './Members'
import { Growth } from './Growth'
import { useHolds } from './words'

const Conditions = lazy(() => import('./Conditions'))
const Why = lazy(() => import('@/ui/WhyInSegment'))

export default function SegmentPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/inside/segments/$id' })
  const standing = useQuery(standingQuery(id))
  const record = useQuery(recordQuery('segments', id))
  const title = standing.data?.name ?? (record.data?.title || t('segments.title'))
  const refused = standing.error instanceof Problem && standing.error.status === 403
  const missing = standing.error instanceof Problem && standing.error.status === 404
  return (
    <Page icon={ChartPie} title={title} tools={standing.data && record.data ? <Tools segment={record.data as Segment} standing={standing.data} /> : null}>
      {refused ? <Blank icon={ChartPie} title={t('state.no_right')}>{t('segments.hidden')}</Blank>
        : missing ? <Blank icon={ChartPie} title={t('segments.missing')} action={<Link to="/segments" search={{}} className="rounded-sm px-3 py-1.5 font-medium shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover">{t('segments.title')}</Link>} />
          : standing.isError && !standing.data ? <Failed error={standing.error} onRetry={() => void standing.refetch()} />
            : standing.data && record.data ? <Whole segment={record.data as Segment} standing={standing.data} /> : <Bones rows={8} />}
    </Page>
  )
}

function Tools({ segment, standing }: { segment: Segment; standing: Standing }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const acts = useActs()
  const object = useObject('segment')
  const paused = segment.state === 'paused'

  async function set(values: Record<string, unknown>) {
    try {
      await saveRecord('segments', segment.id, values)
      await queries.invalidateQueries({ queryKey: ['record', 'segments', segment.id] })
      await queries.invalidateQueries({ queryKey: ['segments', segment.id] })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  async function remove() {
    if (object && await acts.trash(object, segment)) void navigate({ to: '/segments', search: {} })
  }

  return (
    <>
      <Link to="/o/$plural" params={{ plural: PLURALS[standing.holds] }} search={{ view: ALL, f: membersOf(standing.name) }} className="inline-flex h-7 items-center gap-1.5 rounded-sm px-2 text-fg-2 hover:bg-hover hover:text-fg"><List size={14} /><span className="max-md:sr-only">{t('segments.open_list')}</span></Link>
      <Drop align="end" width="w-60" trigger={<Button size="icon" aria-label={t('shell.more')}><Ellipsis size={16} /></Button>}>
        <DropItem icon={<Blend size={14} />} onClick={() => void navigate({ to: '/segments/overlap', search: { ids: segment.id } })}>{t('segments.compare')}</DropItem>
        {object?.can.update && <DropItem icon={paused ? <Play size={14} /> : <Pause size={14} />} onClick={() => void set({ state: paused ? 'active' : 'paused' })}>{paused ? t('segments.go_on') : t('segments.pause')}</DropItem>}
        {object?.can.update && !paused && <DropItem icon={<RefreshCw size={14} />} onClick={() => void lookAnew(segment.id).then(() => queries.invalidateQueries({ queryKey: ['segments', segment.id] })).catch((error: unknown) => notify({ text: reasonOf(error), tone: 'bad' }))}>{t('segments.look_anew')}</DropItem>}
        {object?.can.delete && <DropLine />}
        {object?.can.delete && <DropItem danger icon={<Trash2 size={14} />} onClick={() => void remove()}>{t('segments.trash')}</DropItem>}
      </Drop>
    </>
  )
}

function Whole({ segment, standing }: { segment: Segment; standing: Standing }) {
  const { t } = useTranslation()
  const holds = useHolds()
  const locale = useLocale()
  const [search, choose] = useChoices()
  const tab = search['tab'] ?? 'members'
  const [why, setWhy] = useState<string | null>(search['why'] ?? null)
  const tabs = [
    { value: 'members', label: t('segments.members') },
    { value: 'growth', label: t('segments.growth') },
    ...(standing.by_hand ? [] : [{ value: 'conditions', label: t('segments.conditions') }]),
  ]
  return (
    <>
      <header className="flex flex-wrap items-end gap-x-8 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <p className="flex flex-wrap items-center gap-2"><Choice field="kind" value={segment.kind} /><Choice field="state" value={segment.state} /></p>
          {segment.description && <p className="mt-1.5 text-fg-2">{segment.description}</p>}
          {standing.question && <code className="mt-1.5 block font-mono text-meta break-words text-fg-2">{standing.question}</code>}
        </div>
        <p className="text-end max-md:text-start">
          <span className="block text-title font-semibold tabular-nums">{holds.count(standing.holds, standing.size)}</span>
          <span className="block text-meta text-fg-3">{standing.looked_at ? t('segments.looked_at', { time: formatTime(standing.looked_at, locale) }) : t('segments.not_looked')}</span>
        </p>
      </header>
      <Progress standing={standing} />
      <div><Segments label={t('segments.title')} value={tab} options={tabs} onChange={(next) => choose({ tab: next === 'members' ? undefined : next })} /></div>
      <Suspense fallback={<Bones rows={6} />}>
        {tab === 'members' && <Members standing={standing} onWhy={setWhy} />}
        {tab === 'growth' && <Growth standing={standing} />}
        {tab === 'conditions' && <Conditions segment={segment} standing={standing} />}
        {why && <Why segment={standing.id} name={standing.name} holds={standing.holds} party={why} onClose={() => { setWhy(null); choose({ why: undefined }) }} />}
      </Suspense>
    </>
  )
}

/** That all are looked at just now, or why nobody can be. */
function Progress({ standing }: { standing: Standing }) {
  const { t } = useTranslation()
  if (standing.broken) return <p role="alert" className="rounded-md bg-bad-soft px-3.5 py-2.5 text-bad">{t('segments.broken', { reason: standing.broken })}</p>
  if (!standing.follows) return <p className="rounded-md bg-warn-soft px-3.5 py-2.5 text-warn">{t('segments.is_paused')}</p>
  if (standing.settled && !standing.look) return null
  const share = standing.look && standing.look.total > 0 ? standing.look.done / standing.look.total : 0
  return (
    <div role="status" className="flex items-center gap-4 rounded-md bg-subtle px-3.5 py-2.5">
      <span className="text-fg-2">{t('segments.looking')}</span>
      <span className="flex-1"><Meter label={t('segments.looking')} share={share} /></span>
    </div>
  )
}
