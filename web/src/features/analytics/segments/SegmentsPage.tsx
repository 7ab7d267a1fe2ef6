/** All segments: how many are in each, how they are made, and how chosen ones overlap. */

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Blend, ChartPie, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { objectByName } from '@/lib/definitions'
import { formatRelative } from '@/lib/format'
import { segmentsQuery, type Segment } from '@/lib/segments'
import { useDefinitions, useLocale, useObject } from '@/lib/session'
import { Button, cx, Tick } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { TD, TH } from '@/ui/charts/cells'
import { Page } from '../parts'
import { Choice } from './Choice'
import { useHolds } from './words'

/** Segments in one picture of their overlap. */
const MOST = 8

export default function SegmentsPage() {
  const { t } = useTranslation()
  const may = useObject('segment')?.can
  const definitions = useDefinitions()
  return (
    <Page icon={ChartPie} title={t('segments.title')} tools={may?.create && <Link to="/segments/new" search={{}} className={PRIMARY}><Plus size={15} />{t('segments.new')}</Link>}>
      {definitions && !objectByName(definitions, 'segment')?.can.read ? <Blank icon={ChartPie} title={t('state.no_right')}>{t('state.no_right_ask')}</Blank> : <All mayCreate={may?.create === true} />}
    </Page>
  )
}

const PRIMARY = 'inline-flex h-7 items-center gap-1.5 rounded-sm bg-accent px-2.5 font-medium text-accent-fg hover:bg-accent-hover'

function All({ mayCreate }: { mayCreate: boolean }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const segments = useQuery(segmentsQuery())
  const [chosen, setChosen] = useState<string[]>([])
  if (segments.isError && !segments.data) return <Failed error={segments.error} onRetry={() => void segments.refetch()} />
  if (!segments.data) return <Bones rows={8} />
  if (segments.data.length === 0) {
    return (
      <Blank icon={ChartPie} title={t('segments.none')} action={mayCreate && <Link to="/segments/new" search={{}} className={PRIMARY}><Plus size={15} />{t('segments.new')}</Link>}>
        {t('segments.none_hint')}
      </Blank>
    )
  }
  const first = segments.data.find((one) => one.id === chosen[0])
  const toggle = (id: string) => setChosen((held) => (held.includes(id) ? held.filter((one) => one !== id) : [...held, id]))
  return (
    <>
      <div className="flex min-h-8 flex-wrap items-center gap-3">
        <p className="flex-1 basis-60 text-fg-2">{chosen.length === 0 ? t('segments.lead') : t('segments.chosen', { count: chosen.length })}</p>
        {chosen.length > 0 && <Button onClick={() => setChosen([])}>{t('segments.choose_none')}</Button>}
        <Button look="outline" disabled={chosen.length < 2} onClick={() => void navigate({ to: '/segments/overlap', search: { ids: chosen.join(',') } })}><Blend size={14} />{t('segments.overlap')}</Button>
      </div>
      <table className="-mt-3 w-full border-separate border-spacing-0">
        <thead>
          <tr>
            <th scope="col" className={`${TH} w-8 !ps-0`}><span className="sr-only">{t('segments.choose')}</span></th>
            <th scope="col" className={TH}>{t('segments.name')}</th>
            <th scope="col" className={`${TH} !text-end`}>{t('segments.members')}</th>
            <th scope="col" className={`${TH} max-md:hidden`}>{t('segments.made')}</th>
            <th scope="col" className={`${TH} max-lg:hidden`}>{t('segments.changed')}</th>
          </tr>
        </thead>
        <tbody>
          {segments.data.map((one) => (
            <Line
              key={one.id}
              one={one}
              isChosen={chosen.includes(one.id)}
              mayChoose={chosen.includes(one.id) || (chosen.length < MOST && (first === undefined || first.holds === one.holds))}
              onChoose={() => toggle(one.id)}
            />
          ))}
        </tbody>
      </table>
    </>
  )
}

function Line({ one, isChosen, mayChoose, onChoose }: { one: Segment; isChosen: boolean; mayChoose: boolean; onChoose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const holds = useHolds()
  return (
    <tr className={cx(isChosen && 'bg-accent-soft')}>
      <td className={`${TD} !ps-0`}><Tick label={t('segments.choose_it', { name: one.name })} checked={isChosen} disabled={!mayChoose} onChange={onChoose} /></td>
      <th scope="row" className={`${TD} max-w-0 w-1/2 text-start font-normal`}>
        <Link to="/segments/$id" params={{ id: one.id }} search={{}} className="block truncate rounded-xs font-medium hover:text-accent-text hover:underline">{one.name}</Link>
        <span className="block truncate text-meta text-fg-3">{one.description || one.question || t('segments.by_hand')}</span>
      </th>
      <td className={`${TD} text-end font-medium whitespace-nowrap tabular-nums`}>{holds.count(one.holds, one.size ?? 0)}</td>
      <td className={`${TD} whitespace-nowrap max-md:hidden`}><Choice field="kind" value={one.kind} />{one.state === 'paused' && <> <Choice field="state" value={one.state} /></>}</td>
      <td className={`${TD} whitespace-nowrap text-fg-2 max-lg:hidden`}>{formatRelative(one.updated_at, locale)}</td>
    </tr>
  )
}
