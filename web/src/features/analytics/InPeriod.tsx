/** What customers bought in a period of one's choice, beside another: the figures that the look over the whole past does not tell. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { cubeQuery, type Party } from '@/lib/analysis'
import { useAnalysisWords } from '@/lib/analysisWords'
import { formatDate } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { cx } from '@/ui/kit'
import { Answer, Change, Section, Tile, Tiles, useChoices } from './parts'
import { comparisonOf, Period } from './Period'

const SHOWN = ['revenue', 'orders', 'customers', 'per_order', 'per_customer', 'return_share'] as const

export function InPeriod({ party }: { party: Party }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const [chosen] = useChoices()
  const asked = { rows: 'kind', columns: undefined, measures: SHOWN.join(','), from: chosen['from'], to: chosen['to'], compare: comparisonOf(chosen['compare']), where: undefined, object: party, limit: 1 }
  const cube = useQuery({ ...cubeQuery(asked), placeholderData: keepPreviousData })
  const told = cube.data
  const search = { from: chosen['from'], to: chosen['to'], compare: chosen['compare'] }
  return (
    <Section
      title={t('customers.in_period')}
      lead={told?.compare ? t('period.compared', { from: formatDate(told.compare.from, locale), to: formatDate(told.compare.to, locale) }) : undefined}
      tools={<Link to="/analysis/cube" search={search as never} className="inline-flex h-7 items-center rounded-sm px-2.5 font-medium text-fg-2 hover:bg-hover hover:text-fg">{t('customers.break_down')}</Link>}
    >
      <div data-no-print className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2"><Period told={told} /></div>
      <div className={cx('transition-opacity', cube.isPlaceholderData && 'opacity-55')}>
        <Answer query={cube} rows={2}>
          {(answer) => (
            <Tiles>
              {SHOWN.map((one) => (
                <Tile
                  key={one}
                  label={words.measure(one)}
                  value={words.amount(answer.total.values[one], one, true)}
                  note={answer.compare ? <span className="flex gap-2"><Change value={answer.total.values[one]} before={answer.total.before?.[one]} measure={one} /><span className="truncate">{t('analysis.was', { value: words.amount(answer.total.before?.[one], one, true) })}</span></span> : undefined}
                />
              ))}
            </Tiles>
          )}
        </Answer>
      </div>
    </Section>
  )
}
