/** Two people changed one field: both values side by side, and nothing typed is lost. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { clashStore, notify, useActs, type Clash } from '@/lib/actions'
import { linksIn, recordQuery, refreshRecord, type Linked } from '@/lib/records'
import { useLabel } from '@/lib/session'
import { useValueText } from '@/ui/valueText'
import { Button, cx } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

export default function ClashDialog({ clash }: { clash: Clash }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const textOf = useValueText()
  const acts = useActs()
  const queries = useQueryClient()
  const { object, record, set, linked, details } = clash
  // Their links are told by id; the record as it stands now knows what those are called.
  const now = useQuery({ ...recordQuery(object.plural, record.id), staleTime: 0 })
  const fields = Object.entries(details.fields)
  const [mine, setMine] = useState<Record<string, boolean>>(() => Object.fromEntries(fields.map(([name]) => [name, true])))

  function close() {
    clashStore.set(null)
    refreshRecord(queries, object.plural, record.id)
    void queries.invalidateQueries({ queryKey: ['list', object.plural] })
  }

  /** Closed without a choice: what was typed waits for another look. */
  function putAway() {
    close()
    notify({ text: t('clash.put_away', { title: record.title }), action: { label: t('outbox.look'), run: () => clashStore.set(clash) } })
  }

  async function keepChosen() {
    const chosen = Object.fromEntries(Object.entries(set).filter(([name]) => mine[name] ?? true))
    close()
    const links = Object.fromEntries(Object.entries(linked ?? {}).filter(([name]) => name in chosen))
    if (Object.keys(chosen).length > 0) await acts.save(object, { ...record, version: details.version }, chosen, { version: details.version, linked: links })
  }

  return (
    <Modal
      open
      onClose={putAway}
      width="max-w-[600px]"
      title={t('clash.title', { title: record.title })}
      footer={
        <>
          <Button onClick={close}>{t('clash.discard')}</Button>
          <Button look="primary" onClick={() => void keepChosen()}>{t('clash.keep')}</Button>
        </>
      }
    >
      <p className="mb-4 text-fg-2">{t('clash.lead')}</p>
      {fields.map(([name, values]) => {
        const field = object.fields.find((candidate) => candidate.name === name)
        const label = labelOf(field?.label) || name
        const known: Linked[] = field ? [linked?.[name] ?? [], linksIn(record, field), now.data ? linksIn(now.data, field) : []].flat() : []
        const text = (value: unknown) => (field ? textOf(field, value, known.filter((one) => one.title !== '')) : String(value ?? '—'))
        return (
          <fieldset key={name} className="mb-4">
            <legend className="mb-1.5 font-medium">{label}</legend>
            <div role="radiogroup" aria-label={label} className="grid gap-2 sm:grid-cols-2">
              {([[true, t('clash.yours'), values.yours], [false, t('clash.theirs'), values.theirs]] as const).map(([own, caption, value]) => (
                <button
                  key={caption}
                  type="button"
                  role="radio"
                  aria-checked={(mine[name] ?? true) === own}
                  onClick={() => setMine((held) => ({ ...held, [name]: own }))}
                  className={cx('rounded-md px-3 py-2 text-start', (mine[name] ?? true) === own ? 'bg-accent-soft shadow-[inset_0_0_0_2px_var(--accent)]' : 'shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover')}
                >
                  <span className="block text-label text-fg-2">{caption}</span>
                  <span className="block max-h-32 overflow-y-auto break-words whitespace-pre-wrap">{text(value)}</span>
                </button>
              ))}
            </div>
          </fieldset>
        )
      })}
    </Modal>
  )
}
