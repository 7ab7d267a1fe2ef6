/** Groups of customers that are alike, as the figures themselves fall: what each is like, in words, and how sure the division is. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Pencil, SearchX } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { clustersQuery, renameCluster, type Cluster, type Clusters, type Party, type Trait } from '@/lib/analysis'
import { useAnalysisWords } from '@/lib/analysisWords'
import { reasonOf } from '@/lib/api'
import { formatNumber } from '@/lib/format'
import { colourOf } from '@/lib/scale'
import { useLocale, useSession } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Button, IconButton } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { ChartFrame, Key } from '@/ui/charts/Frame'
import { Lines } from '@/ui/charts/Lines'
import { ToSegment } from './segments/ToSegment'
import { Analysed, Answer, Behind, Page, PartyChoice, Section, Share, useParty, Warnings } from './parts'

export default function ClustersPage() {
  const { t } = useTranslation()
  const party = useParty()
  return (
    <Page icon={iconOf('boxes')} title={t('analysis.clusters')} tools={<PartyChoice />}>
      <Analysed party={party}><Whole party={party} /></Analysed>
    </Page>
  )
}

function Whole({ party }: { party: Party }) {
  const { t } = useTranslation()
  const clusters = useQuery(clustersQuery(party))
  return (
    <Answer query={clusters}>
      {(told) => told.clusters.length === 0 ? <Blank icon={SearchX} title={t('clusters.none')}>{t('clusters.none_hint')}</Blank> : (
        <>
          <p className="text-fg-2">{t('clusters.lead')} {sureness(told)}</p>
          <Warnings warnings={told.warnings} />
          <ul className="grid grid-cols-2 gap-4 max-lg:grid-cols-1">
            {told.clusters.map((one, index) => <Card key={one.id} party={party} one={one} colour={colourOf(index)} />)}
          </ul>
          {(told.tried?.length ?? 0) > 1 && <Section title={t('clusters.how_many')} lead={t('clusters.how_many_lead')}><Quality told={told} /></Section>}
        </>
      )}
    </Answer>
  )

  /** The rule of thumb of Kaufman and Rousseeuw for the silhouette. */
  function sureness(told: Clusters): string {
    const silhouette = told.silhouette ?? 0
    return silhouette > 0.5 ? t('clusters.clear') : silhouette > 0.25 ? t('clusters.fair') : t('clusters.faint')
  }
}

function Card({ party, one, colour }: { party: Party; one: Cluster; colour: string }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  const isAdmin = useSession()?.can.admin === true
  const [isNaming, setIsNaming] = useState(false)
  const name = one.name || t('common.untitled')
  return (
    <li className="flex min-w-0 flex-col gap-2.5 rounded-md p-4 shadow-[inset_0_0_0_1px_var(--line)]">
      {isNaming ? <NameForm one={one} onDone={() => setIsNaming(false)} /> : (
        <div className="flex min-h-7 items-center gap-2">
          <i aria-hidden className="size-2.5 shrink-0 rounded-[3px]" style={{ background: colour }} />
          <h2 className="min-w-0 truncate text-lead font-semibold">{name}</h2>
          {isAdmin && <IconButton label={t('clusters.rename', { name })} onClick={() => setIsNaming(true)}><Pencil size={13} /></IconButton>}
          <span className="flex-1" />
          <Behind party={party} filter={one.filter} className="font-medium whitespace-nowrap tabular-nums">{t('clusters.customers', { count: one.customers, number: words.number(one.customers) })}</Behind>
        </div>
      )}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-1">
        <dt className="text-meta text-fg-3">{t('clusters.of_customers')}</dt>
        <dd><Share share={one.share} /></dd>
        <dt className="text-meta text-fg-3">{t('clusters.of_revenue')}</dt>
        <dd><Share share={one.revenue_share} /></dd>
      </dl>
      <ul className="flex flex-col gap-0.5 border-t border-line pt-2.5">
        {one.traits.map((trait) => <li key={trait.measure}><Telling trait={trait} /></li>)}
      </ul>
      <p className="-ms-1.5 mt-auto"><ToSegment party={party} question={one.filter} name={name} /></p>
    </li>
  )
}

