/** Everything about one record: who or what it is, how things stand, what happened, and all its values. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { CalendarPlus, Compass, Copy, Ellipsis, Link2, ListPlus, Pencil, Phone, ShieldCheck, Star, Trash2, Undo2 } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { faceOf, objectByName, storedType, type ObjectDef } from '@/lib/definitions'
import { formatAddress, formatDate, formatNumber, type Address } from '@/lib/format'
import { isTyping } from '@/lib/keys'
import { openForm } from '@/lib/panels'
import { isEmpty, linkedOf, recordQuery, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useLocale, useObjectByPlural, useSession, useSettings, withRecent } from '@/lib/session'
import { Details } from '@/ui/Details'
import { Face } from '@/ui/Face'
import { FieldValue, LinkChip } from '@/ui/FieldValue'
import { KeyFigures } from '@/ui/KeyFigures'
import { Button, cx, Drop, DropItem, DropLine, IconButton } from '@/ui/kit'
import { Blank, Bone, Failed } from '@/ui/states'
import { Crumb, TopBar } from '@/ui/TopBar'
import { Composer, mayCompose, type ComposerKind } from './Composer'
import { History } from './History'
import { RelatedList } from './RelatedList'
import { useRelated } from './useRelated'
import { Timeline } from './Timeline'

const UserAccess = lazy(() => import('./UserAccess'))

export default function RecordPage() {
  const { t } = useTranslation()
  const { plural, id } = useParams({ from: '/inside/o/$plural/$id' })
  const object = useObjectByPlural(plural)
  const definitions = useDefinitions()
  if (!object) return definitions ? <Blank icon={Compass} title={t('state.no_object')} className="h-full" /> : null
  return <Page key={`${plural}/${id}`} object={object} id={id} />
}

function Page({ object, id }: { object: ObjectDef; id: string }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const record = useQuery(recordQuery(object.plural, id))
  const [, setSettings] = useSettings()
  const title = record.data?.title

  useEffect(() => {
    if (title === undefined) return
    document.title = `${title} · Rapport`
    setSettings((held) => withRecent(held, { object: object.name, id, title: title || id }))
    return () => void (document.title = 'Rapport')
  }, [title, object.name, id, setSettings])

  const crumbs = (
    <>
      <Crumb to="/o/$plural" params={{ plural: object.plural }}>{labelOf(object.label_plural)}</Crumb>
      <span className="truncate">{title ?? '…'}</span>
    </>
  )
  if (record.isError) {
    const missing = record.error instanceof Problem && record.error.status === 404
    return (
      <>
        <TopBar crumbs={crumbs} />
        {missing ? (
          <Blank icon={Compass} title={t('record.missing')} className="flex-1">{t('record.missing_hint')}</Blank>
        ) : (
          <Failed error={record.error} onRetry={() => void record.refetch()} className="flex-1" />
        )}
      </>
    )
  }
  if (!record.data) return <><TopBar crumbs={crumbs} /><Skeleton /></>
  return <Whole object={object} record={record.data} crumbs={crumbs} />
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
  const related = useRelated(object, record.id)
  const [settings, setSettings] = useSettings()
  const starred = (settings.favourites ?? []).some((one) => one.id === record.id)
  const [composing, setComposing] = useState<{ kind: ComposerKind; at: number }>({ kind: 'note', at: 0 })
  const main = useRef<HTMLDivElement>(null)
  const session = useSession()
  const [access, setAccess] = useState<'roles' | 'link' | null>(null)
  const mayAdmit = object.name === 'user' && session?.can.admin === true

  const mayNote = mayCompose(objectByName(definitions, 'note'), object)
  const mayAct = mayCompose(objectByName(definitions, 'activity'), object)
  const compose = (kind: ComposerKind) => {
    if (tab !== 'timeline') void navigate({ search: {}, replace: true })
    setComposing({ kind, at: Date.now() })
  }

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey || settings.letters === false) return
      const kinds: Record<string, ComposerKind> = { n: 'note', c: 'call', t: 'task', m: 'meeting' }
      const kind = kinds[event.key]
      if (kind && (kind === 'note' ? mayNote : mayAct)) {
        event.preventDefault()
        setComposing({ kind, at: Date.now() })
      } else if (event.key === 'e' && object.can.update) {
        event.preventDefault()
        openForm({ kind: 'edit', object: object.name, id: record.id })
      }
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [settings.letters, mayNote, mayAct, object, record.id])

  async function remove() {
    if (await acts.trash(object, record)) void navigate({ to: '/o/$plural', params: { plural: object.plural }, search: {} })
  }

  const tabs: { id: Tab; label: string; count?: number; className?: string }[] = [
    { id: 'timeline', label: t('record.timeline') },
    { id: 'details', label: t('record.details'), className: 'xl:hidden' },
    ...related.filter((one) => one.count > 0).map((one) => ({ id: `${one.object}.${one.field}`, label: one.label, count: one.count })),
    { id: 'history', label: t('record.history') },
  ]
  const open = related.find((one) => `${one.object}.${one.field}` === tab)

  return (
    <>
      <TopBar crumbs={crumbs}>
        <IconButton
          label={starred ? t('record.unstar') : t('record.star')}
          aria-pressed={starred}
          onClick={() => setSettings((held) => ({ ...held, favourites: starred ? (held.favourites ?? []).filter((one) => one.id !== record.id) : [...(held.favourites ?? []), { object: object.name, id: record.id, title: record.title }] }))}
        >
          <Star size={16} className={starred ? 'fill-warn-fill text-warn-fill' : ''} />
        </IconButton>
        <Drop align="end" trigger={<Button size="icon" aria-label={t('shell.more')}><Ellipsis size={16} /></Button>}>
          {object.can.update && <DropItem icon={<Pencil size={14} />} keys="E" onClick={() => openForm({ kind: 'edit', object: object.name, id: record.id })}>{t('record.edit')}</DropItem>}
          <DropItem icon={<Copy size={14} />} onClick={() => void navigator.clipboard?.writeText(window.location.href).then(() => notify({ text: t('record.link_copied') })).catch(() => {})}>{t('record.copy_link')}</DropItem>
          {mayAdmit && (
            <>
              <DropLine />
              <DropItem icon={<ShieldCheck size={14} />} onClick={() => setAccess('roles')}>{t('access.roles')}</DropItem>
              <DropItem icon={<Link2 size={14} />} onClick={() => setAccess('link')}>{t('access.link')}</DropItem>
            </>
          )}
          {object.can.delete && !record.deleted_at && <><DropLine /><DropItem danger icon={<Trash2 size={14} />} onClick={() => void remove()}>{t('record.trash')}</DropItem></>}
        </Drop>
      </TopBar>
      {access && <Suspense><UserAccess user={record} show={access} onClose={() => setAccess(null)} /></Suspense>}
      {record.deleted_at && (
        <p role="status" className="flex shrink-0 items-center gap-3 bg-warn-soft px-5 py-1.5 text-warn">
          <span className="flex-1">{t('record.in_trash')}</span>
          {object.can.delete && <Button size="sm" look="outline" onClick={() => void acts.restore(object, record)}><Undo2 size={13} />{t('trash.restore')}</Button>}
        </p>
      )}
      <div className="flex min-h-0 flex-1">
        <div ref={main} className="min-w-0 flex-1 overflow-y-auto">
          <div className="flex flex-col gap-4 px-5 pt-5 max-md:px-4">
            <div className="flex flex-wrap items-center gap-4">
              <Face kind={faceOf(object)} name={record.title} icon={object.icon} size={52} />
              <div className="min-w-0 flex-1">
                <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
                  <h1 className="min-w-0 truncate text-title font-semibold">{record.title || t('common.untitled')}</h1>
                  <States object={object} record={record} />
                </div>
                <Facts object={object} record={record} />
              </div>
              <div className="flex items-center gap-2 max-md:w-full max-md:overflow-x-auto">
                {mayAct && <Button look="outline" onClick={() => compose('call')}><Phone size={14} />{t('composer.call')}</Button>}
                {mayAct && <Button look="outline" onClick={() => compose('meeting')}><CalendarPlus size={14} />{t('composer.meeting')}</Button>}
                {mayAct && <Button look="outline" onClick={() => compose('task')}><ListPlus size={14} />{t('composer.task')}</Button>}
                {object.can.update && <Button look="primary" onClick={() => openForm({ kind: 'edit', object: object.name, id: record.id })}><Pencil size={14} />{t('record.edit')}</Button>}
              </div>
            </div>
            <KeyFigures object={object} record={record} />
          </div>
          <div role="tablist" aria-label={t('record.tabs')} className="sticky top-0 z-10 mt-2 flex gap-5 overflow-x-auto border-b border-line bg-surface px-5 [scrollbar-width:none] max-md:px-4">
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
          <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className="px-5 py-5 max-md:px-4">
            {tab === 'timeline' && (
              <div className="mx-auto max-w-[720px]">
                {(mayNote || mayAct) && !record.deleted_at && <Composer object={object} record={record} asked={composing} mayNote={mayNote} mayAct={mayAct} onDone={() => void queries.invalidateQueries({ queryKey: ['timeline', object.plural, record.id] })} />}
                <Timeline object={object} record={record} scroller={main} />
              </div>
            )}
            {tab === 'details' && <div className="mx-auto max-w-[640px]"><Details object={object} record={record} /></div>}
            {tab === 'history' && <div className="mx-auto max-w-[820px]"><History object={object} record={record} /></div>}
            {open && <RelatedList related={open} record={record} parent={object} />}
            {tab.includes('.') && !open && <p className="text-fg-3">{t('list.nothing_yet')}</p>}
          </div>
        </div>
        <aside aria-label={t('record.details')} className="w-[328px] shrink-0 overflow-y-auto border-s border-line px-2.5 py-3 max-xl:hidden">
          <Details object={object} record={record} />
        </aside>
      </div>
    </>
  )
}

/** Up to two states beside the name. */
function States({ object, record }: { object: ObjectDef; record: RecordData }) {
  const fields = object.fields.filter((field) => storedType(field) === 'choice' && (field.section || 'main') === 'main' && !isEmpty(record[field.name])).slice(0, 2)
  return fields.map((field) => <FieldValue key={field.name} field={field} record={record} />)
}

