/** Records that may be one and the same: one pair at a time, answered by a key; beside it the queue. */

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { CheckCheck, CircleCheckBig, Combine, RefreshCw, SlidersHorizontal } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useCommands, type Command } from '@/lib/commands'
import { objectByPlural, type ObjectDef } from '@/lib/definitions'
import { formatNumber, formatRelative } from '@/lib/format'
import { matchingQuery, pairQuery, pairsQuery, type Overview, type PairState } from '@/lib/matching'
import { previewQuery } from '@/lib/merging'
import { useDefinitions, useLabel, useLocale, useSession } from '@/lib/session'
import { Button, cx, IconButton } from '@/ui/kit'
import { Blank, Bone, Bones, Failed } from '@/ui/states'
import { TopBar } from '@/ui/TopBar'
import { useAnswers } from './answers'
import { PairList } from './PairList'
import { PairView } from './PairView'
import { Progress } from './Progress'
import { useJob } from './useJob'

const AcceptDialog = lazy(() => import('./AcceptDialog'))
const MatchingPanel = lazy(() => import('./MatchingPanel'))

const STATES: Record<PairState, string> = { open: 'review.state_open', second: 'review.state_second', different: 'review.state_different', same: 'review.state_same' }

export default function DuplicatesPage() {
  const { t } = useTranslation()
  const definitions = useDefinitions()
  const overview = useQuery(matchingQuery)
  const search = useSearch({ from: '/inside/duplicates' })
  const title = <h1 className="flex items-center gap-2 tracking-normal"><Combine size={16} className="text-accent-text" />{t('duplicates.title')}</h1>
  if (overview.isError && !overview.data) return <><TopBar crumbs={title} /><Failed error={overview.error} onRetry={() => void overview.refetch()} className="flex-1" /></>
  if (!overview.data || !definitions) return <><TopBar crumbs={title} /><Skeleton /></>
  const all = overview.data.filter((one) => objectByPlural(definitions, one.plural)?.can.read && one.object !== 'user')
  const open = all.find((one) => one.plural === search.object) ?? all.find((one) => (one.counts.open ?? 0) > 0) ?? all[0]
  const object = open && objectByPlural(definitions, open.plural)
  if (!open || !object) return <><TopBar crumbs={title} /><Blank icon={Combine} title={t('state.no_right')} className="flex-1">{t('state.no_right_ask')}</Blank></>
  return <Desk key={open.plural} all={all} overview={open} object={object} title={title} />
}

