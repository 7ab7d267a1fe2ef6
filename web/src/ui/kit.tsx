/** Small pieces every screen is made of: buttons, pills, faces, menus, hints. */

import { Check, Minus } from 'lucide-react'
import { cloneElement, memo, useState, type ComponentProps, type CSSProperties, type ReactElement, type ReactNode } from 'react'
import { hashOf, hueOf, initialsOf } from '@/lib/format'
import { createStore, useStore } from '@/lib/store'

/** Class names that hold. */
export function cx(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}

type ButtonLook = 'primary' | 'outline' | 'ghost' | 'soft' | 'danger'

export interface ButtonProps extends ComponentProps<'button'> {
  look?: ButtonLook
  size?: 'md' | 'sm' | 'icon' | 'lg'
}

const LOOKS: Record<ButtonLook, string> = {
  primary: 'bg-accent text-accent-fg hover:bg-accent-hover shadow-1',
  outline: 'bg-surface dark:bg-subtle text-fg hover:bg-hover shadow-[inset_0_0_0_1px_var(--line-strong),var(--depth-1)]',
  ghost: 'text-fg-2 hover:bg-hover hover:text-fg data-popup-open:bg-hover data-popup-open:text-fg',
  soft: 'bg-accent-soft text-accent-text hover:brightness-[.98]',
  danger: 'bg-bad-soft text-bad hover:brightness-[.98]',
}

const SIZES = {
  md: 'h-7 px-2.5 text-body pointer-coarse:h-9',
  sm: 'h-6 px-2 text-meta pointer-coarse:h-8',
  lg: 'h-9 px-3.5 text-body pointer-coarse:h-11',
  icon: 'size-7 shrink-0 pointer-coarse:size-10',
}

export function Button({ look = 'ghost', size = 'md', className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={cx(
        'inline-flex items-center justify-center gap-1.5 rounded-sm font-medium whitespace-nowrap select-none transition-colors duration-100 disabled:opacity-55 disabled:pointer-events-none aria-disabled:opacity-55',
        SIZES[size],
        LOOKS[look],
        className,
      )}
    />
  )
}

/** An icon alone: always with a name and a hint. */
export function IconButton({ label, keys, side, ...rest }: ButtonProps & { label: string; keys?: string; side?: 'top' | 'bottom' | 'inline-end' }) {
  return (
    <Hint label={label} keys={keys} side={side}>
      <Button size="icon" aria-label={label} {...rest} />
    </Hint>
  )
}

export function Key({ children }: { children: ReactNode }) {
  return <kbd className="key">{children}</kbd>
}

/** Gives an element a hint (drawn by `HintLayer`); never the only carrier of something needed. */
export function Hint({ label, keys, side, children }: { label: string; keys?: string | undefined; side?: 'top' | 'bottom' | 'inline-end' | undefined; children: ReactElement<Record<string, unknown>> }) {
  return cloneElement(children, { 'data-hint': label, ...(keys ? { 'data-hint-keys': keys } : {}), ...(side ? { 'data-hint-side': side } : {}) })
}

export function Pill({ hue, dot, children, title }: { hue?: number | undefined; dot?: boolean; children: ReactNode; title?: string }) {
  return (
    <span className="pill" title={title} data-plain={hue === undefined ? '' : undefined} style={hue === undefined ? undefined : ({ '--hue': hue } as CSSProperties)}>
      {dot && <i className="size-1.5 shrink-0 rounded-full bg-current" />}
      <span className="truncate">{children}</span>
    </span>
  )
}

/** Initials of a person. */
export const Avatar = memo(function Avatar({ name, size = 20 }: { name: string; size?: number }) {
  const text = initialsOf(name)
  const style = { '--hue': hueOf(name), width: size, height: size, fontSize: Math.round(size * (text.length > 1 ? 0.4 : 0.5)) } as CSSProperties
  return (
    // Drawn, not written: initials are no part of the name of what they stand in.
    <span aria-hidden data-initials={text} className="face inline-grid shrink-0 place-items-center rounded-full font-semibold tracking-tight select-none before:content-[attr(data-initials)]" style={style} />
  )
})

