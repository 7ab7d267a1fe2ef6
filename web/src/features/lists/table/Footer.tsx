/** The foot of the table: how many, and one figure for each column, over the whole filter. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { ObjectDef } from '@/lib/definitions'
import { formatCount, formatNumber } from '@/lib/format'
import type { ListState } from '@/lib/listUrl'
import { aggregateQuery, countQuery, type Page } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { cx, Drop, DropItem } from '@/ui/kit'
import type { Column } from '../columns'
import { FIGURE_LABELS, figureExact, figureName, figureOf, figureShown, figuresOf } from './figures'
import { cellStyle, SELECT } from './frame'

export function Footer({ object, columns, filter, width, count, overlap, state, onState }: { object: ObjectDef; columns: readonly Column[]; filter: string; width: number; count: Page['count']; /** Rows stand in several groups. */ overlap: boolean; state: ListState; onState: (change: Partial<ListState>) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const names = columns.slice(1).flatMap((column) => figureName(column.field, figureOf(column.field, state.figures[column.name])) ?? [])
  const { data, isError } = useQuery({ ...aggregateQuery(object.plural, filter, names), enabled: names.length > 0, placeholderData: keepPreviousData, retry: false })

  return (
    <div role="row" className="sticky bottom-0 z-5 mt-auto flex h-9 shrink-0 border-t border-line bg-surface text-meta" style={{ minWidth: width + 24 }}>
      <Total object={object} filter={filter} count={count} overlap={overlap} last={columns[1]?.pinned !== true} />
      {columns.map((column, index) => {
        if (index === 0) return null
        const figure = figureOf(column.field, state.figures[column.name])
        const name = figureName(column.field, figure)
        const value = name && !isError ? data?.[name] : undefined
        const shown = figureShown(column.field, figure, value, count?.exact ? count.value : null, locale)
        const possible = figuresOf(column.field)
        const last = column.pinned && columns[index + 1]?.pinned !== true
        return (
          <div key={column.name} role="gridcell" aria-colindex={index + 2} className={cx('flex shrink-0 overflow-hidden', column.pinned && 'sticky z-6 bg-surface', last && 'border-e border-line')} style={cellStyle(column, index)} title={shown ? figureExact(column.field, value, locale) : undefined}>
            {possible.length > 1 && (
              <Drop
                side="top"
                align="end"
                trigger={
                  <button type="button" tabIndex={-1} className={cx('group/f flex min-w-0 flex-1 items-center gap-1.5 px-2.5 text-fg-3 hover:bg-subtle data-popup-open:bg-hover', column.align === 'end' ? 'justify-end' : '')}>
                    {figure === 'none' ? (
                      <span className="truncate opacity-0 group-hover/f:opacity-100 group-data-popup-open/f:opacity-100">{t('grid.figure')}</span>
                    ) : (
                      <>
                        <span className="truncate">{t(FIGURE_LABELS[figure])}</span>
                        <span className="shrink-0 font-semibold text-fg tabular-nums">{shown || (value === undefined ? '' : '—')}</span>
                      </>
                    )}
                  </button>
                }
              >
                {possible.map((one) => <DropItem key={one} checked={one === figure} onClick={() => onState({ figures: { ...state.figures, [column.name]: one } })}>{t(FIGURE_LABELS[one])}</DropItem>)}
              </Drop>
            )}
          </div>
        )
      })}
      <div className="min-w-6 flex-1" />
    </div>
  )
}

/** About how many at once; exactly, when somebody asks. */
function Total({ object, filter, count, overlap, last }: { object: ObjectDef; filter: string; count: Page['count']; overlap: boolean; last: boolean }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const [asked, setAsked] = useState<string | null>(null)
  const exact = useQuery({ ...countQuery(object.plural, filter, true), enabled: asked === filter && count?.exact === false })
  const shown = exact.data ?? count ?? null
  const objects = labelOf(object.label_plural).toLocaleLowerCase()
  return (
    <div role="gridcell" aria-colindex={2} className={cx('sticky start-0 z-6 flex shrink-0 items-center bg-surface ps-11', last && 'border-e border-line')} style={{ width: `calc(${SELECT}px + var(--w0))` }}>
      {shown && (shown.exact ? (
        <span className="truncate" title={overlap ? t('grid.each_once_why') : undefined}><span className="font-semibold text-fg tabular-nums">{formatNumber(shown.value, locale)}</span> <span className="text-fg-3">{objects}{overlap && ` · ${t('grid.each_once')}`}</span></span>
      ) : (
        <button type="button" tabIndex={-1} disabled={exact.isFetching} onClick={() => setAsked(filter)} title={t('grid.count_exactly')} className="-mx-1.5 h-6 min-w-0 truncate rounded-sm px-1.5 hover:bg-hover">
          <span className="font-semibold text-fg tabular-nums">≈ {formatCount(shown, locale)}</span> <span className="text-fg-3">{exact.isFetching ? t('grid.counting') : objects}</span>
        </button>
      ))}
    </div>
  )
}
