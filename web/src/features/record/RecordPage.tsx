/** Everything about one record: who or what it is, how things stand, what happened, and all its values. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, CalendarPlus, Combine, Compass, Copy, Ellipsis, Eraser, FileText, FileUp, LayoutPanelLeft, Link2, ListPlus, Lock, Pencil, Phone, Plus, ShieldCheck, ShieldQuestion, Star, Trash2, Undo2 } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf } from '@/lib/api'
import { lookAtRights, notify, useActs } from '@/lib/actions'
import { useCommands, type Command } from '@/lib/commands'
import { faceOf, objectByName, storedType, templateFields, type ObjectDef } from '@/lib/definitions'
import { formatAddress, formatDate, formatNumber, type Address } from '@/lib/format'
import { needTexts } from '@/lib/i18n'
import { useLayout } from '@/lib/layout'
import { noteOpened, useFavourites } from '@/lib/me'
import { isMergeable, mergeStore } from '@/lib/merging'
import { openForm } from '@/lib/panels'
import { usePresence } from '@/lib/presence'
import { isEmpty, linkedOf, recordQuery, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useLocale, useObjectByPlural, useSession } from '@/lib/session'
import { keptJson } from '@/lib/storage'
import { neighboursIn, stepFrom, trailOf } from '@/lib/trail'
import { Details } from '@/ui/Details'
import { Face } from '@/ui/Face'
import { FieldValue, LinkChip } from '@/ui/FieldValue'
import { KeyFigures } from '@/ui/KeyFigures'
import { Button, cx, Drop, DropItem, DropLine, IconButton } from '@/ui/kit'
import { Blank, Bone, Failed } from '@/ui/states'
import { TopBar } from '@/ui/TopBar'
import { Ahead } from './Ahead'
import { Composer, mayCompose, type Asked, type ComposerKind } from './Composer'
import { Presence } from './Presence'
import { stageField, StageStrip } from './StageStrip'
import { useRelated } from './useRelated'
import { Timeline } from './Timeline'

const Sameness = lazy(async () => (await Promise.all([import('./Sameness'), needTexts('consolidation')]))[0])
const Value = lazy(async () => (await Promise.all([import('./Value'), needTexts('analysis')]))[0])
const Foretold = lazy(async () => (await Promise.all([import('./Foretold'), needTexts('analysis')]))[0])
const InSegments = lazy(async () => (await Promise.all([import('./InSegments'), needTexts('segments')]))[0])
const LeadWork = lazy(async () => (await Promise.all([import('./LeadWork'), needTexts('sales')]))[0])
const Sequences = lazy(async () => (await Promise.all([import('./Sequences'), needTexts('sequences')]))[0])
const Mail = lazy(async () => (await Promise.all([import('./Mail'), needTexts('letters')]))[0])
const AnswerWork = lazy(async () => (await Promise.all([import('./AnswerWork'), needTexts('sales')]))[0])
const DealSplits = lazy(async () => (await Promise.all([import('./DealSplits'), needTexts('sales')]))[0])
const Invitation = lazy(async () => (await Promise.all([import('./Invitation'), needTexts('calendar')]))[0])
const UserAccess = lazy(() => import('./UserAccess'))
const Explain = lazy(() => import('./Explain'))
const Erase = lazy(() => import('./Erase'))
const LayoutEditor = lazy(() => import('./LayoutEditor'))
const History = lazy(() => import('./History').then((module) => ({ default: module.History })))
const RelatedList = lazy(() => import('./RelatedList').then((module) => ({ default: module.RelatedList })))

const HAS_MAIL = new Set(['contact', 'company', 'lead', 'deal'])

export default function RecordPage() {
  const { t } = useTranslation()
  const { plural, id } = useParams({ from: '/inside/o/$plural/$id' })
  const object = useObjectByPlural(plural)
  const definitions = useDefinitions()
  const begun = keptJson<{ text?: string }>(`compose.${id}`, {}).text?.trim()
  if (!object) return !definitions ? null : begun ? <Gone id={id} wasHere /> : <Blank icon={Compass} title={t('state.no_object')} className="h-full" />
  return <Page key={`${plural}/${id}`} object={object} id={id} />
}

function Page({ object, id }: { object: ObjectDef; id: string }) {
  const labelOf = useLabel()
  const queries = useQueryClient()
  const record = useQuery(recordQuery(object.plural, id))
  const navigate = useNavigate({ from: '/o/$plural/$id' })
  // An address of before a merge leads to the record it became part of.
  const now = record.data?.id
  useEffect(() => {
    if (now !== undefined && now !== id) void navigate({ params: { plural: object.plural, id: now }, search: (held) => held, replace: true })
  }, [now, id, navigate, object.plural])
  const title = record.data?.title
  const subtitle = record.data?.subtitle

  useEffect(() => {
    if (title === undefined) return
    document.title = `${title} · Rapport`
    return () => void (document.title = 'Rapport')
  }, [title])
  const isThere = title !== undefined
  useEffect(() => {
    if (isThere) noteOpened(queries, { object: object.name, plural: object.plural, id, title: title || id, subtitle: subtitle ?? null, icon: object.icon })
    // Opened once, however often its title changes.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [queries, object, id, isThere])

  // Back to the list as it was left: its filter, its sort, its place.
  const crumbs = (
    <>
      <Link to={(trailOf(object.plural)?.href ?? `/o/${object.plural}`) as '/'} className="min-w-0 truncate font-normal text-fg-3 hover:text-fg">{labelOf(object.label_plural)}</Link>
      <span aria-hidden className="text-fg-3">/</span>
      <span className="truncate">{title ?? '…'}</span>
    </>
  )
  const refused = record.error instanceof Problem && [403, 404].includes(record.error.status)
  useEffect(() => {
    if (refused) lookAtRights(queries, record.error)
  }, [refused, queries, record.error])
  if (record.isError && (refused || !record.data)) {
    return (
      <>
        <TopBar crumbs={crumbs} />
        {refused ? <Gone object={object} id={id} wasHere={record.data !== undefined} /> : <Failed error={record.error} onRetry={() => void record.refetch()} className="flex-1" />}
      </>
    )
  }
  if (!record.data) return <><TopBar crumbs={crumbs} /><Skeleton /></>
  return <Whole object={object} record={record.data} crumbs={crumbs} />
}

const BACK = 'rounded-sm px-3 py-1.5 font-medium shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover'

/** Not there, or not for this person any more; what they had begun to write is still theirs. */
function Gone({ object, id, wasHere }: { object?: ObjectDef; id: string; wasHere: boolean }) {
  const { t } = useTranslation()
  const begun = keptJson<{ text?: string }>(`compose.${id}`, {}).text?.trim()
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center overflow-y-auto">
      <Blank icon={wasHere ? Lock : Compass} title={wasHere ? t('record.gone') : t('record.missing')} className="!pb-6" action={object ? <Link to="/o/$plural" params={{ plural: object.plural }} search={{}} className={BACK}>{t('record.back_to_list')}</Link> : <Link to="/" className={BACK}>{t('state.go_home')}</Link>}>
        {wasHere ? t('record.gone_hint') : t('record.missing_hint')}
      </Blank>
      {begun && (
        <section aria-label={t('record.begun')} className="w-full max-w-[560px] px-5 pb-10">
          <h2 className="mb-1.5 text-meta font-medium text-fg-2">{t('record.begun')}</h2>
          <p className="rounded-md px-3.5 py-2.5 break-words whitespace-pre-wrap shadow-[inset_0_0_0_1px_var(--line)] select-text">{begun}</p>
          <Button look="outline" className="mt-2" onClick={() => void navigator.clipboard?.writeText(begun).then(() => notify({ text: t('outbox.copied') })).catch(() => {})}><Copy size={14} />{t('common.copy')}</Button>
        </section>
      )}
    </div>
  )
}

