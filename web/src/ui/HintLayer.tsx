/**
 * Short names that appear when the pointer rests on a control or the focus comes to it by key.
 * One layer for the whole page: any element with `data-hint` has a hint, and none costs anything until it is shown.
 */

import { useEffect, useRef, useState } from 'react'

interface Shown {
  text: string
  keys: string | null
  side: string
  at: DOMRect
}

const WAIT_MS = 400
const GAP = 6

export function HintLayer() {
  const [shown, setShown] = useState<Shown | null>(null)
  const bubble = useRef<HTMLDivElement>(null)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let current: HTMLElement | null = null
    const hide = () => {
      clearTimeout(timer)
      current = null
      setShown(null)
    }
    const look = (event: Event, waitMs: number) => {
      const target = (event.target as Element | null)?.closest?.<HTMLElement>('[data-hint]') ?? null
      if (target === current) return
      hide()
      if (!target || target.hasAttribute('data-popup-open')) return
      current = target
      timer = setTimeout(() => {
        if (!target.isConnected) return
        setShown({ text: target.dataset['hint'] ?? '', keys: target.dataset['hintKeys'] ?? null, side: target.dataset['hintSide'] ?? 'bottom', at: target.getBoundingClientRect() })
      }, waitMs)
    }
    const onPointer = (event: PointerEvent) => event.pointerType !== 'touch' && look(event, WAIT_MS)
    const onFocus = (event: FocusEvent) => (event.target as Element).matches?.(':focus-visible') && look(event, 0)
    document.addEventListener('pointerover', onPointer)
    document.addEventListener('focusin', onFocus)
    document.addEventListener('focusout', hide)
    document.addEventListener('pointerdown', hide)
    document.addEventListener('keydown', hide)
    document.addEventListener('scroll', hide, true)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('pointerover', onPointer)
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('focusout', hide)
      document.removeEventListener('pointerdown', hide)
      document.removeEventListener('keydown', hide)
      document.removeEventListener('scroll', hide, true)
    }
  }, [])

  useEffect(() => {
    const element = bubble.current
    if (!shown || !element) return
    const { width, height } = element.getBoundingClientRect()
    const { at, side } = shown
    const rtl = document.documentElement.dir === 'rtl'
    const beside = side === 'inline-end'
    const x = beside ? (rtl ? at.left - width - GAP : at.right + GAP) : at.left + at.width / 2 - width / 2
    const below = at.bottom + GAP + height < window.innerHeight
    const y = beside ? at.top + at.height / 2 - height / 2 : side === 'top' || !below ? at.top - height - GAP : at.bottom + GAP
    element.style.left = `${Math.max(4, Math.min(window.innerWidth - width - 4, x))}px`
    element.style.top = `${Math.max(4, y)}px`
    element.style.opacity = '1'
  }, [shown])

  if (!shown) return null
  return (
    <div ref={bubble} role="tooltip" className="pointer-events-none fixed z-90 flex max-w-72 items-center gap-2 rounded-sm bg-fg px-2 py-1 text-meta text-surface opacity-0 shadow-2 transition-opacity duration-100">
      {shown.text}
      {shown.keys && <span className="opacity-70">{shown.keys}</span>}
    </div>
  )
}
