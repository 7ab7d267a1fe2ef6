/** Menus and panels as Base UI places them; called through `kit`, which fetches this file when the page rests. */

import { Menu } from '@base-ui/react/menu'
import { Popover } from '@base-ui/react/popover'
import { Check, ChevronRight } from 'lucide-react'
import { cloneElement, useState } from 'react'
import { cx, Key, type DropItemProps, type DropMoreProps, type DropProps, type PopProps } from './kit'

/** On a phone what opens rises from the bottom edge, where the thumb is, whatever it was opened by. */
const PLACE = 'z-60 outline-none max-md:!fixed max-md:!inset-x-0 max-md:!top-auto max-md:!bottom-0 max-md:!transform-none'
const SHEET = 'max-md:!w-full max-md:!max-w-none max-md:!max-h-[75dvh] max-md:overflow-y-auto max-md:rounded-b-none max-md:pb-[max(8px,env(safe-area-inset-bottom))]'

export function Drop({ trigger, children, align = 'start', side = 'bottom', width, openAtOnce, onRelease }: DropProps & { openAtOnce: boolean }) {
  const [open, setOpen] = useState(openAtOnce)
  return (
    <Menu.Root
      open={open}
      onOpenChange={(next, details) => {
        // The press that may become a drag does not open; the click that ends it does, below.
        if (next && onRelease && /^(mouse|pointer)down$/.test(details.event.type)) return
        setOpen(next)
      }}
    >
      <Menu.Trigger render={onRelease ? cloneElement(trigger, { onClick: () => setOpen(true) }) : trigger} />
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align={align} side={side} className={PLACE} collisionPadding={8}>
          <Menu.Popup className={cx('pop max-h-(--available-height) min-w-48 overflow-y-auto p-1', SHEET, width)}>{children}</Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

export function DropItem({ icon, keys, checked, danger, children, ...rest }: DropItemProps) {
  return (
    <Menu.Item {...rest} {...(checked === undefined ? {} : { role: 'menuitemradio', 'aria-checked': checked })} className={cx('item', danger && 'text-bad')}>
      {icon !== undefined && <span className={cx('grid size-4 shrink-0 place-items-center', !danger && 'text-fg-3')}>{icon}</span>}
      <span className="flex-1 truncate">{children}</span>
      {checked && <Check size={14} className="text-accent-text" />}
      {keys && <Key>{keys}</Key>}
    </Menu.Item>
  )
}

/** A menu beside its entry. */
export function DropMore({ icon, label, children }: DropMoreProps) {
  return (
    <Menu.SubmenuRoot>
      <Menu.SubmenuTrigger className="item data-popup-open:bg-hover">
        {icon !== undefined && <span className="grid size-4 shrink-0 place-items-center text-fg-3">{icon}</span>}
        <span className="flex-1 truncate">{label}</span>
        <ChevronRight size={14} className="text-fg-3 rtl:-scale-x-100" />
      </Menu.SubmenuTrigger>
      <Menu.Portal>
        <Menu.Positioner side="inline-end" align="start" sideOffset={4} className={PLACE} collisionPadding={8}>
          <Menu.Popup className={cx('pop max-h-(--available-height) min-w-40 overflow-y-auto p-1', SHEET)}>{children}</Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.SubmenuRoot>
  )
}

export function Pop({ trigger, children, open, onOpenChange, align = 'start', className, label, openAtOnce }: PopProps & { openAtOnce: boolean }) {
  return (
    <Popover.Root {...(open === undefined ? { defaultOpen: openAtOnce } : { open })} {...(onOpenChange ? { onOpenChange: (next: boolean) => onOpenChange(next) } : {})}>
      <Popover.Trigger render={trigger} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align={align} className={PLACE} collisionPadding={8}>
          <Popover.Popup aria-label={label} className={cx('pop max-w-[calc(100vw-16px)]', SHEET, className)}>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
