/** The page of an object, laid out for a role: fields dragged (or walked by keys) between sections and out of sight, the line of facts, the lists in order. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, Ellipsis, EyeOff, GripVertical, Plus, Trash2 } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type DragEvent } from 'react'
import { useRoleName } from '@/lib/roleNames'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { objectByName, type ObjectDef } from '@/lib/definitions'
import { previewStore, sectionsByDefinition, sectionsByLayout, type LaidOut, type Layout } from '@/lib/layout'
import { addSection, changeSection, dropSection, HIDDEN, moveField, moveSection, placeOf, stepField, toggled, type Place } from '@/lib/layoutEdit'
import { useDefinitions, useLabel } from '@/lib/session'
import { useSectionTitle } from '@/ui/Details'
import { Button, cx, Drop, DropItem, DropLine, DropTitle, Pop, Tick } from '@/ui/kit'
import { PickList } from '@/ui/PickList'
import { SidePanel } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'

interface Role {
  id: string
  name: string
  key?: string | null
}

const EVERYONE = ''
const MOST_FACTS = 5

export default function LayoutEditor({ object, onClose }: { object: ObjectDef; onClose: () => void }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const queries = useQueryClient()
  const labelOf = useLabel()
  const [role, setRole] = useState(EVERYONE)
  const roles = useQuery({ queryKey: ['roles'], queryFn: async ({ signal }) => (await ask<{ data: Role[] }>('GET', '/roles', { signal })).data.data, staleTime: 60_000 })
  const laid = useQuery({
    queryKey: ['layouts', object.plural],
    queryFn: async ({ signal }) => (await ask<{ data: { role: string | null; layout: Layout }[] }>('GET', `/${object.plural}/layouts`, { signal })).data.data,
  })
  const [edited, setEdited] = useState<Record<string, Layout>>({})
  const [busy, setBusy] = useState(false)
  const held = laid.data?.find((one) => (one.role ?? EVERYONE) === role)
  // A role without a layout of its own begins with what it gets today.
  const begun = useMemo(() => (laid.data ? whole(object, held?.layout ?? laid.data.find((one) => one.role === null)?.layout ?? null) : null), [object, laid.data, held])
  const draft = edited[role] ?? begun
  const setDraft = (next: Layout) => setEdited((before) => ({ ...before, [role]: next }))
  useEffect(() => previewStore.set(draft ? { plural: object.plural, layout: draft } : null), [draft, object])
  useEffect(() => () => previewStore.set(null), [])

  async function save(keep: boolean) {
    if (busy || !draft) return
    setBusy(true)
    try {
      if (keep) await ask<LaidOut>('PUT', `/${object.plural}/layout`, { body: { role: role || null, layout: draft } })
      else await ask('DELETE', `/${object.plural}/layout`, { query: { role } })
      for (const key of ['layout', 'layouts']) await queries.invalidateQueries({ queryKey: [key, object.plural] })
      notify({ text: keep ? t('layout.saved', { objects: labelOf(object.label_plural) }) : t('layout.taken_back') })
      onClose()
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }

  return (
    <SidePanel
      open
      aside
      onClose={onClose}
      title={<span className="truncate">{t('layout.title', { objects: labelOf(object.label_plural) })}</span>}
      footer={
        <>
          {held && <Button onClick={() => void save(false)}>{t('layout.take_back')}</Button>}
          <span className="flex-1" />
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" aria-busy={busy} onClick={() => void save(true)}>{t('common.save')}</Button>
        </>
      }
    >
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-5 py-2.5">
        <label htmlFor="layout-role" className="text-meta text-fg-2">{t('layout.for')}</label>
        <select id="layout-role" className="input !w-auto !min-h-7 !py-0.5" value={role} onChange={(event) => setRole(event.target.value)}>
          <option value={EVERYONE}>{t('layout.everyone')}</option>
          {(roles.data ?? []).map((one) => <option key={one.id} value={one.id}>{roleName(one)}</option>)}
        </select>
        {!held && <span className="truncate text-meta text-fg-3">{t('layout.none_yet')}</span>}
      </div>
      {laid.isError ? <Failed error={laid.error} onRetry={() => void laid.refetch()} /> : !draft ? <Bones rows={8} /> : <Board object={object} layout={draft} onChange={setDraft} />}
    </SidePanel>
  )
}

/** A layout in which every field has its place, so that what is saved says all of it. */
function whole(object: ObjectDef, layout: Layout | null): Layout {
  const fields = object.fields.filter((field) => field.type !== 'json')
  const sections = (layout ? sectionsByLayout(layout, fields) : sectionsByDefinition(fields)).map(({ name, label, fields: own, collapsed }) => ({ name, label, collapsed, fields: own.map((field) => field.name) }))
  return { facts: layout?.facts ?? [], card: layout?.card ?? [], related: layout?.related ?? [], hidden: (layout?.hidden ?? []).filter((name) => fields.some((field) => field.name === name)), sections }
}

