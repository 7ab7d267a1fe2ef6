/**
 * Acts with a memory: each one shows its result at once, sends it, restores it when it failed, and can be undone.
 * Toasts and the conflict dialog are drawn elsewhere; here they are only called.
 */

import type { QueryClient } from '@tanstack/react-query'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf, type ConflictDetails } from './api'
import type { Definitions, ObjectDef } from './definitions'
import { bulkOf, refusalsOf, type Edit, type Refusal } from './edits'
import { dropChange, keepChange, outboxStore, refuseChange, releaseChange } from './outbox'
import {
  bulk, conflictOf, dropRecords, patchRecord, refreshObject, refreshRecord, restoreRecord, saveRecord, trashRecord, undoChange, withValues,
  type BulkRequest, type Job, type Linked, type RecordData,
} from './records'
import { noteSent } from './sent'
import { definitionsQuery, sessionQuery, type Session } from './session'
import { createStore } from './store'

/** One line at the bottom of the screen. */
export interface Notice {
  text: string
  tone?: 'bad'
  action?: { label: string; run: () => void }
  /** Beside the first, where a thing may be opened as well as taken back. */
  second?: { label: string; run: () => void }
}

let show: ((notice: Notice) => void) | null = null
const unseen: Notice[] = []

/** The toaster announces itself here; it comes after the first paint, and what was said before is said then. */
export function drawNoticesWith(draw: (notice: Notice) => void): () => void {
  show = draw
  for (const notice of unseen.splice(0)) draw(notice)
  return () => (show = null)
}

export function notify(notice: Notice): void {
  if (show) show(notice)
  else unseen.push(notice)
}

/** A clash waiting for a person's choice. */
export interface Clash {
  object: ObjectDef
  record: RecordData
  set: Record<string, unknown>
  /** What the links of `set` lead to, by the titles its writer saw. */
  linked?: RecordData['linked'] | undefined
  details: ConflictDetails
}

/** The clash on the screen, if any. */
export const clashStore = createStore<Clash | null>(null)

/** A job started by this person, shown with its progress. */
export const jobStore = createStore<{ job: Job; plural: string } | null>(null)

/** A change with the words it was told in, so that taking it back can name it. */
interface Deed {
  change: string
  text: string
}

/** Acts on their way, and the undoing of others: whoever takes back means the last one, confirmed or not. */
const underWay = new Set<Promise<unknown>>()

/** `act` is waited for by what takes back. */
function follow<T>(act: Promise<T>): Promise<T> {
  const settled = act.then(() => {}, () => {}).finally(() => underWay.delete(settled))
  underWay.add(settled)
  return act
}

/** Runs `act` when everything done before has its answer: two quick presses take back two deeds, one after the other. */
function inTurn(act: () => Promise<void>): void {
  const before = [...underWay]
  void follow(Promise.all(before).then(act))
}

const undoable: Deed[] = []
const redoable: Deed[] = []
/** More than anybody walks back by hand. */
const MOST_DEEDS = 200

/** What the acts need to be done with. */
interface Means {
  queries: QueryClient
  t: (key: string, values?: Record<string, unknown>) => string
}

function remember(change: string | null | undefined, text: string): void {
  if (!change) return
  undoable.push({ change, text })
  if (undoable.length > MOST_DEEDS) undoable.shift()
  redoable.length = 0
}

/** True when it was taken back, even if parts of it had to stay. */
async function takeBack(means: Means, deed: Deed, onto: Deed[]): Promise<boolean> {
  try {
    const undone = await undoChange(deed.change)
    if (undone.job) {
      // Too much for one answer: it is followed to its end, and can be taken back from there.
      jobStore.set({ job: undone.job, plural: '' })
      return false
    }
    onto.push({ change: undone.change, text: deed.text })
    await means.queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' && query.queryKey[0] !== 'settings' && query.queryKey[0] !== 'definitions' })
    if (undone.skipped.length > 0) notify({ text: means.t('undo.skipped', { count: undone.skipped.length }), tone: 'bad' })
    return true
  } catch (error) {
    notify({ text: means.t('undo.failed', { reason: reasonOf(error) }), tone: 'bad' })
    return false
  }
}

function undoAction(means: Means, change: string | null | undefined, text: string): Notice['action'] {
  if (!change) return undefined
  return {
    label: means.t('undo.undo'),
    run: () => inTurn(async () => {
      const at = undoable.findLastIndex((deed) => deed.change === change)
      if (at >= 0) undoable.splice(at, 1)
      await takeBack(means, { change, text }, redoable)
    }),
  }
}

/** Rights were taken away while the page was open: what may be done is read again, so that the page says so. */
export function lookAtRights(queries: QueryClient, error: unknown): void {
  if (error instanceof Problem && error.status === 403) void queries.invalidateQueries({ queryKey: definitionsQuery.queryKey })
}

