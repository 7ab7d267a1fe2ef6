/** The palette: recent things first, then what the index finds, then every command. Typing never waits for the server. */

import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Bookmark, Combine, CornerDownLeft, Gauge, House, Inbox, Languages, LogOut, Monitor, Moon, PanelLeft, Plus, Redo2, Search, Settings, Sun, Trash2, Undo2, Upload, CircleHelp, Zap } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { useActs } from '@/lib/actions'
import { commandStore } from '@/lib/commands'
import { faceOf, objectByName, type ObjectDef } from '@/lib/definitions'
import { changeLanguage, LANGUAGES } from '@/lib/i18n'
import { shortcut } from '@/lib/keys'
import { favouritesQuery, recentsQuery } from '@/lib/me'
import { ANALYSIS_PAGES, mayAnalyse } from '@/lib/pages'
import { notificationsStore, openForm, paletteStore, shortcutsStore } from '@/lib/panels'
import { useDefinitions, useLabel, useSettings } from '@/lib/session'
import { signOut } from '@/lib/signOut'
import { useStore } from '@/lib/store'
import { setTheme } from '@/lib/theme'
import { Face } from '@/ui/Face'
import { iconOf } from '@/ui/icons'
import { Key } from '@/ui/kit'
import { usePaused } from '@/lib/usePaused'

interface Item {
  value: string
  label: string
  hint?: string | undefined
  icon: ReactNode
  keys?: string[]
  marked?: boolean
  run: () => void
}

interface Found {
  /** What was looked for instead of what was typed. */
  did_you_mean?: string
  groups: { object: string; data: { id: string; title: string; subtitle?: string | null; match?: string | null }[] }[]
}

