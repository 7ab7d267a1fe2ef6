/** The lines of a quote, written like a table: Tab goes on, Enter goes back to the search for the next product. */

import { useQuery } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, Ellipsis, Info, Plus, RotateCcw, Search, Trash2 } from 'lucide-react'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { formatMoney, formatNumber } from '@/lib/format'
import type { Draft, Quote } from '@/lib/quotes'
import { useLocale } from '@/lib/session'
import { usePaused } from '@/lib/usePaused'
import { Button, cx, Drop, DropItem, DropLine, Pill, Pop } from '@/ui/kit'
import { Reasons } from './Reasons'
import type { Edit } from './useSheet'

const BOX = 'h-8 w-full rounded-sm bg-transparent px-2 hover:bg-hover focus:bg-surface focus:outline-2 focus:outline-accent disabled:opacity-100 pointer-coarse:h-10'

export function Lines({ edit, quote, may }: { edit: Edit; quote: Quote; may: boolean }) {
  const { t } = useTranslation()
  const grid = useRef<HTMLDivElement>(null)
  const focusQuantity = (key: string) => requestAnimationFrame(() => {
    const box = grid.current?.querySelector<HTMLInputElement>(`[data-quantity="${key}"]`)
    box?.focus()
    box?.select()
  })
  return (
    <section aria-label={t('quotes.lines')} ref={grid} className="rounded-lg bg-surface shadow-[inset_0_0_0_1px_var(--line)]">
      <div className="overflow-x-auto">
        <table className="w-full border-separate border-spacing-0 max-md:block">
          <thead className="max-md:sr-only">
            <tr className="text-meta text-fg-3">
              <th scope="col" className="border-b border-line px-3 py-2 text-start font-medium">{t('quotes.product')}</th>
              <th scope="col" className="w-24 border-b border-line px-2 py-2 text-end font-medium">{t('quotes.quantity')}</th>
              <th scope="col" className="w-32 border-b border-line px-2 py-2 text-end font-medium">{t('quotes.unit_price')}</th>
              <th scope="col" className="w-20 border-b border-line px-2 py-2 text-end font-medium">{t('quotes.discount')}</th>
              <th scope="col" className="w-20 border-b border-line px-2 py-2 text-end font-medium">{t('quotes.tax')}</th>
              <th scope="col" className="w-32 border-b border-line px-2 py-2 text-end font-medium">{t('quotes.line_total')}</th>
              <th scope="col" className="w-10 border-b border-line"><span className="sr-only">{t('shell.more')}</span></th>
            </tr>
          </thead>
          <tbody className="max-md:block">
            {edit.lines.map((line) => <Row key={line.key} line={line} edit={edit} quote={quote} may={may} />)}
          </tbody>
        </table>
      </div>
      {edit.lines.length === 0 && <p className="px-3.5 py-6 text-center text-fg-3">{t('quotes.no_lines')}</p>}
      {may && <Adder onAdd={(product, name) => focusQuantity(edit.add(product, name))} />}
    </section>
  )
}

