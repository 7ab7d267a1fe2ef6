/** The mouse over the cells: a click moves the cursor, a drag draws a range, its corner pulled down fills. */

import { useCallback, type PointerEvent as ReactPointerEvent } from 'react'
import type { Cursor } from '@/lib/gridKeys'

/** The cell under a point of the screen. */
function cellAt(x: number, y: number): Cursor | null {
  const cell = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-column]')
  const row = cell?.closest<HTMLElement>('[data-row]')
  return cell && row ? { row: Number(row.dataset['row']), column: Number(cell.dataset['column']) } : null
}

/** The click that ends a drag is none; one that comes later is meant. */
export function swallowClick(): void {
  const swallow = (click: MouseEvent) => {
    click.stopPropagation()
    click.preventDefault()
  }
  window.addEventListener('click', swallow, { capture: true, once: true })
  setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0)
}

/** Near the upper or lower edge the table rolls on, so many pixels a step. */
const EDGE = 44
const ROLL = 18

export function usePointer({ scroller, onRange, onFill, onFilled }: {
  scroller: HTMLDivElement | null
  onRange: (from: Cursor, to: Cursor) => void
  onFill: (line: number | null) => void
  onFilled: (line: number) => void
}) {
  return useCallback((event: ReactPointerEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement
    if (event.button !== 0 || event.pointerType === 'touch' || event.shiftKey) return
    const pulls = target.closest('[data-corner]') !== null
    const start = cellAt(event.clientX, event.clientY)
    if (!start || (!pulls && target.closest('input,textarea,button,[data-peek]'))) return
    let last: Cursor | null = null
    let roll = 0
    let point = { x: event.clientX, y: event.clientY }

    const follow = () => {
      const over = cellAt(point.x, point.y)
      if (!over || (over.row === (last ?? start).row && over.column === (last ?? start).column)) return
      last = over
      if (pulls) onFill(over.row)
      else onRange(start, over)
    }
    const rolling = setInterval(() => {
      if (roll !== 0 && last) {
        scroller?.scrollBy({ top: roll })
        follow()
      }
    }, 50)
    const move = (moved: PointerEvent) => {
      point = { x: moved.clientX, y: moved.clientY }
      const frame = scroller?.getBoundingClientRect()
      roll = !frame ? 0 : moved.clientY > frame.bottom - EDGE ? ROLL : moved.clientY < frame.top + EDGE ? -ROLL : 0
      follow()
    }
    const end = () => {
      clearInterval(rolling)
      window.removeEventListener('pointermove', move)
      window.removeEventListener('pointerup', end)
      window.removeEventListener('pointercancel', end)
      if (pulls) {
        onFill(null)
        if (last) onFilled(last.row)
      }
      // A drag that began on a link or ended on one must not open it.
      if (last) swallowClick()
    }
    if (pulls) event.preventDefault()
    window.addEventListener('pointermove', move)
    window.addEventListener('pointerup', end)
    window.addEventListener('pointercancel', end)
  }, [scroller, onRange, onFill, onFilled])
}
