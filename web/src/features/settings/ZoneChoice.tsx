/** A time zone, with the clock that hangs there now. */

import { useMemo } from 'react'
import { useLocale } from '@/lib/session'

export function ZoneChoice({ value, onChange, empty, id }: { value: string; onChange: (zone: string) => void; empty?: string; id?: string }) {
  const locale = useLocale()
  const zones = useMemo(() => {
    const known = ['UTC', ...Intl.supportedValuesOf('timeZone')]
    return value === '' || known.includes(value) ? known : [value, ...known]
  }, [value])
  const shown = useMemo(() => zones.map((zone) => ({ zone, text: `${zone.replaceAll('_', ' ')} · ${clockIn(zone, locale)}` })), [zones, locale])
  return (
    <select id={id} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
      {empty !== undefined && <option value="">{empty}</option>}
      {shown.map(({ zone, text }) => <option key={zone} value={zone}>{text}</option>)}
    </select>
  )
}

function clockIn(zone: string, locale: string): string {
  try {
    return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date())
  } catch {
    return ''
  }
}
