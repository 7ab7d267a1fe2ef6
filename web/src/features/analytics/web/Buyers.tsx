/** Which searches, ways, sources and campaigns bring buyers: visits beside the orders that came of them. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from '@/lib/useTranslation'
import { shareText } from '@/lib/analysisFigures'
import { formatNumber, formatMoney } from '@/lib/format'
import { ALL } from '@/lib/listUrl'
import { useLocale } from '@/lib/session'
import { buyersQuery, type Asked, type BuyerRow, type Buyers as Told } from '@/lib/visits'
import { Answer, Section } from '../parts'
import { Nothing, ratio, Table } from './figures'
import { MEDIA } from './words'

const SIDES = { phrase: 'web.buyers_phrase', medium: 'web.buyers_medium', source: 'web.buyers_source', campaign: 'web.buyers_campaign' } as const
type Side = keyof typeof SIDES
const HEADS: Record<Side, string> = { phrase: 'web.phrase', medium: 'web.medium', source: 'web.source', campaign: 'web.campaign' }
/** The field of an order that holds it. */
const FIELDS: Record<Side, string> = { phrase: 'origin_phrase', medium: 'origin_medium', source: 'origin_source', campaign: 'origin_campaign' }

export default function Buyers({ asked }: { asked: Asked }) {
  const { t } = useTranslation()
  const buyers = useQuery(buyersQuery(asked))
  return (
    <Answer query={buyers}>
      {(told) => (
        <>
          <p className="text-fg-2">{told.sees_orders ? t('web.buyers_lead') : t('web.buyers_no_orders')}</p>
          {(Object.keys(SIDES) as Side[]).map((side) => (
            <Section key={side} title={t(SIDES[side])}>{told[side].length === 0 ? <Nothing>{t('web.none_rows')}</Nothing> : <Rows side={side} told={told} asked={asked} />}</Section>
          ))}
          {told.left_out > 0 && <p className="text-meta text-fg-3">{t('web.buyers_left_out', { count: told.left_out, number: told.left_out })}</p>}
        </>
      )}
    </Answer>
  )
}

function Rows({ side, told, asked }: { side: Side; told: Told; asked: Asked }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const name = (row: BuyerRow) => (side === 'medium' ? t(MEDIA[row.key] ?? 'web.unknown') : row.key)
  const behind = (row: BuyerRow) => `${FIELDS[side]} = ${JSON.stringify(row.key)} and ordered_on >= ${asked.from ?? ''} and ordered_on <= ${asked.to ?? ''}`
  const orders = (row: BuyerRow) => (row.orders === 0 ? '—' : <Link to="/o/$plural" params={{ plural: 'orders' }} search={{ view: ALL, f: behind(row) }} className="rounded-xs text-accent-text hover:underline">{formatNumber(row.orders, locale)}</Link>)
  return (
    <Table label={t(SIDES[side])} head={t(HEADS[side])} rows={told[side].slice(0, 30)} keyOf={(row) => row.key} size={(row) => row.visits} name={name}
      columns={[
        { head: t('web.visits'), cell: (row) => formatNumber(row.visits, locale) },
        ...(told.sees_orders ? [
          { head: t('web.orders'), cell: orders },
          { head: t('web.buyers_count'), cell: (row: BuyerRow) => (row.buyers === 0 ? '—' : formatNumber(row.buyers, locale)), wide: true },
          { head: t('web.conversion'), cell: (row: BuyerRow) => (row.orders === 0 ? '—' : shareText(ratio(row.orders, Math.max(row.visits, row.orders)), locale)), wide: true },
          { head: t('web.revenue'), cell: (row: BuyerRow) => (row.orders === 0 ? '—' : formatMoney({ amount: row.revenue, currency: told.currency }, locale, true)) },
        ] : []),
      ]} />
  )
}
