/** Who is behind a figure of a sequence. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { formatRelative } from '@/lib/format'
import { pluralOf } from '@/lib/records'
import { behindQuery, FIGURE_WORDS, onSequenceQuery, reasonWord, STATE_WORDS, type Behind, type Enrolment } from '@/lib/sequences'
import { useDefinitions, useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Avatar, Pill } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'
import type { Opened } from './SequencePage'

export default function SequencePeople({ id, opened, onClose }: { id: string; opened: Opened; onClose: () => void }) {
  const { t } = useTranslation()
  const byState = 'state' in opened
  const people = useQuery({ ...onSequenceQuery(id, byState ? opened.state : 'running'), enabled: byState })
  const behind = useQuery({ ...behindQuery(id, byState ? '' : opened.step, byState ? 'sent' : opened.what), enabled: !byState })
  const asked = byState ? people : behind
  const title = byState ? t(STATE_WORDS[opened.state]) : `${opened.title}: ${t(FIGURE_WORDS[opened.what])}`
  const rows: (Enrolment | Behind)[] = asked.data?.data ?? []
  return (
    <Modal open title={title} onClose={onClose} width="max-w-[560px]">
      {asked.isError ? <Failed error={asked.error} onRetry={() => void asked.refetch()} /> : !asked.data ? <Bones rows={5} className="!p-0" /> : rows.length === 0 ? <p className="text-fg-2">{t('sequences.nobody_to_see')}</p> : (
        <ul aria-label={title} className="flex max-h-[60vh] flex-col overflow-y-auto">{rows.map((row) => <Row key={'enrolment' in row ? row.enrolment : `${row.id}${row.at}`} row={row} />)}</ul>
      )}
      {asked.data?.next && <p className="mt-2 text-meta text-fg-3">{t('sequences.first_of_many', { count: rows.length })}</p>}
    </Modal>
  )
}

function Row({ row }: { row: Enrolment | Behind }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const plural = pluralOf(useDefinitions(), row.object)
  const title = row.title ?? ''
  const when = 'enrolment' in row ? (row.ended_at ?? row.due_at ?? row.started_at) : row.at
  const inside = (
    <>
      <span aria-hidden><Avatar name={title} size={22} /></span>
      <span className="min-w-0 flex-1 truncate font-medium">{title}</span>
      {'enrolment' in row && row.reason && <Pill>{t(reasonWord(row.reason))}</Pill>}
      <span className="shrink-0 text-meta text-fg-3">{formatRelative(when, locale)}</span>
    </>
  )
  const look = 'flex min-h-10 items-center gap-3 rounded-sm px-2 py-1'
  return <li>{plural ? <Link to="/o/$plural/$id" params={{ plural, id: row.id }} search={{}} className={`${look} hover:bg-hover`}>{inside}</Link> : <span className={look}>{inside}</span>}</li>
}
