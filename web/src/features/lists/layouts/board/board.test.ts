import { expect, test, vi } from 'vitest'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import type { Page, RecordData } from '@/lib/records'
import { heightOf, planOf } from '../cards'
import { BoardStore, type BoardSource } from './BoardStore'
import { cellKey, cellParts, firstBoardField, keyIn, slotFilter, slotsOfStages, valueFor } from './columns'
import { compareBy, placeOf } from './order'

const card = (id: string, values: Record<string, unknown> = {}): RecordData => ({ id, object: 'deal', version: 1, title: id, created_at: '', updated_at: '2026-11-20T10:00:00Z', deleted_at: null, stage: 'a', ...values })
const page = (data: RecordData[], next: string | null = null): Page => ({ data, next })
const ids = (store: BoardStore, cell: string) => store.cell(cell).cards.map((one) => one.id)

function storeOf(pages: Record<string, Page>, some: RecordData[] = []): { store: BoardStore; source: BoardSource } {
  const source: BoardSource = {
    page: vi.fn(async (cell: string, cursor: string) => pages[`${cell}${cursor}`] ?? page([])),
    some: vi.fn(async (wanted: readonly string[]) => some.filter((record) => wanted.includes(record.id))),
    cellOf: (record) => (record['stage'] === 'hidden' ? null : String(record['stage'])),
    compare: compareBy('-rank'),
  }
  return { store: new BoardStore(source), source }
}

test('a column is read by pages, each once', async () => {
  const { store, source } = storeOf({ a: page([card('1', { rank: 9 })], 'x'), ax: page([card('2', { rank: 5 })]) })
  await store.more('a')
  await Promise.all([store.more('a'), store.more('a')])
  await store.more('a')
  expect(ids(store, 'a')).toEqual(['1', '2'])
  expect(source.page).toHaveBeenCalledTimes(2)
})

test('a card that is moved stands where the order puts it, and goes back when refused', async () => {
  const { store } = storeOf({ a: page([card('1', { rank: 3 })]), b: page([card('2', { rank: 9, stage: 'b' }), card('3', { rank: 1, stage: 'b' })]) })
  await store.more('a')
  await store.more('b')
  const back = store.place(card('1', { rank: 3, stage: 'b' }))
  expect([ids(store, 'a'), ids(store, 'b')]).toEqual([[], ['2', '1', '3']])
  back()
  expect([ids(store, 'a'), ids(store, 'b')]).toEqual([['1'], ['2', '3']])
})

test('what belongs below the part that was read comes with its page', async () => {
  const { store } = storeOf({ a: page([card('1', { rank: 3 })]), b: page([card('2', { rank: 9, stage: 'b' })], 'x'), bx: page([card('1', { rank: 3, stage: 'b' })]) })
  await store.more('a')
  await store.more('b')
  store.place(card('1', { rank: 3, stage: 'b' }))
  expect(ids(store, 'b')).toEqual(['2'])
  await store.more('b')
  expect(ids(store, 'b')).toEqual(['2', '1'])
})

test('what another changed is moved without reading a column again; what left the filter goes', async () => {
  const { store, source } = storeOf({ a: page([card('1', { rank: 3 }), card('4', { rank: 2 })]), b: page([card('2', { rank: 9, stage: 'b' })]) }, [card('1', { rank: 10, stage: 'b', version: 2 }), card('9', { rank: 1 })])
  await store.more('a')
  await store.more('b')
  expect(await store.recheck(['1', '4', '9'])).toEqual(['1', '9'])
  expect([ids(store, 'a'), ids(store, 'b')]).toEqual([['9'], ['1', '2']])
  expect(source.page).toHaveBeenCalledTimes(2)
})

test('a card that is on its way to the server is not moved by what the server said before', async () => {
  const { store } = storeOf({ a: page([card('1', { rank: 3 })]) }, [card('1', { rank: 3, stage: 'b', version: 2 })])
  await store.more('a')
  const release = store.hold('1')
  expect(await store.recheck(['1'])).toEqual([])
  expect(ids(store, 'a')).toEqual(['1'])
  release()
  await store.recheck(['1'])
  expect(ids(store, 'a')).toEqual([])
})

test('a column that could not be read keeps what it has and may be asked again', async () => {
  const { store, source } = storeOf({ a: page([card('1')]) })
  vi.mocked(source.page).mockRejectedValueOnce(new Error('away'))
  await store.more('a')
  expect(store.cell('a').state).toBe('failed')
  await store.more('a')
  expect([store.cell('a').state, ids(store, 'a')]).toEqual(['ready', ['1']])
})

test('the order is the server\'s: the empty last both ways, the newest first among equals', () => {
  const cards = [card('1', { amount: { amount: 5, currency: 'EUR' } }), card('2', { amount: null }), card('3', { amount: { amount: 9, currency: 'EUR' } }), card('4', { amount: { amount: 5, currency: 'EUR' } })]
  expect([...cards].sort(compareBy('-amount')).map((one) => one.id)).toEqual(['3', '4', '1', '2'])
  expect([...cards].sort(compareBy('amount')).map((one) => one.id)).toEqual(['1', '4', '3', '2'])
  expect(placeOf([...cards].sort(compareBy('-amount')), card('5', { amount: { amount: 7, currency: 'EUR' } }), compareBy('-amount'))).toBe(1)
})

const field = (name: string, type: FieldDef['type'], more: Partial<FieldDef> = {}): FieldDef => ({ id: `deal.${name}`, name, label: { en: name }, type, ...more })

test('a board begins with the stage, else with the state', () => {
  const object = { fields: [field('source', 'choice'), field('status', 'choice'), field('stage', 'link', { target: 'stage' })] } as ObjectDef
  expect(firstBoardField(object)?.name).toBe('stage')
  expect(firstBoardField({ fields: object.fields.slice(0, 2) } as ObjectDef)?.name).toBe('status')
  expect(firstBoardField({ fields: [field('name', 'text')] } as unknown as ObjectDef)).toBeUndefined()
})

test('stages stand in their order, and say how they end and when a card grows stale', () => {
  const stages = [card('w', { title: 'Won', position: 2, kind: 'won' }), card('p', { title: 'Prospecting', position: 1, kind: 'open', probability: 10, rotting_days: 14 })]
  expect(slotsOfStages(stages).map(({ key, ending, probability, staleAfter }) => [key, ending, probability, staleAfter])).toEqual([['p', undefined, 10, 14], ['w', 'won', undefined, undefined]])
})

test('a column asks for its value and writes it', () => {
  const choice = field('status', 'choice')
  const flag = field('vip', 'boolean')
  expect([slotFilter(choice, 'a "b"'), slotFilter(choice, ''), slotFilter(flag, 'true')]).toEqual(['status = "a \\"b\\""', 'status is empty', 'vip = true'])
  expect([valueFor(choice, ''), valueFor(flag, 'false'), valueFor(choice, 'x')]).toEqual([null, false, 'x'])
  expect([keyIn(choice, card('1', { status: null })), keyIn(flag, card('1', { vip: false }))]).toEqual(['', 'false'])
  expect(cellParts(cellKey('lane', 'column'))).toEqual({ lane: 'lane', column: 'column' })
})

test('a card is as high as what it says', () => {
  const plan = planOf([field('company', 'text'), field('amount', 'money'), field('due_on', 'date')], undefined)
  const bare = heightOf(plan, card('1'), false)
  expect(heightOf(plan, card('1', { amount: { amount: 1, currency: 'EUR' } }), false)).toBe(bare + 28)
  expect(heightOf(plan, card('1', { company: 'Blue Bakery' }), false)).toBe(bare + 22)
})
