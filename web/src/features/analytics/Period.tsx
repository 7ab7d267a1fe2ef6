/** From which day to which, and what to compare with; what nobody chose is the server's usual period, shown as it is. */

import { useTranslation } from '@/lib/useTranslation'
import { Choice, useChoices } from './parts'

export function Period({ told }: { told: { from: string; to: string } | undefined }) {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const day = (name: 'from' | 'to', label: string) => (
    <label className="flex items-center gap-1.5 text-meta text-fg-2">
      <span>{label}</span>
      <input type="date" value={chosen[name] ?? told?.[name]?.slice(0, 10) ?? ''} onChange={(event) => choose({ [name]: event.target.value || undefined })} className="input !h-7 !min-h-7 !w-auto !px-2 !py-0 text-body text-fg pointer-coarse:!h-9" />
    </label>
  )
  return (
    <>
      {day('from', t('period.from'))}
      {day('to', t('period.to'))}
      <Choice
        label={t('period.compare')}
        value={comparisonOf(chosen['compare'])}
        options={[{ value: 'year_before', label: t('period.year_before') }, { value: 'previous', label: t('period.previous') }, { value: 'none', label: t('period.nothing') }]}
        onChange={(next) => choose({ compare: next === 'year_before' ? undefined : next })}
      />
    </>
  )
}

export function comparisonOf(text: string | undefined): string {
  return text === 'none' || text === 'previous' ? text : 'year_before'
}
