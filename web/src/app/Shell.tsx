/** The frame around every page: sidebar or rail, the inset sheet, the bottom bar of a phone, and what lies over all of it. */

import { useQueryClient } from '@tanstack/react-query'
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useLayoutEffect, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { clashStore, jobStore, useActs } from '@/lib/actions'
import { commandFor } from '@/lib/commands'
import { objectByName } from '@/lib/definitions'
import { needTexts } from '@/lib/i18n'
import { isCommand, isTyping } from '@/lib/keys'
import { followLedger } from '@/lib/live'
import { mergeStore } from '@/lib/merging'
import { formStore, notificationsStore, openForm, outboxOpenStore, paletteStore, peekStore, shortcutsStore, signInStore } from '@/lib/panels'
import { mayAnalyse } from '@/lib/pages'
import { onBack } from '@/lib/reach'
import { useDefinitions, useSession, useSettings } from '@/lib/session'
import { useStore } from '@/lib/store'
import { leaveTrail } from '@/lib/trail'
import { BottomBar } from './BottomBar'
import { Sidebar } from './Sidebar'
import { useBrand } from './useBrand'
import { StateBar } from './StateBar'

const Palette = lazy(() => import('@/features/search/Palette'))
const RecordForm = lazy(() => import('@/features/forms/RecordForm'))
const ClashDialog = lazy(() => import('@/features/record/ClashDialog'))
const Shortcuts = lazy(() => import('./Shortcuts'))
const SignInAgain = lazy(() => import('./SignInAgain'))
const OutboxDialog = lazy(() => import('./OutboxDialog'))
const Notifications = lazy(() => import('@/features/notifications/Notifications'))
const PeekPanel = lazy(() => import('@/features/record/PeekPanel'))
const MergeDialog = lazy(async () => (await Promise.all([import('@/features/consolidation/MergeDialog'), needTexts('consolidation')]))[0])
const JobBar = lazy(() => import('@/features/lists/JobBar'))

/** G then a letter: the areas in the order of the sidebar. */
const AREA_KEYS: Record<string, string> = { c: 'customers', s: 'sales', m: 'marketing', v: 'service', o: 'commerce', l: 'loyalty', b: 'community', a: 'analytics', w: 'automation' }
/** C then a letter. */
const CREATE_KEYS: Record<string, string> = { p: 'contact', d: 'deal', t: 'ticket' }

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => window.innerWidth < 1100)
  useEffect(() => {
    const media = window.matchMedia('(max-width: 1099px)')
    const change = () => setNarrow(media.matches)
    media.addEventListener('change', change)
    return () => media.removeEventListener('change', change)
  }, [])
  return narrow
}

export function Shell() {
  const { t } = useTranslation()
  useBrand()
  const narrow = useNarrow()
  const [settings, setSettings] = useSettings()
  const rail = narrow || settings.rail === true
  const palette = useStore(paletteStore)
  const form = useStore(formStore)
  const clash = useStore(clashStore)
  const shortcuts = useStore(shortcutsStore)
  const job = useStore(jobStore)
  const told = useStore(notificationsStore)
  const peek = useStore(peekStore)
  const merge = useStore(mergeStore)
  const outbox = useStore(outboxOpenStore)
  const again = useStore(signInStore)
  const session = useSession()
  const queries = useQueryClient()
  const acts = useActs()

  // A quote has an editor of its own, and begins there.
  const navigate = useNavigate()
  useEffect(() => {
    if (form?.kind !== 'create' || form.object !== 'quote') return
    formStore.set(null)
    const from = (name: string) => (typeof form.preset?.[name] === 'string' ? { [name]: form.preset[name] as string } : {})
    void navigate({ to: '/quotes/new', search: { ...from('deal'), ...from('contact'), ...from('company') } })
  }, [form, navigate])

  const user = session?.user.id
  useEffect(() => (user ? followLedger(queries) : undefined), [queries, user])
  // What was changed while the server was away goes out when it is back, and what an earlier visit left behind at once.
  useEffect(() => {
    if (!user) return
    void acts.sendKept()
    return onBack(() => void acts.sendKept())
  }, [user, acts])
  useTrail()
  usePageKeys(() => setSettings((held) => ({ ...held, rail: !(held.rail ?? false) })), settings.letters !== false)

  return (
    <div className="flex h-full flex-col">
      <a href="#page" className="sr-only focus:not-sr-only focus:fixed focus:start-2 focus:top-2 focus:z-90 focus:rounded-sm focus:bg-raised focus:px-3 focus:py-2 focus:shadow-3">
        {t('shell.skip')}
      </a>
      <StateBar />
      <div className="flex min-h-0 flex-1">
        <Sidebar rail={rail} />
        <main id="page" tabIndex={-1} className="relative my-2 me-2 flex min-w-0 flex-1 flex-col overflow-hidden rounded-lg bg-surface shadow-[0_0_0_1px_var(--line),var(--depth-1)] outline-none max-md:m-0 max-md:rounded-none max-md:pb-14">
          <Outlet />
        </main>
      </div>
      <BottomBar />
      <Suspense>
        {palette && <Palette />}
        {form && <RecordForm key={form.kind === 'edit' ? form.id : `${form.object} ${JSON.stringify(form.preset ?? null)}`} request={form} />}
        {clash && <ClashDialog clash={clash} />}
        {shortcuts && <Shortcuts />}
        {job && <JobBar plural={job.plural} job={job.job} />}
        {told && <Notifications />}
        {peek && <PeekPanel request={peek} />}
        {merge && <MergeDialog request={merge} />}
        {outbox && <OutboxDialog />}
        {again && <SignInAgain request={again} />}
      </Suspense>
    </div>
  )
}

