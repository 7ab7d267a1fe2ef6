/** A record as a card: who, what, how much; at the foot the next step, the day and whose it is. */

import { AlarmClock, Calendar, CalendarPlus, CircleAlert, Clock, Ellipsis, Hourglass } from 'lucide-react'
import { memo, useSyncExternalStore, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { faceOf, storedType, type Definitions, type FieldDef } from '@/lib/definitions'
import { formatDate, formatMoney, formatTime, type Money } from '@/lib/format'
import { isEmpty, linkedOf, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { Face } from '@/ui/Face'
import { FieldValue } from '@/ui/FieldValue'
import { fieldIcon } from '@/ui/icons'
import { cx } from '@/ui/kit'
import { hasFoot, type CardPlan } from '../cards'
import type { CardFacts } from './facts'

export interface CardProps {
  record: RecordData
  plan: CardPlan
  facts: CardFacts
  withSteps: boolean
  height: number
  /** Being dragged: what stays behind is a ghost. */
  ghost?: boolean
  /** Changed by somebody else a moment ago. */
  fresh?: boolean
  open?: boolean
  tabIndex?: number
  describedBy?: string
  /** Whether a day that has passed is a fault: not for what is closed. */
  isClosed?: boolean
  canMove?: boolean
}

export const CardView = memo(function CardView({ record, plan, facts, withSteps, height, ghost, fresh, open, tabIndex = -1, describedBy, isClosed, canMove }: CardProps) {
  const { t } = useTranslation()
  const locale = useLocale()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const told = useSyncExternalStore(facts.subscribe, () => facts.of(record.id))
  const stay = told.stay?.isStale && !isClosed ? told.stay : null
  const title = record.title || t('common.untitled')
  const figure = plan.figure ? (record[plan.figure.name] as Money | null) : null
  const pills = plan.pills.filter((field) => !isEmpty(record[field.name]))
  const who = plan.who ? linkedOf(record, plan.who)[0] : undefined

  return (
    <article
      tabIndex={tabIndex}
      data-card={record.id}
      aria-label={[title, who?.title, figure ? formatMoney(figure, locale) : '', stay ? t('board.stale', { count: Math.floor(stay.days) }) : ''].filter(Boolean).join(', ')}
      aria-describedby={describedBy}
      aria-keyshortcuts="M Enter Space"
      style={{ height }}
      className={cx(
        'group/card relative flex flex-col rounded-md bg-surface px-3 pt-2.5 pb-2 shadow-[0_0_0_1px_var(--line),var(--depth-1)] transition-shadow select-none hover:shadow-[0_0_0_1px_var(--line-strong),var(--depth-2)] dark:bg-raised',
        ghost && 'opacity-40',
        fresh && 'live-tint',
        open && 'shadow-[0_0_0_1.5px_var(--accent),var(--depth-1)]!',
        stay && !open && 'shadow-[0_0_0_1px_color-mix(in_oklch,var(--bad)_45%,var(--line)),var(--depth-1)]!',
        canMove && 'touch-manipulation',
      )}
    >
      {who && plan.who && (
        <div className="flex h-6 shrink-0 items-center gap-2 pb-1 text-meta text-fg-2">
          <Face kind={faceOf(definitions?.objects.find((one) => one.name === who.object))} name={who.title} size={18} icon={definitions?.objects.find((one) => one.name === who.object)?.icon} />
          <span className="min-w-0 flex-1 truncate">{who.title}</span>
        </div>
      )}
      <p className="h-5 shrink-0 truncate pe-5 font-medium" title={title}>{title}</p>
      {(!isEmpty(figure) || pills.length > 0) && (
        <div className="flex h-7 shrink-0 items-center gap-1.5 overflow-hidden pt-1">
          {figure && <span className="shrink-0 font-semibold tracking-[-.01em] tabular-nums">{formatMoney(figure, locale, true)}</span>}
          {pills.map((field) => <span key={field.name} className="min-w-0 [&_*]:pointer-events-none"><FieldValue field={field} record={record} /></span>)}
          {stay && <Stale days={stay.days} />}
        </div>
      )}
      {plan.lines.map((field) => !isEmpty(record[field.name]) && <Line key={field.name} field={field} record={record} label={labelOf(field.label)} />)}
      {hasFoot(plan, withSteps) && <Foot record={record} plan={plan} facts={facts} definitions={definitions} isClosed={isClosed ?? false} withSteps={withSteps} stay={isEmpty(figure) && pills.length === 0 ? stay : null} />}
      {canMove && (
        <button
          type="button"
          tabIndex={-1}
          data-card-menu
          aria-label={t('board.card_menu', { title })}
          className="absolute end-1.5 top-1.5 grid size-6 place-items-center rounded-xs bg-surface text-fg-3 opacity-0 group-focus-within/card:opacity-100 group-hover/card:opacity-100 group-focus/card:opacity-100 hover:bg-hover hover:text-fg dark:bg-raised pointer-coarse:size-9 pointer-coarse:opacity-100"
        >
          <Ellipsis size={15} />
        </button>
      )}
    </article>
  )
})

function Line({ field, record, label }: { field: FieldDef; record: RecordData; label: string }) {
  const Icon = fieldIcon(field)
  return (
    <div className="flex h-[22px] shrink-0 items-center gap-2 text-meta text-fg-2" title={label}>
      <Icon size={13} className="shrink-0 text-fg-3" aria-label={label} />
      <span className="flex min-w-0 flex-1 [&_a]:pointer-events-none"><FieldValue field={field} record={record} /></span>
    </div>
  )
}

function Foot({ record, plan, facts, definitions, isClosed, withSteps, stay }: { record: RecordData; plan: CardPlan; facts: CardFacts; definitions: Definitions | undefined; isClosed: boolean; withSteps: boolean; stay: { days: number } | null }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const labelOf = useLabel()
  const { step } = useSyncExternalStore(facts.subscribe, () => facts.of(record.id))
  const owner = plan.owner ? linkedOf(record, plan.owner)[0] : undefined
  const ownStep = plan.step ? record[plan.step.name] : null
  const day = plan.date ? record[plan.date.name] : null

  let next: ReactNode = null
  if (step?.isLate && !isClosed) next = <Step icon={<CircleAlert size={13} />} tone="bad" text={step.subject} hint={`${t('board.step_late')}: ${step.subject}${step.dueAt ? `, ${formatTime(step.dueAt, locale)}` : ''}`} />
  else if (step) next = <Step icon={<Clock size={13} />} text={step.subject} hint={step.dueAt ? `${step.subject}, ${formatTime(step.dueAt, locale)}` : step.subject} />
  else if (!isEmpty(ownStep)) next = <Step icon={<Clock size={13} />} text={String(ownStep)} hint={String(ownStep)} />
  else if (withSteps && step === null && !isClosed) next = <span title={t('board.no_step')} className="flex h-6 items-center"><CalendarPlus size={13} role="img" aria-label={t('board.no_step')} /></span>

  return (
    <div className="mt-auto flex h-8 shrink-0 items-end gap-2 border-t border-line text-meta text-fg-3">
      {next}
      {stay && <Stale days={stay.days} />}
      <span className="flex-1" />
      {plan.date && !isEmpty(day) && <Day field={plan.date} iso={String(day)} label={labelOf(plan.date.label)} isClosed={isClosed} />}
      {owner && plan.owner && <span className="flex h-6 shrink-0 items-center" title={`${labelOf(plan.owner.label)}: ${owner.title}`}><Face kind={faceOf(definitions?.objects.find((one) => one.name === 'user'))} name={owner.title} size={20} /></span>}
    </div>
  )
}

/** In this column for longer than it should be. */
function Stale({ days }: { days: number }) {
  const { t } = useTranslation()
  return (
    <span className="ms-auto flex h-6 shrink-0 items-center gap-1 text-meta font-medium text-bad tabular-nums" title={t('board.stale', { count: Math.floor(days) })}>
      <Hourglass size={12} />
      {t('board.days', { count: Math.floor(days) })}
    </span>
  )
}

function Step({ icon, text, hint, tone }: { icon: ReactNode; text: string; hint: string; tone?: 'bad' }) {
  return (
    <span title={hint} className={cx('flex h-6 min-w-0 items-center gap-1', tone && 'font-medium text-bad')}>
      <span className="shrink-0">{icon}</span>
      <span className="truncate">{text}</span>
    </span>
  )
}

/** A day ahead is told; one that has passed while the thing is open is a fault, said in red and by its icon. */
function Day({ field, iso, label, isClosed }: { field: FieldDef; iso: string; label: string; isClosed: boolean }) {
  const locale = useLocale()
  const { t } = useTranslation()
  const ahead = /^(due|expected|planned)_/.test(field.name)
  const isLate = ahead && !isClosed && (storedType(field) === 'date' ? iso.slice(0, 10) < today() : new Date(iso).getTime() < Date.now())
  const text = shortDay(iso, locale)
  return (
    <time dateTime={iso} title={`${label}: ${formatDate(iso, locale)}${isLate ? `, ${t('board.overdue')}` : ''}`} className={cx('flex h-6 shrink-0 items-center gap-1 tabular-nums', isLate && 'font-medium text-bad')}>
      {isLate ? <AlarmClock size={13} /> : <Calendar size={13} />}
      {text}
    </time>
  )
}

function today(): string {
  const now = new Date()
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** `12 Jan`, with the year where it is not this one. */
function shortDay(iso: string, locale: string): string {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso)
  const date = day ? new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3])) : new Date(iso)
  const sameYear = date.getFullYear() === new Date().getFullYear()
  const key = `${locale} ${sameYear}`
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: '2-digit' }) })
  formats.set(key, format)
  return format.format(date)
}

