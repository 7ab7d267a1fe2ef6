/** What all pages of the settings are made of: the page with its head, cards of lines, switches, dialogs that ask. */

import { Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { Button, cx } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Labelled } from './Labelled'

export function Page({ title, lead, action, back, wide, children }: { title: ReactNode; lead?: ReactNode; action?: ReactNode; back?: { to: '/settings/objects' | '/settings/roles' | '/settings/sequences'; label: string }; wide?: boolean; children: ReactNode }) {
  return (
    <div className={cx('mx-auto px-6 py-7 max-md:px-4 max-md:py-5', wide ? 'max-w-[1180px]' : 'max-w-[820px]')}>
      {back && <Link to={back.to} className="mb-2 inline-flex min-h-6 items-center gap-1.5 text-meta text-fg-3 hover:text-fg"><ArrowLeft size={13} className="rtl:rotate-180" />{back.label}</Link>}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="min-w-0 flex-1 text-title font-semibold text-balance">{title}</h1>
        {action}
      </div>
      {lead && <p className="mt-1 max-w-[640px] text-fg-2">{lead}</p>}
      <div className="mt-6 flex flex-col gap-8">{children}</div>
    </div>
  )
}

export function Section({ title, lead, action, children }: { title: string; lead?: ReactNode; action?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <div className="mb-2.5 flex flex-wrap items-end gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <h2 className="text-lead font-semibold">{title}</h2>
          {lead && <p className="max-w-[640px] text-fg-2">{lead}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  )
}

/** A hairline around what belongs together. */
export const CARD = 'rounded-md shadow-[inset_0_0_0_1px_var(--line)]'

export function Card({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={cx(CARD, 'flex flex-col gap-4 p-4', className)}>{children}</div>
}

export function Lines({ children, label }: { children: ReactNode; label?: string }) {
  return <ul aria-label={label} className={CARD}>{children}</ul>
}

/** One line of a card: what it is, what is said of it, what can be done with it. */
export function Line({ icon, title, note, children, className }: { icon?: ReactNode; title: ReactNode; note?: ReactNode; children?: ReactNode; className?: string }) {
  return (
    <li className={cx('flex min-h-13 items-center gap-3 border-b border-line px-4 py-2 last:border-0', className)}>
      {icon && <span className="grid shrink-0 place-items-center text-fg-3">{icon}</span>}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{title}</span>
        {note && <span className="block text-meta text-fg-3 max-md:line-clamp-2 md:truncate">{note}</span>}
      </span>
      {children}
    </li>
  )
}

export function Switch({ label, checked, onChange, disabled, describedBy }: { label: string; checked: boolean; onChange: (on: boolean) => void; disabled?: boolean; describedBy?: string }) {
  return (
    <button
      type="button"
      role="switch"
      aria-label={label}
      aria-checked={checked}
      aria-describedby={describedBy}
      disabled={disabled}
      onClick={() => onChange(!checked)}
      className={cx('relative h-5 w-9 shrink-0 rounded-full transition-colors duration-100 after:absolute after:-inset-1 disabled:opacity-50 pointer-coarse:after:-inset-3', checked ? 'bg-accent' : 'bg-line-strong dark:bg-active')}
    >
      <span className={cx('absolute top-0.5 size-4 rounded-full bg-white shadow-1 transition-[inset-inline-start] duration-100', checked ? 'start-[18px]' : 'start-0.5')} />
    </button>
  )
}

/** A sentence with its switch. */
export function SwitchLine({ label, hint, checked, onChange, disabled }: { label: string; hint?: string; checked: boolean; onChange: (on: boolean) => void; disabled?: boolean }) {
  return (
    <div className="flex items-center gap-4">
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{label}</span>
        {hint && <span className="block text-meta text-fg-3">{hint}</span>}
      </span>
      <Switch label={label} checked={checked} onChange={onChange} {...(disabled ? { disabled } : {})} />
    </div>
  )
}

/** Says how it went only where the page itself does not. */
export function useTry(): (act: () => Promise<unknown>, done?: string) => Promise<boolean> {
  const { t } = useTranslation()
  return async (act, done) => {
    try {
      await act()
      if (done) notify({ text: done })
      return true
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
      return false
    }
  }
}

/** What the server found wrong, by the first part of its pointer; the rest stands under the empty name. */
export function faultsOf(error: unknown): Record<string, string> {
  if (!(error instanceof Problem) || error.fields.length === 0) return { '': reasonOf(error) }
  return Object.fromEntries(error.fields.map((fault) => [fault.pointer.split('/')[1] ?? '', fault.detail]))
}

/** A question before something that cannot be undone; with `type` its name has to be written out. */
export function Ask({ title, children, verb, type, onYes, onNo, width }: { title: string; children?: ReactNode; verb: string; type?: string; onYes: () => Promise<unknown> | void; onNo: () => void; width?: string }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const ready = type === undefined || typed.trim().toLocaleLowerCase() === type.trim().toLocaleLowerCase()
  return (
    <Modal
      open
      title={title}
      onClose={onNo}
      {...(width ? { width } : {})}
      footer={
        <>
          <Button onClick={onNo}>{t('common.cancel')}</Button>
          <Button
            look="danger"
            aria-disabled={!ready}
            aria-busy={busy}
            onClick={() => {
              if (!ready || busy) return
              setBusy(true)
              void Promise.resolve(onYes()).finally(() => setBusy(false))
            }}
          >
            {verb}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 text-fg-2">
        {children}
        {type !== undefined && (
          <Labelled label={t('settings.type_name', { name: type })}>
            <input className="input" autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
          </Labelled>
        )}
      </div>
    </Modal>
  )
}

/** Appears when something on the page was changed and not saved. */
export function SaveBar({ dirty, busy, onSave, onReset, note }: { dirty: boolean; busy?: boolean; onSave: () => void; onReset: () => void; note?: ReactNode }) {
  const { t } = useTranslation()
  if (!dirty) return null
  return (
    <div role="region" aria-label={t('settings.unsaved')} className="sticky bottom-4 z-20 mx-auto flex w-full max-w-[560px] flex-wrap items-center gap-2 rounded-lg bg-raised px-4 py-2.5 shadow-3 max-md:bottom-2">
      <span className="min-w-0 flex-1 text-fg-2">{note ?? t('settings.unsaved')}</span>
      <Button onClick={onReset}>{t('settings.discard')}</Button>
      <Button look="primary" aria-busy={busy} onClick={onSave}>{t('common.save')}</Button>
    </div>
  )
}

export function Fault({ children }: { children: ReactNode }) {
  return children ? <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">{children}</p> : null
}

export function Note({ tone = 'plain', children }: { tone?: 'plain' | 'warn' | 'ok' | 'accent'; children: ReactNode }) {
  const tones = { plain: 'bg-hover text-fg-2', warn: 'bg-warn-soft text-warn', ok: 'bg-ok-soft text-ok', accent: 'bg-accent-soft text-accent-text' }
  return <p className={cx('rounded-md px-3 py-2', tones[tone])}>{children}</p>
}
