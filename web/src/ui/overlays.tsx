/** Dialogs and side panels: what lies over the page, and gives the focus back when it goes. */

import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { cx, IconButton } from './kit'

const BACKDROP = 'fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-starting-style:opacity-0 data-ending-style:opacity-0'

export function Modal({ title, open, onClose, children, footer, width = 'max-w-[480px]' }: { title: string; open: boolean; onClose: () => void; children: ReactNode; footer?: ReactNode; width?: string }) {
  const { t } = useTranslation()
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={BACKDROP} />
        <Dialog.Popup ref={popup} initialFocus={() => popup.current?.querySelector<HTMLElement>('[data-body] :is(input, textarea, select, [role=radio][aria-checked=true])') ?? popup.current?.querySelector<HTMLElement>('footer button:last-child') ?? true} className={cx('pop fixed start-1/2 top-[10vh] z-50 flex max-h-[80vh] w-[calc(100vw-24px)] -translate-x-1/2 flex-col rounded-xl rtl:translate-x-1/2', width)}>
          <header className="flex items-center gap-3 px-5 pt-4 pb-2">
            <Dialog.Title className="flex-1 text-figure font-semibold">{title}</Dialog.Title>
            <Dialog.Close render={<IconButton label={t('common.close')}><X size={16} /></IconButton>} />
          </header>
          <div data-body className="min-h-0 flex-1 overflow-y-auto px-5 pb-4">{children}</div>
          {footer && <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** A sheet at the end side, from the bottom on a phone. */
/** `aside` stands at the other edge and dims nothing: what it changes is seen as it changes. */
export function SidePanel({ title, open, onClose, children, footer, aside }: { title: ReactNode; open: boolean; onClose: () => void; children: ReactNode; footer?: ReactNode; aside?: boolean }) {
  const { t } = useTranslation()
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={aside ? 'fixed inset-0 z-40' : BACKDROP} />
        <Dialog.Popup
          ref={popup}
          initialFocus={() => popup.current?.querySelector<HTMLElement>('form input:not([type=hidden]), form textarea, form [role=combobox], form button[data-editor]') ?? true}
          className={cx(aside ? 'start-2' : 'end-2', 'fixed inset-y-2 z-50 flex w-[440px] max-w-[calc(100vw-16px)] flex-col rounded-lg bg-surface shadow-3 outline-none transition-[transform,opacity] duration-150 ease-out data-ending-style:translate-x-4 data-ending-style:opacity-0 data-starting-style:translate-x-4 data-starting-style:opacity-0 max-md:inset-x-0 max-md:bottom-0 max-md:top-10 max-md:w-full max-md:max-w-none max-md:rounded-b-none rtl:data-ending-style:-translate-x-4 rtl:data-starting-style:-translate-x-4')}
        >
          <header className="flex h-12 shrink-0 items-center gap-3 border-b border-line ps-5 pe-3">
            <Dialog.Title className="flex min-w-0 flex-1 items-center gap-2 text-lead font-semibold">{title}</Dialog.Title>
            <Dialog.Close render={<IconButton label={t('common.close')}><X size={16} /></IconButton>} />
          </header>
          {children}
          {footer && <footer className="flex shrink-0 items-center gap-2 border-t border-line px-5 py-3">{footer}</footer>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
