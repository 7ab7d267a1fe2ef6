// A newcomer's path: set up, sign in, find a customer, read what happened, bring the files of other products and the
// linked set, filter, edit, undo, fetch the same with a key. Each page is held against WCAG in both themes.

import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { overflows, picture, server, setUpLink } from './browser.mjs'
import { ana, api, ask, be, becomes, begin, button, continueOnPhone, count, dialog, eventually, find, heading, isSound, one, page, press, signIn, step, until, urlBecomes } from './journey.mjs'
import { like, text } from './words.mjs'

/** Of the demo company; four orders. */
const customer = 'Gerrit Straatsma'
const files = fileURLToPath(new URL('./files/', import.meta.url))

begin({ signedIn: false })

const greeting = /^Good (morning|afternoon|evening), Ana$/

step('the first person sets the workspace up by the link that the server printed', async () => {
  await page.goto(setUpLink())
  await heading(text('session.set_up')).waitFor()
  await isSound('set-up')
  await page.getByLabel(text('session.name')).fill(ana.name)
  await page.getByLabel(text('session.email')).fill(ana.email)
  await page.getByLabel(text('session.password'), { exact: true }).fill(ana.password)
  await button(text('session.create_account')).click()
  await heading(greeting).waitFor()
})

step('the link opens once', async () => {
  const { status } = await api('POST', '/setup', { token: setUpLink().split('#')[1], name: 'Mallory', email: 'mallory@example.com', password: 'a second administrator' })
  assert.ok(status >= 400 && status < 500, `${status}`)
})

step('she signs out and in again; a wrong password says so and no more', async () => {
  await page.getByRole('button', { name: new RegExp(ana.name) }).click()
  await page.getByRole('menu').waitFor()
  await isSound('menu')
  await page.getByRole('menuitem', { name: text('session.sign_out') }).click()
  await heading(text('session.sign_in')).waitFor()
  await isSound('sign-in')
  await page.getByLabel(text('session.email')).fill(ana.email)
  await page.getByLabel(text('session.password'), { exact: true }).fill('not the password at all')
  await button(text('session.sign_in')).click()
  await page.getByRole('alert').filter({ hasText: text('session.wrong') }).waitFor()
  await page.getByLabel(text('session.password'), { exact: true }).fill(ana.password)
  await button(text('session.sign_in')).click()
  await heading(greeting).waitFor()
  await isSound('home')
})

step('three letters find a customer', async () => {
  await signIn()
  await be('/')
  await heading(greeting).waitFor()
  await press('Control+k')
  const box = page.getByRole('combobox', { name: text('palette.title') })
  await box.fill('str')
  const hit = page.getByRole('option', { name: customer })
  await hit.waitFor()
  await isSound('palette')
  await hit.click()
  await heading(customer).waitFor()
})

/** His page, found by his name. */
async function openCustomer() {
  await be(`/o/contacts/${(await find('contacts', `title = "${customer}"`))[0].id}`)
  await heading(customer).waitFor()
}

step('his page tells who he is and everything that happened', async () => {
  await openCustomer()
  await page.getByRole('tab', { name: text('record.timeline') }).waitFor()
  const lines = page.getByRole('tabpanel').getByRole('listitem')
  await lines.first().waitFor()
  await page.getByRole('tabpanel').getByText(/order/i).first().waitFor()
  await until('a customer with four orders has at least four lines', async () => (await lines.count()) >= 4)
  await page.getByRole('complementary', { name: text('record.details') }).waitFor()
  await isSound('customer')
})

step('a note stands at the top of his timeline at once', async () => {
  await openCustomer()
  await page.getByRole('tab', { name: text('record.timeline') }).waitFor()
  await press('n')
  await page.getByPlaceholder(text('composer.note_hint', { title: customer })).fill('Asked about the touring bikes; call back in spring.')
  await page.getByRole('button', { name: new RegExp(`^${text('composer.add_note')}`) }).click()
  await page.getByRole('tabpanel').getByText('call back in spring').first().waitFor()
})

/** Brings one file by the import page; answers how many rows were new, changed, unchanged, wrong. */
async function importFile(plural, file, { key, currency, fields, sound } = {}) {
  await page.goto(`/imports?object=${plural}`)
  await heading(text('import.title')).waitFor()
  if (sound) await isSound('imports')
  await page.locator('input[type=file]').setInputFiles(`${files}${file}`)
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}/)
  await page.getByRole('region', { name: text('import.mapping') }).waitFor()
  await decide(key, currency, fields)
  await button(text('import.check')).click()
  await page.getByRole('region', { name: text('import.would') }).waitFor()
  if (sound) await isSound('import-checked')
  const would = await eventually(counts)
  if (would.new + would.changed === 0) return would
  await page.getByRole('button', { name: like('import.run') }).click()
  await page.getByRole('region', { name: text('import.is_done') }).waitFor({ timeout: 120_000 })
  await becomes(counts, would, `${file}: the dry run said what would happen`)
  if (sound) await isSound('import-done')
  return would
}