function Board({ object, layout, onChange }: { object: ObjectDef; layout: Layout; onChange: (next: Layout) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const sectionTitle = useSectionTitle()
  const definitions = useDefinitions()
  const [dragged, setDragged] = useState<string | null>(null)
  const [over, setOver] = useState<Place | null>(null)
  const [said, setSaid] = useState('')
  const board = useRef<HTMLDivElement>(null)
  const nameOf = (name: string) => labelOf(object.fields.find((field) => field.name === name)?.label) || name
  const titleOf = (name: string) => (name === HIDDEN ? t('layout.hidden') : sectionTitle(layout.sections.find((section) => section.name === name) ?? { name, label: null }))

  function move(field: string, next: Layout) {
    onChange(next)
    const place = placeOf(next, field)
    if (place) setSaid(t('layout.moved', { field: nameOf(field), section: titleOf(place.section), at: place.at + 1 }))
    requestAnimationFrame(() => board.current?.querySelector<HTMLElement>(`[data-grip="${field}"]`)?.focus())
  }

  function drop(event: DragEvent) {
    event.preventDefault()
    if (dragged && over) onChange(moveField(layout, dragged, over))
    setDragged(null)
    setOver(null)
  }

  const fieldRow = (section: string, name: string, index: number) => {
    const field = object.fields.find((one) => one.name === name)
    return (
      <li
        key={name}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move'
          event.dataTransfer.setData('text/plain', name)
          setDragged(name)
        }}
        onDragEnd={() => { setDragged(null); setOver(null) }}
        onDragOver={(event) => {
          if (!dragged) return
          event.preventDefault()
          event.stopPropagation()
          const box = event.currentTarget.getBoundingClientRect()
          setOver({ section, at: event.clientY < box.top + box.height / 2 ? index : index + 1 })
        }}
        className={cx('relative flex min-h-8 items-center gap-1 rounded-sm pe-1 hover:bg-hover', dragged === name && 'opacity-40', over?.section === section && over.at === index && 'before:absolute before:inset-x-0 before:-top-px before:h-0.5 before:bg-accent')}
      >
        <button
          type="button"
          data-grip={name}
          aria-label={t('layout.grip', { field: nameOf(name), section: titleOf(section) })}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
            event.preventDefault()
            const step = event.key === 'ArrowDown' ? 1 : -1
            if (event.altKey) return move(name, stepField(layout, name, step))
            const grips = [...(board.current?.querySelectorAll<HTMLElement>('[data-grip]') ?? [])]
            grips[grips.indexOf(event.currentTarget) + step]?.focus()
          }}
          className="flex min-h-8 min-w-0 flex-1 cursor-grab items-center gap-2 rounded-sm ps-1.5 text-start"
        >
          <GripVertical size={13} className="shrink-0 text-fg-3" />
          <span className="truncate">{nameOf(name)}</span>
        </button>
        {field?.required && <span className="shrink-0 px-1 text-meta text-fg-3">{t('form.required_mark')}</span>}
        <Drop align="end" trigger={<button type="button" aria-label={t('layout.move', { field: nameOf(name) })} className="grid size-6 shrink-0 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg"><Ellipsis size={14} /></button>}>
          <DropTitle>{t('layout.move_to')}</DropTitle>
          {layout.sections.filter((one) => one.name !== section).map((one) => <DropItem key={one.name} onClick={() => move(name, moveField(layout, name, { section: one.name, at: one.fields.length }))}>{titleOf(one.name)}</DropItem>)}
          {section !== HIDDEN && <><DropLine /><DropItem icon={<EyeOff size={14} />} onClick={() => move(name, moveField(layout, name, { section: HIDDEN, at: 0 }))}>{t('layout.hide')}</DropItem></>}
        </Drop>
      </li>
    )
  }

  const list = (section: string, fields: string[]) => (
    <ul
      onDragOver={(event) => {
        if (!dragged) return
        event.preventDefault()
        if (fields.length === 0) setOver({ section, at: 0 })
      }}
      onDrop={drop}
      className={cx('flex min-h-8 flex-col', over?.section === section && over.at >= fields.length && 'shadow-[0_2px_0_0_var(--accent)]')}
    >
      {fields.map((name, index) => fieldRow(section, name, index))}
      {fields.length === 0 && <li className="flex min-h-8 items-center px-2 text-meta text-fg-3">{t('layout.empty')}</li>}
    </ul>
  )

  const lists = definitions?.objects.filter((other) => other.can.read && other.fields.some((field) => (field.type === 'link' || field.type === 'links') && field.target === object.name)) ?? []
  const ordered = [...lists].sort((a, b) => rank(layout.related, a.name) - rank(layout.related, b.name)).map((one) => one.name)

  return (
    <div ref={board} className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-4 py-4">
      <p className="sr-only" role="status">{said}</p>
      <p className="text-meta text-fg-3">{t('layout.hint')}</p>
      <section aria-label={t('layout.facts')}>
        <h3 className="mb-1 px-1.5 text-meta font-semibold tracking-normal text-fg-2">{t('layout.facts')}</h3>
        <div className="flex flex-wrap items-center gap-1.5 px-1.5">
          {layout.facts.map((name) => (
            <button key={name} type="button" aria-label={t('layout.drop_fact', { field: nameOf(name) })} onClick={() => onChange({ ...layout, facts: toggled(layout.facts, name) })} className="pill !h-6 hover:line-through" data-plain="">{nameOf(name)}</button>
          ))}
          {layout.facts.length < MOST_FACTS && (
            <Pop label={t('layout.facts')} className="w-64" trigger={<Button size="sm"><Plus size={13} />{t('layout.add_fact')}</Button>}>
              <PickList label={t('layout.facts')} multiple items={object.fields.filter((field) => field.type !== 'json' && field.type !== 'long_text').map((field) => ({ value: field.name, text: labelOf(field.label) }))} picked={layout.facts} onPick={(item) => onChange({ ...layout, facts: toggled(layout.facts, item.value).slice(0, MOST_FACTS) })} />
            </Pop>
          )}
        </div>
      </section>
      {layout.sections.map((section, index) => (
        <section key={section.name} aria-label={titleOf(section.name)} className="rounded-md p-1 shadow-[inset_0_0_0_1px_var(--line)]">
          <div className="flex items-center gap-1 pe-1">
            <input
              aria-label={t('layout.section_name')}
              value={typeof section.label === 'string' ? section.label : titleOf(section.name)}
              onChange={(event) => onChange(changeSection(layout, section.name, { label: event.target.value || null }))}
              className="h-8 min-w-0 flex-1 rounded-sm bg-transparent px-2 font-semibold outline-none hover:bg-hover focus:bg-hover"
            />
            <label className="flex items-center gap-1.5 px-1 text-meta text-fg-2"><Tick label={t('layout.folded')} checked={section.collapsed} onChange={(collapsed) => onChange(changeSection(layout, section.name, { collapsed }))} />{t('layout.folded')}</label>
            <button type="button" aria-label={t('layout.section_up', { section: titleOf(section.name) })} disabled={index === 0} onClick={() => onChange(moveSection(layout, section.name, -1))} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-hover hover:text-fg disabled:opacity-40"><ArrowUp size={13} /></button>
            <button type="button" aria-label={t('layout.section_down', { section: titleOf(section.name) })} disabled={index === layout.sections.length - 1} onClick={() => onChange(moveSection(layout, section.name, 1))} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-hover hover:text-fg disabled:opacity-40"><ArrowDown size={13} /></button>
            <button type="button" aria-label={t('layout.section_drop', { section: titleOf(section.name) })} disabled={layout.sections.length < 2} onClick={() => onChange(dropSection(layout, section.name))} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-hover hover:text-bad disabled:opacity-40"><Trash2 size={13} /></button>
          </div>
          {list(section.name, section.fields)}
        </section>
      ))}
      <Button className="self-start" onClick={() => onChange(addSection(layout, t('layout.new_section')))}><Plus size={14} />{t('layout.add_section')}</Button>
      <section aria-label={t('layout.hidden')} className="rounded-md bg-subtle p-1 shadow-[inset_0_0_0_1px_var(--line)]">
        <h3 className="flex h-8 items-center gap-1.5 px-2 text-meta font-semibold tracking-normal text-fg-2"><EyeOff size={13} />{t('layout.hidden')}</h3>
        {list(HIDDEN, layout.hidden)}
      </section>
      {ordered.length > 1 && (
        <section aria-label={t('layout.lists')}>
          <h3 className="mb-1 px-1.5 text-meta font-semibold tracking-normal text-fg-2">{t('layout.lists')}</h3>
          <ol>
            {ordered.map((name, index) => {
              const label = labelOf(objectByName(definitions, name)?.label_plural)
              const shift = (step: 1 | -1) => {
                const next = ordered.filter((one) => one !== name)
                next.splice(index + step, 0, name)
                onChange({ ...layout, related: next })
              }
              return (
                <li key={name} className="flex min-h-8 items-center gap-1 rounded-sm px-2 hover:bg-hover">
                  <span className="flex-1 truncate">{label}</span>
                  <button type="button" aria-label={t('layout.section_up', { section: label })} disabled={index === 0} onClick={() => shift(-1)} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:text-fg disabled:opacity-40"><ArrowUp size={13} /></button>
                  <button type="button" aria-label={t('layout.section_down', { section: label })} disabled={index === ordered.length - 1} onClick={() => shift(1)} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:text-fg disabled:opacity-40"><ArrowDown size={13} /></button>
                </li>
              )
            })}
          </ol>
        </section>
      )}
    </div>
  )
}

function rank(order: readonly string[], name: string): number {
  const at = order.indexOf(name)
  return at === -1 ? order.length : at
}
