/** Where the customers of each segment are now that were in it at the run before. */

import { useState, type CSSProperties } from 'react'
import { ChevronDown } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import type { Customers } from '@/lib/analysis'
import { useAnalysisWords } from '@/lib/analysisWords'
import { formatDate } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { Button, cx } from '@/ui/kit'
import { TH } from '@/ui/charts/cells'
import { Section } from './parts'

export function Migration({ migration }: { migration: NonNullable<Customers['migration']> }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const [isOpen, setIsOpen] = useState(false)
  const since = formatDate(migration.from, locale)
  const most = Math.max(1, ...migration.counts.flatMap((row, index) => row.filter((_, column) => column !== index)))
  // Who came since had no segment to leave.
  const known = migration.counts.slice(0, migration.segments.length)
  const stayed = known.reduce((sum, row, index) => sum + (row[index] ?? 0), 0)
  const whole = known.flat().reduce((sum, one) => sum + one, 0)
  const lead = whole > 0 ? t('migration.lead', { day: since, share: words.share((whole - stayed) / whole) }) : undefined
  return (
    <Section title={t('migration.title')} lead={lead} tools={<Button aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}><ChevronDown size={14} className={cx('transition-transform', isOpen && 'rotate-180')} />{isOpen ? t('migration.hide') : t('migration.show')}</Button>}>
      {isOpen && (
        <div tabIndex={0} role="region" aria-label={t('migration.title')} className="overflow-x-auto rounded-sm">
          <table className="border-separate border-spacing-0">
            <thead>
              <tr>
                <th scope="col" className={`${TH} sticky start-0 z-2 bg-surface`}>{t('migration.corner', { day: since })}</th>
                {migration.segments.map((one) => <th key={one} scope="col" className={`${TH} !text-end`}>{words.segment(one)}</th>)}
              </tr>
            </thead>
            <tbody>
              {migration.counts.map((row, index) => {
                const from = migration.segments[index]
                if (from === undefined && row.every((count) => count === 0)) return null
                return (
                  <tr key={from ?? '·'}>
                    <th scope="row" className="sticky start-0 z-1 h-8 border-e border-b border-line bg-surface px-3 text-start font-medium whitespace-nowrap">{from === undefined ? t('migration.newcomers') : words.segment(from)}</th>
                    {row.map((count, column) => (
                      <td
                        key={migration.segments[column]}
                        style={{ '--share': `${column === index ? 0 : Math.round((count / most) * 34)}%` } as CSSProperties}
                        className={cx('h-8 border-b border-line bg-[color-mix(in_oklch,var(--accent)_var(--share),transparent)] px-3 text-end tabular-nums', column === index && 'text-fg-3')}
                      >
                        {count > 0 ? words.number(count) : ''}
                      </td>
                    ))}
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  )
}
