/** Who the customers are: how recent, often and much they buy, which of them bring the revenue, who is slowing, and what they will be worth. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from '@/lib/useTranslation'
import { customersQuery, type Customers, type Party } from '@/lib/analysis'
import { useAnalysisWords } from '@/lib/analysisWords'
import { formatDate, formatNumber, formatRelative, type Money } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { CodePill } from '@/ui/CodePill'
import { iconOf } from '@/ui/icons'
import { Concentration } from './Concentration'
import { InPeriod } from './InPeriod'
import { Migration } from './Migration'
import { ToSegment } from './segments/ToSegment'
import { TD, TH } from '@/ui/charts/cells'
import { Answer, Behind, Page, PartyChoice, Section, Share, Tile, Tiles, useParty, Warnings } from './parts'
import { RfmMap } from './RfmMap'
import { NotYet, RunBar } from './Running'
import { SegmentTable } from './SegmentTable'

export default function CustomersPage() {
  const { t } = useTranslation()
  const party = useParty()
  const customers = useQuery(customersQuery(party))
  return (
    <Page icon={iconOf('users')} title={t('analysis.customers')} tools={<><RunBar told={customers.data} /><PartyChoice /></>}>
      <Answer query={customers} rows={12}>
        {(told) => (told.version === null ? <NotYet party={party} told={told} /> : <Told party={party} told={told} />)}
      </Answer>
    </Page>
  )
}

function Told({ party, told }: { party: Party; told: Customers }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const madeAt = told.made_at === null ? null : new Date(told.made_at).toISOString()
  return (
    <>
      <p className="-mb-2 text-fg-2">
        {[
          told.as_of && t('customers.as_of', { day: formatDate(told.as_of, locale) }),
          told.currency && (told.base === 'margin' ? t('customers.in_margin', { currency: told.currency }) : t('customers.in_revenue', { currency: told.currency })),
          madeAt && t('customers.made', { when: formatRelative(madeAt, locale) }),
        ].filter(Boolean).join(' · ')}
      </p>
      <Warnings warnings={told.warnings} />
      <Tiles>
        <Tile label={t('measure.customers')} value={words.amount(told.customers, 'customers', true)} {...(told.buyers === told.customers ? {} : { note: t('customers.bought', { number: formatNumber(told.buyers, locale) }) })} />
        <Tile label={t('measure.orders')} value={words.amount(told.orders, 'orders', true)} note={told.repeat_share === null ? undefined : t('customers.repeat', { share: words.share(told.repeat_share) })} />
        <Tile label={t('measure.revenue')} value={words.amount(told.revenue, 'revenue', true)} />
        {told.margin && <Tile label={t('measure.margin')} value={words.amount(told.margin, 'margin', true)} note={told.revenue.amount > 0 ? t('customers.of_revenue', { share: words.share(told.margin.amount / told.revenue.amount) }) : undefined} />}
        {told.per_order && <Tile label={t('measure.per_order')} value={words.amount(told.per_order, 'per_order', true)} />}
        {told.value && <Tile label={t('customers.expected_orders')} value={words.amount(Math.round(told.value.expected_orders), 'orders', true)} note={t('customers.weeks', { number: formatNumber(told.value.horizon_weeks, locale) })} />}
      </Tiles>
      <InPeriod party={party} />
      <Section title={t('customers.segments')} lead={t('customers.segments_lead')}>
        <div className="grid grid-cols-[minmax(0,5fr)_minmax(0,6fr)] gap-6 max-lg:grid-cols-1">
          <RfmMap party={party} grid={told.grid} />
          <SegmentTable party={party} segments={told.segments} />
        </div>
      </Section>
      <div className="grid grid-cols-2 gap-6 max-lg:grid-cols-1">
        <Section title={t('customers.classes')} lead={t('customers.classes_lead')}>
          <ClassTable party={party} told={told} />
        </Section>
        <Section title={t('concentration.title')}><Concentration told={told} /></Section>
      </div>
      <div className="grid grid-cols-2 gap-6 max-lg:grid-cols-1">
        <Section title={t('customers.activity')} lead={t('customers.activity_lead')} tools={<Link to="/analysis/leaving" search={party === 'contact' ? {} : { object: party }} className="inline-flex h-7 items-center rounded-sm px-2.5 font-medium text-fg-2 hover:bg-hover hover:text-fg">{t('customers.who_leaves')}</Link>}>
          <ActivityTable party={party} told={told} />
        </Section>
        {told.value?.lifetime_value && <Section title={t('customers.value')} lead={t('customers.value_lead')}><Value told={told} worth={told.value.lifetime_value} low={told.value.low} high={told.value.high} /></Section>}
      </div>
      {told.migration && <Migration migration={told.migration} />}
    </>
  )
}

function ClassTable({ party, told }: { party: Party; told: Customers }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  const hasMargin = told.classes.some((one) => one.margin)
  return (
    <table className="w-full border-separate border-spacing-0">
      <thead>
        <tr>
          <th scope="col" className={TH}>{t('dimension.value_class')}</th>
          <th scope="col" className={`${TH} !text-end`}>{t('measure.customers')}</th>
          <th scope="col" className={`${TH} w-[30%]`}>{t('customers.revenue_share')}</th>
          <th scope="col" className={`${TH} !text-end`}>{t('measure.revenue')}</th>
          {hasMargin && <th scope="col" className={`${TH} !text-end max-md:hidden`}>{t('measure.margin')}</th>}
        </tr>
      </thead>
      <tbody>
        {told.classes.map((one) => (
          <tr key={one.class}>
            <th scope="row" className={`${TD} text-start font-normal`}><span className="flex items-center gap-1"><Behind party={party} filter={one.filter}><CodePill field="value_class" code={one.class} /></Behind><ToSegment party={party} question={one.filter} name={words.coded('value_class', one.class).name} quiet /></span></th>
            <td className={`${TD} text-end tabular-nums`}><Behind party={party} filter={one.filter}>{words.amount(one.customers, 'customers')}</Behind></td>
            <td className={TD}><Share share={one.revenue_share} /></td>
            <td className={`${TD} text-end tabular-nums`}>{words.amount(one.revenue, 'revenue', true)}</td>
            {hasMargin && <td className={`${TD} text-end tabular-nums max-md:hidden`}>{words.amount(one.margin, 'margin', true)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function ActivityTable({ party, told }: { party: Party; told: Customers }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  return (
    <table className="w-full border-separate border-spacing-0">
      <thead>
        <tr>
          <th scope="col" className={TH}>{t('dimension.activity')}</th>
          <th scope="col" className={`${TH} !text-end`}>{t('measure.customers')}</th>
          <th scope="col" className={`${TH} !text-end`}>{t('customers.last_year')}</th>
          <th scope="col" className={`${TH} !text-end`}>{t('customers.at_stake')}</th>
          <th scope="col" className={`${TH} !text-end max-sm:hidden`}>{t('measure.lifetime_value')}</th>
        </tr>
      </thead>
      <tbody>
        {told.activity.map((one) => (
          <tr key={one.activity}>
            <th scope="row" className={`${TD} text-start font-normal`}><Behind party={party} filter={one.filter}><CodePill field="activity" code={one.activity} /></Behind></th>
            <td className={`${TD} text-end tabular-nums`}><Behind party={party} filter={one.filter}>{words.amount(one.customers, 'customers')}</Behind></td>
            <td className={`${TD} text-end tabular-nums`}>{words.amount(one.revenue_12m, 'revenue', true)}</td>
            <td className={`${TD} text-end font-medium tabular-nums`}>{one.at_stake && one.at_stake.amount > 0 ? words.amount(one.at_stake, '', true) : ''}</td>
            <td className={`${TD} text-end tabular-nums max-sm:hidden`}>{words.amount(one.lifetime_value, 'lifetime_value', true)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** What all customers together will bring, with the range it is likely in. */
