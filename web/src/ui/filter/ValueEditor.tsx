/** The value of a condition in its own panel. Single picks are done at once; the rest with Enter or Apply. */

import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { likelyCurrency } from '@/lib/currency'
import { objectByName, storedType, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { currencyDigits, formatNumber, parseMoney, parseNumber, type Money } from '@/lib/format'
import { MEMBERSHIPS, periods, printQuestion, UNITS, type Condition, type Operand } from '@/lib/question'
import { countQuery, recordQuery, type Linked } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { ChoiceList, FieldInput } from '@/ui/FieldInput'
import { Button } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { usePaused } from '@/lib/usePaused'
import { PickList } from '@/ui/PickList'
import { PERIOD_LABELS, SPAN_LABELS } from './labels'

export default function ValueEditor({ object, field, condition, onDone }: { object: ObjectDef; field: FieldDef; condition: Condition; onDone: (operands: Operand[] | null) => void }) {
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
  if (field.type === 'link' || field.type === 'links') return <LinkValue object={object} field={field} condition={{ ...condition, operands }} onOperands={setOperands} onDone={onDone} />
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
            span={condition.operator === 'in_last' || condition.operator === 'in_next'}
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

/** Records to compare with: one, or several of which any will do; of people also the reader. */
function LinkValue({ object, field, condition, onOperands, onDone }: { object: ObjectDef; field: FieldDef; condition: Condition; onOperands: (operands: Operand[]) => void; onDone: (operands: Operand[] | null) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const plural = objectByName(definitions, field.target ?? '')?.plural ?? ''
  const several = condition.operator === 'in'
  const ids = condition.operands.flatMap((operand) => (operand.kind === 'text' ? [operand.text] : []))
  const [chosen, setChosen] = useState<Linked[]>([])
  // A segment or a source is called by its name, as one would write it.
  const named = field.name in MEMBERSHIPS
  const found = useQueries({ queries: ids.map((id) => ({ ...recordQuery(plural, id), enabled: plural !== '' && !named })) })
  const picked = ids.map((id, index): Linked => chosen.find((one) => one.id === id) ?? { id, object: field.target ?? '', title: found[index]?.data?.title ?? id })
  const filter = printQuestion({ kind: 'group', join: 'and', items: [condition] })

  return (
    <LinkPicker
      label={labelOf(field.label)}
      target={field.target ?? 'any'}
      picked={picked}
      multiple={several}
      onPick={(picked) => {
        const linked = named ? { ...picked, id: picked.title } : picked
        if (!several) return onDone([{ kind: 'text', text: linked.id }])
        setChosen((held) => [...held, linked])
        const next = ids.includes(linked.id) ? ids.filter((id) => id !== linked.id) : [...ids, linked.id]
        onOperands(next.map((text) => ({ kind: 'text', text })))
      }}
      onEscape={() => onDone(null)}
      footer={
        <>
          {field.target === 'user' && <div className="border-t border-line p-1"><button type="button" className="item hover:bg-hover" onClick={() => onDone([{ kind: 'word', word: 'me' }])}>{t('filter.me')}</button></div>}
          {several && (
            <div className="flex items-center gap-2 border-t border-line p-2">
              <LiveCount object={object} filter={filter} />
              <Button look="primary" size="sm" onClick={() => onDone(condition.operands)}>{t('common.apply')}</Button>
            </div>
          )}
        </>
      }
    />
  )
}

function OperandInput({ field, span, operand, autoFocus, onChange }: { field: FieldDef; span: boolean; operand: Operand | undefined; autoFocus: boolean; onChange: (operand: Operand | null) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const type = storedType(field)
  if (span) return <SpanInput label={labelOf(field.label)} operand={operand} dated={type === 'date'} autoFocus={autoFocus} onChange={onChange} />
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
  const common = { className: 'input', 'aria-label': labelOf(field.label), autoFocus }
  if (type === 'integer' || type === 'number') {
    return (
      <input
        {...common}
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
    const relative = operand?.kind === 'word' ? operand.word : null
    return (
      <>
        <input {...common} type="date" defaultValue={operand?.kind === 'text' ? operand.text.slice(0, 10) : ''} onChange={(event) => onChange(event.target.value ? { kind: 'text', text: event.target.value } : null)} />
        <button type="button" aria-pressed={relative === 'today'} className="item -mt-1 text-meta hover:bg-hover aria-pressed:text-accent-text" onClick={() => onChange({ kind: 'word', word: 'today' })}>{t('period.today')}</button>
      </>
    )
  }
  return <input {...common} defaultValue={operand?.kind === 'text' ? operand.text : ''} onChange={(event) => onChange(event.target.value ? { kind: 'text', text: event.target.value } : null)} />
}

/** `30 days`: how many, and of what. */
function SpanInput({ label, operand, dated, autoFocus, onChange }: { label: string; operand: Operand | undefined; dated: boolean; autoFocus: boolean; onChange: (operand: Operand | null) => void }) {
  const { t } = useTranslation()
  const held = operand?.kind === 'span' ? operand : null
  const [text, setText] = useState(held ? String(held.number) : '')
  const [unit, setUnit] = useState(held?.unit ?? 'day')
  const send = (nextText: string, nextUnit: (typeof UNITS)[number]) => {
    setText(nextText)
    setUnit(nextUnit)
    const number = Math.round(Number(nextText))
    onChange(number > 0 ? { kind: 'span', number, unit: nextUnit } : null)
  }
  const count = Math.max(1, Math.round(Number(text)) || 1)
  return (
    <div className="flex items-center gap-2">
      <input className="input w-24" aria-label={label} autoFocus={autoFocus} type="number" min={1} value={text} onChange={(event) => send(event.target.value, unit)} />
      <select className="input flex-1" aria-label={t('filter.unit')} value={unit} onChange={(event) => send(text, UNITS.find((one) => one === event.target.value) ?? 'day')}>
        {UNITS.filter((one) => one !== 'hour' || !dated).map((one) => <option key={one} value={one}>{t(SPAN_LABELS[one], { count }).replace(/^\d+\s*/, '')}</option>)}
      </select>
    </div>
  )
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
