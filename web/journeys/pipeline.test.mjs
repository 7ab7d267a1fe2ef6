// A sales person's lists laid out otherwise than as a table: a board worked by hand and by keys, a calendar, pictures, a
// pivot and charts, on a desktop and on a phone, beside somebody else who works on the same deals.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, open, overflows, phone, picture, server, setUpLink, settled, violations } from './browser.mjs'
import { like, text } from './words.mjs'

const ana = { name: 'Ana Pop', email: 'ana@bluebakery.example', password: 'rye and caraway at dawn' }
/** Of the demo company's pipeline. */
const [prospecting, engaging, won, lost] = ['Prospecting', 'Engaging', 'Won', 'Lost']

let browser
let page

before(async () => {
  browser = await launch()
  page = await open(browser)
  await signIn(page)
})

after(async () => {
  await browser?.close()
})

/** As the newcomer's path left her; on a server of its own she is set up first. */
async function signIn(on) {
  const { status } = await api('POST', '/session', { email: ana.email, password: ana.password }, on)
  if (status === 200) return
  const made = await api('POST', '/setup', { token: setUpLink().split('#')[1], ...ana }, on)
  assert.ok(made.status < 300, `set up: ${made.status}`)
}

/** One step; it fails for what the page complained about as well. */
function step(name, work) {
  test(name, { timeout: 180_000 }, async () => {
    try {
      await work()
    } catch (error) {
      await picture(page, `failed-${name.replaceAll(/\W+/g, '-').slice(0, 60)}`).catch(() => {})
      throw error
    }
    assert.deepEqual(page.faults(), [], 'the page complained')
  })
}

/** No violation, in light and in dark, and nothing that scrolls sideways. */
async function isSound(name, on = page) {
  await on.mouse.move(1, 1)
  for (const theme of ['light', 'dark']) {
    await on.emulateMedia({ colorScheme: theme })
    await on.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme)
    await settled(on)
    await picture(on, `${name}-${theme}`)
    assert.deepEqual(await violations(on), [], `${name}, ${theme}`)
  }
  await on.emulateMedia({ colorScheme: 'light' })
  assert.equal(await overflows(on), false, `${name} scrolls sideways`)
}

/** What somebody else does meanwhile: the same company, by the API. */
async function api(method, path, data, on = page) {
  const answer = await on.request.fetch(`/api/v1${path}`, { method, ...(data === undefined ? {} : { data }), headers: { origin: new URL(server.url).origin } })
  const body = await answer.text()
  return { status: answer.status(), body: body ? JSON.parse(body) : null }
}
const find = async (plural, filter, sort = '') => (await api('GET', `/${plural}?filter=${encodeURIComponent(filter)}&sort=${sort}&limit=50`)).body.data

const button = (name) => page.getByRole('button', { name, exact: true })
const column = (name) => page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name, exact: true }) })
const cards = (name) => column(name).locator('[data-card]')
const cardOf = (id) => page.locator(`[data-card="${id}"]`)
const idOf = (card) => card.getAttribute('data-card')
const countOf = async (name) => Number((await column(name).locator('h2 + span').textContent()).replaceAll(/\D/g, ''))
const isIn = (name, id) => column(name).locator(`[data-card="${id}"]`).waitFor()
const held = () => page.evaluate(() => document.activeElement?.closest('[data-card]')?.getAttribute('data-card') ?? null)

/** Takes hold of something and carries it, as a hand does; it is not let go yet. */
async function carry(from, to, grip = { x: 40, y: 12 }) {
  const start = await from.boundingBox()
  const end = await to.boundingBox()
  await page.mouse.move(start.x + grip.x, start.y + grip.y)
  await page.mouse.down()
  await page.mouse.move(start.x + grip.x + 12, start.y + grip.y + 12, { steps: 3 })
  await page.mouse.move(end.x + end.width / 2, end.y + Math.min(end.height / 2, 200), { steps: 10 })
}

step('a list becomes a board: heads count the whole filter, the ended lie aside', async () => {
  await page.goto('/o/deals')
  await page.getByRole('grid').waitFor()
  await page.getByRole('radio', { name: text('layout.board') }).click()
  await cards(prospecting).first().waitFor()
  assert.match(page.url(), /layout=board/)
  const { groups } = (await api('POST', '/deals/groups', { by: ['stage'], measures: [{ op: 'count' }] })).body
  for (const name of [prospecting, engaging]) {
    assert.equal(await countOf(name), groups.find((group) => group.keys[0].label === name).values.count)
  }
  await page.getByRole('button', { name: new RegExp(`^${text('board.unfold', { name: won })}`) }).waitFor()
  await isSound('board')
})

