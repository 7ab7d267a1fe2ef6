/** One place where somebody is signed in. */

import { Laptop, Smartphone } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { formatRelative, formatTime } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { Button, Pill } from '@/ui/kit'
import { Line } from './parts'
import { METHOD_LABELS, type OpenSession } from './security'

export function SessionLine({ one, onEnd }: { one: OpenSession; onEnd?: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const name = [one.browser, one.system].filter(Boolean).join(' · ') || one.device || t('security.unknown_device')
  const phone = /android|ios|iphone/i.test(`${one.system ?? ''} ${one.device}`)
  const method = one.method ? METHOD_LABELS[one.method] : undefined
  return (
    <Line
      icon={phone ? <Smartphone size={16} /> : <Laptop size={16} />}
      title={<span title={one.device}>{name}</span>}
      note={<span title={formatTime(one.created_at, locale)}>{[one.address, method && t(method), t('security.seen', { time: formatRelative(one.seen_at, locale) })].filter(Boolean).join(' · ')}</span>}
    >
      {one.new_device && <Pill hue={70}>{t('security.new_device')}</Pill>}
      {one.current ? <Pill hue={155} dot>{t('security.here')}</Pill> : onEnd && <Button size="sm" look="outline" onClick={onEnd}>{t('security.end')}</Button>}
    </Line>
  )
}
