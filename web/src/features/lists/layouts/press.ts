/**
 * Dragging by pointer, the same on a board and in a calendar: a mouse drags at once, a finger after a short press, so that
 * what lies under it still scrolls. Escape lets go without a trace; near an edge, what is marked `data-scroll` scrolls.
 */

export interface Point {
  x: number
  y: number
}

export interface PressHooks {
  onStart: (at: Point) => void
  onMove: (at: Point) => void
  /** `dropped` is false when it was given up. */
  onEnd: (at: Point, dropped: boolean) => void
}

const SLOP = 5
const PRESS_MS = 260
const EDGE = 56
const STEP = 18

/** Watches a pointer that just came down. */
export function watchPress(event: PointerEvent, hooks: PressHooks): void {
  const from = { x: event.clientX, y: event.clientY }
  const isTouch = event.pointerType === 'touch'
  let at: Point = from
  let isOn = false
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const start = () => {
    isOn = true
    hooks.onStart(from)
    hooks.onMove(at)
    frame = requestAnimationFrame(scroll)
  }
  const scroll = () => {
    if (!isOn) return
    if (scrollNear(at)) hooks.onMove(at)
    frame = requestAnimationFrame(scroll)
  }
  const move = (moved: PointerEvent) => {
    if (moved.pointerId !== event.pointerId) return
    at = { x: moved.clientX, y: moved.clientY }
    const far = Math.hypot(at.x - from.x, at.y - from.y)
    if (isOn) {
      moved.preventDefault()
      hooks.onMove(at)
    } else if (isTouch) {
      // A finger that moves before the press is long enough scrolls.
      if (far > SLOP * 2) end(false)
    } else if (far > SLOP) start()
  }
  const up = (ended: PointerEvent) => {
    if (ended.pointerId === event.pointerId) end(ended.type === 'pointerup')
  }
  const key = (pressed: KeyboardEvent) => {
    if (pressed.key !== 'Escape' || !isOn) return
    pressed.preventDefault()
    pressed.stopPropagation()
    end(false)
  }
  /** The finger that holds something must not scroll what is under it. */
  const touch = (touched: TouchEvent) => {
    if (isOn) touched.preventDefault()
  }
  const menu = (asked: MouseEvent) => {
    if (isTouch) asked.preventDefault()
  }
  const end = (dropped: boolean) => {
    clearTimeout(timer)
    cancelAnimationFrame(frame)
    window.removeEventListener('pointermove', move)
    window.removeEventListener('pointerup', up)
    window.removeEventListener('pointercancel', up)
    window.removeEventListener('keydown', key, true)
    window.removeEventListener('touchmove', touch)
    window.removeEventListener('contextmenu', menu, true)
    if (!isOn) return
    isOn = false
    swallowClick()
    hooks.onEnd(at, dropped)
  }

  window.addEventListener('pointermove', move)
  window.addEventListener('pointerup', up)
  window.addEventListener('pointercancel', up)
  window.addEventListener('keydown', key, true)
  window.addEventListener('touchmove', touch, { passive: false })
  window.addEventListener('contextmenu', menu, true)
  if (isTouch) timer = setTimeout(start, PRESS_MS)
}

/** The click that follows a drag must not open what was dragged. */
function swallowClick(): void {
  const swallow = (click: MouseEvent) => {
    click.stopPropagation()
    click.preventDefault()
  }
  window.addEventListener('click', swallow, { capture: true, once: true })
  setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0)
}

/** True when something moved under the pointer. */
function scrollNear(at: Point): boolean {
  let moved = false
  let element = document.elementFromPoint(at.x, at.y)?.closest<HTMLElement>('[data-scroll]') ?? null
  while (element) {
    const box = element.getBoundingClientRect()
    const before = element.scrollLeft + element.scrollTop
    if (element.dataset['scroll'] === 'x') element.scrollLeft += nearEdge(at.x, box.left, box.right) * STEP
    else element.scrollTop += nearEdge(at.y, box.top, box.bottom) * STEP
    if (before !== element.scrollLeft + element.scrollTop) moved = true
    element = element.parentElement?.closest<HTMLElement>('[data-scroll]') ?? null
  }
  return moved
}

function nearEdge(at: number, from: number, to: number): number {
  if (to - from < EDGE * 3) return 0
  if (at < from + EDGE) return -Math.min(1, (from + EDGE - at) / EDGE)
  if (at > to - EDGE) return Math.min(1, (at - to + EDGE) / EDGE)
  return 0
}