step('a card is carried to another column; a line shows where it will stand, and one press takes it back', async () => {
  const id = await idOf(cards(prospecting).first())
  const before = await countOf(prospecting)
  await carry(cardOf(id), column(engaging))
  await page.locator('[data-landing]').waitFor()
  await page.locator('[data-drop]').filter({ hasText: new RegExp(`^${lost}$`) }).waitFor()
  await page.mouse.up()
  await isIn(engaging, id)
  assert.equal(await countOf(prospecting), before - 1)
  await button(text('undo.undo')).click()
  await isIn(prospecting, id)
  await page.waitForFunction(([name, wanted]) => [...document.querySelectorAll('section h2')].find((head) => head.textContent === name)?.nextElementSibling?.textContent?.replaceAll(/\D/g, '') === String(wanted), [prospecting, before])
})

step('Escape lets go of a card without a trace', async () => {
  const id = await idOf(cards(prospecting).first())
  await carry(cardOf(id), column(engaging))
  await page.keyboard.press('Escape')
  await page.mouse.up()
  await isIn(prospecting, id)
  assert.equal(await page.locator('[data-landing]').count(), 0)
})

step('what is lost is asked why before it goes', async () => {
  const id = await idOf(cards(prospecting).first())
  await carry(cardOf(id), column(engaging))
  const target = page.locator('[data-drop]').filter({ hasText: new RegExp(`^${lost}$`) }).last()
  const box = await target.boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 6 })
  await page.mouse.up()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await dialog.getByRole('button', { name: text('board.ask_done', { column: lost }) }).click()
  await dialog.getByRole('alert').waitFor()
  await isSound('board-asks')
  await dialog.getByRole('radio', { name: 'Price' }).click()
  await dialog.getByRole('button', { name: text('board.ask_done', { column: lost }) }).click()
  await cardOf(id).waitFor({ state: 'detached' })
  await page.getByText(like('board.moved')).first().waitFor()
  const { body } = await api('GET', `/deals/${id}`)
  assert.deepEqual([body.status, body.loss_reason], ['lost', 'price'])
})

step('the same by keys: walk, move to, one column on, and the focus stays on the card', async () => {
  await cards(prospecting).first().focus()
  await page.keyboard.press('ArrowDown')
  const id = await held()
  assert.equal(id, await idOf(cards(prospecting).nth(1)))
  await page.keyboard.press('m')
  await page.getByRole('option', { name: new RegExp(`^${engaging}`) }).waitFor()
  await isSound('board-menu')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await isIn(engaging, id)
  await page.waitForFunction((wanted) => document.activeElement?.getAttribute('data-card') === wanted, id)
  await page.keyboard.press('Shift+ArrowLeft')
  await isIn(prospecting, id)
  await page.waitForFunction((wanted) => document.activeElement?.getAttribute('data-card') === wanted, id)
  await page.keyboard.press(' ')
  await page.getByRole('complementary', { name: text('peek.title') }).waitFor()
  await page.keyboard.press('Escape')
})

step("another's move shows by itself, and the card the reader looks at does not jump", async () => {
  const id = await idOf(cards(prospecting).nth(1))
  const list = column(engaging).getByRole('list')
  await list.evaluate((element) => element.scrollTo({ top: 900 }))
  const seen = () => list.evaluate((element) => {
    const top = element.getBoundingClientRect().top
    const card = [...element.querySelectorAll('[data-card]')].find((one) => one.getBoundingClientRect().top >= top)
    return { id: card.dataset.card, top: Math.round(card.getBoundingClientRect().top) }
  })
  const first = await seen()
  const [stage] = await find('stages', `name = "${engaging}"`)
  await api('PATCH', `/deals/${id}`, { stage: stage.id })
  await cards(prospecting).locator(`xpath=self::*[@data-card="${id}"]`).waitFor({ state: 'detached' })
  assert.deepEqual(await list.evaluate((element, wanted) => ({ id: wanted, top: Math.round(element.querySelector(`[data-card="${wanted}"]`).getBoundingClientRect().top) }), first.id), first)
  await list.evaluate((element) => element.scrollTo({ top: 0 }))
  await isIn(engaging, id)
})

