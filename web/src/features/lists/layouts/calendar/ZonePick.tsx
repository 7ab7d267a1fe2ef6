/** Whose clock stands beside the reader's own: none, or that of another time zone. */

import { useMemo } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useLocale } from '@/lib/session'
import { PickList } from '@/ui/PickList'
import { isZone, zoneName } from './zones'

/** Stands for no zone; no zone has this name. */
const NONE = '-'

export default function ZonePick({ zone, onPick }: { zone: string; onPick: (zone: string) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const items = useMemo(() => {
    const now = new Date()
    const clock = (one: string) => new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: one }).format(now)
    return [
      { value: NONE, text: t('calendar.no_zone') },
      ...['UTC', ...Intl.supportedValuesOf('timeZone')].filter(isZone).map((one) => ({ value: one, text: `${zoneName(one)} ${one}`, view: <span className="truncate">{zoneName(one)}</span>, hint: clock(one) })),
    ]
  }, [locale, t])
  return <PickList label={t('calendar.zone')} items={items} picked={[zone || NONE]} onPick={({ value }) => onPick(value === NONE ? '' : value)} />
}
