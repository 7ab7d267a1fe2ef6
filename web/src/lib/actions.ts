/**
 * Acts with a memory: each one shows its result at once, sends it, restores it when it failed, and can be undone.
 * Toasts and the conflict dialog are drawn elsewhere; here they are only called.
 */

import type { QueryClient } from '@tanstack/react-query'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { reasonOf, type ConflictDetails } from './api'
import type { ObjectDef } from './definitions'
import {
  bulk, conflictOf, dropRecords, patchRecord, refreshObject, refreshRecord, restoreRecord, saveRecord, trashRecord, undoChange, withValues,
  type BulkRequest, type Job, type Linked, type RecordData,
} from './records'
import { createStore } from './store'

/** One line at the bottom of the screen. */
export interface Notice {
  text: string
  tone?: 'bad'
  action?: { label: string; run: () => void }
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
  details: ConflictDetails
}

/** The clash on the screen, if any. */
export const clashStore = createStore<Clash | null>(null)

/** A job started by this person, shown with its progress. */
export const jobStore = createStore<{ job: Job; plural: string } | null>(null)

const undoable: string[] = []
const redoable: string[] = []

/** What the acts need to be done with. */
interface Means {
  queries: QueryClient
  t: (key: string, values?: Record<string, unknown>) => string
}

function remember(change: string | null | undefined): void {
  if (!change) return
  undoable.push(change)
  redoable.length = 0
}

async function takeBack(means: Means, change: string, onto: string[]): Promise<void> {
  try {
    const undone = await undoChange(change)
    onto.push(undone.change)
    await means.queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' && query.queryKey[0] !== 'settings' && query.queryKey[0] !== 'definitions' })
    if (undone.skipped.length > 0) notify({ text: means.t('undo.skipped', { count: undone.skipped.length }), tone: 'bad' })
  } catch (error) {
    notify({ text: means.t('undo.failed', { reason: reasonOf(error) }), tone: 'bad' })
  }
}

function undoAction(means: Means, change: string | null | undefined): Notice['action'] {
  if (!change) return undefined
  return {
    label: means.t('undo.undo'),
    run: () => {
      const at = undoable.lastIndexOf(change)
      if (at >= 0) undoable.splice(at, 1)
      void takeBack(means, change, redoable)
    },
  }
}

function actsWith(means: Means) {
  const { queries, t } = means

  /** Saves fields of one record; true when it stands. Several edits may be under way at once. */
  async function save(object: ObjectDef, record: RecordData, set: Record<string, unknown>, options: { linked?: Record<string, Linked | Linked[] | null>; what?: string; version?: number; rethrow?: boolean } = {}): Promise<boolean> {
    const restore = patchRecord(queries, object.plural, record.id, (held) => withValues(held, set, options.linked))
    try {
      const answer = await saveRecord(object.plural, record.id, set, options.version ?? record.version)
      patchRecord(queries, object.plural, record.id, (held) => ({ ...held, ...answer.data, linked: { ...held.linked, ...answer.data.linked } }))
      remember(answer.change)
      notify({ text: options.what ?? t('notice.changed', { title: record.title }), action: undoAction(means, answer.change) })
      void queries.invalidateQueries({ queryKey: ['timeline', object.plural, record.id] })
      void queries.invalidateQueries({ queryKey: ['history', object.plural, record.id] })
      void queries.invalidateQueries({ queryKey: ['aggregate', object.plural] })
      return true
    } catch (error) {
      restore()
      const details = conflictOf(error)
      if (details) {
        clashStore.set({ object, record, set, details })
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
      remember(answer.change)
      notify({ text: t('notice.trashed', { title: record.title }), action: undoAction(means, answer.change) })
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
      remember(answer.change)
      notify({ text: t('notice.restored', { title: record.title }), action: undoAction(means, answer.change) })
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
      remember(answer.change)
      notify({ text: text(answer.done ?? request.ids?.length ?? 0), action: undoAction(means, answer.change) })
      if (answer.errors && answer.errors.length > 0) notify({ text: t('notice.bulk_errors', { count: answer.errors.length }), tone: 'bad' })
      refreshObject(queries, object.plural)
      return true
    } catch (error) {
      put()
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
      return false
    }
  }

  /** A record was made elsewhere (a form, the composer): tell, and refresh what shows it. */
  function created(object: ObjectDef, record: RecordData, change: string | null, open?: { label: string; run: () => void }): void {
    remember(change)
    notify({ text: t('notice.created', { title: record.title || record.id }), action: open ?? undoAction(means, change) })
    refreshObject(queries, object.plural)
  }

  function undo(): void {
    const change = undoable.pop()
    if (change) void takeBack(means, change, redoable).then(() => notify({ text: t('undo.done'), action: { label: t('undo.redo'), run: redo } }))
  }

  function redo(): void {
    const change = redoable.pop()
    if (change) void takeBack(means, change, undoable).then(() => notify({ text: t('undo.redone') }))
  }

  /** Takes back one given change, from a history line or an import. */
  async function undoOne(change: string): Promise<void> {
    await takeBack(means, change, redoable)
    notify({ text: t('undo.done'), action: { label: t('undo.redo'), run: redo } })
  }

  return { save, trash, restore, many, created, undo, redo, undoOne }
}

export type Acts = ReturnType<typeof actsWith>

export function useActs(): Acts {
  const queries = useQueryClient()
  const { t } = useTranslation()
  return useMemo(() => actsWith({ queries, t: (key, values) => t(key, values ?? {}) }), [queries, t])
}
