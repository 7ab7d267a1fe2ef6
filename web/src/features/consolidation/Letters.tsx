/** The report by mail: each day or week at an hour of one's own, or once, now. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Send } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import { formatTime } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { Button, Segments } from '@/ui/kit'
import { lettersQuery, type Letters as Held } from './quality'

type Every = 'never' | 'day' | 'week'
const USUAL = { weekday: 1, hour: 8 }
/** A Monday; the days behind it give the others their names. */
const MONDAY = Date.UTC(2026, 5, 22)
const HOUR = 3_600_000

export function Letters({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const { data: held } = useQuery(lettersQuery)
  if (!held) return null
  const { weekday, hour } = held.subscription ?? USUAL
  const every: Every = held.subscription?.every ?? 'never'
  const named = (at: number, how: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...how, timeZone: 'UTC' }).format(at)

  const failed = (error: unknown) => notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
  async function wish(every: Every, weekday: number, hour: number) {
    try {
      if (every === 'never') await ask('DELETE', '/quality/subscription')
      else await ask<Held>('PUT', '/quality/subscription', { body: { every, weekday, hour, zone: Intl.DateTimeFormat().resolvedOptions().timeZone } })
      notify({ text: every === 'never' ? t('letters.ended') : t('letters.saved') })
    } catch (error) {
      failed(error)
    }
    await queries.invalidateQueries({ queryKey: lettersQuery.queryKey })
  }
  const sendNow = () => void ask('POST', '/quality/letters').then(() => notify({ text: t('letters.sent', { email: held.email ?? '' }) })).catch(failed)

  return (
    <section aria-label={t('letters.title')}>
      <div className="mb-2.5 flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1 basis-60"><h2 className="text-lead font-semibold">{t('letters.title')}</h2><p className="text-fg-2">{t('letters.lead')}</p></div>
        {held.mail && held.email && <Button look="outline" onClick={sendNow}><Send size={14} />{t('letters.now')}</Button>}
      </div>
      {!held.mail ? (
        <p className="text-fg-3">{t('letters.off')}{isAdmin && <> <Link to="/settings/mail" className="font-medium text-accent-text hover:underline">{t('letters.set_up')}</Link></>}</p>
      ) : !held.email ? (
        <p className="text-fg-3">{t('letters.no_address')} <Link to="/settings" className="font-medium text-accent-text hover:underline">{t('letters.profile')}</Link></p>
      ) : (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2.5 rounded-md border border-line px-4 py-3">
          <Segments label={t('letters.title')} value={every} options={[{ value: 'never', label: t('letters.never') }, { value: 'day', label: t('letters.day') }, { value: 'week', label: t('letters.week') }]} onChange={(chosen) => void wish(chosen, weekday, hour)} />
          {every === 'week' && (
            <select aria-label={t('letters.weekday')} className="input w-auto" value={weekday} onChange={(event) => void wish('week', Number(event.target.value), hour)}>
              {[1, 2, 3, 4, 5, 6, 7].map((day) => <option key={day} value={day}>{named(MONDAY + (day - 1) * 24 * HOUR, { weekday: 'long' })}</option>)}
            </select>
          )}
          {every !== 'never' && (
            <select aria-label={t('letters.hour')} className="input w-auto" value={hour} onChange={(event) => void wish(every, weekday, Number(event.target.value))}>
              {Array.from({ length: 24 }, (_, one) => <option key={one} value={one}>{named(MONDAY + one * HOUR, { hour: '2-digit', minute: '2-digit' })}</option>)}
            </select>
          )}
          <p className="min-w-0 basis-60 grow text-meta text-fg-3">
            {held.subscription ? t('letters.next', { email: held.email, when: formatTime(held.subscription.next_at, locale), zone: held.zone ?? 'UTC' }) : t('letters.none', { email: held.email })}
          </p>
        </div>
      )}
    </section>
  )
}
