// A sales person's lists laid out otherwise than as a table: a board worked by hand and by keys, a calendar, pictures, a
// pivot and charts, on a desktop and on a phone, beside somebody else who works on the same deals.

import assert from 'node:assert/strict'
import { api, ask, be, becomes, begin, button, dialog, eventually, find, focused, isSound, one, onPhone, page, press, step, takeBack, tell, told, until, urlBecomes } from './journey.mjs'
import { like, text } from './words.mjs'

/** Of the demo company's pipeline. */
const [prospecting, engaging, won, lost] = ['Prospecting', 'Engaging', 'Won', 'Lost']

begin()

const column = (name) => page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name, exact: true }) })
const cards = (name) => column(name).locator('[data-card]')
const cardOf = (id) => page.locator(`[data-card="${id}"]`)
const idOf = (card) => card.getAttribute('data-card')
const countOf = async (name) => Number((await column(name).locator('h2 + span').textContent()).replaceAll(/\D/g, ''))
const isIn = (name, id) => column(name).locator(`[data-card="${id}"]`).waitFor()
const isGone = (name, id) => column(name).locator(`[data-card="${id}"]`).waitFor({ state: 'detached' })
const dropPlace = (name) => page.locator('[data-drop]').filter({ hasText: new RegExp(`^${name}$`) }).last()
const held = () => page.evaluate(() => document.activeElement?.closest('[data-card]')?.getAttribute('data-card') ?? null)

/** The board of all deals, its columns filled. */
async function openBoard() {
  await be('/o/deals?layout=board')
  for (const name of [prospecting, engaging]) await cards(name).nth(2).waitFor()
}

/** Where something lies, when it lies still. */
async function placeOf(found) {
  await found.waitFor()
  let before = null
  return eventually(async () => {
    const box = await found.boundingBox()
    const isStill = box !== null && JSON.stringify(box) === JSON.stringify(before)
    before = box
    assert.ok(isStill, 'it lies still')
    return box
  })
}

/** Takes hold of something and carries it, as a hand does; it is not let go yet. */
async function carry(from, to, grip = { x: 40, y: 12 }) {
  const end = await placeOf(to)
  const start = await placeOf(from)
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
  await urlBecomes(/layout=board/)
  const { groups } = await tell('/deals/groups', { by: ['stage'], measures: [{ op: 'count' }] })
  for (const name of [prospecting, engaging]) {
    await becomes(() => countOf(name), groups.find((group) => group.keys[0].label === name).values.count)
  }
  await page.getByRole('button', { name: new RegExp(`^${text('board.unfold', { name: won })}`) }).waitFor()
  await isSound('board')
})

step('a card is carried to another column; a line shows where it will stand, and one press takes it back', async () => {
  await openBoard()
  const id = await idOf(cards(prospecting).first())
  const before = await countOf(prospecting)
  await carry(cardOf(id), column(engaging))
  await page.locator('[data-landing]').waitFor()
  await dropPlace(lost).waitFor()
  await page.mouse.up()
  await isIn(engaging, id)
  await becomes(() => countOf(prospecting), before - 1)
  await takeBack(like('board.moved', true))
  await isIn(prospecting, id)
  await becomes(() => countOf(prospecting), before)
})

step('Escape lets go of a card without a trace', async () => {
  await openBoard()
  const id = await idOf(cards(prospecting).first())
  await carry(cardOf(id), column(engaging))
  await page.locator('[data-landing]').waitFor()
  await press('Escape')
  await page.locator('[data-landing]').waitFor({ state: 'detached' })
  await page.mouse.up()
  await isIn(prospecting, id)
  assert.equal((await one('deals', id)).linked.stage.title, prospecting)
})

step('what is lost is asked why before it goes', async () => {
  await openBoard()
  const id = await idOf(cards(prospecting).first())
  await carry(cardOf(id), column(engaging))
  const box = await placeOf(dropPlace(lost))
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 6 })
  await page.mouse.up()
  await dialog().getByRole('button', { name: text('board.ask_done', { column: lost }) }).click()
  await dialog().getByRole('alert').waitFor()
  await isSound('board-asks')
  await dialog().getByRole('radio', { name: 'Price' }).click()
  await dialog().getByRole('button', { name: text('board.ask_done', { column: lost }) }).click()
  await cardOf(id).waitFor({ state: 'detached' })
  await told(like('board.moved', true)).waitFor()
  await becomes(async () => {
    const deal = await one('deals', id)
    return [deal.status, deal.loss_reason]
  }, ['lost', 'price'])
})