function Desk({ all, overview, object, title }: { all: Overview[]; overview: Overview; object: ObjectDef; title: React.ReactNode }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const definitions = useDefinitions()
  const navigate = useNavigate({ from: '/duplicates' })
  const queries = useQueryClient()
  const search = useSearch({ from: '/inside/duplicates' })
  const isAdmin = useSession()?.can.admin === true
  const mayDecide = object.can.update && object.can.delete
  const state: PairState = search.state && search.state in STATES ? (search.state as PairState) : 'open'
  const order = state === 'open' || state === 'second' ? (search.order === 'likely' ? 'likely' : 'ask') : 'likely'
  const pairs = useInfiniteQuery({ ...pairsQuery(object.plural, state, order), placeholderData: keepPreviousData })
  const { answer, takeBack, splitAgain } = useAnswers(object.plural)
  const [panel, setPanel] = useState<'accept' | 'settings' | null>(null)
  const run = useJob({ path: `/matching/${overview.plural}/runs`, running: overview.run, refresh: ['matching', 'pairs', 'pair', 'pairs-of'], failed: t('run.failed') })

  const queue = pairs.data?.pages.flatMap((page) => page.data) ?? []
  // A pair named in the address, by a notice of a record's page, may stand anywhere in the queue or not in it at all.
  const named = useQuery({ ...pairQuery(object.plural, search.pair ?? ''), enabled: search.pair !== undefined && !queue.some((pair) => pair.id === search.pair), retry: false })
  const [at, setAt] = useState(0)
  const place = search.pair === undefined ? Math.min(at, Math.max(0, queue.length - 1)) : queue.findIndex((pair) => pair.id === search.pair)
  const pair = place >= 0 ? queue[place] : named.data
  const after = queue[place + 1]

  const known = queue.length
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pairs
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && place >= known - 6) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, place, known])
  // The next pair is whole before it is asked for: an answer is one frame.
  const next = state === 'open' && mayDecide ? after : undefined
  useEffect(() => {
    if (next) void queries.prefetchQuery(previewQuery(object.plural, { records: next.records.map((record) => record.id) }))
  }, [queries, object.plural, next])

  const show = (change: { object?: string; state?: string; order?: string }) => {
    setAt(0)
    void navigate({ search: { object: object.plural, ...(search.state ? { state: search.state } : {}), ...(search.order ? { order: search.order } : {}), ...change }, replace: true })
  }
  const leaveNamed = () => search.pair !== undefined && void navigate({ search: { object: object.plural, ...(search.state ? { state: search.state } : {}) }, replace: true })
  const goTo = (index: number) => {
    leaveNamed()
    setAt(Math.max(0, Math.min(queue.length - 1, index)))
  }

  const counts = overview.counts
  const left = counts.open ?? 0
  const start = overview.figures?.chart.find((one) => one.threshold >= overview.settings.review_from - 1e-9)
  const expected = start ? Math.round(left * start.precision) : null
  const commands: Command[] = [
    ...(mayDecide && left > 0 ? [{ id: 'accept', label: t('accept.title'), run: () => setPanel('accept') }] : []),
    ...(isAdmin ? [{ id: 'run', label: t('run.again'), run: run.start }, { id: 'settings', label: t('matching.title'), run: () => setPanel('settings') }] : []),
  ]
  useCommands(t('duplicates.page'), commands)

  return (
    <>
      <TopBar crumbs={title}>
        {run.job ? (
          <Progress job={run.job} label={t('run.at_work')} onCancel={run.cancel} />
        ) : isAdmin ? (
          <Button onClick={run.start} aria-label={t('run.again')}><RefreshCw size={14} /><span className="max-md:hidden">{t('run.again')}</span></Button>
        ) : null}
        {mayDecide && left > 0 && <Button look="outline" onClick={() => setPanel('accept')} aria-label={t('accept.title')}><CheckCheck size={15} /><span className="max-md:hidden">{t('accept.title')}…</span></Button>}
        {isAdmin && <IconButton label={t('matching.title')} onClick={() => setPanel('settings')}><SlidersHorizontal size={15} /></IconButton>}
      </TopBar>
      <div className="flex h-11 shrink-0 items-center gap-4 border-b border-line px-5 max-md:px-4">
        <div role="tablist" aria-label={t('duplicates.objects')} className="-mb-px flex h-full min-w-0 gap-5 overflow-x-auto [scrollbar-width:none]">
          {all.map((one) => (
            <button key={one.plural} type="button" role="tab" aria-selected={one.plural === object.plural} onClick={() => { setAt(0); void navigate({ search: { object: one.plural } }) }} className={cx('flex h-11 shrink-0 items-center gap-1.5 border-b-2 font-medium whitespace-nowrap', one.plural === object.plural ? 'border-accent text-fg' : 'border-transparent text-fg-2 hover:text-fg')}>
              {labelOf(objectByPlural(definitions, one.plural)?.label_plural)}
              {(one.counts.open ?? 0) > 0 && <span className="rounded-sm bg-hover px-1.5 text-label text-fg-2 tabular-nums">{formatNumber(one.counts.open ?? 0, locale)}</span>}
            </button>
          ))}
        </div>
        <p role="status" className="ms-auto shrink-0 text-meta text-fg-2 tabular-nums max-lg:hidden">
          {left > 0 && (expected === null ? t('review.left', { count: left, number: formatNumber(left, locale) }) : t('review.left_about', { count: left, number: formatNumber(left, locale), same: formatNumber(expected, locale) }))}
        </p>
      </div>
      <div className="flex min-h-0 flex-1">
        <aside aria-label={t('review.queue')} className="flex w-[272px] shrink-0 flex-col border-e border-line max-lg:hidden">
          <div className="flex flex-col gap-2 border-b border-line p-2.5">
            <select aria-label={t('review.which')} value={state} onChange={(event) => show({ state: event.target.value })} className="input">
              {(Object.keys(STATES) as PairState[]).filter((one) => one !== 'second' || overview.settings.second_opinion || (counts.second ?? 0) > 0).map((one) => <option key={one} value={one}>{t(STATES[one])}{counts[one] ? ` (${formatNumber(counts[one] ?? 0, locale)})` : ''}</option>)}
            </select>
            {(state === 'open' || state === 'second') && (
              <select aria-label={t('review.order')} value={order} onChange={(event) => show({ order: event.target.value })} className="input">
                <option value="ask">{t('review.order_ask')}</option>
                <option value="likely">{t('review.order_likely')}</option>
              </select>
            )}
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto">
            {pairs.isPending ? <Bones rows={9} className="!p-3" /> : <PairList pairs={queue} open={pair?.id ?? null} onOpen={(id) => goTo(queue.findIndex((one) => one.id === id))} more={pairs.hasNextPage} onMore={() => void pairs.fetchNextPage()} />}
          </div>
        </aside>
        {pairs.isError && !pairs.data ? (
          <Failed error={pairs.error} onRetry={() => void pairs.refetch()} className="flex-1" />
        ) : pairs.isPending || (search.pair !== undefined && !pair && named.isPending) ? (
          <PairBones />
        ) : pair ? (
          <PairView
            key={pair.id}
            object={object}
            pair={pair}
            mayDecide={mayDecide}
            onSay={(said) => {
              answer(pair, said)
              leaveNamed()
            }}
            onUndo={takeBack}
            onSplit={() => splitAgain(pair)}
            onWalk={(by) => goTo(place + by)}
          />
        ) : (
          <Nothing object={object} overview={overview} state={state} isAdmin={isAdmin} isAtWork={run.job !== null} onRun={run.start} onUndo={takeBack} />
        )}
      </div>
      <Suspense>
        {panel === 'accept' && <AcceptDialog object={object} onClose={() => setPanel(null)} />}
        {panel === 'settings' && <MatchingPanel object={object} onClose={() => setPanel(null)} />}
      </Suspense>
    </>
  )
}

