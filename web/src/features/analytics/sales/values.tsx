/** A value of a report as people read it, how it moved, and the way to its records. */

import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { changeText, amountText } from '@/lib/analysisFigures'
import { objectByName } from '@/lib/definitions'
import { ALL } from '@/lib/listUrl'
import { movedBy, type Cell, type Valued } from '@/lib/salesReports'
import { useDefinitions, useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { cx } from '@/ui/kit'
import { kpiText } from '../boards/figures'
import { useChoices } from '../parts'

export function valueText(value: Valued, locale: string, short = false): string {
  switch (value.kind) {
    case 'none': return '—'
    case 'money': return amountText(value.value, '', locale, short)
    default: return kpiText(value.value, value.kind, locale)
  }
}

const LINK = 'rounded-xs text-start hover:text-accent-text hover:underline'

/** Opens the records of a value: a list by a question, or the set beside the page. */
export function Opens({ cell, label, children, className }: { cell: Cell; label: string; children: ReactNode; className?: string }) {
  const [, choose] = useChoices()
  const definitions = useDefinitions()
  const opens = cell.opens
  if (!opens) return <span className={className}>{children}</span>
  if (opens.as === 'rows') return <button type="button" aria-label={label} onClick={() => choose({ figure: opens.figure })} className={cx(LINK, className)}>{children}</button>
  const plural = objectByName(definitions, opens.object)?.plural
  if (!plural) return <span className={className}>{children}</span>
  return <Link to="/o/$plural" params={{ plural }} search={{ view: ALL, f: opens.filter }} aria-label={label} className={cx(LINK, className)}>{children}</Link>
}

/** How a value moved; green where that is good, grey where nobody can say. `quiet` says nothing of what did not. */
export function Moved({ cell, better, quiet }: { cell: Cell; better?: boolean | null; quiet?: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const change = movedBy(cell)
  if (change === null) return null
  const isFlat = Math.abs(change) < 0.0005
  if (isFlat && quiet) return null
  const text = isFlat ? t('analysis.same') : cell.value.kind === 'share' ? t('analysis.points', { number: new Intl.NumberFormat(locale, { maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(change * 100) }) : changeText(change, locale)
  const tone = isFlat || better === null || better === undefined ? 'text-fg-3' : (change > 0) === better ? 'text-ok' : 'text-bad'
  return <span className={cx('text-meta whitespace-nowrap tabular-nums', tone)} title={t('kpi.was', { value: valueText(cell.before, locale) })}>{text}</span>
}
