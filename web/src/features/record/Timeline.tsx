/** What happened, newest first, by day: like events folded, families filtered, new ones arriving as they happen. */

import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowRight, ArrowUp, ChevronDown, Clock, FilePen, Globe, LifeBuoy, Mail, MousePointerClick, Phone, Receipt, ShoppingBag, StickyNote, CalendarCheck, Target, Trash2, Undo2, UserPlus, CircleCheck, Handshake, Package, ListChecks, type LucideIcon } from 'lucide-react'
import { createContext, use, useEffect, useMemo, useRef, useState, type CSSProperties, type ReactNode, type RefObject } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { useActs } from '@/lib/actions'
import { objectByName, type ObjectDef } from '@/lib/definitions'
import { formatClock, formatDay, formatMoney, formatTime, moneyInput, type Money } from '@/lib/format'
import { onLive } from '@/lib/live'
import { fewQuery, pluralOf, type Linked, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { changesOf, daysOf, FAMILIES, familyOf, kindsOf, type Entry, type Family, type TimelineLine, type TimelinePage } from '@/lib/timeline'
import { FileValue } from '@/ui/FileValue'
import { useValueText } from '@/ui/valueText'
import { Button, cx, Hint } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { Told } from '@/ui/Told'

const FAMILY_LABELS: Record<Family, string> = {
  notes: 'family.notes', activities: 'family.activities', sales: 'family.sales', commerce: 'family.commerce', service: 'family.service', marketing: 'family.marketing', web: 'family.web', changes: 'family.changes',
}
const FAMILY_LOOK: Record<Family, { icon: LucideIcon; hue: number }> = {
  notes: { icon: StickyNote, hue: 78 }, activities: { icon: CalendarCheck, hue: 298 }, sales: { icon: Handshake, hue: 275 }, commerce: { icon: ShoppingBag, hue: 155 },
  service: { icon: LifeBuoy, hue: 196 }, marketing: { icon: Mail, hue: 322 }, web: { icon: Globe, hue: 228 }, changes: { icon: FilePen, hue: 252 },
}
const KIND_ICONS: Record<string, LucideIcon> = {
  call: Phone, task: ListChecks, order: ShoppingBag, return: Undo2, invoice: Receipt, payment: Receipt, email: Mail, page: MousePointerClick, product: Package, lead: Target,
}

function lookOf(kind: string): { icon: LucideIcon; hue: number } {
  const look = FAMILY_LOOK[familyOf(kind)]
  const [thing = '', verb = ''] = kind.split('.')
  if (verb === 'deleted' || verb === 'trashed') return { icon: Trash2, hue: 25 }
  if (verb === 'restored') return { icon: Undo2, hue: look.hue }
  if (verb === 'won' || verb === 'solved' || verb === 'completed' || verb === 'done') return { icon: CircleCheck, hue: 155 }
  if (verb === 'created' && familyOf(kind) === 'changes') return { icon: UserPlus, hue: look.hue }
  return { icon: KIND_ICONS[thing] ?? look.icon, hue: look.hue }
}

/** What hangs on other records and is told on their pages. */
const TOLD_HERE = new Set(['note', 'activity', 'attachment', 'return'])

export function Timeline({ object, record, scroller }: { object: ObjectDef; record: RecordData; scroller: RefObject<HTMLDivElement | null> }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const search = useSearch({ from: '/inside/o/$plural/$id' })
  const navigate = useNavigate({ from: '/o/$plural/$id' })
  const family = FAMILIES.find((one) => one === search.kinds)
  const key = useMemo(() => ['timeline', object.plural, record.id, family ?? 'all'] as const, [object.plural, record.id, family])

  const lines = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam, signal }) =>
      (await ask<TimelinePage>('GET', `/${object.plural}/${record.id}/timeline`, { query: { limit: 50, cursor: pageParam, kinds: family ? kindsOf(family) : undefined }, signal })).data,
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
  const all = useMemo(() => {
    const seen = new Set<string>()
    // An edit of a deal is asked for with its sales, and belongs to the changes.
    return (lines.data?.pages.flatMap((page) => page.data) ?? []).filter((line) => !seen.has(line.id) && seen.add(line.id) && (!family || familyOf(line.kind) === family))
  }, [lines.data, family])

  const goods = useGoods(all)
  const attached = useAttached(all)

  // New lines come in at the top; a reader further down is told instead of moved.
  const [waiting, setWaiting] = useState<TimelineLine[]>([])
  const [fresh, setFresh] = useState<ReadonlySet<string>>(() => new Set())
  useEffect(() => {
    const put = (incoming: TimelineLine[]) => {
      setFresh((held) => new Set([...held, ...incoming.map((line) => line.id)]))
      queries.setQueryData<InfiniteData<TimelinePage>>(key, (held) => {
        const [first, ...rest] = held?.pages ?? []
        if (!held || !first) return held
        const known = new Set(first.data.map((line) => line.id))
        return { ...held, pages: [{ ...first, data: [...incoming.filter((line) => !known.has(line.id)), ...first.data] }, ...rest] }
      })
    }
    let again: ReturnType<typeof setTimeout> | undefined
    const stop = onLive((line) => {
      const here = line.record?.id === record.id || line.party === record.id
      // A note on this deal tells its own record only: whether it hangs here, the server knows.
      if (!here && object.party_links?.length && TOLD_HERE.has(line.record?.object ?? '')) {
        clearTimeout(again)
        again = setTimeout(() => (scroller.current?.scrollTop ?? 0) <= 240 && void queries.invalidateQueries({ queryKey: key }), 800)
      }
      if (!here || (family && familyOf(line.kind) !== family)) return
      if ((scroller.current?.scrollTop ?? 0) > 240) setWaiting((held) => [line, ...held])
      else put([line])
    })
    return () => {
      clearTimeout(again)
      stop()
    }
  }, [queries, key, record.id, object.party_links, family, scroller])

  function showWaiting() {
    setWaiting([])
    scroller.current?.scrollTo({ top: 0, behavior: 'smooth' })
    void queries.invalidateQueries({ queryKey: key })
  }

  const sentinel = useRef<HTMLDivElement>(null)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = lines
  useEffect(() => {
    const end = sentinel.current
    if (!end || !hasNextPage) return
    const observer = new IntersectionObserver((entries) => entries[0]?.isIntersecting && !isFetchingNextPage && void fetchNextPage(), { rootMargin: '600px' })
    observer.observe(end)
    return () => observer.disconnect()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  const days = useMemo(() => daysOf(all), [all])
  const choose = (next: Family | undefined) => void navigate({ search: (before: { tab?: string; kinds?: string }) => ({ ...before, kinds: next }), replace: true })

  return (
    <div>
      <div role="group" aria-label={t('timeline.filter')} className="mb-3 flex gap-1.5 overflow-x-auto py-1 [scrollbar-width:none]">
        {[undefined, ...FAMILIES].map((one) => (
          <button
            key={one ?? 'all'}
            type="button"
            aria-pressed={family === one}
            onClick={() => choose(one)}
            className={cx('h-6 shrink-0 rounded-full px-2.5 text-meta font-medium pointer-coarse:h-9 pointer-coarse:px-3.5', family === one ? 'bg-fg text-surface' : 'text-fg-2 shadow-[inset_0_0_0_1px_var(--line-strong)] hover:bg-hover')}
          >
            {one ? t(FAMILY_LABELS[one]) : t('family.all')}
          </button>
        ))}
      </div>
      {waiting.length > 0 && (
        <div className="sticky top-12 z-10 flex h-0 justify-center">
          <button type="button" onClick={showWaiting} className="flex h-7 items-center gap-1.5 rounded-full bg-accent px-3 text-meta font-medium text-accent-fg shadow-2">
            <ArrowUp size={13} />
            {t('timeline.new', { count: waiting.length })}
          </button>
        </div>
      )}
      <p className="sr-only" role="status">{fresh.size > 0 ? t('timeline.new', { count: fresh.size }) : ''}</p>
      {lines.isError && all.length === 0 && <Failed error={lines.error} onRetry={() => void lines.refetch()} />}
      {lines.isPending && <Bones rows={6} className="!px-0" />}
      {lines.isSuccess && all.length === 0 && (
        <Blank icon={Clock} title={family ? t('timeline.none_of', { family: t(FAMILY_LABELS[family]) }) : t('timeline.empty')}>{t('timeline.empty_hint')}</Blank>
      )}
      <GoodsOfOrders value={goods}>
      <FilesOfLines value={attached}>
      {days.map((day) => (
        <section key={day.key} aria-label={formatDay(day.at, locale)}>
          <h2 className="pt-3 pb-2 text-meta font-medium tracking-normal text-fg-2">{formatDay(day.at, locale)}</h2>
          <ol className="flex flex-col">
            {day.entries.map((entry, index) => (
              <EntryLine key={entry.key} entry={entry} record={record} last={index === day.entries.length - 1} fresh={fresh.has(entry.key)} />
            ))}
          </ol>
        </section>
      ))}
      </FilesOfLines>
      </GoodsOfOrders>
      <div ref={sentinel} />
      {isFetchingNextPage && <Bones rows={2} className="!px-0" />}
      {lines.isFetchNextPageError && <Failed error={lines.error} onRetry={() => void fetchNextPage()} />}
      {!hasNextPage && all.length > 8 && <p className="py-4 text-center text-meta text-fg-3">{t('timeline.beginning')}</p>}
    </div>
  )
}

function EntryLine({ entry, record, last, fresh }: { entry: Entry; record: RecordData; last: boolean; fresh: boolean }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const line = entry.lines[0]
  if (!line) return null
  const folded = entry.lines.length > 1
  return (
    <li className={cx('relative flex gap-3 pb-4', fresh && 'live-tint rounded-md')}>
      {!last && <span aria-hidden className="absolute start-[13px] top-8 bottom-1 w-px bg-line" />}
      <Bullet kind={line.kind} />
      <div className="min-w-0 flex-1">
        <LineHead line={line} record={record} more={folded ? entry.lines.length - 1 : 0} />
        <LineCard line={line} />
        {!folded && <Changed line={line} record={record} />}
        {folded && (
          <>
            <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="mt-1 flex h-6 items-center gap-1 rounded-sm text-meta font-medium text-accent-text hover:underline">
              <ChevronDown size={13} className={cx('transition-transform duration-100', open && 'rotate-180')} />
              {open ? t('timeline.fold') : t('timeline.unfold', { count: entry.lines.length })}
            </button>
            {open && (
              <ol className="mt-1 flex flex-col gap-1.5 border-s border-line ps-3">
                {entry.lines.map((one) => (
                  <li key={one.id}><LineHead line={one} record={record} more={0} /><Changed line={one} record={record} /></li>
                ))}
              </ol>
            )}
          </>
        )}
      </div>
    </li>
  )
}

function Bullet({ kind }: { kind: string }) {
  const { icon: Icon, hue } = lookOf(kind)
  return (
    <span aria-hidden className="face grid size-[27px] shrink-0 place-items-center rounded-full" style={{ '--hue': hue } as CSSProperties}>
      <Icon size={14} strokeWidth={1.75} />
    </span>
  )
}

function LineHead({ line, record, more }: { line: TimelineLine; record: RecordData; more: number }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const definitions = useDefinitions()
  // Without a colleague it was the customer who acted, where customers act: orders, visits, mails, tickets. Deals are ours.
  const byCustomer = line.party === record.id && line.record?.id !== record.id && ['commerce', 'web', 'marketing', 'service'].includes(familyOf(line.kind))
  const who = line.actor?.name ?? (byCustomer ? record.title : null)
  const plural = line.record && line.record.id !== record.id ? pluralOf(definitions, line.record.object) : undefined
  return (
    <div className="flex min-h-[27px] items-start gap-3">
      <p className={cx('min-w-0 flex-1 pt-[3px] text-fg-2', !who && 'first-letter:uppercase')}>
        {who && <span className="font-medium text-fg">{who} </span>}
        {isQuote(line) ? sayingOf(line) : plural && line.record ? <Sentence text={line.text} title={line.record.title} plural={plural} id={line.record.id} /> : line.text}
        {more > 0 && <span className="text-fg-3"> · {t('timeline.times', { count: more + 1 })}</span>}
        {!who && line.channel && CHANNELS[line.channel] && <span className="text-fg-3"> · {t(CHANNELS[line.channel] ?? '')}</span>}
      </p>
      <Hint label={isDay(line.at) ? formatDay(line.at, locale) : formatTime(line.at, locale)}>
        <time dateTime={line.at} className="shrink-0 pt-[3px] text-meta text-fg-3 tabular-nums">{isDay(line.at) ? '' : formatClock(line.at, locale)}</time>
      </Hint>
    </div>
  )
}

/** Who did it where nobody did. */
const CHANNELS: Record<string, string> = { import: 'timeline.by_import', api: 'timeline.by_api', job: 'timeline.by_job' }

/** What an edit changed, field by field, folded away until it is asked for; one short change stands there at once. */
function Changed({ line, record }: { line: TimelineLine; record: RecordData }) {
  const { t } = useTranslation()
  const acts = useActs()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const changes = changesOf(line)
  const [open, setOpen] = useState(changes.length <= 1)
  const object = objectByName(definitions, line.record?.object ?? '')
  if (changes.length === 0 || !object) return null
  const here = line.record?.id === record.id
  return (
    <div className="mt-1">
      {changes.length > 1 && (
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex min-h-6 items-center gap-1 rounded-sm text-meta font-medium text-accent-text hover:underline">
          <ChevronDown size={13} className={cx('transition-transform duration-100', open && 'rotate-180')} />
          {t('timeline.changed', { count: changes.length })}
        </button>
      )}
      {open && (
        <dl className={cx('flex flex-col gap-0.5 text-meta', changes.length > 1 && 'mt-1 border-s border-line ps-3')}>
          {changes.map(([name, before, after]) => {
            const field = object.fields.find((one) => one.name === name)
            return (
              <div key={name} className="flex min-w-0 flex-wrap items-baseline gap-x-2">
                <dt className="max-w-44 truncate text-fg-3">{labelOf(field?.label) || name}</dt>
                <dd className="flex min-w-0 flex-1 items-baseline gap-1.5">
                  <del className="max-w-[45%] truncate text-fg-3"><Was object={object} name={name} value={before} record={here ? record : null} /></del>
                  <ArrowRight size={11} aria-hidden className="shrink-0 self-center text-fg-3 rtl:rotate-180" />
                  <ins className="min-w-0 truncate font-medium text-fg no-underline"><Was object={object} name={name} value={after} record={here ? record : null} /></ins>
                </dd>
              </div>
            )
          })}
        </dl>
      )}
      {open && changes.length > 1 && line.change && object.can.update && (
        <Button size="sm" className="mt-1" onClick={() => void acts.undoOne(line.change ?? '')}><Undo2 size={12} />{t('undo.undo')}</Button>
      )}
    </div>
  )
}

/** A value of then as a short text; a link by the title its record has now. */
function Was({ object, name, value, record }: { object: ObjectDef; name: string; value: unknown; record: RecordData | null }) {
  const textOf = useValueText()
  const definitions = useDefinitions()
  const field = object.fields.find((one) => one.name === name)
  const known = record?.linked?.[name]
  const ids = field && (field.type === 'link' || field.type === 'links') ? [value].flat().filter((one): one is string => typeof one === 'string') : []
  const titles = [known ?? []].flat().filter((one): one is Linked => one !== null)
  const unknown = ids.filter((id) => !titles.some((one) => one.id === id))
  const plural = pluralOf(definitions, field?.target ?? '')
  const found = useQuery({ ...fewQuery(plural ?? '', { filter: `id in (${unknown.map((id) => `"${id}"`).join(', ')})`, limit: 20 }), enabled: unknown.length > 0 && plural !== undefined, retry: false, staleTime: 5 * 60_000 })
  if (field?.type === 'file' && typeof value === 'string' && value) return <FileValue id={value} />
  if (!field) return value === null || value === undefined || value === '' ? '—' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return textOf(field, value, [...titles, ...(found.data?.data ?? []).map((one): Linked => ({ id: one.id, object: field.target ?? '', title: one.title }))])
}

/** Told for a day whose hour nobody knows: the server then says noon. */
function isDay(at: string): boolean {
  return at.endsWith('T12:00:00.000Z')
}

interface Goods {
  id: string
  order: string
  name: string | null
  quantity: number | null
}

const GoodsOfOrders = createContext<Map<string, Goods[]>>(new Map())

/** What was in the orders on the page, asked for all of them at once. */
function useGoods(lines: TimelineLine[]): Map<string, Goods[]> {
  const orders = useMemo(() => lines.filter((line) => line.kind === 'order.placed' && line.record).map((line) => line.record?.id ?? '').slice(0, 80), [lines])
  const readable = pluralOf(useDefinitions(), 'order_line')
  const goods = useQuery<Goods[]>({
    queryKey: ['goods', orders],
    enabled: orders.length > 0 && readable !== undefined,
    staleTime: 60_000,
    placeholderData: (before) => before,
    queryFn: async ({ signal }) => {
      const filter = `order in (${orders.map((id) => `"${id}"`).join(', ')})`
      return (await ask<{ data: Goods[] }>('POST', `/${readable}/query`, { body: { filter, fields: ['order', 'name', 'quantity'], limit: 200, count: 'none' }, signal })).data.data
    },
  })
  return useMemo(() => {
    const byOrder = new Map<string, Goods[]>()
    for (const one of goods.data ?? []) byOrder.set(one.order, [...(byOrder.get(one.order) ?? []), one])
    return byOrder
  }, [goods.data])
}

interface Attached {
  id: string
  name: string
  file: string
}

const FilesOfLines = createContext<Map<string, Attached[]>>(new Map())

/** The files that hang on the notes and activities of the page, asked for all of them at once; and what each file line holds. */
function useAttached(lines: TimelineLine[]): Map<string, Attached[]> {
  const attachment = objectByName(useDefinitions(), 'attachment')
  const asked = useMemo(() => {
    const ids = (object: string) => [...new Set(lines.filter((line) => line.record?.object === object && familyOf(line.kind) !== 'changes').map((line) => line.record?.id ?? ''))].slice(0, 80)
    return { note: ids('note'), activity: ids('activity'), id: ids('attachment') }
  }, [lines])
  const filter = Object.entries(asked).filter(([, ids]) => ids.length > 0).map(([field, ids]) => `${field} in (${ids.map((id) => `"${id}"`).join(', ')})`).join(' or ')
  const found = useQuery<RecordData[]>({
    queryKey: ['attachments', filter],
    enabled: filter !== '' && attachment?.can.read === true,
    staleTime: 60_000,
    placeholderData: (before) => before,
    queryFn: async ({ signal }) => (await ask<{ data: RecordData[] }>('POST', `/${attachment?.plural}/query`, { body: { filter, fields: ['name', 'file', 'note', 'activity'], limit: 200, count: 'none' }, signal })).data.data,
  })
  return useMemo(() => {
    const byRecord = new Map<string, Attached[]>()
    for (const one of found.data ?? []) {
      const file = { id: one.id, name: String(one['name'] ?? ''), file: String(one['file'] ?? '') }
      for (const owner of [one['note'], one['activity'], one.id]) if (typeof owner === 'string') byRecord.set(owner, [...(byRecord.get(owner) ?? []), file])
    }
    return byRecord
  }, [found.data])
}

/** The sentence with the thing it is about as a link; behind it when the sentence does not name it. */
function Sentence({ text, title, plural, id }: { text: string; title: string; plural: string; id: string }): ReactNode {
  const link = (
    <Link to="/o/$plural/$id" params={{ plural, id }} className="font-medium text-accent-text hover:underline">
      {title}
    </Link>
  )
  const at = title ? text.indexOf(title) : -1
  if (at === -1) return title ? <>{text} {link}</> : text
  return <>{text.slice(0, at)}{link}{text.slice(at + title.length)}</>
}

/** What somebody wrote stands in a card of its own, not in the sentence. */
function isQuote(line: TimelineLine): boolean {
  return familyOf(line.kind) === 'notes' && typeof line.props?.['text'] === 'string'
}

function sayingOf(line: TimelineLine): string {
  const words = String(line.props?.['text'] ?? '').slice(0, 24)
  const at = line.text.indexOf(words)
  return (at > 0 ? line.text.slice(0, at) : line.text).replace(/[:：\s]+$/, '')
}

/** The sentence holds this amount, however its language writes it. */
function tells(text: string, amount: Money): boolean {
  const digits = text.replace(/[\s.,'’\u00a0\u202f]/g, '')
  const [whole = ''] = moneyInput(amount).split('.')
  return digits.includes(moneyInput(amount).replace('.', '')) || digits.includes(whole)
}

/** A card only where there is content: an amount, a quote, a summary. */
function LineCard({ line }: { line: TimelineLine }) {
  const locale = useLocale()
  const body = line.kind.startsWith('mail.') ? undefined : ['body', 'text', 'message', 'summary', 'comment', 'reason'].map((name) => line.props?.[name]).find((value): value is string => typeof value === 'string' && value.trim() !== '' && (isQuote(line) || !line.text.includes(value)))
  // An amount that the sentence already tells is not told twice.
  const amount = line.amount && !tells(line.text, line.amount) ? line.amount : null
  const goods = use(GoodsOfOrders).get(line.kind === 'order.placed' ? (line.record?.id ?? '') : '')
  const files = use(FilesOfLines).get(familyOf(line.kind) === 'changes' ? '' : (line.record?.id ?? ''))
  if (!body && !amount && !goods && !files) return null
  return (
    <div className="mt-1.5 rounded-md px-3.5 py-2.5 shadow-[inset_0_0_0_1px_var(--line)]">
      {amount && <p className="font-semibold tabular-nums">{formatMoney(amount, locale)}</p>}
      {goods?.slice(0, 5).map((one) => (
        <p key={one.id} className="flex gap-2 text-fg">
          <span className="min-w-0 flex-1 truncate">{one.name}</span>
          {(one.quantity ?? 1) > 1 && <span className="text-fg-3 tabular-nums">× {one.quantity}</span>}
        </p>
      ))}
      {goods && goods.length > 5 && <p className="text-meta text-fg-3 tabular-nums">+{goods.length - 5}</p>}
      {body && <p className="text-fg break-words whitespace-pre-wrap"><Told text={body} /></p>}
      {files && <ul className={cx('flex flex-wrap gap-3', (body || amount) && 'mt-2')}>{files.map((one) => <li key={one.id} className="max-w-full min-w-0"><FileValue id={one.file} name={one.name} full /></li>)}</ul>}
    </div>
  )
}
