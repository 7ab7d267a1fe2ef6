/** Commissions: one's own statement, those of whom one answers for, and the plans they follow. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, FileDown, HandCoins, Sheet } from 'lucide-react'
import { apiUrl } from '@/lib/api'
import { statementQuery, steppedMonth, teamQuery } from '@/lib/commissions'
import { useObject } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { IconButton, Segments } from '@/ui/kit'
import { Answer, Choices, Page, useChoices, usePeriodName } from '../parts'
import { Plans } from './Plans'
import { StatementView } from './StatementView'
import { TeamTable } from './TeamTable'

type Part = 'mine' | 'team' | 'plans'
const DOWNLOAD = 'inline-flex h-7 items-center gap-1.5 rounded-sm px-2 text-meta text-fg-2 shadow-[inset_0_0_0_1px_var(--line)] hover:bg-hover pointer-coarse:h-9'

export default function CommissionsPage() {
  const { t } = useTranslation()
  const [chosen, choose] = useChoices()
  const periodName = usePeriodName()
  const month = /^\d{4}-\d{2}$/.test(chosen['month'] ?? '') ? (chosen['month'] ?? '') : new Date().toISOString().slice(0, 7)
  const part: Part = chosen['part'] === 'team' || chosen['part'] === 'plans' ? chosen['part'] : 'mine'
  const mayPlans = useObject('commission_plan')?.can.read === true
  const team = useQuery({ ...teamQuery(month), placeholderData: keepPreviousData })
  const statement = useQuery({ ...statementQuery(chosen['person'], month), enabled: part === 'mine', placeholderData: keepPreviousData })
  const parts: { value: Part; label: string }[] = [{ value: 'mine', label: t('commissions.mine') }]
  if (team.data?.has_others) parts.push({ value: 'team', label: t('commissions.team') })
  if (mayPlans) parts.push({ value: 'plans', label: t('commissions.plans') })
  const asked = { person: chosen['person'], month }
  const tools = part === 'mine' && statement.data && (
    <span className="flex gap-1.5">
      <a href={apiUrl('/commissions/statement/report.pdf', asked)} download className={DOWNLOAD} aria-label={t('commissions.pdf')}><FileDown size={14} /><span className="max-md:hidden">{t('commissions.pdf')}</span></a>
      <a href={apiUrl('/commissions/statement/report.xlsx', asked)} download className={DOWNLOAD} aria-label={t('commissions.excel')}><Sheet size={14} /><span className="max-md:hidden">{t('commissions.excel')}</span></a>
    </span>
  )
  return (
    <Page icon={HandCoins} title={t('pages.commissions')} tools={tools || undefined}>
      <Choices wraps>
        {parts.length > 1 && <Segments label={t('commissions.part')} value={part} options={parts} onChange={(next) => choose({ part: next === 'mine' ? undefined : next, person: undefined })} />}
        {part !== 'plans' && (
          <span className="flex items-center gap-1 max-md:w-full max-md:justify-between">
            <IconButton label={t('planning.period_before')} onClick={() => choose({ month: steppedMonth(month, -1) })}><ChevronLeft size={14} /></IconButton>
            <b className="min-w-32 text-center font-semibold">{periodName(month, true)}</b>
            <IconButton label={t('planning.period_after')} onClick={() => choose({ month: steppedMonth(month, 1) })}><ChevronRight size={14} /></IconButton>
          </span>
        )}
      </Choices>
      {part === 'mine' && <Answer query={statement}>{(data) => <StatementView statement={data} />}</Answer>}
      {part === 'team' && <Answer query={team}>{(data) => <TeamTable team={data} onOpen={(person) => choose({ part: undefined, person })} />}</Answer>}
      {part === 'plans' && <Plans />}
    </Page>
  )
}