const SHAPES: ReactNode[] = [
  <g key="0"><circle cx="7.600" cy="10" r="3.700" /><circle cx="12.400" cy="10" r="3.700" opacity=".55" /></g>,
  <path key="1" d="M3.600 14.800 8.600 6.200l2.900 5 1.500-2 3.400 5.600z" />,
  <g key="2"><rect x="5" y="5" width="4.300" height="10" rx="1" /><rect x="10.700" y="5" width="4.300" height="4.500" rx="1" opacity=".6" /><rect x="10.700" y="10.700" width="4.300" height="4.300" rx="1" /></g>,
  <path key="3" d="M10 4.200A5.800 5.800 0 0 1 15.800 10H10zM10 15.800A5.800 5.800 0 0 1 4.200 10H10z" />,
  <g key="4"><rect x="4.600" y="6.300" width="10.800" height="2.100" rx=".6" /><rect x="4.600" y="9.600" width="7.200" height="2.100" rx=".6" /><rect x="4.600" y="12.900" width="9.200" height="2.100" rx=".6" opacity=".55" /></g>,
  <path key="5" fillRule="evenodd" d="m10 4.200 5 2.900v5.800l-5 2.900-5-2.900V7.100zm0 3.700a2.100 2.100 0 1 0 0 4.200 2.100 2.100 0 0 0 0-4.200z" />,
]

/** A geometric mark drawn from a company's name. */
export const Mark = memo(function Mark({ name, size = 20 }: { name: string; size?: number }) {
  const shape = SHAPES[hashOf(`${name}#`) % SHAPES.length]
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 20 20" className="face shrink-0 rounded-[28%]" style={{ '--hue': hueOf(name) } as CSSProperties}>
      <g fill="currentColor">{shape}</g>
    </svg>
  )
})

// ---- menus ----
// What places and traps menus is heavy, and nothing on the first screen is open: it comes when the page rests, or at the
// first click, whichever is earlier. Until then a trigger is a plain button.

const menus = createStore<typeof import('./menus') | null>(null)

function fetchMenus(): void {
  void import('./menus').then((module) => menus.set(module))
}
if (typeof window !== 'undefined') {
  if ('requestIdleCallback' in window) window.requestIdleCallback(fetchMenus, { timeout: 2000 })
  else setTimeout(fetchMenus, 300)
}

export interface DropProps {
  trigger: ReactElement<Record<string, unknown>>
  children: ReactNode
  align?: 'start' | 'end' | 'center'
  side?: 'bottom' | 'top' | 'inline-end'
  width?: string
  /** Opens when the pointer is let go, for a trigger that can also be dragged. */
  onRelease?: boolean
}

/** A menu under its button. */
export function Drop(props: DropProps) {
  const loaded = useStore(menus)
  const [press, setPress] = useState<Press>('none')
  if (loaded && press !== 'down') return <loaded.Drop {...props} openAtOnce={press === 'done'} />
  return waiting(props.trigger, 'menu', setPress)
}

export interface DropItemProps {
  icon?: ReactNode
  keys?: string
  checked?: boolean
  danger?: boolean
  children: ReactNode
  onClick?: () => void
  disabled?: boolean
  closeOnClick?: boolean
}

export function DropItem(props: DropItemProps) {
  const loaded = useStore(menus)
  return loaded && <loaded.DropItem {...props} />
}

export interface DropMoreProps {
  icon?: ReactNode
  label: string
  children: ReactNode
}

/** An entry that opens a menu of its own. */
export function DropMore(props: DropMoreProps) {
  const loaded = useStore(menus)
  return loaded && <loaded.DropMore {...props} />
}

export function DropLine() {
  return <div role="separator" className="mx-1 my-1 h-px bg-line" />
}

