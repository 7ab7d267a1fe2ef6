// What the data says of the customers: they are analysed by a click, each figure opens the people behind it, who is about
// to leave is looked at beside the list, the cube is broken down and opened, and one person's figures stand on a sheet.

import assert from 'node:assert/strict'
import { api, ask, be, becomes, begin, button, count, eventually, heading, isSound, onPhone, page, press, step, takeBack, until, urlBecomes } from './journey.mjs'
import { like, text } from './words.mjs'

// On a company of its own: the one of the other journeys is set up by the newcomer.
begin({ fill: ['demo'] })

/** What the server tells of all people. */
let customers

const region = (key, on = page) => on.getByRole('region', { name: text(key), exact: true })
const menu = () => page.getByRole('menu')

step('people are analysed by a click, unless the server was quicker', async () => {
  await page.goto('/analysis')
  await heading(text('analysis.customers')).waitFor()
  const before = await ask('/analytics/customers')
  // The server begins by itself as well: then there is nothing left to click.
  if (before.state === 'never') await button(text('run_all.first')).click({ timeout: 5000 }).catch(() => {})
  await becomes(async () => (await ask('/analytics/customers')).state, 'ready', 'the analysis is over', 120_000)
  customers = await ask('/analytics/customers')
  assert.ok(customers.customers > 0)
  await region('customers.segments').waitFor()
  await isSound('analysis')
})

step('what the page counts is what the lists hold', async () => {
  for (const segment of customers.segments) assert.equal(await count('contacts', segment.filter), segment.customers, segment.segment)
  for (const one of customers.classes) assert.equal(await count('contacts', one.filter), one.customers, one.class)
  assert.equal(customers.grid.flat().reduce((sum, cell) => sum + cell, 0), customers.customers, 'everybody is on the map once')
})

step('a field of the map opens its customers', async () => {
  await page.locator('[data-segment=champions]').getByRole('link').first().click()
  await urlBecomes(/\/o\/contacts\?.*recency_score.=.5.and.frequency_score.=.4/)
  assert.equal(await count('contacts', 'recency_score = 5 and frequency_score = 4'), customers.grid[0][3])
  await page.goBack()
  await urlBecomes(/\/analysis$/)
  await region('customers.segments').waitFor()
})

step('the curve is read by the keys', async () => {
  await be('/analysis')
  const curve = region('concentration.title').getByRole('img')
  await curve.focus()
  await press('ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight')
  await region('concentration.title').getByRole('status').filter({ hasText: '20%' }).waitFor()
  await region('concentration.title').getByRole('button', { name: text('chart.as_table') }).click()
  await region('concentration.title').getByRole('row').nth(1).waitFor()
})

step('who is about to leave is looked at beside the list, with the reasons', async () => {
  await page.goto('/analysis/leaving')
  const { data } = await ask('/analytics/customers/leaving?object=contact')
  if (data.length === 0) return void (await page.getByText(text('leaving.nobody')).waitFor())
  const [first] = data
  await page.getByRole('button', { name: first.title, exact: true }).first().click()
  const aside = page.getByRole('complementary', { name: text('peek.title') })
  await aside.getByRole('heading', { name: first.title }).waitFor()
  await press('Escape')
  await aside.waitFor({ state: 'detached' })
  await isSound('leaving')
})

step('a group takes a name of its own, and gives it back', async () => {
  await page.goto('/analysis/clusters')
  const { clusters } = await ask('/analytics/clusters?object=contact')
  const [first] = clusters
  await button(text('clusters.rename', { name: first.name })).click()
  await page.getByRole('textbox', { name: text('clusters.name') }).fill('Friends of the house')
  await press('Enter')
  const named = () => ask('/analytics/clusters?object=contact').then((told) => told.clusters.find((one) => one.id === first.id)?.name)
  await becomes(named, 'Friends of the house')
  await page.getByRole('heading', { name: 'Friends of the house', exact: true }).waitFor()
  await takeBack(text('clusters.renamed', { name: 'Friends of the house' }))
  await becomes(named, first.name)
  await isSound('groups')
})

step('the cube is broken down, narrowed and opened; its address says it all', async () => {
  await page.goto('/analysis/cube?compare=none')
  const more = page.getByRole('button', { name: like('cube.more') })
  await more.first().click()
  await menu().getByRole('menuitem', { name: text('dimension.year') }).click()
  await urlBecomes(/where=segment:\w+.*rows=year|rows=year.*where=segment:\w+/)
  const address = page.url()
  const { searchParams } = new URL(address)
  const cube = await ask(`/analytics/cube?rows=year&measures=revenue,orders,customers&compare=none&where=${searchParams.get('where')}`)
  await eventually(async () => assert.equal(await page.locator('tbody tr').count(), cube.rows.length))
  await page.reload()
  await eventually(async () => assert.equal(await page.locator('tbody tr').count(), cube.rows.length))
  await page.getByRole('button', { name: like('cube.without') }).click()
  await until('the condition is gone', async () => !page.url().includes('where='))
  await page.getByLabel(text('cube.rows'), { exact: true }).selectOption('segment')
  await isSound('cube')
  await more.first().click()
  await menu().getByRole('menuitem', { name: text('cube.open') }).click()
  await urlBecomes(/\/o\/contacts\?.*rfm_segment/)
})

step('the other pages stand as well, in light and in dark', async () => {
  for (const [path, key] of [['cohorts', 'analysis.cohorts'], ['matrix', 'analysis.matrix'], ['forecast', 'analysis.forecast'], ['sheet', 'analysis.sheet'], ['models', 'analysis.models']]) {
    await page.goto(`/analysis/${path}`)
    await heading(text(key)).waitFor()
    await eventually(async () => assert.equal(await page.locator('#page .bone').count(), 0, `${path} is here`))
    await isSound(path)
  }
})

step('the card of a customer says what they are worth, and leads to their sheet', async () => {
  const { data } = await ask(`/contacts?limit=1&filter=${encodeURIComponent('rfm_segment = "champions"')}`)
  const [champion] = data
  const profile = (await api('GET', `/analytics/profiles/contacts/${champion.id}`)).body
  assert.equal(profile.segment, 'champions')
  await page.goto(`/o/contacts/${champion.id}`)
  const card = region('worth.title')
  await card.waitFor()
  await card.getByRole('link', { name: text('worth.sheet') }).click()
  await urlBecomes(new RegExp(`/analysis/sheet\\?of=contact:${champion.id}`))
  await page.getByRole('heading', { level: 2, name: champion.title }).waitFor()
})

step('a phone shows the map and the cohorts, and leads from one to the other', async () => {
  const phone = await onPhone()
  await phone.goto('/analysis')
  await region('customers.segments', phone).waitFor()
  await isSound('analysis-phone', phone)
  await button(text('shell.more'), phone).last().click()
  await phone.getByRole('menuitem', { name: text('analysis.cohorts') }).click()
  await heading(text('analysis.cohorts'), phone).waitFor()
  await isSound('cohorts-phone', phone)
})
