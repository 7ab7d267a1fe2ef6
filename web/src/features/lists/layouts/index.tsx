/** The layouts a list has besides the table, each fetched when it is first chosen, and the switch between them. */

import type { ComponentType } from 'react'
import type { ObjectDef } from '@/lib/definitions'
import type { Layout } from '../layout'

export interface LayoutSwitchProps {
  object: ObjectDef
  layout: string
  onLayout: (layout: string) => void
}

/** By the name that stands in the address and in saved views. */
export const layouts: Partial<Record<string, Layout>> = {}

/** Which layouts this object can have, and which is on. */
export const LayoutSwitch: ComponentType<LayoutSwitchProps> = () => null
