/** Where a layout's own choices stand: in the row of the list's tools, beside the switch; on a phone in a row of their own. */

import type { ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { createStore, useStore } from '@/lib/store'
import { usePhone } from '@/ui/usePhone'

export const toolsPlace = createStore<HTMLElement | null>(null)

export function LayoutTools({ children }: { children: ReactNode }) {
  const place = useStore(toolsPlace)
  if (usePhone()) return <div className="flex h-11 w-full shrink-0 items-center gap-1 overflow-x-auto border-b border-line px-3 [scrollbar-width:none]">{children}</div>
  return place && createPortal(children, place)
}