function Row({ line, edit, quote, may }: { line: Draft; edit: Edit; quote: Quote; may: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const name = line.name || t('quotes.line')
  const back = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault()
      document.querySelector<HTMLInputElement>('[data-add-line]')?.focus()
    }
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault()
      edit.move(line.key, event.key === 'ArrowUp' ? -1 : 1)
    }
  }
  const number = (field: 'quantity' | 'price' | 'discount' | 'tax', label: string, more: Partial<Draft> = {}) => (
    <input
      aria-label={`${label}: ${name}`}
      inputMode="decimal"
      autoComplete="off"
      disabled={!may}
      value={line[field]}
      onKeyDown={back}
      onFocus={(event) => event.target.select()}
      onChange={(event) => edit.change(line.key, { [field]: event.target.value, ...more })}
      {...(field === 'quantity' ? { 'data-quantity': line.key } : {})}
      className={cx(BOX, 'text-end tabular-nums', ((field === 'price' && line.byHand && line.product) || (field === 'discount' && line.discountByHand)) && 'font-medium text-accent-text')}
    />
  )
  const cell = 'border-b border-line px-1 py-1 align-top max-md:flex max-md:items-center max-md:gap-2 max-md:border-0 max-md:px-3'
  const said = (text: string) => <span className="hidden w-28 shrink-0 text-meta text-fg-3 max-md:inline" aria-hidden>{text}</span>
  return (
    <tr className={cx('group max-md:block max-md:border-b max-md:border-line max-md:py-2', line.optional && !line.chosen && 'text-fg-3')}>
      <td className={cn(cell)}>
        <div className="min-w-0 flex-1">
          <div className="flex items-center gap-1">
            <input aria-label={`${t('quotes.product')}: ${name}`} disabled={!may} value={line.name} onKeyDown={back} onChange={(event) => edit.change(line.key, { name: event.target.value })} className={cx(BOX, 'min-w-40 font-medium')} />
            {line.reasons.length > 0 && (
              <Pop label={t('quotes.why_price')} align="start" className="w-80 p-3" trigger={<Button size="icon" aria-label={`${t('quotes.why_price')}: ${name}`}><Info size={14} /></Button>}>
                <Reasons reasons={line.reasons} />
              </Pop>
            )}
          </div>
          {line.details && <p className="px-2 text-meta whitespace-pre-line text-fg-3">{line.details}</p>}
          {line.id && line.product && line.price === '' && <p className="px-2 text-meta text-warn">{t('quotes.no_price', { currency: quote.currency })}</p>}
          {(line.optional || line.open) && (
            <p className="flex flex-wrap gap-1.5 px-2 py-1">
              {line.optional && <Pill hue={280}>{t('quotes.optional')}</Pill>}
              {line.open && <Pill hue={200}>{t('quotes.customer_chooses')}</Pill>}
            </p>
          )}
        </div>
      </td>
      <td className={cell}>{said(t('quotes.quantity'))}{number('quantity', t('quotes.quantity'))}</td>
      <td className={cell}>{said(t('quotes.unit_price'))}{number('price', t('quotes.unit_price'), { byHand: true })}</td>
      <td className={cell}>{said(t('quotes.discount'))}{number('discount', t('quotes.discount'), { discountByHand: true })}</td>
      <td className={cell}>{said(t('quotes.tax'))}{number('tax', t('quotes.tax'))}</td>
      <td className={cx(cell, 'text-end')}>{said(t('quotes.line_total'))}<span className="inline-flex h-8 flex-1 items-center justify-end px-2 font-medium tabular-nums">{line.total ? formatMoney(line.total, locale) : '–'}</span></td>
      <td className={cell}>
        {may && (
          <Drop align="end" width="w-64" trigger={<Button size="icon" aria-label={`${t('shell.more')}: ${name}`}><Ellipsis size={15} /></Button>}>
            <DropItem onClick={() => edit.change(line.key, { optional: !line.optional, chosen: line.optional })}>{line.optional ? t('quotes.make_fixed') : t('quotes.make_optional')}</DropItem>
            <DropItem onClick={() => edit.change(line.key, { open: !line.open, minimum: null, maximum: line.open ? null : (Number(line.quantity) || 1) * 10 })}>{line.open ? t('quotes.fix_quantity') : t('quotes.open_quantity')}</DropItem>
            {line.product && (line.byHand || line.discountByHand) && <DropItem icon={<RotateCcw size={14} />} onClick={() => edit.change(line.key, { byHand: false, discountByHand: false })}>{line.listPrice ? t('quotes.list_price', { price: formatMoney(line.listPrice, locale) }) : t('quotes.by_list')}</DropItem>}
            <DropLine />
            <DropItem icon={<ArrowUp size={14} />} onClick={() => edit.move(line.key, -1)}>{t('quotes.move_up')}</DropItem>
            <DropItem icon={<ArrowDown size={14} />} onClick={() => edit.move(line.key, 1)}>{t('quotes.move_down')}</DropItem>
            <DropItem danger icon={<Trash2 size={14} />} onClick={() => edit.remove(line.key)}>{t('quotes.remove_line')}</DropItem>
          </Drop>
        )}
        <span className="sr-only">{quote.currency} {formatNumber(Number(line.quantity) || 0, locale)}</span>
      </td>
    </tr>
  )
}

