/** The state of a quote, in its colour. */

import { objectByName } from '@/lib/definitions'
import type { State } from '@/lib/quotes'
import { useDefinitions, useLabel } from '@/lib/session'
import { Pill } from '@/ui/kit'

export function StatePill({ state }: { state: State }) {
  const labelOf = useLabel()
  const field = objectByName(useDefinitions(), 'quote')?.fields.find((one) => one.name === 'state')
  const option = field?.options?.find((one) => one.value === state)
  return <Pill hue={option?.hue ?? undefined}>{option ? labelOf(option.label) : state}</Pill>
}
