import { expect, test } from 'vitest'
import { pagesOf, sentPages, wholeOf } from './sources'

test('what two ways of finding the next page both ask for is kept when the way is changed', () => {
  const cursor = { by: 'cursor', path: 'paging.next', parameter: 'after' } as const
  expect(pagesOf('next', cursor)).toEqual({ by: 'next', path: 'paging.next' })
  expect(pagesOf('number', cursor)).toEqual({ by: 'number', parameter: 'after', size: 100 })
  expect(pagesOf('one', cursor)).toBeNull()
})

test('a limit that was emptied is none', () => {
  expect(sentPages({ by: 'offset', parameter: 'offset', size: 50, limit: '' })).toEqual({ by: 'offset', parameter: 'offset', size: 50 })
})

test('a number that was not typed is not sent, and pages are counted from where one says', () => {
  expect([wholeOf(''), wholeOf('0'), wholeOf('1 00x')]).toEqual([undefined, 0, 100])
  expect(sentPages({ by: 'number', parameter: 'page', first: 0, size: undefined })).toEqual({ by: 'number', parameter: 'page', first: 0 })
  expect(sentPages({ by: 'offset', parameter: 'offset', first: 0, size: 10 })).toEqual({ by: 'offset', parameter: 'offset', size: 10 })
})
