/** Records beside each other, field by field: what differs stands out, what is alike rests, and a click says which value stays. */

import { Link } from '@tanstack/react-router'
import { Check, ExternalLink } from 'lucide-react'
import type { CSSProperties, KeyboardEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { differenceOf, type Part } from '@/lib/difference'
import { faceOf, storedType, type FieldType, type ObjectDef } from '@/lib/definitions'
import { formatDate, formatRelative, formatTime } from '@/lib/format'
import { isEmpty, linksIn, type RecordData } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { Face } from '@/ui/Face'
import { FieldValue } from '@/ui/FieldValue'
import { cx, Hint } from '@/ui/kit'
import { useValueText } from '@/ui/valueText'
import { RULES, type Side } from './sides'

/** What is read letter by letter. */
const LETTERED = new Set<FieldType>(['text', 'long_text', 'email', 'phone', 'url', 'address', 'date'])


export function SideBySide({ object, records, sides, survivor, onSurvive, onPick, frozen }: {
  object: ObjectDef
  records: readonly RecordData[]
  sides: readonly Side[]
  survivor: string | null
  onSurvive: (id: string) => void
  onPick: (field: string, record: string) => void
  /** Decided already: to be read, not to be chosen. */
  frozen?: boolean
}) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const columns = { '--sides': `repeat(${records.length}, minmax(${records.length > 2 ? '180px' : '0'}, 1fr))` } as CSSProperties
  const many = records.length > 2

  return (
    <div className={cx(many && 'overflow-x-auto')} style={columns}>
      <div className={cx('flex flex-col', many && 'w-max min-w-full')}>
        <div role="radiogroup" aria-label={t('merge.survivor')} className="grid grid-cols-[148px_var(--sides)] border-b border-line bg-surface max-md:grid-cols-[var(--sides)]">
          <span className="self-end pe-3 pb-2.5 text-meta text-fg-3 max-md:hidden">{frozen ? '' : t('merge.survivor_hint')}</span>
          {records.map((record, index) => {
            const kept = survivor === record.id
            return (
              <div key={record.id} className={cx('relative flex min-w-0 items-start gap-2.5 rounded-t-md px-3 pt-2.5 pb-2', kept && !frozen && 'bg-accent-soft')}>
                {!frozen && <button type="button" role="radio" aria-checked={kept} aria-label={t('merge.keep_this', { title: record.title || t('common.untitled'), number: index + 1 })} onClick={() => onSurvive(record.id)} className="absolute inset-0 rounded-t-md" />}
                <Face kind={faceOf(object)} name={record.title} icon={object.icon} size={32} />
                <span className="pointer-events-none relative min-w-0 flex-1">
                  <span className="flex items-center gap-1.5">
                    <span className="truncate text-lead font-semibold">{record.title || t('common.untitled')}</span>
                    <Link to="/o/$plural/$id" params={{ plural: object.plural, id: record.id }} target="_blank" aria-label={t('merge.open_record', { title: record.title })} className="pointer-events-auto grid size-6 shrink-0 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg"><ExternalLink size={13} /></Link>
                  </span>
                  <span className="flex flex-wrap items-center gap-x-2 text-meta text-fg-3">
                    <Hint label={formatTime(record.created_at, locale)}><span>{t('merge.made', { when: formatRelative(record.created_at, locale) })}</span></Hint>
                    {kept && !frozen && <span className="inline-flex items-center gap-1 font-medium text-accent-text"><Check size={12} strokeWidth={2.5} />{t('merge.stays')}</span>}
                  </span>
                </span>
                {!frozen && records.length < 10 && <kbd className="key pointer-events-none relative max-md:hidden">{index + 1}</kbd>}
              </div>
            )
          })}
        </div>
        {sides.map((side) => {
          const label = labelOf(side.field.label)
          const choosable = !frozen && side.canPick && side.state !== 'same'
          return (
            <div key={side.field.name} role={choosable ? 'radiogroup' : undefined} aria-label={choosable ? t('merge.which', { field: label }) : undefined} onKeyDown={choosable ? walk : undefined} className="grid grid-cols-[148px_var(--sides)] border-b border-line last:border-0 max-md:grid-cols-[var(--sides)]">
              <span className="flex min-w-0 items-start gap-1.5 py-2 pe-3 text-fg-3 max-md:col-span-full max-md:px-3 max-md:pt-1.5 max-md:pb-0 max-md:text-meta">
                <span className="line-clamp-2 min-w-0 hyphens-auto break-words" title={label}>{label}</span>
                {side.rule && RULES[side.rule] && side.state === 'differs' && <span className="ms-auto shrink-0 text-label leading-5 text-fg-3 md:hidden">{t(RULES[side.rule] ?? '')}</span>}
              </span>
              {records.map((record, index) => {
                const wins = side.winner === record.id && side.state !== 'same'
                const inside = <Value side={side} record={record} index={index} records={records} survivor={survivor} faint={!frozen && side.winner !== null && !wins && side.state !== 'same'} />
                const look = cx('relative flex min-w-0 items-start gap-2 px-3 py-2 text-start', wins && !frozen && 'bg-accent-soft/60')
                if (!choosable || isEmpty(side.values[index])) return <div key={record.id} className={look}>{inside}{wins && !frozen && <Chosen side={side} />}</div>
                return (
                  <button key={record.id} type="button" role="radio" aria-checked={wins} tabIndex={wins || (side.winner === null && index === 0) ? 0 : -1} onClick={() => onPick(side.field.name, record.id)} className={cx(look, 'rounded-xs hover:bg-hover', wins && 'hover:bg-accent-soft')}>
                    {inside}
                    {wins && <Chosen side={side} />}
                  </button>
                )
              })}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Why this value stays. */
function Chosen({ side }: { side: Side }) {
  const { t } = useTranslation()
  const rule = side.state === 'differs' ? RULES[side.rule ?? ''] : undefined
  return (
    <span className="ms-auto flex shrink-0 items-center gap-1 text-label leading-5 text-accent-text">
      {rule && <span className="max-md:hidden">{t(rule)}</span>}
      <Check size={13} strokeWidth={2.5} aria-label={t('merge.value_stays')} />
    </span>
  )
}

/** Arrows move the choice and the focus with it, as in any group of choices. */
function walk(event: KeyboardEvent<HTMLElement>) {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  const up = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0 && up === 0) return
  event.preventDefault()
  if (up !== 0) {
    const groups = [...(event.currentTarget.parentElement?.querySelectorAll<HTMLElement>('[role=radiogroup]') ?? [])]
    groups[groups.indexOf(event.currentTarget) + up]?.querySelector<HTMLElement>('[role=radio][tabindex="0"], [role=radio]')?.focus()
    return
  }
  const choices = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=radio]')]
  const forward = step * (document.documentElement.dir === 'rtl' ? -1 : 1)
  const next = choices[(choices.indexOf(document.activeElement as HTMLElement) + forward + choices.length) % choices.length]
  next?.click()
  next?.focus()
}

function Value({ side, record, index, records, survivor, faint }: { side: Side; record: RecordData; index: number; records: readonly RecordData[]; survivor: string | null; faint: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const textOf = useValueText()
  const value = side.values[index]
  if (isEmpty(value)) return <span className="text-fg-3" aria-label={t('merge.says_nothing')}>—</span>
  const type = storedType(side.field)
  const told = (at: number) => {
    const of = records[at]
    const what = side.values[at]
    if (!of || isEmpty(what)) return ''
    return type === 'date' ? formatDate(String(what), locale) : textOf(side.field, what, linksIn(of, side.field))
  }
  if (side.state === 'differs' && LETTERED.has(type)) {
    // Of two, each is held against the other; of more, each against the one that stays.
    const against = records.length === 2 ? 1 - index : Math.max(0, records.findIndex((one) => one.id === (side.winner ?? survivor)))
    const other = against === index ? '' : told(against)
    const parts: Part[] = other === '' ? [{ text: told(index), same: true }] : (differenceOf(told(index), other)[0] ?? [])
    return (
      <span className={cx('min-w-0 break-words', faint ? 'text-fg-2' : 'font-medium text-fg')}>
        {parts.map((part, place) => (part.same ? <span key={place}>{part.text}</span> : <mark key={place} className="rounded-[3px] bg-warn-soft px-px text-warn">{part.text}</mark>))}
      </span>
    )
  }
  // Links inside would be buttons in a button: the record itself is one click away.
  return <span className={cx('min-w-0 break-words [&_a]:pointer-events-none', side.state === 'same' ? 'text-fg-3' : faint ? 'text-fg-2' : 'text-fg')}>{linksIn(record, side.field).length > 0 ? told(index) : <FieldValue field={side.field} record={record} />}</span>
}
