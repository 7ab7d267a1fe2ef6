/** The icons of the areas; apart from the others, so that the shell stays light. */

import { Briefcase, ChartLine, Gift, Layers, LifeBuoy, Megaphone, MessagesSquare, Settings, ShoppingBag, Users, Workflow, type LucideIcon } from 'lucide-react'

const BY_AREA: Record<string, LucideIcon> = {
  customers: Users, sales: Briefcase, marketing: Megaphone, service: LifeBuoy, commerce: ShoppingBag, loyalty: Gift, community: MessagesSquare,
  analytics: ChartLine, automation: Workflow, settings: Settings,
}

export function areaIcon(area: string): LucideIcon {
  return BY_AREA[area] ?? Layers
}
