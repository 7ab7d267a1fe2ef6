import { QueryClient } from '@tanstack/react-query'
import { beforeEach, expect, test, vi } from 'vitest'
import { ask } from '@/lib/api'
import { PAGE_SIZE } from '@/lib/records'
import { ListWindow } from './listWindow'

vi.mock('@/lib/api', () => ({ ask: vi.fn() }))

/** A list whose cursor is the number of rows before it. */
let rows: string[] = []
let asked: string[] = []

beforeEach(() => {
  rows = Array.from({ length: 2050 }, (_, index) => `row ${index}`)
  asked = []
  vi.mocked(ask).mockImplementation((async (_method: string, _path: string, { query }: { query: Record<string, unknown> }) => {
    const at = query['cursor'] === '' ? (query['back'] ? rows.length : 0) : Number(query['cursor'])
    const [from, to] = query['back'] ? [Math.max(0, at - PAGE_SIZE), at] : [at, Math.min(rows.length, at + PAGE_SIZE)]
    asked.push(`${from}-${to}`)
    return {
      data: {
        data: rows.slice(from, to).map((id) => ({ id })),
        next: to < rows.length ? String(to) : null,
        ...(query['back'] ? { previous: from > 0 ? String(from) : null } : {}),
        count: query['count'] === 'none' ? null : { value: rows.length, exact: query['count'] === 'exact' },
      },
    }
  }) as never)
})

async function opened() {
  const window = new ListWindow(new QueryClient({ defaultOptions: { queries: { retry: false } } }), 'contacts', {})
  window.follow(() => {})
  await vi.waitFor(() => expect(window.view().records).toHaveLength(PAGE_SIZE))
  return window
}

const idAt = (window: ListWindow, line: number) => window.at(line)?.id

test('the end of a list is read by one page, and what is before it as one scrolls up', async () => {
  const window = await opened()
  expect(await window.toEnd()).toBe(2049)
  expect(window.view()).toMatchObject({ known: 2050, more: false, count: { value: 2050, exact: true }, middle: { from: PAGE_SIZE, to: 2050 - PAGE_SIZE, unshown: 0 } })
  expect([idAt(window, 2049), idAt(window, 2050 - PAGE_SIZE), idAt(window, 0)]).toEqual(['row 2049', `row ${2050 - PAGE_SIZE}`, undefined])
  expect(asked).toHaveLength(2)

  window.see(2050 - PAGE_SIZE, 2050 - PAGE_SIZE + 20)
  await vi.waitFor(() => expect(idAt(window, 2050 - PAGE_SIZE - 1)).toBe(`row ${2050 - PAGE_SIZE - 1}`))
  expect(window.view().known).toBe(2050)
})

test('from the end to the beginning and back each row stands on its own line', async () => {
  const window = await opened()
  await window.toEnd()
  window.see(0, 20)
  await vi.waitFor(() => expect(idAt(window, 5)).toBe('row 5'))
  window.see(2040, 2049)
  await vi.waitFor(() => expect(idAt(window, 2045)).toBe('row 2045'))
  // All the way up from there.
  for (let line = 2049; line >= 0; line -= 50) {
    await vi.waitFor(() => {
      window.see(Math.max(0, line - 10), line)
      expect(idAt(window, line)).toBe(`row ${line}`)
    })
  }
  expect(window.view()).toMatchObject({ known: 2050, middle: null })
})

test('rows of the unread middle are read through for those who need them', async () => {
  const window = await opened()
  await window.toEnd()
  const read = await window.read(PAGE_SIZE - 1, PAGE_SIZE * 3)
  expect(read.map(({ id }) => id)).toEqual(rows.slice(PAGE_SIZE - 1, PAGE_SIZE * 3 + 1))
  expect((await window.read(2040, 2049)).map(({ id }) => id)).toEqual(rows.slice(2040))
})

test('a list longer than a browser has room for keeps its ends, and says how much has no line', async () => {
  rows = Array.from({ length: 1_000_000 }, (_, index) => `row ${index}`)
  const window = await opened()
  const last = await window.toEnd()
  expect(last).toBeLessThan(300_000)
  expect(idAt(window, last)).toBe('row 999999')
  expect((window.view().middle?.unshown ?? 0) + last + 1).toBe(1_000_000)
})
