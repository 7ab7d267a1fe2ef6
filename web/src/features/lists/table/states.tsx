/** What stands where the table has no rows: still loading, nothing there, nothing found, not answered. */

import { useNavigate } from '@tanstack/react-router'
import { ListFilter, Plus, SearchX, Upload } from 'lucide-react'
import type { CSSProperties, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem } from '@/lib/api'
import type { ObjectDef } from '@/lib/definitions'
import type { ListState } from '@/lib/listUrl'
import { openForm } from '@/lib/panels'
import { useLabel } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Button } from '@/ui/kit'
import { Blank, Failed } from '@/ui/states'
import type { Column } from '../columns'
import { ROW } from './frame'
import { BoneRow } from './Row'

export function Skeleton({ header, columns, variables }: { header: ReactNode; columns: readonly Column[]; variables: CSSProperties }) {
  const { t } = useTranslation()
  return (
    <div className="min-w-0 flex-1 overflow-hidden" style={variables} aria-busy="true" aria-label={t('common.loading')}>
      {/* The header stands without roles until there is a grid around it. */}
      <div role="table" aria-label={t('common.loading')}>{header}</div>
      <div className="late">
        {Array.from({ length: 16 }, (_, index) => (
          <div key={index} style={{ height: ROW }}><BoneRow columns={columns} /></div>
        ))}
      </div>
    </div>
  )
}

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