step('the same by keys: walk, move to, one column on, and the focus stays on the card', async () => {
  await openBoard()
  await cards(prospecting).first().focus()
  await press('ArrowDown')
  const id = await idOf(cards(prospecting).nth(1))
  await becomes(held, id)
  await press('m')
  await page.getByRole('option', { name: new RegExp(`^${engaging}`) }).waitFor()
  await isSound('board-menu')
  await press('ArrowDown')
  await page.locator('[role=option][data-highlighted]').filter({ hasText: engaging }).waitFor()
  await press('Enter')
  await isIn(engaging, id)
  await becomes(held, id)
  await press('Shift+ArrowLeft')
  await isIn(prospecting, id)
  await becomes(held, id)
  await press(' ')
  await page.getByRole('complementary', { name: text('peek.title') }).waitFor()
  await press('Escape')
  await page.getByRole('complementary', { name: text('peek.title') }).waitFor({ state: 'detached' })
})

step("another's move shows by itself, and the card the reader looks at does not jump", async () => {
  await openBoard()
  const id = await idOf(cards(prospecting).nth(1))
  const before = await countOf(engaging)
  const list = column(engaging).getByRole('list')
  const seen = () => list.evaluate((element) => {
    const top = element.getBoundingClientRect().top
    const card = [...element.querySelectorAll('[data-card]')].find((one) => one.getBoundingClientRect().top >= top)
    return card && { id: card.dataset.card, top: Math.round(card.getBoundingClientRect().top) }
  })
  await list.evaluate((element) => element.scrollTo({ top: 900 }))
  let looked
  const first = await until('the cards there are drawn', async () => {
    const now = await seen()
    const isStill = now !== undefined && JSON.stringify(now) === JSON.stringify(looked)
    looked = now
    return isStill && (await list.evaluate((element) => element.scrollTop)) > 800 && now
  })
  const [stage] = await find('stages', `name = "${engaging}"`)
  await api('PATCH', `/deals/${id}`, { stage: stage.id })
  await isGone(prospecting, id)
  await becomes(() => countOf(engaging), before + 1)
  const now = () => list.evaluate((element, wanted) => ({ id: wanted, top: Math.round(element.querySelector(`[data-card="${wanted}"]`)?.getBoundingClientRect().top ?? -1) }), first.id)
  await becomes(now, first)
  await list.evaluate((element) => element.scrollTo({ top: 0 }))
  await isIn(engaging, id)
})

step('a card is made where it belongs, by its name alone', async () => {
  await openBoard()
  await button(text('board.add', { name: prospecting })).click()
  await focused(column(prospecting).getByRole('textbox'))
  await page.keyboard.type('Two hundred winter gloves')
  await press('Enter')
  const card = column(prospecting).getByRole('article', { name: /^Two hundred winter gloves/ })
  await card.waitFor()
  const [stage] = await find('stages', `name = "${prospecting}"`)
  await becomes(async () => (await one('deals', await idOf(card))).stage, stage.id)
  await press('Escape')
})

step('a column of thousands draws a few cards, however far one walks', async () => {
  await openBoard()
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
    await until('only what is seen is drawn', async () => (await cards(won).count()) < 30)
  }
  await until('the page stays small', async () => (await page.evaluate(() => document.querySelectorAll('*').length)) < 3000)
})

step('lanes cross the columns by another field; the address keeps the board', async () => {
  await page.goto(`/o/deals?layout=board&c=board_lanes:owner&f=${encodeURIComponent('status = "open"')}`)
  await page.getByRole('button', { expanded: true, name: /Darcel Schlecht/ }).waitFor()
  await page.locator('[data-card]').first().waitFor()
  await isSound('board-lanes')
  await page.getByRole('button', { expanded: true, name: /Darcel Schlecht/ }).click()
  await page.getByRole('button', { expanded: false, name: /Darcel Schlecht/ }).waitFor()
  await urlBecomes(/board_lanes_folded/)
  await page.reload()
  await page.getByRole('button', { expanded: false, name: /Darcel Schlecht/ }).waitFor()
})