step('a card is made where it belongs, by its name alone', async () => {
  await button(text('board.add', { name: prospecting })).click()
  await page.keyboard.type('Two hundred winter gloves')
  await page.keyboard.press('Enter')
  const card = column(prospecting).getByRole('article', { name: /^Two hundred winter gloves/ })
  await card.waitFor()
  const { body } = await api('GET', `/deals/${await idOf(card)}`)
  const [stage] = await find('stages', `name = "${prospecting}"`)
  assert.equal(body.stage, stage.id)
  await page.keyboard.press('Escape')
})

step('a column of thousands draws a few cards, however far one walks', async () => {
  await page.getByRole('button', { name: new RegExp(`^${text('board.unfold', { name: won })}`) }).click()
  await cards(won).first().waitFor()
  const list = column(won).getByRole('list')
  for (const wanted of [40_000, 120_000]) {
    await list.evaluate(async (element, far) => {
      while (element.scrollHeight < far) {
        element.scrollTop = element.scrollHeight
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }
    }, wanted)
    assert.ok((await cards(won).count()) < 30, 'only what is seen is drawn')
  }
  assert.ok((await page.evaluate(() => document.querySelectorAll('*').length)) < 3000)
})

step('lanes cross the columns by another field; the address keeps the board', async () => {
  await page.goto(`/o/deals?layout=board&c=board_lanes:owner&f=${encodeURIComponent('status = "open"')}`)
  await page.getByRole('button', { expanded: true, name: /Darcel Schlecht/ }).waitFor()
  await page.locator('[data-card]').first().waitFor()
  await isSound('board-lanes')
  await page.getByRole('button', { expanded: true, name: /Darcel Schlecht/ }).click()
  await page.getByRole('button', { expanded: false, name: /Darcel Schlecht/ }).waitFor()
  await page.reload()
  await page.getByRole('button', { expanded: false, name: /Darcel Schlecht/ }).waitFor()
})

const today = new Date()
const dayAt = (days, hour) => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() + days, hour))
let meeting

step('a calendar: by hand and by keys a meeting is moved and made longer', async () => {
  const made = await api('POST', '/activities', { subject: 'Tasting with Blue Bakery', kind: 'meeting', starts_at: dayAt(0, 8).toISOString(), ends_at: dayAt(0, 9).toISOString() })
  meeting = made.body.id
  await page.goto('/o/activities?layout=calendar')
  const chip = page.locator(`[data-event="${meeting}"]`).first()
  await chip.waitFor()
  await isSound('calendar-month')
  await chip.focus()
  await page.keyboard.press('Shift+ArrowRight')
  await page.getByText(/Tasting with Blue Bakery · /).first().waitFor()
  await page.waitForFunction((id) => document.activeElement?.getAttribute('data-event') === id, meeting)
  assert.equal((await api('GET', `/activities/${meeting}`)).body.starts_at.slice(0, 13), dayAt(1, 8).toISOString().slice(0, 13))
  await button(text('undo.undo')).click()
  await page.getByRole('radio', { name: text('calendar.week') }).click()
  const block = page.locator(`[data-hours] [data-event="${meeting}"]`)
  await block.waitFor()
  await isSound('calendar-week')
  await block.scrollIntoViewIfNeeded()
  const box = await block.boundingBox()
  await page.mouse.move(box.x + 20, box.y + box.height - 2)
  await page.mouse.down()
  await page.mouse.move(box.x + 20, box.y + box.height + 12, { steps: 3 })
  await page.mouse.move(box.x + 20, box.y + box.height + 46, { steps: 5 })
  await page.mouse.up()
  await page.waitForFunction(([id, end]) => fetch(`/api/v1/activities/${id}`).then((answer) => answer.json()).then((record) => record.ends_at.startsWith(end)), [meeting, dayAt(0, 10).toISOString().slice(0, 13)])
  await block.focus()
  await page.keyboard.press('m')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await isSound('calendar-when')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
})

step('a busy month tells how many more there are, and shows them', async () => {
  await page.goto('/o/orders?layout=calendar')
  await page.getByLabel(text('calendar.go_to')).fill('2017-06-12')
  await page.getByRole('heading', { level: 2, name: /June 2017/ }).waitFor()
  await page.locator('[data-event]').first().waitFor()
  const more = page.getByRole('button', { name: like('calendar.more') }).first()
  await more.click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('[data-event]').nth(20).waitFor()
  await isSound('calendar-day')
  await page.keyboard.press('Escape')
  await page.getByRole('radio', { name: text('calendar.agenda') }).click()
  await page.locator('section[data-day]').first().waitFor()
  await isSound('calendar-agenda')
})

