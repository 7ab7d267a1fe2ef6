/** Choices that more than one layout offers: one field of several, some fields of all. */

import { ChevronDown, ChevronUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import type { FieldDef } from '@/lib/definitions'
import { useLabel } from '@/lib/session'
import { fieldIcon } from '@/ui/icons'
import { Button, Drop, DropItem, DropLine, Pop, Tick } from '@/ui/kit'

/** A button that says which field is chosen, and opens the others. */
export function FieldChoice({ label, icon, fields, value, onChange, none }: { label: string; icon?: ReactNode; fields: readonly FieldDef[]; value: string; onChange: (name: string) => void; none?: string }) {
  const labelOf = useLabel()
  const chosen = fields.find((field) => field.name === value)
  return (
    <Drop
      align="end"
      width="max-w-72"
      trigger={
        <Button size="sm">
          {icon}
          <span className="max-lg:sr-only">{label}</span>{' '}
          {chosen && <span className="max-w-36 truncate text-fg">{labelOf(chosen.label)}</span>}
        </Button>
      }
    >
      {none !== undefined && (
        <>
          <DropItem checked={!chosen} onClick={() => onChange('')}>{none}</DropItem>
          <DropLine />
        </>
      )}
      {fields.map((field) => {
        const Icon = fieldIcon(field)
        return <DropItem key={field.name} icon={<Icon size={14} />} checked={field.name === value} onClick={() => onChange(field.name)}>{labelOf(field.label)}</DropItem>
      })}
    </Drop>
  )
}

/** Several fields in an order of the reader's own. */
export function FieldsChoice({ label, icon, fields, shown, onChange }: { label: string; icon: ReactNode; fields: readonly FieldDef[]; shown: readonly string[]; onChange: (names: string[]) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const on = shown.flatMap((name) => fields.find((field) => field.name === name) ?? [])
  const off = fields.filter((field) => !shown.includes(field.name) && field.type !== 'json' && field.type !== 'long_text')

  function move(name: string, step: number) {
    const next = on.map((field) => field.name)
    const at = next.indexOf(name)
    next.splice(at, 1)
    next.splice(at + step, 0, name)
    onChange(next)
  }

  const line = (field: FieldDef, index: number) => {
    const Icon = fieldIcon(field)
    const name = labelOf(field.label)
    const isOn = index >= 0
    return (
      <div key={field.name} className="flex h-8 items-center gap-2 rounded-sm px-2 hover:bg-hover pointer-coarse:h-11">
        <Tick label={name} checked={isOn} onChange={(next) => onChange(next ? [...on.map((one) => one.name), field.name] : on.map((one) => one.name).filter((one) => one !== field.name))} />
        <Icon size={14} className="shrink-0 text-fg-3" />
        <span className="flex-1 truncate">{name}</span>
        {isOn && (
          <>
            <button type="button" disabled={index === 0} aria-label={t('list.move_up', { name })} onClick={() => move(field.name, -1)} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg disabled:opacity-30"><ChevronUp size={14} /></button>
            <button type="button" disabled={index === on.length - 1} aria-label={t('list.move_down', { name })} onClick={() => move(field.name, 1)} className="grid size-6 place-items-center rounded-xs text-fg-3 hover:bg-active hover:text-fg disabled:opacity-30"><ChevronDown size={14} /></button>
          </>
        )}
      </div>
    )
  }

  return (
    <Pop align="end" label={label} className="w-72" trigger={<Button size="sm">{icon}<span className="max-xl:sr-only">{label}</span></Button>}>
      <div className="max-h-[60vh] overflow-y-auto p-1" tabIndex={0}>
        <p className="px-2 pt-1.5 pb-1 text-label font-medium text-fg-3">{t('list.shown_columns')}</p>
        {on.map((field, index) => line(field, index))}
        {off.length > 0 && <p className="px-2 pt-2.5 pb-1 text-label font-medium text-fg-3">{t('list.hidden_columns')}</p>}
        {off.map((field) => line(field, -1))}
      </div>
    </Pop>
  )
}

/** One of a few named things. */
export function OneOf<T extends string>({ label, icon, options, value, onChange }: { label: string; icon?: ReactNode; options: readonly { value: T; label: string }[]; value: T; onChange: (value: T) => void }) {
  const chosen = options.find((option) => option.value === value)
  return (
    <Drop align="end" width="max-w-72" trigger={<Button size="sm">{icon}<span className="sr-only">{label}</span>{' '}<span className="max-w-36 truncate text-fg">{chosen?.label}</span></Button>}>
      {options.map((option) => <DropItem key={option.value} checked={option.value === value} onClick={() => onChange(option.value)}>{option.label}</DropItem>)}
    </Drop>
  )
}

