/** What can be done with a column, from its head: also everything that a mouse does there by dragging. */

import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, ChevronsLeftRight, ChevronsRightLeft, EyeOff, Group as GroupIcon, ListFilter, Pin, PinOff, Sigma, X } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import type { ListState } from '@/lib/listUrl'
import { DropItem, DropLine, DropMore } from '@/ui/kit'
import type { Column } from '../columns'
import { FIGURE_LABELS, figureOf, figuresOf } from './figures'
import { isDated, isGroupable, parseGrouping } from './groups'

const STEP = 40

export default function HeaderMenu({ column, index, names, state, onState, onFilter, onWidth, onMove }: {
  column: Column
  /** The first column is the title. */
  index: number
  /** All columns but the first, in their order. */
  names: readonly string[]
  state: ListState
  onState: (change: Partial<ListState>) => void
  onFilter: (field: string) => void
  onWidth: (pixels: number) => void
  /** To before the column that stands there now. */
  onMove: (to: number) => void
}) {
  const { name, field } = column
  const { t } = useTranslation()
  const { sort } = state
  const grouping = parseGrouping(state.group)
  const at = index - 1
  const sorted = sort.find((key) => key.field === name)
  const others = sort.filter((key) => key.field !== name)
  const figures = index === 0 ? [] : figuresOf(field)
  const figure = figureOf(field, state.figures[name])
  return (
    <>
      {column.sortable && (
        <>
          <DropItem icon={<ArrowUp size={14} />} onClick={() => onState({ sort: [{ field: name, descending: false }] })}>{t('list.ascending')}</DropItem>
          <DropItem icon={<ArrowDown size={14} />} onClick={() => onState({ sort: [{ field: name, descending: true }] })}>{t('list.descending')}</DropItem>
          {others.length > 0 && !sorted && <DropItem icon={<ArrowUp size={14} />} onClick={() => onState({ sort: [...others, { field: name, descending: false }] })}>{t('grid.then_by')}</DropItem>}
          {sorted && <DropItem icon={<X size={14} />} onClick={() => onState({ sort: others })}>{t('list.no_sort')}</DropItem>}
          <DropLine />
        </>
      )}
      {field.type !== 'json' && field.type !== 'file' && <DropItem icon={<ListFilter size={14} />} onClick={() => onFilter(name)}>{t('grid.filter_by')}</DropItem>}
      {index > 0 && isGroupable(field) && (
        <DropItem icon={<GroupIcon size={14} />} onClick={() => onState({ group: grouping?.field === name ? '' : isDated(field) ? `${name}.month` : name })}>{grouping?.field === name ? t('grid.ungroup') : t('grid.group_by_this')}</DropItem>
      )}
      {figures.length > 1 && (
        <DropMore icon={<Sigma size={14} />} label={t('grid.figure')}>
          {figures.map((one) => <DropItem key={one} checked={one === figure} onClick={() => onState({ figures: { ...state.figures, [name]: one } })}>{t(FIGURE_LABELS[one])}</DropItem>)}
        </DropMore>
      )}
      <DropLine />
      {index > 0 && (
        <>
          <DropItem icon={column.pinned ? <PinOff size={14} /> : <Pin size={14} />} onClick={() => onState({ pinned: column.pinned ? state.pinned.filter((one) => one !== name) : [...state.pinned, name] })}>{column.pinned ? t('grid.unpin') : t('grid.pin')}</DropItem>
          <DropItem icon={<ArrowLeft size={14} className="rtl:rotate-180" />} disabled={at === 0} onClick={() => onMove(at - 1)}>{t('list.move_before')}</DropItem>
          <DropItem icon={<ArrowRight size={14} className="rtl:rotate-180" />} disabled={at === names.length - 1} onClick={() => onMove(at + 2)}>{t('list.move_after')}</DropItem>
        </>
      )}
      <DropItem icon={<ChevronsLeftRight size={14} />} closeOnClick={false} onClick={() => onWidth(column.width + STEP)}>{t('list.wider')}</DropItem>
      <DropItem icon={<ChevronsRightLeft size={14} />} closeOnClick={false} onClick={() => onWidth(column.width - STEP)}>{t('list.narrower')}</DropItem>
      {index > 0 && (
        <>
          <DropLine />
          <DropItem icon={<EyeOff size={14} />} disabled={names.length === 1} onClick={() => onState({ columns: names.filter((one) => one !== name) })}>{t('list.hide_column')}</DropItem>
        </>
      )}
    </>
  )
}