function actsWith(means: Means) {
  const { queries, t } = means

  /** Saves fields of one record; true when it stands. Several edits may be under way at once. */
  async function save(object: ObjectDef, record: RecordData, set: Record<string, unknown>, options: { linked?: Record<string, Linked | Linked[] | null>; what?: string; version?: number; rethrow?: boolean } = {}): Promise<boolean> {
    const sent = noteSent(record.id, set, options.linked)
    patchRecord(queries, object.plural, record.id, (held) => withValues(held, set, options.linked))
    // Only these fields go back: another edit of the record may be under way.
    const restore = () => patchRecord(queries, object.plural, record.id, (held) => withBefore(held, record, set))
    try {
      const answer = await saveRecord(object.plural, record.id, set, options.version ?? record.version)
      sent.stands()
      patchRecord(queries, object.plural, record.id, (held) => ({ ...held, ...answer.data, linked: { ...held.linked, ...answer.data.linked } }))
      const text = options.what ?? t('notice.changed', { title: record.title })
      remember(answer.change, text)
      notify({ text, action: undoAction(means, answer.change, text) })
      for (const kind of ['timeline', 'history', 'stages']) void queries.invalidateQueries({ queryKey: [kind, object.plural, record.id] })
      for (const kind of ['aggregate', 'groups', 'day']) void queries.invalidateQueries({ queryKey: kind === 'day' ? [kind] : [kind, object.plural] })
      return true
    } catch (error) {
      sent.fell()
      const user = queries.getQueryData<Session | null>(sessionQuery.queryKey)?.user.id
      if (error instanceof Problem && error.isOffline && user) {
        // What is shown stays; it is sent when the server answers again.
        keepChange({ user, object: object.name, plural: object.plural, id: record.id, title: record.title, set, ...(options.linked ? { linked: options.linked } : {}), version: options.version ?? record.version })
        notify({ text: t('outbox.kept', { title: record.title }) })
        return true
      }
      restore()
      lookAtRights(queries, error)
      const details = conflictOf(error)
      if (details) {
        clashStore.set({ object, record, set, linked: options.linked, details })
        return false
      }
      if (options.rethrow) throw error
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad', action: { label: t('common.retry'), run: () => void save(object, record, set, options) } })
      return false
    }
  }

  /** To the bin; undone for thirty days. */
  async function trash(object: ObjectDef, record: RecordData): Promise<boolean> {
    const restore = dropRecords(queries, object.plural, [record.id])
    try {
      const answer = await trashRecord(object.plural, record.id)
      const text = t('notice.trashed', { title: record.title })
      remember(answer.change, text)
      notify({ text, action: undoAction(means, answer.change, text) })
      refreshObject(queries, object.plural)
      return true
    } catch (error) {
      restore()
      notify({ text: t('notice.not_trashed', { reason: reasonOf(error) }), tone: 'bad' })
      return false
    }
  }

  async function restore(object: ObjectDef, record: RecordData): Promise<void> {
    try {
      const answer = await restoreRecord(object.plural, record.id)
      const text = t('notice.restored', { title: record.title })
      remember(answer.change, text)
      notify({ text, action: undoAction(means, answer.change, text) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
    refreshObject(queries, object.plural)
    refreshRecord(queries, object.plural, record.id)
  }

  /** Many at once; above five hundred the server makes it a job, which is followed to its end. */
  async function many(object: ObjectDef, request: BulkRequest, text: (count: number) => string): Promise<boolean> {
    const put = request.action === 'delete' && request.ids ? dropRecords(queries, object.plural, request.ids) : () => {}
    try {
      const answer = await bulk(object.plural, request)
      if (answer.job) {
        jobStore.set({ job: answer.job, plural: object.plural })
        return true
      }
      const told = text(answer.done ?? request.ids?.length ?? 0)
      remember(answer.change, told)
      notify({ text: told, action: undoAction(means, answer.change, told) })
      if (answer.errors && answer.errors.length > 0) notify({ text: t('notice.bulk_errors', { count: answer.errors.length }), tone: 'bad' })
      refreshObject(queries, object.plural)
      return true
    } catch (error) {
      put()
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
      return false
    }
  }

  /**
   * Values of many records as one change with one undo: a paste, a fill, a clearing. All are shown at once; what the
   * server refuses is taken back and told record by record.
   */
  async function spread(object: ObjectDef, edits: Edit[], text: (count: number) => string): Promise<Refusal[]> {
    const sent = edits.map(({ record, set, linked }) => noteSent(record.id, set, linked))
    for (const { record, set, linked } of edits) patchRecord(queries, object.plural, record.id, (held) => withValues(held, set, linked))
    const restore = (ids?: ReadonlySet<string>) => {
      for (const { record, set } of edits) if (!ids || ids.has(record.id)) patchRecord(queries, object.plural, record.id, (held) => withBefore(held, record, set))
    }
    try {
      const answer = await bulk(object.plural, bulkOf(edits))
      for (const one of sent) one.stands()
      if (answer.job) {
        jobStore.set({ job: answer.job, plural: object.plural })
        return []
      }
      const refusals = refusalsOf(answer.errors ?? [], edits)
      const refused = new Set(refusals.map((refusal) => refusal.id))
      restore(refused)
      const done = edits.length - refused.size
      if (done > 0) {
        const told = text(done)
        remember(answer.change, told)
        notify({ text: told, action: undoAction(means, answer.change, told) })
      }
      refreshObject(queries, object.plural)
      return refusals
    } catch (error) {
      for (const one of sent) one.fell()
      restore()
      return edits.flatMap(({ record, set }) => Object.keys(set).map((field) => ({ id: record.id, field, detail: reasonOf(error) })))
    }
  }

  /** A record was made elsewhere (a form, the composer): tell, and refresh what shows it. */
  function created(object: ObjectDef, record: RecordData, change: string | null, open?: { label: string; run: () => void }, what?: string): void {
    const text = what ?? t('notice.created', { title: record.title || record.id })
    remember(change, text)
    const undo = undoAction(means, change, text)
    notify({ text, ...(undo ? { action: undo } : {}), ...(open ? (undo ? { second: open } : { action: open }) : {}) })
    refreshObject(queries, object.plural)
    void queries.invalidateQueries({ queryKey: ['day'] })
  }

  /** Something done elsewhere that can be taken back. */
  function did(change: string | null | undefined, text: string, tone?: Notice['tone']): void {
    remember(change, text)
    const undo = undoAction(means, change, text)
    notify({ text, ...(tone ? { tone } : {}), ...(undo ? { action: undo } : {}) })
  }

  function undo(): void {
    inTurn(async () => {
      const deed = undoable.pop()
      if (!deed) return notify({ text: t('undo.nothing') })
      if (await takeBack(means, deed, redoable)) notify({ text: t('undo.done_what', { what: deed.text }), action: { label: t('undo.redo'), run: redo } })
    })
  }

  function redo(): void {
    inTurn(async () => {
      const deed = redoable.pop()
      if (!deed) return notify({ text: t('undo.nothing_again') })
      if (await takeBack(means, deed, undoable)) notify({ text: t('undo.redone_what', { what: deed.text }), action: { label: t('undo.undo'), run: undo } })
    })
  }

  /** Takes back one given change, from a history line or an import. */
  async function undoOne(change: string): Promise<void> {
    const isDone = await takeBack(means, { change, text: t('undo.a_change') }, redoable)
    if (isDone) notify({ text: t('undo.done'), action: { label: t('undo.redo'), run: redo } })
  }

  /** Sends what was changed while the server was away, in its order; what is refused stays kept with its reason. */
  async function sendKept(): Promise<void> {
    const user = queries.getQueryData<Session | null>(sessionQuery.queryKey)?.user.id
    const definitions = queries.getQueryData<Definitions>(definitionsQuery.queryKey)
    let sent = 0
    for (const kept of outboxStore.get()) {
      if (kept.user !== user || kept.refused !== undefined) continue
      try {
        const answer = await saveRecord(kept.plural, kept.id, kept.set, kept.version)
        dropChange(kept.key)
        patchRecord(queries, kept.plural, kept.id, (held) => ({ ...held, ...answer.data, linked: { ...held.linked, ...answer.data.linked } }))
        remember(answer.change, t('notice.changed', { title: kept.title }))
        sent += 1
      } catch (error) {
        if (error instanceof Problem && error.isOffline) return
        const details = conflictOf(error)
        const object = definitions?.objects.find((one) => one.name === kept.object)
        if (details && object && !clashStore.get()) {
          dropChange(kept.key)
          clashStore.set({ object, record: { id: kept.id, object: kept.object, version: details.version, title: kept.title, created_at: '', updated_at: '', deleted_at: null }, set: kept.set, linked: kept.linked, details })
        } else refuseChange(kept.key, reasonOf(error))
      }
    }
    if (sent > 0) notify({ text: t('outbox.sent', { count: sent }) })
  }

  function sendAgain(key: string): void {
    releaseChange(key)
    void sendKept()
  }

  const followed = <A extends unknown[], R>(act: (...given: A) => Promise<R>) => (...given: A) => follow(act(...given))
  return {
    save: followed(save), trash: followed(trash), restore: followed(restore), many: followed(many), spread: followed(spread),
    created, did, undo, redo, undoOne, sendKept, sendAgain,
  }
}

/** The record with the fields of `set` as they were before. */
function withBefore(held: RecordData, before: RecordData, set: Record<string, unknown>): RecordData {
  const names = Object.keys(set)
  return {
    ...held,
    ...Object.fromEntries(names.map((name) => [name, before[name]])),
    linked: { ...held.linked, ...Object.fromEntries(names.map((name) => [name, before.linked?.[name] ?? null])) },
  }
}

export type Acts = ReturnType<typeof actsWith>

export function useActs(): Acts {
  const queries = useQueryClient()
  const { t } = useTranslation()
  return useMemo(() => actsWith({ queries, t: (key, values) => t(key, values ?? {}) }), [queries, t])
}