export default function Palette() {
  const { t, i18n } = useTranslation()
  const labelOf = useLabel()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const [, setSettings] = useSettings()
  const acts = useActs()
  const onPage = useStore(commandStore)
  const recents = useQuery(recentsQuery).data
  const favourites = useQuery(favouritesQuery).data
  const [text, setText] = useState('')
  const wanted = text.trim()
  const asked = usePaused(wanted, 80)

  const found = useQuery({
    queryKey: ['search', asked],
    queryFn: async ({ signal }) => (await ask<Found>('GET', '/search', { query: { q: asked, limit: 5 }, signal })).data,
    enabled: asked.length > 0,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
    retry: false,
  })

  const commands = useMemo<Item[]>(() => {
    const objects = definitions?.objects.filter((object) => object.can.read && !['view', 'order_line'].includes(object.name)) ?? []
    const icon = (Icon: typeof House) => <Icon size={16} strokeWidth={1.75} />
    const objectIcon = (object: ObjectDef) => icon(iconOf(object.icon))
    const charts = icon(iconOf('chart-line'))
    const createKeys: Record<string, string[]> = { contact: ['C', 'P'], deal: ['C', 'D'], ticket: ['C', 'T'] }
    return [
      { value: 'home', label: t('palette.go', { place: t('area.home') }), icon: icon(House), keys: ['G', 'H'], run: () => void navigate({ to: '/' }) },
      ...objects.map((object): Item => ({ value: `go.${object.name}`, label: t('palette.go', { place: labelOf(object.label_plural) }), icon: objectIcon(object), run: () => void navigate({ to: '/o/$plural', params: { plural: object.plural }, search: {} }) })),
      ...objects.filter((object) => object.can.create).map((object): Item => ({ value: `new.${object.name}`, label: t('palette.create', { object: labelOf(object.label).toLocaleLowerCase() }), icon: icon(Plus), ...(createKeys[object.name] ? { keys: createKeys[object.name] as string[] } : {}), run: () => openForm({ kind: 'create', object: object.name }) })),
      { value: 'duplicates', label: t('palette.go', { place: t('duplicates.title') }), icon: icon(Combine), run: () => void navigate({ to: '/duplicates', search: {} }) },
      { value: 'quality', label: t('palette.go', { place: t('quality.title') }), icon: icon(Gauge), run: () => void navigate({ to: '/quality' }) },
      ...(mayAnalyse(definitions) ? ANALYSIS_PAGES.map(({ to, label }): Item => ({ value: to, label: t('palette.go', { place: `${t('area.analytics')}: ${t(label)}` }), icon: charts, run: () => void navigate({ to, search: {} }) })) : []),
      { value: 'inbox', label: t('inbox.title'), icon: icon(Inbox), keys: ['I'], run: () => notificationsStore.set(true) },
      { value: 'undo', label: t('palette.undo'), icon: icon(Undo2), keys: [shortcut('⌘Z')], run: acts.undo },
      { value: 'redo', label: t('palette.redo'), icon: icon(Redo2), keys: [shortcut('⌘⇧Z')], run: acts.redo },
      ...objects.filter((object) => object.can.delete).map((object): Item => ({ value: `bin.${object.name}`, label: t('palette.bin', { objects: labelOf(object.label_plural) }), icon: icon(Trash2), run: () => void navigate({ to: '/trash/$plural', params: { plural: object.plural } }) })),
      { value: 'fold', label: t('shortcuts.fold'), icon: icon(PanelLeft), keys: ['['], run: () => setSettings((held) => ({ ...held, rail: !(held.rail ?? false) })) },
      { value: 'import', label: t('palette.import'), icon: icon(Upload), run: () => void navigate({ to: '/imports', search: {} }) },
      { value: 'theme.light', label: t('palette.theme_light'), icon: icon(Sun), run: () => setTheme('light') },
      { value: 'theme.dark', label: t('palette.theme_dark'), icon: icon(Moon), run: () => setTheme('dark') },
      { value: 'theme.system', label: t('palette.theme_system'), icon: icon(Monitor), run: () => setTheme('system') },
      ...LANGUAGES.filter((language) => language.code !== i18n.language).map((language): Item => ({ value: `language.${language.code}`, label: t('palette.language', { language: language.name }), icon: icon(Languages), run: () => void changeLanguage(language.code) })),
      { value: 'settings', label: t('palette.go', { place: t('area.settings') }), icon: icon(Settings), run: () => void navigate({ to: '/settings' }) },
      { value: 'shortcuts', label: t('shortcuts.title'), icon: icon(CircleHelp), keys: ['?'], run: () => shortcutsStore.set(true) },
      { value: 'leave', label: t('session.sign_out'), icon: icon(LogOut), run: () => void signOut(queries).then(() => navigate({ to: '/sign-in', search: {} })) },
    ]
  }, [definitions, t, i18n.language, labelOf, navigate, queries, acts, setSettings])

  /** What the open page and record can do comes before everything else. */
  const here = useMemo(() => onPage.toReversed().flatMap(({ title, commands: own }) => {
    const items = own.filter((command) => !command.onlyKeys).map((command): Item => ({
      value: `here.${title}.${command.id}`, label: command.label, icon: <Zap size={16} strokeWidth={1.75} />, keys: command.shown ?? (command.key ? [command.key.toUpperCase()] : []), run: command.run,
    }))
    return items.length > 0 ? [{ value: title, items }] : []
  }), [onPage])

  const groups = useMemo(() => {
    const open = (object: ObjectDef, id: string) => () => void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id } })
    if (wanted === '') {
      const pointed = (prefix: string, all: typeof recents, most: number) => (all ?? []).slice(0, most).flatMap((one): Item[] => {
        if (one.view_of) return [{ value: `${prefix}.${one.id}`, label: one.title, hint: labelOf(definitions?.objects.find((candidate) => candidate.plural === one.view_of)?.label_plural), icon: <Bookmark size={16} />, run: () => void navigate({ to: '/o/$plural', params: { plural: one.view_of ?? '' }, search: { view: one.id } }) }]
        const object = objectByName(definitions, one.object)
        return object ? [{ value: `${prefix}.${one.id}`, label: one.title || t('common.untitled'), hint: labelOf(object.label), icon: <Face kind={faceOf(object)} name={one.title} icon={object.icon} size={20} />, run: open(object, one.id) }] : []
      })
      return [
        ...here.map((group) => ({ ...group, items: group.items.slice(0, 6) })),
        { value: t('palette.recent'), items: pointed('recent', recents, 6) },
        { value: t('shell.favourites'), items: pointed('favourite', favourites, 4) },
        { value: t('palette.commands'), items: commands },
      ].filter((group) => group.items.length > 0)
    }
    const hits = (asked ? (found.data?.groups ?? []) : []).flatMap((group) => {
      const object = objectByName(definitions, group.object)
      if (!object || group.data.length === 0) return []
      // What was mistyped and found all the same says so.
      const meant = found.data?.did_you_mean
      return [{
        value: meant ? `${labelOf(object.label_plural)} · ${t('palette.meant', { text: meant })}` : labelOf(object.label_plural),
        items: group.data.map((hit): Item => ({
          value: `hit.${hit.id}`,
          label: hit.title || t('common.untitled'),
          hint: hit.match && hit.match !== hit.title ? hit.match : (hit.subtitle ?? undefined),
          icon: <Face kind={faceOf(object)} name={hit.title} icon={object.icon} size={20} />,
          marked: true,
          run: open(object, hit.id),
        })),
      }]
    })
    const words = wanted.toLocaleLowerCase().split(/\s+/)
    const fits = (command: Item) => words.every((word) => command.label.toLocaleLowerCase().includes(word))
    const own = here.flatMap((group) => {
      const items = group.items.filter(fits)
      return items.length > 0 ? [{ ...group, items }] : []
    })
    const matching = commands.filter(fits).slice(0, 8)
    return [...own, ...hits, ...(matching.length > 0 ? [{ value: t('palette.commands'), items: matching }] : [])]
  }, [wanted, asked, recents, favourites, here, definitions, found.data, commands, t, labelOf, navigate])

  const close = () => paletteStore.set(false)
  const searching = wanted !== '' && (found.isFetching || wanted !== asked)

  return (
    <Dialog.Root open onOpenChange={(next) => !next && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Viewport className="fixed inset-0 z-50 flex items-start justify-center px-3 pt-[12vh] max-md:pt-3">
          <Dialog.Popup aria-label={t('palette.title')} className="pop w-full max-w-[620px] overflow-hidden !rounded-xl">
            <Autocomplete.Root open inline items={groups} mode="none" autoHighlight="always" keepHighlight value={text} onValueChange={setText} itemToStringValue={(item: Item) => item.label}>
              <div className="flex h-[52px] items-center gap-3 border-b border-line px-4">
                <Search size={17} className="shrink-0 text-fg-3" />
                <Autocomplete.Input aria-label={t('palette.title')} placeholder={t('palette.hint')} className="h-full min-w-0 flex-1 bg-transparent text-[15px] outline-none" />
                <button type="button" onClick={close}><span className="sr-only">{t('common.close')} </span><Key>esc</Key></button>
              </div>
              <div className="max-h-[min(420px,60vh)] overflow-y-auto overscroll-contain p-1.5">
                {groups.length === 0 && (
                  <p className="px-3 py-10 text-center text-fg-3" role="status">
                    {searching ? t('common.loading') : found.isError ? t('state.failed') : t('palette.nothing', { text: wanted })}
                  </p>
                )}
                <Autocomplete.List>
                  {(group: { value: string; items: Item[] }) => (
                    <Autocomplete.Group key={group.value} items={group.items}>
                      <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-label font-medium text-fg-3">{group.value}</Autocomplete.GroupLabel>
                      <Autocomplete.Collection>
                        {(item: Item) => (
                          <Autocomplete.Item
                            key={item.value}
                            value={item}
                            onClick={() => {
                              close()
                              item.run()
                            }}
                            className="item !min-h-9 !gap-3 !rounded-md !px-2.5"
                          >
                            <span className="grid size-5 shrink-0 place-items-center text-fg-2">{item.icon}</span>
                            <span className="max-w-[65%] shrink-0 truncate font-medium">{item.marked ? <Marked text={item.label} words={wanted} /> : item.label}</span>
                            {item.hint && <span className="min-w-0 flex-1 truncate text-fg-3">{item.marked ? <Marked text={item.hint} words={wanted} /> : item.hint}</span>}
                            <span className="flex-1" />
                            {item.keys && <span className="flex gap-1">{item.keys.map((key) => <Key key={key}>{key}</Key>)}</span>}
                          </Autocomplete.Item>
                        )}
                      </Autocomplete.Collection>
                    </Autocomplete.Group>
                  )}
                </Autocomplete.List>
              </div>
              <div className="flex h-9 items-center gap-4 border-t border-line bg-subtle px-4 text-label text-fg-3 max-md:hidden">
                <span className="flex items-center gap-1"><Key>↑</Key><Key>↓</Key> {t('palette.move')}</span>
                <span className="flex items-center gap-1"><Key><CornerDownLeft size={10} /></Key> {t('palette.open')}</span>
                <span className="flex-1" />
                {searching && groups.length > 0 && <span role="status">{t('palette.searching')}</span>}
              </div>
            </Autocomplete.Root>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** The searched words inside a text, marked. */
function Marked({ text, words }: { text: string; words: string }) {
  const parts = words.split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  if (parts.length === 0) return text
  return text.split(new RegExp(`(${parts.join('|')})`, 'giu')).map((part, index) =>
    index % 2 === 1 ? <mark key={index} className="rounded-[2px] bg-accent-soft text-accent-text">{part}</mark> : part,
  )
}
