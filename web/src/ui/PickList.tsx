/**
 * A list with a search box on top: choices, links, fields, columns, tags.
 * The input keeps the focus; arrows walk, Enter picks, Escape leaves to whoever opened it.
 */

import { Check, Search } from 'lucide-react'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { cx } from './kit'

export interface Pick {
  value: string
  /** What is searched and read aloud. */
  text: string
  view?: ReactNode
  hint?: string
}

export function PickList({ items, picked, onPick, multiple, onSearch, loading, placeholder, label, onEscape, footer, typed, searchable = true, autoFocus = true }: {
  items: Pick[]
  picked: readonly string[]
  onPick: (item: Pick) => void
  multiple?: boolean
  /** The server searches; without it the list filters itself. */
  onSearch?: (text: string) => void
  loading?: boolean
  placeholder?: string
  label: string
  onEscape?: () => void
  footer?: ReactNode
  /** What was typed before the list opened: its first search. */
  typed?: string | undefined
  searchable?: boolean
  autoFocus?: boolean
}) {
  const { t } = useTranslation()
  const id = useId()
  const [text, setText] = useState(typed ?? '')
  const [at, setAt] = useState(() => Math.max(0, items.findIndex((item) => picked.includes(item.value))))
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (autoFocus) input.current?.focus({ preventScroll: true })
  }, [autoFocus])

  useEffect(() => {
    if (typed) onSearch?.(typed)
    // Only what stood there first; afterwards the box speaks for itself.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [])

  const shown = useMemo(() => {
    const wanted = text.trim().toLocaleLowerCase()
    if (onSearch || wanted === '') return items
    return items.filter((item) => item.text.toLocaleLowerCase().includes(wanted))
  }, [items, text, onSearch])
  const current = Math.min(at, shown.length - 1)

  useEffect(() => {
    list.current?.querySelector('[data-highlighted]')?.scrollIntoView({ block: 'nearest' })
  }, [current])

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      event.stopPropagation()
      const step = event.key === 'ArrowDown' ? 1 : -1
      if (shown.length > 0) setAt((current + step + shown.length) % shown.length)
    } else if (event.key === 'Enter' && !event.metaKey && !event.ctrlKey) {
      const item = shown[current]
      event.preventDefault()
      event.stopPropagation()
      if (item) onPick(item)
    } else if (event.key === 'Escape' && onEscape) {
      event.preventDefault()
      event.stopPropagation()
      onEscape()
    }
  }

  return (
    <div className="flex min-h-0 flex-col" onKeyDown={onKeyDown}>
      <div className={cx('flex h-9 items-center gap-2 border-b border-line px-3', !searchable && 'sr-only')}>
        <Search size={14} className="shrink-0 text-fg-3" />
        <input
          ref={input}
          role="combobox"
          aria-label={label}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={shown[current] ? `${id}-${current}` : undefined}
          value={text}
          placeholder={placeholder ?? t('common.search')}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
            onSearch?.(event.target.value)
          }}
          className="h-full min-w-0 flex-1 bg-transparent outline-none"
        />
      </div>
      <div ref={list} id={`${id}-list`} role="listbox" aria-label={label} aria-multiselectable={multiple ?? false} className="max-h-72 min-h-0 overflow-y-auto p-1">
        {shown.map((item, index) => (
          <div
            key={item.value}
            id={`${id}-${index}`}
            role="option"
            aria-selected={picked.includes(item.value)}
            data-highlighted={index === current ? '' : undefined}
            className="item py-1"
            onPointerMove={() => setAt(index)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onPick(item)}
          >
            <span className="flex min-w-0 flex-1 items-center gap-2 truncate">{item.view ?? <span className="truncate">{item.text}</span>}</span>
            {item.hint && <span className="max-w-[45%] truncate text-meta text-fg-3">{item.hint}</span>}
            {picked.includes(item.value) && <Check size={14} className="shrink-0 text-accent-text" />}
          </div>
        ))}
        {shown.length === 0 && <p className="px-2 py-4 text-center text-meta text-fg-3">{loading ? t('common.loading') : t('common.nothing_found')}</p>}
      </div>
      {footer}
    </div>
  )
}
