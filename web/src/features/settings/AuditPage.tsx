/** Who did what that touches rights, definitions, keys and whole lists: in order, sealed into a chain. */

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronRight, Hourglass, Link2, ShieldAlert, ShieldCheck, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { objectByName } from '@/lib/definitions'
import { formatClock, formatDay, formatNumber, formatRelative, formatTime, dayKey } from '@/lib/format'
import { recordQuery } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { Avatar, Button, cx, Pop } from '@/ui/kit'
import { LinkPicker } from '@/ui/LinkPicker'
import { Blank, Bones, Failed } from '@/ui/states'
import { ACTION_GROUPS, actionLabel } from './auditWords'
import { CARD, Page } from './parts'

interface Row {
  seq: number
  at: string
  actor: { id: string | null; name: string }
  action: string
  object: string | null
  record: string | null
  change: string | null
  detail: Record<string, unknown> | null
  sealed: boolean
}
interface Chain {
  rows: number
  sealed: number
  intact: boolean
  broken_at: number | null
  anchored_at: string | null
  checked_at: string
}

export default function AuditPage() {
  const { t } = useTranslation()
  const locale = useLocale()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/settings/audit' })
  const rows = useInfiniteQuery({
    queryKey: ['audit', search],
    queryFn: async ({ pageParam, signal }) => (await ask<{ data: Row[]; next: string | null }>('GET', '/audit', { query: { ...search, cursor: pageParam, limit: 50 }, signal })).data,
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const actor = useQuery({ ...recordQuery('users', search.actor ?? ''), enabled: search.actor !== undefined })
  const [picking, setPicking] = useState(false)
  const shown = rows.data?.pages.flatMap((page) => page.data) ?? []
  const go = (next: typeof search) => void navigate({ to: '/settings/audit', search: Object.fromEntries(Object.entries({ ...search, ...next }).filter(([, value]) => value)), replace: true })
  const spoken = (action: string) => {
    const label = actionLabel(action)
    return label ? t(label) : action
  }
  const days = [...new Set(shown.map((row) => dayKey(row.at)))]

  return (
    <Page title={t('audit.title')} lead={t('audit.lead')} wide>
      <ChainState shown={shown} />
      <div className="flex flex-wrap items-center gap-2">
        <select aria-label={t('audit.what')} className="input !w-auto" value={search.action ?? ''} onChange={(event) => go({ action: event.target.value })}>
          <option value="">{t('audit.everything')}</option>
          {Object.entries(ACTION_GROUPS).map(([group, label]) => <option key={group} value={`${group}.`}>{t(label)}</option>)}
          {search.action && !search.action.endsWith('.') && <option value={search.action}>{spoken(search.action)}</option>}
        </select>
        <Pop label={t('audit.who')} open={picking} onOpenChange={setPicking} className="w-80" trigger={<Button look="outline" size="lg">{actor.data ? <><Avatar name={actor.data.title} size={18} />{actor.data.title}</> : t('audit.anybody')}</Button>}>
          <LinkPicker label={t('audit.who')} target="user" picked={[]} onPick={(one) => { setPicking(false); go({ actor: one.id }) }} />
        </Pop>
        {(search.action || search.actor || search.record) && <Button onClick={() => void navigate({ to: '/settings/audit', search: {}, replace: true })}><X size={14} />{t('filter.clear_all')}</Button>}
      </div>
      {rows.isError ? <Failed error={rows.error} onRetry={() => void rows.refetch()} /> : rows.isPending ? <Bones rows={10} className="!px-0" /> : shown.length === 0 ? <Blank icon={ShieldCheck} title={t('audit.none')} /> : (
        <div className="flex flex-col gap-5">
          {days.map((day) => {
            const of = shown.filter((row) => dayKey(row.at) === day)
            return (
              <section key={day} aria-label={formatDay(of[0]?.at ?? '', locale)}>
                <h2 className="mb-2 text-meta font-medium text-fg-3">{formatDay(of[0]?.at ?? '', locale)}</h2>
                <ul className={CARD}>{of.map((row) => <AuditRow key={row.seq} row={row} onActor={() => row.actor.id && go({ actor: row.actor.id })} onRecord={() => row.record && go({ record: row.record })} />)}</ul>
              </section>
            )
          })}
          {rows.hasNextPage && <Button look="outline" className="self-start" aria-busy={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>{t('common.more')}</Button>}
        </div>
      )}
    </Page>
  )
}

/** Whether the rows still follow one another as they were written. */
function ChainState({ shown }: { shown: Row[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const chain = useQuery({ queryKey: ['audit', 'chain'], queryFn: async ({ signal }) => (await ask<Chain>('GET', '/audit/chain', { signal })).data, retry: false })
  if (chain.data) {
    const { intact, sealed, broken_at, anchored_at } = chain.data
    return (
      <p role="status" className={cx('flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md px-4 py-3', intact ? 'bg-ok-soft text-ok' : 'bg-bad-soft text-bad')}>
        {intact ? <ShieldCheck size={16} /> : <ShieldAlert size={16} />}
        <span className="font-medium">{intact ? t('audit.intact', { count: sealed, number: formatNumber(sealed, locale) }) : t('audit.broken', { number: formatNumber(broken_at ?? 0, locale) })}</span>
        {anchored_at && <span>{t('audit.anchored', { time: formatRelative(anchored_at, locale) })}</span>}
      </p>
    )
  }
  const waiting = shown.filter((row) => !row.sealed).length
  if (shown.length === 0) return null
  return <p role="status" className="flex items-center gap-2 text-fg-2">{waiting > 0 ? <Hourglass size={15} className="text-fg-3" /> : <Link2 size={15} className="text-ok" />}{waiting > 0 ? t('audit.waiting', { count: waiting }) : t('audit.sealed')}</p>
}

function AuditRow({ row, onActor, onRecord }: { row: Row; onActor: () => void; onRecord: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const definitions = useDefinitions()
  const [open, setOpen] = useState(false)
  const object = objectByName(definitions, row.object ?? '')
  const label = actionLabel(row.action)
  const detail = Object.entries(row.detail ?? {}).filter(([, value]) => value !== null)
  return (
    <li className="border-b border-line last:border-0">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex min-h-11 w-full items-center gap-3 px-3 py-1.5 text-start hover:bg-subtle">
        <ChevronRight size={14} className={cx('shrink-0 text-fg-3', open ? 'rotate-90' : 'rtl:rotate-180')} />
        <Avatar name={row.actor.name} size={22} />
        <span className="min-w-0 flex-1">
          <span className="font-medium">{row.actor.name}</span> <span className="text-fg-2">{label ? t(label) : row.action}</span>
          {object && <span className="text-fg-3"> · {labelOf(object.label_plural)}</span>}
        </span>
        <time dateTime={row.at} title={formatTime(row.at, locale)} className="shrink-0 text-meta text-fg-3 tabular-nums">{formatClock(row.at, locale)}</time>
        {!row.sealed && <Hourglass size={13} aria-label={t('audit.not_sealed')} className="shrink-0 text-fg-3" />}
      </button>
      {open && (
        <div className="grid gap-x-6 gap-y-1.5 bg-subtle px-12 py-3 text-meta max-md:px-4 md:grid-cols-[max-content_1fr]">
          {detail.map(([name, value]) => (
            <div key={name} className="contents">
              <span className="text-fg-3">{name}</span>
              <code className="break-words whitespace-pre-wrap select-text">{typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value)}</code>
            </div>
          ))}
          <span className="text-fg-3">{t('audit.number')}</span>
          <span className="tabular-nums">{formatNumber(row.seq, locale)} · {formatTime(row.at, locale)} · {row.sealed ? t('audit.is_sealed') : t('audit.not_sealed')}</span>
          <span />
          <span className="flex flex-wrap gap-2 pt-1">
            {row.actor.id && <Button size="sm" look="outline" onClick={onActor}>{t('audit.only_actor')}</Button>}
            {row.record && <Button size="sm" look="outline" onClick={onRecord}>{t('audit.only_record')}</Button>}
            {object && row.record && <Link to="/o/$plural/$id" params={{ plural: object.plural, id: row.record }} className="inline-flex h-6 items-center rounded-sm px-2 font-medium text-accent-text hover:bg-hover">{t('form.open')}</Link>}
          </span>
        </div>
      )}
    </li>
  )
}
