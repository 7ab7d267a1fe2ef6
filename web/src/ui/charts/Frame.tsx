/** A chart with its sentence, and the same figures as a table for whoever reads rather than looks. */

import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { iconOf } from '@/ui/icons'
import { Button, cx } from '@/ui/kit'
import { TD, TH } from './cells'

/** The width of an element, followed as it changes. */
export function useWidth(): [(element: HTMLElement | null) => void, number] {
  const [element, setElement] = useState<HTMLElement | null>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!element) return
    const measure = () => setWidth(element.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [element])
  return [setElement, width]
}

const TableIcon = iconOf('layout-list')

export interface TableOf {
  heads: string[]
  lines: string[][]
}

export function ChartFrame({ sentence, table, legend, children, className }: { sentence: string; table: TableOf; legend?: ReactNode; children: ReactNode; className?: string }) {
  const { t } = useTranslation()
  const [asTable, setAsTable] = useState(false)
  return (
    <figure className={cx('min-w-0', className)}>
      <figcaption className="mb-1 flex items-start gap-x-4">
        <span className="min-w-0 flex-1 text-fg-2">{sentence}</span>
        <Button size="sm" data-no-print aria-pressed={asTable} onClick={() => setAsTable(!asTable)} className={cx(asTable && 'bg-hover text-fg')}><TableIcon size={13} />{t('chart.as_table')}</Button>
      </figcaption>
      {legend && !asTable && <p className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1">{legend}</p>}
      {asTable ? (
        <div tabIndex={0} role="region" aria-label={sentence} className="max-h-96 overflow-auto">
          <table className="w-full border-separate border-spacing-0">
            <thead><tr>{table.heads.map((head, index) => <th key={head} scope="col" className={cx(TH, 'sticky top-0 bg-surface', index > 0 && '!text-end')}>{head}</th>)}</tr></thead>
            <tbody>
              {table.lines.map((line) => (
                <tr key={line[0]}>{line.map((cell, index) => (index === 0 ? <th key={index} scope="row" className={cx(TD, '!py-1 text-start font-medium whitespace-nowrap')}>{cell}</th> : <td key={index} className={cx(TD, '!py-1 text-end whitespace-nowrap tabular-nums')}>{cell}</td>))}</tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : children}
    </figure>
  )
}

export function Key({ colour, dashed, band, children }: { colour: string; dashed?: boolean; band?: number; children: ReactNode }) {
  return (
    <span className="flex items-center gap-1.5 text-meta whitespace-nowrap text-fg-2">
      {band === undefined ? <svg aria-hidden width="16" height="3"><line x1="0" x2="16" y1="1.5" y2="1.5" stroke={colour} strokeWidth="2.5" strokeDasharray={dashed ? '4 3' : undefined} /></svg> : <i aria-hidden className="h-2.5 w-4 rounded-[2px]" style={{ background: colour, opacity: band }} />}
      {children}
    </span>
  )
}
