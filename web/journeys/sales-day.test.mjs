// A day of a sales person: what is to be done today, a deal on its board, the deal's own page with a note, a file and a
// colleague named in it, the next step; then what goes wrong on a real day: the session ends in the middle of a
// sentence, the server is away, two people are on one field. Nothing typed is lost, and the page says what is so.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { launch, open, overflows, phone, picture, server, setUpLink, settled, violations } from './browser.mjs'
import { like, text } from './words.mjs'

const ana = { name: 'Ana Pop', email: 'ana@bluebakery.example', password: 'rye and caraway at dawn' }
const vlad = { name: 'Vlad Rusu', email: 'vlad@bluebakery.example', password: 'a loaf beneath the window' }
const deal = 'Rye for a year'
const company = 'Harbour Hotel'

let browser
let page
/** Of the deal, once it is made. */
let dealId

before(async () => {
  browser = await launch()
  page = await open(browser)
})

after(async () => {
  await browser?.close()
})

/** One step; it fails for what the page complained about as well, but for what the step expects. */
function step(name, work, { expects = [] } = {}) {
  test(name, { timeout: 180_000 }, async () => {
    try {
      await work()
    } catch (error) {
      await picture(page, `failed-${name.replaceAll(/\W+/g, '-').slice(0, 60)}`).catch(() => {})
      throw error
    }
    assert.deepEqual(page.faults().filter((fault) => !expects.some((expected) => expected.test(fault))), [], 'the page complained')
  })
}

async function isSound(name) {
  await page.mouse.move(1, 1)
  for (const theme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: theme })
    await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme)
    await settled(page)
    await picture(page, `${name}-${theme}`)
    assert.deepEqual(await violations(page), [], `${name}, ${theme}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  assert.equal(await overflows(page), false, `${name} scrolls sideways`)
}

async function until(what, holds) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await holds()) return
    await page.waitForTimeout(100)
  }
  assert.fail(`never: ${what}`)
}

const headers = { origin: server.url }
const ask = async (path, on = page) => (await on.request.get(`/api/v1${path}`)).json()
const tell = async (path, data, on = page) => {
  const answer = await on.request.post(`/api/v1${path}`, { headers, data })
  assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`)
  return answer.status() === 204 ? null : answer.json()
}
const button = (name, on = page) => on.getByRole('button', { name, exact: true })
const heading = (name, on = page) => on.getByRole('heading', { level: 1, name })
const panel = () => page.getByRole('tabpanel')
const note = () => page.getByPlaceholder(text('composer.note_hint', { title: deal }))
/** The editor of one value in the details, unfolded if it is empty. */
async function edit(label, on = page) {
  const details = on.getByRole('complementary', { name: text('record.details') })
  const value = details.getByRole('button', { name: text('field.edit', { name: label }) })
  await details.getByRole('button', { name: text('section.main') }).waitFor()
  if ((await value.count()) === 0) await details.getByRole('button', { name: like('details.more') }).first().click()
  await value.click()
}

step('her day is the first thing she sees', async () => {
  const entered = await page.request.post('/api/v1/session', { headers, data: { email: ana.email, password: ana.password } })
  // Where no other journey has set the workspace up, this one does.
  if (!entered.ok()) await tell('/setup', { token: setUpLink().split('#')[1], ...ana })
  await page.goto('/')
  await heading(/Ana$/).waitFor()
  await page.getByRole('region', { name: text('home.tasks') }).waitFor()
})

step('a task written down in one line stands under today, is ticked off and comes back by Ctrl Z', async () => {
  await page.keyboard.press('t')
  await page.keyboard.type('Call the mill')
  await page.keyboard.press('Enter')
  const tasks = page.getByRole('region', { name: text('home.tasks') })
  const box = tasks.getByRole('checkbox', { name: text('home.finish', { title: 'Call the mill' }) })
  await box.waitFor()
  await isSound('my-day')
  await box.click()
  await page.getByText(text('home.finished', { title: 'Call the mill' })).waitFor()
  const done = async () => (await ask(`/activities?filter=${encodeURIComponent('subject = "Call the mill"')}`)).data[0].is_done
  await until('the task is done', done)
  await heading(/Ana$/).click()
  await page.keyboard.press('Control+z')
  await until('the task is open again', async () => !(await done()))
})

step('a deal is made by two keys, its company in the same form', async () => {
  await page.keyboard.press('c')
  await page.keyboard.press('d')
  const form = page.getByRole('dialog', { name: like('form.create') })
  await form.getByLabel(/^Name/).fill(deal)
  await form.locator('[data-field=company] [data-editor]').click()
  await page.getByRole('combobox', { name: 'Company' }).fill(company)
  await page.getByRole('option', { name: text('pick.create', { object: 'company', name: company }) }).click()
  await form.locator('[data-field=company]').getByText(company).waitFor()
  await form.locator('[data-field=amount] input').fill('12000')
  await form.locator('[data-field=stage] [data-editor]').click()
  await page.getByRole('option', { name: /Prospecting/ }).click()
  // The list takes keys until it has closed.
  await page.getByRole('option').first().waitFor({ state: 'hidden' })
  await form.locator('[data-field=stage]').getByText('Prospecting').waitFor()
  // Whoever makes it owns it.
  await form.locator('[data-field=owner]').getByText(ana.name).waitFor()
  await page.keyboard.press('Control+Enter')
  await until('the deal is stored', async () => {
    dealId = (await ask(`/deals?filter=${encodeURIComponent(`name = "${deal}"`)}`)).data[0]?.id
    return dealId !== undefined
  })
})

