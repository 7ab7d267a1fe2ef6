/** A value as it is read: one line in a table, the whole of it in details. */

import { Link } from '@tanstack/react-router'
import { ArrowUpRight, Check, Mail, Minus, Phone, type LucideIcon } from 'lucide-react'
import { lazy, memo, Suspense, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { sawCurrency } from '@/lib/currency'
import { faceOf, isRecurrence, objectByName, optionsOf, storedType, type FieldDef } from '@/lib/definitions'
import { formatAddress, formatDate, formatInteger, formatMoney, formatNumber, formatRelative, formatTime, hueOf, type Address, type Money } from '@/lib/format'
import { needTexts } from '@/lib/i18n'
import { isEmpty, linkedOf, type Linked, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { Face } from './Face'
import { FileValue } from './FileValue'
import { cx, Pill } from './kit'

const RepeatsText = lazy(async () => (await Promise.all([import('./repeats/RepeatsText'), needTexts('calendar')]))[0])

export const FieldValue = memo(function FieldValue({ field, record, full }: { field: FieldDef; record: RecordData; full?: boolean }): ReactNode {
  const locale = useLocale()
  const labelOf = useLabel()
  const { t } = useTranslation()
  const value = record[field.name]

  if (field.type === 'link' || field.type === 'links') {
    const linked = linkedOf(record, field)
    if (linked.length === 0) return null
    return <LinkedList linked={linked} full={full ?? false} />
  }
  if (isEmpty(value)) return null

  if (isRecurrence(field)) return <Suspense fallback={null}><RepeatsText rule={String(value)} /></Suspense>
  const type = storedType(field)
  switch (type) {
    case 'choice': case 'multi_choice': {
      const values = Array.isArray(value) ? value : [value]
      const options = optionsOf(field)
      return (
        <span className={full ? 'flex flex-wrap gap-1' : 'flex min-w-0 gap-1 overflow-hidden'}>
          {values.map((one) => {
            const option = options.find((candidate) => candidate.value === one)
            return (
              <Pill key={String(one)} hue={option?.hue} dot={type === 'choice'}>
                {option ? labelOf(option.label) : String(one)}
              </Pill>
            )
          })}
        </span>
      )
    }
    case 'money': {
      const money = value as Money
      if (typeof money === 'object') sawCurrency(money.currency)
      return typeof money === 'object' ? <span className="text-fg tabular-nums">{formatMoney(money, locale)}</span> : <span className="tabular-nums">{String(value)}</span>
    }
    case 'integer': case 'number':
      return <span className="tabular-nums">{typeof value !== 'number' ? String(value) : type === 'integer' ? formatInteger(value, locale) : formatNumber(value, locale)}</span>
    case 'date':
      return <time dateTime={String(value)} className="truncate tabular-nums">{formatDate(String(value), locale)}</time>
    case 'time':
      return (
        <time dateTime={String(value)} title={formatTime(String(value), locale)} className="truncate tabular-nums">
          {full ? formatTime(String(value), locale) : formatRelative(String(value), locale)}
        </time>
      )
    case 'boolean':
      return value === true ? (
        <span className="inline-flex items-center gap-1.5"><Check size={14} className="text-ok" />{t('common.yes')}</span>
      ) : (
        <span className="inline-flex items-center gap-1.5 text-fg-3"><Minus size={14} />{t('common.no')}</span>
      )
    case 'email':
      return full ? <Outside icon={Mail} href={`mailto:${String(value)}`}>{String(value)}</Outside> : <span className="truncate">{String(value)}</span>
    case 'phone':
      return full ? <Outside icon={Phone} href={`tel:${String(value).replace(/[^\d+]/g, '')}`}>{String(value)}</Outside> : <span className="truncate tabular-nums">{String(value)}</span>
    case 'url':
      return full && /^https?:\/\//.test(String(value)) ? <Outside icon={ArrowUpRight} href={String(value)}>{String(value).replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')}</Outside> : <span className="truncate">{String(value).replace(/^https?:\/\//, '')}</span>
    case 'address':
      return <span className={full ? '' : 'truncate'}>{formatAddress(value as Address, locale)}</span>
    case 'json':
      return <code className="truncate text-meta text-fg-3">{JSON.stringify(value)}</code>
    case 'file':
      return <FileValue id={String(value)} full={full ?? false} />
    case 'long_text':
      return <span className={full ? 'whitespace-pre-wrap' : 'truncate'}>{String(value)}</span>
    case 'text': case 'link': case 'links': case 'formula': case 'roll_up':
      return <span className={full ? 'break-words' : 'truncate'}>{String(value)}</span>
  }
})

/** The value as text, and a way out of the workspace behind it: writing, calling, opening. */
function Outside({ href, icon: Icon, children }: { href: string; icon: LucideIcon; children: string }) {
  const { t } = useTranslation()
  return (
    <span className="flex min-w-0 items-center gap-1">
      <span className="min-w-0 truncate">{children}</span>
      <a href={href} rel="noreferrer noopener" target={href.startsWith('http') ? '_blank' : undefined} aria-label={t('field.follow', { value: children })} className="-my-0.5 grid size-6 shrink-0 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-accent-text">
        <Icon size={13} />
      </a>
    </span>
  )
}

/** Links as chips that lead to their record. */
export function LinkedList({ linked, full }: { linked: Linked[]; full: boolean }) {
  return (
    <span className={full ? 'flex flex-wrap gap-1' : 'flex min-w-0 gap-1.5 overflow-hidden'}>
      {linked.map((one) => (
        <LinkChip key={one.id} linked={one} focusable={full} />
      ))}
    </span>
  )
}

export function LinkChip({ linked, focusable, plain }: { linked: Linked; focusable?: boolean; /** Leads nowhere, as in a button. */ plain?: boolean }) {
  const definitions = useDefinitions()
  const { t } = useTranslation()
  const object = objectByName(definitions, linked.object)
  const title = linked.title || t('common.untitled')
  if (linked.object === 'tag') return <Pill hue={hueOf(title)}>{title}</Pill>
  const inside = (
    <>
      <Face kind={faceOf(object)} name={title} icon={object?.icon} size={18} />
      <span className="truncate">{title}</span>
    </>
  )
  const look = 'inline-flex min-w-0 max-w-full items-center gap-1.5 rounded-sm'
  if (!object || plain) return <span className={look}>{inside}</span>
  return (
    <Link to="/o/$plural/$id" params={{ plural: object.plural, id: linked.id }} className={cx(look, 'decoration-line-strong underline-offset-3 hover:text-accent-text hover:underline', focusable && '-my-0.5 min-h-6')} tabIndex={focusable ? 0 : -1}>
      {inside}
    </Link>
  )
}

/** Money or number of a footer or key figure. */
export function figureText(value: unknown, locale: string, money: (value: Money, locale: string) => string = formatMoney): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return formatNumber(value, locale)
  if (Array.isArray(value)) return value.map((one) => figureText(one, locale, money)).join(' + ')
  if (typeof value === 'object' && 'amount' in value && 'currency' in value) return money(value as Money, locale)
  return String(value)
}