function cn(cell: string): string {
  return cx(cell, 'max-md:items-start')
}

interface Found {
  groups: { object: string; data: { id: string; title: string; subtitle?: string | null }[] }[]
}

/** Type, choose by arrow, Enter: a product; or any other words as a line of one's own. */
function Adder({ onAdd }: { onAdd: (product: { id: string; title: string } | null, name?: string) => void }) {
  const { t } = useTranslation()
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  // Enter was faster than the search.
  const [queued, setQueued] = useState(false)
  const wanted = usePaused(text.trim())
  const found = useQuery({
    queryKey: ['pick', 'product', wanted],
    queryFn: async ({ signal }) => (await ask<Found>('GET', '/search', { query: { q: wanted, limit: 8, object: 'product' }, signal })).data,
    enabled: wanted !== '',
    staleTime: 10_000,
    placeholderData: (before) => before,
  })
  const hits = text.trim() === '' ? [] : (found.data?.groups ?? []).flatMap((group) => group.data)
  const ready = wanted === text.trim() && !found.isFetching
  const rows = text.trim() === '' || (!ready && hits.length === 0) ? [] : [...hits.map((hit) => ({ key: hit.id, text: hit.title, hint: hit.subtitle ?? '', run: () => onAdd({ id: hit.id, title: hit.title }) })), { key: 'own', text: t('quotes.own_line', { text: text.trim() }), hint: '', run: () => onAdd(null, text.trim()) }]
  const isOpen = rows.length > 0
  const pick = (place: number) => {
    const row = rows[place]
    if (!row) return
    setText('')
    setAt(0)
    setQueued(false)
    row.run()
  }
  useEffect(() => {
    if (queued && ready) pick(0)
  })
  return (
    <div className="relative border-t border-line">
      <Search size={15} aria-hidden className="absolute start-3.5 top-3 text-fg-3" />
      <input
        data-add-line
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-activedescendant={isOpen ? `${id}-${at}` : undefined}
        aria-label={t('quotes.add_line')}
        placeholder={t('quotes.add_line')}
        autoComplete="off"
        value={text}
        onChange={(event) => { setText(event.target.value); setAt(0); setQueued(false) }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' && isOpen) { event.preventDefault(); setAt((at + 1) % rows.length) }
          if (event.key === 'ArrowUp' && isOpen) { event.preventDefault(); setAt((at + rows.length - 1) % rows.length) }
          if (event.key === 'Enter' && text.trim() !== '') { event.preventDefault(); if (ready || at > 0) pick(at); else setQueued(true) }
          if (event.key === 'Escape') { setText(''); setAt(0) }
        }}
        className="h-10 w-full rounded-b-lg bg-transparent ps-10 pe-3 focus:outline-2 focus:outline-accent"
      />
      {isOpen && (
        <div id={`${id}-list`} role="listbox" aria-label={t('quotes.add_line')} className="absolute inset-x-2 top-full z-20 mt-1 max-h-80 overflow-y-auto rounded-md bg-surface p-1 shadow-3">
          {rows.map((row, place) => (
            <div key={row.key} id={`${id}-${place}`} role="option" aria-selected={place === at} onPointerDown={(event) => { event.preventDefault(); pick(place) }} onPointerEnter={() => setAt(place)} className={cx('flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-2', place === at && 'bg-hover')}>
              {row.key === 'own' && <Plus size={14} className="shrink-0 text-fg-3" />}
              <span className="min-w-0 flex-1 truncate">{row.text}</span>
              <span className="shrink-0 text-meta text-fg-3">{row.hint}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
