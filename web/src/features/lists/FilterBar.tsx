/**
 * The filter builder: chips `field · operator · value`, joined by and/or, one group deep, with a count before applying.
 * What chips cannot say is edited as text; the server tells where a text is wrong.
 */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Braces, ListFilter, Parentheses, Plus, Search, X } from 'lucide-react'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api'
import { likelyCurrency } from '@/lib/currency'
import { objectByName, optionsOf, storedType, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatDate, formatMoney, formatNumber, currencyDigits, parseMoney, parseNumber, type Money } from '@/lib/format'
import {
  EVERYTHING, isComplete, newCondition, operandCount, operatorsFor, parseQuestion, periods, printQuestion, type Condition, type Group, type Node, type Operand, type Operator,
} from '@/lib/question'
import { countQuery, recordQuery, type Linked } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { ChoiceList, FieldInput } from '@/ui/FieldInput'
import { fieldIcon } from '@/ui/icons'
import { Button, cx, Drop, DropItem, IconButton, Pop } from '@/ui/kit'
import { LinkPicker, usePaused } from '@/ui/LinkPicker'
import { PickList } from '@/ui/PickList'

const OPERATOR_LABELS: Record<Operator, string> = {
  is: 'op.is', is_not: 'op.is_not', contains: 'op.contains', contains_not: 'op.contains_not', starts_with: 'op.starts_with', lt: 'op.lt', le: 'op.le', gt: 'op.gt', ge: 'op.ge',
  between: 'op.between', in: 'op.in', in_last: 'op.in_last', in_period: 'op.in_period', empty: 'op.empty', not_empty: 'op.not_empty',
}
const DATE_OPERATOR_LABELS: Partial<Record<Operator, string>> = { lt: 'op.before', ge: 'op.since' }
const PERIOD_LABELS: Record<string, string> = {
  'this week': 'period.this_week', 'last week': 'period.last_week', 'this month': 'period.this_month', 'last month': 'period.last_month',
  'this quarter': 'period.this_quarter', 'last quarter': 'period.last_quarter', 'this year': 'period.this_year', 'last year': 'period.last_year',
}

/** Everything a condition may be about: own fields, parts of addresses, and the fields one link away. */
function useAskable(object: ObjectDef, fields: FieldDef[]): FieldDef[] {
  const definitions = useDefinitions()
  const labelOf = useLabel()
  const { t } = useTranslation()
  const parts = (field: FieldDef): FieldDef[] =>
    field.type !== 'address' ? [field] : [
      { ...field, name: `${field.name}.city`, type: 'text', label: { en: `${labelOf(field.label)} · ${t('address.city')}` } },
      { ...field, name: `${field.name}.region`, type: 'text', label: { en: `${labelOf(field.label)} · ${t('address.region')}` } },
      { ...field, name: `${field.name}.country`, type: 'text', label: { en: `${labelOf(field.label)} · ${t('address.country')}` } },
    ]
  const usable = (field: FieldDef) => field.type !== 'json' && field.type !== 'file'
  const title: FieldDef = { id: 'title', name: 'title', type: 'text', label: object.label }
  const own = [...object.fields, ...fields.filter((field) => !object.fields.includes(field))].filter(usable).flatMap(parts)
  const beyond = object.fields.flatMap((field) => {
    const target = field.type === 'link' ? objectByName(definitions, field.target ?? '') : undefined
    return (target?.fields ?? []).filter((inner) => usable(inner) && inner.type !== 'address').map((inner) => ({ ...inner, name: `${field.name}.${inner.name}`, label: { en: `${labelOf(field.label)} · ${labelOf(inner.label)}` } }))
  })
  return [title, ...own, ...beyond]
}