step('a company that is there already is pointed out while it is typed, and the draft outlives a reload', async () => {
  await page.goto('/o/companies')
  await button(text('list.new', { object: 'company' })).click()
  const form = page.getByRole('dialog', { name: like('form.create') })
  await form.getByLabel(/^Name/).fill(company)
  await form.getByRole('link', { name: new RegExp(company) }).waitFor()
  await isSound('duplicate')
  await page.waitForTimeout(400)
  await page.reload()
  await button(text('list.new', { object: 'company' })).click()
  await page.getByText(text('form.draft')).waitFor()
  assert.equal(await form.getByLabel(/^Name/).inputValue(), company)
  await button(text('form.drop_draft')).click()
  await page.keyboard.press('Escape')
})

step('her day says that the deal has no next step', async () => {
  await page.goto('/')
  await page.getByRole('region', { name: text('home.still') }).getByText(deal).waitFor()
})

step('from its board she opens the deal by key, and it knows the way back', async () => {
  await page.goto(`/o/deals?layout=board&f=${encodeURIComponent('owner = me')}`)
  const card = page.locator('[aria-keyshortcuts]', { hasText: deal }).first()
  await card.waitFor()
  await card.focus()
  await page.keyboard.press('Enter')
  await heading(deal).waitFor()
  const back = page.getByRole('navigation', { name: text('shell.breadcrumb') }).getByRole('link')
  assert.match(await back.getAttribute('href'), /layout=board/)
})

step('a click moves it to the next stage, and the strip says so', async () => {
  const strip = page.getByRole('list', { name: text('stage.strip', { field: 'Stage' }) })
  await strip.getByRole('button', { name: /Engaging/ }).click()
  await strip.locator('[aria-current=step]', { hasText: 'Engaging' }).waitFor()
  await until('the stage is stored', async () => (await ask(`/deals/${dealId}`)).linked.stage.title === 'Engaging')
})

step('a note names a colleague and brings a file; begun, it outlives a reload', async () => {
  const invited = await tell('/invites', { name: vlad.name, email: vlad.email, roles: [(await ask('/roles')).data.find((role) => role.key === 'administrator' || role.name === 'Administrator').id] })
  await tell('/invite', { token: invited.link.split('#')[1], password: vlad.password }, await open(browser))
  await page.reload()
  await heading(deal).waitFor()
  await page.keyboard.press('n')
  await page.keyboard.type('They want a sample, @vl')
  await page.getByRole('option', { name: vlad.name }).waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.type('can you bake one?')
  await page.getByLabel(text('composer.attach')).last().setInputFiles({ name: 'wishes.txt', mimeType: 'text/plain', buffer: Buffer.from('dark crust') })
  await button(text('composer.drop_file', { name: 'wishes.txt' })).waitFor()
  await page.waitForTimeout(400)
  await page.reload()
  await heading(deal).waitFor()
  assert.equal(await note().inputValue(), `They want a sample, @${vlad.name} can you bake one?`)
  await isSound('deal-draft')
  await page.keyboard.press('n')
  await page.keyboard.press('Control+Enter')
  await panel().getByText('can you bake one?').first().waitFor()
  await panel().getByRole('link', { name: /wishes\.txt/ }).first().waitFor()
})

step('the next step is planned where the deal is, and her day has one deal less to worry about', async () => {
  await page.keyboard.press('Escape')
  await page.keyboard.press('t')
  await page.keyboard.type('Bring the sample')
  await button(text('composer.tomorrow')).click()
  await page.getByRole('button', { name: new RegExp(`^${text('composer.add_task')}`) }).click()
  const ahead = page.getByRole('region', { name: text('ahead.title') })
  await ahead.getByRole('link', { name: 'Bring the sample' }).waitFor()
  await isSound('deal')
  await page.goto('/')
  await page.getByRole('region', { name: text('home.next') }).getByText('Bring the sample').waitFor()
  assert.equal(await page.getByRole('region', { name: text('home.still') }).getByText(deal).count(), 0)
})

step('the colleague answers: her inbox counts it without a reload, and leads to the deal', async () => {
  const his = await open(browser)
  await tell('/session', { email: vlad.email, password: vlad.password }, his)
  const me = (await ask('/session')).user.id
  await page.waitForTimeout(1500)
  await tell('/notes', { body: `@[${ana.name}](user:${me}) baked and on its way`, deal: dealId }, his)
  await page.getByRole('button', { name: new RegExp(`^${text('inbox.title')} [1-9]`) }).click()
  const inbox = page.getByRole('dialog', { name: text('inbox.title') })
  const line = inbox.getByRole('button', { name: new RegExp(vlad.name) }).first()
  await line.waitFor()
  await isSound('inbox')
  await line.click()
  await heading(deal).waitFor()
  await panel().getByText('baked and on its way').first().waitFor()
  await his.context().close()
})

