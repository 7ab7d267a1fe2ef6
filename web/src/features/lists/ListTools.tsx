/** Sort, groups and columns of a list, also without a mouse. What their buttons open comes when it is opened. */

import { ArrowDown, ArrowDownUp, ArrowUp, Columns3, Group } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import type { ListState } from '@/lib/listUrl'
import { useLabel } from '@/lib/session'
import { Button, cx, Drop, Pop } from '@/ui/kit'
import type { Column } from './columns'
import { parseGrouping } from './table/groups'

const SortPanel = lazy(() => import('./ListPanels').then((panels) => ({ default: panels.SortPanel })))
const GroupPanel = lazy(() => import('./ListPanels').then((panels) => ({ default: panels.GroupPanel })))
const ColumnPanel = lazy(() => import('./ListPanels').then((panels) => ({ default: panels.ColumnPanel })))

export interface ToolsProps {
  object: ObjectDef
  fields: FieldDef[]
  columns: Column[]
  state: ListState
  onState: (change: Partial<ListState>) => void
}

/** Groups and columns are the table's; the order of records is everybody's. */
export function ListTools({ table, ...props }: ToolsProps & { table: boolean }) {
  return (
    <>
      <SortTool {...props} />
      {table && <GroupTool {...props} />}
      {table && <ColumnTool {...props} />}
    </>
  )
}

function SortTool(props: ToolsProps) {
  const { object, fields, state } = props
  const { t } = useTranslation()
  const labelOf = useLabel()
  const first = state.sort[0]
  const name = first && (first.field === 'title' ? labelOf(object.label) : labelOf(fields.find((field) => field.name === first.field)?.label) || first.field)
  return (
    <Pop
      align="end"
      label={t('list.sort')}
      className="w-80"
      trigger={
        <Button size="sm" className={cx('max-md:!size-10 max-md:!p-0', first && '!text-accent-text')}>
          <ArrowDownUp size={13} />
          <span className={cx(first ? 'sr-only' : 'max-md:sr-only')}>{t('list.sort')}</span>
          {first && (
            <>
              <span className="max-w-32 truncate max-md:sr-only">{name}</span>
              {first.descending ? <ArrowDown size={12} /> : <ArrowUp size={12} />}
              {state.sort.length > 1 && <span className="tabular-nums">+{state.sort.length - 1}</span>}
            </>
          )}
        </Button>
      }
    >
      <Suspense><SortPanel {...props} /></Suspense>
    </Pop>
  )
}

function GroupTool(props: ToolsProps) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const field = props.fields.find((one) => one.name === parseGrouping(props.state.group)?.field)
  return (
    <Drop
      align="end"
      width="max-w-72"
      trigger={
        <Button size="sm" aria-label={field ? `${t('grid.group')}: ${labelOf(field.label)}` : t('grid.group')} className={cx(field && '!text-accent-text')}>
          <Group size={13} />
          {field ? <span className="max-w-32 truncate">{labelOf(field.label)}</span> : t('grid.group')}
        </Button>
      }
    >
      <Suspense><GroupPanel {...props} /></Suspense>
    </Drop>
  )
}

function ColumnTool(props: ToolsProps) {
  const { t } = useTranslation()
  return (
    <Pop align="end" label={t('list.columns')} className="w-80" trigger={<Button size="sm"><Columns3 size={13} />{t('list.columns')}</Button>}>
      <Suspense><ColumnPanel {...props} /></Suspense>
    </Pop>
  )
}
