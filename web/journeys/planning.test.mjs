// A plan is typed, stands in the forecast beside what was sold, and somebody says otherwise with a reason; what changed in
// the pipeline opens the records behind it.

import assert from 'node:assert/strict'
import { ana, ask, becomes, begin, button, dialog, eventually, heading, isSound, page, press, step, takeBack, told, until, urlBecomes } from './journey.mjs'
import { like, text } from './words.mjs'

begin()

/** The quarter that the page says is now: its column in a year of four, and a day in its middle. */
const now = new Date()
const column = Math.floor(now.getUTCMonth() / 3)
const day = `${now.getUTCFullYear()}-${String(column * 3 + 2).padStart(2, '0')}-15`
const forecast = async () => {
  const { rows } = await ask(`/forecast?unit=quarter&on=${day}`)
  return rows.find((row) => row.title === ana.name)
}

step('a quota is typed as into a spreadsheet, taken back, and typed again', async () => {
  await page.goto(`/sales/plan?unit=quarter&all=yes&year=${now.getUTCFullYear()}`)
  const line = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: ana.name }) })
  const cell = line.locator('[data-at]').nth(column)
  const before = (await forecast())?.own.quota ?? null
  await cell.focus()
  await press('5', '0', '0', '0', 'Enter')
  await told(text('planning.written_one', { count: 1 })).waitFor()
  await becomes(async () => (await forecast())?.own.quota, 500_000, 'the plan stands in the forecast')
  await takeBack(text('planning.written_one', { count: 1 }))
  await becomes(async () => (await forecast())?.own.quota ?? null, before, 'and is taken back')
  await cell.focus()
  await press('7', '5', '0', '0', 'Enter')
  await becomes(async () => (await forecast())?.own.quota, 750_000)
  await isSound('plan')
})

step('the forecast shows the plan, and what somebody says instead stands with its reason', async () => {
  await page.goto(`/sales/forecast?on=${day}`)
  const line = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: ana.name }) })
  await line.getByText('7,500').first().waitFor()
  await line.getByRole('button', { name: new RegExp(ana.name) }).click()
  await dialog().getByLabel(like('planning.will_be')).fill('6200')
  await dialog().getByLabel(text('planning.reason'), { exact: true }).fill('Two bakeries sign in spring')
  await isSound('forecast-say')
  await dialog().getByRole('button', { name: text('common.save') }).click()
  await dialog().waitFor({ state: 'detached' })
  await becomes(async () => (await forecast()).own.call, 620_000)
  await line.getByText('6,200').first().waitFor()
  await isSound('forecast')
  await line.getByRole('button', { name: new RegExp(ana.name) }).click()
  await dialog().getByText('Two bakeries sign in spring').first().waitFor()
  await dialog().getByLabel(text('planning.reason'), { exact: true }).fill('They wait for summer')
  await button(text('planning.take_back'), dialog()).click()
  await becomes(async () => (await forecast()).said.own?.amount ?? null, null)
})

step('what changed in the pipeline opens the deals behind it', async () => {
  await page.goto('/sales/reports')
  await heading(text('pages.sales_reports')).waitFor()
  const bar = page.getByRole('table').first().getByRole('button').first()
  await bar.waitFor()
  await isSound('sales-reports')
  await bar.click()
  await urlBecomes(/figure=/)
  const link = dialog().getByRole('link').first()
  await until('a deal stands behind the figure', async () => (await link.getAttribute('href'))?.startsWith('/o/deals/'))
  const title = await link.innerText()
  await link.click()
  await eventually(async () => assert.match(new URL(page.url()).pathname, /^\/o\/deals\//))
  await heading(title).waitFor()
})