/** What only the person knows: by which field to find again, the currency of amounts, columns that the guess put elsewhere. */
async function decide(key, currency, fields = {}) {
  const change = async (act) => {
    const saved = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.url().includes('/imports/'))
    await act()
    assert.equal((await saved).status(), 200)
  }
  const choose = async (label, wanted) => {
    const place = page.getByLabel(label)
    if (wanted && (await place.inputValue()) !== wanted) await change(() => place.selectOption(wanted))
    if (wanted) await becomes(() => place.inputValue(), wanted)
  }
  await choose(text('import.key'), key)
  await choose(text('import.currency'), currency)
  for (const [column, field] of Object.entries(fields)) {
    const row = page.getByRole('region', { name: text('import.mapping') }).getByRole('listitem').filter({ has: page.getByText(column, { exact: true }) })
    await row.getByRole('button').click()
    await change(() => page.getByRole('listbox').getByRole('option', { name: field, exact: true }).click())
    await row.getByRole('button').filter({ hasText: field }).waitFor()
  }
}

async function counts() {
  const figure = async (key) => {
    const shown = await page.locator('dl > div').filter({ has: page.getByText(text(key), { exact: true }) }).getByRole('definition').innerText({ timeout: 5000 })
    return Number(shown.replaceAll(/\D/g, ''))
  }
  return { new: await figure('import.new'), changed: await figure('import.changed'), unchanged: await figure('import.unchanged'), wrong: await figure('import.wrong') }
}

step('the contacts of another product come in', async () => {
  const before = await count('contacts')
  const done = await importFile('contacts', 'hubspot-crm-exports-all-contacts.csv', { key: 'email', sound: true })
  assert.deepEqual(done, { new: 120, changed: 0, unchanged: 0, wrong: 0 })
  await becomes(() => count('contacts'), before + 120)
})

let google

step('the same people from a second and a third product are found again, not doubled', async () => {
  const before = await count('contacts')
  const salesforce = await importFile('contacts', 'salesforce_report_contacts.csv', { key: 'email' })
  assert.equal(salesforce.new, 0)
  assert.equal(salesforce.changed + salesforce.unchanged, 120)
  google = await importFile('contacts', 'google_contacts.csv', { key: 'email' })
  assert.equal(google.wrong, 0)
  assert.equal(google.new + google.changed + google.unchanged, 120)
  await becomes(() => count('contacts'), before + salesforce.new + google.new)
})

step('a linked set comes in file by file, and its links are found by number', async () => {
  const companies = await importFile('companies', 'northwind/customers.csv', { key: 'name' })
  assert.equal(companies.new + companies.changed + companies.unchanged, 91)
  await becomes(() => count('companies', 'name = "Alfreds Futterkiste"'), 1, 'the contacts brought it already')
  assert.equal((await importFile('products', 'northwind/products.csv', { currency: 'USD' })).new, 77)
  const orders = { currency: 'USD', fields: { order_id: 'Number', customer_id: `Company · ${text('part.external_id')}` } }
  assert.equal((await importFile('orders', 'northwind/orders.csv', orders)).new, 830)
  const lines = { currency: 'USD', fields: { order_id: `Order · ${text('part.number')}` } }
  assert.equal((await importFile('order_lines', 'northwind/order_details.csv', lines)).new, 2155)
  await becomes(() => count('orders', 'company.name = "Alfreds Futterkiste"'), 6, 'orders found their company')
  await becomes(() => count('order_lines', 'order.company.name = "Alfreds Futterkiste"'), 12, 'and lines their order')
})

step('an import is taken back as a whole', async () => {
  const before = await count('contacts')
  await page.goto('/imports')
  await page.getByRole('link', { name: /google_contacts/ }).first().click()
  await page.getByRole('region', { name: text('import.is_done') }).waitFor()
  await button(text('import.undo')).click()
  await page.getByRole('region', { name: text('import.is_undone') }).waitFor({ timeout: 60_000 })
  await becomes(() => count('contacts'), before - google.new)
})

const fits = 'email contains "alfreds-futterkiste"'
const filtered = `/o/contacts?${new URLSearchParams({ f: fits, cols: 'job_title,email' })}`

step('a filter is built by pointing, and the list is its answer', async () => {
  await page.goto('/o/contacts?cols=job_title,email')
  await page.getByRole('grid').waitFor()
  await isSound('list')
  await button(text('filter.filter')).click()
  await page.getByRole('combobox', { name: text('filter.field') }).fill('email')
  await page.getByRole('option', { name: 'Email', exact: true }).click()
  const value = page.getByRole('dialog', { name: 'Email' })
  await value.getByRole('textbox').fill('alfreds-futterkiste')
  await value.getByRole('button', { name: text('common.apply') }).click()
  const row = page.getByRole('row', { name: /Maria Anders/ })
  await row.waitFor()
  // A link is the view.
  await urlBecomes(/alfreds-futterkiste/)
  await becomes(() => page.locator('[data-row]').count(), 1, 'only what fits is left')
  await isSound('list-filtered')
})

