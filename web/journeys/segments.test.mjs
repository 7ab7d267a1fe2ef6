// A marketer keeps a group of customers: conditions are counted while they are written, the segment fills by itself, tells why
// somebody is in it, and is compared with another.

import assert from 'node:assert/strict'
import { ask, becomes, begin, button, count, heading, isSound, onPhone, page, step, tell, urlBecomes } from './journey.mjs'
import { text } from './words.mjs'

// On a company of its own: the one of the other journeys is set up by the newcomer.
begin({ fill: ['demo'] })

/** The best who may be gone: what the models say, and what they bought. */
const LOST = 'value_class = "a" and alive_probability < 0.4 and orders_total > 500 USD'

const held = (id) => ask(`/segments/${id}/state`)

let lost

step('the customers are analysed', async () => {
  await page.goto('/analysis')
  await heading(text('analysis.customers')).waitFor()
  if ((await ask('/analytics/customers')).state === 'never') await button(text('run_all.first')).click({ timeout: 5000 }).catch(() => {})
  await becomes(async () => (await ask('/analytics/customers')).state, 'ready', 'the analysis is over', 120_000)
})

step('conditions are counted while they are written, and become a segment', async () => {
  await page.goto(`/segments/new?question=${encodeURIComponent(LOST)}`)
  await page.getByRole('textbox', { name: text('segments.name'), exact: true }).fill('Best and silent')
  const counted = await tell('/segments/count', { holds: 'contact', question: LOST, exact: true })
  assert.equal(counted.steps.length, 3)
  await page.getByRole('list', { name: text('segments.funnel') }).getByRole('listitem').nth(2).waitFor()
  await isSound('new segment')
  await button(text('segments.save')).click()
  await urlBecomes(/\/segments\/[0-9a-f-]{36}/)
  lost = /segments\/([0-9a-f-]{36})/.exec(page.url())[1]
  await becomes(async () => (await held(lost)).settled, true, 'everybody was looked at', 60_000)
  await becomes(async () => (await held(lost)).size, await count('contacts', LOST))
  await isSound('segment')
})

step('each page of it holds together', async () => {
  await page.goto(`/segments/${lost}?tab=growth`)
  await page.getByRole('region', { name: text('segments.growth') }).waitFor()
  await isSound('growth')
  await page.goto('/segments')
  await page.getByRole('link', { name: 'Best and silent' }).waitFor()
  await isSound('segments')
})

step('it is told why somebody is not in it, and the least that would change that', async () => {
  const { data } = await ask(`/contacts?limit=1&count=none&filter=${encodeURIComponent('not in segment "Best and silent"')}`)
  await page.goto(`/segments/${lost}?why=${data[0].id}`)
  const panel = page.getByRole('dialog', { name: text('belongs.title', { name: 'Best and silent' }) })
  await panel.getByText(text('belongs.is_not_in')).waitFor()
  await panel.getByRole('region', { name: text('belongs.least') }).waitFor()
  await isSound('why')
})

step('two segments are compared, and every piece opens its people', async () => {
  const other = await tell('/segments', { name: 'Class A', question: 'value_class = "a"' })
  await becomes(async () => (await held(other.id)).settled, true, 'everybody was looked at', 60_000)
  await page.goto(`/segments/overlap?ids=${lost},${other.id}`)
  const { pieces } = await tell('/segments/overlap', { segments: [lost, other.id] })
  for (const piece of pieces) assert.equal(await count('contacts', piece.question), piece.count, piece.question)
  await page.getByRole('columnheader', { name: text('overlap.piece') }).waitFor()
  await isSound('overlap')
  const small = await onPhone()
  await small.goto('/segments')
  await small.getByRole('link', { name: 'Best and silent' }).waitFor()
  await isSound('segments on a phone', small)
  await small.context().close()
})
