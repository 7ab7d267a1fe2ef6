/** The fields a condition may be about, with a search. */

import { Braces, Parentheses } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldDef } from '@/lib/definitions'
import { useLabel } from '@/lib/session'
import { fieldIcon } from '@/ui/icons'
import { Button } from '@/ui/kit'
import { PickList } from '@/ui/PickList'

export function FieldList({ askable, onPick, footer }: { askable: FieldDef[]; onPick: (field: FieldDef) => void; footer?: ReactNode }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  return (
    <PickList
      label={t('filter.field')}
      items={askable.map((field) => {
        const Icon = fieldIcon(field)
        return { value: field.name, text: labelOf(field.label), view: <><Icon size={14} className="shrink-0 text-fg-3" /><span className="truncate">{labelOf(field.label)}</span></> }
      })}
      picked={[]}
      onPick={(item) => {
        const field = askable.find((candidate) => candidate.name === item.value)
        if (field) onPick(field)
      }}
      footer={footer}
    />
  )
}

/** What a question may also begin with: a group of conditions, or its text. */
export function OtherWays({ onGroup, onText }: { onGroup: () => void; onText: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="flex gap-1 border-t border-line p-1">
      <Button size="sm" onClick={onGroup}><Parentheses size={13} />{t('filter.add_group')}</Button>
      <Button size="sm" onClick={onText}><Braces size={13} />{t('filter.as_text')}</Button>
    </div>
  )
}
