/** The named segments as a table: how many, what share of the revenue, how they changed since the run before. */

import { useTranslation } from '@/lib/useTranslation'
import type { Party, SegmentFigures } from '@/lib/analysis'
import { useAnalysisWords } from '@/lib/analysisWords'
import { useLocale } from '@/lib/session'
import { CodePill } from '@/ui/CodePill'
import { ToSegment } from './segments/ToSegment'
import { TD, TH } from '@/ui/charts/cells'
import { Behind, Share } from './parts'

export function SegmentTable({ party, segments }: { party: Party; segments: SegmentFigures[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const moved = (one: SegmentFigures) => {
    if (one.was === null) return ''
    const by = one.customers - one.was
    return by === 0 ? t('analysis.same') : new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' }).format(by)
  }
  return (
    <table className="w-full border-separate border-spacing-0 self-start">
      <thead>
        <tr>
          <th scope="col" className={`${TH} !ps-0`}>{t('dimension.segment')}</th>
          <th scope="col" className={`${TH} !text-end`}>{t('measure.customers')}</th>
          <th scope="col" className={`${TH} !text-end max-sm:hidden`}>{t('customers.change')}</th>
          <th scope="col" className={`${TH} w-[26%]`}>{t('customers.revenue_share')}</th>
          <th scope="col" className={`${TH} !text-end max-md:hidden`}>{t('measure.per_customer')}</th>
          <th scope="col" className={`${TH} w-8 max-md:hidden`}><span className="sr-only">{t('segments.keep')}</span></th>
        </tr>
      </thead>
      <tbody>
        {segments.map((one) => {
          const { hue, is } = words.coded('rfm_segment', one.segment)
          return (
            <tr key={one.segment} title={is}>
              <th scope="row" className={`${TD} max-w-40 !py-[5px] !ps-0 text-start font-normal`}><Behind party={party} filter={one.filter}><CodePill field="rfm_segment" code={one.segment} /></Behind></th>
              <td className={`${TD} !py-[5px] text-end font-medium tabular-nums`}><Behind party={party} filter={one.filter}>{words.amount(one.customers, 'customers')}</Behind></td>
              <td className={`${TD} !py-[5px] text-end text-meta text-fg-2 tabular-nums max-sm:hidden`}>{moved(one)}</td>
              <td className={`${TD} !py-[5px]`}><Share share={one.revenue_share} {...(hue === undefined ? {} : { hue })} /></td>
              <td className={`${TD} !py-[5px] text-end tabular-nums max-md:hidden`}>{words.amount(one.per_customer, 'revenue', true)}</td>
              <td className={`${TD} !px-0 !py-0 text-end max-md:hidden`}><ToSegment party={party} question={one.filter} name={words.segment(one.segment)} quiet /></td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
