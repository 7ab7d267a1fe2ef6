/** How a record looks in one glance: initials of a person, the mark of a company, the icon of anything else. */

import { hueOf } from '@/lib/format'
import type { CSSProperties } from 'react'
import { iconOf } from './icons'
import { Avatar, Mark } from './kit'

export function Face({ kind, name, icon, size = 20 }: { kind: 'person' | 'mark' | 'icon'; name: string; icon?: string | undefined; size?: number }) {
  if (kind === 'person') return <Avatar name={name} size={size} />
  if (kind === 'mark') return <Mark name={name} size={size} />
  const Icon = iconOf(icon)
  return (
    <span aria-hidden className="face inline-grid shrink-0 place-items-center rounded-[28%]" style={{ '--hue': hueOf(icon ?? ''), width: size, height: size } as CSSProperties}>
      <Icon size={Math.round(size * 0.6)} strokeWidth={1.75} />
    </span>
  )
}
