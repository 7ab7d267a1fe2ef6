/** Records of one object that link to this one: the newest first, and a way to all of them and to one more. */

import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowUpRight, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { faceOf, isNumeric, objectByName, storedType, templateFields, type ObjectDef } from '@/lib/definitions'
import { openForm } from '@/lib/panels'
import { linkFilter, listQuery, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel } from '@/lib/session'
import { Face } from '@/ui/Face'
import { FieldValue } from '@/ui/FieldValue'
import { Button, cx } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'
import type { Related } from './useRelated'

export function RelatedList({ related, record, parent }: { related: Related; record: RecordData; parent: ObjectDef }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const navigate = useNavigate()
  const definitions = useDefinitions()
  const object = objectByName(definitions, related.object)
  const filter = linkFilter(object, related.field, record.id)
  const inTitle = new Set([...templateFields(object?.title), related.field])
  const fields = (object?.fields ?? []).filter((field) => !inTitle.has(field.name) && !['long_text', 'json', 'file', 'address', 'links', 'multi_choice'].includes(storedType(field)) && field.section !== 'system')
    .sort((a, b) => rank(a.type) - rank(b.type)).slice(0, 5)
  const list = useInfiniteQuery({ ...listQuery(object?.plural ?? '', { filter, sort: '-created_at', fields: fields.map((field) => field.name).join(',') }), enabled: object !== undefined })
  if (!object) return null
  const rows = list.data?.pages.flatMap((page) => page.data) ?? []
  const link = object.fields.find((field) => field.name === related.field)
  const value = link?.type === 'links' ? [record.id] : record.id
  const linked = { id: record.id, object: parent.name, title: record.title }

  return (
    <div>
      <div className="mb-3 flex items-center gap-2">
        <h2 className="flex-1 text-lead font-semibold">{related.label}</h2>
        <Button look="outline" onClick={() => void navigate({ to: '/o/$plural', params: { plural: object.plural }, search: { f: filter } })}>
          {t('related.all')}
          <ArrowUpRight size={14} />
        </Button>
        {object.can.create && (
          <Button look="outline" onClick={() => openForm({ kind: 'create', object: object.name, preset: { [related.field]: value }, linked: { [related.field]: link?.type === 'links' ? [linked] : linked }, stay: true })}>
            <Plus size={14} />
            {t('list.new', { object: labelOf(object.label).toLocaleLowerCase() })}
          </Button>
        )}
      </div>
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Bones rows={5} className="!px-0" />}
      {rows.length > 0 && (
        <div className="overflow-x-auto rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
          <table className="w-full border-collapse text-start">
            <thead>
              <tr className="h-[34px] text-meta text-fg-3">
                <th className="px-3 text-start font-medium">{labelOf(object.label)}</th>
                {fields.map((field) => (
                  <th key={field.name} className={cx('px-3 font-medium whitespace-nowrap max-md:hidden', isNumeric(storedType(field)) ? 'text-end' : 'text-start')}>{labelOf(field.label)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id} className="h-9 border-t border-line hover:bg-subtle">
                  <td className="max-w-72 px-3">
                    <Link to="/o/$plural/$id" params={{ plural: object.plural, id: row.id }} className="flex min-w-0 items-center gap-2 font-medium hover:underline">
                      <Face kind={faceOf(object)} name={row.title} icon={object.icon} size={18} />
                      <span className="truncate">{row.title || t('common.untitled')}</span>
                    </Link>
                  </td>
                  {fields.map((field) => (
                    <td key={field.name} className={cx('max-w-56 truncate px-3 text-fg-2 max-md:hidden', isNumeric(storedType(field)) && 'text-end')}>
                      <FieldValue field={field} record={row} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && <Button look="outline" className="mt-3" onClick={() => void list.fetchNextPage()}>{t('common.more')}</Button>}
    </div>
  )
}

function rank(type: string): number {
  return type === 'choice' ? 0 : type === 'money' || type === 'roll_up' ? 1 : type === 'date' || type === 'time' ? 2 : type === 'link' ? 3 : 4
}
