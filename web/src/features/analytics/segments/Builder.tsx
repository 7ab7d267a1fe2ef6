/** The conditions of a segment: the filter builder of the lists. */

import { useState } from 'react'
import type { Party } from '@/lib/analysis'
import { useObject } from '@/lib/session'
import { FilterBar } from '@/ui/filter/FilterBar'
import { usePhone } from '@/ui/usePhone'

export function Builder({ party, question, onQuestion }: { party: Party; question: string; onQuestion: (question: string) => void }) {
  const object = useObject(party)
  const phone = usePhone()
  const [adding, setAdding] = useState<boolean | string>(false)
  if (!object) return null
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-1.5 rounded-md px-3 py-2.5 shadow-[inset_0_0_0_1px_var(--line)]">
      <FilterBar object={object} fields={object.fields} filter={question} phone={phone} adding={adding} onAdding={setAdding} onFilter={onQuestion} />
    </div>
  )
}
