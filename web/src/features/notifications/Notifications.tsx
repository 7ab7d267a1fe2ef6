/** What one was told: who mentioned one, what one was given to do, who answered. Read ones step back; nothing is lost. */

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { AlarmClock, AtSign, BellRing, CheckCheck, Hourglass, Inbox, MessageSquareReply, Settings2, Sparkles, Stamp, UserCheck, type LucideIcon } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { dayKey, formatDay, formatRelative, formatTime } from '@/lib/format'
import { markRead, useUnread, type NoticeKind, type Notification, type NotificationPage } from '@/lib/me'
import { notificationsStore } from '@/lib/panels'
import { useLocale } from '@/lib/session'
import { Avatar, Button, cx, Hint, Pop, Segments, Tick } from '@/ui/kit'
import { SidePanel } from '@/ui/overlays'
import { Blank, Bones, Failed } from '@/ui/states'

const KIND_ICONS: Record<NoticeKind, LucideIcon> = { mention: AtSign, assigned: UserCheck, reply: MessageSquareReply, approval: Stamp, news: Sparkles, alert: BellRing, calm: BellRing, reminder: AlarmClock, stale: Hourglass }

export default function Notifications() {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const unread = useUnread()
  const [shown, setShown] = useState<'all' | 'unread'>('all')
  const list = useInfiniteQuery({
    queryKey: ['notifications', shown],
    queryFn: async ({ pageParam, signal }) => (await ask<NotificationPage>('GET', '/me/notifications', { query: { unread: shown === 'unread' || undefined, limit: 50, cursor: pageParam }, signal })).data,
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const all = list.data?.pages.flatMap((page) => page.data) ?? []
  const box = useRef<HTMLDivElement>(null)
  const complain = (error: unknown) => notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })

  // ↑ and ↓ walk on, as in any list.
  function onKeyDown(event: React.KeyboardEvent) {
    const step = event.key === 'ArrowDown' || event.key === 'j' ? 1 : event.key === 'ArrowUp' || event.key === 'k' ? -1 : 0
    if (step === 0) return
    const lines = [...(box.current?.querySelectorAll<HTMLElement>('[data-notice]') ?? [])]
    const at = lines.indexOf(document.activeElement as HTMLElement)
    event.preventDefault()
    lines[Math.max(0, Math.min(lines.length - 1, at + step))]?.focus()
  }

  useEffect(() => {
    if (list.isSuccess) box.current?.querySelector<HTMLElement>('[data-notice]')?.focus()
  }, [list.isSuccess])

  return (
    <SidePanel open onClose={() => notificationsStore.set(false)} title={<><Inbox size={16} className="shrink-0 text-accent-text" />{t('inbox.title')}</>}>
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-4 py-2">
        <Segments label={t('inbox.show')} value={shown} options={[{ value: 'all', label: t('inbox.all') }, { value: 'unread', label: t('inbox.only_unread') }]} onChange={setShown} />
        <span className="flex-1" />
        {unread > 0 && <Button onClick={() => void markRead(queries, { all: true }).catch(complain)}><CheckCheck size={14} />{t('inbox.mark_all')}</Button>}
        <Preferences />
      </div>
      <div ref={box} className="min-h-0 flex-1 overflow-y-auto py-1" onKeyDown={onKeyDown}>
        {list.isError ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : list.isPending ? <Bones rows={6} /> : all.length === 0 ? (
          <Blank icon={Inbox} title={shown === 'unread' ? t('inbox.none_unread') : t('inbox.none')}>{t('inbox.none_hint')}</Blank>
        ) : (
          daysOf(all).map((day) => (
            <section key={day.key} aria-label={formatDay(day.at, locale)}>
              <h3 className="px-4 pt-3 pb-1 text-label font-medium tracking-normal text-fg-3">{formatDay(day.at, locale)}</h3>
              <ul>{day.lines.map((line) => <Line key={line.id} line={line} onFault={complain} />)}</ul>
            </section>
          ))
        )}
        {list.hasNextPage && <div className="py-3 text-center"><Button look="outline" onClick={() => void list.fetchNextPage()}>{t('common.more')}</Button></div>}
      </div>
    </SidePanel>
  )
}

function daysOf(all: readonly Notification[]): { key: string; at: string; lines: Notification[] }[] {
  const days: { key: string; at: string; lines: Notification[] }[] = []
  for (const line of all) {
    const key = dayKey(line.at)
    const last = days.at(-1)
    if (last?.key === key) last.lines.push(line)
    else days.push({ key, at: line.at, lines: [line] })
  }
  return days
}

