// An administrator gives the company an object of its own: fields of twelve types, a link, a condition, a role that may
// not see one of them; imports five thousand rows and finds it finished everywhere: list, board, calendar, form, search,
// API, permissions. Then every page of the settings is held against WCAG, and the workspace is read without a network.

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { server } from './browser.mjs'
import { ana, api, ask, becomes, begin, be, button, count, dialog, find, guest, heading, isSound, one, onPhone, page, press, signIn, step, tell, told, until, eventually } from './journey.mjs'
import { like, text } from './words.mjs'

const ion = { name: 'Ion Rusu', email: 'ion.rusu@bluebakery.example', password: 'three vans and a bicycle' }
const rows = 5000
/** Of the demo company; every van belongs to one of them. */
const owners = ['Acme Corporation', 'Betasoloin', 'Codehow']

/** Calendars open on today. */
const month = new Date().toISOString().slice(0, 7)

/** Label, type as it is chosen, and what a row holds; the name in the API is made of the label. */
const fields = [
  ['Notes', 'long_text', (n) => `Seats ${n % 9}, "as bought"`],
  ['Year', 'integer', (n) => 1990 + (n % 35)],
  ['Litres', 'number', (n) => (n % 40) / 10 + 0.8],
  ['Price', 'money', (n) => `${1000 + n} EUR`],
  ['Bought on', 'date', (n) => `${month}-${String((n % 28) + 1).padStart(2, '0')}`],
  ['Next check', 'time', (n) => `${month}-${String((n % 28) + 1).padStart(2, '0')} 09:30`],
  ['Leased', 'boolean', (n) => (n % 3 === 0 ? 'yes' : 'no')],
  ['State', 'choice', (n) => ['Running', 'In repair', 'Sold'][n % 3], ['Running', 'In repair', 'Sold']],
  ['Extras', 'multi_choice', (n) => ['Tow bar', 'Heater', 'Tow bar;Heater'][n % 3], ['Tow bar', 'Heater']],
  ['Contact email', 'email', (n) => `van${n}@bluebakery.example`],
  ['Papers', 'url', (n) => `https://papers.example/${n}`],
]
const nameOf = (label) => label.toLowerCase().replaceAll(' ', '_')

const folder = mkdtempSync(join(tmpdir(), 'rapport-settings-'))
/** The role that may not see prices, and one van. */
let role
let van

begin()
after(() => rmSync(folder, { recursive: true, force: true }))

const vans = (filter = '', on = page) => count('vans', filter, on)
const definition = async () => (await ask('/definitions')).objects.find((found) => found.name === 'van')

step('she defines an object, named in her words', async () => {
  await page.goto('/settings/objects')
  await heading(text('objects.title')).waitFor()
  await button(text('objects.new')).click()
  await dialog().getByLabel(text('objects.one'), { exact: true }).fill('Van')
  await dialog().getByLabel(text('objects.many'), { exact: true }).fill('Vans')
  await isSound('settings-new-object')
  await button(text('objects.create')).click()
  await heading('Vans').waitFor()
})

step('with fields of twelve types, and a link to the company that owns it', async () => {
  for (const [label, type, , options] of fields) {
    await addField(label, type, async () => {
      for (const [at, option] of (options ?? []).entries()) {
        if (at > 0) await press('Enter')
        await dialog().getByLabel(text('fields.option', { number: at + 1 }), { exact: true }).fill(option)
      }
    })
  }
  await addField('Belongs to', 'link', () => dialog().getByRole('combobox', { name: text('fields.target'), exact: true }).selectOption('company'))
  await isSound('settings-fields')
  await becomes(async () => new Set((await definition()).fields.filter((field) => field.name !== 'owner' && field.type !== 'link').map((field) => field.type)).size, 12)
  assert.equal((await definition()).fields.find((field) => field.name === 'belongs_to').target, 'company')
})