function Value({ told, worth, low, high }: { told: Customers; worth: Money; low: Money | null; high: Money | null }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  const most = (high ?? worth).amount * 1.12 || 1
  const part = (amount: number) => `${Math.max(0, Math.min(100, (amount / most) * 100))}%`
  return (
    <div>
      <p className="text-key font-semibold tracking-[-0.02em] tabular-nums">{words.amount(worth, 'lifetime_value', true)}</p>
      <p className="text-fg-2">{told.base === 'margin' ? t('customers.value_margin') : t('customers.value_revenue')}</p>
      {low && high && (
        <>
          <div aria-hidden className="relative mt-4 h-3 rounded-full bg-hover [direction:ltr]">
            <span className="absolute inset-y-0 rounded-full bg-accent opacity-30" style={{ insetInlineStart: part(low.amount), width: part(high.amount - Math.max(0, low.amount)) }} />
            <span className="absolute -inset-y-1 w-[3px] rounded-full bg-accent" style={{ insetInlineStart: part(worth.amount) }} />
          </div>
          <p className="mt-2 text-fg-2 tabular-nums">{t('customers.between', { low: words.amount(low, '', true), high: words.amount(high, '', true) })}</p>
        </>
      )}
      <p className="mt-2"><Link to="/analysis/models" className="text-meta text-accent-text hover:underline">{t('customers.how_good')}</Link></p>
    </div>
  )
}
