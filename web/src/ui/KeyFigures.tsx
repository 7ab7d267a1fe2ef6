/** Four to six figures that say how things stand: roll-ups first, then money and numbers. */

import { useTranslation } from '@/lib/useTranslation'
import { storedType, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatMoney, type Money } from '@/lib/format'
import { isEmpty, type RecordData } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { figureText } from './FieldValue'
import { cx } from './kit'

/** Nothing is told of nothing: a count or a sum without any is left out, as an empty field is. */
function isNothing(value: unknown): boolean {
  return isEmpty(value) || value === 0 || (typeof value === 'object' && value !== null && (value as { amount?: unknown }).amount === 0)
}

/** Scores and chances need their words, which the card of the analysis has; the system's own say nothing of how things stand. */
const UNTOLD = new Set(['system', 'analysis'])

export function figureFields(object: ObjectDef, record: RecordData, most: number): FieldDef[] {
  const worth = (field: FieldDef): number => (field.type === 'roll_up' ? 0 : field.type === 'formula' ? 1 : storedType(field) === 'money' ? 2 : 3)
  return object.fields
    .filter((field) => ['money', 'integer', 'number'].includes(storedType(field)) && !isNothing(record[field.name]) && !UNTOLD.has(field.section ?? ''))
    .map((field, index) => ({ field, rank: worth(field) * 1000 + index }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ field }) => field)
}

export function KeyFigures({ object, record, boxed }: { object: ObjectDef; record: RecordData; boxed?: boolean }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const fields = figureFields(object, record, boxed ? 4 : 6)
  if (fields.length === 0) return null
  const list = (
    <dl className={boxed ? 'grid grid-cols-2 gap-2 px-5 pt-4' : 'flex w-max gap-8'}>
      {fields.map((field) => (
        <div key={field.name} className={cx('min-w-0 shrink-0', boxed && 'rounded-md px-2.5 py-2 shadow-[inset_0_0_0_1px_var(--line)]')}>
          <dt className="truncate text-label text-fg-3">{labelOf(field.label)}</dt>
          <dd className="truncate text-figure font-semibold tabular-nums">{figureText(record[field.name], locale, short)}</dd>
        </div>
      ))}
    </dl>
  )
  if (boxed) return list
  return (
    <div role="region" aria-label={t('record.figures')} tabIndex={0} className="overflow-x-auto rounded-sm [scrollbar-width:none]">
      {list}
    </div>
  )
}

function short(money: Money, locale: string): string {
  return formatMoney(money, locale, true)
}
