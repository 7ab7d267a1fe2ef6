/** Records of one object that link to this one: each value edited where it stands, one more added by its name, and a way to all of them. */

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowUpRight, Ellipsis, Maximize2, PanelRight, Plus, Trash2 } from 'lucide-react'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { stateOf } from '@/lib/conditions'
import { faceOf, isEditable, isNumeric, objectByName, storedType, templateFields, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { openForm, peekStore } from '@/lib/panels'
import { valuesOfName } from '@/lib/quick'
import { createRecord, isEmpty, linkFilter, listQuery, type Linked, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useSession } from '@/lib/session'
import { Face } from '@/ui/Face'
import { useValueText } from '@/ui/valueText'
import { FieldValue } from '@/ui/FieldValue'
import { InlineEdit } from '@/ui/InlineEdit'
import { Button, cx, Drop, DropItem, DropLine } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'
import type { Related } from './useRelated'

const MOST_COLUMNS = 5

export function RelatedList({ related, record, parent }: { related: Related; record: RecordData; parent: ObjectDef }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const navigate = useNavigate()
  const definitions = useDefinitions()
  const object = objectByName(definitions, related.object)
  const filter = linkFilter(object, related.field, record.id)
  const fields = columnsFor(object, related.field)
  const list = useInfiniteQuery({ ...listQuery(object?.plural ?? '', { filter, sort: '-created_at', fields: [...fields.map((field) => field.name), ...templateFields(object?.title)].join(',') }), enabled: object !== undefined })
  if (!object) return null
  const rows = list.data?.pages.flatMap((page) => page.data) ?? []
  const link = object.fields.find((field) => field.name === related.field)
  const value = link?.type === 'links' ? [record.id] : link?.target === 'any' ? { object: parent.name, id: record.id } : record.id
  const linked: Linked = { id: record.id, object: parent.name, title: record.title }
  const preset = { preset: { [related.field]: value }, linked: { [related.field]: link?.type === 'links' ? [linked] : linked } }
  const mayAdd = object.can.create && !record.deleted_at

  return (
    <div>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 flex-1 truncate text-lead font-semibold">{related.label}</h2>
        <Button look="outline" onClick={() => void navigate({ to: '/o/$plural', params: { plural: object.plural }, search: { f: filter } })}>
          {t('related.all')}
          <ArrowUpRight size={14} />
        </Button>
        {mayAdd && (
          <Button look="outline" onClick={() => openForm({ kind: 'create', object: object.name, ...preset, stay: true })}>
            <Plus size={14} />
            {t('list.new', { object: labelOf(object.label).toLocaleLowerCase() })}
          </Button>
        )}
      </div>
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Bones rows={5} className="!px-0" />}
      {list.isSuccess && (
        <div className="overflow-x-auto rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
          <table className="w-full border-collapse text-start">
            {rows.length > 0 && (
              <thead>
                <tr className="h-[34px] text-meta text-fg-3">
                  <th scope="col" className="px-3 text-start font-medium">{labelOf(object.label)}</th>
                  {fields.map((field) => (
                    <th key={field.name} scope="col" className={cx('px-3 font-medium whitespace-nowrap max-md:hidden', isNumeric(storedType(field)) ? 'text-end' : 'text-start')}>{labelOf(field.label)}</th>
                  ))}
                  <th className="w-9"><span className="sr-only">{t('shell.more')}</span></th>
                </tr>
              </thead>
            )}
            <tbody>
              {rows.map((row) => <Row key={row.id} object={object} row={row} fields={fields} among={rows.map((one) => one.id)} />)}
              {mayAdd && <AddRow object={object} related={related} value={value} columns={fields.length + 2} isOnly={rows.length === 0} onMore={(typed) => openForm({ kind: 'create', object: object.name, preset: { ...preset.preset, ...typed }, linked: preset.linked, stay: true })} />}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && <Button look="outline" className="mt-3" onClick={() => void list.fetchNextPage()}>{t('common.more')}</Button>}
    </div>
  )
}

/** What tells these records apart, and how many of each kind; never what is the same in all of them. */
const SHARES: [kind: (field: FieldDef) => boolean, most: number][] = [
  [(field) => field.type === 'file', 1],
  [(field) => field.type === 'choice', 1],
  [(field) => field.name === 'is_done', 1],
  [(field) => storedType(field) === 'money', 1],
  [(field) => storedType(field) === 'date' || storedType(field) === 'time', 1],
  [(field) => field.type === 'link' && field.target === 'user', 1],
  [(field) => field.type === 'email' || field.type === 'phone', 1],
  [(field) => field.type === 'link' && field.target !== 'user', 1],
  [(field) => field.type === 'roll_up', 1],
  [(field) => field.type === 'choice' || field.type === 'text', 2],
]

function columnsFor(object: ObjectDef | undefined, by: string): FieldDef[] {
  const inTitle = new Set([...templateFields(object?.title), by])
  const telling = (object?.fields ?? []).filter((field) => !inTitle.has(field.name) && !['long_text', 'json', 'address', 'links', 'multi_choice'].includes(storedType(field)) && field.section !== 'system')
  const chosen: FieldDef[] = []
  for (const [kind, most] of SHARES) chosen.push(...telling.filter((field) => kind(field) && !chosen.includes(field)).slice(0, most))
  return chosen.slice(0, MOST_COLUMNS)
}

function Row({ object, row, fields, among }: { object: ObjectDef; row: RecordData; fields: FieldDef[]; among: string[] }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const acts = useActs()
  const queries = useQueryClient()
  const peek = () => peekStore.set({ object: object.name, id: row.id, among })
  return (
    <tr className="group h-9 border-t border-line hover:bg-subtle">
      <td className="max-w-72 min-w-40 px-3">
        <Link
          to="/o/$plural/$id"
          params={{ plural: object.plural, id: row.id }}
          onKeyDown={(event) => {
            if (event.key !== ' ') return
            event.preventDefault()
            peek()
          }}
          className="flex min-h-6 min-w-0 items-center gap-2 font-medium hover:underline"
        >
          <Face kind={faceOf(object)} name={row.title} icon={object.icon} size={18} />
          <span className="truncate">{row.title || t('common.untitled')}</span>
        </Link>
        {/* On a phone the row has two lines instead of columns. */}
        <p className="flex items-center gap-2 overflow-hidden pb-2 ps-[26px] text-meta text-fg-2 empty:hidden md:hidden">
          {fields.filter((field) => !isEmpty(row[field.name]) && row[field.name] !== false).slice(0, 2).map((field) => <span key={field.name} className="min-w-0 truncate"><FieldValue field={field} record={row} /></span>)}
        </p>
      </td>
      {fields.map((field) => <Cell key={field.name} object={object} row={row} field={field} />)}
      <td className="w-9 pe-1.5 text-end">
        <Drop align="end" trigger={<button type="button" aria-label={t('related.more', { title: row.title })} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg data-popup-open:bg-active"><Ellipsis size={14} /></button>}>
          <DropItem icon={<PanelRight size={14} />} onClick={peek}>{t('peek.title')}</DropItem>
          <DropItem icon={<Maximize2 size={14} />} onClick={() => void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id: row.id } })}>{t('peek.open')}</DropItem>
          {object.can.delete && (
            <>
              <DropLine />
              <DropItem danger icon={<Trash2 size={14} />} onClick={() => void acts.trash(object, row).then(() => queries.invalidateQueries({ queryKey: ['related'] }))}>{t('record.trash')}</DropItem>
            </>
          )}
        </Drop>
      </td>
    </tr>
  )
}

