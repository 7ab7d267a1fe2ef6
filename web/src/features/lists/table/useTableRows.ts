/** Which lines the table has: a list, or groups with their rows; each read through its own window. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { bothOf } from '@/lib/question'
import type { ListParams, Page, RecordData } from '@/lib/records'
import type { Groups } from '../layouts/groups'
import { keyOf, tableGroups, type Grouping } from './groups'
import { linesOf, type Lines, type Section } from './lines'
import { useWindows, type Middle, type WindowView } from './listWindow'

/** Rows a group shows at first, and how many more each time. */
const FIRST_ROWS = 20
const MORE_ROWS = 100
/** Grey rows at the end of a list that goes on, so that the bar does not stop at each page. */
const COMING = 30

export interface TableRows {
  lines: Lines
  sections: Section[]
  groups: Groups | null
  count: Page['count']
  pending: boolean
  stale: boolean
  error: Error | null
  /** Reading on failed; the rows so far stand. */
  nextFailed: boolean
  recordAt: (line: number) => RecordData | undefined
  /** Records of lines, also of those no longer held; heads of groups are stepped over. */
  read: (from: number, count: number) => Promise<{ line: number; record: RecordData }[]>
  see: (from: number, to: number) => void
  /** The number of the last line of all, which is read for it. */
  toEnd: () => Promise<number>
  /** Rows of the list from one line to another, those included that have no line of their own. */
  rowsBetween: (from: number, to: number) => number
  /** The unread middle of a list that was read from both ends. */
  middle: Middle | null
  again: () => void
  fold: (key: string, open: boolean) => void
  foldAll: (open: boolean) => void
  showMore: (key: string) => void
}

export function useTableRows(plural: string, filter: string, sort: string, asked: string, grouping: Grouping | null, figures: readonly string[]): TableRows {
  const grouped = useQuery({ ...tableGroups(plural, filter, grouping ?? { field: '', unit: null }, figures), enabled: grouping !== null, placeholderData: keepPreviousData, retry: false })
  const groups = grouping ? (grouped.data ?? null) : null
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => new Set())
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(() => new Map())
  /** Groups whose head has come near the screen: only their rows are read. */
  const [near, setNear] = useState<ReadonlySet<string>>(() => new Set())

  const wanted = useMemo(() => {
    const params = (question: string): ListParams => ({ filter: question, sort, fields: asked })
    if (!grouping) return new Map([['', params(filter)]])
    return new Map((groups?.groups ?? []).flatMap((group): [string, ListParams][] => {
      const key = keyOf(group)
      return near.has(key) && !closed.has(key) ? [[key, params(bothOf(filter, group.filter))]] : []
    }))
  }, [grouping, groups, filter, sort, asked, near, closed])
  const { windows, version } = useWindows(plural, wanted)

  // The version changes with every answer; the windows themselves stay the same.
  const { sections, lines, first } = useMemo(() => {
    void version
    if (!grouping) {
      const window = windows.get('')
      const view: WindowView | null = window?.view() ?? null
      const rows = view ? view.known + (view.more ? COMING : 0) : 0
      const section: Section = { key: '', group: null, open: true, window, rows, hidden: 0 }
      return { sections: [section], lines: linesOf([section]), first: view }
    }
    const all = (groups?.groups ?? []).map((group): Section => {
      const key = keyOf(group)
      const count = typeof group.values['count'] === 'number' ? group.values['count'] : 0
      const rows = Math.min(count, shown.get(key) ?? FIRST_ROWS)
      return { key, group, open: !closed.has(key), window: windows.get(key), rows, hidden: count - rows }
    })
    return { sections: all, lines: linesOf(all), first: null }
  }, [grouping, groups, windows, version, closed, shown])

  const recordAt = useCallback((at: number): RecordData | undefined => {
    const line = lines.at(at)
    return line?.kind === 'row' ? line.section.window?.at(line.index) : undefined
  }, [lines])

  const read = useCallback(async (from: number, count: number) => {
    const found: { line: number; record: RecordData }[] = []
    for (let line = from; line < lines.count && found.length < count;) {
      const at = lines.at(line)
      if (at?.kind !== 'row' || !at.section.window) {
        line += 1
        continue
      }
      const most = Math.min(count - found.length, at.section.rows - at.index)
      const records = await at.section.window.read(at.index, at.index + most - 1)
      records.forEach((record, index) => found.push({ line: line + index, record }))
      line += most
    }
    return found
  }, [lines])

  const see = useCallback((from: number, to: number) => {
    const coming: string[] = []
    for (const section of sections) {
      const head = lines.headOf(section.key) ?? 0
      const top = section.group === null ? head : head + 1
      if (!section.open || top > to || top + section.rows < from) continue
      if (section.window) section.window.see(Math.max(0, from - top), Math.min(section.rows, to - top))
      else coming.push(section.key)
    }
    if (coming.some((key) => !near.has(key))) setNear((held) => new Set([...held, ...coming]))
  }, [sections, lines, near])

  const toEnd = useCallback(async () => (first ? ((await sections[0]?.window?.toEnd()) ?? 0) : lines.count - 1), [first, sections, lines])
  const middle = first?.middle ?? null
  const rowsBetween = useCallback((from: number, to: number) => to - from + 1 + (middle && from < middle.to && to >= middle.from ? middle.unshown : 0), [middle])

  const again = useCallback(() => {
    if (grouping) void grouped.refetch()
    for (const section of sections) if (section.window?.view().error) section.window.again()
  }, [grouping, grouped, sections])

  const fold = useCallback((key: string, open: boolean) => setClosed((held) => {
    const next = new Set(held)
    if (open) next.delete(key)
    else next.add(key)
    return next
  }), [])

  const failing = grouping ? (grouped.error ?? null) : (first?.error ?? null)
  return {
    lines,
    sections,
    groups,
    count: grouping ? totalOf(groups) : (first?.count ?? null),
    pending: grouping ? grouped.isPending : (first?.pending ?? true),
    stale: grouping ? grouped.isPlaceholderData : (first?.stale ?? false),
    error: failing,
    nextFailed: sections.some((section) => section.window?.view().nextFailed),
    recordAt,
    read,
    see,
    toEnd,
    rowsBetween,
    middle,
    again,
    fold,
    foldAll: useCallback((open: boolean) => setClosed(open ? new Set() : new Set(sections.map((section) => section.key))), [sections]),
    showMore: useCallback((key: string) => setShown((held) => new Map(held).set(key, (held.get(key) ?? FIRST_ROWS) + MORE_ROWS)), []),
  }
}

function totalOf(groups: Groups | null): Page['count'] {
  const count = groups?.totals['count']
  return typeof count === 'number' ? { value: count, exact: true } : null
}
