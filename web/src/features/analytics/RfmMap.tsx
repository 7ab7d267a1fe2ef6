/** Customers by how lately (up) and how often (across) they order; the fields of each named segment lie together. */

import { type CSSProperties } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { Party } from '@/lib/analysis'
import { useAnalysisWords } from '@/lib/analysisWords'
import { cx } from '@/ui/kit'
import { Behind } from './parts'
import { zones } from './rfm'

export function RfmMap({ party, grid }: { party: Party; grid: number[][] }) {
  const { t } = useTranslation()
  const words = useAnalysisWords()
  const most = Math.max(1, ...grid.flat())
  const hueOf = (segment: string) => words.coded('rfm_segment', segment).hue
  const at = (recency: number, frequency: number) => grid[5 - recency]?.[frequency - 1] ?? 0
  return (
    <figure className="min-w-0">
      <div className="grid grid-cols-[18px_minmax(0,1fr)] grid-rows-[1fr_18px]">
        <span className="flex items-center justify-center text-label whitespace-nowrap text-fg-3 [writing-mode:vertical-rl]"><span className="rotate-180">{t('rfm.recency')}</span></span>
        <div className="grid aspect-[1.22] [direction:ltr] min-h-[340px] w-full grid-cols-5 grid-rows-5 gap-1 max-md:aspect-auto max-md:h-[400px]">
          {zones.map(({ segment, top, bottom, left, right }) => (
            <div
              key={segment}
              data-segment={segment}
              style={{ '--hue': hueOf(segment), gridRow: `${6 - top} / ${7 - bottom}`, gridColumn: `${left} / ${right + 1}`, gridTemplateColumns: `repeat(${right - left + 1}, minmax(0, 1fr))` } as CSSProperties}
              className={cx('relative grid auto-rows-fr overflow-hidden rounded-sm', hueOf(segment) === undefined ? 'bg-hover text-fg-2' : 'bg-[oklch(var(--pill-bg)_var(--hue))] text-[oklch(var(--pill-fg)_var(--hue))]')}
            >
              <span className="pointer-events-none absolute start-2 end-1 top-1.5 z-1 text-label leading-[13px] font-semibold max-md:start-1.5 max-md:text-[10px]">{words.segment(segment)}</span>
              {Array.from({ length: top - bottom + 1 }, (_, row) => top - row).flatMap((recency) =>
                Array.from({ length: right - left + 1 }, (_, column) => left + column).map((frequency) => {
                  const count = at(recency, frequency)
                  return (
                    <Behind
                      key={`${recency} ${frequency}`}
                      party={party}
                      filter={count > 0 ? `recency_score = ${recency} and frequency_score = ${frequency}` : null}
                      label={t('rfm.cell', { recency, frequency, number: words.number(count), segment: words.segment(segment) })}
                      className="relative grid place-items-center rounded-none! pt-4 text-lead font-semibold tabular-nums hover:text-inherit!"
                    >
                      <span aria-hidden style={{ opacity: 0.05 + (count / most) * 0.23 }} className={cx('pointer-events-none absolute inset-0', hueOf(segment) === undefined ? 'bg-line-strong' : 'dot')} />
                      <span className="relative">{words.number(count)}</span>
                    </Behind>
                  )
                }),
              )}
            </div>
          ))}
        </div>
        <span />
        <span className="self-end text-center text-label text-fg-3">{t('rfm.frequency')}</span>
      </div>
      <figcaption className="sr-only">{t('rfm.caption')}</figcaption>
    </figure>
  )
}