function Cell({ object, row, field }: { object: ObjectDef; row: RecordData; field: FieldDef }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const acts = useActs()
  const textOf = useValueText()
  const session = useSession()
  const place = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const [editing, setEditing] = useState<{ typed?: string; fault?: string } | null>(null)
  const editable = isEditable(object, field) && !stateOf(field, row, row, session?.user.id ?? null).readonly
  const label = labelOf(field.label)
  const numeric = isNumeric(storedType(field))

  async function done(value: unknown, linked: Linked | Linked[] | null | undefined, version: number) {
    setEditing(null)
    button.current?.focus({ preventScroll: true })
    if (value === undefined) return
    const shown = Array.isArray(linked) ? linked : linked ? [linked] : []
    try {
      await acts.save(object, row, { [field.name]: value }, { version, linked: linked === undefined ? {} : { [field.name]: linked }, what: t('notice.field_changed', { title: row.title, field: label, value: textOf(field, value, shown) }), rethrow: true })
    } catch (error) {
      const fault = error instanceof Problem ? (error.fields.find((one) => one.pointer.includes(field.name))?.detail ?? error.message) : reasonOf(error)
      if (typeof value === 'string' || typeof value === 'number') setEditing({ typed: String(value), fault })
      else notify({ text: t('notice.not_saved', { reason: fault }), tone: 'bad' })
    }
  }

  return (
    <td className={cx('max-w-56 min-w-24 px-1.5 text-fg-2 max-md:hidden', numeric && 'text-end')}>
      <div ref={place} className={cx('relative flex min-h-7 min-w-0 items-center rounded-xs px-1.5', numeric && 'justify-end', editable && 'hover:shadow-[inset_0_0_0_1px_var(--line-strong)]')}>
        {editable && <button ref={button} type="button" aria-label={t('field.edit', { name: label })} onClick={() => setEditing({})} onKeyDown={(event) => event.key === 'F2' && setEditing({})} className="absolute inset-0 rounded-xs" />}
        <div className="pointer-events-none relative min-w-0 truncate [&_a]:pointer-events-auto [&_button]:pointer-events-auto"><FieldValue field={field} record={row} /></div>
        {editing && <InlineEdit field={field} record={row} typed={editing.typed} anchor={place} className="absolute inset-0 z-10 rounded-xs px-1.5" onDone={(value, _key, linked, version) => void done(value, linked, version)} />}
        {editing?.fault && <p role="alert" className="absolute start-0 top-8 z-10 rounded-md bg-bad-soft px-2 py-1 text-start text-meta whitespace-normal text-bad shadow-2">{editing.fault}</p>}
      </div>
    </td>
  )
}

