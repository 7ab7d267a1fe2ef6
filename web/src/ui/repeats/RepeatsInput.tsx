/** How something repeats, set in words; a rule that has none here stays as it is until another is chosen. */

import { useId, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useLocale } from '@/lib/session'
import { cx } from '../kit'
import type { FieldInputProps } from '../FieldInput'
import { FREQUENCIES, PLAIN, readRule, WEEKDAYS, weekdayName, writeRule, type Frequency, type Rule, type Weekday } from './rule'
import { EACH, useRuleText } from './words'

const NTH = [1, 2, 3, 4, -1]

export default function RepeatsInput({ value, onChange, id, invalid, describedBy, autoFocus, onBlur }: FieldInputProps) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useRuleText()
  const own = useId()
  const text = typeof value === 'string' ? value : ''
  const rule = text === '' ? null : readRule(text)
  const isForeign = text !== '' && rule === null
  const [ends, setEnds] = useState<'never' | 'until' | 'count'>(rule?.until ? 'until' : rule?.count ? 'count' : 'never')
  const put = (next: Partial<Rule>) => onChange(writeRule({ ...PLAIN, ...rule, ...next }))

  return (
    <div className="flex flex-col gap-2">
      <select
        id={id}
        aria-invalid={invalid || undefined}
        aria-describedby={describedBy}
        autoFocus={autoFocus}
        onBlur={onBlur}
        className="input"
        value={isForeign ? 'foreign' : (rule?.every ?? '')}
        onChange={(event) => {
          const every = event.target.value
          if (every === '') onChange(null)
          else if (every !== 'foreign') put({ every: every as Frequency, weekdays: [], nth: null, monthDay: null })
        }}
      >
        <option value="">{t('repeats.not')}</option>
        {FREQUENCIES.map((every) => <option key={every} value={every}>{t(EACH[every])}</option>)}
        {isForeign && <option value="foreign">{text}</option>}
      </select>
      {rule && (
        <div className="flex flex-col gap-2 rounded-md bg-subtle p-2.5">
          <label className="flex items-center gap-2 text-meta text-fg-2">
            {t('repeats.interval')}
            <input type="number" min={1} max={999} className="input w-20!" value={rule.interval} onChange={(event) => put({ interval: Math.min(999, Math.max(1, Number(event.target.value) || 1)) })} />
          </label>
          {rule.every === 'WEEKLY' && (
            <fieldset className="flex flex-wrap gap-1">
              <legend className="sr-only">{t('repeats.on_days')}</legend>
              {WEEKDAYS.map((day) => {
                const isOn = rule.weekdays.includes(day)
                return (
                  <label key={day} className={cx('flex h-8 cursor-pointer items-center rounded-sm border px-2 text-meta has-focus-visible:outline-2 pointer-coarse:h-11', isOn ? 'border-accent bg-accent-soft text-accent-text' : 'border-line text-fg-2')}>
                    <input type="checkbox" className="sr-only" checked={isOn} onChange={() => put({ weekdays: isOn ? rule.weekdays.filter((one) => one !== day) : [...rule.weekdays, day] })} />
                    <span aria-hidden>{weekdayName(day, locale, 'short')}</span>
                    <span className="sr-only">{weekdayName(day, locale)}</span>
                  </label>
                )
              })}
            </fieldset>
          )}
          {rule.every === 'MONTHLY' && <MonthDay rule={rule} put={put} locale={locale} id={own} />}
          <div className="flex flex-wrap items-center gap-2">
            <select aria-label={t('repeats.ends')} className="input w-auto!" value={ends} onChange={(event) => {
              const next = event.target.value as typeof ends
              setEnds(next)
              put({ until: null, count: next === 'count' ? 10 : null })
            }}>
              <option value="never">{t('repeats.never_ends')}</option>
              <option value="until">{t('repeats.ends_on')}</option>
              <option value="count">{t('repeats.ends_after')}</option>
            </select>
            {ends === 'until' && <input type="date" aria-label={t('repeats.ends_on')} className="input w-auto!" value={rule.until ?? ''} onChange={(event) => put({ until: event.target.value || null, count: null })} />}
            {ends === 'count' && <input type="number" min={1} max={999} aria-label={t('repeats.ends_after')} className="input w-20!" value={rule.count ?? 10} onChange={(event) => put({ count: Math.min(999, Math.max(1, Number(event.target.value) || 1)), until: null })} />}
          </div>
          <p aria-live="polite" className="text-meta text-fg-2">{words(text)}</p>
        </div>
      )}
    </div>
  )
}

/** On which day of a month: that of its start, a number, or a weekday. */
function MonthDay({ rule, put, locale, id }: { rule: Rule; put: (next: Partial<Rule>) => void; locale: string; id: string }) {
  const { t } = useTranslation()
  const kind = rule.nth !== null ? 'weekday' : rule.monthDay !== null ? 'day' : 'start'
  const weekday = rule.weekdays[0] ?? 'MO'
  return (
    <div className="flex flex-wrap items-center gap-2">
      <label htmlFor={id} className="sr-only">{t('repeats.on_days')}</label>
      <select id={id} className="input w-auto!" value={kind} onChange={(event) => {
        const next = event.target.value
        put({ nth: next === 'weekday' ? 1 : null, weekdays: next === 'weekday' ? [weekday] : [], monthDay: next === 'day' ? 1 : null })
      }}>
        <option value="start">{t('repeats.as_start')}</option>
        <option value="day">{t('repeats.on_day')}</option>
        <option value="weekday">{t('repeats.on_weekday')}</option>
      </select>
      {kind === 'day' && (
        <select aria-label={t('repeats.on_day')} className="input w-auto!" value={rule.monthDay ?? 1} onChange={(event) => put({ monthDay: Number(event.target.value) })}>
          {Array.from({ length: 31 }, (_, index) => index + 1).map((day) => <option key={day} value={day}>{t('repeats.month_day', { day })}</option>)}
          <option value={-1}>{t('repeats.last_day')}</option>
        </select>
      )}
      {kind === 'weekday' && (
        <>
          <select aria-label={t('repeats.on_weekday')} className="input w-auto!" value={weekday} onChange={(event) => put({ weekdays: [event.target.value as Weekday] })}>
            {WEEKDAYS.map((day) => <option key={day} value={day}>{weekdayName(day, locale)}</option>)}
          </select>
          <select aria-label={t('repeats.which')} className="input w-auto!" value={rule.nth ?? 1} onChange={(event) => put({ nth: Number(event.target.value) })}>
            {NTH.map((nth) => <option key={nth} value={nth}>{nth === -1 ? t('repeats.last_of_month', { day: weekdayName(weekday, locale) }) : t('repeats.nth_of_month', { nth, day: weekdayName(weekday, locale) })}</option>)}
          </select>
        </>
      )}
    </div>
  )
}
