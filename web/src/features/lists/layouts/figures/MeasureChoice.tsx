/** Which figure is shown, and over which periods dates are gathered. */

import { Sigma } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import type { ObjectDef } from '@/lib/definitions'
import { measureName, type Measure, type Unit } from '../groups'
import { OneOf } from '../tools'
import { measuresOf, UNITS, useMeasureLabel } from './measures'

export function MeasureChoice({ object, value, onChange }: { object: ObjectDef; value: Measure; onChange: (name: string) => void }) {
  const { t } = useTranslation()
  const labelOf = useMeasureLabel(object)
  return <OneOf label={t('figures.measure')} icon={<Sigma size={13} />} options={measuresOf(object).map((measure) => ({ value: measureName(measure), label: labelOf(measure) }))} value={measureName(value)} onChange={onChange} />
}

const UNIT_TEXT: Record<Unit, string> = { day: 'figures.by_day', week: 'figures.by_week', month: 'figures.by_month', quarter: 'figures.by_quarter', year: 'figures.by_year' }

export function UnitChoice({ value, onChange }: { value: Unit; onChange: (unit: Unit) => void }) {
  const { t } = useTranslation()
  return <OneOf label={t('figures.unit')} options={UNITS.map((unit) => ({ value: unit, label: t(UNIT_TEXT[unit]) }))} value={value} onChange={onChange} />
}
