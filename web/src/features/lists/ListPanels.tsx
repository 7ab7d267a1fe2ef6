/** What the buttons above a list open: its order, its groups, its columns. */

import { ArrowDown, ArrowUp, ChevronDown, ChevronUp, Pin, Plus, Search, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldDef } from '@/lib/definitions'
import type { SortKey } from '@/lib/listUrl'
import { useLabel } from '@/lib/session'
import { fieldIcon } from '@/ui/icons'
import { Button, cx, DropItem, DropLine, DropMore, Tick } from '@/ui/kit'
import { PickList } from '@/ui/PickList'
import { isSortable } from './columns'
import type { ToolsProps } from './ListTools'
import { isDated, isGroupable, parseGrouping, printGrouping, UNITS } from './table/groups'

export function SortPanel({ object, fields, state, onState }: ToolsProps) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const { sort } = state
  const [adding, setAdding] = useState(sort.length === 0)
  const nameOf = (name: string): string => (name === 'title' ? labelOf(object.label) : labelOf(fields.find((field) => field.name === name)?.label) || name)
  const free = [{ name: 'title', label: labelOf(object.label) }, ...fields.filter(isSortable).map((field) => ({ name: field.name, label: labelOf(field.label) }))].filter(({ name }) => !sort.some((key) => key.field === name))
  const change = (next: SortKey[]) => onState({ sort: next })
  const put = (index: number, key: SortKey) => change(sort.map((held, at) => (at === index ? key : held)))

  return adding || sort.length === 0 ? (
    <PickList
      label={t('list.sort')}
      picked={[]}
      items={free.map(({ name, label }) => ({ value: name, text: label }))}
      onPick={(item) => {
        change([...sort, { field: item.value, descending: false }])
        setAdding(false)
      }}
    />
  ) : (
    <div className="flex flex-col gap-1 p-2">
      {sort.map((key, index) => (
        <div key={key.field} className="flex items-center gap-1">
          <span className="w-12 shrink-0 text-meta text-fg-3">{index === 0 ? t('grid.sort_by') : t('grid.sort_then')}</span>
          <span className="min-w-0 flex-1 truncate font-medium">{nameOf(key.field)}</span>
          <Button size="sm" className="shrink-0" onClick={() => put(index, { ...key, descending: !key.descending })}>
            {key.descending ? <ArrowDown size={13} /> : <ArrowUp size={13} />}
            {key.descending ? t('grid.falling') : t('grid.rising')}
          </Button>
          <SmallButton label={t('list.move_up', { name: nameOf(key.field) })} disabled={index === 0} onClick={() => change(swapped(sort, index, index - 1))}><ChevronUp size={14} /></SmallButton>
          <SmallButton label={t('grid.sort_without', { name: nameOf(key.field) })} onClick={() => change(sort.filter((_, at) => at !== index))}><X size={13} /></SmallButton>
        </div>
      ))}
      <div className="mt-1 flex justify-between border-t border-line pt-2">
        <Button size="sm" disabled={free.length === 0} onClick={() => setAdding(true)}><Plus size={13} />{t('grid.sort_more')}</Button>
        <Button size="sm" onClick={() => change([])}>{t('list.no_sort')}</Button>
      </div>
    </div>
  )
}

function swapped<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list]
  const [moved] = next.splice(from, 1)
  if (moved !== undefined) next.splice(to, 0, moved)
  return next
}

const UNIT_LABELS: Record<(typeof UNITS)[number], string> = { day: 'grid.by_day', week: 'grid.by_week', month: 'grid.by_month', quarter: 'grid.by_quarter', year: 'grid.by_year' }