export function FilterBar({ object, fields, filter, words, adding, onAdding, onFilter, onWords }: {
  object: ObjectDef
  fields: FieldDef[]
  filter: string
  words: string
  adding: boolean
  onAdding: (open: boolean) => void
  onFilter: (filter: string) => void
  onWords: (words: string) => void
}) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const askable = useAskable(object, fields)
  const parsed = parseQuestion(filter)
  const [asText, setAsText] = useState(false)
  // A condition still without its value lives here, beside the URL, until it is complete.
  const [draft, setDraft] = useState<Group | null>(null)
  const [fresh, setFresh] = useState<Condition | null>(null)
  const group = draft ?? parsed ?? EVERYTHING

  useEffect(() => setDraft(null), [filter])

  function change(next: Group) {
    const text = printQuestion(next)
    const whole = everyCondition(next).every(isComplete)
    setDraft(whole ? null : next)
    if (text !== filter) {
      onFilter(text)
      if (!whole) queueMicrotask(() => setDraft(next))
    }
  }

  function add(field: FieldDef) {
    const condition = newCondition(field)
    setFresh(condition)
    change({ ...group, items: [...group.items, condition] })
    onAdding(false)
  }

  if (asText || (parsed === null && filter !== '')) {
    return <TextFilter object={object} filter={filter} mayBuild={parsed !== null} onFilter={onFilter} onBuild={() => setAsText(false)} />
  }

  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5">
      <ListSearchBox words={words} onWords={onWords} objects={labelOf(object.label_plural).toLocaleLowerCase()} />
      <Chips object={object} group={group} askable={askable} root={group} fresh={fresh} onChange={change} depth={0} />
      <Pop
        label={t('filter.add')}
        open={adding}
        onOpenChange={onAdding}
        className="w-72"
        trigger={
          <Button size="sm">
            {group.items.length === 0 ? <ListFilter size={13} /> : <Plus size={13} />}
            {t('filter.filter')}
          </Button>
        }
      >
        <FieldList
          askable={askable}
          onPick={add}
          footer={
            <div className="flex gap-1 border-t border-line p-1">
              <Button size="sm" onClick={() => { change({ ...group, items: [...group.items, { kind: 'group', join: group.join === 'and' ? 'or' : 'and', items: [] }] }); onAdding(false) }}><Parentheses size={13} />{t('filter.add_group')}</Button>
              <Button size="sm" onClick={() => { setAsText(true); onAdding(false) }}><Braces size={13} />{t('filter.as_text')}</Button>
            </div>
          }
        />
      </Pop>
      {group.items.length > 0 && <Button size="sm" onClick={() => change(EVERYTHING)}>{t('filter.clear')}</Button>}
    </div>
  )
}

function everyCondition(node: Node): Condition[] {
  return node.kind === 'condition' ? [node] : node.items.flatMap(everyCondition)
}

function ListSearchBox({ words, onWords, objects }: { words: string; onWords: (words: string) => void; objects: string }) {
  const { t } = useTranslation()
  return (
    <span className="relative flex items-center max-md:w-full">
      <Search size={13} className="pointer-events-none absolute start-2 text-fg-3" />
      <input
        type="search"
        data-list-search
        aria-label={t('list.search_in', { objects })}
        placeholder={t('list.search_in', { objects })}
        value={words}
        onChange={(event) => onWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault()
            if (words) onWords('')
            else event.currentTarget.blur()
          } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
            event.preventDefault()
            document.querySelector<HTMLElement>('[role=grid]')?.focus()
          }
        }}
        className="h-7 w-44 rounded-sm bg-hover ps-7 pe-2 text-body outline-none focus-visible:bg-surface focus-visible:shadow-[inset_0_0_0_2px_var(--accent)] max-md:h-10 max-md:w-full"
      />
    </span>
  )
}

function FieldList({ askable, onPick, footer }: { askable: FieldDef[]; onPick: (field: FieldDef) => void; footer?: ReactNode }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  return (
    <PickList
      label={t('filter.field')}
      items={askable.map((field) => {
        const Icon = fieldIcon(field)
        return { value: field.name, text: labelOf(field.label), view: <><Icon size={14} className="shrink-0 text-fg-3" /><span className="truncate">{labelOf(field.label)}</span></> }
      })}
      picked={[]}
      onPick={(item) => {
        const field = askable.find((candidate) => candidate.name === item.value)
        if (field) onPick(field)
      }}
      footer={footer}
    />
  )
}

