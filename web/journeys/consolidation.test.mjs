// An export of another product and what was typed beside it tell of the same people: they are brought by the page, compared,
// two are merged by a key, found again as one under either address, taken apart, and not offered again.

import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { ask, be, begin, button, dialog, eventually, heading, isSound, one, page, press, step, tell, told, urlBecomes } from './journey.mjs'
import { like, text } from './words.mjs'

const files = fileURLToPath(new URL('./files/', import.meta.url))

begin({ fill: [] })

/** The pair that is looked at, as the server tells it. */
let pair
/** Who stayed and who went. */
let survivor
let loser

const ids = (of) => of.records.map((record) => record.id).sort()
const openPairs = async () => (await ask('/matching/contacts/pairs?state=open&order=likely&limit=100')).data

/** Brings one file by the page, as its columns are guessed. */
async function bring(file) {
  await page.goto('/imports?object=contacts')
  await heading(text('import.title')).waitFor()
  await page.locator('input[type=file]').setInputFiles(`${files}${file}`)
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}/)
  await page.getByRole('region', { name: text('import.mapping') }).waitFor()
  await button(text('import.check')).click()
  await page.getByRole('region', { name: text('import.would') }).waitFor()
  await page.getByRole('button', { name: like('import.run') }).click()
  await page.getByRole('region', { name: text('import.is_done') }).waitFor()
}

step('an export comes by the page; some of its people were typed before, a little otherwise', async () => {
  await bring('hubspot-crm-exports-all-contacts.csv')
  const { data } = await ask('/contacts?limit=40&sort=created_at')
  const known = data.filter((record) => record.phone && record.first_name && record.last_name).slice(0, 8)
  for (const { first_name, last_name, phone } of known) await tell('/contacts', { first_name, last_name: `${last_name}n`, phone, email: `${last_name.replaceAll(/[^a-zA-Z]/g, '').toLowerCase()}@old-shop.example` })
  assert.ok(known.length > 0)
})

step('a click compares them all', async () => {
  await page.goto('/duplicates?object=contacts&order=likely')
  await button(text('run.first')).or(button(text('run.again'))).first().click()
  await page.getByRole('radiogroup', { name: text('merge.survivor') }).waitFor()
  await isSound('duplicates')
})

step('the likeliest pair says why, and a key makes it one', async () => {
  const shown = await page.locator('[data-pair]').getAttribute('data-pair')
  pair = (await openPairs()).find((candidate) => candidate.id === shown)
  assert.ok(pair, 'the pair on the page is in the queue')
  await page.getByRole('region', { name: text('evidence.title') }).waitFor()
  // Which record stays is known when the preview is here.
  await page.getByRole('radiogroup', { name: text('merge.survivor') }).getByRole('radio', { checked: true }).waitFor()
  await press('m')
  await told(text('review.merged', { one: pair.records[0].title, other: pair.records[1].title })).waitFor()
  const [a, b] = pair.records
  survivor = (await one('contacts', a.id)).id
  loser = survivor === a.id ? b.id : a.id
  assert.equal((await one('contacts', loser)).id, survivor, 'both addresses are one record now')
  // The next one is there already.
  await eventually(async () => assert.notEqual(await page.locator('[data-pair]').getAttribute('data-pair'), shown))
})

step('the old address leads to the one; its page knows what it was made of and takes it apart', async () => {
  await page.goto(`/o/contacts/${loser}`)
  await urlBecomes(new RegExp(`/o/contacts/${survivor}`))
  await page.getByRole('button', { name: like('same.made_of') }).click()
  await dialog().waitFor()
  await isSound('made-of')
  await dialog().getByRole('button', { name: text('same.take_out') }).click()
  await told(text('same.split')).waitFor()
  assert.equal((await one('contacts', loser)).id, loser)
  assert.equal((await one('contacts', survivor)).id, survivor)
})

step('they are not offered again, also not by another run', async () => {
  await be('/duplicates?object=contacts&order=likely')
  const before = (await ask('/matching/contacts')).learned_at
  await button(text('run.again')).first().click()
  await eventually(async () => assert.notEqual((await ask('/matching/contacts')).learned_at, before), 120_000)
  const both = ids(pair).join()
  assert.deepEqual((await openPairs()).filter((candidate) => ids(candidate).join() === both), [])
})