function Line({ line, onFault }: { line: Notification; onFault: (error: unknown) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const Icon = KIND_ICONS[line.kind] ?? AtSign
  const target = line.about ?? line.record
  const isUnread = line.read_at === null

  function open() {
    if (isUnread) void markRead(queries, { ids: [line.id] }).catch(onFault)
    if (!target) return
    notificationsStore.set(false)
    if (target.object === 'alert') return void navigate({ to: '/alerts', search: { a: target.id } })
    void navigate({ to: '/o/$plural/$id', params: { plural: target.plural, id: target.id } })
  }

  return (
    <li className={cx('group relative flex items-start', isUnread && 'bg-accent-soft/40')}>
      <button type="button" data-notice onClick={open} className="flex min-w-0 flex-1 items-start gap-3 px-4 py-2.5 text-start hover:bg-hover focus-visible:outline-offset-[-2px]">
        <span className="relative mt-0.5 shrink-0">
          {line.kind === 'alert' || line.kind === 'calm' || line.kind === 'reminder' || line.kind === 'stale' ? <span className={cx('grid size-7 place-items-center rounded-full bg-subtle', line.kind === 'alert' ? 'text-bad' : line.kind === 'reminder' || line.kind === 'stale' ? 'text-accent-text' : 'text-ok')}><Icon size={15} /></span> : (
            <>
              <Avatar name={line.actor?.name ?? '?'} size={28} />
              <span className="absolute -end-1 -bottom-1 grid size-4 place-items-center rounded-full bg-raised text-accent-text shadow-[0_0_0_1px_var(--line)]"><Icon size={10} strokeWidth={2.2} /></span>
            </>
          )}
        </span>
        <span className="min-w-0 flex-1 pe-6">
          <span className={cx('line-clamp-3 break-words', isUnread ? 'text-fg' : 'text-fg-2')}>{line.text}</span>
          <span className="mt-0.5 flex min-w-0 gap-1.5 text-meta text-fg-3">
            {target ? <span className="truncate">{target.title}</span> : <span>{t('inbox.gone')}</span>}
            <span aria-hidden>·</span>
            <time dateTime={line.at} title={formatTime(line.at, locale)} className="shrink-0">{formatRelative(line.at, locale)}</time>
          </span>
        </span>
        {isUnread && <span className="sr-only">{t('inbox.is_unread')}</span>}
      </button>
      <Hint label={isUnread ? t('inbox.mark_read') : t('inbox.mark_unread')}>
        <button type="button" aria-label={isUnread ? t('inbox.mark_read') : t('inbox.mark_unread')} onClick={() => void markRead(queries, { ids: [line.id], read: isUnread }).catch(onFault)} className="absolute end-3 top-3 grid size-6 place-items-center rounded-full hover:bg-active">
          <span className={cx('size-2 rounded-full', isUnread ? 'bg-accent' : 'opacity-0 shadow-[inset_0_0_0_1.5px_var(--fg-3)] group-hover:opacity-100 group-focus-within:opacity-100')} />
        </button>
      </Hint>
    </li>
  )
}

type Wanted = Record<NoticeKind, boolean>

const WANTED: [kind: NoticeKind, label: string][] = [['mention', 'inbox.want_mention'], ['assigned', 'inbox.want_assigned'], ['reply', 'inbox.want_reply'], ['approval', 'inbox.want_approval'], ['news', 'inbox.want_news'], ['alert', 'inbox.want_alert'], ['reminder', 'inbox.want_reminder']]

/** Of what one wants to be told. */
function Preferences() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  const wanted = useQuery({ queryKey: ['notifications', 'wanted'], enabled: open, queryFn: async ({ signal }) => (await ask<Wanted>('GET', '/me/notifications/preferences', { signal })).data })

  async function change(kind: NoticeKind, on: boolean) {
    const before = wanted.data
    queries.setQueryData(['notifications', 'wanted'], { ...before, [kind]: on })
    try {
      await ask('PUT', '/me/notifications/preferences', { body: { [kind]: on } })
    } catch (error) {
      queries.setQueryData(['notifications', 'wanted'], before)
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  return (
    <Pop label={t('inbox.wanted')} align="end" open={open} onOpenChange={setOpen} className="w-72 p-3" trigger={<Button size="icon" aria-label={t('inbox.wanted')}><Settings2 size={15} /></Button>}>
      <p className="mb-2 font-medium">{t('inbox.wanted')}</p>
      {wanted.data ? WANTED.map(([kind, label]) => (
        <label key={kind} className="flex min-h-8 items-center gap-2.5">
          <Tick label={t(label)} checked={wanted.data[kind]} onChange={(on) => void change(kind, on)} />
          {t(label)}
        </label>
      )) : <Bones rows={3} className="!p-0" />}
    </Pop>
  )
}
