/** A card made where it belongs: its name is enough; what else is wanted opens the form. */

import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf } from '@/lib/api'
import { useActs } from '@/lib/actions'
import { titleField, type ObjectDef } from '@/lib/definitions'
import { openForm } from '@/lib/panels'
import { createRecord, type Linked } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { Button, Key } from '@/ui/kit'

export function QuickAdd({ object, preset, onClose, onMade }: { object: ObjectDef; preset: { values: Record<string, unknown>; linked: Record<string, Linked> }; onClose: () => void; onMade: (id: string) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const acts = useActs()
  const field = titleField(object)
  const [text, setText] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [isSending, setSending] = useState(false)

  function whole() {
    openForm({ kind: 'create', object: object.name, preset: { ...preset.values, ...(field && text.trim() ? { [field.name]: text.trim() } : {}) }, linked: preset.linked, stay: true })
    onClose()
  }

  async function make() {
    if (!field || text.trim() === '' || isSending) return
    setSending(true)
    setFault(null)
    try {
      const { data, change } = await createRecord(object.plural, { ...preset.values, [field.name]: text.trim() })
      acts.created(object, data, change)
      onMade(data.id)
      setText('')
    } catch (error) {
      // More than the name is wanted: the form asks for it.
      if (error instanceof Problem && error.fields.some((one) => !one.pointer.endsWith(`/${field.name}`))) whole()
      else setFault(reasonOf(error))
    } finally {
      setSending(false)
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    event.stopPropagation()
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      void make()
    } else if (event.key === 'Escape') onClose()
  }

  // An object named by several fields has no name to type here.
  if (!field) {
    return (
      <div className="mx-2 mb-2 flex items-center gap-2 rounded-md bg-surface p-2 shadow-2 dark:bg-raised">
        <Button look="primary" size="sm" autoFocus onClick={whole}>{t('list.new', { object: labelOf(object.label).toLocaleLowerCase() })}</Button>
        <Button size="sm" onClick={onClose}>{t('common.cancel')}</Button>
      </div>
    )
  }
  return (
    <div className="mx-2 mb-2 rounded-md bg-surface p-2 shadow-[0_0_0_1.5px_var(--accent),var(--depth-2)] dark:bg-raised">
      <input autoFocus value={text} onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} aria-label={labelOf(field.label)} aria-invalid={fault !== null} placeholder={labelOf(field.label)} maxLength={field.max || undefined} className="h-7 w-full bg-transparent px-1 font-medium outline-none pointer-coarse:h-11 pointer-coarse:text-[16px]" />
      {fault && <p role="alert" className="px-1 text-meta text-bad">{fault}</p>}
      <div className="mt-1 flex items-center gap-1">
        <Button look="primary" size="sm" disabled={isSending} onClick={() => void make()}>{t('board.make')}<Key>↵</Key></Button>
        <Button size="sm" onClick={whole}>{t('board.whole_form')}</Button>
        <span className="flex-1" />
        <Button size="sm" onClick={onClose}>{t('common.cancel')}</Button>
      </div>
    </div>
  )
}
