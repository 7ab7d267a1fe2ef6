/**
 * The board: records as cards in columns by a field's values. Moving a card is an act like any other: shown at once, sent,
 * restored when refused, undone by its change. What others do appears where it belongs, and nothing jumps.
 */

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Columns3, GitBranch, LayoutPanelTop, Rows2, SquareStack } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask, Problem, reasonOf } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import { isEditable, isNumeric, storedType, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { onLive } from '@/lib/live'
import { isTyping } from '@/lib/keys'
import { bothOf, quoted } from '@/lib/question'
import { isEmpty, withValues, type Linked, type Page, type RecordData } from '@/lib/records'
import { useDefinitions, useLocale } from '@/lib/session'
import { cx } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import type { LayoutProps } from '../../layout'
import { defaultCardFields, planOf } from '../cards'
import { countOf, groupsQuery, keyText, measureName, type Groups, type Measure } from '../groups'
import { useKeyList } from '../keys'
import { LayoutTools } from '../slot'
import { FieldChoice, FieldsChoice, OneOf } from '../tools'
import { BoardStore, FOLLOW_AT_MOST } from './BoardStore'
import { canBeSlots, cellKey, cellParts, firstBoardField, keyIn, NOTHING, slotFilter, valueFor, type Slot } from './columns'
import { BIN, heldStore, OWN_LANE, watchCard } from './drag'
import { CardFacts, plannedFor } from './facts'
import { BOARD_SORT, compareBy } from './order'
import { Ghost, DropBar } from './Dragging'
import { ColumnHead, ColumnShell, Dot, FoldedColumn } from './ColumnHead'
import { CellView, type CellReach } from './CellView'
import { Lane } from './Lane'
import { QuickAdd } from './QuickAdd'
import { usePipelines, useSlots } from './useSlots'
import type { Asked } from './AskDialog'

const MoveMenu = lazy(() => import('./MoveMenu'))
const AskDialog = lazy(() => import('./AskDialog'))

const PAGE = 50
/** Further pages are larger: who walks down walks on. */
const NEXT_PAGE = 100
const HINT_ID = 'board-keys'
const NO_IDS: ReadonlySet<string> = new Set()

export default function BoardLayout(props: LayoutProps) {
  const { t } = useTranslation()
  const { object, config } = props
  const may = useMemo(() => object.fields.filter(canBeSlots), [object])
  const by = may.find((field) => field.name === config['board_by']) ?? firstBoardField(object)
  if (!by) return <Blank className="flex-1" icon={Columns3} title={t('board.no_field')}>{t('board.no_field_hint')}</Blank>
  return <Board key={`${object.name} ${by.name}`} {...props} by={by} may={may} />
}

const NONE_FOLDED: ReadonlySet<string> = new Set()

function Board({ object, fields, filter, sort, config, onConfig, onClear, peek, onPeek, phone, by, may }: LayoutProps & { by: FieldDef; may: FieldDef[] }) {
  const { t } = useTranslation()
  const definitions = useDefinitions()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const acts = useActs()

  useKeyList(t('layout.board'), [
    [['↑', '↓', '←', '→'], t('board.key_walk')],
    [['M'], t('board.key_move')],
    [['⇧←', '⇧→'], t('board.key_next')],
    [['↵', 'O'], t('peek.open')],
    [['Space'], t('list.peek')],
  ])

  // ---- what is on the board ----
  const pipelines = usePipelines(by)
  const pipeline = pipelines === undefined ? null : (pipelines.find((one) => one.id === config['board_pipeline']) ?? pipelines.find((one) => one['is_default'] === true) ?? pipelines[0])?.id ?? ''
  const hasPipeline = Boolean(pipeline) && object.fields.some((field) => field.name === 'pipeline')
  const boardFilter = bothOf(filter, hasPipeline && (pipelines?.length ?? 0) > 1 ? `pipeline = ${quoted(pipeline ?? '')}` : '')
  const laneBy = may.find((field) => field.name === config['board_lanes'] && field.name !== by.name)
  const columns = useSlots(object.plural, by, boardFilter, pipeline)
  const lanes = useSlots(object.plural, laneBy, boardFilter, '')

  const chosen = useMemo(() => {
    const names = config['board_cards']?.split('~').filter(Boolean) ?? defaultCardFields(object, definitions)
    return names.flatMap((name) => fields.find((field) => field.name === name) ?? object.fields.find((field) => field.name === name) ?? [])
  }, [config, object, definitions, fields])
  const plan = useMemo(() => planOf(chosen.filter((field) => field.name !== by.name && field.name !== laneBy?.name), definitions), [chosen, definitions, by, laneBy])
  const planned = useMemo(() => plannedFor(definitions, object), [definitions, object])
  const withSteps = planned !== null

  // ---- the heads ----
  const money = useMemo(() => plan.figure ?? object.fields.find((field) => storedType(field) === 'money'), [plan, object])
  const measures = useMemo((): Measure[] => {
    const percent = object.fields.find((field) => field.name === 'probability' && isNumeric(storedType(field)))
    return [{ op: 'count' }, ...(money ? [{ op: 'sum' as const, field: money.name }] : []), ...(money && percent ? [{ op: 'weighted' as const, field: money.name, by: percent.name }] : [])]
  }, [object, money])
  const headsRequest = groupsQuery(object.plural, { filter: boardFilter, by: [by.name], measures, limit: 1000 })
  const heads = useQuery({ ...headsRequest, placeholderData: keepPreviousData })
  const laneHeads = useQuery({ ...groupsQuery(object.plural, { filter: boardFilter, by: [laneBy?.name ?? '', by.name], measures, limit: 1000 }), enabled: laneBy !== undefined && pipeline !== null, placeholderData: keepPreviousData })
  const figures = useMemo(() => new Map(heads.data?.groups.map((group) => [keyText(group.keys[0]), group.values])), [heads.data])
  const laneFigures = useMemo(() => new Map(laneHeads.data?.groups.map((group) => [cellKey(keyText(group.keys[0]), keyText(group.keys[1])), group.values])), [laneHeads.data])

  const nothing = useMemo((): Slot => ({ key: NOTHING, name: t('board.nothing') }), [t])
  const allColumns = useMemo(() => columns.slots && (countOf(figures.get(NOTHING)) > 0 || columns.slots.length === 0 ? [nothing, ...columns.slots] : columns.slots), [columns.slots, figures, nothing])
  const allLanes = useMemo((): Slot[] | undefined => {
    if (!laneBy) return [{ key: NOTHING, name: '' }]
    const empty = [...laneFigures].some(([key, values]) => cellParts(key).lane === NOTHING && countOf(values) > 0)
    return lanes.slots && (empty ? [...lanes.slots, nothing] : lanes.slots)
  }, [laneBy, lanes.slots, laneFigures, nothing])

  const folded = useMemo(() => {
    const kept = config['board_folded']
    if (kept) return keptKeys(kept)
    const ends = allColumns?.filter((slot) => slot.ending) ?? []
    return new Set(ends.length === allColumns?.length ? [] : ends.map((slot) => slot.key))
  }, [config, allColumns])
  const foldedLanes = useMemo(() => keptKeys(config['board_lanes_folded'] ?? ''), [config])
  const fold = (key: string, isFolded: boolean) => onConfig({ board_folded: withKey(folded, key, isFolded) })
  const foldLane = (key: string, isFolded: boolean) => onConfig({ board_lanes_folded: withKey(foldedLanes, key, isFolded) })

  // ---- the cards ----
  const order = sort || BOARD_SORT
  const compare = useMemo(() => compareBy(order), [order])
  const askedFields = useMemo(() => {
    const sorted = order.split(',').map((key) => key.replace(/^-/, ''))
    const known = new Set(object.fields.map((field) => field.name))
    return [...new Set([by.name, ...(laneBy ? [laneBy.name] : []), ...chosen.map((field) => field.name), ...(money ? [money.name] : []), ...sorted])].filter((name) => known.has(name)).join(',')
  }, [by, laneBy, chosen, money, order, object])
  const laneName = laneBy?.name
  const { store, facts } = useMemo(() => {
    const query = async (body: Record<string, unknown>) => (await ask<Page>('POST', `/${object.plural}/query`, { body: { fields: askedFields, count: 'none', ...body } })).data
    const lane = laneName === undefined ? undefined : object.fields.find((field) => field.name === laneName)
    return {
      store: new BoardStore({
        page: (cell, cursor) => {
          const parts = cellParts(cell)
          const own = bothOf(slotFilter(by, parts.column), lane ? slotFilter(lane, parts.lane) : '')
          return query({ filter: bothOf(boardFilter, own), sort: order, limit: cursor ? NEXT_PAGE : PAGE, ...(cursor ? { cursor } : {}) })
        },
        some: async (ids) => (await query({ filter: bothOf(boardFilter, `id in (${ids.map(quoted).join(', ')})`), limit: 200 })).data,
        cellOf: (record) => cellKey(lane ? keyIn(lane, record) : NOTHING, keyIn(by, record)),
        compare,
      }),
      facts: new CardFacts(object.plural, by.name, plannedFor(definitions, object), storedType(by) === 'choice' || by.target === 'stage'),
    }
  }, [object, by, laneName, boardFilter, order, askedFields, compare, definitions])
  useEffect(() => store.onPage((cards) => facts.want(cards.map((card) => card.id))), [store, facts])

  // ---- what others do ----
  const frame = useRef<HTMLDivElement>(null)
  const [fresh, setFresh] = useState<ReadonlySet<string>>(NO_IDS)
  const mine = useRef(new Set<string>())
  const recheck = useCallback(async (ids: readonly string[]) => {
    try {
      const changed = await store.recheck(ids)
      facts.want(ids.filter((id) => store.homeOf(id) !== undefined))
      const theirs = changed.filter((id) => !mine.current.has(id))
      if (theirs.length > 0) {
        setFresh(new Set(theirs))
        setTimeout(() => setFresh(NO_IDS), 1300)
      }
    } catch {
      // The next change asks again.
    }
  }, [store, facts])
  useEffect(() => {
    let gathered = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      timer = undefined
      const ids = [...gathered]
      gathered = new Set()
      // A card under the pointer stays where it is until it is let go.
      if (heldStore.get()) {
        for (const id of ids) gathered.add(id)
        timer = setTimeout(flush, 500)
        return
      }
      void recheck(ids)
    }
    let lookAgain: ReturnType<typeof setTimeout> | undefined
    const stop = onLive((line) => {
      // Something was planned or done: what the cards on the screen say of it may be old.
      if (line.record?.object === 'activity' && object.name !== 'activity') {
        lookAgain ??= setTimeout(() => {
          lookAgain = undefined
          facts.want([...(frame.current?.querySelectorAll<HTMLElement>('[data-card]') ?? [])].map((card) => card.dataset['card'] ?? ''))
        }, 800)
      }
      if (line.record?.object !== object.name || gathered.size > FOLLOW_AT_MOST) return
      gathered.add(line.record.id)
      timer ??= setTimeout(flush, 400)
    })
    // An undo tells every figure to be read again; the cards that were moved here are then asked for as well.
    const caches = queries.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'invalidate' || mine.current.size === 0) return
      const [kind, plural, of] = event.query.queryKey
      if (kind !== 'aggregate' || plural !== object.plural || of !== 'groups') return
      for (const id of mine.current) gathered.add(id)
      timer ??= setTimeout(flush, 60)
    })
    return () => {
      stop()
      caches()
      clearTimeout(timer)
      clearTimeout(lookAgain)
    }
  }, [object, recheck, queries, facts])

  // ---- moving ----
  const canMove = isEditable(object, by)
  const turns = useRef(new Map<string, Promise<void>>())
  /** The version a card was last sent with: a card that still has it does not know yet what became of it. */
  const sent = useRef(new Map<string, number>())
  const [asked, setAsked] = useState<Asked | null>(null)
  const columnOf = useCallback((key: string) => allColumns?.find((slot) => slot.key === key), [allColumns])

  const changeTo = useCallback((record: RecordData, to: { lane: string; column: string }): { set: Record<string, unknown>; linked: Record<string, Linked | null> } => {
    const set: Record<string, unknown> = {}
    const linked: Record<string, Linked | null> = {}
    const change = (field: FieldDef, key: string, slots: readonly Slot[] | undefined) => {
      if (keyIn(field, record) === key) return
      set[field.name] = valueFor(field, key)
      if (field.type === 'link') linked[field.name] = slots?.find((slot) => slot.key === key)?.linked ?? null
    }
    change(by, to.column, allColumns)
    if (laneBy) change(laneBy, to.lane, allLanes)
    return { set, linked }
  }, [by, laneBy, allColumns, allLanes])

  async function send(record: RecordData, to: { lane: string; column: string }, more: Record<string, unknown>): Promise<void> {
    const { set, linked } = changeTo(record, to)
    const whole = { ...set, ...more }
    if (Object.keys(whole).length === 0) return
    const column = columnOf(to.column)
    mine.current.add(record.id)
    // A second move of a card waits for the first, and goes out upon what the first has made of it.
    const before = turns.current.get(record.id)
    let finish = () => {}
    const turn = new Promise<void>((resolve) => { finish = resolve })
    turns.current.set(record.id, turn)
    const release = store.hold(record.id)
    const back = store.place(withValues({ ...record, updated_at: new Date().toISOString() }, whole, linked))
    const headsBack = by.name in set ? moveHeads(record, keyIn(by, record), to.column) : () => {}
    const restore = () => {
      release()
      back()
      headsBack()
    }
    try {
      await before
      const isOld = before !== undefined || record.version <= (sent.current.get(record.id) ?? 0)
      const version = isOld ? (await ask<RecordData>('GET', `/${object.plural}/${record.id}`)).data.version : record.version
      sent.current.set(record.id, version)
      const stands = await acts.save(object, record, whole, { version, linked, what: t('board.moved', { title: record.title, column: column?.name ?? '' }), rethrow: true })
      if (stands) release()
      else restore()
    } catch (error) {
      restore()
      const wanted = error instanceof Problem ? error.fields.flatMap((fault) => object.fields.filter((field) => fault.pointer.split('/').includes(field.name) && isEditable(object, field) && !(field.name in set))) : []
      if (error instanceof Problem && wanted.length > 0) {
        setAsked({ record, to, fields: wanted, faults: Object.fromEntries(error.fields.map((fault) => [fault.pointer.split('/')[1] ?? '', fault.detail])), values: more })
      } else {
        notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad', action: { label: t('common.retry'), run: () => void send(record, to, more) } })
      }
    } finally {
      if (turns.current.get(record.id) === turn) turns.current.delete(record.id)
      finish()
      void recheck([record.id])
    }
  }

  /** Takes one from a head and gives it to another, until the server has counted. */
  function moveHeads(record: RecordData, from: string, to: string): () => void {
    const before = queries.getQueryData<Groups>(headsRequest.queryKey)
    if (!before) return () => {}
    const amount = money ? (record[money.name] as { amount: number; currency: string } | null) : null
    const sum = money ? measureName({ op: 'sum', field: money.name }) : ''
    const shifted = (values: Groups['groups'][number]['values'], sign: number) => ({
      ...values,
      count: countOf(values) + sign,
      ...(amount && Array.isArray(values[sum]) ? { [sum]: shiftMoney(values[sum], amount, sign) } : {}),
    })
    queries.setQueryData<Groups>(headsRequest.queryKey, {
      ...before,
      groups: before.groups.map((group) => {
        const key = keyText(group.keys[0])
        return key === from ? { ...group, values: shifted(group.values, -1) } : key === to ? { ...group, values: shifted(group.values, 1) } : group
      }),
    })
    return () => queries.setQueryData(headsRequest.queryKey, before)
  }

  function move(record: RecordData, to: { lane: string; column: string }) {
    const { set } = changeTo(record, to)
    if (Object.keys(set).length === 0) return
    const column = columnOf(to.column)
    // What is lost is asked why, where the object has a place for the answer.
    const reasons = column?.ending === 'lost' && by.name in set ? object.fields.filter((field) => /^(loss|lost)_reason$|^reason_lost$/.test(field.name) && isEditable(object, field)) : []
    if (reasons.some((field) => isEmpty(record[field.name]))) setAsked({ record, to, fields: reasons, faults: {}, values: {} })
    else void send(record, to, {})
  }

  const asHere = useCallback((cell: string) => (id: string): RecordData | null => {
    const record = store.find(id)
    if (!record) return null
    const { set, linked } = changeTo(record, cellParts(cell))
    return Object.keys(set).length === 0 ? record : withValues({ ...record, updated_at: new Date().toISOString() }, set, linked)
  }, [store, changeTo])

  // ---- pointer ----
  const [ghost, setGhost] = useState<{ record: RecordData; width: number; height: number; grip: { x: number; y: number } } | null>(null)
  const ghostElement = useRef<HTMLDivElement>(null)
  const pointerAt = useRef({ x: 0, y: 0 })

  function onPointerDown(event: PointerEvent<HTMLDivElement>) {
    const target = event.target as HTMLElement
    const card = target.closest<HTMLElement>('[data-card]')
    if (!card || !canMove || event.button !== 0 || target.closest('button,a,input,textarea')) return
    watchCard(event.nativeEvent, card, {
      onStart: (id, source, at) => {
        const record = store.find(id)
        const box = source.getBoundingClientRect()
        pointerAt.current = at
        if (record) setGhost({ record, width: box.width, height: box.height, grip: { x: at.x - box.left, y: at.y - box.top } })
        navigator.vibrate?.(8)
      },
      onMove: (at) => {
        pointerAt.current = at
        if (ghostElement.current) place(ghostElement.current, at)
      },
      onEnd: (id, over) => {
        setGhost(null)
        const record = store.find(id)
        if (!record || over === null) return
        if (over === BIN) {
          store.remove(id)
          void acts.trash(object, record).then((stands) => { if (!stands) void recheck([id]) })
          mine.current.add(id)
          return
        }
        const parts = cellParts(over)
        move(record, { column: parts.column, lane: parts.lane === OWN_LANE ? (laneBy ? keyIn(laneBy, record) : NOTHING) : parts.lane })
      },
    })
  }

  function place(element: HTMLElement, at: { x: number; y: number }) {
    const grip = ghost?.grip ?? { x: 0, y: 0 }
    element.style.transform = `translate(${at.x - grip.x}px, ${at.y - grip.y}px) rotate(1.2deg)`
  }

  function onClick(event: MouseEvent<HTMLDivElement>) {
    const target = event.target as HTMLElement
    const card = target.closest<HTMLElement>('[data-card]')
    if (!card) return
    const id = card.dataset['card'] ?? ''
    if (target.closest('[data-card-menu]')) {
      openMenu(id, card)
      return
    }
    if (phone || event.detail === 2) open(id)
    else onPeek(peek === id ? null : id)
  }

  function open(id: string) {
    void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id } })
  }

  // ---- keys ----
  const reaches = useRef(new Map<string, CellReach>())
  const onReach = useCallback((cell: string, reach: CellReach | null) => {
    if (reach) reaches.current.set(cell, reach)
    else reaches.current.delete(cell)
  }, [])
  const [menu, setMenu] = useState<{ id: string; card: HTMLElement } | null>(null)

  function openMenu(id: string, card: HTMLElement) {
    if (canMove) setMenu({ id, card })
    else notify({ text: t('list.read_only'), tone: 'bad' })
  }

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    const card = (event.target as HTMLElement).closest<HTMLElement>('[data-card]')
    if (!card || event.target !== card || isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return
    const id = card.dataset['card'] ?? ''
    const cell = store.homeOf(id)
    const record = store.find(id)
    if (cell === undefined || !record) return
    const rtl = getComputedStyle(card).direction === 'rtl'
    const forward = rtl ? 'ArrowLeft' : 'ArrowRight'
    const backward = rtl ? 'ArrowRight' : 'ArrowLeft'
    const done = () => {
      event.preventDefault()
      event.stopPropagation()
    }
    const reach = reaches.current.get(cell)
    const index = reach?.indexOf(id) ?? -1
    if (event.shiftKey && (event.key === forward || event.key === backward)) {
      done()
      const at = allColumns?.findIndex((slot) => slot.key === cellParts(cell).column) ?? -1
      const next = allColumns?.[at + (event.key === forward ? 1 : -1)]
      if (next && canMove) {
        move(record, { lane: cellParts(cell).lane, column: next.key })
        refocus(id)
      }
      return
    }
    if (event.shiftKey) return
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        done()
        const to = index + (event.key === 'ArrowDown' ? 1 : -1)
        if (reach && to >= 0 && to < reach.count()) {
          reach.focus(to)
          if (peek) onPeek(store.cell(cell).cards[to]?.id ?? null)
        } else step(cell, 0, event.key === 'ArrowDown' ? 1 : -1, 0)
        return
      }
      case forward: done(); return step(cell, 1, 0, reach?.topOf(index) ?? 0)
      case backward: done(); return step(cell, -1, 0, reach?.topOf(index) ?? 0)
      case 'Home': done(); return reach?.focus(0)
      case 'End': done(); return reach?.focus(reach.count() - 1)
      case 'Enter': case 'o': done(); return open(id)
      case ' ': done(); return onPeek(peek === id ? null : id)
      case 'm': case 'M': done(); return openMenu(id, card)
    }
  }

  /** To the next cell with cards, `across` columns or `down` lanes away, at about the same height. */
  function step(cell: string, across: number, down: number, top: number) {
    const parts = cellParts(cell)
    let column = allColumns?.findIndex((slot) => slot.key === parts.column) ?? -1
    let lane = allLanes?.findIndex((slot) => slot.key === parts.lane) ?? -1
    for (;;) {
      column += across
      lane += down
      const nextColumn = allColumns?.[column]
      const nextLane = allLanes?.[lane]
      if (!nextColumn || !nextLane) return
      const reach = reaches.current.get(cellKey(nextLane.key, nextColumn.key))
      if (!reach || reach.count() === 0) continue
      reach.focus(down < 0 ? reach.count() - 1 : reach.nearest(top))
      return
    }
  }

  /** The focus follows a card that was moved by a key. */
  function refocus(id: string, tries = 20) {
    requestAnimationFrame(() => {
      const cell = store.homeOf(id)
      const reach = cell === undefined ? undefined : reaches.current.get(cell)
      const index = reach?.indexOf(id) ?? -1
      if (reach && index >= 0) reach.focus(index)
      else if (tries > 0) refocus(id, tries - 1)
    })
  }

  // The card beside which its record opens stays in sight.
  useEffect(() => {
    if (!peek) return
    const timer = setTimeout(() => frame.current?.querySelector(`[data-card="${CSS.escape(peek)}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), 60)
    return () => clearTimeout(timer)
  }, [peek])

  // ---- drawing ----
  const [adding, setAdding] = useState<string | null>(null)
  const [phoneColumn, setPhoneColumn] = useState<string | null>(null)
  const isReady = allColumns !== undefined && allLanes !== undefined && pipeline !== null
  const error = columns.error ?? lanes.error

  const tools = (
    <LayoutTools>
      {(pipelines?.length ?? 0) > 1 && <OneOf label={t('board.pipeline')} icon={<GitBranch size={13} />} options={(pipelines ?? []).map((one) => ({ value: one.id, label: one.title }))} value={pipeline ?? ''} onChange={(next) => onConfig({ board_pipeline: next, board_folded: '' })} />}
      <FieldChoice label={t('board.columns')} icon={<Columns3 size={13} />} fields={may} value={by.name} onChange={(name) => onConfig({ board_by: name, board_folded: '' })} />
      <FieldChoice label={t('board.lanes')} icon={<Rows2 size={13} />} fields={may.filter((field) => field.name !== by.name)} value={laneBy?.name ?? ''} none={t('board.no_lanes')} onChange={(name) => onConfig({ board_lanes: name, board_lanes_folded: '' })} />
      <FieldsChoice label={t('board.cards')} icon={<SquareStack size={13} />} fields={fields.filter((field) => field.section !== 'system' || field.name === 'created_at' || field.name === 'updated_at')} shown={chosen.map((field) => field.name)} onChange={(names) => onConfig({ board_cards: names.join('~') || '~' })} />
    </LayoutTools>
  )

  if (error) return <div className="flex-1">{tools}<Failed error={error} onRetry={columns.error ? columns.retry : lanes.retry} /></div>
  if (heads.isError && !heads.data) return <div className="flex-1">{tools}<Failed error={heads.error} onRetry={() => void heads.refetch()} /></div>
  if (!isReady) return <div className="flex-1">{tools}<Bones rows={10} /></div>

  const weighed = measures.find((measure) => measure.op === 'weighted')
  const headOf = (slot: Slot) => ({ values: figures.get(slot.key), sumName: money ? measureName({ op: 'sum', field: money.name }) : null, weightedName: weighed ? measureName(weighed) : null, isKnown: heads.data !== undefined })
  const mayAdd = object.can.create
  const onePhoneColumn = phone ? (allColumns.find((slot) => slot.key === phoneColumn) ?? allColumns.find((slot) => !slot.ending) ?? allColumns[0]) : undefined
  const shownColumns = onePhoneColumn ? [onePhoneColumn] : allColumns
  // With one column on the screen only the lanes that cross it are worth their heads.
  const shownLanes = onePhoneColumn && laneBy ? allLanes.filter((lane) => countOf(laneFigures.get(cellKey(lane.key, onePhoneColumn.key))) > 0) : allLanes
  const endings = allColumns.filter((slot) => slot.ending)

  const cellView = (lane: Slot, slot: Slot) => {
    const key = cellKey(lane.key, slot.key)
    return (
      <CellView
        key={key}
        store={store}
        facts={facts}
        cell={key}
        label={[slot.name, lane.name].filter(Boolean).join(', ')}
        plan={plan}
        withSteps={withSteps}
        isClosed={slot.ending !== undefined}
        canMove={canMove}
        compare={compare}
        asHere={asHere(key)}
        fresh={fresh}
        peek={peek}
        describedBy={HINT_ID}
        onReach={onReach}
        top={adding === key && <QuickAdd object={object} preset={presetOf(object, by, slot, laneBy, lane)} onClose={() => setAdding(null)} onMade={(id) => { mine.current.add(id); void recheck([id]) }} />}
      />
    )
  }

  return (
    <div ref={frame} className="relative flex min-w-0 flex-1 flex-col" onKeyDown={onKeyDown} onClick={onClick} onPointerDown={onPointerDown}>
      {tools}
      <p id={HINT_ID} className="sr-only">{t('board.keys')}</p>
      {phone && onePhoneColumn && <PhoneSwitch slots={allColumns} figures={figures} value={onePhoneColumn.key} onChange={setPhoneColumn} />}
      <div data-scroll="x" className={cx('flex min-h-0 flex-1 flex-col overflow-x-auto overflow-y-hidden overscroll-x-contain', heads.isPlaceholderData && 'opacity-70 transition-opacity')}>
        <div className={cx('flex min-h-0 min-w-full flex-1 flex-col', !phone && 'w-max p-2.5 pb-0')}>
          {laneBy ? (
            <>
              {!phone && <div className="flex shrink-0 gap-2.5">
                {shownColumns.map((slot) => (folded.has(slot.key) ? <FoldedColumn key={slot.key} slot={slot} head={headOf(slot)} onOpen={() => fold(slot.key, false)} isShort /> : <ColumnShell key={slot.key} drop={null} className="rounded-b-none pb-1"><ColumnHead slot={slot} head={headOf(slot)} onFold={() => fold(slot.key, true)} onAdd={null} /></ColumnShell>))}
              </div>}
              <div data-scroll="y" className="min-h-0 flex-1 overflow-y-auto pb-3">
                {shownLanes.map((lane) => (
                  <Lane
                    key={lane.key}
                    slot={lane}
                    field={laneBy}
                    columns={shownColumns}
                    folded={phone ? NONE_FOLDED : folded}
                    phone={phone}
                    isFolded={foldedLanes.has(lane.key)}
                    figures={laneFigures}
                    measures={measures}
                    onFold={(isFolded) => foldLane(lane.key, isFolded)}
                    onAdd={mayAdd ? (slot) => setAdding(cellKey(lane.key, slot.key)) : null}
                    cellOf={(slot) => cellView(lane, slot)}
                  />
                ))}
              </div>
            </>
          ) : (
            <div className="flex min-h-0 flex-1 gap-2.5">
              {shownColumns.map((slot) => {
                const key = cellKey(NOTHING, slot.key)
                if (!phone && folded.has(slot.key)) return <FoldedColumn key={slot.key} slot={slot} head={headOf(slot)} onOpen={() => fold(slot.key, false)} />
                return (
                  <ColumnShell key={slot.key} drop={key} phone={phone}>
                    <ColumnHead slot={slot} head={headOf(slot)} onFold={phone ? null : () => fold(slot.key, true)} onAdd={mayAdd ? () => setAdding(key) : null} isBare={phone} />
                    {cellView({ key: NOTHING, name: '' }, slot)}
                  </ColumnShell>
                )
              })}
            </div>
          )}
        </div>
      </div>
      {heads.data && heads.data.totals['count'] === 0 && <Empty filter={filter} onClear={onClear} />}
      {ghost && <Ghost ref={(element) => { ghostElement.current = element; if (element) place(element, pointerAt.current) }} record={ghost.record} plan={plan} facts={facts} withSteps={withSteps} width={ghost.width} height={ghost.height} />}
      {ghost && <DropBar slots={phone ? allColumns : endings} isPhone={phone} canTrash={object.can.delete} />}
      {menu && (
        <Suspense>
          <MoveMenu
            card={menu.card}
            title={store.find(menu.id)?.title ?? ''}
            slots={allColumns}
            current={cellParts(store.homeOf(menu.id) ?? '').column}
            counts={figures}
            onOpen={() => open(menu.id)}
            onClose={(refocusCard) => {
              setMenu(null)
              if (refocusCard) refocus(menu.id)
            }}
            onPick={(key) => {
              const record = store.find(menu.id)
              setMenu(null)
              if (!record) return
              move(record, { lane: cellParts(store.homeOf(record.id) ?? '').lane, column: key })
              refocus(record.id)
            }}
          />
        </Suspense>
      )}
      {asked && (
        <Suspense>
          <AskDialog
            asked={asked}
            column={columnOf(asked.to.column)?.name ?? ''}
            onClose={() => setAsked(null)}
            onDone={(values) => {
              setAsked(null)
              void send(asked.record, asked.to, values)
            }}
          />
        </Suspense>
      )}
    </div>
  )
}

function PhoneSwitch({ slots, figures, value, onChange }: { slots: readonly Slot[]; figures: ReadonlyMap<string, Groups['groups'][number]['values']>; value: string; onChange: (key: string) => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // What it answers (a promise, in a new browser) is no cleaning up.
    void list.current?.querySelector('[aria-checked=true]')?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [value])
  return (
    <div ref={list} role="radiogroup" aria-label={t('board.column')} className="flex shrink-0 gap-1 overflow-x-auto border-b border-line px-3 py-1.5 [scrollbar-width:none]">
      {slots.map((slot) => (
        <button key={slot.key} type="button" role="radio" aria-checked={slot.key === value} onClick={() => onChange(slot.key)} className={cx('flex h-9 shrink-0 items-center gap-2 rounded-full px-3 font-medium', slot.key === value ? 'bg-accent-soft text-accent-text' : 'text-fg-2')}>
          <Dot hue={slot.hue} />
          {slot.name}
          <span className="text-meta tabular-nums">{figures.size > 0 && formatNumber(countOf(figures.get(slot.key)), locale)}</span>
        </button>
      ))}
    </div>
  )
}

function Empty({ filter, onClear }: { filter: string; onClear: () => void }) {
  const { t } = useTranslation()
  if (!filter) return null
  return (
    <div className="absolute inset-x-0 bottom-6 z-5 mx-auto flex w-fit items-center gap-3 rounded-lg bg-raised px-4 py-2 shadow-3">
      <LayoutPanelTop size={15} className="text-fg-3" />
      {t('list.no_result')}
      <button type="button" onClick={onClear} className="h-7 rounded-sm px-2 font-medium text-accent-text hover:bg-accent-soft">{t('filter.clear_all')}</button>
    </div>
  )
}

/** What a record made in a cell begins with. */
function presetOf(object: ObjectDef, by: FieldDef, slot: Slot, laneBy: FieldDef | undefined, lane: Slot): { values: Record<string, unknown>; linked: Record<string, Linked> } {
  const values: Record<string, unknown> = {}
  const linked: Record<string, Linked> = {}
  const put = (field: FieldDef, from: Slot) => {
    if (from.key === NOTHING || !isEditable(object, field)) return
    values[field.name] = valueFor(field, from.key)
    if (from.linked) linked[field.name] = from.linked
  }
  put(by, slot)
  if (laneBy) put(laneBy, lane)
  return { values, linked }
}

function shiftMoney(sums: Groups['totals'][string], by: { amount: number; currency: string }, sign: number): { amount: number; currency: string }[] {
  const list = Array.isArray(sums) ? sums : []
  const known = list.some((one) => one.currency === by.currency)
  const next = list.map((one) => (one.currency === by.currency ? { ...one, amount: one.amount + sign * by.amount } : one))
  return known || sign < 0 ? next : [...next, { amount: by.amount, currency: by.currency }]
}

/** Keys as the address keeps them, `_` for the slot of records without a value, `-` for none at all. */
function keptKeys(text: string): Set<string> {
  return new Set(text.split('~').filter((key) => key !== '' && key !== '-').map((key) => (key === '_' ? NOTHING : key)))
}

function withKey(keys: ReadonlySet<string>, key: string, isIn: boolean): string {
  const next = new Set(keys)
  if (isIn) next.add(key)
  else next.delete(key)
  return [...next].map((one) => (one === NOTHING ? '_' : one)).join('~') || '-'
}
