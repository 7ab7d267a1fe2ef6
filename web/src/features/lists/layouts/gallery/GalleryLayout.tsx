/** Records as pictures: products, people, files. As many as fit side by side, drawn only where they are seen. */

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Image, SearchX, SquareStack } from 'lucide-react'
import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { apiUrl } from '@/lib/api'
import { faceOf, titleField, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { isEmpty, listQuery, type RecordData } from '@/lib/records'
import { useDefinitions, useLabel } from '@/lib/session'
import { Face } from '@/ui/Face'
import { FieldValue } from '@/ui/FieldValue'
import { iconOf } from '@/ui/icons'
import { Button, cx } from '@/ui/kit'
import { Blank, Bone, Failed } from '@/ui/states'
import type { LayoutProps } from '../../layout'
import { defaultCardFields } from '../cards'
import { LayoutTools } from '../slot'
import { FieldChoice, FieldsChoice } from '../tools'

const NARROWEST = 208
const GAP = 14
const LINE = 24

export default function GalleryLayout({ object, fields, filter, sort, config, onConfig, onClear, peek, onPeek, phone }: LayoutProps) {
  const { t } = useTranslation()
  const definitions = useDefinitions()
  const navigate = useNavigate()
  const pictures = useMemo(() => object.fields.filter((field) => field.type === 'file'), [object])
  const picture = config['gallery_image'] === '-' ? undefined : (pictures.find((field) => field.name === config['gallery_image']) ?? pictures.find((field) => /image|photo|picture|avatar|logo|cover/.test(field.name)) ?? pictures[0])
  const chosen = useMemo(() => {
    const names = config['gallery_cards']?.split('~').filter(Boolean) ?? defaultGalleryFields(object, defaultCardFields(object, definitions))
    return names.flatMap((name) => fields.find((field) => field.name === name) ?? [])
  }, [config, object, definitions, fields])
  const asked = useMemo(() => {
    const known = new Set(object.fields.map((field) => field.name))
    return [...new Set([...(picture ? [picture.name] : []), ...chosen.map((field) => field.name)])].filter((name) => known.has(name)).join(',')
  }, [picture, chosen, object])

  const list = useInfiniteQuery({ ...listQuery(object.plural, { filter, sort, fields: asked || 'id' }), placeholderData: keepPreviousData })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.data) ?? [], [list.data])
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!scroller) return
    const measure = () => setWidth(scroller.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(scroller)
    return () => observer.disconnect()
  }, [scroller])

  const pad = phone ? 12 : 20
  const across = Math.max(phone ? 2 : 1, Math.floor((width - 2 * pad + GAP) / (NARROWEST + GAP)))
  const cardWidth = Math.max(120, (width - 2 * pad - GAP * (across - 1)) / across)
  const pictureHeight = Math.round(cardWidth * (picture ? 0.72 : 0.5))
  const height = pictureHeight + 56 + chosen.length * LINE + (chosen.length > 0 ? 10 : 0)
  const count = Math.ceil(rows.length / across)
  const virtual = useVirtualizer({ count, getScrollElement: () => scroller, estimateSize: () => height + GAP, overscan: 2, paddingStart: pad, paddingEnd: pad, useFlushSync: false })
  useEffect(() => virtual.measure(), [virtual, height])
  const items = virtual.getVirtualItems()
  const end = items.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && end >= count - 4) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, end, count])
  const [stop, setStop] = useState(0)

  function open(id: string) {
    void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id } })
  }
  /** Where the keys lead while the card is not drawn yet: the next key goes on from there. */
  const heading = useRef<number | null>(null)
  function focus(index: number) {
    if (index < 0 || index >= rows.length) return
    setStop(index)
    heading.current = index
    virtual.scrollToIndex(Math.floor(index / across), { align: 'auto' })
    focusWhenDrawn(index, 10)
  }
  function focusWhenDrawn(index: number, tries: number) {
    if (heading.current !== index) return
    const card = scroller?.querySelector<HTMLElement>(`[data-index="${index}"]`)
    if (!card && tries > 0) return void requestAnimationFrame(() => focusWhenDrawn(index, tries - 1))
    heading.current = null
    card?.focus()
  }
  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    const at = heading.current ?? Number((event.target as HTMLElement).dataset['index'] ?? Number.NaN)
    const record = rows[at]
    if (!record || event.metaKey || event.ctrlKey || event.altKey) return
    const sign = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1
    const steps: Record<string, number> = { ArrowDown: across, ArrowUp: -across, ArrowRight: sign, ArrowLeft: -sign }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      event.stopPropagation()
      focus(Math.min(rows.length - 1, at + step))
      const next = rows[at + step]
      if (peek && next) onPeek(next.id)
    } else if (event.key === 'Enter' || event.key === 'o') {
      event.preventDefault()
      open(record.id)
    } else if (event.key === ' ') {
      event.preventDefault()
      onPeek(peek === record.id ? null : record.id)
    }
  }
  function onClick(event: MouseEvent<HTMLDivElement>) {
    const card = (event.target as HTMLElement).closest<HTMLElement>('[data-index]')
    const record = card ? rows[Number(card.dataset['index'])] : undefined
    if (!record) return
    setStop(Number(card?.dataset['index']))
    if (phone || event.detail === 2) open(record.id)
    else onPeek(peek === record.id ? null : record.id)
  }

  const tools = (
    <LayoutTools>
      {pictures.length > 1 && <FieldChoice label={t('gallery.picture')} icon={<Image size={13} />} fields={pictures} value={picture?.name ?? ''} onChange={(name) => onConfig({ gallery_image: name })} />}
      <FieldsChoice label={t('board.cards')} icon={<SquareStack size={13} />} fields={fields.filter((field) => field.type !== 'file' && field.name !== 'external_id')} shown={chosen.map((field) => field.name)} onChange={(names) => onConfig({ gallery_cards: names.join('~') || '~' })} />
    </LayoutTools>
  )
  if (list.isError && rows.length === 0) return <div className="flex-1">{tools}<Failed error={list.error} onRetry={() => void list.refetch()} /></div>
  if (!list.isPending && rows.length === 0) {
    return (
      <div className="flex flex-1 flex-col">
        {tools}
        <Blank className="flex-1" icon={filter ? SearchX : iconOf(object.icon)} title={filter ? t('list.no_result') : t('list.nothing_yet')} action={filter && <Button look="outline" onClick={onClear}>{t('filter.clear_all')}</Button>}>
          {filter ? t('list.no_result_hint') : t('list.empty_hint')}
        </Blank>
      </div>
    )
  }
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      {tools}
      <div ref={setScroller} onKeyDown={onKeyDown} onClick={onClick} className={cx('min-h-0 flex-1 overflow-y-auto bg-subtle transition-opacity dark:bg-canvas/50', list.isPlaceholderData && 'opacity-55')}>
        {list.isPending ? (
          <div className="grid grid-cols-[repeat(auto-fill,minmax(208px,1fr))] gap-3.5 p-5">{Array.from({ length: 12 }, (_, index) => <Bone key={index} className="h-56 rounded-lg!" />)}</div>
        ) : (
          <div role="list" aria-label={t('gallery.label')} className="relative" style={{ height: virtual.getTotalSize() }}>
            {items.map((item) =>
              rows.slice(item.index * across, (item.index + 1) * across).map((record, column) => {
                const index = item.index * across + column
                return (
                  <div key={record.id} role="listitem" aria-posinset={index + 1} aria-setsize={list.hasNextPage ? -1 : rows.length} className="absolute top-0" style={{ insetInlineStart: pad + column * (cardWidth + GAP), width: cardWidth, transform: `translateY(${item.start}px)` }}>
                    <GalleryCard object={object} record={record} picture={picture} fields={chosen} height={height} pictureHeight={pictureHeight} index={index} isOpen={peek === record.id} tabIndex={index === stop || (index === items[0]?.index && stop >= rows.length) ? 0 : -1} />
                  </div>
                )
              }),
            )}
          </div>
        )}
      </div>
    </div>
  )
}

