// A shop answers in pages: the wizard is told how the next one is found, in each of the ways there are, and all its customers
// come, once, whichever way it is; a way that was taken away leaves the first page.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after } from 'node:test'
import { ask, begin, button, dialog, eventually, heading, isSound, page, step } from './journey.mjs'
import { text } from './words.mjs'

const CUSTOMERS = Array.from({ length: 23 }, (_, at) => ({ id: at + 1, first_name: `Given${at + 1}`, last_name: `Family${at + 1}`, email: `c${at + 1}@shop.example` }))
const SIZE = 10

/** What the shop was asked, in the order of asking. */
const asked = []

/** Pages by a link, by a cursor, by the number of rows before, by the number of the page from none on. */
const shop = createServer((request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`)
  const told = (name) => Number(url.searchParams.get(name) ?? 0)
  asked.push(url.pathname + url.search)
  const from = { '/linked': told('from'), '/cursor': told('after'), '/offset': told('offset'), '/numbered': told('page') * SIZE }[url.pathname]
  if (from === undefined) return response.writeHead(404).end()
  const next = from + SIZE < CUSTOMERS.length ? from + SIZE : null
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({
    data: CUSTOMERS.slice(from, from + SIZE),
    paging: { next: next === null ? null : url.pathname === '/linked' ? `${url.origin}/linked?from=${next}` : String(next) },
  }))
})

const at = () => `127.0.0.1:${shop.address().port}`

begin({
  fill: [],
  settings: async () => {
    await new Promise((listens) => shop.listen(0, '127.0.0.1', listens))
    return `source_hosts = ["${at()}"]\n`
  },
})
after(() => shop.close())

/** What is typed into or chosen from under this label; behind it there may be a line of help. */
const field = (label) => dialog().getByLabel(new RegExp(`^${text(label).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)).first()
const fill = (label, value) => field(label).fill(value)
const sources = async () => (await ask('/sources?limit=100')).data
const contacts = async () => (await ask('/contacts?limit=1&count=exact')).count.value

/** Sets a source up by the wizard, reads it, and answers its record. */
async function setUp(name, path, way, fields) {
  await page.goto('/settings/sources')
  await button(text('sources.add')).first().click()
  await dialog().getByRole('radiogroup').getByRole('radio').last().click()
  await fill('sources.name', name)
  await fill('sources.place', `http://${at()}${path}`)
  await fill('sources.path', 'data')
  await field('sources.pages').selectOption({ label: text(way) })
  for (const [label, value] of Object.entries(fields)) await fill(label, value)
  if (way === 'sources.pages_number') await isSound('source-pages')
  await lookedAt()
  await runs()
  return (await sources()).find((one) => one.name === name)
}

/** Through the steps of the wizard as they are guessed, to the source's own panel. */
async function lookedAt() {
  await button(text('sources.look'), dialog()).click()
  await dialog().getByRole('list', { name: text('sources.mapping') }).waitFor()
  await button(text('sources.go_on'), dialog()).click()
  await button(text('common.save'), dialog()).click()
  await button(text('sources.run')).waitFor()
}

async function runs() {
  const before = (await sources()).reduce((all, one) => all + (one.last_done_at ? 1 : 0), 0)
  await button(text('sources.run')).click()
  await eventually(async () => assert.equal((await sources()).filter((one) => one.last_done_at).length >= Math.max(before, 1) && (await sources()).every((one) => one.state === 'done'), true))
}

const figures = async (source) => (await ask(`/sources/${source.id}/runs`)).data[0].figures

step('the answer says where the next page is', async () => {
  const source = await setUp('Linked', '/linked', 'sources.pages_next', { 'sources.pages_path': 'paging.next' })
  assert.deepEqual(source.settings.pages, { by: 'next', path: 'paging.next' })
  assert.equal((await figures(source)).new, CUSTOMERS.length)
  assert.equal(await contacts(), CUSTOMERS.length)
})

step('or a cursor, or the rows are counted, or the pages, from whichever number on', async () => {
  for (const [name, path, way, fields, pages] of [
    ['Cursor', '/cursor', 'sources.pages_cursor', { 'sources.pages_path': 'paging.next', 'sources.pages_parameter': 'after' }, { by: 'cursor', path: 'paging.next', parameter: 'after' }],
    ['Offset', '/offset', 'sources.pages_offset', { 'sources.pages_parameter': 'offset', 'sources.pages_size': '10', 'sources.pages_limit': 'limit' }, { by: 'offset', parameter: 'offset', size: 10, limit: 'limit' }],
    ['Numbered', '/numbered', 'sources.pages_number', { 'sources.pages_parameter': 'page', 'sources.pages_first': '0', 'sources.pages_size': '10' }, { by: 'number', parameter: 'page', first: 0, size: 10 }],
  ]) {
    const source = await setUp(name, path, way, fields)
    assert.deepEqual(source.settings.pages, pages)
    assert.equal((await figures(source)).total ?? (await figures(source)).rows, CUSTOMERS.length, `${name}: ${asked.slice(-6)}`)
  }
  assert.ok(asked.some((one) => one === '/offset?offset=20&limit=10' || one === '/offset?limit=10&offset=20'), asked.join(' '))
  assert.equal(await contacts(), CUSTOMERS.length, 'the same customers, each once')
})

step('without further pages the first one is left, and the wizard forgets how they were found', async () => {
  await page.goto('/settings/sources')
  await heading(text('sources.title')).waitFor()
  await button('Offset').click()
  await button(text('sources.edit')).click()
  await field('sources.pages').selectOption({ label: text('sources.pages_none') })
  await lookedAt()
  const source = (await sources()).find((one) => one.name === 'Offset')
  assert.deepEqual(source.settings, { rows: 'data' })
})
