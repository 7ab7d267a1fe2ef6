import { expect, test } from 'vitest'
import { pagesOf, sentPages } from './sources'

test('what two ways of finding the next page both ask for is kept when the way is changed', () => {
  const cursor = { by: 'cursor', path: 'paging.next', parameter: 'after' } as const
  expect(pagesOf('next', cursor)).toEqual({ by: 'next', path: 'paging.next' })
  expect(pagesOf('number', cursor)).toEqual({ by: 'number', parameter: 'after', size: 100 })
  expect(pagesOf('one', cursor)).toBeNull()
})

test('a limit that was emptied is none', () => {
  expect(sentPages({ by: 'offset', parameter: 'offset', size: 50, limit: '' })).toEqual({ by: 'offset', parameter: 'offset', size: 50 })
})