step('both on one field: she sees that he is there, then both values, and chooses', async () => {
  const his = await open(browser)
  await tell('/session', { email: vlad.email, password: vlad.password }, his)
  await his.goto(`/o/deals/${dealId}`)
  await heading(deal, his).waitFor()
  await page.getByRole('list', { name: text('presence.title') }).getByText(vlad.name).waitFor()
  await edit('Next step')
  await page.keyboard.type('Ana: deliver on Monday')
  await edit('Next step', his)
  await his.keyboard.type('Vlad: deliver on Friday')
  await his.keyboard.press('Enter')
  await until('his word is stored', async () => (await ask(`/deals/${dealId}`)).next_step === 'Vlad: deliver on Friday')
  await page.keyboard.press('Enter')
  const clash = page.getByRole('dialog', { name: text('clash.title', { title: deal }) })
  await clash.getByText('Vlad: deliver on Friday').waitFor()
  await isSound('clash')
  await clash.getByRole('radio', { name: /Ana: deliver on Monday/ }).click()
  await button(text('clash.keep')).click()
  await until('her word is stored', async () => (await ask(`/deals/${dealId}`)).next_step === 'Ana: deliver on Monday')
  await his.getByText('Ana: deliver on Monday').first().waitFor()
  await his.context().close()
})

step('her session ends in the middle of a sentence: she signs in over the page and goes on', async () => {
  await page.keyboard.press('Escape')
  await page.keyboard.press('n')
  await page.keyboard.type('Half a sentence when the session ended')
  await page.request.delete('/api/v1/session', { headers })
  await page.keyboard.press('Control+Enter')
  const again = page.getByRole('dialog', { name: text('again.title') })
  await again.waitFor()
  await isSound('session-ended')
  await again.getByLabel(text('session.password'), { exact: true }).fill(ana.password)
  await page.keyboard.press('Enter')
  await again.waitFor({ state: 'detached' })
  await panel().getByText('Half a sentence when the session ended').first().waitFor()
})

step('the server is away: what she changes is kept, said so, and sent when it is back', async () => {
  await page.route(/\/(api\/v1|readyz)/, (route) => route.abort('connectionrefused'))
  await edit('Next step')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('Written while nobody listened')
  await page.keyboard.press('Enter')
  await page.getByText(text('reach.away')).waitFor()
  await page.getByText('Written while nobody listened').first().waitFor()
  await picture(page, 'server-away-light')
  await page.unroute(/\/(api\/v1|readyz)/)
  await until('it is sent', async () => (await ask(`/deals/${dealId}`)).next_step === 'Written while nobody listened')
  await page.getByText(text('reach.away')).waitFor({ state: 'detached' })
}, { expects: [/console: Failed to load resource: net::ERR_CONNECTION_REFUSED/] })

step('lost with its reason, and won back by Ctrl Z', async () => {
  const strip = page.getByRole('list', { name: text('stage.strip', { field: 'Stage' }) })
  await strip.getByRole('button', { name: /Lost/ }).click()
  const asked = page.getByRole('dialog', { name: text('stage.ask', { stage: 'Lost' }) })
  await asked.locator('[data-editor]').click()
  await page.getByRole('option', { name: /Price/ }).click()
  await asked.getByRole('button', { name: text('stage.move', { stage: 'Lost' }) }).click()
  await until('it is lost', async () => (await ask(`/deals/${dealId}`)).loss_reason === 'price')
  await strip.locator('[aria-current=step]', { hasText: 'Lost' }).waitFor()
  await isSound('deal-lost')
  await heading(deal).click()
  await page.keyboard.press('Control+z')
  await until('it is open again', async () => (await ask(`/deals/${dealId}`)).status === 'open')
  await strip.locator('[aria-current=step]', { hasText: 'Engaging' }).waitFor()
})

step('the palette offers what this deal can do, and the sheet of keys says how', async () => {
  await page.keyboard.press('Control+k')
  const box = page.getByRole('combobox', { name: text('palette.title') })
  await box.fill(text('composer.add_meeting').toLowerCase())
  await page.getByRole('option', { name: new RegExp(text('composer.add_meeting')) }).first().waitFor()
  await page.keyboard.press('Escape')
  await box.waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: text('shortcuts.title') })
  await sheet.getByText(text('composer.add_meeting')).waitFor()
  await isSound('keys')
  await page.keyboard.press('Escape')
})

step('the same day fits a phone', async () => {
  await page.setViewportSize(phone)
  for (const [path, name] of [['/', 'my-day'], [`/o/deals/${dealId}`, 'deal']]) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForTimeout(800)
    await isSound(`phone-${name}`)
  }
})
