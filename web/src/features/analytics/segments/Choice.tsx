/** A choice of a segment's field in the reader's language. */

import { optionsOf } from '@/lib/definitions'
import { useLabel, useObject } from '@/lib/session'
import { Pill } from '@/ui/kit'

export function Choice({ field, value }: { field: string; value: string }) {
  const labelOf = useLabel()
  const object = useObject('segment')
  const of = object?.fields.find((one) => one.name === field)
  const option = of && optionsOf(of).find((one) => one.value === value)
  return <Pill dot hue={option?.hue ?? undefined}>{option ? labelOf(option.label) : value}</Pill>
}
