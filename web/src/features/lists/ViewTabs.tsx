/** Saved views as tabs: each keeps filters, sort and columns; a changed one offers Reset and Save. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, Pencil, Plus, Table2, Trash2 } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { reasonOf } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import type { ObjectDef } from '@/lib/definitions'
import { hueOf } from '@/lib/format'
import { configFromState, isChanged, stateFromConfig, type ListSearch, type ListState } from '@/lib/listUrl'
import { quoted } from '@/lib/question'
import { createRecord, fewQuery, saveRecord, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel } from '@/lib/session'
import { Button, cx, Drop, DropItem, IconButton } from '@/ui/kit'

const NameDialog = lazy(() => import('./NameDialog'))

export interface View {
  id: string
  name: string
  state: ListState
  record: RecordData
}

export function useViews(object: ObjectDef): { views: View[]; ready: boolean } {
  const definitions = useDefinitions()
  const known = definitions?.objects.some((candidate) => candidate.name === 'view' && candidate.can.read) ?? false
  const { data, isPending } = useQuery({ ...fewQuery('views', { filter: `object_name = ${quoted(object.name)}`, limit: 50, sort: 'created_at' }), enabled: known, retry: false })
  const views = useMemo(() => (data?.data ?? []).map((record) => ({ id: record.id, name: String(record['name'] ?? record.title), state: stateFromConfig(record['config']), record })), [data])
  return { views, ready: !known || !isPending }
}

export function ViewTabs({ object, views, current, search, state, onGo }: { object: ObjectDef; views: View[]; current: View | undefined; search: ListSearch; state: ListState; onGo: (search: ListSearch) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const acts = useActs()
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const [naming, setNaming] = useState<'new' | 'rename' | null>(null)
  const changed = isChanged(search)
  const viewObject = definitions?.objects.find((candidate) => candidate.name === 'view')
  const mayCreate = viewObject?.can.create ?? false

  async function saveChanges() {
    if (!current) return
    try {
      await saveRecord('views', current.id, { config: configFromState(state) })
      await queries.invalidateQueries({ queryKey: ['few', 'views'] })
      onGo({ view: current.id })
      notify({ text: t('view.saved', { name: current.name }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  async function saveAs(name: string, visibility: string) {
    if (naming === 'rename' && current) {
      await saveRecord('views', current.id, { name, visibility })
      await queries.invalidateQueries({ queryKey: ['few', 'views'] })
    } else {
      const { data } = await createRecord('views', { name, object_name: object.name, visibility, config: configFromState(state) })
      await queries.invalidateQueries({ queryKey: ['few', 'views'] })
      onGo({ view: data.id })
    }
    setNaming(null)
  }

  return (
    <div className="flex h-11 shrink-0 items-center gap-0.5 border-b border-line px-3">
      <div role="tablist" aria-label={t('view.tabs')} className="flex min-w-0 items-center gap-0.5 overflow-x-auto py-1 [scrollbar-width:none]">
        <ViewTab active={!current} onClick={() => onGo({})} name={t('view.all', { objects: labelOf(object.label_plural).toLocaleLowerCase() })} icon={<Table2 size={14} className={current ? 'text-fg-3' : 'text-accent-text'} />} />
        {views.map((view) => (
          <ViewTab
            key={view.id}
            active={view.id === current?.id}
            onClick={() => onGo({ view: view.id })}
            name={view.name}
            icon={<i className="dot size-2 shrink-0 rounded-[3px]" style={{ '--hue': hueOf(view.name) } as React.CSSProperties} />}
          />
        ))}
      </div>
      {mayCreate && <IconButton label={t('view.new')} onClick={() => setNaming('new')}><Plus size={15} /></IconButton>}
      {current && viewObject?.can.update && (
        <Drop trigger={<Button size="icon" aria-label={t('view.menu', { name: current.name })}><Ellipsis size={15} /></Button>}>
          <DropItem icon={<Pencil size={14} />} onClick={() => setNaming('rename')}>{t('view.rename')}</DropItem>
          <DropItem
            icon={<Trash2 size={14} />}
            danger
            onClick={() => {
              onGo({})
              void acts.trash(viewObject, current.record).then(() => queries.invalidateQueries({ queryKey: ['few', 'views'] }))
            }}
          >
            {t('view.delete')}
          </DropItem>
        </Drop>
      )}
      <span className="flex-1" />
      {changed && (
        <span className="flex shrink-0 items-center gap-1">
          <Button size="sm" onClick={() => onGo(current ? { view: current.id } : {})}>{t('view.reset')}</Button>
          {current && viewObject?.can.update ? (
            <Button size="sm" look="soft" onClick={() => void saveChanges()}>{t('common.save')}</Button>
          ) : (
            mayCreate && <Button size="sm" look="soft" onClick={() => setNaming('new')}>{t('view.save_as')}</Button>
          )}
        </span>
      )}
      {naming && <Suspense><NameDialog key={naming} title={naming === 'new' ? t('view.new') : t('view.rename')} first={naming === 'rename' ? current : undefined} onClose={() => setNaming(null)} onSave={saveAs} /></Suspense>}
    </div>
  )
}

function ViewTab({ active, name, icon, onClick }: { active: boolean; name: string; icon: React.ReactNode; onClick: () => void }) {
  return (
    <button type="button" role="tab" aria-selected={active} onClick={onClick} className={cx('flex h-7 shrink-0 items-center gap-2 rounded-sm px-2.5 font-medium whitespace-nowrap pointer-coarse:h-9', active ? 'bg-hover text-fg' : 'text-fg-2 hover:bg-hover')}>
      {icon}
      {name}
    </button>
  )
}
