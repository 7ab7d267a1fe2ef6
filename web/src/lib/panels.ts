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
export const notificationsStore = createStore(false)
/** Changes that could not be sent, to be looked at. */
export const outboxOpenStore = createStore(false)

/** A record looked at beside the page, from anywhere but a list with a panel of its own. */
export interface PeekRequest {
  object: string
  id: string
  /** Its neighbours, to walk on by ↑ and ↓. */
  among?: readonly string[]
}

export const peekStore = createStore<PeekRequest | null>(null)

/** The session has ended over an open page: who waits for it to begin again. */
export interface SignInRequest {
  user: { id: string; name: string; email: string }
  answer: (isBack: boolean) => void
}

export const signInStore = createStore<SignInRequest | null>(null)

export function openForm(request: FormRequest): void {
  formStore.set(request)
}
