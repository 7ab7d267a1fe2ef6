/** Who is about to leave, most at stake first, and why one should think so. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { DoorOpen, Maximize2, SmilePlus } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { leavingQuery, PLURALS, type Leaving, type Party } from '@/lib/analysis'
import { useAnalysisWords } from '@/lib/analysisWords'
import { objectByName, faceOf } from '@/lib/definitions'
import { formatDate } from '@/lib/format'
import { peekStore } from '@/lib/panels'
import { useDefinitions, useLocale } from '@/lib/session'
import { useStore } from '@/lib/store'
import { CodePill } from '@/ui/CodePill'
import { Face } from '@/ui/Face'
import { Button, cx } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { Analysed, Page, PartyChoice, useParty } from './parts'

export default function LeavingPage() {
  const { t } = useTranslation()
  const party = useParty()
  return (
    <Page icon={DoorOpen} title={t('analysis.leaving')} tools={<PartyChoice />}>
      <Analysed party={party}><List party={party} /></Analysed>
    </Page>
  )
}

function List({ party }: { party: Party }) {
  const { t } = useTranslation()
  const leaving = useInfiniteQuery(leavingQuery(party))
  const all = leaving.data?.pages.flatMap((page) => page.data) ?? []
  const currency = leaving.data?.pages[0]?.currency
  if (leaving.isError && !leaving.data) return <Failed error={leaving.error} onRetry={() => void leaving.refetch()} />
  if (!leaving.data) return <Bones rows={10} />
  if (all.length === 0) return <Blank icon={SmilePlus} title={t('leaving.nobody')}>{t('leaving.nobody_hint')}</Blank>
  const ids = all.map((one) => one.id)
  return (
    <>
      <p className="text-fg-2">{t('leaving.lead')}</p>
      <ul className="-mt-2">
        {all.map((one) => <Line key={one.id} party={party} one={one} ids={ids} currency={currency} />)}
      </ul>
      {leaving.hasNextPage && <Button look="outline" className="self-center" aria-busy={leaving.isFetchingNextPage} onClick={() => void leaving.fetchNextPage()}>{t('common.more')}</Button>}
    </>
  )
}

function Line({ party, one, ids, currency }: { party: Party; one: Leaving; ids: string[]; currency: string | undefined }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const object = objectByName(useDefinitions(), party)
  const isPeeked = useStore(peekStore)?.id === one.id
  const title = one.title || t('common.untitled')
  return (
    <li className={cx('relative grid grid-cols-[32px_minmax(0,1fr)_auto] gap-x-3 border-b border-line py-3', isPeeked && 'bg-accent-soft shadow-[0_0_0_8px_var(--accent-soft)]')}>
      <span className="row-span-2"><Face kind={faceOf(object)} name={one.title ?? ''} icon={object?.icon ?? ''} size={32} /></span>
      <p className="flex min-w-0 flex-wrap content-start items-center gap-x-2 gap-y-1">
        <button type="button" onClick={() => peekStore.set({ object: party, id: one.id, among: ids })} className="min-w-0 truncate rounded-xs text-lead font-medium after:absolute after:inset-0 hover:text-accent-text">{title}</button>
        {one.value_class && <CodePill field="value_class" code={one.value_class} dot={false} />}
        {one.activity && <CodePill field="activity" code={one.activity} />}
      </p>
      <div className="col-start-2 row-start-2 min-w-0 max-md:col-end-4">
        <p className="mt-0.5">{one.reasons.map((reason) => words.reason(reason, currency)).join(' · ')}</p>
        <p className="mt-0.5 text-meta text-fg-3">
          {[t('leaving.last_order', { day: formatDate(one.last_order, locale) }), t('leaving.orders', { count: one.orders, number: words.number(one.orders) }), one.alive_probability !== null && t('leaving.alive', { share: words.share(one.alive_probability) })].filter(Boolean).join(' · ')}
        </p>
      </div>
      <div className="col-start-3 row-start-1 flex items-start gap-1 text-end md:row-span-2">
        <p>
          <span className="block text-figure font-semibold tabular-nums">{words.amount(one.at_stake, '', true)}</span>
          <span className="block text-meta text-fg-3">{t('leaving.at_stake')}</span>
        </p>
        <Link to="/o/$plural/$id" params={{ plural: PLURALS[party], id: one.id }} aria-label={t('leaving.open', { title })} className="relative grid size-7 place-items-center rounded-sm text-fg-3 hover:bg-hover hover:text-fg max-md:hidden"><Maximize2 size={14} /></Link>
      </div>
    </li>
  )
}