type Tab = 'timeline' | 'history' | 'details' | string

function Whole({ object, record, crumbs }: { object: ObjectDef; record: RecordData; crumbs: React.ReactNode }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const navigate = useNavigate({ from: '/o/$plural/$id' })
  const queries = useQueryClient()
  const definitions = useDefinitions()
  const acts = useActs()
  const search = useSearch({ from: '/inside/o/$plural/$id' })
  const tab: Tab = search.tab ?? 'timeline'
  const layout = useLayout(object)
  const unordered = useRelated(object, record.id)
  const related = layout && layout.related.length > 0 ? [...unordered].sort((a, b) => placeIn(layout.related, a.object) - placeIn(layout.related, b.object)) : unordered
  const { isMarked, toggle } = useFavourites()
  const starred = isMarked(record.id)
  const [composing, setComposing] = useState<Asked>({ kind: 'note', at: 0 })
  const main = useRef<HTMLDivElement>(null)
  const session = useSession()
  const people = usePresence(object.plural, record.id)
  const [panel, setPanel] = useState<'roles' | 'link' | 'explain' | 'erase' | 'layout' | null>(null)
  const [dropping, setDropping] = useState(false)
  const isAdmin = session?.can.admin === true
  const mayAdmit = object.name === 'user' && isAdmin
  const place = neighboursIn(queries, object.plural, record.id)
  // Whoever never ordered was not analysed, and has nothing to ask for.
  const isForetold = object.fields.some((field) => field.readonly && field.name.endsWith('_probability') && field.name !== 'alive_probability' && !isEmpty(record[field.name]))
  const isAnalysed = object.party === true && !isEmpty(record['analysed_on'])
  const hasSegments = ['contact', 'company'].includes(object.name) && objectByName(definitions, 'segment')?.can.read === true
  const strip = stageField(object, (name) => objectByName(definitions, name))

  const mayNote = mayCompose(objectByName(definitions, 'note'), object)
  const mayAct = mayCompose(objectByName(definitions, 'activity'), object)
  const mayAttach = mayNote && mayCompose(objectByName(definitions, 'attachment'), object) && !record.deleted_at
  const compose = (kind: ComposerKind, more: Partial<Asked> = {}) => {
    if (tab !== 'timeline') void navigate({ search: {}, replace: true })
    setComposing({ ...more, kind, at: Date.now() })
  }
  const walk = (by: 1 | -1) => void stepFrom(object.plural, record.id, by).then(go).catch((error: unknown) => notify({ text: reasonOf(error), tone: 'bad' }))
  const go = (id: string | null) => id && void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id }, search: search.tab ? { tab: search.tab } : {} })
  const edit = () => openForm({ kind: 'edit', object: object.name, id: record.id })
  const copyLink = () => void navigator.clipboard?.writeText(window.location.href.replace(/\?.*/, '')).then(() => notify({ text: t('record.link_copied') })).catch(() => {})
  const star = () => void toggle({ object: object.name, plural: object.plural, id: record.id, title: record.title, subtitle: record.subtitle ?? null, icon: object.icon })
    .then(() => notify({ text: starred ? t('favourite.removed', { title: record.title }) : t('favourite.added', { title: record.title }), action: { label: t('undo.undo'), run: () => void toggleBack() } }))
    .catch((error: unknown) => notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' }))
  const toggleBack = () => toggle({ object: object.name, plural: object.plural, id: record.id, title: record.title }).catch(() => {})
  const mayWrite = object.can.update && !record.deleted_at
  const mayMerge = isMergeable(object) && !record.deleted_at
  const mergeWith = () => mergeStore.set({ object: object.name, ids: [record.id] })
  const mayErase = isAdmin && object.party === true && object.can.delete

  const commands: Command[] = [
    ...(mayNote && !record.deleted_at ? [{ id: 'note', label: t('composer.add_note'), key: 'n', run: () => compose('note') }] : []),
    ...(mayAct && !record.deleted_at
      ? [
          { id: 'task', label: t('composer.add_task'), key: 't', run: () => compose('task') },
          { id: 'call', label: t('composer.add_call'), key: 'c', run: () => compose('call') },
          { id: 'meeting', label: t('composer.add_meeting'), key: 'm', run: () => compose('meeting') },
        ]
      : []),
    ...(mayWrite ? [{ id: 'edit', label: t('record.edit'), key: 'e', run: edit }] : []),
    { id: 'after', label: t('record.after'), key: 'j', run: () => walk(1) },
    { id: 'before', label: t('record.before'), key: 'k', run: () => walk(-1) },
    { id: 'star', label: starred ? t('record.unstar') : t('record.star'), key: 's', run: star },
    { id: 'link', label: t('record.copy_link'), key: 'y', run: copyLink },
    ...(mayMerge ? [{ id: 'merge', label: t('record.merge_with'), run: mergeWith }] : []),
    { id: 'explain', label: t('explain.title'), run: () => setPanel('explain') },
    ...(isAdmin ? [{ id: 'layout', label: t('layout.edit'), run: () => setPanel('layout') }] : []),
    ...(mayErase ? [{ id: 'erase', label: t('erase.menu'), run: () => setPanel('erase') }] : []),
    ...(object.can.delete && !record.deleted_at ? [{ id: 'trash', label: t('record.trash'), run: () => void remove() }] : []),
  ]
  useCommands(record.title || t('common.untitled'), commands)

  async function remove() {
    if (await acts.trash(object, record)) void navigate({ to: (trailOf(object.plural)?.href ?? `/o/${object.plural}`) as '/' })
  }

  const tabs: { id: Tab; label: string; count?: number; className?: string }[] = [
    { id: 'timeline', label: t('record.timeline') },
    { id: 'details', label: t('record.details'), className: 'xl:hidden' },
    ...related.filter((one) => one.count > 0 || `${one.object}.${one.field}` === tab).map((one) => ({ id: `${one.object}.${one.field}`, label: one.label, count: one.count })),
    { id: 'history', label: t('record.history') },
  ]
  const open = related.find((one) => `${one.object}.${one.field}` === tab)
  const addable = related.filter((one) => one.count === 0 && objectByName(definitions, one.object)?.can.create && `${one.object}.${one.field}` !== tab)
  const editing = new Map(people.flatMap((person) => (person.editing ? [[person.editing, person.name] as const] : [])))

  return (
    <>
      <TopBar crumbs={crumbs}>
        <Presence object={object} people={people} />
        {place && (
          <span role="group" aria-label={t('record.walk')} className="flex items-center max-md:hidden">
            <span className="pe-1 text-meta text-fg-3 tabular-nums">{t('record.place', { at: formatNumber(place.at, locale), of: `${formatNumber(place.known, locale)}${place.more ? '+' : ''}` })}</span>
            <IconButton label={t('record.before')} keys="K" disabled={!place.hasBefore} onClick={() => walk(-1)}><ArrowUp size={15} /></IconButton>
            <IconButton label={t('record.after')} keys="J" disabled={!place.hasAfter} onClick={() => walk(1)}><ArrowDown size={15} /></IconButton>
          </span>
        )}
        <IconButton label={starred ? t('record.unstar') : t('record.star')} keys="S" aria-pressed={starred} onClick={star}>
          <Star size={16} className={starred ? 'fill-warn-fill text-warn-fill' : ''} />
        </IconButton>
        <Drop align="end" width="w-60" trigger={<Button size="icon" aria-label={t('shell.more')}><Ellipsis size={16} /></Button>}>
          {mayWrite && <DropItem icon={<Pencil size={14} />} keys="E" onClick={edit}>{t('record.edit')}</DropItem>}
          {['deal', 'contact', 'company'].includes(object.name) && objectByName(definitions, 'quote')?.can.create && <DropItem icon={<FileText size={14} />} onClick={() => openForm({ kind: 'create', object: 'quote', preset: { [object.name]: record.id } })}>{t('record.new_quote')}</DropItem>}
          <DropItem icon={<Copy size={14} />} keys="Y" onClick={copyLink}>{t('record.copy_link')}</DropItem>
          {mayMerge && <DropItem icon={<Combine size={14} />} onClick={mergeWith}>{t('record.merge_with')}</DropItem>}
          <DropItem icon={<ShieldQuestion size={14} />} onClick={() => setPanel('explain')}>{t('explain.title')}</DropItem>
          {isAdmin && <DropItem icon={<LayoutPanelLeft size={14} />} onClick={() => setPanel('layout')}>{t('layout.edit')}</DropItem>}
          {mayAdmit && (
            <>
              <DropLine />
              <DropItem icon={<ShieldCheck size={14} />} onClick={() => setPanel('roles')}>{t('access.roles')}</DropItem>
              <DropItem icon={<Link2 size={14} />} onClick={() => setPanel('link')}>{t('access.link')}</DropItem>
            </>
          )}
          {(object.can.delete || mayErase) && <DropLine />}
          {object.can.delete && !record.deleted_at && <DropItem danger icon={<Trash2 size={14} />} onClick={() => void remove()}>{t('record.trash')}</DropItem>}
          {mayErase && <DropItem danger icon={<Eraser size={14} />} onClick={() => setPanel('erase')}>{t('erase.menu')}</DropItem>}
        </Drop>
      </TopBar>
      <Suspense>
        {(panel === 'roles' || panel === 'link') && <UserAccess user={record} show={panel} onClose={() => setPanel(null)} />}
        {panel === 'explain' && <Explain object={object} record={record} onClose={() => setPanel(null)} />}
        {panel === 'erase' && <Erase object={object} record={record} onClose={() => setPanel(null)} />}
        {panel === 'layout' && <LayoutEditor object={object} onClose={() => setPanel(null)} />}
      </Suspense>
      {record.deleted_at && (
        <p role="status" className="flex shrink-0 items-center gap-3 bg-warn-soft px-5 py-1.5 text-warn">
          <span className="flex-1">{t('record.in_trash')}</span>
          {object.can.delete && <Button size="sm" look="outline" onClick={() => void acts.restore(object, record)}><Undo2 size={13} />{t('trash.restore')}</Button>}
        </p>
      )}
      <div className="flex min-h-0 flex-1">
        <div
          ref={main}
          onDragOver={(event) => {
            if (!mayAttach || !event.dataTransfer.types.includes('Files')) return
            event.preventDefault()
            setDropping(true)
          }}
          onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setDropping(false)}
          onDrop={(event) => {
            setDropping(false)
            if (!mayAttach || event.dataTransfer.files.length === 0) return
            event.preventDefault()
            compose('note', { files: [...event.dataTransfer.files] })
          }}
          className="relative min-w-0 flex-1 overflow-y-auto"
        >
          {dropping && (
            <div className="pointer-events-none sticky inset-x-0 top-0 z-20 h-0">
              <p className="mx-5 mt-4 flex h-24 items-center justify-center gap-2 rounded-lg border-2 border-dashed border-accent bg-accent-soft font-medium text-accent-text"><FileUp size={18} />{t('record.drop_files', { title: record.title })}</p>
            </div>
          )}
          <div className="flex flex-col gap-4 px-5 pt-5 max-md:px-4">
            <div className="flex flex-wrap items-center gap-4">
              <Face kind={faceOf(object)} name={record.title} icon={object.icon} size={52} />
              <div className="min-w-0 flex-1">
                <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
                  <h1 className="min-w-0 truncate text-title font-semibold">{record.title || t('common.untitled')}</h1>
                  <States object={object} record={record} strip={strip?.name} />
                </div>
                <Facts object={object} record={record} chosen={layout?.facts ?? []} strip={strip?.name} />
              </div>
              <div className="flex items-center gap-2 max-md:w-full max-md:gap-1.5 max-md:overflow-x-auto max-md:[&_button]:gap-1 max-md:[&_button]:px-1.5">
                {mayAct && <Button look="outline" onClick={() => compose('call')}><Phone size={14} />{t('composer.call')}</Button>}
                {mayAct && <Button look="outline" onClick={() => compose('meeting')}><CalendarPlus size={14} />{t('composer.meeting')}</Button>}
                {mayAct && <Button look="outline" onClick={() => compose('task')}><ListPlus size={14} />{t('composer.task')}</Button>}
                {mayWrite && <Button look="primary" onClick={edit}><Pencil size={14} />{t('record.edit')}</Button>}
              </div>
            </div>
            {(object.party || mayMerge) && <Suspense><Sameness object={object} record={record} /></Suspense>}
            {HAS_MAIL.has(object.name) && <Suspense><Mail object={object.name} plural={object.plural} id={record.id} email={typeof record['email'] === 'string' && record['email'] !== '' && !record.deleted_at ? record['email'] : null} /></Suspense>}
            {(object.name === 'contact' || object.name === 'lead') && <Suspense><Sequences object={object.name} plural={object.plural} id={record.id} mayPut={typeof record['email'] === 'string' && record['email'] !== '' && record['do_not_email'] !== true && !record.deleted_at} /></Suspense>}
            {object.name === 'lead' && <Suspense><LeadWork object={object} record={record} /></Suspense>}
            {object.name === 'form_answer' && <Suspense><AnswerWork object={object} record={record} /></Suspense>}
            {object.name === 'activity' && (record['invites'] === true || !isEmpty(record['answer'])) && <Suspense><Invitation object={object} record={record} /></Suspense>}
            <StageStrip object={object} record={record} />
            {object.name === 'deal' && <Suspense><DealSplits object={object} record={record} /></Suspense>}
            <KeyFigures object={object} record={record} />
          </div>
          <div className="sticky top-0 z-10 mt-2 flex items-center border-b border-line bg-surface px-5 max-md:px-4">
          <div role="tablist" aria-label={t('record.tabs')} className="-mb-px flex min-w-0 flex-1 gap-5 overflow-x-auto [scrollbar-width:none]">
            {tabs.map((one) => (
              <button
                key={one.id}
                type="button"
                role="tab"
                id={`tab-${one.id}`}
                aria-selected={tab === one.id}
                aria-controls="tab-panel"
                tabIndex={tab === one.id ? 0 : -1}
                onClick={() => void navigate({ search: one.id === 'timeline' ? {} : { tab: one.id }, replace: true })}
                onKeyDown={(event) => {
                  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
                  if (step === 0) return
                  event.preventDefault()
                  const at = tabs.findIndex((candidate) => candidate.id === one.id)
                  const next = tabs[(at + step + tabs.length) % tabs.length]
                  if (next) document.getElementById(`tab-${next.id}`)?.click()
                  if (next) document.getElementById(`tab-${next.id}`)?.focus()
                }}
                className={cx('flex h-10 shrink-0 items-center gap-1.5 border-b-2 font-medium whitespace-nowrap', tab === one.id ? 'border-accent text-fg' : 'border-transparent text-fg-2 hover:text-fg', one.className)}
              >
                {one.label}
                {one.count !== undefined && <span className="rounded-sm bg-hover px-1.5 text-label text-fg-2 tabular-nums">{formatNumber(one.count, locale)}</span>}
              </button>
            ))}
          </div>
            {addable.length > 0 && !record.deleted_at && (
              <span className="flex shrink-0 items-center ps-2">
                <Drop align="end" width="w-56" trigger={<Button size="sm" aria-label={t('related.add_list')}><Plus size={15} /></Button>}>
                  {addable.map((one) => <DropItem key={`${one.object}.${one.field}`} onClick={() => void navigate({ search: { tab: `${one.object}.${one.field}` }, replace: true })}>{one.label}</DropItem>)}
                </Drop>
              </span>
            )}
          </div>
          <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className="px-5 py-5 max-md:px-4">
            {tab === 'timeline' && (
              <div className="mx-auto max-w-[720px]">
                {(mayNote || mayAct) && !record.deleted_at && <Composer object={object} record={record} asked={composing} mayNote={mayNote} mayAct={mayAct} onDone={() => void queries.invalidateQueries({ queryKey: ['timeline', object.plural, record.id] })} />}
                {(mayAct || mayNote) && <Ahead object={object} record={record} onDone={() => mayAct && compose('task')} />}
                <Timeline object={object} record={record} scroller={main} />
              </div>
            )}
            {tab === 'details' && <div className="mx-auto max-w-[640px]">{isAnalysed && <Suspense><Value object={object} record={record} /></Suspense>}{isForetold && <Suspense><Foretold object={object} record={record} /></Suspense>}{hasSegments && <Suspense><InSegments object={object} record={record} /></Suspense>}<Details object={object} record={record} editing={editing} /></div>}
            <Suspense>
              {tab === 'history' && <div className="mx-auto max-w-[820px]"><History object={object} record={record} /></div>}
              {open && <RelatedList key={tab} related={open} record={record} parent={object} />}
            </Suspense>
            {tab.includes('.') && !open && <p className="text-fg-3">{t('list.nothing_yet')}</p>}
          </div>
        </div>
        <aside aria-label={t('record.details')} className="w-[328px] shrink-0 overflow-y-auto border-s border-line px-2.5 py-3 max-xl:hidden">
          {isAnalysed && <Suspense><Value object={object} record={record} /></Suspense>}
          {isForetold && <Suspense><Foretold object={object} record={record} /></Suspense>}
          {hasSegments && <Suspense><InSegments object={object} record={record} /></Suspense>}
          <Details object={object} record={record} editing={editing} />
        </aside>
      </div>
    </>
  )
}