/** Nothing to answer: because everything is, because nothing was found, or because nobody looked yet. */
function Nothing({ object, overview, state, isAdmin, isAtWork, onRun, onUndo }: { object: ObjectDef; overview: Overview; state: PairState; isAdmin: boolean; isAtWork: boolean; onRun: () => void; onUndo: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const objects = labelOf(object.label_plural).toLocaleLowerCase(locale)
  const look = isAdmin && !isAtWork && <Button look="primary" size="lg" onClick={onRun}><RefreshCw size={15} />{overview.learned_at ? t('run.again') : t('run.first')}</Button>
  useCommands(t('duplicates.title'), [{ id: 'undo', label: t('undo.undo'), key: 'u', run: onUndo }])
  if (isAtWork) return <Blank icon={RefreshCw} title={t('run.at_work')} className="flex-1">{t('run.at_work_hint')}</Blank>
  if (state !== 'open') return <Blank icon={Combine} title={t('review.none_state')} className="flex-1" action={<Link to="/duplicates" search={{ object: object.plural }} className="rounded-sm px-3 py-1.5 font-medium shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover">{t('review.state_open')}</Link>} />
  if (!overview.learned_at) return <Blank icon={Combine} title={t('review.never', { objects })} className="flex-1" action={look || undefined}>{isAdmin ? t('review.never_hint') : t('review.never_ask')}</Blank>
  return (
    <Blank icon={CircleCheckBig} title={t('review.all_done', { objects })} className="flex-1" action={look || undefined}>
      {t('review.all_done_hint', { when: formatRelative(overview.learned_at, locale), number: formatNumber(overview.figures?.records ?? 0, locale) })}
    </Blank>
  )
}

function Skeleton() {
  return (
    <div aria-hidden className="flex min-h-0 flex-1">
      <div className="w-[272px] border-e border-line max-lg:hidden"><Bones rows={9} className="!p-3" /></div>
      <PairBones />
    </div>
  )
}

function PairBones() {
  return (
    <div aria-hidden className="mx-auto flex w-full max-w-[1040px] flex-col gap-5 px-6 pt-5">
      <Bone className="h-10 w-72" />
      <Bone className="h-72 w-full" />
      <Bone className="h-40 w-full" />
    </div>
  )
}
