/** One condition: its field, its operator and its value, each a menu of its own. */

import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { objectByName, optionsOf, storedType, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { currencyDigits, formatDate, formatMoney, formatNumber } from '@/lib/format'
import { MEMBERSHIPS, newCondition, operandCount, operatorsFor, type Condition, type Operand, type Operator } from '@/lib/question'
import { recordQuery } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { cx, Drop, DropItem, Pop } from '@/ui/kit'
import { FieldList } from './FieldList'
import { DATE_OPERATOR_LABELS, OPERATOR_LABELS, PERIOD_LABELS, SPAN_LABELS } from './labels'

const ValueEditor = lazy(() => import('./ValueEditor'))

const PART = 'h-6 min-w-6 truncate px-1.5 text-meta hover:bg-active data-popup-open:bg-active pointer-coarse:h-8'

export function ConditionChip({ object, condition, askable, openAtOnce, onChange }: { object: ObjectDef; condition: Condition; askable: FieldDef[]; openAtOnce: boolean; onChange: (condition: Condition | null) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const field = askable.find((candidate) => candidate.name === condition.field)
  const [naming, setNaming] = useState(false)
  const [open, setOpen] = useState(openAtOnce && operandCount(condition.operator) !== 0)
  const label = field ? labelOf(field.label) : condition.field
  const type = field ? storedType(field) : 'text'
  const operators: Operator[] = condition.field in MEMBERSHIPS ? ['in', 'is_not'] : operatorsFor(type)
  const operatorLabel = (operator: Operator) => t(((type === 'date' || type === 'time') && DATE_OPERATOR_LABELS[operator]) || OPERATOR_LABELS[operator])
  const operator = shownOperator(condition, type)

  function setOperator(next: Operator) {
    const same = shapeOf(next) === shapeOf(operator)
    onChange({ ...condition, operator: next, operands: same ? condition.operands : [] })
    if (!same && operandCount(next) !== 0) setOpen(true)
  }

  return (
    <span className={cx('inline-flex max-w-full items-center overflow-hidden rounded-sm', field ? 'bg-accent-soft text-accent-text' : 'bg-bad-soft text-bad')}>
      <Pop label={t('filter.field')} open={naming} onOpenChange={setNaming} className="w-72" trigger={<button type="button" title={field ? undefined : t('filter.unknown_field')} className={cx(PART, 'max-w-44 font-medium')}>{label}</button>}>
        <FieldList askable={askable} onPick={(next) => { setNaming(false); onChange(newCondition(next)) }} />
      </Pop>
      <Drop trigger={<button type="button" className={PART}>{operatorLabel(operator)}</button>}>
        {operators.map((one) => (
          <DropItem key={one} checked={one === operator} onClick={() => setOperator(one)}>{operatorLabel(one)}</DropItem>
        ))}
      </Drop>
      {operandCount(operator) !== 0 && (
        <Pop label={label} open={open} onOpenChange={setOpen} className="w-72" trigger={<button type="button" className={cx(PART, 'max-w-56 font-medium')}>{field ? <OperandText condition={condition} field={field} /> : condition.operands.map((one) => ('text' in one ? one.text : '…')).join(', ')}</button>}>
          {field && (
            <Suspense>
              <ValueEditor object={object} field={field} condition={{ ...condition, operator }} onDone={(operands) => { setOpen(false); if (operands) onChange({ ...condition, operator, operands }) }} />
            </Suspense>
          )}
        </Pop>
      )}
      <button type="button" aria-label={t('filter.remove', { name: label })} onClick={() => onChange(null)} className="grid h-6 w-6 shrink-0 place-items-center hover:bg-active pointer-coarse:h-8">
        <X size={12} />
      </button>
    </span>
  )
}

/** `is` and `in` of a choice or link are one question with one or several answers; `= today` is a period like others. */
function shownOperator({ operator, operands }: Condition, type: FieldDef['type']): Operator {
  if ((type === 'choice' || type === 'link') && operator === 'is') return 'in'
  if ((type === 'date' || type === 'time') && operator === 'is' && operands[0]?.kind === 'word') return 'in_period'
  return operator
}

/** Values of one shape may stay when the operator changes. */
function shapeOf(operator: Operator): string {
  if (operator === 'in_period') return operator
  if (operator === 'in_last' || operator === 'in_next') return 'span'
  return operator === 'is' || operator === 'is_not' ? '1' : String(operandCount(operator))
}

function OperandText({ condition, field }: { condition: Condition; field: FieldDef }): ReactNode {
  const { t } = useTranslation()
  const locale = useLocale()
  const labelOf = useLabel()
  if (condition.operands.length === 0) return t('filter.value')
  const text = (operand: Operand): ReactNode => {
    switch (operand.kind) {
      case 'number': return formatNumber(operand.number, locale)
      case 'span': return t(SPAN_LABELS[operand.unit], { count: operand.number })
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

export function LinkTitle({ field, id }: { field: FieldDef; id: string }): ReactNode {
  const definitions = useDefinitions()
  const plural = objectByName(definitions, field.target ?? '')?.plural
  const { data } = useQuery({ ...recordQuery(plural ?? '', id), enabled: plural !== undefined && /^[0-9a-f-]{36}$/i.test(id) })
  return data?.title ?? id
}