export function DropTitle({ children }: { children: ReactNode }) {
  return (
    <div className="px-2 pt-1.5 pb-1 text-label font-medium text-fg-3" role="presentation">
      {children}
    </div>
  )
}

export interface PopProps {
  trigger: ReactElement<Record<string, unknown>>
  children: ReactNode
  open?: boolean
  onOpenChange?: (open: boolean) => void
  align?: 'start' | 'end' | 'center'
  className?: string
  label: string
}

/** A panel beside its button. */
export function Pop(props: PopProps) {
  const loaded = useStore(menus)
  const [press, setPress] = useState<Press>('none')
  if (loaded && press !== 'down') return <loaded.Pop {...props} openAtOnce={press === 'done'} />
  return waiting(props.trigger, 'dialog', (next) => {
    setPress(next)
    if (next === 'done') props.onOpenChange?.(true)
  })
}

/** A button that is replaced between the press and the release gets no click: it stays until the press is over. */
type Press = 'none' | 'down' | 'done'

function waiting(trigger: ReactElement<Record<string, unknown>>, kind: 'menu' | 'dialog', onPress: (press: Press) => void): ReactElement {
  return cloneElement(trigger, {
    'aria-haspopup': kind,
    'aria-expanded': false,
    onPointerEnter: fetchMenus,
    onPointerDown: (event: PointerEvent) => {
      onPress('down')
      ;(trigger.props['onPointerDown'] as ((event: PointerEvent) => void) | undefined)?.(event)
    },
    onClick: () => {
      onPress('done')
      fetchMenus()
    },
  })
}

/** A box to tick. */
export function Tick({ checked, some, onChange, label, ...rest }: { checked: boolean; some?: boolean; onChange: (checked: boolean) => void; label: string; tabIndex?: number; disabled?: boolean }) {
  return (
    <button
      {...rest}
      type="button"
      role="checkbox"
      aria-label={label}
      aria-checked={some ? 'mixed' : checked}
      onClick={() => onChange(!checked)}
      className={cx(
        'relative grid size-4 shrink-0 place-items-center rounded-xs text-accent-fg after:absolute after:-inset-1 disabled:opacity-50 pointer-coarse:after:-inset-3.5',
        checked || some ? 'bg-accent' : 'shadow-[inset_0_0_0_1px_var(--line-strong)]',
      )}
    >
      {some ? <Minus size={12} strokeWidth={3} /> : checked && <Check size={12} strokeWidth={3} />}
    </button>
  )
}

/** A bar that says how far; the number stands beside it. */
export function Meter({ share, label }: { share: number; label: string }) {
  const percent = Math.max(0, Math.min(100, share * 100))
  return (
    <div role="progressbar" aria-label={label} aria-valuenow={Math.round(percent)} aria-valuemin={0} aria-valuemax={100} className="h-1.5 w-full overflow-hidden rounded-full bg-active">
      <div className="h-full rounded-full bg-accent transition-[width] duration-300" style={{ width: `${percent}%` }} />
    </div>
  )
}

/** A choice between a few, all visible. */
export function Segments<T extends string>({ value, options, onChange, label }: { value: T; options: readonly { value: T; label: string; icon?: ReactNode }[]; onChange: (value: T) => void; label: string }) {
  return (
    <div role="radiogroup" aria-label={label} className="inline-flex w-fit max-w-full gap-px overflow-x-auto rounded-sm bg-hover p-0.5">
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={value === option.value}
          onClick={() => onChange(option.value)}
          className={cx('flex h-6 items-center gap-1.5 rounded-[5px] px-2.5 text-meta font-medium pointer-coarse:h-9', value === option.value ? 'bg-surface text-fg shadow-1 dark:bg-active' : 'text-fg-2 hover:text-fg')}
        >
          {option.icon}
          {option.label}
        </button>
      ))}
    </div>
  )
}
