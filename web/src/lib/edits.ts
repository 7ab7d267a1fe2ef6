/** Edits of many records as one request, and what of it was refused. */

import type { BulkError, BulkRequest, Linked, RecordData } from './records'

/** New values for one record among many. */
export interface Edit {
  record: RecordData
  set: Record<string, unknown>
  linked?: Record<string, Linked | Linked[] | null>
}

/** What the server would not take, and why; without a field it is the whole record. */
export interface Refusal {
  id: string
  field: string | null
  detail: string
}

/** One set of values for all is sent as such; else each record with its own. */
export function bulkOf(edits: Edit[]): BulkRequest {
  const first = edits[0]
  const same = first !== undefined && edits.every((edit) => JSON.stringify(edit.set) === JSON.stringify(first.set))
  if (same) return { action: 'update', ids: edits.map(({ record }) => record.id), set: first.set }
  return { action: 'update', records: edits.map(({ record, set }) => ({ id: record.id, ...set })) }
}

/** Errors of a bulk answer, by record and field. */
export function refusalsOf(errors: BulkError[], edits: Edit[]): Refusal[] {
  return errors.flatMap((error) => {
    const id = error.id ?? edits[error.index ?? -1]?.record.id
    if (!id) return []
    const fields = (error.errors ?? []).map((one) => ({ id, field: one.pointer.split('/').pop() ?? null, detail: one.detail }))
    return fields.length > 0 ? fields : [{ id, field: null, detail: error.detail }]
  })
}
