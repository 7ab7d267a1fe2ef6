/** Which records are chosen: some by hand, all of the filter, or all of a group; the latter without reading them. */

import { useCallback, useEffect, useState } from 'react'
import { bothOf } from '@/lib/question'
import type { RecordData } from '@/lib/records'
import { MOST_ROWS } from './useRangeActs'
import type { TableRows } from './useTableRows'

/** Everything that answers a question; `section` names the group, null is the whole list. */
export interface Everything {
  section: string | null
  filter: string
  /** Known without asking. */
  count: number | null
}

export interface Selection {
  ids: ReadonlySet<string>
  everything: Everything | null
  isSelected: (record: RecordData, section: string) => boolean
  isGroupSelected: (section: string) => boolean
  toggle: (line: number, extend: boolean) => void
  /** All rows from a line to another; the whole list where that is what they are. False where they are too many to be told one by one. */
  chooseLines: (from: number, to: number) => boolean
  chooseAll: () => void
  clear: () => void
}

export function useSelection(rows: TableRows, filter: string): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(() => new Set())
  const [everything, setEverything] = useState<Everything | null>(null)
  const [anchor, setAnchor] = useState<number | null>(null)
  const { lines, recordAt, read, rowsBetween } = rows
  const total = rows.count?.exact ? rows.count.value : null

  const clear = useCallback(() => {
    setIds(new Set())
    setEverything(null)
    setAnchor(null)
  }, [])
  // Another question, another selection.
  useEffect(clear, [filter, clear])


  const chooseAll = useCallback(() => {
    setIds(new Set())
    setEverything({ section: null, filter, count: total })
  }, [filter, total])

  const chooseLines = useCallback((from: number, to: number) => {
    const count = rowsBetween(from, to)
    // From the first row to the last is everything, which needs no reading.
    if (total !== null && from === 0 && count === total && count > 1) {
      chooseAll()
      return true
    }
    if (count > MOST_ROWS) return false
    void read(from, to - from + 1).then((found) => {
      setEverything(null)
      setIds(new Set(found.filter(({ line }) => line <= to).map(({ record }) => record.id)))
    })
    return true
  }, [read, rowsBetween, total, chooseAll])

  const toggle = useCallback((at: number, extend: boolean) => {
    const line = lines.at(at)
    if (line?.kind === 'head' && line.section.group) {
      const { key, group } = line.section
      const count = group.values['count']
      setIds(new Set())
      setEverything((held) => (held?.section === key ? null : { section: key, filter: bothOf(filter, group.filter), count: typeof count === 'number' ? count : null }))
      return
    }
    const record = recordAt(at)
    if (!record) return
    setEverything(null)
    if (extend && anchor !== null) {
      const [from, to] = anchor <= at ? [anchor, at] : [at, anchor]
      if (rowsBetween(from, to) > MOST_ROWS) return void chooseLines(from, to)
      void read(from, to - from + 1).then((found) => setIds((held) => new Set([...held, ...found.filter(({ line: one }) => one <= to).map(({ record: one }) => one.id)])))
      return
    }
    setIds((held) => {
      const next = new Set(held)
      if (!next.delete(record.id)) next.add(record.id)
      return next
    })
    setAnchor(at)
  }, [lines, recordAt, read, rowsBetween, chooseLines, anchor, filter])

  return {
    ids,
    everything,
    isSelected: useCallback((record, section) => ids.has(record.id) || (everything !== null && (everything.section === null || everything.section === section)), [ids, everything]),
    isGroupSelected: useCallback((section) => everything !== null && (everything.section === null || everything.section === section), [everything]),
    toggle,
    chooseLines,
    chooseAll,
    clear,
  }
}