async function addField(label, type, more = async () => {}) {
  await openFields()
  await button(text('fields.new')).click()
  await dialog().getByRole('button', { name: `${text(`type.${type}`)} ${text(`hint.${type}`)}`, exact: true }).click()
  await dialog().getByLabel(text('fields.label'), { exact: true }).fill(label)
  await more()
  await button(text('fields.create')).click()
  await page.getByRole('button', { name: new RegExp(`^${label} ${nameOf(label)}`) }).waitFor()
  await dialog().waitFor({ state: 'detached' })
}

async function openFields() {
  await be('/settings/objects/van')
  await heading('Vans').waitFor()
}

step('a field that is asked for only when it makes sense', async () => {
  await addField('Sold to', 'text', async () => {
    await dialog().getByRole('switch', { name: text('conditions.show') }).click()
    const question = dialog().getByRole('textbox', { name: text('conditions.show') })
    await question.fill('state = sold')
    await dialog().getByText(/sold/).and(page.getByRole('status')).filter({ hasText: /line 1/ }).waitFor()
    await question.fill('state = "sold"')
    await dialog().getByText(like('question.means')).waitFor()
  })
  await becomes(async () => (await definition()).fields.find((field) => field.name === 'sold_to')?.conditions.show_if.text, 'state = "sold"')
})

step('a formula says what it comes to before it is kept, and where it is wrong', async () => {
  await openFields()
  await button(text('fields.new')).click()
  await dialog().getByRole('button', { name: `${text('type.formula')} ${text('hint.formula')}`, exact: true }).click()
  await dialog().getByLabel(text('fields.label'), { exact: true }).fill('Age')
  const formula = dialog().getByRole('textbox', { name: text('fields.formula'), exact: true })
  await formula.fill('2026 - yeer')
  await dialog().getByText(/yeer/).last().waitFor()
  await formula.fill('2026 - year')
  await dialog().getByText(text('fields.nothing')).or(dialog().getByText(text('type.integer')).first()).first().waitFor()
  await isSound('settings-formula')
  await button(text('fields.create')).click()
  await page.getByRole('button', { name: /^Age/ }).waitFor()
})

step('a role that sees vans but not what they cost', async () => {
  await page.goto('/settings/roles')
  await button(text('roles.new')).click()
  await dialog().getByLabel(text('settings.name'), { exact: true }).fill('Yard')
  await button(text('roles.create')).click()
  await heading('Yard').waitFor()
  await button(text('roles.open', { name: 'Vans' })).click()
  await dialog().getByLabel(text('right.read'), { exact: true }).selectOption('all')
  await dialog().getByLabel(text('right.update'), { exact: true }).selectOption('all')
  await dialog().getByRole('radiogroup', { name: 'Price' }).getByRole('radio', { name: text('right.hidden') }).click()
  await isSound('settings-role-panel')
  await button(text('common.done')).click()
  // Scrolled to its end, the bar that floats above the table stands below it and covers nobody's box.
  await page.getByRole('region', { name: text('settings.unsaved') }).evaluate((bar) => bar.parentElement.scrollIntoView({ block: 'end' }))
  await isSound('settings-role')
  await button(text('common.save')).click()
  await button(text('roles.save')).click()
  await page.getByText(text('roles.saved', { name: 'Yard' })).first().waitFor()
  role = await until('the role is stored', async () => (await ask('/roles')).data.find((found) => found.name === 'Yard'))
  assert.equal(role.body.objects.van.fields.price, 'hidden')
})

