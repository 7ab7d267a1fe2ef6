/** Why they may be the same: each piece of evidence as a bar, from what is known of any two records to what is known of these. */

import { useTranslation } from '@/lib/useTranslation'
import { useEvidenceWords } from '@/lib/evidence'
import { stepsOf, type Evidence, type Pair } from '@/lib/matching'
import { useLocale } from '@/lib/session'
import { cx } from '@/ui/kit'

export function bitsText(bits: number, locale: string): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' }).format(bits)
}

export function Waterfall({ pair }: { pair: Pick<Pair, 'prior_bits' | 'why' | 'bits'> }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { words, compared } = useEvidenceWords()
  const steps = stepsOf(pair)
  const ends = [pair.prior_bits, pair.bits, 0, ...steps.flatMap(({ from, to }) => [from, to])]
  const low = Math.min(...ends)
  const span = Math.max(...ends) - low || 1
  const place = (bits: number) => ((bits - low) / span) * 100
  const silent = pair.why.filter((one) => one.level === null)

  return (
    <section aria-label={t('evidence.title')}>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="text-lead font-semibold">{t('evidence.title')}</h2>
        <p className="text-meta text-fg-3">{t('evidence.lead')}</p>
      </div>
      <ol className="mt-2 flex flex-col">
        <Step label={t('evidence.prior')} from={0} to={pair.prior_bits} place={place} locale={locale} quiet />
        {steps.map(({ from, to, evidence }) => <Step key={keyOf(evidence)} label={words(evidence)} from={from} to={to} place={place} locale={locale} />)}
        <Step label={t('evidence.sum')} from={0} to={pair.bits} place={place} locale={locale} total />
      </ol>
      {silent.length > 0 && <p className="mt-1.5 text-meta text-fg-3">{t('evidence.silent_about', { what: [...new Set(silent.map((one) => compared(one.comparison)))].join(', ') })}</p>}
    </section>
  )
}

function keyOf(evidence: Evidence): string {
  return JSON.stringify(evidence.comparison)
}

function Step({ label, from, to, place, locale, quiet, total }: { label: string; from: number; to: number; place: (bits: number) => number; locale: string; quiet?: boolean; total?: boolean }) {
  const bits = to - from
  const start = Math.min(place(from), place(to))
  const width = Math.max(0.6, Math.abs(place(to) - place(from)))
  return (
    <li className={cx('grid min-h-7 grid-cols-[minmax(0,320px)_1fr_52px] items-center gap-3 max-md:grid-cols-[minmax(0,1fr)_92px_46px] max-md:gap-2', total && 'mt-1 border-t border-line pt-1 font-semibold')}>
      <span className={cx('truncate max-md:whitespace-normal', quiet && 'text-fg-3')} title={label}>{label}</span>
      {/* Numbers run one way in every language. */}
      <span aria-hidden className="relative h-3.5 [direction:ltr]">
        <span className="absolute inset-y-[-7px] w-px bg-line-strong" style={{ insetInlineStart: `${place(0)}%` }} />
        <span className={cx('absolute inset-y-0 rounded-[3px]', quiet ? 'bg-line-strong' : total ? 'bg-accent' : bits >= 0 ? 'bg-ok-fill' : 'bg-bad-fill')} style={{ insetInlineStart: `${start}%`, width: `${width}%` }} />
      </span>
      <span className={cx('text-end tabular-nums', quiet ? 'text-fg-3' : total ? '' : bits >= 0 ? 'text-ok' : 'text-bad')}>{bitsText(bits, locale)}</span>
    </li>
  )
}
