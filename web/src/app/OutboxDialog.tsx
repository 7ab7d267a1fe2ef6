/** Changes the server refused after it was away: what was typed, why it could not stand, and what to do with it. */

import { Link } from '@tanstack/react-router'
import { Copy } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { notify, useActs } from '@/lib/actions'
import { objectByName } from '@/lib/definitions'
import { dropChange, outboxStore } from '@/lib/outbox'
import { outboxOpenStore } from '@/lib/panels'
import { useDefinitions, useLabel } from '@/lib/session'
import { useStore } from '@/lib/store'
import { useValueText } from '@/ui/valueText'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

export default function OutboxDialog() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const textOf = useValueText()
  const acts = useActs()
  const kept = useStore(outboxStore).filter((one) => one.refused !== undefined)
  const close = () => outboxOpenStore.set(false)

  return (
    <Modal open title={t('outbox.title')} onClose={close} width="max-w-[560px]">
      {kept.length === 0 && <p className="text-fg-2">{t('outbox.nothing')}</p>}
      <ul className="flex flex-col gap-3">
        {kept.map((one) => {
          const object = objectByName(definitions, one.object)
          const lines = Object.entries(one.set).map(([name, value]) => {
            const field = object?.fields.find((candidate) => candidate.name === name)
            const linked = one.linked?.[name]
            return { label: labelOf(field?.label) || name, text: field ? textOf(field, value, Array.isArray(linked) ? linked : linked ? [linked] : []) : String(value) }
          })
          return (
            <li key={one.key} className="rounded-md px-3.5 py-3 shadow-[inset_0_0_0_1px_var(--line)]">
              <Link to="/o/$plural/$id" params={{ plural: one.plural, id: one.id }} onClick={close} className="font-medium hover:underline">{one.title}</Link>
              <p className="text-meta text-bad">{one.refused}</p>
              <dl className="my-2">
                {lines.map((line) => (
                  <div key={line.label} className="flex gap-2"><dt className="w-36 shrink-0 truncate text-fg-3">{line.label}</dt><dd className="min-w-0 flex-1 break-words whitespace-pre-wrap">{line.text}</dd></div>
                ))}
              </dl>
              <div className="flex flex-wrap gap-2">
                <Button look="outline" onClick={() => acts.sendAgain(one.key)}>{t('common.retry')}</Button>
                <Button look="outline" onClick={() => void navigator.clipboard?.writeText(lines.map((line) => `${line.label}: ${line.text}`).join('\n')).then(() => notify({ text: t('outbox.copied') })).catch(() => {})}><Copy size={14} />{t('common.copy')}</Button>
                <Button onClick={() => dropChange(one.key)}>{t('outbox.drop')}</Button>
              </div>
            </li>
          )
        })}
      </ul>
    </Modal>
  )
}
