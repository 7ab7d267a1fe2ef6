/** One thin line over the page when something stands between it and the server, and what that means for what was typed. */

import { CloudOff, Hourglass, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { outboxStore } from '@/lib/outbox'
import { outboxOpenStore } from '@/lib/panels'
import { formatRelative } from '@/lib/format'
import { recalledStore } from '@/lib/offline'
import { lookNow, reachStore } from '@/lib/reach'
import { useLocale } from '@/lib/session'
import { useStore } from '@/lib/store'

export function StateBar() {
  const { t } = useTranslation()
  const reach = useStore(reachStore)
  const kept = useStore(outboxStore)
  const recalled = useStore(recalledStore)
  const locale = useLocale()
  const online = useOnline()
  const refused = kept.filter((one) => one.refused !== undefined).length
  const waiting = kept.length - refused

  if (reach === 'away' || !online) {
    return (
      <p role="status" className="flex min-h-7 shrink-0 flex-wrap items-center justify-center gap-x-2 bg-warn-soft px-4 py-1 text-meta text-warn">
        <CloudOff size={14} />
        {online ? t('reach.away') : t('state.offline_bar')}
        {recalled && <span>{t('offline.as_of', { time: formatRelative(recalled, locale) })}</span>}
        {waiting > 0 && <span>{t('outbox.waiting', { count: waiting })}</span>}
        {online && <button type="button" className="min-h-6 font-medium underline" onClick={lookNow}>{t('reach.look')}</button>}
      </p>
    )
  }
  if (refused > 0) {
    return (
      <p role="status" className="flex min-h-7 shrink-0 items-center justify-center gap-2 bg-bad-soft px-4 py-1 text-meta text-bad">
        <TriangleAlert size={14} />
        {t('outbox.refused', { count: refused })}
        <button type="button" className="min-h-6 font-medium underline" onClick={() => outboxOpenStore.set(true)}>{t('outbox.look')}</button>
      </p>
    )
  }
  if (reach === 'slow') {
    return (
      <p role="status" className="flex min-h-7 shrink-0 items-center justify-center gap-2 bg-subtle px-4 py-1 text-meta text-fg-2">
        <Hourglass size={14} />
        {t('reach.slow')}
      </p>
    )
  }
  return null
}

function useOnline(): boolean {
  const [online, setOnline] = useState(() => navigator.onLine)
  useEffect(() => {
    const look = () => setOnline(navigator.onLine)
    window.addEventListener('online', look)
    window.addEventListener('offline', look)
    return () => {
      window.removeEventListener('online', look)
      window.removeEventListener('offline', look)
    }
  }, [])
  return online
}
