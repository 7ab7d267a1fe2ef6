/** What predictions say of this record, and which of its fields speak for it and against. Silent where nothing is foretold. */

import { useQuery } from '@tanstack/react-query'
import { useTranslation } from '@/lib/useTranslation'
import { useAnalysisWords } from '@/lib/analysisWords'
import type { ObjectDef } from '@/lib/definitions'
import { formatDate } from '@/lib/format'
import { saidQuery, type Said } from '@/lib/predictions'
import type { RecordData } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { cx, Meter } from '@/ui/kit'

export default function Foretold({ object, record }: { object: ObjectDef; record: RecordData }) {
  const { t } = useTranslation()
  const said = useQuery(saidQuery(object.plural, record.id)).data
  if (!said?.length) return null
  return (
    <section aria-label={t('foretold.title')} className="mb-3 flex flex-col gap-4 rounded-md px-3 py-3 shadow-[inset_0_0_0_1px_var(--line)]">
      {said.map((one) => <One key={one.prediction} said={one} object={object} />)}
    </section>
  )
}

function One({ said, object }: { said: Said; object: ObjectDef }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const labelOf = useLabel()
  const words = useAnalysisWords()
  const most = Math.max(...said.reasons.map((one) => Math.abs(one.part)), 0.01)
  return (
    <div>
      <div className="mb-1 flex items-baseline justify-between gap-2"><h2 className="font-semibold">{said.name}</h2><span className="text-figure font-semibold tabular-nums">{words.share(said.probability)}</span></div>
      <Meter label={said.name} share={said.probability} />
      <ul className="mt-2 flex flex-col gap-1">
        {said.reasons.map((one) => (
          <li key={one.field} className="grid grid-cols-[minmax(0,1fr)_64px] items-center gap-2">
            <span className="truncate">{labelOf(object.fields.find((field) => field.name === one.field)?.label) || one.field} <span className="text-meta text-fg-3">{one.part > 0 ? t('foretold.speaks_for') : t('foretold.speaks_against')}</span></span>
            <span aria-hidden className="relative h-1.5">
              <i className={cx('absolute inset-y-0 rounded-xs', one.part > 0 ? 'start-1/2 bg-accent' : 'end-1/2 bg-line-strong')} style={{ width: `${(50 * Math.abs(one.part)) / most}%` }} />
            </span>
          </li>
        ))}
      </ul>
      <p className="mt-1 text-meta text-fg-3">{[t('models.version', { number: said.version }), said.on && formatDate(said.on, locale)].filter(Boolean).join(' · ')}</p>
    </div>
  )
}
