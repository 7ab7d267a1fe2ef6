/** Why somebody is in a segment or not: every condition with the value it looks at, and the least that would change it. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, Lightbulb, X } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { PLURALS, type Party } from '@/lib/analysis'
import { formatTime } from '@/lib/format'
import { fewQuery } from '@/lib/records'
import { whyQuery, type Tree, type Why as Told } from '@/lib/segments'
import { useTold } from '@/lib/segmentWords'
import { useLocale } from '@/lib/session'
import { cx } from './kit'
import { SidePanel } from './overlays'
import { Bones, Failed } from './states'

export default function Why({ segment, name, holds, party, onClose }: { segment: string; name: string; holds: Party; party: string; onClose: () => void }) {
  const { t } = useTranslation()
  const why = useQuery(whyQuery(segment, party))
  const record = useQuery(fewQuery(PLURALS[holds], { filter: `id = "${party}"`, limit: 1 })).data?.data[0]
  return (
    <SidePanel title={t('belongs.title', { name })} open onClose={onClose}>
      <div tabIndex={0} role="region" aria-label={t('belongs.title', { name })} className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-5 py-4">
        {record && <Link to="/o/$plural/$id" params={{ plural: PLURALS[holds], id: party }} className="self-start text-lead font-semibold hover:text-accent-text hover:underline">{record.title}</Link>}
        {why.isError && !why.data ? <Failed error={why.error} onRetry={() => void why.refetch()} /> : why.data ? <Body told={why.data} /> : <Bones rows={6} className="!p-0" />}
      </div>
    </SidePanel>
  )
}

function Body({ told }: { told: Told }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useTold()
  return (
    <>
      <p className={cx('rounded-md px-3.5 py-2.5 font-medium', told.is_member ? 'bg-ok-soft text-ok' : 'bg-subtle text-fg-2')}>
        {told.is_member ? (told.since ? t('belongs.is_in_since', { time: formatTime(told.since, locale) }) : t('belongs.is_in')) : t('belongs.is_not_in')}
        {told.belongs !== undefined && told.belongs !== told.is_member && <span className="mt-1 block font-normal">{t('belongs.on_the_way')}</span>}
      </p>
      {told.by_hand && <p className="text-fg-2">{t('belongs.by_hand')}</p>}
      {told.tree && (
        <section aria-label={t('belongs.conditions')}>
          <h3 className="mb-1.5 text-meta font-medium text-fg-3">{t('belongs.conditions')}</h3>
          <Branch tree={told.tree} />
        </section>
      )}
      {told.tree && (
        <section aria-label={t('belongs.least')}>
          <h3 className="mb-1.5 flex items-center gap-1.5 text-meta font-medium text-fg-3"><Lightbulb size={13} />{t('belongs.least')}</h3>
          {told.changes === null || told.changes.length === 0 ? <p className="text-fg-2">{t('belongs.no_change')}</p> : (
            <>
              <p className="mb-2 text-fg-2">{told.belongs ? t('belongs.would_leave', { count: told.changes.length }) : t('belongs.would_enter', { count: told.changes.length })}</p>
              <ul className="flex flex-col gap-2">
                {told.changes.map((change) => (
                  <li key={change.condition} className="rounded-md px-3 py-2 shadow-[inset_0_0_0_1px_var(--line)]">
                    <code className="block font-mono text-meta break-words text-fg-2">{change.text}</code>
                    <p className="mt-0.5">{words.needed(change)}</p>
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
      )}
    </>
  )
}

function Branch({ tree }: { tree: Tree }) {
  const { t } = useTranslation()
  const words = useTold()
  const parts = tree.all ?? tree.any ?? (tree.not ? [tree.not] : null)
  if (!parts) {
    return (
      <div className="flex items-start gap-2 py-1">
        <Mark holds={tree.holds} />
        <div className="min-w-0 flex-1">
          <code className="block font-mono text-meta break-words">{tree.text}</code>
          {tree.has !== null && tree.has !== undefined && <p className="text-meta text-fg-3">{t('belongs.has', { value: words.told(tree.has) })}</p>}
        </div>
      </div>
    )
  }
  return (
    <div>
      <p className="flex items-center gap-2 py-1 text-fg-2"><Mark holds={tree.holds} />{tree.all ? t('belongs.all_of') : tree.any ? t('belongs.any_of') : t('belongs.none_of')}</p>
      <div className="ms-[7px] border-s border-line ps-3.5">{parts.map((part, index) => <Branch key={index} tree={part} />)}</div>
    </div>
  )
}

function Mark({ holds }: { holds: boolean }) {
  const { t } = useTranslation()
  return (
    <span className={cx('mt-px grid size-4 shrink-0 place-items-center rounded-full', holds ? 'bg-ok-soft text-ok' : 'bg-bad-soft text-bad')}>
      {holds ? <Check size={11} strokeWidth={3} aria-label={t('belongs.holds')} /> : <X size={11} strokeWidth={3} aria-label={t('belongs.does_not_hold')} />}
    </span>
  )
}
