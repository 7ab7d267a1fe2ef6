/** A question in the language of filters, checked while it is written: how many records it means, or where it is wrong. */

import { useQuery } from '@tanstack/react-query'
import { Check, CircleAlert, ListFilter } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf } from '@/lib/api'
import { storedType, type ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { countQuery } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { cx, IconButton, Pop } from '@/ui/kit'
import { usePaused } from '@/lib/usePaused'
import { fieldIcon } from '@/ui/icons'
import { PickList } from '@/ui/PickList'

export function QuestionInput({ object, value, onChange, label, counts = true, placeholder, fault }: { object: ObjectDef; value: string; onChange: (text: string) => void; label: string; counts?: boolean; placeholder?: string; fault?: string | undefined }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const id = useId()
  const [picking, setPicking] = useState(false)
  const box = useRef<HTMLTextAreaElement>(null)
  const paused = usePaused(value.trim(), 300)
  const found = useQuery({ ...countQuery(object.plural, paused, true), enabled: counts && paused !== '', retry: false })
  const all = useQuery({ ...countQuery(object.plural, '', true), enabled: counts && paused !== '' })
  const refused = found.isError && !(found.error instanceof Problem && found.error.isOffline)
  const wrong = fault ?? (refused ? reasonOf(found.error) : null)

  function insert(name: string) {
    setPicking(false)
    const element = box.current
    const at = element?.selectionStart ?? value.length
    const before = value.slice(0, at)
    onChange(`${before}${before === '' || before.endsWith(' ') || before.endsWith('(') ? '' : ' '}${name} ${value.slice(at)}`)
    requestAnimationFrame(() => element?.focus())
  }

  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex items-start gap-1.5">
        <textarea
          ref={box}
          rows={1}
          spellCheck={false}
          aria-label={label}
          aria-invalid={wrong !== null}
          aria-describedby={id}
          placeholder={placeholder ?? 'status = "open" and owner = me'}
          className={cx('input field-sizing-content max-h-40 min-w-0 flex-1 resize-none font-mono text-meta', wrong && 'shadow-[inset_0_0_0_1px_var(--bad)]')}
          value={value}
          onChange={(event) => onChange(event.target.value.replaceAll('\n', ' '))}
        />
        <Pop label={t('question.insert')} open={picking} onOpenChange={setPicking} align="end" className="w-72" trigger={<IconButton label={t('question.insert')} look="outline" className="!size-8"><ListFilter size={14} /></IconButton>}>
          <PickList
            label={t('question.insert')}
            items={object.fields.map((field) => {
              const Icon = fieldIcon(field)
              return { value: field.name, text: `${labelOf(field.label)} ${field.name}`, view: <><Icon size={14} className="shrink-0 text-fg-3" /><span className="truncate">{labelOf(field.label)}</span></>, hint: storedType(field) === 'choice' ? `${field.name} = "…"` : field.name }
            })}
            picked={[]}
            onPick={(item) => insert(item.value)}
          />
        </Pop>
      </div>
      <p id={id} role="status" className={cx('flex min-h-4 items-start gap-1.5 text-meta', wrong ? 'text-bad' : 'text-fg-3')}>
        {wrong ? (
          <><CircleAlert size={13} className="mt-0.5 shrink-0" />{wrong}</>
        ) : counts && paused !== '' && found.data ? (
          <><Check size={13} className="mt-0.5 shrink-0 text-ok" />{t('question.means', { count: found.data.value, number: formatNumber(found.data.value, locale), total: all.data ? formatNumber(all.data.value, locale) : '…' })}</>
        ) : null}
      </p>
    </div>
  )
}
