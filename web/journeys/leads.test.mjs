// A stranger fills in a form on a page without scripts; the lead finds its owner, tells where it came from and why it went
// there, and becomes a contact, a company and a deal.

import assert from 'node:assert/strict'
import { ana, ask, becomes, begin, button, dialog, eventually, guest, heading, isSound, onPhone, page, step, tell, until, urlBecomes } from './journey.mjs'
import { text } from './words.mjs'

// On a company of its own: rules that give leads to people are not for the other journeys.
begin({ fill: ['demo'] })

let lead

step('a rule says who gets a lead', async () => {
  await page.goto('/settings/assignment')
  await button(text('assignment.new')).first().click()
  const asked = dialog()
  await asked.getByRole('textbox', { name: text('settings.name') }).fill('From the site')
  await asked.getByRole('textbox', { name: text('assignment.for') }).fill('source = "web"')
  await asked.getByRole('combobox', { name: text('assignment.how') }).selectOption('person')
  const me = (await ask('/session')).user
  await asked.getByRole('button', { name: /^Person/ }).click()
  await page.getByRole('option', { name: new RegExp(me.name) }).first().click()
  await asked.getByRole('button', { name: text('common.save'), exact: true }).click()
  await page.getByText('From the site').waitFor()
  await isSound('rules of assignment')
})

step('a form is made, and looks as it will', async () => {
  await page.goto('/settings/forms')
  await button(text('forms.new')).click()
  await urlBecomes(/\/settings\/forms\/[0-9a-f-]{36}/)
  await page.getByRole('textbox', { name: text('forms.consent') }).fill('You may write to me.')
  await button(text('common.save')).click()
  const shown = page.frameLocator(`iframe[title="${text('forms.preview')}"]`)
  await shown.getByText('You may write to me.').waitFor()
  await isSound('builder of a form')
})

step('a stranger fills it in and is thanked', async () => {
  const stranger = await guest({ who: null })
  await stranger.goto('/f/contact?utm_source=google&utm_medium=cpc&utm_campaign=Autumn&utm_term=red%20bikes')
  await stranger.getByLabel('First name').fill('Marta')
  await stranger.getByLabel('Last name').fill('Lindqvist')
  await stranger.getByLabel('Email').fill('marta@lindqvist.example')
  await stranger.getByRole('checkbox').check()
  // As long as somebody reads.
  await stranger.waitForTimeout(3000)
  await stranger.getByRole('button', { name: 'Send' }).click()
  await stranger.getByRole('status').waitFor()
  lead = await until('the lead is there', async () => (await ask(`/leads?filter=${encodeURIComponent('email = "marta@lindqvist.example"')}`)).data[0])
  assert.deepEqual([lead.origin_campaign, lead.origin_phrase, lead.origin_source], ['Autumn', 'red bikes', 'google'])
})

step('it went to whom the rule says, and its page says why', async () => {
  await becomes(async () => (await ask(`/leads/${lead.id}`)).linked.owner?.title, ana.name)
  await page.goto(`/o/leads/${lead.id}`)
  await heading('Marta Lindqvist').waitFor()
  await button(text('assigned.why')).click()
  await dialog().getByText('From the site').waitFor()
  await isSound('why a lead went there')
  await page.keyboard.press('Escape')
})

step('it becomes a contact, a company and a deal, with its story', async () => {
  await button(text('convert.convert')).click()
  const asked = dialog()
  await asked.getByRole('radiogroup').first().waitFor()
  await isSound('conversion')
  await asked.getByRole('button', { name: text('convert.convert'), exact: true }).click()
  await urlBecomes(/\/o\/deals\/[0-9a-f-]{36}/)
  const deal = /deals\/([0-9a-f-]{36})/.exec(page.url())[1]
  const made = await ask(`/deals/${deal}`)
  assert.deepEqual([made.origin_campaign, made.lead], ['Autumn', lead.id], 'where it came from went along')
  const { data } = await ask(`/contacts/${made.contact}/timeline?limit=50`)
  for (const kind of ['form.submitted', 'lead.converted']) assert.ok(data.some((line) => line.kind === kind), `${kind} stands on the contact's timeline`)
})

step('it is taken back on a phone', async () => {
  const small = await onPhone()
  await small.goto(`/o/leads/${lead.id}`)
  await button(text('convert.take_back'), small).click()
  await eventually(async () => assert.equal((await ask(`/leads/${lead.id}`)).status, 'new'))
  await isSound('a lead on a phone', small)
  assert.ok(await tell('/assignment/try', { id: lead.id }))
})
