/** Who is in a segment, or entered or left it in a period; each with the reason. */

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { CircleHelp, UserMinus, UserPlus, Users } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { faceOf } from '@/lib/definitions'
import { formatTime } from '@/lib/format'
import { peekStore } from '@/lib/panels'
import { membersQuery, takeMembers, type Member, type Standing, type Which } from '@/lib/segments'
import { useLocale, useObject } from '@/lib/session'
import { Face } from '@/ui/Face'
import { Button, IconButton, Segments } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'

const PutIn = lazy(() => import('./PutIn'))

const DAY_MS = 86_400_000

export function Members({ standing, onWhy }: { standing: Standing; onWhy: (party: string) => void }) {
  const { t } = useTranslation()
  const may = useObject('segment')?.can.update === true
  const [which, setWhich] = useState<Which>('now')
  const [span, setSpan] = useState('30')
  const [isPutting, setIsPutting] = useState(false)
  const [from] = useState(() => Date.now())
  const since = which === 'now' ? '' : new Date(from - Number(span) * DAY_MS).toISOString()
  const members = useInfiniteQuery({ ...membersQuery(standing.id, which, since, ''), refetchInterval: standing.settled ? false : 1500 })
  const all = members.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <section aria-label={t('segments.members')} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Segments label={t('segments.which')} value={which} options={[{ value: 'now', label: t('segments.now') }, { value: 'entered', label: t('segments.entered') }, { value: 'left', label: t('segments.left') }]} onChange={setWhich} />
        {which !== 'now' && <Segments label={t('segments.period')} value={span} options={[{ value: '1', label: t('segments.last_day') }, { value: '7', label: t('segments.last_week') }, { value: '30', label: t('segments.last_month') }]} onChange={setSpan} />}
        <span className="flex-1" />
        {standing.by_hand && may && <Button look="outline" onClick={() => setIsPutting(true)}><UserPlus size={14} />{t('segments.put_in')}</Button>}
      </div>
      {members.isError && !members.data ? <Failed error={members.error} onRetry={() => void members.refetch()} /> : !members.data ? <Bones rows={6} />
        : all.length === 0 ? <Blank icon={Users} title={which === 'now' ? t('segments.nobody') : t('segments.nobody_moved')}>{which === 'now' && standing.by_hand ? t('segments.by_hand_hint') : undefined}</Blank>
          : (
            <ul className="flex flex-col">
              {all.map((one) => <Line key={`${one.id} ${one.since}`} one={one} ids={all.map((member) => member.id)} standing={standing} which={which} mayTake={may} onWhy={() => onWhy(one.id)} />)}
            </ul>
          )}
      {members.hasNextPage && <Button look="outline" className="self-center" aria-busy={members.isFetchingNextPage} onClick={() => void members.fetchNextPage()}>{t('common.more')}</Button>}
      <Suspense>{isPutting && <PutIn segment={standing.id} onClose={() => setIsPutting(false)} />}</Suspense>
    </section>
  )
}

function Line({ one, ids, standing, which, mayTake, onWhy }: { one: Member; ids: string[]; standing: Standing; which: Which; mayTake: boolean; onWhy: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const object = useObject(standing.holds)
  const title = one.title || t('common.untitled')
  const told = which === 'left' && one.until ? t('segments.left_at', { time: formatTime(one.until, locale) }) : t('segments.since', { time: formatTime(one.since, locale) })

  async function take() {
    try {
      await takeMembers(standing.id, [one.id])
      await queries.invalidateQueries({ queryKey: ['segments', standing.id] })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  return (
    <li className="relative flex min-w-0 items-center gap-3 border-b border-line py-2 hover:bg-hover">
      <Face kind={faceOf(object)} name={one.title ?? ''} icon={object?.icon ?? ''} size={28} />
      <div className="min-w-0 flex-1">
        <button type="button" onClick={() => peekStore.set({ object: standing.holds, id: one.id, among: ids })} className="block max-w-full truncate rounded-xs text-start font-medium after:absolute after:inset-0 hover:text-accent-text">{title}</button>
        <p className="truncate text-meta text-fg-3 tabular-nums">{told}</p>
      </div>
      {!standing.by_hand && <Button size="sm" className="relative" aria-label={t('belongs.ask', { title })} onClick={onWhy}><CircleHelp size={14} />{t('belongs.why')}</Button>}
      {standing.by_hand && mayTake && which === 'now' && <span className="relative"><IconButton label={t('segments.take_out', { title })} onClick={() => void take()}><UserMinus size={14} /></IconButton></span>}
    </li>
  )
}
