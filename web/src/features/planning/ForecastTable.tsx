/** People with what they will sell; a manager's line holds everybody below, and may be opened to their own. */

import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { questionOf, type Figures, type Forecast, type ForecastRow, type Question } from '@/lib/forecasts'
import { useTranslation } from '@/lib/useTranslation'
import { Button, cx, Segments } from '@/ui/kit'
import { TD, TH } from '@/ui/charts/cells'
import { Deals, useFigure } from './parts'
import { SayDialog } from './SayDialog'

const COLUMNS: { key: keyof Figures; word: string; which?: Question; wide?: boolean }[] = [
  { key: 'quota', word: 'planning.plan' },
  { key: 'closed', word: 'planning.closed', which: 'closed' },
  { key: 'commit', word: 'planning.commit', which: 'commit' },
  { key: 'best_case', word: 'planning.best_case', which: 'best_case', wide: true },
  { key: 'pipeline', word: 'planning.pipeline', which: 'pipeline', wide: true },
  { key: 'weighted', word: 'planning.weighted', which: 'open', wide: true },
]

export function ForecastTable({ forecast }: { forecast: Forecast }) {
  const { t } = useTranslation()
  const figure = useFigure('revenue', forecast.currency)
  const [scope, setScope] = useState<'team' | 'own'>('team')
  const [saying, setSaying] = useState<ForecastRow | null>(null)
  const hasLeaders = forecast.rows.some((row) => row.leads)
  const rows = scope === 'own' ? forecast.rows.filter((row) => row.own.won + row.own.open > 0 || row.own.quota !== null || row.said.own) : forecast.rows
  const hidden = (wide: boolean | undefined) => wide && 'max-lg:hidden'
  return (
    <section aria-label={t('planning.by_people')} className="min-w-0">
      <div className="flex flex-wrap items-center gap-3 px-5 pb-2 max-md:px-4">
        <h2 className="flex-1 text-lead font-semibold">{t('planning.by_people')}</h2>
        {hasLeaders && <Segments label={t('planning.scope')} value={scope} options={[{ value: 'team', label: t('planning.with_below') }, { value: 'own', label: t('planning.own_only') }]} onChange={setScope} />}
      </div>
      <div className="overflow-x-auto" role="region" aria-label={t('planning.by_people')} tabIndex={0}>
        <table className="w-full border-separate border-spacing-0 tabular-nums">
          <thead><tr>
            <th scope="col" className={cx(TH, '!ps-5 text-start max-md:!ps-4')}>{t('planning.who')}</th>
            {COLUMNS.map((column) => <th key={column.key} scope="col" className={cx(TH, 'text-end', hidden(column.wide))}>{t(column.word)}</th>)}
            <th scope="col" className={cx(TH, 'text-end')}>{t('planning.call')}</th>
            <th scope="col" className={cx(TH, '!pe-5 text-end max-md:hidden')}>{t('planning.gap')}</th>
          </tr></thead>
          <tbody>
            {rows.map((row) => {
              const figures = row[scope]
              const said = row.said[scope]
              const title = row.title ?? t('planning.nobodys')
              return (
                <tr key={row.id ?? 'nobody'} className="hover:bg-subtle">
                  <th scope="row" className={cx(TD, '!ps-5 text-start font-medium max-md:!ps-4')}><span className="block max-w-64 truncate max-md:max-w-28" style={{ paddingInlineStart: scope === 'team' ? row.depth * 14 : 0 }}>{title}</span></th>
                  {COLUMNS.map(({ key, which, wide }) => {
                    const value = figures[key]
                    const shown = value === null ? '—' : figure(value, true)
                    return <td key={key} className={cx(TD, 'text-end whitespace-nowrap', hidden(wide), value === 0 && 'text-fg-3')}>{which && value !== null && value !== 0 ? <Deals forecast={forecast} question={questionOf(forecast, which, row, scope === 'team')}>{shown}</Deals> : shown}</td>
                  })}
                  <td className={cx(TD, 'text-end whitespace-nowrap')}>
                    {row.may_say && row.id !== null && forecast.as_of === null ? (
                      <Button size="sm" aria-label={t('planning.say_for', { who: title, value: figure(figures.call, true) })} onClick={() => setSaying(row)} className={cx('-me-2 tabular-nums', said && 'text-accent-text')} title={said?.reason}>{figure(figures.call, true)}<Pencil size={11} className="text-fg-3" /></Button>
                    ) : <span className={cx(said && 'text-accent-text')} title={said?.reason}>{figure(figures.call, true)}</span>}
                  </td>
                  <td className={cx(TD, '!pe-5 text-end whitespace-nowrap max-md:hidden', figures.gap !== null && (figures.gap > 0 ? 'text-bad' : 'text-ok'))}>{figures.gap === null ? '—' : figure(-figures.gap, true)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {saying && saying.id !== null && <SayDialog forecast={forecast} row={saying} first={saying.leads && scope === 'team' ? 'team' : 'own'} onClose={() => setSaying(null)} />}
    </section>
  )
}
