/** A text that people wrote, with the colleagues it names. */

import { partsOf } from '@/lib/mentions'

export function Told({ text }: { text: string }) {
  return partsOf(text).map((part, index) => (typeof part === 'string' ? part : <span key={index} className="rounded-xs bg-accent-soft px-0.5 font-medium text-accent-text">@{part.name}</span>))
}
