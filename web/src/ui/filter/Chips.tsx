/** The conditions of a question as chips, its groups as frames around them. */

import { Parentheses, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import { DEEPEST, newCondition, type Condition, type Group, type Node } from '@/lib/question'
import { Button, cx, Pop } from '@/ui/kit'
import { ConditionChip } from './ConditionChip'
import { FieldList } from './FieldList'

interface ChipsProps {
  object: ObjectDef
  group: Group
  askable: FieldDef[]
  /** The condition just made, whose value is asked for at once. */
  fresh: Condition | null
  onFresh: (condition: Condition) => void
  onChange: (group: Group) => void
  depth: number
}

export function Chips({ object, group, askable, fresh, onFresh, onChange, depth }: ChipsProps) {
  const replace = (index: number, node: Node | null) => onChange({ ...group, items: group.items.flatMap((item, at) => (at !== index ? [item] : node ? [node] : [])) })
  return group.items.map((item, index) => (
    <span key={index} className="flex max-w-full flex-wrap items-center gap-1.5">
      {index > 0 && <Join join={group.join} onSwitch={() => onChange({ ...group, join: group.join === 'and' ? 'or' : 'and' })} />}
      {item.kind === 'condition' ? (
        <ConditionChip object={object} condition={item} askable={askable} openAtOnce={item === fresh} onChange={(next) => replace(index, next)} />
      ) : (
        <Frame group={item} object={object} askable={askable} fresh={fresh} onFresh={onFresh} depth={depth + 1} onChange={(next) => replace(index, next)} />
      )}
    </span>
  ))
}

function Join({ join, onSwitch }: { join: 'and' | 'or'; onSwitch: () => void }) {
  const { t } = useTranslation()
  return (
    <button type="button" className="h-6 min-w-6 rounded-sm px-1.5 text-meta font-medium text-fg-3 hover:bg-hover hover:text-fg" aria-label={`${join === 'and' ? t('filter.and') : t('filter.or')}: ${t('filter.switch_join')}`} onClick={onSwitch}>
      {join === 'and' ? t('filter.and') : t('filter.or')}
    </button>
  )
}

/** A group: its conditions, a place for more, and the way to take it apart. */
function Frame({ object, group, askable, fresh, onFresh, onChange, depth }: Omit<ChipsProps, 'onChange'> & { onChange: (group: Group | null) => void }) {
  const { t } = useTranslation()
  const [adding, setAdding] = useState(group.items.length === 0)
  const add = (node: Node) => {
    setAdding(false)
    onChange({ ...group, items: [...group.items, node] })
  }
  return (
    <span role="group" aria-label={t('filter.add_group')} className={cx('flex max-w-full flex-wrap items-center gap-1.5 rounded-md px-1.5 py-0.5 shadow-[inset_0_0_0_1px_var(--line-strong)]', depth % 2 === 0 && 'bg-subtle')}>
      <Chips object={object} group={group} askable={askable} fresh={fresh} onFresh={onFresh} onChange={onChange} depth={depth} />
      <Pop
        label={t('filter.add')}
        open={adding}
        onOpenChange={setAdding}
        className="w-72"
        trigger={<button type="button" aria-label={t('filter.add')} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg"><Plus size={13} /></button>}
      >
        <FieldList
          askable={askable}
          onPick={(field) => {
            const condition = newCondition(field)
            onFresh(condition)
            add(condition)
          }}
          footer={depth < DEEPEST ? (
            <div className="border-t border-line p-1">
              <Button size="sm" onClick={() => add({ kind: 'group', join: group.join === 'and' ? 'or' : 'and', items: [] })}><Parentheses size={13} />{t('filter.add_group')}</Button>
            </div>
          ) : null}
        />
      </Pop>
      <button type="button" aria-label={t('filter.remove_group')} onClick={() => onChange(null)} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg"><X size={12} /></button>
    </span>
  )
}
