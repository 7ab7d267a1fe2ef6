/** The sequences that somebody is or was on: how far they came, what comes next, and the buttons that hold or end it. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, Pause, Play, Plus, Square } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { notify } from '@/lib/actions'
import { reasonOf } from '@/lib/api'
import { formatRelative } from '@/lib/format'
import { reasonWord, sequencesOfQuery, settle, STATE_WORDS, type Enrolment } from '@/lib/sequences'
import { useLocale, useObject } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { iconOf } from '@/ui/icons'
import { Button, Drop, DropItem, IconButton, Meter, Pill } from '@/ui/kit'

const PutOnSequence = lazy(() => import('@/ui/PutOnSequence'))
const ListOrdered = iconOf('list-ordered')
const HUES: Record<string, number> = { running: 240, replied: 155, meeting: 155, won: 155, bounced: 20, not_delivered: 20 }

export default function Sequences({ object, plural, id, mayPut }: { object: string; plural: string; id: string; mayPut: boolean }) {
  const { t } = useTranslation()
  const known = useQuery(sequencesOfQuery(plural, id))
  const may = useObject('mail_sequence')?.can.read === true
  const [putting, setPutting] = useState(false)
  const shown = known.data ?? []
  const live = shown.filter((one) => one.ended_at === null)
  const past = shown.filter((one) => one.ended_at !== null).slice(0, 3)
  if (!may || (shown.length === 0 && !mayPut)) return null
  return (
    <section aria-label={t('sequences.title')} className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
      <header className="flex items-center gap-2 px-3.5 py-2">
        <ListOrdered size={15} className="text-fg-3" />
        <h2 className="flex-1 font-medium">{t('sequences.title')}</h2>
        {mayPut && <Button size="sm" onClick={() => setPutting(true)}><Plus size={13} />{t('sequences.put_on')}</Button>}
      </header>
      {[...live, ...past].length > 0 && <ul className="border-t border-line">{[...live, ...past].map((one) => <One key={one.enrolment} one={one} />)}</ul>}
      <Suspense>{putting && <PutOnSequence object={object} target={{ ids: [id] }} onClose={() => setPutting(false)} onDone={() => setPutting(false)} />}</Suspense>
    </section>
  )
}

function One({ one }: { one: Enrolment }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [done, steps] = [one.done ?? 0, one.steps ?? 0]
  async function act(to: 'pause' | 'resume' | 'stop') {
    setBusy(true)
    try {
      await settle(one.enrolment, to)
      await queries.invalidateQueries({ queryKey: ['sequences'] })
    } catch (error) {
      notify({ text: t('sequences.not_done', { reason: reasonOf(error) }), tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }
  const word = t(one.reason ? reasonWord(one.reason) : STATE_WORDS[one.state])
  const when = one.state === 'running' && one.due_at ? t('sequences.next_at', { time: formatRelative(one.due_at, locale) }) : formatRelative(one.ended_at ?? one.started_at, locale)
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3.5 py-1.5 last:border-0" aria-busy={busy}>
      <span className="min-w-0 flex-1 basis-40 max-sm:basis-full">
        <span className="block truncate font-medium">{one.name}</span>
        <span className="block truncate text-meta text-fg-3">{when}{one.author_name ? ` · ${one.author_name}` : ''}</span>
      </span>
      <span className="flex w-24 items-center gap-2 max-sm:flex-1"><Meter share={steps ? done / steps : 0} label={t('sequences.progress', { done, steps })} /><span className="shrink-0 text-meta text-fg-3 tabular-nums">{done}/{steps}</span></span>
      <Pill hue={HUES[one.reason ?? one.state]}>{word}</Pill>
      {one.ended_at === null ? (
        <Drop align="end" trigger={<IconButton label={t('sequences.more', { name: one.name ?? '' })}><Ellipsis size={15} /></IconButton>}>
          {one.state === 'running' ? <DropItem icon={<Pause size={14} />} onClick={() => void act('pause')}>{t('sequences.pause')}</DropItem> : <DropItem icon={<Play size={14} />} onClick={() => void act('resume')}>{t('sequences.resume')}</DropItem>}
          <DropItem icon={<Square size={14} />} onClick={() => void act('stop')}>{t('sequences.stop')}</DropItem>
        </Drop>
      ) : null}
    </li>
  )
}
