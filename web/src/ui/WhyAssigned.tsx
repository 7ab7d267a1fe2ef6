/** Each rule that was asked for a lead, whom it weighed, and what stood in their way. */

import { Ban, Check, CircleDashed, TriangleAlert } from 'lucide-react'
import type { Assignment, Said, WhyPassed } from '@/lib/leads'
import { formatInteger } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Avatar, cx } from './kit'

const SAID = {
  gave: 'assigned.gave', not_for: 'assigned.not_for', nobody: 'assigned.nobody', no_territory: 'assigned.no_territory', unknown: 'assigned.unknown', broken: 'assigned.broken',
} as const satisfies Record<Said, string>

const WHY = {
  chosen: 'assigned.chosen', stands_in: 'assigned.stands_in', inactive: 'assigned.inactive', away: 'assigned.away', full: 'assigned.full', later_turn: 'assigned.later_turn',
  more_of_share: 'assigned.more_of_share', busier: 'assigned.busier', after: 'assigned.after',
} as const satisfies Record<WhyPassed, string>

const ICONS = { gave: Check, not_for: CircleDashed, nobody: Ban, no_territory: Ban, unknown: CircleDashed, broken: TriangleAlert } as const satisfies Record<Said, typeof Check>

export function WhyAssigned({ assignment }: { assignment: Assignment }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <ol className="flex flex-col gap-3">
      {assignment.asked.length === 0 && <li className="text-fg-3">{t('assigned.no_rules')}</li>}
      {assignment.asked.map((asked) => {
        const Icon = ICONS[asked.said]
        const gave = asked.said === 'gave'
        return (
          <li key={asked.rule} className="flex gap-2.5">
            <Icon size={16} className={cx('mt-0.5 shrink-0', gave ? 'text-ok' : asked.said === 'broken' ? 'text-bad' : 'text-fg-3')} />
            <div className="min-w-0 flex-1">
              <p><span className={cx(gave && 'font-medium')}>{asked.name}</span> <span className="text-fg-3">{t(SAID[asked.said])}</span></p>
              {(asked.people ?? []).length > 0 && (
                <ul className="mt-1.5 flex flex-col gap-1">
                  {asked.people?.map((one) => {
                    const chosen = one.why === 'chosen' || one.why === 'stands_in'
                    return (
                      <li key={one.person.id} className="flex min-w-0 flex-wrap items-center gap-x-2">
                        <Avatar name={one.person.title ?? '?'} size={20} />
                        <span className={cx('truncate', chosen ? 'font-medium' : 'text-fg-2')}>{one.person.title ?? t('common.untitled')}</span>
                        <span className="text-meta text-fg-3">{t(WHY[one.why])} · {t('assigned.counts', { open: formatInteger(one.open, locale), given: formatInteger(one.given, locale) })}</span>
                      </li>
                    )
                  })}
                </ul>
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
