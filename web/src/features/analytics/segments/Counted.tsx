/** How many belong, counted while the conditions are written: what each of them leaves, who can be reached, and some of them by name. */

import { useQuery } from '@tanstack/react-query'
import { Mail, MailOpen, Phone } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from '@/lib/useTranslation'
import { PLURALS, type Party } from '@/lib/analysis'
import { reasonOf } from '@/lib/api'
import { faceOf } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { fewQuery } from '@/lib/records'
import { countedQuery, type Counted as Told } from '@/lib/segments'
import { useLocale, useObject } from '@/lib/session'
import { usePaused } from '@/lib/usePaused'
import { Face } from '@/ui/Face'
import { Button, cx } from '@/ui/kit'
import { Bones } from '@/ui/states'

/** Some of those who belong. */
const SAMPLE = 6

export function Counted({ party, question }: { party: Party; question: string }) {
  const { t } = useTranslation()
  const asked = usePaused(question.trim(), 250)
  const [exactFor, setExactFor] = useState<string | null>(null)
  const counted = useQuery(countedQuery(party, asked, exactFor === asked))
  if (counted.isError) return <p role="alert" className="rounded-md bg-bad-soft px-3.5 py-2.5 text-bad">{reasonOf(counted.error)}</p>
  if (!counted.data) return <Bones rows={4} />
  return (
    <div aria-busy={counted.isFetching} className="grid grid-cols-[minmax(0,3fr)_minmax(0,2fr)] gap-6 max-md:grid-cols-1">
      <div className="flex min-w-0 flex-col gap-3">
        <Total told={counted.data} onExact={() => setExactFor(asked)} />
        <Funnel told={counted.data} />
        <Reached told={counted.data} />
      </div>
      <Sample party={party} question={asked} label={t('segments.some')} />
    </div>
  )
}

function Total({ told, onExact }: { told: Told; onExact: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const number = `${told.count.exact ? '' : '≈ '}${formatNumber(told.count.value, locale)}`
  return (
    <p role="status" className="flex flex-wrap items-baseline gap-x-2.5">
      <span className="text-title font-semibold tabular-nums">{number}</span>
      <span className="text-fg-2">{t('segments.of', { number: formatNumber(told.of, locale) })}</span>
      {!told.count.exact && <Button size="sm" onClick={onExact}>{t('segments.count_exactly')}</Button>}
    </p>
  )
}

/** One bar for each condition: who is left behind it, of those before it. */
function Funnel({ told }: { told: Told }) {
  const { t } = useTranslation()
  const locale = useLocale()
  if (told.steps.length === 0) return <p className="text-fg-3">{t('segments.everybody')}</p>
  return (
    <ol aria-label={t('segments.funnel')} className="flex flex-col gap-2.5">
      {told.steps.map((step, index) => {
        const before = index === 0 ? told.of : (told.steps[index - 1]?.left ?? 0)
        const gone = Math.max(0, before - step.left)
        return (
          <li key={step.text} className="min-w-0">
            <p className="flex items-baseline gap-3">
              <code className="min-w-0 flex-1 truncate font-mono text-meta text-fg-2" title={step.text}>{step.text}</code>
              <span className="font-medium whitespace-nowrap tabular-nums">{formatNumber(step.left, locale)}</span>
            </p>
            <span aria-hidden className="mt-1 flex h-2 overflow-hidden rounded-full bg-active">
              <span className="bg-accent" style={{ width: `${share(step.left, told.of)}%` }} />
              <span className="bg-accent opacity-25" style={{ width: `${share(gone, told.of)}%` }} />
            </span>
            <p className="mt-0.5 text-meta text-fg-3 tabular-nums">{gone === 0 ? t('segments.removes_nobody') : t('segments.removes', { number: formatNumber(gone, locale) })}</p>
          </li>
        )
      })}
    </ol>
  )
}

const share = (count: number, of: number) => (of > 0 ? (count / of) * 100 : 0)

function Reached({ told }: { told: Told }) {
  const { t } = useTranslation()
  const { email, phone, letter } = told.reachable
  return (
    <dl aria-label={t('segments.reachable')} className="grid grid-cols-3 gap-3 border-t border-line pt-3">
      <Way icon={<Mail size={14} />} label={t('segments.by_email')} count={email} of={told.count.value} />
      <Way icon={<Phone size={14} />} label={t('segments.by_phone')} count={phone} of={told.count.value} />
      <Way icon={<MailOpen size={14} />} label={t('segments.by_letter')} count={letter} of={told.count.value} />
    </dl>
  )
}

function Way({ icon, label, count, of }: { icon: ReactNode; label: string; count: number | undefined; of: number }) {
  const locale = useLocale()
  if (count === undefined) return null
  return (
    <div className="min-w-0">
      <dt className="flex items-center gap-1.5 text-meta text-fg-3">{icon}<span className="truncate">{label}</span></dt>
      <dd className="font-medium tabular-nums">{formatNumber(count, locale)} <span className="font-normal text-fg-3">{of > 0 && new Intl.NumberFormat(locale, { style: 'percent' }).format(count / of)}</span></dd>
    </div>
  )
}

function Sample({ party, question, label }: { party: Party; question: string; label: string }) {
  const { t } = useTranslation()
  const object = useObject(party)
  const some = useQuery({ ...fewQuery(PLURALS[party], { filter: question, limit: SAMPLE, sort: '-updated_at' }), enabled: question !== '', retry: false })
  const people = question === '' ? [] : (some.data?.data ?? [])
  return (
    <section aria-label={label} className={cx('min-w-0', question === '' && 'max-md:hidden')}>
      <h2 className="mb-1.5 text-meta font-medium text-fg-3">{label}</h2>
      {question !== '' && some.isPending && <Bones rows={3} className="!p-0" />}
      {people.length === 0 && !some.isFetching && <p className="text-fg-3">{t('segments.nobody')}</p>}
      <ul className="flex flex-col">
        {people.map((one) => (
          <li key={one.id}>
            <Link to="/o/$plural/$id" params={{ plural: PLURALS[party], id: one.id }} className="flex min-w-0 items-center gap-2.5 rounded-sm px-1.5 py-1.5 hover:bg-hover">
              <Face kind={faceOf(object)} name={one.title} icon={object?.icon ?? ''} size={24} />
              <span className="min-w-0 flex-1 truncate">{one.title || t('common.untitled')}</span>
              {one.subtitle && <span className="max-w-[45%] truncate text-meta text-fg-3">{one.subtitle}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
