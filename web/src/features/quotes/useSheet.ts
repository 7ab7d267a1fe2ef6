/** What is being typed on a quote: kept here, sent a moment after the last key, one at a time, and shown as the server reckons it. */

import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Problem, reasonOf } from '@/lib/api'
import { moneyInput, parseMoney, parseNumber } from '@/lib/format'
import { draftOf, save, sheetKey, wantedOf, type Draft, type Sheet, type WantedLine } from '@/lib/quotes'
import { useTranslation } from '@/lib/useTranslation'

const PAUSE_MS = 350

export interface Edit {
  lines: Draft[]
  change: (key: string, next: Partial<Draft>) => void
  add: (product: { id: string; title: string } | null, name?: string) => string
  remove: (key: string) => void
  move: (key: string, by: number) => void
  set: (field: string, value: unknown) => void
  isSaving: boolean
  isWaiting: boolean
  fault: string | null
  note: string
  setNote: (note: string) => void
  settled: () => Promise<void>
}

export function useSheet(id: string, sheet: Sheet): Edit {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [lines, setLines] = useState<Draft[]>(() => sheet.lines.map((line) => draftOf(line, moneyInput)))
  const [isSaving, setSaving] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const held = useRef({ lines, fields: {} as Record<string, unknown>, stamp: sheet.stamp, edits: 0, sent: 0, currency: sheet.quote.currency })
  const timer = useRef<number>(undefined)
  const running = useRef<Promise<void> | null>(null)

  const put = useCallback((next: Draft[]) => {
    held.current.lines = next
    setLines(next)
  }, [])

  const push = useCallback(async () => {
    const now = held.current
    if (now.edits === now.sent) return
    const wanted = now.lines.map((line) => wantedOf(line, (typed) => parseMoney(typed, now.currency), parseNumber))
    // A line that is not whole yet is not sent, and nothing is lost by waiting for it.
    if (wanted.some((line, place) => line === null && now.lines[place]?.id !== undefined)) return
    const keys = now.lines.filter((_, place) => wanted[place] !== null).map((line) => line.key)
    const edits = now.edits
    const fields = now.fields
    now.fields = {}
    setSaving(true)
    try {
      const next = await save(id, { stamp: now.stamp, quote: fields, lines: wanted.filter((line): line is WantedLine => line !== null) })
      now.stamp = next.stamp
      now.sent = edits
      now.currency = next.quote.currency
      setFault(null)
      queries.setQueryData(sheetKey(id), next)
      if (now.edits === edits) {
        const open = now.lines.filter((_, place) => wanted[place] === null)
        // Lines keep the names they have on this page, so that nothing being typed loses its place.
        put([...next.lines.map((line, place) => ({ ...draftOf(line, moneyInput), key: next.lines.length === keys.length ? (keys[place] ?? line.id) : line.id })), ...open])
      } else {
        // Something was typed meanwhile: it stays, and goes next.
        put(now.lines.map((line) => {
          const place = keys.indexOf(line.key)
          return place < 0 ? line : { ...line, id: next.lines.length === keys.length ? next.lines[place]?.id : line.id }
        }))
      }
    } catch (error) {
      now.fields = { ...fields, ...now.fields }
      const isStale = error instanceof Problem && error.code === 'quote.stale'
      setFault(isStale ? t('quotes.stale') : reasonOf(error))
      if (isStale) {
        now.edits = now.sent
        now.fields = {}
        await queries.invalidateQueries({ queryKey: sheetKey(id) })
      }
    } finally {
      setSaving(false)
    }
  }, [id, put, queries, t])

  const flush = useCallback(async (): Promise<void> => {
    window.clearTimeout(timer.current)
    if (running.current) await running.current
    running.current = push().finally(() => (running.current = null))
    await running.current
  }, [push])

  const touch = useCallback(() => {
    held.current.edits += 1
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => void flush(), PAUSE_MS)
  }, [flush])

  // What somebody else changed, or a step brought, is shown where nothing is being typed.
  useEffect(() => {
    const now = held.current
    if (sheet.stamp === now.stamp || now.edits !== now.sent) return
    now.stamp = sheet.stamp
    now.currency = sheet.quote.currency
    put(sheet.lines.map((line) => draftOf(line, moneyInput)))
  }, [sheet, put])
  useEffect(() => () => window.clearTimeout(timer.current), [])

  const isWaiting = lines.some((line) => wantedOf(line, (typed) => parseMoney(typed, sheet.quote.currency), parseNumber) === null)
  return {
    lines, isSaving, isWaiting, fault, note, setNote,
    change: (key, next) => { put(held.current.lines.map((line) => (line.key === key ? { ...line, ...next } : line))); touch() },
    add: (product, name) => {
      const key = crypto.randomUUID()
      const line: Draft = { key, product: product?.id ?? null, name: product?.title ?? name ?? '', details: '', quantity: '1', unit: null, price: '', byHand: product === null, discount: '', discountByHand: false, tax: '', optional: false, chosen: true, open: false, minimum: null, maximum: null, total: null, listPrice: null, reasons: [] }
      put([...held.current.lines, line])
      touch()
      return key
    },
    remove: (key) => { put(held.current.lines.filter((line) => line.key !== key)); touch() },
    move: (key, by) => {
      const next = [...held.current.lines]
      const at = next.findIndex((line) => line.key === key)
      const to = Math.min(next.length - 1, Math.max(0, at + by))
      const [line] = next.splice(at, 1)
      if (line) next.splice(to, 0, line)
      put(next)
      touch()
    },
    set: (field, value) => { held.current.fields[field] = value; touch() },
    settled: flush,
  }
}
