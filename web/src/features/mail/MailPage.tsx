/** The inbox of one's mailboxes: threads on the left, the one that is read on the right; by keyboard as the lists. */

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowLeft, Inbox, Mail, PenLine } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { notify } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import { formatRelative } from '@/lib/format'
import { mailboxesQuery, nameOf, type Thread } from '@/lib/mail'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Avatar, Button, cx, IconButton, Pill, Segments } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { TopBar } from '@/ui/TopBar'
import { Compose } from '@/ui/Compose'
import { ThreadView } from './ThreadView'

type State = 'open' | 'snoozed' | 'done'

interface Page {
  data: Thread[]
  next: string | null
  unread: number
}

const STATES = { open: 'letters.open', snoozed: 'letters.snoozed', done: 'letters.done' } as const

export default function MailPage() {
  const { t } = useTranslation()
  const locale = useLocale()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const search = useSearch({ from: '/inside/mail' })
  const state: State = search.state === 'done' || search.state === 'snoozed' ? search.state : 'open'
  const open = search.thread
  const [writing, setWriting] = useState(false)
  const mailboxes = useQuery(mailboxesQuery)
  const list = useInfiniteQuery({
    queryKey: ['mail', 'threads', state, search.mailbox ?? ''],
    queryFn: async ({ pageParam, signal }) => (await ask<Page>('GET', '/mail/threads', { query: { state, mailbox: search.mailbox, before: pageParam || undefined }, signal })).data,
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchInterval: 15_000,
  })
  const threads = list.data?.pages.flatMap((page) => page.data) ?? []
  const at = threads.findIndex((thread) => thread.id === open)
  const rows = useRef<HTMLUListElement>(null)

  useEffect(() => {
    document.title = `${t('pages.mail')} · Rapport`
    return () => void (document.title = 'Rapport')
  }, [t])

  const go = useCallback((change: { thread?: string | undefined; state?: State; mailbox?: string | undefined }) => void navigate({ to: '/mail', search: (held) => ({ ...held, ...change }), replace: true }), [navigate])

  const settle = useCallback(async (thread: string, change: Record<string, unknown>, done?: string) => {
    try {
      await ask('PATCH', `/mail/threads/${thread}`, { body: change })
      if (done) notify({ text: done })
      await queries.invalidateQueries({ queryKey: ['mail'] })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }, [queries, t])

  // What is opened is read.
  const current = threads[at]
  useEffect(() => {
    if (current && current.unread > 0) void settle(current.id, { read: true })
  }, [current, settle])

  function keys(event: React.KeyboardEvent) {
    const inField = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)
    if (inField || event.metaKey || event.ctrlKey || event.altKey) return
    const step = event.key === 'j' || event.key === 'ArrowDown' ? 1 : event.key === 'k' || event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      const next = threads[Math.min(Math.max(at + step, 0), threads.length - 1)]
      if (next) {
        event.preventDefault()
        go({ thread: next.id })
        rows.current?.querySelector<HTMLElement>(`[data-thread="${next.id}"]`)?.focus()
      }
    } else if (event.key === 'e' && current) {
      event.preventDefault()
      const next = threads[at + 1] ?? threads[at - 1]
      void settle(current.id, { state: current.state === 'done' ? 'open' : 'done' }, t(current.state === 'done' ? 'letters.is_open' : 'letters.is_done'))
      go({ thread: next?.id })
    } else if (event.key === 'u' && current) {
      event.preventDefault()
      go({ thread: undefined })
      void settle(current.id, { read: false })
    }
  }

  const none = mailboxes.data?.length === 0
  return (
    <>
      <TopBar crumbs={<h1 className="flex min-w-0 items-center gap-2 tracking-normal"><Mail size={16} className="shrink-0 text-accent-text" /><span className="truncate">{t('pages.mail')}</span></h1>}>
        {!none && <Button look="primary" onClick={() => setWriting(true)}><PenLine size={14} />{t('letters.write')}</Button>}
      </TopBar>
      {none ? (
        <Blank icon={Inbox} title={t('letters.no_mailbox')} className="flex-1" action={<Link to="/settings/mailboxes"><Button look="primary">{t('letters.connect')}</Button></Link>}>{t('letters.no_mailbox_hint')}</Blank>
      ) : (
        <div className="flex min-h-0 flex-1" onKeyDown={keys}>
          <section aria-label={t('letters.threads')} className={cx('flex min-h-0 w-[380px] shrink-0 flex-col border-e border-line max-lg:w-[320px] max-md:w-full', open && 'max-md:hidden')}>
            <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
              <Segments label={t('letters.state')} value={state} options={(Object.keys(STATES) as State[]).map((one) => ({ value: one, label: t(STATES[one]) }))} onChange={(one) => go({ state: one, thread: undefined })} />
              {(mailboxes.data?.length ?? 0) > 1 && (
                <select aria-label={t('letters.mailbox')} className="input h-7 min-w-0 flex-1" value={search.mailbox ?? ''} onChange={(event) => go({ mailbox: event.target.value || undefined, thread: undefined })}>
                  <option value="">{t('letters.all_mailboxes')}</option>
                  {mailboxes.data?.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
                </select>
              )}
            </div>
            <div className="min-h-0 flex-1 overflow-y-auto">
              {list.isError && !list.data ? <Failed error={list.error} onRetry={() => void list.refetch()} /> : list.isPending ? <Bones rows={8} /> : threads.length === 0 ? <Blank icon={Inbox} title={t(state === 'open' ? 'letters.nothing' : 'letters.none_here')} /> : (
                <ul ref={rows} aria-label={t('letters.threads')}>
                  {threads.map((thread) => (
                    <li key={thread.id}>
                      <button type="button" data-thread={thread.id} aria-current={thread.id === open ? 'true' : undefined} onClick={() => go({ thread: thread.id })} className={cx('flex w-full gap-3 border-b border-line px-3 py-2.5 text-start', thread.id === open ? 'bg-active' : 'hover:bg-hover')}>
                        <span aria-hidden className="pt-0.5"><Avatar name={thread.party?.title ?? nameOf(thread.with)} size={28} /></span>
                        <span className="min-w-0 flex-1">
                          <span className="flex items-baseline gap-2">
                            <span className={cx('min-w-0 flex-1 truncate', thread.unread > 0 ? 'font-semibold' : 'font-medium')}>{thread.party?.title ?? nameOf(thread.with)}</span>
                            {thread.messages > 1 && <span className="text-meta text-fg-3 tabular-nums">{thread.messages}</span>}
                            <span className="shrink-0 text-meta text-fg-3">{formatRelative(thread.last_at, locale)}</span>
                          </span>
                          <span className={cx('block truncate', thread.unread > 0 && 'font-medium')}>{thread.subject || t('letters.no_subject')}</span>
                          <span className="flex items-center gap-2 text-meta text-fg-3">
                            <span className="min-w-0 flex-1 truncate">{thread.words}</span>
                            {thread.unread > 0 && <Pill hue={250}>{t('letters.new')}</Pill>}
                          </span>
                        </span>
                      </button>
                    </li>
                  ))}
                </ul>
              )}
              {list.hasNextPage && <div className="p-3"><Button look="outline" aria-busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('common.more')}</Button></div>}
            </div>
          </section>
          <section aria-label={t('letters.thread')} className={cx('min-h-0 min-w-0 flex-1 flex-col', open ? 'flex' : 'hidden md:flex')}>
            {open ? (
              <>
                <div className="border-b border-line px-3 py-1 md:hidden"><IconButton label={t('common.back')} onClick={() => go({ thread: undefined })}><ArrowLeft size={16} /></IconButton></div>
                <ThreadView key={open} id={open} onSettle={settle} />
              </>
            ) : <Blank icon={Mail} title={t('letters.choose')} className="flex-1">{t('letters.keys')}</Blank>}
          </section>
        </div>
      )}
      {writing && mailboxes.data && <Compose mailboxes={mailboxes.data} onClose={() => setWriting(false)} />}
    </>
  )
}