step('a colleague is invited with that role', async () => {
  await page.goto('/settings/people')
  await button(text('people.invite')).click()
  await dialog().getByLabel(text('people.name'), { exact: true }).fill(ion.name)
  await dialog().getByLabel(text('session.email'), { exact: true }).fill(ion.email)
  await dialog().getByRole('checkbox', { name: 'Yard' }).click()
  await isSound('settings-invite')
  await button(text('people.make_link')).click()
  const link = dialog().getByRole('textbox', { name: text('access.link') })
  await eventually(async () => assert.match(await link.inputValue(), /\/invite#/))
  ion.link = new URL(await link.inputValue())
  await button(text('common.done')).click()
})

step('five thousand rows come in, the columns found by their names', async () => {
  const cell = (value) => `"${String(value).replaceAll('"', '""')}"`
  const head = ['Name', ...fields.map(([label]) => label), 'Belongs to']
  const lines = Array.from({ length: rows }, (_, n) => [`BB ${1000 + n}`, ...fields.map(([, , value]) => value(n)), owners[n % owners.length]].map(cell).join(','))
  const file = join(folder, 'vans.csv')
  writeFileSync(file, [head.map(cell).join(','), ...lines].join('\n'))
  await page.goto('/imports?object=vans')
  await page.locator('input[type=file]').setInputFiles(file)
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}/)
  await page.getByRole('region', { name: text('import.mapping') }).waitFor()
  await becomes(() => page.getByRole('region', { name: text('import.mapping') }).getByText(text('import.skip'), { exact: true }).count(), 0, 'no column is left out')
  await button(text('import.check')).click()
  await page.getByRole('region', { name: text('import.would') }).waitFor({ timeout: 60_000 })
  await isSound('settings-import-checked')
  await page.getByRole('button', { name: like('import.run') }).click()
  await page.getByRole('region', { name: text('import.is_done') }).waitFor({ timeout: 120_000 })
  await becomes(vans, rows)
  assert.equal(await vans('state = "in_repair" and belongs_to.name = "Betasoloin"'), Array.from({ length: rows }, (_, n) => n).filter((n) => n % 3 === 1 && n % owners.length === 1).length, 'choices and links were found by their words')
  ;[van] = await find('vans', 'name = "BB 1007"')
  assert.equal(van.age, 2026 - van.year, 'the formula was reckoned')
  assert.deepEqual(van.extras, ['heater'])
})

step('its words change where its name stays, and another formula is carried to every van', async () => {
  await openFields()
  const call = async (name) => {
    await button(text('objects.edit')).click()
    await dialog().getByLabel(text('objects.many'), { exact: true }).fill(name)
    if (name !== 'Vans') await isSound('settings-object-words')
    await dialog().getByRole('button', { name: text('common.save'), exact: true }).click()
    await heading(name).waitFor()
  }
  await call('Delivery vans')
  await page.getByRole('button', { name: /^Age/ }).first().click()
  await dialog().getByRole('textbox', { name: text('fields.formula'), exact: true }).fill('2027 - year')
  await dialog().getByText(like('fields.formula_anew')).waitFor()
  await dialog().getByRole('button', { name: text('common.save'), exact: true }).click()
  await becomes(async () => (await one('vans', van.id)).age, 2027 - van.year, 'the formula was reckoned anew')
  assert.equal(await vans(`age = ${2027 - van.year}`), await vans(`year = ${van.year}`))
  await call('Vans')
})

step('its list is there, with its filter and its search', async () => {
  await page.goto(`/o/vans?cols=name,state,price,belongs_to&f=${encodeURIComponent('year = 1997')}&sort=name`)
  await page.getByRole('row', { name: /BB 1007/ }).waitFor()
  await isSound('settings-vans')
  await press('Control+k')
  await page.getByRole('combobox', { name: text('palette.title') }).fill('BB 1007')
  await page.getByRole('option', { name: /BB 1007/ }).first().waitFor()
  await press('Escape')
})

step('its board, with a column for each state', async () => {
  await page.goto('/o/vans?layout=board')
  for (const state of ['Running', 'In repair', 'Sold']) await page.getByRole('heading', { level: 2, name: state, exact: true }).waitFor()
  await until('cards', async () => (await page.getByText(/^BB \d{4}$/).count()) > 5)
  await isSound('settings-vans-board')
})

step('its calendar, by the day it was bought', async () => {
  await page.goto('/o/vans?layout=calendar&c=calendar_on:bought_on')
  await until('vans on their days', async () => (await page.getByText(/BB \d{4}/).count()) > 5)
  await isSound('settings-vans-calendar')
})

