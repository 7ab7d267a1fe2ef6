/** Saved views as tabs: each keeps filters, sort, columns and layout; a changed one offers Reset and Save. */

import { useQueryClient } from '@tanstack/react-query'
import { CalendarDays, ChartColumn, Ellipsis, Grid3x3, Kanban, LayoutGrid, Plus, Table2, type LucideIcon } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import type { ObjectDef } from '@/lib/definitions'
import { hueOf } from '@/lib/format'
import { ALL, configFromState, isChanged, kindOf, type ListSearch, type ListState } from '@/lib/listUrl'
import { createRecord, refreshObject, saveRecord } from '@/lib/records'
import { useDefinitions, useLabel } from '@/lib/session'
import { Button, cx, Drop, IconButton } from '@/ui/kit'
import type { DefaultView, View } from './useViews'

const NameDialog = lazy(() => import('./NameDialog'))
const ViewMenu = lazy(() => import('./ViewMenu'))

const KIND_ICONS: Record<string, LucideIcon> = { board: Kanban, calendar: CalendarDays, gallery: LayoutGrid, pivot: Grid3x3, chart: ChartColumn }

export function ViewTabs({ object, views, first, current, search, state, onGo }: {
  object: ObjectDef
  views: View[]
  first: DefaultView
  current: View | undefined
  search: ListSearch
  state: ListState
  onGo: (search: ListSearch) => void
}) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const [naming, setNaming] = useState<'new' | 'change' | null>(null)
  const strip = useRef<HTMLDivElement>(null)
  const changed = isChanged(search)
  const viewObject = definitions?.objects.find((candidate) => candidate.name === 'view')
  const mayCreate = viewObject?.can.create ?? false
  // With a view that opens first, the plain list needs a name of its own.
  const plain: ListSearch = first.view ? { view: ALL } : {}

  // With the next frame: asked for at once, the whole page would be laid out twice.
  useEffect(() => {
    const frame = requestAnimationFrame(() => strip.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }))
    return () => cancelAnimationFrame(frame)
  }, [current?.id])

  async function saveChanges() {
    if (!current) return
    try {
      await saveRecord('views', current.id, { config: configFromState(state), kind: kindOf(state) })
      refreshObject(queries, 'views')
      await queries.invalidateQueries({ queryKey: ['few', 'views'] })
      onGo({ view: current.id })
      notify({ text: t('view.saved', { name: current.name }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  async function saveAs(name: string, visibility: string) {
    if (naming === 'change' && current) {
      await saveRecord('views', current.id, { name, visibility })
      await queries.invalidateQueries({ queryKey: ['few', 'views'] })
    } else {
      const { data } = await createRecord('views', { name, object_name: object.name, visibility, kind: kindOf(state), config: configFromState(state) })
      await queries.invalidateQueries({ queryKey: ['few', 'views'] })
      onGo({ view: data.id })
    }
    setNaming(null)
  }

  const saveLabel = current?.visibility === 'everyone' ? t('view.save_for_everyone') : current?.visibility === 'team' ? t('view.save_for_team') : t('common.save')
  return (
    <div className="flex h-11 shrink-0 items-center gap-0.5 border-b border-line px-3">
      <div ref={strip} role="tablist" aria-label={t('view.tabs')} className="flex min-w-0 items-center gap-0.5 overflow-x-auto py-1 [scrollbar-width:none]" onKeyDown={walkTabs}>
        <ViewTab active={!current} onClick={() => onGo(plain)} name={t('view.all', { objects: labelOf(object.label_plural).toLocaleLowerCase() })} icon={<Table2 size={14} className={current ? 'text-fg-3' : 'text-accent-text'} />} />
        {views.map((view) => {
          const Icon = KIND_ICONS[view.state.layout]
          return (
            <ViewTab
              key={view.id}
              active={view.id === current?.id}
              onClick={() => onGo({ view: view.id })}
              name={view.name}
              icon={Icon ? <Icon size={14} className={view.id === current?.id ? 'text-accent-text' : 'text-fg-3'} /> : <i className="dot size-2 shrink-0 rounded-[3px]" style={{ '--hue': hueOf(view.name) } as React.CSSProperties} />}
            />
          )
        })}
      </div>
      {mayCreate && <IconButton label={t('view.new')} onClick={() => setNaming('new')}><Plus size={15} /></IconButton>}
      {current && viewObject && (
        <Drop trigger={<Button size="icon" aria-label={t('view.menu', { name: current.name })}><Ellipsis size={15} /></Button>}>
          <Suspense>
            <ViewMenu object={object} viewObject={viewObject} view={current} views={views} first={first} onRename={() => setNaming('change')} onCopy={() => setNaming('new')} onGone={() => onGo(first.view === current.id ? {} : plain)} />
          </Suspense>
        </Drop>
      )}
      <span className="flex-1" />
      {changed && (
        <span className="flex shrink-0 items-center gap-1">
          <Button size="sm" onClick={() => onGo(current ? { view: current.id } : plain)}>{t('view.reset')}</Button>
          {current && viewObject?.can.update ? (
            <>
              {mayCreate && <Button size="sm" className="max-lg:hidden" onClick={() => setNaming('new')}>{t('view.save_new')}</Button>}
              <Button size="sm" look="soft" aria-label={saveLabel} onClick={() => void saveChanges()}><Narrow short={t('common.save')}>{saveLabel}</Narrow></Button>
            </>
          ) : (
            mayCreate && <Button size="sm" look="soft" aria-label={t('view.save_as')} onClick={() => setNaming('new')}><Narrow short={t('common.save')}>{t('view.save_as')}</Narrow></Button>
          )}
        </span>
      )}
      {naming && <Suspense><NameDialog key={naming} title={naming === 'new' ? t('view.new') : t('view.rename')} first={naming === 'change' ? current : undefined} onClose={() => setNaming(null)} onSave={saveAs} /></Suspense>}
    </div>
  )
}

function ViewTab({ active, name, icon, onClick }: { active: boolean; name: string; icon: ReactNode; onClick: () => void }) {
  return (
    <button
      type="button"
      role="tab"
      aria-selected={active}
      tabIndex={active ? 0 : -1}
      onClick={onClick}
      className={cx('flex h-7 shrink-0 items-center gap-2 rounded-sm px-2.5 font-medium whitespace-nowrap pointer-coarse:h-9', active ? 'bg-hover text-fg' : 'text-fg-2 hover:bg-hover')}
    >
      {icon}
      {name}
    </button>
  )
}

/** All the words where there is room for them beside the tabs, else the first of them. */
function Narrow({ short, children }: { short: string; children: ReactNode }) {
  return (
    <>
      <span className="md:hidden">{short}</span>
      <span className="max-md:hidden">{children}</span>
    </>
  )
}

/** Arrows walk between tabs, as everywhere. */
function walkTabs(event: React.KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')]
  const at = tabs.indexOf(document.activeElement as HTMLElement)
  const forward = (event.key === 'ArrowRight') !== (getComputedStyle(event.currentTarget).direction === 'rtl')
  const next = tabs[(at + (forward ? 1 : -1) + tabs.length) % tabs.length]
  if (at === -1 || !next) return
  event.preventDefault()
  next.focus()
}
