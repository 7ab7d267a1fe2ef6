/** The list of any object: views, filters, the table, the peek beside it. Everything it shows is in the URL. */

import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Compass, Ellipsis, Plus, Upload } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { apiUrl } from '@/lib/api'
import { titleField, type ObjectDef } from '@/lib/definitions'
import { PLAIN, printSort, stateFromUrl, TABLE, urlFromState, viewKey, type ListSearch, type ListState } from '@/lib/listUrl'
import { openForm } from '@/lib/panels'
import { bothOf, quoted } from '@/lib/question'
import { useDefinitions, useLabel, useObjectByPlural } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Button, Drop } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { TopBar } from '@/ui/TopBar'
import { usePaused } from '@/lib/usePaused'
import { columnFields, columnsOf, defaultColumns } from './columns'
import { FilterBar } from '@/ui/filter/FilterBar'
import { layouts, LayoutSwitch, SORTED } from './layouts'
import { ListTools } from './ListTools'
import { TableView } from './table/TableView'
import { usePhone } from '@/ui/usePhone'
import { useViews } from './views/useViews'
import { ViewTabs } from './views/ViewTabs'

const ListMenu = lazy(() => import('./ListMenu'))
const PhoneList = lazy(() => import('./PhoneList'))
const ViewWarnings = lazy(() => import('./views/ViewWarnings'))
const Peek = lazy(() => import('./Peek'))

export default function ListPage() {
  const { t } = useTranslation()
  const { plural } = useParams({ from: '/inside/o/$plural' })
  const object = useObjectByPlural(plural)
  const definitions = useDefinitions()
  if (!object) {
    return definitions ? <Blank icon={Compass} title={t('state.no_object')} className="h-full">{t('state.no_object_hint')}</Blank> : null
  }
  return <List key={object.id} object={object} />
}

/** What the buttons of a list open, fetched while the page rests, so that nobody types into a panel still to come. */
function fetchPanels(): void {
  void import('./ListPanels')
  void import('./ListMenu')
  void import('./table/HeaderMenu')
  void import('@/ui/filter/FieldList')
  void import('@/ui/filter/Chips')
  void import('@/ui/filter/ValueEditor')
  void import('@/lib/questionText')
}

