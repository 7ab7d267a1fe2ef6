/** What stands where the table has no rows: nothing there, nothing found, not answered. */

import { useNavigate } from '@tanstack/react-router'
import { ListFilter, Plus, SearchX, Upload } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import type { ListState } from '@/lib/listUrl'
import { openForm } from '@/lib/panels'
import { useLabel } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Button } from '@/ui/kit'
import { Blank, Failed } from '@/ui/states'

/** What a link or a view asked for in vain is taken back with one press. */
export function NotAnswered({ error, onState, onRetry }: { error: Error; onState: (change: Partial<ListState>) => void; onRetry: () => void }) {
  const { t } = useTranslation()
  const pointer = error instanceof Problem ? error.fields[0]?.pointer : undefined
  const way = pointer?.startsWith('/sort') ? (
    <Button look="outline" onClick={() => onState({ sort: [] })}>{t('list.no_sort')}</Button>
  ) : pointer?.startsWith('/filter') ? (
    <Button look="outline" onClick={() => onState({ filter: '', search: '' })}>{t('filter.clear_all')}</Button>
  ) : pointer?.startsWith('/by') ? (
    <Button look="outline" onClick={() => onState({ group: '' })}>{t('grid.ungroup')}</Button>
  ) : undefined
  return <div className="flex-1 overflow-auto"><Failed error={error} onRetry={onRetry} action={way} /></div>
}

export function Nothing({ object, filter, onAddFilter, onState }: { object: ObjectDef; filter: string; onAddFilter: () => void; onState: (change: Partial<ListState>) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const navigate = useNavigate()
  if (filter) {
    return (
      <Blank className="flex-1" icon={SearchX} title={t('list.no_result')} action={<><Button look="outline" onClick={onAddFilter}><ListFilter size={14} />{t('filter.add')}</Button><Button look="outline" onClick={() => onState({ filter: '', search: '' })}>{t('filter.clear_all')}</Button></>}>
        {t('list.no_result_hint')}
        <code className="mt-2 block rounded-sm bg-hover px-2 py-1 font-mono text-meta break-all">{filter}</code>
      </Blank>
    )
  }
  return (
    <Blank
      className="flex-1"
      icon={iconOf(object.icon)}
      title={t('list.empty', { objects: labelOf(object.label_plural).toLocaleLowerCase() })}
      action={
        <>
          {object.can.create && <Button look="primary" onClick={() => openForm({ kind: 'create', object: object.name })}><Plus size={15} />{t('list.new', { object: labelOf(object.label).toLocaleLowerCase() })}</Button>}
          {object.can.import && <Button look="outline" onClick={() => void navigate({ to: '/imports', search: { object: object.plural } })}><Upload size={14} />{t('list.import')}</Button>}
        </>
      }
    >
      {t('list.empty_hint')}
    </Blank>
  )
}
