/** A value as it is entered, by the field's type: the same editors in forms, cells, details and filters. */

import { ChevronDown, Paperclip, X } from 'lucide-react'
import { lazy, Suspense, useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { likelyCurrency } from '@/lib/currency'
import { isRecurrence, optionsOf, storedType, type FieldDef } from '@/lib/definitions'
import { currencyDigits, fromLocalInput, moneyInput, parseMoney, parseNumber, toLocalInput, type Address, type Money } from '@/lib/format'
import { needTexts } from '@/lib/i18n'
import { isEmpty, type Linked } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { FileValue } from './FileValue'
import { LinkPicker } from './LinkPicker'
import { LinkChip } from './FieldValue'
import { Button, cx, Pill, Pop, Segments } from './kit'
import { PickList } from './PickList'

export interface FieldInputProps {
  field: FieldDef
  value: unknown
  onChange: (value: unknown, linked?: Linked | Linked[] | null) => void
  /** Titles of what is linked now. */
  linked?: Linked[]
  id?: string
  invalid?: boolean
  describedBy?: string
  autoFocus?: boolean
  onBlur?: () => void
}

/** Set in words, which come with it. */
const RepeatsInput = lazy(async () => (await Promise.all([import('./repeats/RepeatsInput'), needTexts('calendar')]))[0])

/** Currencies offered first; any other three letters may be typed. */
const CURRENCIES = ['EUR', 'USD', 'GBP', 'RUB', 'CNY', 'RON', 'MDL', 'CHF', 'PLN', 'JPY']

export function FieldInput(props: FieldInputProps): ReactNode {
  const { field, value, onChange, id, invalid, describedBy, autoFocus, onBlur } = props
  const type = storedType(field)
  if (isRecurrence(field)) return <Suspense fallback={<div className="input" aria-busy />}><RepeatsInput {...props} /></Suspense>
  const common = { id, 'aria-invalid': invalid || undefined, 'aria-describedby': describedBy, autoFocus, onBlur, className: 'input' }
  switch (type) {
    case 'long_text':
      return <GrowingText {...common} value={String(value ?? '')} onChange={onChange} />
    case 'integer': case 'number':
      return <NumberInput {...common} value={value} whole={type === 'integer'} onChange={onChange} />
    case 'money':
      return <MoneyInput {...common} value={value as Money | null} onChange={onChange} />
    case 'date':
      return <input {...common} type="date" value={typeof value === 'string' ? value.slice(0, 10) : ''} onChange={(event) => onChange(event.target.value || null)} />
    case 'time':
      return <input {...common} type="datetime-local" value={toLocalInput(value as string)} onChange={(event) => onChange(fromLocalInput(event.target.value))} />
    case 'boolean':
      return <BooleanInput value={value} onChange={onChange} field={field} />
    case 'choice': case 'multi_choice':
      return <ChoiceInput {...props} />
    case 'link': case 'links':
      return <LinkInput {...props} />
    case 'address':
      return <AddressInput {...common} value={(value ?? null) as Address | null} onChange={onChange} />
    case 'email':
      return <input {...common} type="email" inputMode="email" autoComplete="off" value={String(value ?? '')} onChange={(event) => onChange(event.target.value || null)} />
    case 'phone':
      return <input {...common} type="tel" inputMode="tel" autoComplete="off" value={String(value ?? '')} onChange={(event) => onChange(event.target.value || null)} />
    case 'url':
      return <input {...common} type="url" inputMode="url" autoComplete="off" value={String(value ?? '')} onChange={(event) => onChange(event.target.value || null)} />
    case 'file':
      return <FileInput id={id} label={field} value={value} onChange={onChange} />
    case 'text': case 'json': case 'formula': case 'roll_up':
      return <input {...common} type="text" autoComplete="off" maxLength={field.max || undefined} value={typeof value === 'object' ? '' : String(value ?? '')} onChange={(event) => onChange(event.target.value || null)} />
  }
}

interface Common {
  id?: string | undefined
  'aria-invalid'?: boolean | undefined
  'aria-describedby'?: string | undefined
  autoFocus?: boolean | undefined
  onBlur?: (() => void) | undefined
  className: string
}

function GrowingText({ value, onChange, className, ...rest }: Common & { value: string; onChange: (value: string | null) => void }) {
  return <textarea {...rest} rows={3} value={value} onChange={(event) => onChange(event.target.value || null)} className={cx(className, 'field-sizing-content max-h-72 resize-none')} />
}

/** Keeps what is being typed until it is a number, so that `12,` may become `12,5`. */
function NumberInput({ value, whole, onChange, ...rest }: Common & { value: unknown; whole: boolean; onChange: (value: number | string | null) => void }) {
  const [text, setText] = useState(() => (value === null || value === undefined ? '' : String(value)))
  const sent = useRef(value)
  useEffect(() => {
    if (Object.is(sent.current, value)) return
    sent.current = value
    setText(value === null || value === undefined ? '' : String(value))
  }, [value])
  return (
    <input
      {...rest}
      type="text"
      inputMode={whole ? 'numeric' : 'decimal'}
      value={text}
      onChange={(event) => {
        setText(event.target.value)
        const number = parseNumber(event.target.value)
        // What is no number goes to the server as it is, which says so beside the field.
        const next = event.target.value.trim() === '' ? null : (number ?? event.target.value)
        sent.current = next
        onChange(next)
      }}
    />
  )
}

function MoneyInput({ value, onChange, className, ...rest }: Common & { value: Money | null; onChange: (value: Money | string | null) => void }) {
  const { t } = useTranslation()
  const [currency, setCurrency] = useState(() => value?.currency ?? likelyCurrency())
  const [text, setText] = useState(value && typeof value === 'object' ? moneyInput(value) : '')
  const known = CURRENCIES.includes(currency) ? CURRENCIES : [currency, ...CURRENCIES]

  function change(nextText: string, nextCurrency: string) {
    setText(nextText)
    const money = nextText.trim() === '' ? null : parseMoney(nextText, nextCurrency)
    if (money) setCurrency(money.currency)
    onChange(nextText.trim() === '' ? null : (money ?? nextText))
  }

  return (
    <div className={cx(className, 'flex items-center gap-2 !py-0 !pe-1')}>
      <input {...rest} type="text" inputMode="decimal" value={text} onChange={(event) => change(event.target.value, currency)} className="h-8 min-w-0 flex-1 bg-transparent text-end tabular-nums outline-none" placeholder={currencyDigits(currency) === 0 ? '0' : '0.00'} />
      <select
        aria-label={t('field.currency')}
        value={currency}
        onChange={(event) => {
          setCurrency(event.target.value)
          change(text, event.target.value)
        }}
        className="h-7 rounded-xs bg-hover px-1 text-meta text-fg-2"
      >
        {known.map((code) => (
          <option key={code}>{code}</option>
        ))}
      </select>
    </div>
  )
}

function BooleanInput({ value, onChange, field }: { value: unknown; onChange: (value: boolean) => void; field: FieldDef }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  return (
    <Segments
      label={labelOf(field.label)}
      value={value === true ? 'yes' : value === false ? 'no' : ''}
      options={[{ value: 'yes', label: t('common.yes') }, { value: 'no', label: t('common.no') }]}
      onChange={(next) => onChange(next === 'yes')}
    />
  )
}

function AddressInput({ value, onChange, id, ...rest }: Common & { value: Address | null; onChange: (value: Address | null) => void }) {
  const { t } = useTranslation()
  const own = useId()
  const parts: { name: keyof Address; label: string; wide?: boolean }[] = [
    { name: 'street', label: t('address.street'), wide: true },
    { name: 'postal_code', label: t('address.postal_code') },
    { name: 'city', label: t('address.city') },
    { name: 'region', label: t('address.region') },
    { name: 'country', label: t('address.country') },
  ]
  return (
    <div role="group" className="grid grid-cols-2 gap-2">
      {parts.map((part, index) => (
        <label key={part.name} className={cx('block', part.wide && 'col-span-2')}>
          <span className="mb-0.5 block text-label text-fg-3">{part.label}</span>
          <input
            {...rest}
            id={index === 0 ? id : `${own}-${part.name}`}
            autoFocus={index === 0 && rest.autoFocus}
            autoComplete="off"
            maxLength={part.name === 'country' ? 2 : undefined}
            placeholder={part.name === 'country' ? 'DE' : undefined}
            value={value?.[part.name] ?? ''}
            onChange={(event) => {
              const typed = part.name === 'country' ? event.target.value.toUpperCase() : event.target.value
              const next = { ...value, [part.name]: typed || null }
              onChange(isEmpty(next) ? null : next)
            }}
          />
        </label>
      ))}
    </div>
  )
}

/** Sends a file at once and keeps its id; the record takes it with the next save. */
function FileInput({ id, label, value, onChange }: { id?: string | undefined; label: FieldDef; value: unknown; onChange: (value: string | null) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const input = useRef<HTMLInputElement>(null)
  const [name, setName] = useState<string | null>(null)
  const [fault, setFault] = useState<string | null>(null)

  async function take(file: File | undefined) {
    if (!file) return
    setFault(null)
    setName(t('file.sending', { name: file.name }))
    try {
      const { data } = await ask<{ id: string }>('POST', '/files', { query: { name: file.name }, file })
      setName(file.name)
      onChange(data.id)
    } catch (error) {
      setName(null)
      setFault(reasonOf(error))
    }
  }

  return (
    <div>
      <div className="flex items-center gap-2">
        <Button id={id} look="outline" onClick={() => input.current?.click()}>
          <Paperclip size={14} />
          {t('file.choose')}
        </Button>
        <span role="status" className="min-w-0 flex-1 truncate text-fg-2">{name ?? (typeof value === 'string' && value ? <FileValue id={value} /> : '')}</span>
        {typeof value === 'string' && value !== '' && !label.required && <ClearButton label={t('field.clear')} onClick={() => { setName(null); onChange(null) }} />}
      </div>
      <input ref={input} type="file" className="sr-only" tabIndex={-1} aria-label={labelOf(label.label)} onChange={(event) => { void take(event.target.files?.[0]); event.target.value = '' }} />
      {fault && <p role="alert" className="mt-1 text-meta text-bad">{fault}</p>}
    </div>
  )
}

/** What stands in the button that opens a list. */
function ListButton({ children, empty }: { children: ReactNode; empty: boolean }) {
  const { t } = useTranslation()
  return (
    <span className="flex min-w-0 flex-1 items-center gap-2">
      <span className="flex min-w-0 flex-1 flex-wrap items-center gap-1">{empty ? <span className="text-fg-3">{t('field.choose')}</span> : children}</span>
      <ChevronDown size={14} className="shrink-0 text-fg-3" />
    </span>
  )
}

function ChoiceInput({ field, value, onChange, id, invalid, describedBy, autoFocus }: FieldInputProps) {
  const labelOf = useLabel()
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const multiple = storedType(field) === 'multi_choice'
  const picked = Array.isArray(value) ? value.map(String) : value ? [String(value)] : []
  const options = optionsOf(field)
  const label = labelOf(field.label)
  const shownText = picked.map((one) => labelOf(options.find((option) => option.value === one)?.label) || one).join(' ')
  return (
    <div className="flex items-center gap-1">
      <Pop
        label={label}
        open={open}
        onOpenChange={setOpen}
        className="w-64"
        trigger={
          <button type="button" id={id} data-editor autoFocus={autoFocus} aria-label={[label, shownText || t('field.choose')].join(' ')} data-invalid={invalid || undefined} aria-describedby={describedBy} className="input flex items-center text-start" onKeyDown={openWithArrow(() => setOpen(true))}>
            <ListButton empty={picked.length === 0}>
              {picked.map((one) => {
                const option = options.find((candidate) => candidate.value === one)
                return <Pill key={one} hue={option?.hue} dot={!multiple}>{option ? labelOf(option.label) : one}</Pill>
              })}
            </ListButton>
          </button>
        }
      >
        <ChoiceList field={field} picked={picked} onPick={(next) => {
          onChange(multiple ? next : (next[0] ?? null))
          if (!multiple) setOpen(false)
        }} />
      </Pop>
      {picked.length > 0 && !field.required && <ClearButton label={t('field.clear')} onClick={() => onChange(multiple ? [] : null)} />}
    </div>
  )
}

/** The options themselves; a second pick of the same one takes it out where several are allowed. */
export function ChoiceList({ field, picked, onPick, onEscape, typed, multiple = storedType(field) === 'multi_choice' }: { field: FieldDef; picked: string[]; onPick: (picked: string[]) => void; onEscape?: () => void; typed?: string | undefined; multiple?: boolean }) {
  const labelOf = useLabel()
  const options = optionsOf(field)
  return (
    <PickList
      label={labelOf(field.label)}
      multiple={multiple}
      typed={typed}
      searchable={options.length > 6 || typed !== undefined}
      items={options.map((option) => ({ value: option.value, text: labelOf(option.label), view: <Pill hue={option.hue} dot={storedType(field) === 'choice'}>{labelOf(option.label)}</Pill> }))}
      picked={picked}
      onPick={(item) => onPick(multiple ? (picked.includes(item.value) ? picked.filter((one) => one !== item.value) : [...picked, item.value]) : [item.value])}
      {...(onEscape ? { onEscape } : {})}
    />
  )
}

function LinkInput({ field, value, onChange, linked = [], id, invalid, describedBy, autoFocus }: FieldInputProps) {
  const labelOf = useLabel()
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const multiple = field.type === 'links'
  const ids = Array.isArray(value) ? value.map(String) : value ? [String(value)] : []
  const shown = ids.map((one) => linked.find((candidate) => candidate.id === one) ?? { id: one, object: field.target ?? '', title: one })
  const label = labelOf(field.label)
  return (
    <div className="flex items-center gap-1">
      <Pop
        label={label}
        open={open}
        onOpenChange={setOpen}
        className="w-80"
        trigger={
          <button type="button" id={id} data-editor autoFocus={autoFocus} aria-label={[label, shown.map((one) => one.title).join(' ') || t('field.choose')].join(' ')} data-invalid={invalid || undefined} aria-describedby={describedBy} className="input flex min-w-0 items-center text-start" onKeyDown={openWithArrow(() => setOpen(true))}>
            <ListButton empty={shown.length === 0}>
              <span className="pointer-events-none flex min-w-0 flex-wrap gap-1.5">{shown.map((one) => <LinkChip key={one.id} linked={one} plain />)}</span>
            </ListButton>
          </button>
        }
      >
        <LinkPicker
          label={label}
          target={field.target ?? 'any'}
          picked={shown}
          multiple={multiple}
          onPick={(one) => {
            if (!multiple) {
              onChange(one.id, one)
              setOpen(false)
              return
            }
            const next = ids.includes(one.id) ? shown.filter((held) => held.id !== one.id) : [...shown, one]
            onChange(next.map((held) => held.id), next)
          }}
        />
      </Pop>
      {shown.length > 0 && !field.required && <ClearButton label={t('field.clear')} onClick={() => onChange(multiple ? [] : null, multiple ? [] : null)} />}
    </div>
  )
}

function ClearButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" aria-label={label} onClick={onClick} className="grid size-7 shrink-0 place-items-center rounded-sm text-fg-3 hover:bg-hover hover:text-fg">
      <X size={14} />
    </button>
  )
}

function openWithArrow(open: () => void) {
  return (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    open()
  }
}