/** One trait as a sentence: how far from all, then both figures. */
function Telling({ trait }: { trait: Trait }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  const far = Math.abs(trait.z)
  const key = far < 0.25 ? 'trait.like_all' : trait.z > 0 ? (far >= 1 ? 'trait.far_above' : 'trait.above') : far >= 1 ? 'trait.far_below' : 'trait.below'
  const inDays = trait.measure.endsWith('_days')
  const text = (value: Trait['mean']) => (inDays && typeof value === 'number' ? words.days(value) : words.amount(value, trait.measure, true))
  return (
    <>
      <span className="font-medium">{words.measure(trait.measure)}: {t(key)}</span>
      <span className="text-fg-2 tabular-nums"> · {t('trait.figures', { mean: text(trait.mean), overall: text(trait.overall) })}</span>
    </>
  )
}

function NameForm({ one, onDone }: { one: Cluster; onDone: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [name, setName] = useState(one.name)

  async function save(event: FormEvent) {
    event.preventDefault()
    const wanted = name.trim()
    if (wanted === '' || wanted === one.name) return onDone()
    try {
      await renameCluster(one.id, wanted)
      await queries.invalidateQueries({ queryKey: ['analysis'] })
      const back = () => void renameCluster(one.id, one.name).then(() => queries.invalidateQueries({ queryKey: ['analysis'] }))
      notify({ text: t('clusters.renamed', { name: wanted }), action: { label: t('undo.undo'), run: back } })
      onDone()
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  return (
    <form className="flex items-center gap-2" onSubmit={(event) => void save(event)} onKeyDown={(event) => event.key === 'Escape' && onDone()}>
      {/* Whoever asked to rename types at once. */}
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
      <input autoFocus aria-label={t('clusters.name')} maxLength={60} value={name} onChange={(event) => setName(event.target.value)} className="input !min-h-7 flex-1 !py-0.5" />
      <Button onClick={onDone}>{t('common.cancel')}</Button>
      <Button look="primary" type="submit">{t('common.save')}</Button>
    </form>
  )
}

/** How well each number of groups would divide the customers. */
function Quality({ told }: { told: Clusters }) {
  const tried = told.tried ?? []
  const { t } = useTranslation()
  const locale = useLocale()
  const text = (value: number | null | undefined) => (value === null || value === undefined ? '—' : new Intl.NumberFormat(locale, { maximumFractionDigits: 2, minimumFractionDigits: 2 }).format(value))
  const labels = tried.map((one) => formatNumber(one.k, locale))
  const sentence = t('clusters.chosen', { number: told.k, silhouette: text(told.silhouette), stability: text(told.stability) })
  const mark = tried.findIndex((one) => one.k === told.k)
  return (
    <ChartFrame
      sentence={sentence}
      legend={<><Key colour="var(--cat-1)">{t('clusters.silhouette')}</Key><Key colour="var(--cat-2)">{t('clusters.stability')}</Key></>}
      table={{ heads: [t('clusters.groups'), t('clusters.silhouette'), t('clusters.stability'), t('clusters.inertia')], lines: tried.map((one) => [formatNumber(one.k, locale), text(one.silhouette), text(one.stability), formatNumber(Math.round(one.inertia), locale)]) }}
    >
      <Lines
        labels={labels}
        sentence={sentence}
        most={1}
        height={200}
        {...(mark >= 0 ? { mark } : {})}
        tickText={(value) => formatNumber(value, locale)}
        lines={[{ key: 'silhouette', colour: 'var(--cat-1)', values: tried.map((one) => one.silhouette) }, { key: 'stability', colour: 'var(--cat-2)', values: tried.map((one) => one.stability) }]}
        read={(index) => t('clusters.read', { groups: labels[index] ?? '', silhouette: text(tried[index]?.silhouette), stability: text(tried[index]?.stability) })}
      />
    </ChartFrame>
  )
}
