import { describe, expect, test } from 'vitest'
import { afterEdit, gridAction, rowsBetween, squared } from './gridKeys'

const shape = { rows: 10, columns: 4, page: 5 }
const at = { row: 3, column: 1 }
const press = (key: string, more: object = {}, from = at) => gridAction({ key, ...more }, from, shape, true)

describe('moving', () => {
  test.each([
    ['ArrowDown', { row: 4, column: 1 }],
    ['ArrowUp', { row: 2, column: 1 }],
    ['ArrowRight', { row: 3, column: 2 }],
    ['ArrowLeft', { row: 3, column: 0 }],
    ['j', { row: 4, column: 1 }],
    ['k', { row: 2, column: 1 }],
    ['PageDown', { row: 8, column: 1 }],
    ['PageUp', { row: 0, column: 1 }],
    ['Home', { row: 3, column: 0 }],
    ['End', { row: 3, column: 3 }],
  ])('%s', (key, to) => {
    expect(press(key)).toEqual({ do: 'move', to, extend: false })
  })
  test('stops at the edges', () => {
    expect(press('PageUp', {}, { row: 0, column: 0 })).toMatchObject({ to: { row: 0, column: 0 } })
    expect(press('ArrowDown', {}, { row: 9, column: 3 })).toMatchObject({ to: { row: 9, column: 3 } })
  })
  test('with the command key goes to the end', () => {
    expect(press('ArrowDown', { command: true })).toMatchObject({ to: { row: 9, column: 1 } })
    expect(press('Home', { command: true })).toMatchObject({ to: { row: 0, column: 0 } })
  })
  test('with shift extends the range, in every direction', () => {
    for (const key of ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'PageDown', 'End']) expect(press(key, { shift: true })).toMatchObject({ do: 'move', extend: true })
    expect(press('ArrowDown', { shift: true, command: true })).toMatchObject({ to: { row: 9, column: 1 }, extend: true })
  })
  test('reaches the head of the table, where no range goes', () => {
    expect(press('ArrowUp', {}, { row: 0, column: 2 })).toEqual({ do: 'move', to: { row: -1, column: 2 }, extend: false })
    expect(press('ArrowRight', {}, { row: -1, column: 2 })).toEqual({ do: 'move', to: { row: -1, column: 3 }, extend: false })
    expect(press('ArrowDown', {}, { row: -1, column: 2 })).toMatchObject({ to: { row: 0, column: 2 } })
    expect(press('ArrowUp', { shift: true }, { row: 0, column: 2 })).toMatchObject({ to: { row: 0, column: 2 } })
  })
  test('sideways opens and closes a group when its head has the cursor', () => {
    expect(gridAction({ key: 'ArrowRight' }, at, shape, true, true)).toEqual({ do: 'fold', open: true })
    expect(gridAction({ key: 'ArrowLeft' }, at, shape, true, true)).toEqual({ do: 'fold', open: false })
  })
})

describe('acting', () => {
  test.each([['Enter', 'edit'], ['F2', 'edit'], [' ', 'peek'], ['x', 'toggle_row'], ['o', 'open'], ['f', 'add_filter'], ['F', 'clear_filter'], ['Escape', 'leave'], ['Delete', 'clear_cells']])('%s does %s', (key, act) => {
    expect(press(key)?.do).toBe(act)
  })
  test('single letters rest when they are switched off', () => {
    for (const key of ['x', 'o', 'f', 'j', 'k']) expect(gridAction({ key }, at, shape, false)).toEqual({ do: 'edit', with: key })
    expect(gridAction({ key: 'Enter' }, at, shape, false)?.do).toBe('edit')
  })
  test('leaves the keys of others alone', () => {
    expect(press('k', { command: true })).toBeNull()
    expect(press('ArrowDown', { alt: true })).toBeNull()
    for (const key of ['g', 'c', '?', '/']) expect(press(key)).toBeNull()
    for (const key of ['Tab', 'Shift', 'F5']) expect(press(key)).toBeNull()
  })
  test('the command key with A selects all, with D fills down, and the space bar with shift selects rows', () => {
    expect(press('a', { command: true })?.do).toBe('select_all')
    expect(press('d', { command: true })?.do).toBe('fill_down')
    expect(press(' ', { shift: true })?.do).toBe('select_rows')
  })
  test('what is typed begins an edit, unless the letter does something', () => {
    for (const key of ['5', 'A', 'é', 'я', '@', 'q']) expect(press(key)).toEqual({ do: 'edit', with: key })
  })
})

test('after an edit Enter goes down, Tab to the right, anything else stays', () => {
  expect(afterEdit({ key: 'Enter' }, at, shape)).toEqual({ row: 4, column: 1 })
  expect(afterEdit({ key: 'Enter', shift: true }, at, shape)).toEqual({ row: 2, column: 1 })
  expect(afterEdit({ key: 'Tab' }, at, shape)).toEqual({ row: 3, column: 2 })
  expect(afterEdit({ key: 'Tab', shift: true }, { row: 3, column: 0 }, shape)).toEqual({ row: 3, column: 0 })
  expect(afterEdit({ key: 'Escape' }, at, shape)).toEqual(at)
})

test('rows between two are the same from either side', () => {
  expect(rowsBetween(2, 4)).toEqual([2, 3, 4])
  expect(rowsBetween(4, 2)).toEqual([2, 3, 4])
})

test('a range is the same however it was drawn', () => {
  const drawn = { from: { row: 5, column: 3 }, to: { row: 2, column: 1 } }
  expect(squared(drawn)).toEqual({ from: { row: 2, column: 1 }, to: { row: 5, column: 3 } })
})