function placeIn(order: readonly string[], name: string): number {
  const at = order.indexOf(name)
  return at === -1 ? order.length : at
}

/** Up to two states beside the name; what the strip below shows is not said twice. */
function States({ object, record, strip }: { object: ObjectDef; record: RecordData; strip: string | undefined }) {
  const fields = object.fields
    .filter((field) => storedType(field) === 'choice' && field.name !== strip && (field.section || 'main') === 'main' && !isEmpty(record[field.name]))
    // Open or won is said by the stage.
    .filter((field) => !(strip === 'stage' && field.name === 'status') && !templateFields(object.subtitle).includes(field.name))
    .slice(0, 2)
  return fields.map((field) => <FieldValue key={field.name} field={field} record={record} />)
}

/** The one line of facts: what the layout names, else subtitle, company, place, owner. */
function Facts({ object, record, chosen, strip }: { object: ObjectDef; record: RecordData; chosen: readonly string[]; strip: string | undefined }) {
  const locale = useLocale()
  const { t } = useTranslation()
  const labelOf = useLabel()
  const parts: React.ReactNode[] = []
  if (chosen.length > 0) {
    for (const name of chosen) {
      const field = object.fields.find((candidate) => candidate.name === name)
      if (!field || isEmpty(record[name])) continue
      parts.push(<span key={name} className="flex min-w-0 items-center gap-1.5" title={labelOf(field.label)}><FieldValue field={field} record={record} /></span>)
    }
  } else {
    // One field is shown as that field: an amount with its sign, a kind in the reader's language.
    const told = templateFields(object.subtitle)
    const single = told.length === 1 ? object.fields.find((field) => field.name === told[0]) : undefined
    if (single && !isEmpty(record[single.name])) parts.push(<span key="subtitle" className="min-w-0 truncate"><FieldValue field={single} record={record} /></span>)
    else if (record.subtitle) parts.push(<span key="subtitle" className="truncate">{record.subtitle}</span>)
    for (const field of object.fields) {
      if (parts.length >= 3) break
      if (field === single) continue
      if (field.type === 'link' && field.name !== strip && field.target !== 'pipeline' && !isEmpty(record[field.name])) {
        for (const linked of linkedOf(record, field)) if (linked.title && linked.title !== record.subtitle) parts.push(<LinkChip key={field.name} linked={linked} focusable />)
      } else if (field.type === 'address' && !isEmpty(record[field.name])) {
        const { city, country } = record[field.name] as Address
        const place = formatAddress({ city: city ?? null, country: country ?? null }, locale)
        if (place && place !== record.subtitle) parts.push(<span key={field.name} className="truncate">{place}</span>)
      }
    }
  }
  if (parts.length < 3) parts.push(<span key="since" className="shrink-0 text-fg-3">{t('record.since', { date: formatDate(record.created_at, locale) })}</span>)
  return (
    <div className="mt-0.5 flex min-w-0 items-center gap-2 overflow-hidden text-fg-2 max-md:flex-wrap max-md:gap-x-3 max-md:gap-y-0.5">
      {parts.map((part, index) => (
        <span key={index} className="flex min-w-0 items-center gap-2">
          {index > 0 && <span aria-hidden className="text-fg-3 max-md:hidden">·</span>}
          {part}
        </span>
      ))}
    </div>
  )
}

function Skeleton() {
  return (
    <div aria-hidden className="flex flex-col gap-5 p-5">
      <div className="flex items-center gap-4">
        <Bone className="size-[52px] !rounded-full" />
        <div className="flex flex-col gap-2">
          <Bone className="h-6 w-56" />
          <Bone className="h-4 w-80" />
        </div>
      </div>
      <Bone className="h-10 w-[520px] max-w-full" />
      <Bone className="h-9 w-full" />
      <div className="mx-auto flex w-full max-w-[720px] flex-col gap-4 pt-2">
        <Bone className="h-28 w-full" />
        <Bone className="h-8 w-4/5" />
        <Bone className="h-8 w-3/5" />
        <Bone className="h-8 w-4/5" />
      </div>
    </div>
  )
}