step('a value is changed in its cell and taken back by Ctrl Z', async () => {
  await page.goto(filtered)
  const [maria] = await find('contacts', fits)
  const title = async () => (await one('contacts', maria.id)).job_title
  const cell = page.getByRole('row', { name: /Maria Anders/ }).locator('[data-column="1"]')
  await cell.getByText(maria.job_title).waitFor()
  await cell.dblclick()
  await cell.getByRole('textbox').waitFor()
  await press('Control+a')
  await page.keyboard.type('Head of purchasing')
  await press('Enter')
  await becomes(title, 'Head of purchasing')
  await cell.getByText('Head of purchasing').waitFor()
  await picture(page, 'list-edited-light')
  await page.getByRole('grid').focus()
  await press('Control+z')
  await becomes(title, maria.job_title)
  await cell.getByText(maria.job_title).waitFor()
})

step('two people who change one field: the second is shown both values', async () => {
  const [maria] = await find('contacts', fits)
  const change = (version, value) =>
    page.request.patch(`/api/v1/contacts/${maria.id}`, { headers: { 'If-Match': `"${version}"`, origin: server.url }, data: { job_title: value } })
  assert.equal((await change(maria.version, 'First')).status(), 200)
  const second = await change(maria.version, 'Second')
  assert.equal(second.status(), 409)
  const problem = await second.json()
  assert.deepEqual(problem.conflict.details.fields.job_title, { yours: 'Second', theirs: 'First' })
})

step('a key made in the settings opens the same over the API', async () => {
  await page.goto('/settings/keys')
  await heading(text('keys.title')).waitFor()
  await isSound('keys')
  await button(text('keys.new')).click()
  await page.getByLabel(text('keys.name')).fill('price list')
  await button(text('keys.create')).click()
  const shown = dialog().locator('code')
  const key = await eventually(async () => {
    const found = (await shown.innerText()).trim()
    assert.match(found, /^rap_/)
    return found
  })

  const [maria] = await find('contacts', fits)
  const byKey = await fetch(`${server.url}/api/v1/contacts/${maria.id}`, { headers: { authorization: `Bearer ${key}` } })
  assert.equal(byKey.status, 200)
  assert.deepEqual(await byKey.json(), await ask(`/contacts/${maria.id}`))
  const timeline = await fetch(`${server.url}/api/v1/contacts/${maria.id}/timeline`, { headers: { authorization: `Bearer ${key}` } })
  assert.deepEqual((await timeline.json()).data, (await ask(`/contacts/${maria.id}/timeline`)).data)

  const wrong = await fetch(`${server.url}/api/v1/contacts/${maria.id}`, { headers: { authorization: `Bearer ${key.slice(0, -1)}x` } })
  assert.equal(wrong.status, 401)
  await press('Escape')
})

const pages = [
  ['home', '/', () => heading(/./)],
  ['list', '/o/contacts', () => page.locator('[role=grid], main a[href*="/o/"], [data-row], li a[href*="/o/"]').first()],
  ['customer', null, () => page.getByRole('tab').first()],
  ['deals', '/o/deals', () => page.locator('[role=grid], main a[href*="/o/"], [data-row], li a[href*="/o/"]').first()],
  ['imports', '/imports', () => heading(/./)],
  ['settings', '/settings', () => heading(/./)],
  ['objects', '/settings/objects', () => heading(/./)],
  ['bin', '/trash/contacts', () => heading(/./)],
]

step('every page speaks the four languages', async () => {
  const [{ id }] = await find('contacts', `title = "${customer}"`)
  for (const language of ['ru', 'zh', 'ro', 'en']) {
    await page.evaluate((code) => localStorage.setItem('rapport.language', code), language)
    for (const [name, path, there] of pages) {
      await page.goto(path ?? `/o/contacts/${id}`)
      await there().waitFor()
      await page.waitForFunction((code) => document.documentElement.lang.startsWith(code), language)
      const raw = () => page.evaluate(() => document.body.innerText.match(/\b(list|record|import|session|filter|state|field|area|timeline|keys|objects)\.[a-z_]+\b/)?.[0])
      await becomes(raw, undefined, `${name} in ${language} shows the key of a text`)
      if (language === 'zh' || language === 'ru') await picture(page, `${name}-${language}`)
      await becomes(() => overflows(page), false, `${name} in ${language} scrolls sideways`)
    }
  }
})

step('every page fits a phone', async () => {
  const [{ id }] = await find('contacts', `title = "${customer}"`)
  await continueOnPhone()
  for (const [name, path, there] of pages) {
    await page.goto(path ?? `/o/contacts/${id}`)
    await there().waitFor()
    await isSound(`phone-${name}`)
  }
})
