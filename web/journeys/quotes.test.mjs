// A quote over one's authority: written by keyboard, approved by a manager, accepted by the customer without a script and on a
// phone, and an order that is there once.

import assert from 'node:assert/strict'
import { api, ask, becomes, begin, browser, button, eventually, find, guest, heading, isSound, one, page, step, tell, urlBecomes } from './journey.mjs'
import { text } from './words.mjs'

begin({ fill: ['demo'] })

const mara = { name: 'Mara Ionescu', email: 'mara@bluebakery.example', password: 'oven and barley until noon' }

let quote
let link

step('a manager is there, and a rule that asks them', async () => {
  const { data: roles } = await ask('/roles')
  const user = await tell('/users', { name: mara.name, email: mara.email })
  await api('PUT', `/users/${user.id}/roles`, { roles: [roles.find((one) => one.key === 'administrator').id] })
  mara.link = new URL((await api('POST', `/users/${user.id}/invite`)).body.link)
  await tell('/approval_rules', { name: 'Large discounts', question: 'discount_percent > 10', approvers: [user.id] })
})

step('a quote begins at a deal and is written by keyboard', async () => {
  const [deal] = await find('deals', 'status = "open" and company is not empty')
  await page.goto(`/o/deals/${deal.id}`)
  await button(text('shell.more')).first().click()
  await page.getByRole('menuitem', { name: text('record.new_quote') }).click()
  await urlBecomes(/\/quotes\/[0-9a-f-]{36}/)
  quote = /quotes\/([0-9a-f-]{36})/.exec(page.url())[1]
  await heading(/Q-\d{4}-0001/).waitFor()
  // What the demo company sells has its prices in dollars.
  await page.getByLabel(text('quotes.currency'), { exact: true }).fill('USD')
  const adder = page.getByRole('combobox', { name: text('quotes.add_line') })
  await adder.fill('Road-150 Red, 62')
  const hit = page.getByRole('listbox', { name: text('quotes.add_line') }).getByRole('option').first()
  await eventually(async () => assert.match(await hit.innerText(), /^Road-150/))
  await adder.press('Enter')
  await page.keyboard.type('3')
  await page.keyboard.press('Enter')
  await eventually(async () => assert.ok((await ask(`/quotes/${quote}/sheet`)).lines.some((line) => line.quantity === 3)))
  await isSound('quote')
})

step('what is over her authority needs somebody, and who and why is told', async () => {
  const line = page.getByRole('textbox', { name: new RegExp(`^${text('quotes.discount')}: Road-150`) })
  await line.fill('15')
  const needs = page.getByRole('region', { name: text('quotes.needs') })
  await needs.getByText('Large discounts').waitFor()
  await needs.getByText(mara.name).waitFor()
  await needs.getByRole('textbox', { name: text('quotes.note') }).fill('They buy every spring')
  await isSound('quote-needs')
  await button(text('quotes.submit')).click()
  await becomes(async () => (await one('quotes', quote)).state, 'in_approval')
})

step('the manager finds it among the approvals and says yes', async () => {
  const at = await guest({ who: null })
  await at.goto(`/invite${mara.link.hash}`)
  await at.getByLabel(text('session.password'), { exact: true }).fill(mara.password)
  await at.getByRole('button', { name: text('session.join') }).click()
  await at.getByRole('region', { name: text('home.approvals') }).getByRole('link', { name: /Q-/ }).waitFor()
  await at.goto('/approvals')
  await at.getByText('They buy every spring').waitFor()
  await isSound('approvals', at)
  await at.getByRole('button', { name: text('quotes.approve'), exact: true }).click()
  await becomes(async () => (await one('quotes', quote)).state, 'approved')
})

step('it is sent, and its page is sound', async () => {
  await page.goto(`/quotes/${quote}`)
  await button(text('quotes.send')).click()
  await button(text('quotes.make_link')).click()
  await becomes(async () => (await one('quotes', quote)).state, 'sent')
  const sheet = await ask(`/quotes/${quote}/sheet`)
  link = new URL(sheet.versions[0].link).pathname
  await isSound('quote-sent')
})

step('the customer accepts it on a phone without a script, and one order is there', async () => {
  // What calls itself headless is taken for a machine, and reads nothing.
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false, locale: 'en-GB', userAgent: 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0' })
  const at = await context.newPage()
  await at.goto(new URL(link, page.url()).href)
  await becomes(async () => (await one('quotes', quote)).state, 'read')
  await at.getByLabel('Your name').fill('Vlad Rusu')
  await at.getByRole('checkbox', { name: /I accept/ }).check()
  await at.getByRole('button', { name: /Accept and order/ }).click()
  await at.getByText('This quote was accepted').waitFor()
  const accepted = await one('quotes', quote)
  assert.equal(accepted.state, 'accepted')
  assert.equal((await find('orders', `external_id = "quote:${quote}"`)).length, 1)
  await context.close()
  await page.goto(`/quotes/${quote}`)
  await page.getByRole('link', { name: text('quotes.open_order') }).click()
  await urlBecomes(/\/o\/orders\//)
})
