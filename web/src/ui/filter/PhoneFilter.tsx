/** The filter on a phone: a button that says how many conditions hold, and a sheet to change them. */

import { Braces, ListFilter, Parentheses, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import { conditionsOf, EVERYTHING, type Condition, type Group } from '@/lib/question'
import { Button, cx, Pop } from '@/ui/kit'
import { Chips } from './Chips'
import { FieldList } from './FieldList'

export function PhoneFilter({ object, group, askable, fresh, onFresh, onChange, onAdd, onAddGroup, onWrite }: {
  object: ObjectDef
  group: Group
  askable: FieldDef[]
  fresh: Condition | null
  onFresh: (condition: Condition) => void
  onChange: (group: Group) => void
  onAdd: (field: FieldDef) => void
  onAddGroup: () => void
  onWrite: () => void
}) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [adding, setAdding] = useState(false)
  const count = conditionsOf(group).length
  return (
    <Pop
      label={t('filter.filter')}
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        setAdding(next && count === 0)
      }}
      trigger={
        <Button size="icon" aria-label={count > 0 ? `${t('filter.filter')}: ${count}` : t('filter.filter')} className={cx('relative', count > 0 && '!text-accent-text')}>
          <ListFilter size={16} />
          {count > 0 && <span className="absolute -end-0.5 -top-0.5 grid min-w-4 place-items-center rounded-full bg-accent px-1 text-label leading-4 font-semibold text-accent-fg tabular-nums">{count}</span>}
        </Button>
      }
    >
      {adding ? (
        <FieldList askable={askable} onPick={(field) => { setAdding(false); onAdd(field) }} />
      ) : (
        <div className="flex flex-col gap-3 p-4">
          <div className="flex flex-wrap items-center gap-1.5"><Chips object={object} group={group} askable={askable} fresh={fresh} onFresh={onFresh} onChange={onChange} depth={0} /></div>
          <div className="flex flex-wrap gap-1">
            <Button look="soft" onClick={() => setAdding(true)}><Plus size={14} />{t('filter.add')}</Button>
            <Button onClick={onAddGroup}><Parentheses size={14} />{t('filter.add_group')}</Button>
            <Button onClick={() => { setOpen(false); onWrite() }}><Braces size={14} />{t('filter.as_text')}</Button>
            {count > 0 && <Button onClick={() => onChange(EVERYTHING)}>{t('filter.clear')}</Button>}
          </div>
        </div>
      )}
    </Pop>
  )
}