interface ChipsProps {
  object: ObjectDef
  group: Group
  root: Group
  askable: FieldDef[]
  fresh: Condition | null
  onChange: (group: Group) => void
  depth: number
}

function Chips({ object, group, askable, onChange, fresh, depth }: ChipsProps) {
  const { t } = useTranslation()
  const replace = (index: number, node: Node | null) => onChange({ ...group, items: group.items.flatMap((item, at) => (at !== index ? [item] : node ? [node] : [])) })
  return group.items.map((item, index) => (
    <span key={index} className="flex max-w-full flex-wrap items-center gap-1.5">
      {index > 0 && (
        <button type="button" className="h-6 rounded-sm px-1.5 text-meta font-medium text-fg-3 hover:bg-hover hover:text-fg" aria-label={t('filter.switch_join')} onClick={() => onChange({ ...group, join: group.join === 'and' ? 'or' : 'and' })}>
          {group.join === 'and' ? t('filter.and') : t('filter.or')}
        </button>
      )}
      {item.kind === 'condition' ? (
        <Chip object={object} condition={item} askable={askable} openAtOnce={item === fresh} onChange={(next) => replace(index, next)} />
      ) : (
        <span className="flex flex-wrap items-center gap-1.5 rounded-md px-1.5 py-0.5 shadow-[inset_0_0_0_1px_var(--line-strong)]">
          <Chips object={object} group={item} root={group} askable={askable} fresh={fresh} onChange={(next) => replace(index, next)} depth={depth + 1} />
          <AddToGroup askable={askable} onAdd={(condition) => replace(index, { ...item, items: [...item.items, condition] })} />
          <button type="button" aria-label={t('filter.remove_group')} onClick={() => replace(index, null)} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg"><X size={12} /></button>
        </span>
      )}
    </span>
  ))
}

function AddToGroup({ askable, onAdd }: { askable: FieldDef[]; onAdd: (condition: Condition) => void }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <Pop label={t('filter.add')} open={open} onOpenChange={setOpen} className="w-72" trigger={<button type="button" aria-label={t('filter.add')} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg"><Plus size={13} /></button>}>
      <FieldList askable={askable} onPick={(field) => { onAdd(newCondition(field)); setOpen(false) }} />
    </Pop>
  )
}

const PART = 'h-6 truncate px-1.5 text-meta hover:bg-active data-popup-open:bg-active pointer-coarse:h-8'

