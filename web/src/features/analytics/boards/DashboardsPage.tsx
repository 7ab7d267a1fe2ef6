/** Dashboards: cards on a grid, one period for all; the standard ones of each function, and those that people made. */

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { ChevronDown, Copy, Maximize, Minimize, Pencil, Plus, RotateCw, Trash2 } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { useAnalysisWords } from '@/lib/analysisWords'
import { formatDate } from '@/lib/format'
import { createRecord, saveRecord, trashRecord } from '@/lib/records'
import { kpisQuery, valuesQuery, type Window } from '@/lib/scorecards'
import { useLocale, useSession } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Button, cx, Drop, DropItem, DropTitle, IconButton } from '@/ui/kit'
import { Answer, Choice, Choices, Page, useChoices } from '../parts'
import { BoardGrid, EditBar } from './BoardGrid'
import { CardBody } from './CardBody'
import { configOf, KINDS, newCard, ownBoardsQuery, standardQuery, valuedKpis, type Board, type Card } from './cards'
import { added } from './grid'
import { PeriodBar, useWindow } from './parts'
import { BY_WORDS, CARD_WORDS, SEEN_WORDS } from './words'

const CardSettings = lazy(() => import('./CardSettings'))
const KpiPanel = lazy(() => import('./KpiPanel'))

export default function DashboardsPage() {
  const { t } = useTranslation()
  const [chosen] = useChoices()
  const standard = useQuery(standardQuery)
  const own = useQuery(ownBoardsQuery)
  const boards = [...(standard.data ?? []), ...(own.data ?? [])]
  const wanted = chosen['d'] ?? 'sales'
  return (
    <Answer query={standard} rows={10}>
      {() => {
        const board = boards.find((one) => one.key === wanted) ?? (own.isPending ? undefined : boards[0])
        return board ? <OneBoard key={board.key} board={board} boards={boards} /> : <Page icon={iconOf('layout-list')} title={t('analysis.dashboards')}><p className="text-fg-3">{t('board.gone')}</p></Page>
      }}
    </Answer>
  )
}

