/** What everybody one answers for earns by a month; each opens their statement, and finance closes them. */

import { useQueryClient } from '@tanstack/react-query'
import { Lock, MessageCircleQuestion, Users } from 'lucide-react'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { closeMonth, type Team } from '@/lib/commissions'
import { formatMoney } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Avatar, Button, cx } from '@/ui/kit'
import { Blank } from '@/ui/states'
import { TD, TH } from '../parts'

export function TeamTable({ team, onOpen }: { team: Team; onOpen: (person: string) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const open = [...new Set(team.data.filter((row) => !row.is_closed && !row.is_disputed).map((row) => row.person.id))]
  async function closeAll() {
    setBusy(true)
    try {
      for (const person of open) await closeMonth(person, team.month, true)
      notify({ text: t('commissions.closed_count', { count: open.length }) })
    } catch (error) {
      notify({ text: reasonOf(error), tone: 'bad' })
    }
    setBusy(false)
    await queries.invalidateQueries({ queryKey: ['commissions'] })
  }
  if (team.data.length === 0) return <Blank icon={Users} title={t('commissions.nobody')}>{t('commissions.nobody_hint')}</Blank>
  return (
    <div tabIndex={0} role="region" aria-label={t('commissions.team')} className="min-h-0 flex-1 overflow-auto px-5 py-4 outline-offset-[-2px] max-md:px-0">
      {team.may_close && open.length > 0 && <div className="flex justify-end pb-3 max-md:px-4"><Button look="outline" disabled={busy} onClick={() => void closeAll()}>{t('commissions.close_all', { count: open.length })}</Button></div>}
      <table className="w-full border-separate border-spacing-0 text-body">
        <thead>
          <tr>
            <th scope="col" className={cx(TH, 'text-start')}>{t('commissions.person')}</th>
            <th scope="col" className={cx(TH, 'text-end max-md:hidden')}>{t('commissions.lines')}</th>
            <th scope="col" className={cx(TH, 'text-end max-md:hidden')}>{t('commissions.credited')}</th>
            <th scope="col" className={cx(TH, 'text-end max-md:hidden')}>{t('commissions.taken_back')}</th>
            <th scope="col" className={cx(TH, 'text-end')}>{t('commissions.earned')}</th>
          </tr>
        </thead>
        <tbody>
          {team.data.map((row) => {
            const money = (amount: number) => formatMoney({ amount, currency: row.currency }, locale)
            return (
              <tr key={`${row.person.id} ${row.currency}`} className="hover:bg-hover">
                <td className={TD}>
                  <button type="button" onClick={() => onOpen(row.person.id)} className="flex min-w-0 items-center gap-2 rounded-xs font-medium hover:text-accent-text hover:underline">
                    <Avatar name={row.person.title ?? '?'} /><span className="truncate">{row.person.title}</span>
                    {row.is_closed && <Lock size={13} className="shrink-0 text-fg-3" aria-label={t('commissions.closed')} />}
                    {row.is_disputed && <MessageCircleQuestion size={14} className="shrink-0 text-warn" aria-label={t('commissions.disputed')} />}
                  </button>
                </td>
                <td className={cx(TD, 'text-end tabular-nums max-md:hidden')}>{row.lines}</td>
                <td className={cx(TD, 'text-end tabular-nums max-md:hidden')}>{money(row.base)}</td>
                <td className={cx(TD, 'text-end tabular-nums max-md:hidden', row.taken_back < 0 && 'text-bad')}>{money(row.taken_back)}</td>
                <td className={cx(TD, 'text-end font-medium tabular-nums')}>{money(row.amount)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
