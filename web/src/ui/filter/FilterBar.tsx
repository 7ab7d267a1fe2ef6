/**
 * The filter builder: chips `field · operator · value`, joined by and/or, in groups two deep, with a count before applying.
 * The same question can be written as text; what chips cannot say is edited there, and the server tells where it is wrong.
 */

import { Braces, ListFilter, Plus } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import { conditionsOf, EVERYTHING, isComplete, newCondition, printQuestion, withCondition, type Condition, type Group, type Node } from '@/lib/question'
import { useLabel } from '@/lib/session'
import { Button, cx, IconButton, Pop } from '@/ui/kit'
import { useAskable } from './askable'
import { ListSearchBox } from './SearchBox'
import { useChips } from './useChips'

const Chips = lazy(() => import('./Chips').then((module) => ({ default: module.Chips })))
const FieldList = lazy(() => import('./FieldList').then((module) => ({ default: module.FieldList })))
const OtherWays = lazy(() => import('./FieldList').then((module) => ({ default: module.OtherWays })))
const PhoneFilter = lazy(() => import('./PhoneFilter').then((module) => ({ default: module.PhoneFilter })))
const TextFilter = lazy(() => import('./TextFilter'))

export function FilterBar({ object, fields, filter, words, phone, adding, onAdding, onFilter, onWords }: {
  object: ObjectDef
  fields: FieldDef[]
  filter: string
  words?: string
  phone: boolean
  /** The choice of fields is open; a name asks for a condition on that field at once. */
  adding: boolean | string
  onAdding: (open: boolean) => void
  onFilter: (filter: string) => void
  /** Without it there are no words to look for, as where a question is written that is no list. */
  onWords?: (words: string) => void
}) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const askable = useAskable(object, fields)
  const parsed = useChips(filter)
  const [asText, setAsText] = useState(false)
  // A condition still without its value lives here, beside the URL, until it is complete.
  const [draft, setDraft] = useState<Group | null>(null)
  const [fresh, setFresh] = useState<Condition | null>(null)
  const group = draft ?? parsed ?? EVERYTHING

  useEffect(() => setDraft(null), [filter])

  function change(next: Group) {
    const text = printQuestion(next)
    const whole = isWhole(next)
    setDraft(whole ? null : next)
    if (text !== filter) {
      onFilter(text)
      if (!whole) queueMicrotask(() => setDraft(next))
    }
  }

  function add(field: FieldDef, narrow = false) {
    const condition = newCondition(field)
    setFresh(condition)
    change(narrow ? withCondition(group, condition) : { ...group, items: [...group.items, condition] })
    onAdding(false)
  }

  useEffect(() => {
    if (typeof adding !== 'string' || parsed === undefined) return
    const field = askable.find((one) => one.name === adding || one.name.startsWith(`${adding}.`))
    if (field) add(field, true)
    else onAdding(false)
    // Only the wish itself begins this, not what it changes.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [adding, parsed === undefined])

  const search = onWords ? <ListSearchBox words={words ?? ''} onWords={onWords} objects={labelOf(object.label_plural).toLocaleLowerCase()} /> : null
  if (asText || (parsed === null && filter !== '')) {
    return (
      <>
        {search}
        <span className="flex-1 max-md:hidden" />
        <div className={cx(WHOLE_LINE, 'max-md:order-none max-md:basis-auto')}>
          <Suspense>
            <TextFilter object={object} askable={askable} filter={filter} onFilter={onFilter} onBuild={() => setAsText(false)} />
          </Suspense>
        </div>
      </>
    )
  }

  // A moment only, on a page that opens with a filter: what is added now would take the place of what is not read yet.
  if (parsed === undefined) return <>{search}<span className="flex-1" /></>

  const addGroup = () => {
    change({ ...group, items: [...group.items, { kind: 'group', join: group.join === 'and' ? 'or' : 'and', items: [] }] })
    onAdding(false)
  }
  const write = () => {
    setAsText(true)
    onAdding(false)
  }

  if (phone) {
    return (
      <div className="flex min-w-0 flex-1 items-center gap-1">
        {search}
        <Suspense><PhoneFilter object={object} group={group} askable={askable} fresh={fresh} onFresh={setFresh} onChange={change} onAdd={(field) => add(field)} onAddGroup={addGroup} onWrite={write} /></Suspense>
      </div>
    )
  }
  // Groups want room: they stand on a line of their own, below the tools.
  const nested = group.items.some((item) => item.kind === 'group')
  return (
    <>
      {search}
      {nested && <span className="flex-1" />}
      <div className={cx('flex min-w-0 flex-wrap items-center gap-1.5', nested ? WHOLE_LINE : 'flex-1')}>
        {group.items.length > 0 && <Suspense><Chips object={object} group={group} askable={askable} fresh={fresh} onFresh={setFresh} onChange={change} depth={0} /></Suspense>}
        <Pop
          label={t('filter.add')}
          open={adding === true}
          onOpenChange={onAdding}
          className="w-72"
          trigger={
            <Button size="sm">
              {group.items.length === 0 ? <ListFilter size={13} /> : <Plus size={13} />}
              {t('filter.filter')}
            </Button>
          }
        >
          <Suspense>
            <FieldList
              askable={askable}
              onPick={(field) => add(field)}
              footer={<OtherWays onGroup={addGroup} onText={write} />}
            />
          </Suspense>
        </Pop>
        {group.items.length > 0 && (
          <>
            <IconButton label={t('filter.as_text')} className="!size-6 pointer-coarse:!size-9" onClick={write}><Braces size={13} /></IconButton>
            <Button size="sm" onClick={() => change(EVERYTHING)}>{t('filter.clear')}</Button>
          </>
        )}
      </div>
    </>
  )
}

/** Behind everything else in the bar, from edge to edge. */
const WHOLE_LINE = 'order-[10001] basis-full'

/** Nothing is missing: every condition has its values, every group a condition. */
function isWhole(node: Node): boolean {
  if (node.kind === 'condition') return isComplete(node)
  return node.items.every((item) => isWhole(item) && (item.kind === 'condition' || conditionsOf(item).length > 0))
}