/** The one line of facts: subtitle, company, place, owner. */
function Facts({ object, record }: { object: ObjectDef; record: RecordData }) {
  const locale = useLocale()
  const { t } = useTranslation()
  const parts: React.ReactNode[] = []
  if (record.subtitle) parts.push(<span key="subtitle" className="truncate">{record.subtitle}</span>)
  for (const field of object.fields) {
    if (parts.length >= 3) break
    if (field.type === 'link' && !isEmpty(record[field.name])) {
      for (const linked of linkedOf(record, field)) if (linked.title && linked.title !== record.subtitle) parts.push(<LinkChip key={field.name} linked={linked} />)
    } else if (field.type === 'address' && !isEmpty(record[field.name])) {
      const { city, country } = record[field.name] as Address
      const place = formatAddress({ city: city ?? null, country: country ?? null }, locale)
      if (place && place !== record.subtitle) parts.push(<span key={field.name} className="truncate">{place}</span>)
    }
  }
  if (parts.length < 3) parts.push(<span key="since" className="shrink-0 text-fg-3">{t('record.since', { date: formatDate(record.created_at, locale) })}</span>)
  return (
    <div className="mt-0.5 flex min-w-0 items-center gap-2 overflow-hidden text-fg-2 max-md:flex-wrap max-md:gap-y-0.5">
      {parts.map((part, index) => (
        <span key={index} className="flex min-w-0 items-center gap-2">
          {index > 0 && <span aria-hidden className="text-fg-3">·</span>}
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