step('its form, which asks what was sold to whom only of what is sold', async () => {
  await page.goto('/o/vans')
  await button(text('list.new', { object: 'van' })).click()
  await dialog().getByLabel(/^Name/).first().fill('BB 9999')
  await dialog().getByRole('button', { name: /^State/ }).waitFor()
  assert.equal(await dialog().getByLabel(/^Sold to/).count(), 0)
  await dialog().getByRole('button', { name: /^State/ }).click()
  await page.getByRole('option', { name: 'Sold', exact: true }).click()
  await dialog().getByLabel(/^Sold to/).fill('Mara')
  await isSound('settings-van-form')
  await press('Control+Enter')
  const made = await until('the new van', async () => (await find('vans', 'name = "BB 9999"'))[0])
  assert.equal(made.sold_to, 'Mara')
})

step('programs find it under its name, as the reference says', async () => {
  const key = await tell('/keys', { name: 'yard board', scopes: ['read'], password: ana.password })
  const answer = await fetch(`${server.url}/api/v1/vans/${van.id}`, { headers: { authorization: `Bearer ${key.token}` } })
  assert.equal(answer.status, 200)
  assert.equal((await answer.json()).price.amount, van.price.amount)
  const reference = await (await fetch(`${server.url}/api/v1/openapi.json`, { headers: { authorization: `Bearer ${key.token}` } })).json()
  assert.ok(Object.keys(reference.paths).some((path) => path.includes('/vans')))
})

step('her colleague joins, sees every van, and nowhere a price', async () => {
  const his = await guest({ who: null })
  await his.goto(`/invite${ion.link.hash}`)
  await his.getByLabel(text('session.password'), { exact: true }).fill(ion.password)
  await isSound('settings-join', his)
  await his.getByRole('button', { name: text('session.join') }).click()
  await his.getByRole('heading', { level: 1 }).filter({ hasText: 'Ion' }).waitFor()

  await becomes(() => vans('', his), rows + 1)
  const seen = await one('vans', van.id, his)
  assert.equal('price' in seen, false)
  assert.equal(seen.year, van.year)
  assert.equal((await api('GET', `/vans?filter=${encodeURIComponent('price > 0')}`, undefined, his)).status, 422, 'nor may he ask about it')
  assert.ok([403, 422].includes((await api('PATCH', `/vans/${van.id}`, { price: { amount: 1, currency: 'EUR' } }, his)).status), 'nor change it')
  assert.equal((await api('DELETE', `/vans/${van.id}`, undefined, his)).status, 403)
  assert.equal((await api('GET', '/contacts', undefined, his)).status, 404, 'and there is nothing else for him')

  await his.goto(`/o/vans/${van.id}`)
  await heading('BB 1007', his).waitFor()
  await his.getByRole('complementary', { name: text('record.details') }).getByText('Year').first().waitFor()
  assert.equal(await his.getByText('Price', { exact: true }).count(), 0)
  await his.goto('/settings/roles')
  await his.getByText(text('state.no_right')).waitFor()
}, { expects: [/40[34]/] })

step('and she can be told why, and what he would lose with his role', async () => {
  const [his] = await find('users', `email = "${ion.email}"`)
  await page.goto(`/settings/access?object=van&id=${van.id}&user=${his.id}`)
  await page.getByRole('heading', { level: 2, name: text('why.may_read', { name: ion.name }) }).waitFor()
  await page.getByRole('region', { name: text('why.fields') }).getByText('Price').waitFor()
  await page.getByRole('group', { name: text('access.roles') }).getByRole('button', { name: 'Yard' }).click()
  await page.getByRole('region', { name: 'Vans', exact: true }).getByText(/5,001/).first().waitFor()
  await isSound('settings-why')
})

