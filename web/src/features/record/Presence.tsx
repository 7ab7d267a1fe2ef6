/** Who else looks at this record now, and what they are changing. */

import { useTranslation } from '@/lib/useTranslation'
import type { ObjectDef } from '@/lib/definitions'
import type { Present } from '@/lib/presence'
import { useLabel } from '@/lib/session'
import { Avatar, Hint } from '@/ui/kit'

const MOST = 4

export function Presence({ object, people }: { object: ObjectDef; people: Present[] }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  if (people.length === 0) return null
  const told = (person: Present) => {
    const field = object.fields.find((one) => one.name === person.editing)
    return field ? t('presence.editing', { name: person.name, field: labelOf(field.label) }) : t('presence.looking', { name: person.name })
  }
  return (
    <ul aria-label={t('presence.title')} className="flex shrink-0 items-center -space-x-1.5 pe-1">
      {people.slice(0, MOST).map((person) => (
        <Hint key={person.id} label={told(person)}>
          <li className={person.editing ? 'rounded-full shadow-[0_0_0_2px_var(--accent)]' : 'rounded-full shadow-[0_0_0_2px_var(--surface)]'}>
            <Avatar name={person.name} size={24} />
            <span className="sr-only">{told(person)}</span>
          </li>
        </Hint>
      ))}
      {people.length > MOST && <li className="grid size-6 place-items-center rounded-full bg-hover text-label font-medium text-fg-2 shadow-[0_0_0_2px_var(--surface)]">+{people.length - MOST}</li>}
    </ul>
  )
}