step('a board and a calendar are kept as views, and open as they were left', async () => {
  const keep = async (address, name) => {
    await page.goto(address)
    await page.locator('[data-card], [data-hours]').first().waitFor()
    await button(text('view.save_as')).click()
    await dialog().getByRole('textbox').fill(name)
    await dialog().getByRole('button', { name: text('common.save') }).click()
    await page.getByRole('tab', { name, selected: true }).waitFor()
  }
  const forget = async (name) => {
    await button(text('view.menu', { name })).click()
    await page.getByRole('menuitem', { name: text('view.delete') }).click()
    await page.getByRole('tab', { name }).waitFor({ state: 'detached' })
  }
  await keep(`/o/deals?${new URLSearchParams({ view: 'all', layout: 'board', c: 'board_lanes:owner', f: 'status = "open"' })}`, 'Whose deals')
  await page.goto('/o/deals?view=all')
  await page.getByRole('grid').waitFor()
  await page.getByRole('tab', { name: 'Whose deals' }).click()
  await page.getByRole('button', { expanded: true, name: /Darcel Schlecht/ }).waitFor()
  await page.reload()
  await page.getByRole('button', { expanded: true, name: /Darcel Schlecht/ }).waitFor()
  await isSound('board-view')
  await forget('Whose deals')

  await keep(`/o/activities?${new URLSearchParams({ view: 'all', layout: 'calendar', c: 'calendar_mode:week' })}`, 'My week')
  await page.goto('/o/activities?view=all')
  await page.getByRole('tab', { name: 'My week' }).click()
  await page.locator('[data-hours]').first().waitFor()
  await page.getByRole('radio', { name: text('calendar.week'), checked: true }).waitFor()
  await forget('My week')
})

/** The page's own today; nobody's calendar ends with the day of another zone. */
const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Chisinau' }).format(new Date())
const dayAt = (days, hour) => {
  const [year, month, day] = today.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, day + days, hour)).toISOString().slice(0, 13)
}
/** A day beside today that the month shows as well. */
const aside = today.slice(8) > '15' ? { days: -1, key: 'Shift+ArrowLeft' } : { days: 1, key: 'Shift+ArrowRight' }

step('a calendar: by hand and by keys a meeting is moved and made longer', async () => {
  const { id: meeting } = await tell('/activities', { subject: 'Tasting with Blue Bakery', kind: 'meeting', starts_at: `${dayAt(0, 8)}:00:00Z`, ends_at: `${dayAt(0, 9)}:00:00Z` })
  const at = async (name) => (await one('activities', meeting))[name].slice(0, 13)
  await page.goto('/o/activities?layout=calendar')
  const chip = page.locator(`[data-event="${meeting}"]`).first()
  await chip.waitFor()
  await isSound('calendar-month')
  await chip.focus()
  await press(aside.key)
  await told(/Tasting with Blue Bakery · /).waitFor()
  await becomes(() => page.evaluate(() => document.activeElement?.getAttribute('data-event')), meeting)
  await becomes(() => at('starts_at'), dayAt(aside.days, 8))
  await takeBack(/Tasting with Blue Bakery · /)
  await becomes(() => at('starts_at'), dayAt(0, 8))
  await page.getByRole('radio', { name: text('calendar.week') }).click()
  const block = page.locator(`[data-hours][data-day="${today}"] [data-event="${meeting}"]`)
  await block.waitFor()
  await isSound('calendar-week')
  await block.scrollIntoViewIfNeeded()
  const box = await placeOf(block)
  await page.mouse.move(box.x + 20, box.y + box.height - 2)
  await page.mouse.down()
  await page.mouse.move(box.x + 20, box.y + box.height + 12, { steps: 3 })
  await page.mouse.move(box.x + 20, box.y + box.height + 46, { steps: 5 })
  await page.mouse.up()
  await becomes(() => at('ends_at'), dayAt(0, 10))
  await block.focus()
  await press('m')
  await dialog().waitFor()
  await isSound('calendar-when')
  await press('Escape')
  await dialog().waitFor({ state: 'detached' })
})

