/** Where a layout's own choices stand: in the row of the list's tools, beside the switch. */

import type { ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { createStore, useStore } from '@/lib/store'

export const toolsPlace = createStore<HTMLElement | null>(null)

export function LayoutTools({ children }: { children: ReactNode }) {
  const place = useStore(toolsPlace)
  return place && createPortal(children, place)
}
