/** What is open over the page. Features open panels of other features by these names, without knowing them. */

import type { RecordData } from './records'
import { createStore } from './store'

/** The form at the side: a new record, perhaps already linked to something, or an existing one. */
export type FormRequest =
  | { kind: 'create'; object: string; preset?: Record<string, unknown>; linked?: RecordData['linked']; stay?: boolean }
  | { kind: 'edit'; object: string; id: string }

export const formStore = createStore<FormRequest | null>(null)
export const paletteStore = createStore(false)
export const shortcutsStore = createStore(false)

export function openForm(request: FormRequest): void {
  formStore.set(request)
}