function List({ object }: { object: ObjectDef }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const search = useSearch({ from: '/inside/o/$plural' })
  const navigate = useNavigate({ from: '/o/$plural' })
  const { views, first, ready } = useViews(object)
  const view = views.find((candidate) => candidate.id === search.view)
  const held = view?.state ?? PLAIN
  const shownBy = viewKey(search)
  // A panel that opens beside the list must not make columns and sort anew.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const state = useMemo(() => stateFromUrl(search, held), [shownBy, held])
  const phone = usePhone()
  const mayChangeViews = useObjectByPlural('views')?.can.update ?? false
  /** The choice of conditions is open; a name asks for a condition on that field at once. */
  const [adding, setAdding] = useState<boolean | string>(false)

  // A bare address opens the view that this person, their role or the company wants first.
  const bare = ready && first.view !== null && Object.values(search).every((part) => part === undefined) && views.some((one) => one.id === first.view)
  useEffect(() => {
    if (bare && first.view) void navigate({ search: { view: first.view }, replace: true })
  }, [bare, first.view, navigate])

  useEffect(() => {
    if (!('requestIdleCallback' in window)) return
    const waiting = requestIdleCallback(fetchPanels, { timeout: 4000 })
    return () => cancelIdleCallback(waiting)
  }, [])

  const setSearch = useCallback((change: Partial<ListSearch>, replace = true) => {
    void navigate({ search: (before: ListSearch) => ({ ...before, ...change }), replace })
  }, [navigate])
  const setState = useCallback((change: Partial<ListState>) => setSearch(urlFromState({ ...state, ...change }, held)), [setSearch, state, held])

  const fields = useMemo(() => columnFields(object, { created: { en: t('field.created_at') }, updated: { en: t('field.updated_at') } }), [object, t])
  const columns = useMemo(() => columnsOf(fields, state.columns.length > 0 ? state.columns : defaultColumns(object), state.widths, state.pinned), [fields, state.columns, state.widths, state.pinned, object])
  const words = usePaused(state.search.trim(), 200)
  const filter = bothOf(state.filter, words ? `title contains ${quoted(words)}` : '')
  const sort = printSort(state.sort)
  const asked = useMemo(
    // What the title is made of is edited in its column, so its field comes too.
    () => [titleField(object)?.name, ...columns.filter((column) => column.field.section !== 'system' || object.fields.includes(column.field)).map((column) => column.name)].filter(Boolean).join(','),
    [columns, object],
  )
  const Icon = iconOf(object.icon)
  const Layout = layouts[state.layout]
  const exportUrl = (format: string, only = filter) => apiUrl(`/${object.plural}/export`, { format, filter: only, sort, fields: ['title', ...columns.map((column) => column.name)].join(',') })

  return (
    <>
      <TopBar
        crumbs={
          <h1 className="flex min-w-0 items-center gap-2 text-lead font-semibold tracking-normal">
            <Icon size={16} strokeWidth={1.75} className="shrink-0 text-accent-text" />
            <span className="truncate">{labelOf(object.label_plural)}</span>
          </h1>
        }
      >
        <Drop
          align="end"
          trigger={<Button size="icon" aria-label={t('shell.more')}><Ellipsis size={16} /></Button>}
        >
          <Suspense><ListMenu object={object} exportUrl={exportUrl} /></Suspense>
        </Drop>
        {object.can.import && (
          <Button look="outline" className="max-md:hidden" onClick={() => void navigate({ to: '/imports', search: { object: object.plural } })}>
            <Upload size={14} />
            {t('list.import')}
          </Button>
        )}
        {object.can.create && (
          <Button look="primary" onClick={() => openForm({ kind: 'create', object: object.name })}>
            <Plus size={15} />
            {t('list.new', { object: labelOf(object.label).toLocaleLowerCase() })}
          </Button>
        )}
      </TopBar>
      <ViewTabs object={object} views={views} first={first} current={view} search={search} state={state} onGo={(next) => void navigate({ search: next })} />
      {view && view.warnings.length > 0 && <Suspense><ViewWarnings view={view} mayChange={mayChangeViews} /></Suspense>}
      <div className="flex min-h-11 shrink-0 items-center gap-1.5 border-b md:flex-wrap border-line px-3 py-1.5 md:px-4">
        <FilterBar object={object} fields={fields} filter={state.filter} words={state.search} phone={phone} adding={adding} onAdding={setAdding} onFilter={(next) => setState({ filter: next })} onWords={(next) => setState({ search: next })} />
        <LayoutSwitch object={object} layout={state.layout} onLayout={(layout) => setState({ layout })} />
        {(state.layout === TABLE || SORTED.has(state.layout)) && <ListTools object={object} fields={fields} columns={columns} state={state} onState={setState} table={!phone && state.layout === TABLE} />}
      </div>
      <div className="relative flex min-h-0 flex-1">
        {!ready || bare ? null : Layout && state.layout !== TABLE ? (
          <Suspense>
            <Layout
              object={object}
              fields={fields}
              filter={filter}
              sort={sort}
              config={state.config}
              onConfig={(change) => setState({ config: { ...state.config, ...change } })}
              onFilter={(next) => setState({ filter: next })}
              onClear={() => setState({ filter: '', search: '' })}
              peek={search.peek ?? null}
              onPeek={(id) => setSearch({ peek: id ?? undefined })}
              phone={phone}
            />
          </Suspense>
        ) : phone ? (
          <Suspense>
            <PhoneList object={object} columns={columns} fields={fields} filter={filter} sort={sort} asked={asked} state={state} onClear={() => setState({ filter: '', search: '' })} />
          </Suspense>
        ) : (
          <TableView
            object={object}
            columns={columns}
            fields={fields}
            filter={filter}
            asked={asked}
            peek={search.peek ?? null}
            state={state}
            onState={setState}
            onPeek={(id) => setSearch({ peek: id ?? undefined })}
            onAddFilter={(field) => setAdding(field ?? true)}
            exportUrl={exportUrl}
          />
        )}
        {search.peek && !phone && (
          // A boundary of its own: waiting for the panel must not hide the table and lose its focus.
          <Suspense>
            <Peek object={object} id={search.peek} onClose={() => setSearch({ peek: undefined })} />
          </Suspense>
        )}
      </div>
    </>
  )
}