step('his role is taken away while he writes: the page says so and shows what he wrote, and it is in its place once he has it back', async () => {
  const [{ id }] = await find('users', `email = "${ion.email}"`)
  const desk = await tell('/roles', { name: 'Desk', body: { objects: { contact: { read: 'all', update: 'all' }, note: { read: 'all', create: true } } } })
  const hold = async (roles) => assert.equal((await api('PUT', `/users/${id}/roles`, { roles })).status, 200)
  await hold([desk.id])
  const his = await guest({ who: ion })
  const [contact] = await find('contacts', '')
  const written = 'Half a sentence when the role was taken'
  const note = () => his.getByPlaceholder(text('composer.note_hint', { title: contact.title }))
  await his.goto(`/o/contacts/${contact.id}`)
  await note().fill(written)
  await until('it is kept', () => his.evaluate((words) => Object.values(localStorage).some((held) => held.includes(words)), written))

  await hold([])
  const again = his.getByRole('dialog', { name: text('again.title') })
  await again.getByLabel(text('session.password'), { exact: true }).fill(ion.password)
  await his.keyboard.press('Enter')
  await his.getByText(text('record.gone')).waitFor()
  await his.getByText(written).waitFor()
  await isSound('settings-role-taken', his)

  await hold([desk.id])
  await signIn(his, ion)
  await his.goto(`/o/contacts/${contact.id}`)
  await becomes(() => note().inputValue(), written)
  await hold([role.id])
}, { expects: [/40[134]/] })

step('the company wears its colour, kept readable whatever was chosen', async () => {
  await page.goto('/settings/company')
  await page.getByLabel(text('company.hex')).fill('#ffe100')
  await page.getByText(like('company.moved')).first().waitFor()
  await button(text('common.save')).click()
  await told(text('company.saved')).waitFor()
  await isSound('settings-company')
  await button(text('company.house')).click()
  await button(text('common.save')).click()
  await becomes(async () => (await ask('/company')).accent, null)
})

step('the company wears its logo, seen at every place and by everybody, until it is taken off', async () => {
  await page.goto('/settings/company')
  const choose = page.locator('input[type=file]')
  await choose.setInputFiles({ name: 'logo.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') })
  await page.getByRole('alert').filter({ hasText: text('company.logo_kind') }).waitFor()
  const image = 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC'
  await choose.setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(image, 'base64') })
  await told(text('company.logo_saved')).waitFor()
  const shown = page.getByRole('img', { name: like('company.logo_alt') })
  await until('the picture is drawn', () => shown.evaluate((element) => element.complete && element.naturalWidth > 0))
  await isSound('settings-logo')
  await button(text('settings.remove')).click()
  await told(text('company.logo_removed')).waitFor()
  await shown.waitFor({ state: 'detached' })
})

step('rates come in as a table; what cannot be read is said by its line, and an amount is reckoned by them', async () => {
  await page.goto('/settings/currencies')
  const { company } = await ask('/currencies')
  const other = company === 'EUR' ? 'USD' : 'EUR'
  await button(text('currencies.bring')).click()
  const file = (lines) => dialog().locator('input[type=file]').setInputFiles({ name: 'rates.csv', mimeType: 'text/csv', buffer: Buffer.from(`currency,on,rate\n${lines}`) })
  await file(`${other},2026-01-01,much`)
  await becomes(() => dialog().getByLabel(text('currencies.csv')).inputValue(), `currency,on,rate\n${other},2026-01-01,much`)
  await button(text('currencies.bring_do')).click()
  await dialog().getByRole('alert').waitFor()
  await isSound('settings-rates')
  await file(`${other},2026-01-01,1.25\n${other},2026-02-01,1.5`)
  await becomes(() => dialog().getByLabel(text('currencies.csv')).inputValue(), `currency,on,rate\n${other},2026-01-01,1.25\n${other},2026-02-01,1.5`)
  await button(text('currencies.bring_do')).click()
  await told(text('currencies.brought_other', { count: 2 })).waitFor()
  await dialog().waitFor({ state: 'detached' })
  await becomes(async () => (await ask(`/currencies/rates?currency=${other}`)).data.filter(({ on }) => on >= '2026-01-01' && on <= '2026-02-01').map(({ rate }) => Number(rate)), [1.5, 1.25])
})