function AddRow({ object, related, value, columns, isOnly, onMore }: { object: ObjectDef; related: Related; value: unknown; columns: number; isOnly: boolean; onMore: (typed: Record<string, unknown>) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const acts = useActs()
  const queries = useQueryClient()
  const session = useSession()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const name = labelOf(object.label).toLocaleLowerCase()
  if (valuesOfName(object, 'x', [related.field]) === null) {
    return isOnly ? <tr><td className="px-3 py-3 text-fg-3">{t('list.nothing_yet')}</td></tr> : null
  }

  async function add() {
    const typed = text.trim()
    const named = valuesOfName(object, typed, [related.field])
    if (typed === '' || busy || !named) return
    setBusy(true)
    setFault(null)
    const owner = object.fields.find((field) => field.name === (object.owner ?? '') && field.target === 'user' && !field.readonly)
    try {
      const { data, change } = await createRecord(object.plural, { ...named, ...(owner && session ? { [owner.name]: session.user.id } : {}), [related.field]: value })
      setText('')
      acts.created(object, data, change)
      void queries.invalidateQueries({ queryKey: ['related'] })
    } catch (error) {
      // More is wanted than a name: the form opens with what was typed.
      if (error instanceof Problem && error.fields.length > 0) onMore(named)
      else setFault(reasonOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <tr className={isOnly ? '' : 'border-t border-line'}>
      <td colSpan={columns} className="p-0">
        <div className="flex items-center gap-2 px-3">
          <Plus size={14} className="shrink-0 text-fg-3" />
          <input
            aria-label={t('related.add', { object: name })}
            placeholder={t('related.add', { object: name })}
            value={text}
            aria-busy={busy}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event: KeyboardEvent) => {
              if (event.nativeEvent.isComposing) return
              if (event.key === 'Enter') {
                event.preventDefault()
                void add()
              } else if (event.key === 'Escape') setText('')
            }}
            className="h-9 min-w-0 flex-1 bg-transparent outline-none pointer-coarse:h-11"
          />
          {text.trim() !== '' && <Button size="sm" look="soft" onClick={() => void add()}>{t('related.add_it')}</Button>}
        </div>
        {fault && <p role="alert" className="px-3 pb-2 text-meta text-bad">{fault}</p>}
      </td>
    </tr>
  )
}