/** A gallery is for the eye: three lines at most, without what the title says. */
function defaultGalleryFields(object: ObjectDef, names: string[]): string[] {
  const title = titleField(object)?.name
  return names.filter((name) => name !== title).slice(0, 3)
}

const GalleryCard = memo(function GalleryCard({ object, record, picture, fields, height, pictureHeight, index, isOpen, tabIndex }: { object: ObjectDef; record: RecordData; picture: FieldDef | undefined; fields: FieldDef[]; height: number; pictureHeight: number; index: number; isOpen: boolean; tabIndex: number }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const file = picture ? record[picture.name] : null
  const [isBroken, setBroken] = useState(false)
  const title = record.title || t('common.untitled')
  return (
    <article data-index={index} tabIndex={tabIndex} aria-label={title} aria-keyshortcuts="Enter Space" style={{ height }} className={cx('flex flex-col overflow-hidden rounded-lg bg-surface shadow-[0_0_0_1px_var(--line),var(--depth-1)] transition-shadow hover:shadow-[0_0_0_1px_var(--line-strong),var(--depth-2)] dark:bg-raised', isOpen && 'shadow-[0_0_0_1.5px_var(--accent),var(--depth-1)]!')}>
      <div className="grid shrink-0 place-items-center overflow-hidden bg-hover" style={{ height: pictureHeight }}>
        {typeof file === 'string' && file !== '' && !isBroken ? (
          <img src={apiUrl(`/files/${file}`)} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} className="size-full object-cover" />
        ) : (
          <Blind object={object} name={title} size={Math.min(72, Math.round(pictureHeight * 0.5))} />
        )}
      </div>
      <div className="flex min-h-0 flex-1 flex-col px-3 pt-2.5">
        <p className="truncate font-semibold" title={title}>{title}</p>
        {record.subtitle && <p className="truncate text-meta text-fg-3">{record.subtitle}</p>}
        <div className="mt-1.5">
          {fields.filter((field) => !isEmpty(record[field.name])).map((field) => (
              <div key={field.name} className="flex items-center gap-2 text-meta text-fg-2" style={{ height: LINE }} title={labelOf(field.label)}>
                <span className="max-w-[45%] shrink-0 truncate text-fg-3">{labelOf(field.label)}</span>
                <span className="flex min-w-0 flex-1 justify-end [&_a]:pointer-events-none"><FieldValue field={field} record={record} /></span>
              </div>
          ))}
        </div>
      </div>
    </article>
  )
})

/** In place of a picture: initials or a mark; of a thing, its icon without colour. */
function Blind({ object, name, size }: { object: ObjectDef; name: string; size: number }) {
  const kind = faceOf(object)
  const Icon = iconOf(object.icon)
  return kind === 'icon' ? <Icon size={Math.round(size * 0.55)} strokeWidth={1.25} className="text-fg-3" aria-hidden /> : <Face kind={kind} name={name} size={size} />
}
