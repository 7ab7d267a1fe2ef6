/** Sort and columns of a list, also without a mouse. */

import { ArrowDown, ArrowDownUp, ArrowUp, ChevronDown, ChevronUp, Columns3 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import type { ListState } from '@/lib/listUrl'
import { useLabel } from '@/lib/session'
import { fieldIcon } from '@/ui/icons'
import { Button, Drop, DropItem, DropLine, Pop, Tick } from '@/ui/kit'
import type { Column } from './columns'

export function ListTools({ object, fields, columns, state, onState, phone }: { object: ObjectDef; fields: FieldDef[]; columns: Column[]; state: ListState; onState: (change: Partial<ListState>) => void; phone: boolean }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const first = state.sort[0]
  const nameOf = (name: string): string => (name === 'title' ? labelOf(object.label) : labelOf(fields.find((field) => field.name === name)?.label))
  const sortable = ['title', ...columns.filter((column) => column.sortable).map((column) => column.name)]

  return (
    <div className="ms-auto flex items-center gap-1 max-md:self-start max-md:pt-1">
      <Drop
        align="end"
        trigger={
          <Button size="sm" aria-label={t('list.sort')}>
            <ArrowDownUp size={13} />
            {first ? (
              <>
                <span className="text-fg">{nameOf(first.field)}</span>
                {first.descending ? <ArrowDown size={12} /> : <ArrowUp size={12} />}
              </>
            ) : (
              t('list.sort')
            )}
          </Button>
        }
      >
        {sortable.map((name) => (
          <DropItem key={name} checked={first?.field === name} onClick={() => onState({ sort: [{ field: name, descending: false }] })}>{nameOf(name)}</DropItem>
        ))}
        <DropLine />
        <DropItem icon={<ArrowUp size={14} />} disabled={!first} onClick={() => first && onState({ sort: [{ ...first, descending: false }] })}>{t('list.ascending')}</DropItem>
        <DropItem icon={<ArrowDown size={14} />} disabled={!first} onClick={() => first && onState({ sort: [{ ...first, descending: true }] })}>{t('list.descending')}</DropItem>
        <DropItem disabled={!first} onClick={() => onState({ sort: [] })}>{t('list.no_sort')}</DropItem>
      </Drop>
      {!phone && (
        <Pop align="end" label={t('list.columns')} className="w-72" trigger={<Button size="sm"><Columns3 size={13} />{t('list.columns')}</Button>}>
          <ColumnChooser fields={fields} columns={columns} onColumns={(names) => onState({ columns: names })} />
        </Pop>
      )}
    </div>
  )
}

function ColumnChooser({ fields, columns, onColumns }: { fields: FieldDef[]; columns: Column[]; onColumns: (names: string[]) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const shown = columns.map((column) => column.name)
  const hidden = fields.filter((field) => !shown.includes(field.name) && field.type !== 'json')

  function move(name: string, step: number) {
    const at = shown.indexOf(name)
    const to = at + step
    if (to < 0 || to >= shown.length) return
    const next = [...shown]
    next.splice(at, 1)
    next.splice(to, 0, name)
    onColumns(next)
  }

  const line = (field: FieldDef, on: boolean, index: number) => {
    const Icon = fieldIcon(field)
    const label = labelOf(field.label)
    return (
      <div key={field.name} className="flex h-8 items-center gap-2 rounded-sm px-2 hover:bg-hover">
        <Tick label={label} checked={on} onChange={(next) => onColumns(next ? [...shown, field.name] : shown.filter((name) => name !== field.name))} disabled={on && shown.length === 1} />
        <Icon size={14} className="shrink-0 text-fg-3" />
        <span className="flex-1 truncate">{label}</span>
        {on && (
          <>
            <button type="button" disabled={index === 0} aria-label={t('list.move_up', { name: label })} onClick={() => move(field.name, -1)} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg disabled:opacity-30"><ChevronUp size={14} /></button>
            <button type="button" disabled={index === shown.length - 1} aria-label={t('list.move_down', { name: label })} onClick={() => move(field.name, 1)} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg disabled:opacity-30"><ChevronDown size={14} /></button>
          </>
        )}
      </div>
    )
  }

  return (
    <div className="max-h-[60vh] overflow-y-auto p-1">
      <p className="px-2 pt-1.5 pb-1 text-label font-medium text-fg-3">{t('list.shown_columns')}</p>
      {columns.map((column, index) => line(column.field, true, index))}
      {hidden.length > 0 && <p className="px-2 pt-2.5 pb-1 text-label font-medium text-fg-3">{t('list.hidden_columns')}</p>}
      {hidden.map((field) => line(field, false, -1))}
      <button type="button" className="item mt-1 text-fg-2 hover:bg-hover" onClick={() => onColumns([])}>{t('list.default_columns')}</button>
    </div>
  )
}
