/** Where visits come from: by way, and each way by name; phrases, campaigns. */

import { useQuery } from '@tanstack/react-query'
import { useTranslation } from '@/lib/useTranslation'
import { shareText } from '@/lib/analysisFigures'
import { formatNumber } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { sideQuery, type Asked, type Side, type SideRow } from '@/lib/visits'
import { Segments } from '@/ui/kit'
import { Answer, Section, useChoices } from '../parts'
import { clockText, Known, Moved, Nothing, ratio, Table } from './figures'
import { MEDIA } from './words'

const SIDES = { medium: 'web.by_medium', search: 'web.by_search', phrase: 'web.by_phrase', assistant: 'web.by_assistant', social: 'web.by_social', referral: 'web.by_referral', campaign: 'web.by_campaign' } as const
const NONE: Record<string, string> = { phrase: 'web.none_phrase', assistant: 'web.none_assistant', social: 'web.none_social', campaign: 'web.none_campaign', referral: 'web.none_rows', search: 'web.none_rows', medium: 'web.none_rows' }

export default function Sources({ asked }: { asked: Asked }) {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const side = (chosen['side'] ?? '') in SIDES ? (chosen['side'] as keyof typeof SIDES) : 'medium'
  const rows = useQuery(sideQuery(asked, side))
  return (
    <Section title={t(SIDES[side])} lead={side === 'phrase' ? t('web.phrase_lead') : undefined}>
      <div className="mb-3 max-w-full overflow-x-auto [&_button]:whitespace-nowrap [&>*]:w-max">
        <Segments label={t('web.sources')} value={side} options={(Object.keys(SIDES) as (keyof typeof SIDES)[]).map((value) => ({ value, label: t(SIDES[value]) }))} onChange={(next) => choose({ side: next === 'medium' ? undefined : next })} />
      </div>
      <Answer query={rows}>{(told) => <SideTable side={side} told={told} head={t(SIDES[side])} none={t(NONE[side] ?? '')} name={(row) => (side === 'medium' ? t(MEDIA[row.key] ?? 'web.unknown') : row.key)} />}</Answer>
    </Section>
  )
}

/** Visits by one of their sides, each with how good they were. */
export function SideTable({ side, told, head, none, name }: { side: string; told: Side; head: string; none: string; name: (row: SideRow) => string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  if (told.rows.length === 0) return <Nothing>{none}</Nothing>
  const isCompared = told.rows.some((row) => row.visits_before !== undefined)
  return (
    <>
      <Table label={head} head={head} rows={told.rows} keyOf={(row) => row.key} size={(row) => row.visits} name={name}
        columns={[
          { head: t('web.visits'), cell: (row) => formatNumber(row.visits, locale) },
          ...(isCompared ? [{ head: t('web.change'), cell: (row: SideRow) => <Moved value={row.visits} before={row.visits_before} />, wide: true }] : []),
          { head: t('web.per_visit'), cell: (row) => (row.paged === 0 ? '—' : new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(ratio(row.views, row.paged))), wide: true },
          { head: t('web.bounce'), cell: (row) => (row.paged === 0 ? '—' : shareText(ratio(row.bounces, row.paged), locale)) },
          { head: t('web.duration'), cell: (row) => clockText(ratio(row.seconds, row.visits)), wide: true },
          { head: t('web.known'), cell: (row) => <Known count={row.known} by={side} of={row.key} /> },
        ]} />
      {told.total.rows > told.rows.length && <p className="mt-2 text-meta text-fg-3">{t('web.first_of', { shown: formatNumber(told.rows.length, locale), all: formatNumber(told.total.rows, locale) })}</p>}
    </>
  )
}