function OneBoard({ board, boards }: { board: Board; boards: Board[] }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const session = useSession()
  const words = useAnalysisWords()
  const [chosen, choose] = useChoices()
  const window = useWindow(board.config.period)
  const kpis = useQuery(kpisQuery)
  const [draft, setDraft] = useState<{ name: string; seen: string; cards: Card[] } | null>(null)
  const [settings, setSettings] = useState<Card | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const [fault, setFault] = useState('')
  const cards = draft?.cards ?? board.config.cards
  const allowed = new Set((kpis.data ?? []).filter((kpi) => kpi.allowed).map((kpi) => kpi.code))
  const codes = valuedKpis(cards).filter((code) => allowed.has(code))
  const values = useQuery({ ...valuesQuery(window, codes), enabled: codes.length > 0, placeholderData: keepPreviousData })
  const owner = board.record?.['owner']
  const isOwn = board.record !== null && (owner === session?.user.id || session?.can.admin === true)
  // The cube knows days only: those that the server made of the period's name.
  const days: Window = { ...window, from: values.data?.from ?? window.from, to: values.data?.to ?? window.to }
  const screen = useFullScreen()

  function titleOf(card: Card): { title: string; hint?: string | undefined } {
    const kpi = (kpis.data ?? []).find((one) => one.code === card.kpi)
    const own = card.title?.trim()
    if (kpi) {
      const by = card.kind === 'groups' ? t('board.title_by', { name: kpi.name, by: t(BY_WORDS[card.by ?? ''] ?? 'kpi.by') }) : card.kind === 'drivers' ? t('board.title_drivers', { name: kpi.name }) : kpi.name
      return { title: own || by, hint: kpi.meaning }
    }
    if (card.kind === 'cube') return { title: own || t('board.title_by', { name: words.measure(card.measure ?? 'revenue'), by: words.dimension(card.rows ?? 'segment') }) }
    return { title: own || t(CARD_WORDS[card.kind]) }
  }

  async function store(act: () => Promise<string>) {
    setIsBusy(true)
    setFault('')
    try {
      const key = await act()
      await queries.invalidateQueries({ queryKey: ['few', 'dashboards'] })
      setDraft(null)
      choose({ d: key })
    } catch (error) {
      setFault(reasonOf(error))
    } finally {
      setIsBusy(false)
    }
  }

  function save() {
    if (!draft) return
    const set = { name: draft.name.trim() || board.name, visibility: draft.seen, config: { period: chosen['period'] ?? board.config.period, cards: draft.cards } }
    void store(async () => {
      if (board.record && isOwn) {
        await saveRecord('dashboards', board.record.id, set)
        return board.record.id
      }
      return (await createRecord('dashboards', set)).data.id
    })
  }

  const edit = () => setDraft({ name: isOwn ? board.name : t('board.copy_name', { name: board.name }), seen: String((isOwn && board.record?.['visibility']) || 'private'), cards: board.config.cards })
  const create = () => void store(async () => (await createRecord('dashboards', { name: t('board.new_name'), config: { period: 'last_30_days', cards: [{ ...newCard('kpi'), kpi: 'revenue' }] } })).data.id)
  const groups: [label: string, list: Board[]][] = [[t('board.standard'), boards.filter((one) => one.record === null)], [t('board.made'), boards.filter((one) => one.record !== null)]]
  const open = (kpis.data ?? []).find((kpi) => kpi.code === chosen['kpi'] && kpi.allowed)

  const tools = draft ? (
    <EditBar onSave={save} onCancel={() => setDraft(null)} isBusy={isBusy}>
      <Drop align="end" trigger={<Button look="outline"><Plus size={14} /><span className="max-md:sr-only">{t('board.add_card')}</span></Button>}>
        {KINDS.map((kind) => <DropItem key={kind} onClick={() => { const card = newCard(kind); setDraft({ ...draft, cards: added(draft.cards, card) }); setSettings(card) }}>{t(CARD_WORDS[kind])}</DropItem>)}
      </Drop>
    </EditBar>
  ) : (
    <>
      <IconButton label={t('board.refresh')} onClick={() => void queries.invalidateQueries({ queryKey: ['scorecards'] })}><RotateCw size={15} className={cx(values.isFetching && 'motion-safe:animate-spin')} /></IconButton>
      <IconButton label={screen.isFull ? t('board.leave_full') : t('board.full')} onClick={screen.toggle}>{screen.isFull ? <Minimize size={15} /> : <Maximize size={15} />}</IconButton>
      {isOwn && board.record && <IconButton label={t('board.delete')} onClick={() => void store(async () => { await trashRecord('dashboards', board.record?.id ?? ''); return 'sales' })}><Trash2 size={15} /></IconButton>}
      <Button look="outline" onClick={edit}>{isOwn ? <Pencil size={14} /> : <Copy size={14} />}<span className="max-md:sr-only">{isOwn ? t('board.edit') : t('board.make_own')}</span></Button>
    </>
  )

  return (
    <div ref={screen.element} className="flex min-h-0 flex-1 flex-col bg-surface">
      <Page wide icon={iconOf('chart-line')} title={draft?.name ?? board.name} tools={tools}>
        <Choices>
          {draft ? (
            <>
              <label className="flex items-center gap-1.5 text-meta text-fg-2">{t('board.name')}<input value={draft.name} maxLength={120} onChange={(event) => setDraft({ ...draft, name: event.target.value })} className="input !h-7 !min-h-7 !w-56 !px-2 !py-0 text-body text-fg" /></label>
              <Choice label={t('board.seen_by')} value={draft.seen} options={Object.entries(SEEN_WORDS).map(([value, key]) => ({ value, label: t(key) }))} onChange={(seen) => setDraft({ ...draft, seen })} />
              <span className="text-meta text-fg-3 max-md:hidden">{t('board.edit_hint')}</span>
            </>
          ) : (
            <>
              <Drop trigger={<Button look="outline"><span className="max-w-48 truncate">{board.name}</span><ChevronDown size={13} /></Button>}>
                {groups.map(([label, list]) => list.length > 0 && <div key={label}><DropTitle>{label}</DropTitle>{list.map((one) => <DropItem key={one.key} checked={one.key === board.key} onClick={() => choose({ d: one.key, period: undefined, from: undefined, to: undefined, kpi: undefined })}>{one.name}</DropItem>)}</div>)}
                <DropItem icon={<Plus size={14} />} onClick={create}>{t('board.new')}</DropItem>
              </Drop>
              <PeriodBar usual={board.config.period} told={values.data} />
            </>
          )}
          {fault && <p role="alert" className="basis-full text-meta text-bad">{fault}</p>}
        </Choices>
        <div tabIndex={0} role="region" aria-label={board.name} className={cx('min-h-0 flex-1 overflow-y-auto bg-canvas p-5 outline-offset-[-2px] transition-opacity max-md:p-3', values.isPlaceholderData && 'opacity-70')}>
          <Answer query={kpis} rows={10}>
            {(known) => (
              <BoardGrid
                cards={cards}
                isEdited={draft !== null}
                titleOf={titleOf}
                body={(card) => <CardBody card={card} kpis={known} values={values} window={card.kind === 'cube' ? days : window} onKpi={(code) => choose({ kpi: code })} />}
                onChange={(next) => draft && setDraft({ ...draft, cards: next })}
                onSettings={setSettings}
                onCopy={(card) => draft && setDraft({ ...draft, cards: added(draft.cards, { ...card, id: newCard(card.kind).id }) })}
                onDrop={(card) => draft && setDraft({ ...draft, cards: configOf({ cards: draft.cards.filter((one) => one.id !== card.id) }).cards })}
              />
            )}
          </Answer>
          {values.data && <p className="pt-4 text-meta text-fg-3">{t('scorecards.as_of', { day: formatDate(values.data.as_of, locale), currency: values.data.currency })}</p>}
        </div>
      </Page>
      {settings && draft && <Suspense><CardSettings card={settings} kpis={kpis.data ?? []} onClose={() => setSettings(null)} onDone={(card) => { setDraft({ ...draft, cards: draft.cards.map((one) => (one.id === card.id ? { ...card, x: one.x, y: one.y, w: one.w, h: one.h } : one)) }); setSettings(null) }} /></Suspense>}
      {open && <Suspense><KpiPanel kpi={open} kpis={kpis.data ?? []} window={window} onClose={() => choose({ kpi: undefined })} onOpen={(code) => choose({ kpi: code })} /></Suspense>}
    </div>
  )
}

/** The page alone on the whole screen, where the browser can. */
function useFullScreen() {
  const element = useRef<HTMLDivElement>(null)
  const [isFull, setIsFull] = useState(false)
  useEffect(() => {
    const follow = () => setIsFull(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', follow)
    return () => document.removeEventListener('fullscreenchange', follow)
  }, [])
  const toggle = () => void (document.fullscreenElement ? document.exitFullscreen() : element.current?.requestFullscreen?.())?.catch(() => {})
  return { element, isFull, toggle }
}