/** The list that was open last, so that a record opened from it knows the way back and on. */
function useTrail(): void {
  const at = useRouterState({ select: (state) => state.location.href })
  useEffect(() => {
    const plural = /^\/o\/([^/?#]+)(?:\?[^#]*)?$/.exec(at)?.[1]
    if (plural) leaveTrail({ href: at, plural })
    // A panel about one page has nothing to say on the next.
    peekStore.set(null)
  }, [at])
}

/** Keys that hold on every page. Single letters rest while something is typed and can be switched off. */
function usePageKeys(foldSidebar: () => void, letters: boolean): void {
  const navigate = useNavigate()
  const definitions = useDefinitions()
  const acts = useActs()

  // Before the page is painted: whoever sees it may press its keys.
  useLayoutEffect(() => {
    let lead: { key: string; at: number } | null = null
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      if (isCommand(event) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        paletteStore.set(!paletteStore.get())
        return
      }
      if (isTyping(event.target)) return
      if (isCommand(event) && event.key.toLowerCase() === 'z') {
        event.preventDefault()
        if (event.shiftKey) acts.redo()
        else acts.undo()
        return
      }
      if (event.metaKey || event.ctrlKey || event.altKey || !letters) return

      const started = lead && Date.now() - lead.at < 1200 ? lead.key : null
      lead = null
      if (started === 'g') {
        if (event.key === 'h') return void navigate({ to: '/' })
        const area = AREA_KEYS[event.key]
        const object = definitions?.objects.find((candidate) => candidate.area === area)
        if (object) {
          event.preventDefault()
          void navigate({ to: '/o/$plural', params: { plural: object.plural } })
        } else if (area === 'analytics' && mayAnalyse(definitions)) {
          event.preventDefault()
          void navigate({ to: '/analysis' })
        }
        return
      }
      if (started === 'c') {
        const object = objectByName(definitions, CREATE_KEYS[event.key] ?? '')
        if (object?.can.create) {
          event.preventDefault()
          openForm({ kind: 'create', object: object.name })
        }
        return
      }
      const command = commandFor(event.key)
      if (event.key === 'g') lead = { key: 'g', at: Date.now() }
      else if (command) {
        event.preventDefault()
        command.run()
      } else if (event.key === 'c') lead = { key: 'c', at: Date.now() }
      else if (event.key === '[') foldSidebar()
      else if (event.key === 'i') notificationsStore.set(true)
      else if (event.key === '?') shortcutsStore.set(true)
      else if (event.key === '/') {
        event.preventDefault()
        const box = document.querySelector<HTMLInputElement>('[data-list-search]')
        if (box) box.focus()
        else paletteStore.set(true)
      }
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [navigate, definitions, acts, foldSidebar, letters])
}