function Chip({ object, condition, askable, openAtOnce, onChange }: { object: ObjectDef; condition: Condition; askable: FieldDef[]; openAtOnce: boolean; onChange: (condition: Condition | null) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const field = askable.find((candidate) => candidate.name === condition.field)
  const [naming, setNaming] = useState(false)
  const [open, setOpen] = useState(openAtOnce && operandCount(condition.operator) !== 0)
  const label = field ? labelOf(field.label) : condition.field
  const type = field ? storedType(field) : 'text'
  const operators = operatorsFor(type)
  const operatorLabel = (operator: Operator) => t(((type === 'date' || type === 'time') && DATE_OPERATOR_LABELS[operator]) || OPERATOR_LABELS[operator])
  // `is` and `in` of a choice are one question with one or several answers.
  const operator = type === 'choice' && condition.operator === 'is' ? 'in' : condition.operator

  function setOperator(next: Operator) {
    const same = operandCount(next) === operandCount(condition.operator) && next !== 'in_period' && next !== 'in_last' && condition.operator !== 'in_period' && condition.operator !== 'in_last'
    onChange({ ...condition, operator: next, operands: same ? condition.operands : [] })
    if (!same && operandCount(next) !== 0) setOpen(true)
  }

  return (
    <span className="inline-flex max-w-full items-center overflow-hidden rounded-sm bg-accent-soft text-accent-text">
      <Pop label={t('filter.field')} open={naming} onOpenChange={setNaming} className="w-72" trigger={<button type="button" className={cx(PART, 'max-w-44 font-medium')}>{label}</button>}>
        <FieldList askable={askable} onPick={(next) => { setNaming(false); onChange(newCondition(next)) }} />
      </Pop>
      <Drop trigger={<button type="button" className={PART}>{operatorLabel(operator)}</button>}>
        {operators.map((one) => (
          <DropItem key={one} checked={one === operator} onClick={() => setOperator(one)}>{operatorLabel(one)}</DropItem>
        ))}
      </Drop>
      {operandCount(condition.operator) !== 0 && (
        <Pop label={label} open={open} onOpenChange={setOpen} className="w-72" trigger={<button type="button" className={cx(PART, 'max-w-56 font-medium')}>{field ? <OperandText condition={condition} field={field} /> : '…'}</button>}>
          {field && <ValueEditor object={object} field={field} condition={{ ...condition, operator }} onDone={(operands) => { setOpen(false); if (operands) onChange({ ...condition, operator: operator === 'in' && operands.length === 1 ? 'in' : operator, operands }) }} />}
        </Pop>
      )}
      <button type="button" aria-label={t('filter.remove', { name: label })} onClick={() => onChange(null)} className="grid h-6 w-6 place-items-center hover:bg-active pointer-coarse:h-8">
        <X size={12} />
      </button>
    </span>
  )
}

function OperandText({ condition, field }: { condition: Condition; field: FieldDef }): ReactNode {
  const { t } = useTranslation()
  const locale = useLocale()
  const labelOf = useLabel()
  if (condition.operands.length === 0) return t('filter.value')
  const text = (operand: Operand): ReactNode => {
    switch (operand.kind) {
      case 'number': return condition.operator === 'in_last' ? t('filter.days', { count: operand.number }) : formatNumber(operand.number, locale)
      case 'money': return formatMoney({ amount: Math.round(operand.number * 10 ** currencyDigits(operand.currency)), currency: operand.currency }, locale, true)
      case 'boolean': return operand.boolean ? t('common.yes') : t('common.no')
      case 'word': return operand.word === 'me' ? t('filter.me') : PERIOD_LABELS[operand.word] ? t(PERIOD_LABELS[operand.word] ?? '') : operand.word
      case 'text': {
        const option = optionsOf(field).find((candidate) => candidate.value === operand.text)
        if (option) return labelOf(option.label)
        if (field.type === 'link' || field.type === 'links') return <LinkTitle field={field} id={operand.text} />
        return storedType(field) === 'date' || storedType(field) === 'time' ? formatDate(operand.text, locale) : operand.text
      }
    }
  }
  return condition.operands.map((operand, index) => (
    <span key={index}>
      {index > 0 && (condition.operator === 'between' ? ' – ' : ', ')}
      {text(operand)}
    </span>
  ))
}

function LinkTitle({ field, id }: { field: FieldDef; id: string }): ReactNode {
  const definitions = useDefinitions()
  const plural = objectByName(definitions, field.target ?? '')?.plural
  const { data } = useQuery({ ...recordQuery(plural ?? '', id), enabled: plural !== undefined && /^[0-9a-f-]{36}$/i.test(id) })
  return data?.title ?? id
}

/** The value's own panel. Single picks are done at once; the rest with Enter or Done. */
function ValueEditor({ object, field, condition, onDone }: { object: ObjectDef; field: FieldDef; condition: Condition; onDone: (operands: Operand[] | null) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [operands, setOperands] = useState<Operand[]>(condition.operands)
  const type = storedType(field)
  const filter = printQuestion({ kind: 'group', join: 'and', items: [{ ...condition, operands }] })
  const label = labelOf(field.label)

  const footer = (
    <div className="flex items-center gap-2 border-t border-line p-2">
      <LiveCount object={object} filter={filter} />
      <Button look="primary" size="sm" onClick={() => onDone(operands)}>{t('common.apply')}</Button>
    </div>
  )

  if (condition.operator === 'in_period') {
    return (
      <PickList
        label={label}
        searchable={false}
        items={periods.map((period) => ({ value: period, text: t(PERIOD_LABELS[period] ?? '') }))}
        picked={operands.map((operand) => (operand.kind === 'word' ? operand.word : ''))}
        onPick={(item) => onDone([{ kind: 'word', word: item.value }])}
      />
    )
  }
  if (type === 'choice' || type === 'multi_choice') {
    const picked = operands.flatMap((operand) => (operand.kind === 'text' ? [operand.text] : []))
    const several = condition.operator === 'in'
    return (
      <>
        <ChoiceList field={field} multiple={several} picked={picked} onPick={(next) => (several ? setOperands(next.map((text) => ({ kind: 'text', text }))) : onDone(next.map((text) => ({ kind: 'text', text }))))} onEscape={() => onDone(null)} />
        {several && footer}
      </>
    )
  }
  if (field.type === 'link' || field.type === 'links') {
    const picked: Linked[] = []
    return (
      <LinkPicker
        label={label}
        target={field.target ?? 'any'}
        picked={picked}
        onPick={(linked) => onDone([{ kind: 'text', text: linked.id }])}
        onEscape={() => onDone(null)}
        footer={field.target === 'user' ? <div className="border-t border-line p-1"><button type="button" className="item hover:bg-hover" onClick={() => onDone([{ kind: 'word', word: 'me' }])}>{t('filter.me')}</button></div> : null}
      />
    )
  }
  if (type === 'boolean') {
    return (
      <PickList
        label={label}
        searchable={false}
        items={[{ value: 'true', text: t('common.yes') }, { value: 'false', text: t('common.no') }]}
        picked={operands.map((operand) => (operand.kind === 'boolean' ? String(operand.boolean) : ''))}
        onPick={(item) => onDone([{ kind: 'boolean', boolean: item.value === 'true' }])}
      />
    )
  }
  const places = condition.operator === 'between' ? [0, 1] : [0]
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onDone(operands)
      }}
    >
      <div className="flex flex-col gap-2 p-2.5">
        {places.map((place) => (
          <OperandInput
            key={place}
            field={field}
            days={condition.operator === 'in_last'}
            autoFocus={place === 0}
            operand={operands[place]}
            onChange={(operand) => setOperands((held) => {
              const next = [...held]
              if (operand) next[place] = operand
              else next.splice(place, 1)
              return next
            })}
          />
        ))}
      </div>
      <div className="flex items-center gap-2 border-t border-line p-2">
        <LiveCount object={object} filter={operands.length >= places.length ? filter : ''} />
        <Button look="primary" size="sm" type="submit">{t('common.apply')}</Button>
      </div>
    </form>
  )
}

