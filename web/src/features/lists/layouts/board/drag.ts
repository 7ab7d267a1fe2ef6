/** The card that is held and the place it is over: shared by the columns, so that only those concerned are drawn anew. */

import { createStore, type Store } from '@/lib/store'
import { watchPress, type Point } from '../press'

export interface Held {
  id: string
  /** The name of the place under the pointer: a cell, or a target at the bottom. */
  over: string | null
}

export const heldStore: Store<Held | null> = createStore<Held | null>(null)

/** The place where a card is let go to be deleted: a name that no cell has. */
export const BIN = 'bin'
/** In place of a lane: the one the card is in. */
export const OWN_LANE = '*'

export interface DragHooks {
  onStart: (id: string, source: HTMLElement, at: Point) => void
  onMove: (at: Point) => void
  onEnd: (id: string, over: string | null) => void
}

/** Begins to watch a pointer that came down on a card. */
export function watchCard(event: PointerEvent, card: HTMLElement, hooks: DragHooks): void {
  const id = card.dataset['card']
  if (!id) return
  watchPress(event, {
    onStart: (at) => {
      heldStore.set({ id, over: null })
      hooks.onStart(id, card, at)
    },
    onMove: (at) => {
      hooks.onMove(at)
      const over = document.elementFromPoint(at.x, at.y)?.closest<HTMLElement>('[data-drop]')?.dataset['drop'] ?? null
      if (heldStore.get()?.over !== over) heldStore.set({ id, over })
    },
    onEnd: (_, dropped) => {
      const over = dropped ? (heldStore.get()?.over ?? null) : null
      heldStore.set(null)
      hooks.onEnd(id, over)
    },
  })
}