step('products as a gallery, walked by keys', async () => {
  await page.goto('/o/products?layout=gallery')
  const list = page.getByRole('list', { name: text('gallery.label') })
  await list.getByRole('article').first().waitFor()
  await isSound('gallery')
  await list.getByRole('article').first().focus()
  await page.keyboard.press('ArrowRight')
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-index')), '1')
  assert.ok((await list.getByRole('article').count()) < 60)
})

step('a pivot adds up to the whole, and a cell opens what is behind it', async () => {
  await page.goto('/o/deals?layout=pivot&c=pivot_rows:owner,pivot_columns:status')
  const grid = page.getByRole('grid')
  await grid.getByRole('rowheader', { name: 'Darcel Schlecht' }).waitFor()
  await isSound('pivot')
  const total = (await api('GET', '/deals/aggregate?of=count')).body
  const figures = await grid.locator('tfoot td').allTextContents()
  assert.equal(Number(figures.filter(Boolean).at(-1).replaceAll(/\D/g, '')), (total.data ?? total).count)
  await grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\?f=owner/)
  await page.getByRole('grid').locator('[data-row]').first().waitFor()
  await page.goBack()
  await page.getByRole('rowheader', { name: 'Darcel Schlecht' }).waitFor()
})

step('charts say in a sentence and in a table what they draw', async () => {
  await page.goto('/o/orders?layout=chart&c=chart_by:ordered_on,chart_measure:sum%3Atotal')
  // Other journeys bring orders too: the server says what they come to.
  const figures = (await api('GET', '/orders/aggregate?of=sum:total')).body
  const dollars = (figures.data ?? figures)['sum:total'].find((sum) => sum.currency === 'USD').amount / 100
  await page.getByRole('img', { name: new RegExp(dollars.toLocaleString('en-US', { minimumFractionDigits: 2 }).replaceAll('.', '\\.')) }).waitFor()
  await isSound('chart-line')
  await button(text('figures.as_table')).click()
  await page.getByRole('rowheader', { name: 'Jun 2017' }).waitFor()
  await isSound('chart-table')
  await page.goto('/o/deals?layout=chart&c=chart_by:status')
  await page.getByRole('radio', { name: text('figures.ring') }).click()
  await page.getByRole('img').filter({ has: page.locator('path') }).first().waitFor()
  await isSound('chart-ring')
  await page.goto('/o/deals?layout=chart&c=chart_by:owner,chart_split:status')
  await page.getByRole('button', { name: /^Darcel Schlecht, Won/ }).click()
  await page.waitForURL(/\?f=/)
})

step('on a phone the board shows one column with a switch, and a card is moved from its menu', async () => {
  const small = await open(browser, { viewport: phone })
  await signIn(small)
  await small.goto('/o/deals?layout=board')
  await small.locator('[data-card]').first().waitFor()
  await isSound('phone-board', small)
  await small.getByRole('radio', { name: new RegExp(`^${engaging}`) }).click()
  await small.locator('[data-card]').first().waitFor()
  const id = await small.locator('[data-card]').first().getAttribute('data-card')
  await small.locator(`[data-card="${id}"] [data-card-menu]`).tap()
  await small.getByRole('option', { name: new RegExp(`^${prospecting}`) }).tap()
  await small.locator(`[data-card="${id}"]`).waitFor({ state: 'detached' })
  await small.getByRole('radio', { name: new RegExp(`^${prospecting}`) }).click()
  await small.locator(`[data-card="${id}"]`).waitFor()
  for (const [name, link] of [['calendar', '/o/activities?layout=calendar'], ['agenda', '/o/activities?layout=calendar&c=calendar_mode:agenda'], ['gallery', '/o/products?layout=gallery'], ['pivot', '/o/deals?layout=pivot&c=pivot_rows:owner,pivot_columns:status'], ['chart', '/o/deals?layout=chart']]) {
    await small.goto(link)
    await small.locator('[data-event], section[data-day], [data-index], [role=grid], [role=region]').first().waitFor()
    await isSound(`phone-${name}`, small)
  }
  assert.deepEqual(small.faults(), [], 'the phone complained')
  await small.context().close()
})