export function GroupPanel({ fields, state, onState }: ToolsProps) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const grouping = parseGrouping(state.group)
  const field = fields.find((one) => one.name === grouping?.field)
  const possible = fields.filter(isGroupable)
  // What tells few groups apart comes first; free texts and numbers are behind one more step.
  const likely = possible.filter((one) => one.type === 'choice' || one.type === 'boolean' || one.type === 'link' || isDated(one) || one.result?.type === 'choice')
  const rare = possible.filter((one) => !likely.includes(one))
  const item = (one: FieldDef) => {
    const Icon = fieldIcon(one)
    return <DropItem key={one.name} icon={<Icon size={14} />} checked={one.name === field?.name} onClick={() => onState({ group: isDated(one) ? `${one.name}.month` : one.name })}>{labelOf(one.label)}</DropItem>
  }
  return (
    <>
      {field && (
        <>
          <DropItem icon={<X size={14} />} onClick={() => onState({ group: '' })}>{t('grid.ungroup')}</DropItem>
          {isDated(field) && UNITS.map((unit) => <DropItem key={unit} checked={(grouping?.unit ?? 'month') === unit} onClick={() => onState({ group: printGrouping({ field: field.name, unit }) })}>{t(UNIT_LABELS[unit])}</DropItem>)}
          <DropLine />
        </>
      )}
      {likely.map(item)}
      {rare.length > 0 && <DropMore label={t('grid.more_fields')}>{rare.map(item)}</DropMore>}
    </>
  )
}

export function ColumnPanel({ fields, columns, state, onState }: ToolsProps) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [text, setText] = useState('')
  const shown = columns.map((column) => column.name)
  const wanted = text.trim().toLocaleLowerCase()
  const fits = (field: FieldDef) => wanted === '' || labelOf(field.label).toLocaleLowerCase().includes(wanted)
  const hidden = fields.filter((field) => !shown.includes(field.name) && field.type !== 'json')
  const onColumns = (names: string[]) => onState({ columns: names })

  const line = (field: FieldDef, index: number) => {
    const Icon = fieldIcon(field)
    const label = labelOf(field.label)
    const on = index >= 0
    const pinned = state.pinned.includes(field.name)
    return (
      <div key={field.name} className="group/c flex h-8 items-center gap-2 rounded-sm px-2 hover:bg-hover">
        <Tick label={label} checked={on} onChange={(next) => onColumns(next ? [...shown, field.name] : shown.filter((name) => name !== field.name))} disabled={on && shown.length === 1} />
        <Icon size={14} className="shrink-0 text-fg-3" />
        <span className="flex-1 truncate">{label}</span>
        {on && (
          <>
            <SmallButton label={pinned ? t('grid.unpin_column', { name: label }) : t('grid.pin_column', { name: label })} pressed={pinned} onClick={() => onState({ pinned: pinned ? state.pinned.filter((name) => name !== field.name) : [...state.pinned, field.name] })}>
              <Pin size={13} className={cx(pinned && 'fill-current text-accent-text')} />
            </SmallButton>
            <SmallButton label={t('list.move_up', { name: label })} disabled={index === 0} onClick={() => onColumns(swapped(shown, index, index - 1))}><ChevronUp size={14} /></SmallButton>
            <SmallButton label={t('list.move_down', { name: label })} disabled={index === shown.length - 1} onClick={() => onColumns(swapped(shown, index, index + 1))}><ChevronDown size={14} /></SmallButton>
          </>
        )}
      </div>
    )
  }

  return (
    <div className="flex max-h-[min(560px,70vh)] flex-col">
      <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-3">
        <Search size={14} className="shrink-0 text-fg-3" />
        <input type="search" aria-label={t('grid.find_column')} placeholder={t('grid.find_column')} value={text} onChange={(event) => setText(event.target.value)} className="h-full min-w-0 flex-1 bg-transparent outline-none" />
      </div>
      <div className="min-h-0 overflow-y-auto p-1">
        {wanted === '' && <p className="px-2 pt-1.5 pb-1 text-label font-medium text-fg-3">{t('list.shown_columns')}</p>}
        {columns.map((column, index) => fits(column.field) && line(column.field, index))}
        {wanted === '' && hidden.length > 0 && <p className="px-2 pt-2.5 pb-1 text-label font-medium text-fg-3">{t('list.hidden_columns')}</p>}
        {hidden.filter(fits).map((field) => line(field, -1))}
      </div>
      <div className="shrink-0 border-t border-line p-1">
        <button type="button" className="item text-fg-2 hover:bg-hover" onClick={() => onState({ columns: [], widths: {}, pinned: [] })}>{t('list.default_columns')}</button>
      </div>
    </div>
  )
}

function SmallButton({ label, disabled, pressed, onClick, children }: { label: string; disabled?: boolean; pressed?: boolean; onClick: () => void; children: ReactNode }) {
  return (
    <button type="button" disabled={disabled} aria-label={label} aria-pressed={pressed} onClick={onClick} className="grid size-6 shrink-0 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg disabled:opacity-30">
      {children}
    </button>
  )
}
