/** How segments overlap: circles for two or three, bars over dots for more; every piece opens its people and can become a segment. */

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Blend, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { PLURALS } from '@/lib/analysis'
import { formatNumber } from '@/lib/format'
import { ALL } from '@/lib/listUrl'
import { overlapQuery, segmentsQuery, type Overlap, type Piece } from '@/lib/segments'
import { useLocale } from '@/lib/session'
import { colourOf } from '@/lib/scale'
import { cx } from '@/ui/kit'
import { Blank, Bones } from '@/ui/states'
import { TD, TH } from '@/ui/charts/cells'
import { Answer, Choice, Page, useChoices } from '../parts'
import { ToSegment } from './ToSegment'
import { UpSet } from './UpSet'
import { Venn } from './Venn'

const MOST = 8

export default function OverlapPage() {
  const { t } = useTranslation()
  const [search] = useChoices()
  const ids = (search['ids'] ?? '').split(',').filter((id) => id !== '')
  return (
    <Page icon={Blend} title={t('segments.overlap')}>
      <Chosen ids={ids} />
      {ids.length < 2 ? <Blank icon={Blend} title={t('overlap.choose')}>{t('overlap.choose_hint')}</Blank> : <Picture ids={ids} />}
    </Page>
  )
}

/** Which segments are in the picture, with a place for one more. */
function Chosen({ ids }: { ids: string[] }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const all = useQuery(segmentsQuery()).data ?? []
  const holds = all.find((one) => one.id === ids[0])?.holds
  const go = (next: string[]) => void navigate({ to: '/segments/overlap', search: next.length > 0 ? { ids: next.join(',') } : {}, replace: true })
  const addable = all.filter((one) => !ids.includes(one.id) && (holds === undefined || one.holds === holds))
  return (
    <div className="flex flex-wrap items-center gap-2">
      {ids.map((id, index) => (
        <span key={id} className="flex h-7 items-center gap-2 rounded-md ps-2.5 pe-1 shadow-[inset_0_0_0_1px_var(--line)]">
          <i aria-hidden className="size-2.5 rounded-[3px]" style={{ background: colourOf(index) }} />
          <span className="max-w-52 truncate">{all.find((one) => one.id === id)?.name ?? '…'}</span>
          <button type="button" aria-label={t('overlap.remove', { name: all.find((one) => one.id === id)?.name ?? '' })} onClick={() => go(ids.filter((one) => one !== id))} className="grid size-5 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg"><X size={12} /></button>
        </span>
      ))}
      {ids.length < MOST && addable.length > 0 && <Choice label={t('overlap.add')} value="" none={t('overlap.one_more')} options={addable.map((one) => ({ value: one.id, label: one.name }))} onChange={(id) => id && go([...ids, id])} />}
    </div>
  )
}

function Picture({ ids }: { ids: string[] }) {
  const { t } = useTranslation()
  const overlap = useQuery(overlapQuery(ids))
  const [at, setAt] = useState<number | null>(null)
  return (
    <Answer query={overlap} refused={t('segments.hidden')}>
      {(told) => told.pieces.length === 0 ? <Blank icon={Blend} title={t('segments.nobody')} /> : (
        <div className={cx('grid gap-6', told.segments.length <= 3 ? 'grid-cols-[minmax(0,1fr)_minmax(0,1fr)] max-lg:grid-cols-1' : 'grid-cols-1')}>
          {overlap.isFetching && !overlap.data ? <Bones rows={6} /> : told.segments.length <= 3 ? <Venn told={told} at={at} onAt={setAt} /> : <UpSet told={told} at={at} onAt={setAt} />}
          <Pieces told={told} at={at} onAt={setAt} />
        </div>
      )}
    </Answer>
  )
}

/** Every piece in words, with its people and the way to keep it. */
function Pieces({ told, at, onAt }: { told: Overlap; at: number | null; onAt: (at: number | null) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <table className="w-full self-start border-separate border-spacing-0">
      <thead>
        <tr>
          <th scope="col" className={`${TH} !ps-0`}>{t('overlap.piece')}</th>
          <th scope="col" className={`${TH} !text-end`}>{t('segments.members')}</th>
          <th scope="col" className={TH}><span className="sr-only">{t('segments.save_as')}</span></th>
        </tr>
      </thead>
      <tbody>
        {told.pieces.map((piece, index) => (
          <tr key={piece.question} onPointerEnter={() => onAt(index)} onPointerLeave={() => onAt(null)} className={cx(at === index && 'bg-accent-soft')}>
            <th scope="row" className={`${TD} !ps-1.5 text-start font-normal`}><Words told={told} piece={piece} /></th>
            <td className={`${TD} text-end font-medium tabular-nums`}>
              <Link to="/o/$plural" params={{ plural: PLURALS[told.holds] }} search={{ view: ALL, f: piece.question }} className="rounded-xs hover:text-accent-text hover:underline">{formatNumber(piece.count, locale)}</Link>
            </td>
            <td className={`${TD} text-end`}><ToSegment party={told.holds} question={piece.question} name={told.segments.filter((_, place) => piece.in[place]).map((one) => one.name).join(' + ')} quiet /></td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Words({ told, piece }: { told: Overlap; piece: Piece }) {
  const { t } = useTranslation()
  const names = told.segments.filter((_, index) => piece.in[index])
  const only = names.length === 1 && told.segments.length > 1
  return (
    <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
      {told.segments.map((one, index) => piece.in[index] && (
        <span key={one.id} className="flex min-w-0 items-center gap-1.5"><i aria-hidden className="size-2.5 shrink-0 rounded-[3px]" style={{ background: colourOf(index) }} /><span className="truncate">{one.name}</span></span>
      ))}
      {only && <span className="text-fg-3">{t('overlap.only')}</span>}
    </span>
  )
}