function OperandInput({ field, days, operand, autoFocus, onChange }: { field: FieldDef; days: boolean; operand: Operand | undefined; autoFocus: boolean; onChange: (operand: Operand | null) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const type = storedType(field)
  if (days) {
    return (
      <label className="flex items-center gap-2">
        <input className="input" autoFocus={autoFocus} type="number" min={1} defaultValue={operand?.kind === 'number' ? operand.number : ''} onChange={(event) => onChange(Number(event.target.value) > 0 ? { kind: 'number', number: Math.round(Number(event.target.value)) } : null)} />
        <span className="shrink-0 text-fg-2">{t('filter.days_unit')}</span>
      </label>
    )
  }
  if (type === 'money') {
    const held: Money | null = operand?.kind === 'money' ? { amount: Math.round(operand.number * 10 ** currencyDigits(operand.currency)), currency: operand.currency } : null
    return (
      <FieldInput
        field={{ ...field, type: 'money' }}
        value={held}
        autoFocus={autoFocus}
        onChange={(value) => {
          const money = typeof value === 'string' ? parseMoney(value, likelyCurrency()) : (value as Money | null)
          onChange(money ? { kind: 'money', number: money.amount / 10 ** currencyDigits(money.currency), currency: money.currency } : null)
        }}
      />
    )
  }
  if (type === 'integer' || type === 'number') {
    return (
      <input
        className="input"
        aria-label={labelOf(field.label)}
        autoFocus={autoFocus}
        inputMode="decimal"
        defaultValue={operand?.kind === 'number' ? operand.number : ''}
        onChange={(event) => {
          const number = parseNumber(event.target.value)
          onChange(number === null ? null : { kind: 'number', number })
        }}
      />
    )
  }
  if (type === 'date' || type === 'time') {
    return <input className="input" aria-label={labelOf(field.label)} autoFocus={autoFocus} type="date" defaultValue={operand?.kind === 'text' ? operand.text.slice(0, 10) : ''} onChange={(event) => onChange(event.target.value ? { kind: 'text', text: event.target.value } : null)} />
  }
  return <input className="input" aria-label={labelOf(field.label)} autoFocus={autoFocus} defaultValue={operand?.kind === 'text' ? operand.text : ''} onChange={(event) => onChange(event.target.value ? { kind: 'text', text: event.target.value } : null)} />
}

/** How many there would be, before anything is applied. */
function LiveCount({ object, filter }: { object: ObjectDef; filter: string }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const asked = usePaused(filter, 250)
  const { data, error } = useQuery({ ...countQuery(object.plural, asked, true), enabled: asked !== '', placeholderData: keepPreviousData, retry: false })
  return (
    <span role="status" className="min-w-0 flex-1 truncate text-meta text-fg-3">
      {error ? error.message : data && asked ? t('filter.matches', { count: data.value, number: formatNumber(data.value, locale) }) : ''}
    </span>
  )
}

/** The question as text, with the place where it is wrong. */
function TextFilter({ object, filter, mayBuild, onFilter, onBuild }: { object: ObjectDef; filter: string; mayBuild: boolean; onFilter: (filter: string) => void; onBuild: () => void }) {
  const { t } = useTranslation()
  const id = useId()
  const [text, setText] = useState(filter)
  const box = useRef<HTMLTextAreaElement>(null)
  const asked = usePaused(text.trim(), 300)
  const { data, error } = useQuery({ ...countQuery(object.plural, asked, true), enabled: asked !== '', retry: false })
  const locale = useLocale()
  const place = error instanceof Problem ? error.position : null

  useEffect(() => box.current?.focus(), [])
  useEffect(() => setText(filter), [filter])

  return (
    <form
      className="flex min-w-0 flex-1 basis-full flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault()
        onFilter(text.trim())
      }}
    >
      <div className="flex items-start gap-1.5">
        <textarea
          ref={box}
          rows={1}
          spellCheck={false}
          aria-label={t('filter.as_text')}
          aria-invalid={error !== null}
          aria-describedby={`${id}-say`}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey) {
              event.preventDefault()
              event.currentTarget.form?.requestSubmit()
            }
          }}
          placeholder={'status = "active" and updated_at in last 30 days'}
          className="input field-sizing-content min-w-0 flex-1 resize-none font-mono text-meta"
        />
        <Button type="submit" look="primary" className="!h-8">{t('common.apply')}</Button>
        <IconButton label={mayBuild ? t('filter.as_chips') : t('filter.clear')} onClick={() => { if (!mayBuild) onFilter(''); onBuild() }}>
          {mayBuild ? <ListFilter size={15} /> : <X size={15} />}
        </IconButton>
      </div>
      <p id={`${id}-say`} role="status" className={cx('min-h-4 text-meta', error ? 'text-bad' : 'text-fg-3')}>
        {error ? (
          <>
            {error.message}
            {place !== null && (
              <code className="ms-2 rounded-xs bg-bad-soft px-1 font-mono">
                {text.slice(Math.max(0, place - 12), place)}
                <mark className="bg-bad text-surface">{text.slice(place, place + 1) || '⌁'}</mark>
                {text.slice(place + 1, place + 13)}
              </code>
            )}
          </>
        ) : data && asked ? (
          t('filter.matches', { count: data.value, number: formatNumber(data.value, locale) })
        ) : null}
      </p>
    </form>
  )
}