step('the clock of another time zone stands beside one’s own, and the address keeps it', async () => {
  await page.goto('/o/activities?layout=calendar&c=calendar_mode:week')
  await page.getByRole('button', { name: text('calendar.zone') }).click()
  await page.getByRole('option').first().waitFor()
  await page.keyboard.type('Tokyo')
  await press('Enter')
  await urlBecomes(/calendar_zone:Asia%2FTokyo|calendar_zone:Asia\/Tokyo/)
  await page.getByRole('button', { name: `${text('calendar.zone')} Tokyo` }).waitFor()
  await page.getByTitle('Asia/Tokyo').waitFor()
  await isSound('calendar-zone')
})

step('a busy month tells how many more there are, and shows them', async () => {
  await page.goto('/o/orders?layout=calendar')
  await page.getByLabel(text('calendar.go_to')).fill('2017-06-12')
  await page.getByRole('heading', { level: 2, name: /June 2017/ }).waitFor()
  await page.locator('[data-event]').first().waitFor()
  const more = page.getByRole('button', { name: like('calendar.more') }).first()
  await more.click()
  await dialog().locator('[data-event]').nth(20).waitFor()
  await isSound('calendar-day')
  await press('Escape')
  await dialog().waitFor({ state: 'detached' })
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
  const at = () => page.evaluate(() => document.activeElement?.getAttribute('data-index'))
  await press('ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft')
  await becomes(at, '2', 'no press is lost, however quick')
  await until('only what is seen is drawn', async () => (await list.getByRole('article').count()) < 60)
})

step('a pivot adds up to the whole, and a cell opens what is behind it', async () => {
  await page.goto('/o/deals?layout=pivot&c=pivot_rows:owner,pivot_columns:status')
  const grid = page.getByRole('grid')
  await grid.getByRole('rowheader', { name: 'Darcel Schlecht' }).waitFor()
  await isSound('pivot')
  const { count: total } = await ask('/deals/aggregate?of=count')
  await becomes(async () => Number((await grid.locator('tfoot td').allTextContents()).filter(Boolean).at(-1)?.replaceAll(/\D/g, '')), total)
  await grid.focus()
  await press('ArrowDown', 'Enter')
  await page.waitForURL(/\?f=owner/)
  await page.getByRole('grid').locator('[data-row]').first().waitFor()
  await page.goBack()
  await page.getByRole('rowheader', { name: 'Darcel Schlecht' }).waitFor()
})

step('charts say in a sentence and in a table what they draw', async () => {
  await page.goto('/o/orders?layout=chart&c=chart_by:ordered_on,chart_measure:sum%3Atotal')
  // Other journeys bring orders too: the server says what they come to.
  const dollars = (await ask('/orders/aggregate?of=sum:total'))['sum:total'].find((sum) => sum.currency === 'USD').amount / 100
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
  const small = await onPhone()
  await small.goto('/o/deals?layout=board')
  await small.locator('[data-card]').first().waitFor()
  await isSound('phone-board', small)
  await small.getByRole('radio', { name: new RegExp(`^${engaging}`) }).click()
  const id = await until('the cards are those of the column', async () => {
    const first = await small.locator('[data-card]').first().getAttribute('data-card')
    return (await one('deals', first)).linked.stage.title === engaging && first
  })
  await small.locator(`[data-card="${id}"] [data-card-menu]`).tap()
  await small.getByRole('option', { name: new RegExp(`^${prospecting}`) }).tap()
  await small.locator(`[data-card="${id}"]`).waitFor({ state: 'detached' })
  await small.getByRole('radio', { name: new RegExp(`^${prospecting}`) }).click()
  await small.locator(`[data-card="${id}"]`).waitFor()
  for (const [name, link] of [['lanes', '/o/deals?layout=board&c=board_lanes:owner'], ['calendar', '/o/activities?layout=calendar'], ['agenda', '/o/activities?layout=calendar&c=calendar_mode:agenda'], ['gallery', '/o/products?layout=gallery'], ['pivot', '/o/deals?layout=pivot&c=pivot_rows:owner,pivot_columns:status'], ['chart', '/o/deals?layout=chart']]) {
    await small.goto(link)
    await small.locator('[data-card], [data-event], section[data-day], [data-index], [role=grid], [role=region]').first().waitFor()
    await isSound(`phone-${name}`, small)
  }
})
