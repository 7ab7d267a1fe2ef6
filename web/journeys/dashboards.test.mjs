// What a company steers by: the scorecard with what a figure means and what drove it, a dashboard made of one's own cards by
// keys, and a question in SQL with its answer.

import assert from 'node:assert/strict'
import { ask, be, begin, button, count, dialog, find, heading, isSound, onPhone, page, press, step, urlBecomes } from './journey.mjs'
import { text } from './words.mjs'

begin({ fill: ['demo'] })

const WINDOW = 'period=last_12_months&compare=previous'

step('the scorecard tells what the server reckons, and a figure opens what it counts', async () => {
  await page.goto('/scorecards')
  await heading(text('analysis.scorecards')).waitFor()
  const values = await ask(`/analytics/kpis/values?${WINDOW}&codes=deals_closed`)
  const [closed] = values.data
  assert.ok(closed.value > 0)
  assert.equal(await count(closed.behind.plural, closed.behind.filter), closed.value)
  await page.getByRole('row').filter({ hasText: 'Orders' }).first().waitFor()
  await isSound('scorecard')
})

step('a KPI says what it means and what drove it, and the parts sum to the change', async () => {
  await button('Net revenue').click()
  await dialog().getByText('gross_sales - returned_amount').waitFor()
  await dialog().getByRole('region', { name: text('drivers.title') }).getByRole('listitem').nth(2).waitFor()
  const told = await ask(`/analytics/kpis/revenue/drivers?${WINDOW}`)
  if (told.explained) assert.equal(told.drivers.reduce((sum, one) => sum + one.contribution.amount, 0), told.change.amount)
  await isSound('kpi')
  await press('Escape')
  await dialog().waitFor({ state: 'detached' })
})

step('a standard dashboard stands ready for each function', async () => {
  await page.goto('/dashboards')
  await page.getByRole('heading', { level: 2, name: 'Net revenue' }).first().waitFor()
  await isSound('dashboard')
  for (const key of ['marketing', 'service']) {
    await be(`/dashboards?d=${key}`)
    await page.locator('.board-card').nth(7).waitFor()
  }
})

step('somebody makes it their own, moves a card by keys and keeps it', async () => {
  await page.goto('/dashboards')
  await button(text('board.make_own')).click()
  await page.getByRole('textbox', { name: text('board.name') }).fill('Mine')
  const grip = button(text('board.move', { title: 'Orders' }))
  await grip.focus()
  await press('ArrowDown', 'Shift+ArrowRight')
  await button(text('common.save')).click()
  await urlBecomes(/d=[0-9a-f-]{36}/)
  const [mine] = await find('dashboards', 'name = "Mine"')
  const card = mine.config.cards.find((one) => one.kpi === 'orders')
  assert.deepEqual([card.w, card.y > 0], [4, true])
})

step('a card of SQL stands on it', async () => {
  await page.goto('/questions')
  await page.getByRole('textbox', { name: text('sql.question') }).fill('select status, count(*) as deals from deals group by status order by 2 desc')
  await press('Control+Enter')
  await page.getByRole('columnheader', { name: 'deals' }).waitFor()
  await page.getByRole('textbox', { name: text('board.name') }).fill('Deals by status')
  await isSound('sql')
  await button(text('sql.keep')).click()
  await urlBecomes(/q=[0-9a-f-]{36}/)
  await page.getByRole('textbox', { name: text('sql.question') }).fill('drop table deals')
  await button(text('sql.run')).click()
  await page.getByRole('alert').waitFor()
}, { expects: [/422/] })

step('on a phone the cards stand one below another', async () => {
  const phone = await onPhone()
  await phone.goto('/dashboards')
  await phone.getByRole('heading', { level: 2, name: 'Net revenue' }).first().waitFor()
  const boxes = await phone.locator('.board-card').evaluateAll((cards) => cards.map((card) => card.getBoundingClientRect().left))
  assert.equal(new Set(boxes.map(Math.round)).size, 1)
  await isSound('dashboard-phone', phone)
  await phone.goto('/scorecards')
  await phone.getByRole('button', { name: 'Net revenue' }).waitFor()
  await isSound('scorecard-phone', phone)
})
