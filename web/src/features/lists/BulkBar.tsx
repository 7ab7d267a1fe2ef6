/** What can be done with the selected rows, floating above the footer; all of a filter is one click more. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Download, PencilLine, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActs } from '@/lib/actions'
import { isEditable, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { countQuery, type Linked } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { apiUrl } from '@/lib/api'
import { FieldInput } from '@/ui/FieldInput'
import { fieldIcon } from '@/ui/icons'
import { Button, Pop } from '@/ui/kit'
import { PickList } from '@/ui/PickList'

export default function BulkBar({ object, ids, all, filter, total, mayAll, onAll, onClear, exportUrl }: {
  object: ObjectDef
  ids: string[]
  all: boolean
  filter: string
  total: { value: number; exact: boolean } | null
  mayAll: boolean
  onAll: () => void
  onClear: () => void
  exportUrl: (format: string) => string
}) {
  const { t } = useTranslation()
  const locale = useLocale()
  const acts = useActs()
  const exact = useQuery({ ...countQuery(object.plural, filter, true), enabled: all && !total?.exact, placeholderData: keepPreviousData })
  const inFilter = total?.exact ? total.value : (exact.data?.value ?? total?.value ?? ids.length)
  const count = all ? inFilter : ids.length
  const target = all ? { filter: filter || 'id is not empty' } : { ids }
  const exportSelected = all ? exportUrl('csv') : apiUrl(`/${object.plural}/export`, { format: 'csv', filter: `id in (${ids.map((id) => `"${id}"`).join(', ')})` })

  return (
    <div role="toolbar" aria-label={t('bulk.actions')} className="absolute inset-x-0 bottom-12 z-10 mx-auto flex w-fit max-w-[calc(100%-24px)] items-center gap-1 overflow-x-auto rounded-lg bg-raised p-1.5 shadow-3">
      <span role="status" className="flex h-7 shrink-0 items-center gap-1 rounded-sm bg-accent-soft ps-2.5 pe-1 font-medium text-accent-text tabular-nums">
        {all ? t('bulk.all_selected', { count, number: formatNumber(count, locale) }) : t('bulk.selected', { count, number: formatNumber(count, locale) })}
        <button type="button" aria-label={t('bulk.clear')} onClick={onClear} className="grid size-5 place-items-center rounded-xs hover:bg-active"><X size={13} /></button>
      </span>
      {mayAll && <Button size="md" className="shrink-0 text-accent-text" onClick={onAll}>{t('bulk.select_all', { count: inFilter, number: formatNumber(inFilter, locale) })}</Button>}
      <span className="mx-1 h-4 w-px shrink-0 bg-line" />
      {object.can.update && (
        <BulkEdit object={object} count={count} onSet={async (field, value) => {
          const done = await acts.many(object, { action: 'update', ...target, set: { [field.name]: value } }, (changed) => t('bulk.changed', { count: changed, number: formatNumber(changed, locale) }))
          if (done) onClear()
        }} />
      )}
      {object.can.export && <Button onClick={() => window.open(exportSelected, '_self')}><Download size={14} />{t('bulk.export')}</Button>}
      {object.can.delete && (
        <Button
          onClick={() => {
            void acts.many(object, { action: 'delete', ...target }, (gone) => t('bulk.trashed', { count: gone, number: formatNumber(gone, locale) }))
            onClear()
          }}
        >
          <Trash2 size={14} />
          {t('bulk.delete')}
        </Button>
      )}
    </div>
  )
}

function BulkEdit({ object, count, onSet }: { object: ObjectDef; count: number; onSet: (field: FieldDef, value: unknown) => Promise<void> }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const [open, setOpen] = useState(false)
  const [field, setField] = useState<FieldDef | null>(null)
  const [value, setValue] = useState<unknown>(null)
  const [linked, setLinked] = useState<Linked[]>([])
  const fields = object.fields.filter((one) => isEditable(object, one) && !one.unique)

  return (
    <Pop
      label={t('bulk.edit')}
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        if (next) {
          setField(null)
          setValue(null)
          setLinked([])
        }
      }}
      className="w-80"
      trigger={<Button><PencilLine size={14} />{t('bulk.edit')}</Button>}
    >
      {field ? (
        <form
          className="flex flex-col gap-3 p-3"
          onSubmit={(event) => {
            event.preventDefault()
            setOpen(false)
            void onSet(field, value)
          }}
        >
          <p className="font-medium">{labelOf(field.label)}</p>
          <FieldInput
            field={field}
            value={value}
            linked={linked}
            autoFocus
            onChange={(next, links) => {
              setValue(next)
              if (links !== undefined) setLinked(Array.isArray(links) ? links : links ? [links] : [])
            }}
          />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setField(null)}>{t('common.back')}</Button>
            <Button look="primary" type="submit">{t('bulk.apply', { count, number: formatNumber(count, locale) })}</Button>
          </div>
        </form>
      ) : (
        <PickList
          label={t('filter.field')}
          picked={[]}
          items={fields.map((one) => {
            const Icon = fieldIcon(one)
            return { value: one.name, text: labelOf(one.label), view: <><Icon size={14} className="shrink-0 text-fg-3" /><span className="truncate">{labelOf(one.label)}</span></> }
          })}
          onPick={(item) => setField(fields.find((one) => one.name === item.value) ?? null)}
        />
      )}
    </Pop>
  )
}
