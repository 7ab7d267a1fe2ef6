import { expect, test } from 'vitest'
import { configFromState, isChanged, parseSearch, parseSort, parseWidths, PLAIN, printSort, stateFromConfig, stateFromUrl, stringifySearch, urlFromState, type ListState } from './listUrl'

const view: ListState = { filter: 'stage = "won"', search: '', sort: [{ field: 'amount', descending: true }], columns: ['amount', 'owner'], widths: { amount: 140 }, layout: 'board', pinned: ['owner'], group: 'stage', figures: { amount: 'avg' }, config: { board_by: 'stage', board_show: 'amount,owner: x' } }

test('a plain list has a plain link', () => {
  expect(urlFromState(PLAIN)).toEqual({})
  expect(stringifySearch(urlFromState(PLAIN))).toBe('')
})

test('only what differs from the view is in the link', () => {
  const state = { ...view, filter: 'stage = "lost"' }
  expect(stringifySearch({ view: 'v1', ...urlFromState(state, view) })).toBe('?view=v1&f=stage+%3D+%22lost%22')
})

test('a link is the view: what is written is read again', () => {
  const state: ListState = { filter: 'a = "x & y, z"', search: 'ana', sort: [{ field: 'title', descending: false }, { field: 'amount', descending: true }], columns: ['b', 'c'], widths: { b: 200 }, layout: 'calendar', pinned: ['c'], group: 'b', figures: { b: 'max', c: 'none' }, config: { calendar_from: 'b' } }
  const link = stringifySearch(urlFromState(state))
  expect(stateFromUrl(parseSearch(link))).toEqual(state)
})

test('taking a filter away from a view survives a reload', () => {
  const link = stringifySearch({ view: 'v1', ...urlFromState({ ...view, filter: '', sort: [] }, view) })
  const read = parseSearch(link)
  expect(stateFromUrl(read, view).filter).toBe('')
  expect(stateFromUrl(read, view).sort).toEqual([])
  expect(isChanged(read)).toBe(true)
})

test('a link made by hand cannot break the list', () => {
  expect(parseWidths('a:10,b:99999,c,d:x,e:100')).toEqual({ e: 100 })
  expect(printSort(parseSort('-amount,title'))).toBe('-amount,title')
})

test('a saved view comes back as it was, and a broken one as a plain list', () => {
  expect(stateFromConfig(configFromState(view))).toEqual(view)
  expect(stateFromConfig(JSON.stringify(configFromState(view)))).toEqual(view)
  for (const broken of [null, 7, '{', { columns: 3, sort: [], widths: null }]) expect(stateFromConfig(broken)).toEqual(PLAIN)
})
