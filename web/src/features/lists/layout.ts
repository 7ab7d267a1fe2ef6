/** What a list hands to the layout that draws it; the table is the one that needs more. */

import type { ComponentType } from 'react'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import type { LayoutConfig } from '@/lib/listUrl'

export interface LayoutProps {
  object: ObjectDef
  /** Every field that may be shown, the system's own at the end. */
  fields: FieldDef[]
  /** The whole question, the words looked for included. */
  filter: string
  /** `-amount,title`; empty for the server's order. */
  sort: string
  config: LayoutConfig
  /** Keeps choices of this layout in the address and in the saved view; an empty text takes one away. */
  onConfig: (change: LayoutConfig) => void
  /** Narrows or opens the list to another question. */
  onFilter: (filter: string) => void
  /** Takes filter and words away. */
  onClear: () => void
  /** The record open beside the list. */
  peek: string | null
  onPeek: (id: string | null) => void
  phone: boolean
}

export type Layout = ComponentType<LayoutProps>
