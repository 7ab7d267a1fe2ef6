/** The measures of a table: its heights, and where each column stands. */

import type { CSSProperties } from 'react'
import { titleField, type ObjectDef } from '@/lib/definitions'
import { TITLE_WIDTH, type Column } from '../columns'

export const ROW = 36
export const HEAD_ROW = 34
export const SELECT = 40

/** The first column: who or what the record is. A title made of several fields is read only. */
export function titleColumn(object: ObjectDef, width: number | undefined): Column {
  const field = titleField(object) ?? { id: 'title', name: 'title', label: object.label, type: 'text', readonly: true }
  return { name: 'title', field: { ...field, label: object.label }, width: width ?? TITLE_WIDTH, align: 'start', sortable: true, pinned: true }
}

/** Widths as CSS variables, so that a resize draws nothing anew. */
export function widthsOf(columns: readonly Column[]): CSSProperties {
  return Object.fromEntries(columns.map((column, index) => [`--w${index}`, `${column.width}px`])) as CSSProperties
}

export function totalWidth(columns: readonly Column[]): number {
  return SELECT + columns.reduce((sum, column) => sum + column.width, 0)
}

/** Where a column that stays in place stands: after the tick boxes and the pinned ones before it. */
export function stickyStart(index: number): string {
  return `calc(${SELECT}px${Array.from({ length: index }, (_, at) => ` + var(--w${at})`).join('')})`
}

export function cellStyle(column: Column, index: number): CSSProperties {
  return column.pinned ? { width: `var(--w${index})`, insetInlineStart: stickyStart(index) } : { width: `var(--w${index})` }
}

/** Brings a column out from under those that stay. */
export function revealColumn(scroller: HTMLDivElement | null, columns: readonly Column[], column: number): void {
  if (!scroller || columns[column]?.pinned !== false) return
  const cell = scroller.querySelector<HTMLElement>(`[data-header="${column}"]`)
  const last = scroller.querySelector<HTMLElement>(`[data-header="${columns.filter((one) => one.pinned).length - 1}"]`)
  if (!cell || !last) return
  const box = cell.getBoundingClientRect()
  const frame = scroller.getBoundingClientRect()
  const kept = last.getBoundingClientRect()
  const rtl = getComputedStyle(scroller).direction === 'rtl'
  const left = rtl ? frame.left : kept.right
  const right = rtl ? kept.left : frame.right
  if (box.left < left) scroller.scrollBy({ left: box.left - left })
  else if (box.right > right) scroller.scrollBy({ left: Math.min(box.right - right, box.left - left) })
}
