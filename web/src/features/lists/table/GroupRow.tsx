/** The head of a group: what its rows have in common, how many there are, and their figures under the columns. */

import { ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { optionsOf, storedType, type FieldDef } from '@/lib/definitions'
import { formatDate, formatMoney, formatNumber, type Money } from '@/lib/format'
import type { RecordData } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { FieldValue, LinkChip } from '@/ui/FieldValue'
import { cx } from '@/ui/kit'
import type { Column } from '../columns'
import type { Group } from '../layouts/groups'
import { figureExact, figureName, figureOf, figureShown } from './figures'
import { cellStyle, SELECT } from './frame'
import type { Unit } from '../layouts/groups'

export interface GroupRowProps {
  group: Group
  field: FieldDef
  unit: Unit | null
  open: boolean
  columns: readonly Column[]
  figures: Record<string, string>
  line: number
  active: boolean
  selected: boolean
}

export const GroupRow = memo(function GroupRow({ group, field, unit, open, columns, figures, line, active, selected }: GroupRowProps) {
  const { t } = useTranslation()
  const locale = useLocale()
  const count = typeof group.values['count'] === 'number' ? group.values['count'] : 0
  const pinned = columns.filter((column) => column.pinned).length
  return (
    <div className="group/r relative flex h-full border-b border-line bg-(--row) [--row:var(--subtle)]">
      {active && <i aria-hidden className="pointer-events-none absolute inset-0 z-3 rounded-[3px] shadow-[inset_0_0_0_2px_var(--accent)]" />}
      <div role="gridcell" aria-colindex={1} data-select aria-label={t('grid.select_group')} className="sticky start-0 z-2 grid shrink-0 place-items-center bg-(--row)" style={{ width: SELECT }}>
        <span className={cx('size-4 rounded-xs', selected ? 'bg-accent' : 'opacity-0 shadow-[inset_0_0_0_1px_var(--line-strong)] group-hover/r:opacity-100 pointer-coarse:opacity-100')} />
      </div>
      {columns.map((column, index) => {
        const figure = figureOf(column.field, figures[column.name])
        const name = index === 0 ? null : figureName(column.field, figure)
        const value = name ? group.values[name] : undefined
        return (
          <div
            key={column.name}
            id={index === 0 ? `group-${line}` : undefined}
            role="gridcell"
            aria-colindex={index + 2}
            style={cellStyle(column, index)}
            className={cx('flex shrink-0 items-center gap-2 px-2.5', index === 0 ? 'overflow-visible ps-1' : 'justify-end overflow-hidden', column.pinned && 'sticky z-2 bg-(--row)', index === pinned - 1 && pinned > 1 && 'border-e border-line')}
            title={name ? figureExact(column.field, value, locale) : undefined}
          >
            {index === 0 ? (
              <span className="flex min-w-0 items-center gap-2">
                <span data-fold className="grid size-6 shrink-0 place-items-center rounded-xs text-fg-2 hover:bg-active">
                  <ChevronRight size={14} className={cx('transition-transform duration-100 rtl:-scale-x-100', open && 'rotate-90 rtl:rotate-90')} />
                </span>
                <span className="min-w-0 truncate font-medium text-fg"><GroupName group={group} field={field} unit={unit} /></span>
                <span className="shrink-0 text-meta text-fg-3 tabular-nums">{formatNumber(count, locale)}</span>
              </span>
            ) : (
              name && <span className="truncate text-meta font-medium text-fg-2 tabular-nums">{figureShown(column.field, figure, value, count, locale)}</span>
            )}
          </div>
        )
      })}
      <div className="min-w-6 flex-1" />
    </div>
  )
})

/** The value that the rows of a group share, as it stands in their cells; steps of days and numbers by their ends. */
export function GroupName({ group, field: of, unit, plain }: { group: Group; field: FieldDef; unit: Unit | null; /** Leads nowhere, as in a button. */ plain?: boolean }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const field = singled(of)
  const key = group.keys[0]
  if (!key || key.value === null) return <span className="text-fg-3">{t('grid.without', { field: labelOf(field.label) })}</span>
  const type = storedType(field)
  if (type === 'date' || type === 'time') return periodName(String(key.value), unit, locale)
  if (type === 'integer' || type === 'number' || type === 'money') return stepName(key.value, key.to, key.currency, locale)
  if (field.type === 'link' && plain) return <LinkChip linked={{ id: String(key.value), object: field.target ?? '', title: key.label ?? '' }} plain />
  if (field.type === 'link') return <FieldValue field={field} record={only(field, key.value, { id: String(key.value), object: field.target ?? '', title: key.label ?? '' })} />
  if (type === 'choice' && optionsOf(field).some((option) => option.value === key.value)) return <FieldValue field={field} record={only(field, key.value)} />
  if (type === 'boolean') return key.value === true ? t('common.yes') : t('common.no')
  return key.label ?? String(key.value)
}

/** A field of several values as one of a single value, which is what a group of it shares. */
function singled(field: FieldDef): FieldDef {
  if (field.type === 'links') return { ...field, type: 'link' }
  return field.type === 'multi_choice' ? { ...field, type: 'choice' } : field
}

/** A record with this one value, so that a group is named by the same pill or face as its cells. */
function only(field: FieldDef, value: unknown, linked?: { id: string; object: string; title: string }): RecordData {
  return { id: '', object: '', version: 0, title: '', created_at: '', updated_at: '', deleted_at: null, [field.name]: value, ...(linked ? { linked: { [field.name]: linked } } : {}) }
}

function periodName(from: string, unit: Unit | null, locale: string): string {
  const date = new Date(`${from.slice(0, 10)}T00:00:00Z`)
  if (Number.isNaN(date.getTime())) return from
  const named = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(date)
  switch (unit ?? 'month') {
    case 'year': return named({ year: 'numeric' })
    case 'quarter': return `Q${Math.floor(date.getUTCMonth() / 3) + 1} ${named({ year: 'numeric' })}`
    case 'month': return named({ month: 'long', year: 'numeric' })
    case 'week': return `${formatDate(from, locale)} –`
    case 'day': return formatDate(from, locale)
  }
}

function stepName(from: unknown, to: unknown, currency: string | undefined, locale: string): string {
  const text = (value: unknown): string => {
    if (typeof value !== 'number') return ''
    return currency ? formatMoney({ amount: value, currency } satisfies Money, locale, true) : formatNumber(value, locale)
  }
  return `${text(from)} – ${text(to)}`
}