step('definitions go out as a file, and a change in it is told before it is made', async () => {
  await page.goto('/settings/files')
  const [file] = await Promise.all([page.waitForEvent('download'), button(text('files.export')).click()])
  const path = join(folder, 'definitions.json')
  await file.saveAs(path)
  const held = readFileSync(path, 'utf8')
  await page.locator('input[type=file]').setInputFiles(path)
  await page.getByText(text('files.same')).waitFor()
  writeFileSync(path, held.replaceAll('"Yard"', '"Depot"'))
  await page.locator('input[type=file]').setInputFiles(path)
  const plan = page.getByRole('region', { name: text('files.plan') })
  await plan.getByText('Depot', { exact: true }).waitFor()
  await isSound('settings-files')
  await plan.getByRole('button', { name: text('files.apply_one', { count: 1 }) }).click()
  await until('the role of the file', async () => (await ask('/roles')).data.some((found) => found.name === 'Depot'))
})

const pages = {
  profile: '/settings', security: '/settings/security', appearance: '/settings/appearance', people: '/settings/people', teams: '/settings/teams', roles: '/settings/roles', objects: '/settings/objects', fields: '/settings/objects/van',
  pipelines: '/settings/pipelines', languages: '/settings/languages', currencies: '/settings/currencies', calendars: '/settings/calendars', rules: '/settings/sign-in', transfers: '/settings/transfers', keys: '/settings/keys', audit: '/settings/audit',
}

step('every page of the settings is sound, also on a phone', async () => {
  for (const [name, path] of Object.entries(pages)) {
    await page.goto(path)
    await heading(/./).waitFor()
    await isSound(`settings-${name}`)
  }
  const small = await onPhone()
  for (const [name, path] of Object.entries(pages)) {
    await small.goto(path)
    await small.getByRole('heading', { level: 1 }).first().waitFor()
    await isSound(`phone-settings-${name}`, small)
  }
}, { expects: [/404/], patience: 600_000 })

step('what was read is read again without a network, and says how old it is; another person finds nothing', async () => {
  const small = await onPhone()
  /** The addresses of what this device remembers. */
  const remembered = () => small.evaluate(() => new Promise((found, failed) => {
    const opening = indexedDB.open('rapport-offline')
    opening.onerror = () => failed(opening.error)
    opening.onsuccess = () => {
      const reading = opening.result.transaction('answers').objectStore('answers').getAll()
      reading.onsuccess = () => found(reading.result.map((answer) => answer.address))
    }
  }))
  await small.goto('/')
  await small.getByRole('heading', { level: 1 }).first().waitFor()
  await small.evaluate(() => navigator.serviceWorker.ready.then(() => true))
  await small.goto(`/o/vans/${van.id}`)
  await heading('BB 1007', small).waitFor()
  const stored = () => small.evaluate(async () => (await (await caches.open('rapport-shell-1')).keys()).map((one) => new URL(one.url).pathname))
  await until('the shell is kept', async () => (await stored()).some((path) => path.includes('RecordPage')))
  assert.deepEqual((await stored()).filter((path) => path.startsWith('/api')), [], 'no answer of the API lies in the shell')
  await until('the van is remembered', async () => (await remembered()).some((address) => address.includes(van.id)))

  await small.context().setOffline(true)
  await small.goto(`/o/vans/${van.id}`)
  await heading('BB 1007', small).waitFor()
  await small.getByRole('status').filter({ hasText: like('offline.as_of').source.replace(/^\^|\$$/g, '').slice(0, 8) }).waitFor()
  await isSound('phone-offline', small)
  await small.context().setOffline(false)

  await small.goto('/')
  await small.evaluate(() => fetch('/api/v1/session', { method: 'DELETE' }))
  await small.goto('/')
  await small.getByRole('heading', { level: 1, name: text('session.sign_in') }).waitFor()
  await becomes(remembered, [])
}, { expects: [/net::ERR_INTERNET_DISCONNECTED/, /40[13]/] })
