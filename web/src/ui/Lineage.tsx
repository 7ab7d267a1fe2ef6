/** Where one value comes from: who or what said it, when and in which words, and what others say instead. */

import { useQuery } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import { formatTime } from '@/lib/format'
import { lineageQuery, type Origin } from '@/lib/lineage'
import { useLabel, useLocale } from '@/lib/session'
import { Bones } from './states'
import { useValueText } from './valueText'

const KINDS: Record<string, string> = { person: 'lineage.person', program: 'lineage.program', import: 'lineage.import', merge: 'lineage.merge', system: 'lineage.system' }

export default function Lineage({ object, id, field }: { object: ObjectDef; id: string; field: FieldDef }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const textOf = useValueText()
  const lineage = useQuery(lineageQuery(object.plural, id))
  const told = lineage.data?.fields.find((one) => one.field === field.name)
  const who = (from: Origin): string => (from.kind === 'source' ? from.name : t(KINDS[from.kind] ?? 'lineage.system', { name: from.actor?.name ?? from.name ?? '' }))
  return (
    <div className="flex flex-col gap-2.5 p-3">
      <p className="text-label font-medium text-fg-3">{t('lineage.title', { name: labelOf(field.label) })}</p>
      {lineage.isError ? (
        <p className="text-fg-2">{reasonOf(lineage.error)}</p>
      ) : lineage.isPending ? (
        <Bones rows={2} className="!p-0" />
      ) : !told?.from ? (
        <p className="text-fg-2">{t('lineage.unknown')}</p>
      ) : (
        <div>
          <p className="font-medium">{who(told.from)}</p>
          <p className="text-meta text-fg-3">{[formatTime(told.from.at, locale), told.from.key && t('lineage.key', { key: told.from.key })].filter(Boolean).join(' · ')}</p>
          {told.from.raw && <p className="mt-1 text-meta break-words text-fg-2">{t('lineage.raw', { text: told.from.raw })}</p>}
        </div>
      )}
      {told && told.others.length > 0 && (
        <div className="border-t border-line pt-2">
          <p className="pb-1 text-label font-medium text-fg-3">{t('lineage.others')}</p>
          <ul className="flex flex-col gap-1.5">
            {told.others.map((other) => (
              <li key={`${other.source} ${other.key}`} className="flex items-start gap-2">
                <span className="min-w-0 flex-1 break-words"><span className="text-fg-2">{other.name}: </span>{textOf(field, other.value) === '—' ? other.raw : textOf(field, other.value)}</span>
                {other.agrees && <Check size={13} className="mt-1 shrink-0 text-ok" aria-label={t('lineage.agrees')} />}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
