// The table as those who live in spreadsheets use it: ranges, copying and pasting, filling, groups with totals, figures
// below the columns, questions as conditions and as text, saved views, many records at once; and the same list on a phone.

import assert from 'node:assert/strict'
import { picture } from './browser.mjs'
import { api, ask, becomes, begin, button, count, dialog, find, heading, isSound, one, onPhone, page, press, step, takeBack, tell, told, until, urlBecomes } from './journey.mjs'
import { text } from './words.mjs'

/** Of the demo company's deals. */
const [prospecting, won, lost] = ['Prospecting', 'Won', 'Lost']

begin()

const grid = () => page.locator('[role=grid], [role=treegrid]')
const cell = (row, column) => page.locator(`#cell-${row}-${column}`)
const list = (plural, search) => `/o/${plural}?${new URLSearchParams({ view: 'all', ...search })}`
/** What a spreadsheet next door put on the clipboard. */
const pasteFromOutside = (table) => page.evaluate((copied) => {
  const clipboardData = new DataTransfer()
  clipboardData.setData('text/plain', copied)
  document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
}, table)

/** Six people of the demo company, always the same. */
const SIX = { f: 'last_name = "Suri"', sort: 'first_name', cols: 'job_title,department,email' }
let six

async function openSix() {
  await page.goto(list('contacts', SIX))
  await cell(5, 0).getByRole('link').waitFor()
  six = await find('contacts', SIX.f, SIX.sort)
  await grid().focus()
  await press('Control+Home')
}

step('a range is pasted from a spreadsheet, is one change, and one press takes it back', async () => {
  await openSix()
  await press('ArrowRight')
  await pasteFromOutside('Buyer\tPurchasing\r\nBaker\tKitchen\r\n')
  await until('both rows are stored', async () => (await one('contacts', six[0].id)).department === 'Purchasing' && (await one('contacts', six[1].id)).job_title === 'Baker')
  await cell(1, 2).getByText('Kitchen').waitFor()
  await isSound('table-pasted')
  await grid().focus()
  await press('Control+z')
  await until('both rows are as before', async () => (await one('contacts', six[0].id)).department === six[0].department && (await one('contacts', six[1].id)).job_title === six[1].job_title)
})

step('what cannot be read is named cell by cell, and the rest is pasted', async () => {
  await openSix()
  await press('ArrowRight', 'ArrowRight')
  await pasteFromOutside('Sales\tnobody\nSales\tiris@example.com')
  const panel = page.getByRole('dialog', { name: text('grid.paste_title') })
  await panel.getByText(text('grid.not_email')).waitFor()
  await isSound('table-paste')
  await panel.getByRole('button', { name: text('grid.paste_cells_other', { number: 3 }) }).click()
  await until('the readable cells are stored', async () => (await one('contacts', six[1].id)).email === 'iris@example.com')
  assert.equal((await one('contacts', six[0].id)).email, six[0].email)
  await panel.waitFor({ state: 'detached' })
  await grid().focus()
  await press('Control+z')
  await until('they are taken back', async () => (await one('contacts', six[1].id)).email === six[1].email)
})

step('cells are copied by keys and filled down; the range is drawn by mouse as well', async () => {
  await openSix()
  await press('ArrowRight')
  await page.keyboard.type('Miller')
  await press('Enter')
  await becomes(async () => (await one('contacts', six[0].id)).job_title, 'Miller')
  await openSix()
  await cell(0, 1).getByText('Miller').waitFor()
  await press('ArrowRight', 'Control+c', 'ArrowDown', 'Control+v')
  await becomes(async () => (await one('contacts', six[1].id)).job_title, 'Miller')
  await cell(1, 1).getByText('Miller').waitFor()
  const from = await cell(1, 1).boundingBox()
  const to = await cell(4, 1).boundingBox()
  await page.mouse.move(from.x + 30, from.y + 15)
  await page.mouse.down()
  await page.mouse.move(from.x + 40, from.y + 30)
  await page.mouse.move(to.x + 40, to.y + 15, { steps: 6 })
  await page.mouse.up()
  await page.getByText(text('grid.cells_chosen_other', { count: 4 })).waitFor({ state: 'attached' })
  await press('Control+d')
  await becomes(async () => (await one('contacts', six[4].id)).job_title, 'Miller')
  assert.equal((await one('contacts', six[5].id)).job_title, six[5].job_title)
  await cell(4, 1).getByText('Miller').waitFor()
  await picture(page, 'table-filled-light')
  await press('Control+Home', 'ArrowRight', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Delete')
  await becomes(() => count('contacts', `${SIX.f} and job_title = "Miller"`), 0)
})

step('what the server refuses stays in its cell with the reason, until it is mended', async () => {
  await openSix()
  await press('ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter')
  await cell(0, 3).getByRole('textbox').fill('not an address')
  await press('Enter')
  await press('ArrowUp')
  await cell(0, 3).getByRole('alert').waitFor()
  await cell(0, 3).getByText('not an address').waitFor()
  await isSound('table-refused')
  await grid().focus()
  await press('Enter')
  await cell(0, 3).getByRole('textbox').fill(six[0].email)
  await press('Enter')
  await cell(0, 3).getByRole('alert').waitFor({ state: 'detached' })
})

step('what may not be changed says so', async () => {
  await page.goto(list('contacts', { cols: 'created_at' }))
  await cell(0, 1).waitFor()
  await cell(0, 0).getByRole('link').waitFor()
  await grid().focus()
  await press('Control+Home', 'ArrowRight', 'Enter')
  await told(text('list.read_only')).waitFor()
  await isSound('table-read-only')
})

step('rows are gathered in groups with their totals, and fold', async () => {
  await page.goto(list('deals', { cols: 'status,amount,closed_on', fig: 'closed_on:latest' }))
  await grid().waitFor()
  await button(text('grid.group')).click()
  await page.getByRole('menuitemradio', { name: 'Stage', exact: true }).click()
  const head = page.getByRole('row', { expanded: true }).filter({ hasText: prospecting })
  await head.waitFor()
  const { groups } = await tell('/deals/groups', { by: ['stage'], measures: [{ op: 'count' }] })
  const total = groups.find((group) => group.keys[0].label === prospecting).values.count
  await head.getByText(total.toLocaleString('en-GB'), { exact: true }).waitFor()
  await isSound('table-groups')
  await head.click()
  await page.getByRole('row', { expanded: false }).filter({ hasText: prospecting }).waitFor()
  await urlBecomes(/group=stage/)
})

step('a figure of a column is chosen below it, over the whole filter', async () => {
  await page.goto(list('deals', { f: 'status = "won"', cols: 'amount,closed_on' }))
  await cell(0, 1).waitFor()
  await page.getByRole('button', { name: new RegExp(`^${text('grid.sum')}`) }).click()
  await page.getByRole('menuitemradio', { name: text('grid.most'), exact: true }).click()
  const most = (await ask(`/deals/aggregate?of=max:amount&filter=${encodeURIComponent('status = "won"')}`))['max:amount'][0].amount / 100
  await page.getByRole('button', { name: new RegExp(`^${text('grid.most')}.*${most.toLocaleString('en-GB').replaceAll('.', '\\.')}`) }).waitFor()
})

step('a question is built with a group, read as text, mended where it is wrong, and read as conditions again', async () => {
  await page.goto(list('deals', { f: `stage.name = "${won}" and (amount > 5000 USD or (company is empty and closed_on in last 20 years))` }))
  await cell(0, 1).waitFor()
  await becomes(() => page.getByRole('group', { name: text('filter.add_group') }).count(), 2)
  await isSound('table-question')
  await button(text('filter.as_text')).click()
  const box = page.getByRole('textbox', { name: text('filter.as_text') })
  await box.fill('amount > "much"')
  await page.getByRole('status').locator('mark').waitFor()
  await isSound('table-question-text')
  await box.fill(`stage.name = "${lost}"`)
  await button(text('common.apply')).click()
  await button(text('filter.as_chips')).click()
  await button(lost).waitFor()
  await until('the list is its answer', async () => (await grid().getByText(lost).count()) > 0)
})

step('a view is saved for everyone, opens first, shows when it is changed, and says what it names in vain', async () => {
  await tell('/definitions/deal/fields', { name: 'mood', label: { en: 'Mood' }, type: 'text' })
  await page.goto(list('deals', { f: 'status = "won"', sort: '-amount', cols: 'stage,amount,mood' }))
  await cell(0, 1).waitFor()
  await button(text('view.save_as')).click()
  await dialog().getByRole('textbox').fill('Great ones')
  await dialog().getByRole('radio', { name: text('view.everyone') }).click()
  await dialog().getByRole('button', { name: text('common.save') }).click()
  await page.getByRole('tab', { name: 'Great ones', selected: true }).waitFor()
  await button(text('view.menu', { name: 'Great ones' })).click()
  await page.getByRole('menuitem', { name: text('view.opens_first') }).click()
  await page.getByRole('menuitemradio', { name: text('view.for_everyone') }).click()
  await told(text('view.first_for_everyone', { name: 'Great ones' })).waitFor()

  await page.goto('/o/deals')
  await page.getByRole('tab', { name: 'Great ones', selected: true }).waitFor()
  await page.locator('[data-header="2"] button').click()
  await page.getByRole('menuitem', { name: text('list.ascending') }).click()
  await button(text('view.save_for_everyone')).waitFor()
  await isSound('table-view-changed')
  await button(text('view.reset')).click()
  await button(text('view.save_for_everyone')).waitFor({ state: 'detached' })

  assert.ok((await api('DELETE', '/definitions/deal/fields/mood')).status < 300)
  await page.goto('/o/deals')
  await page.getByText(/Great ones.*mood/).waitFor()
  await cell(0, 1).waitFor()
  await isSound('table-view-gone')
  await button(text('view.keep_without')).click()
  await page.getByText(/Great ones.*mood/).waitFor({ state: 'detached' })
  await button(text('view.menu', { name: 'Great ones' })).click()
  await page.getByRole('menuitem', { name: text('view.delete') }).click()
  await page.getByRole('tab', { name: 'Great ones' }).waitFor({ state: 'detached' })
})

step('all that fit are edited at once: seen before, followed, and taken back as one', async () => {
  const filter = 'last_name = "Suri"'
  const all = await count('contacts', filter)
  await page.goto(list('contacts', { f: filter, cols: 'department,email' }))
  await cell(0, 1).waitFor()
  await grid().focus()
  await press('Control+a')
  await button(text('bulk.edit')).click()
  await page.getByRole('combobox', { name: text('filter.field') }).fill('Department')
  await page.getByRole('option', { name: 'Department', exact: true }).click()
  await page.getByRole('textbox', { name: 'Department' }).fill('Riders')
  await page.getByText(text('bulk.will_change_other', { number: all })).waitFor()
  await isSound('table-bulk')
  await button(text('bulk.apply_other', { number: all })).click()
  const riders = () => count('contacts', `${filter} and department = "Riders"`)
  await becomes(riders, all)
  await takeBack(/./)
  await becomes(riders, 0)
})

step('thousands of rows pass by, and the page stays as small as it was', async () => {
  await page.goto(list('contacts', { cols: 'email,lifecycle' }))
  await cell(0, 1).waitFor()
  const nodes = () => page.evaluate(() => document.querySelectorAll('*').length)
  await grid().evaluate((element) => element.scrollBy(0, 36 * 20))
  await until('the rows came', async () => (await page.locator('[data-row] .bone').count()) === 0)
  const first = await nodes()
  for (let rows = 0; rows < 1500; rows += 90) {
    await grid().evaluate((element) => element.scrollBy(0, 36 * 90))
    await until('the rows came', async () => (await page.locator('[data-row] .bone').count()) === 0)
  }
  await until(`the page stays at about ${first} nodes`, async () => (await nodes()) < first + 400)
  await grid().evaluate((element) => element.scrollTo(0, 0))
  await cell(0, 0).getByRole('link').waitFor()
})

step('from record to record the keys walk on, also where the list has not been read yet', async () => {
  const order = { f: 'email contains "@"', sort: 'email' }
  await page.goto(list('contacts', order))
  await cell(0, 0).getByRole('link').click()
  await heading(/./).waitFor()
  await until('the way is kept', () => page.evaluate(() => sessionStorage.getItem('rapport.trail') !== null))
  const { data } = await ask(`/contacts?${new URLSearchParams({ filter: order.f, sort: order.sort, limit: 110 })}`)
  // The list was read up to its hundredth row.
  await page.goto(`/o/contacts/${data[98].id}`)
  await heading(data[98].title).waitFor()
  for (const [key, at] of [['j', 99], ['j', 100], ['j', 101], ['k', 100], ['k', 99], ['k', 98]]) {
    await press(key)
    await urlBecomes(new RegExp(data[at].id))
    await heading(data[at].title).waitFor()
  }
})

step('on a phone the list folds, its filter rises from below, and each row says what can be done', async () => {
  const small = await onPhone()
  await small.goto(list('deals', { group: 'status', f: 'amount > 1000 USD' }))
  const head = small.locator('main button[aria-expanded=true]').first()
  await head.waitFor()
  await isSound('phone-list', small)
  await small.getByRole('button', { name: new RegExp(`^${text('filter.filter')}`) }).click()
  await small.getByRole('dialog', { name: text('filter.filter') }).getByRole('button', { name: text('filter.add') }).waitFor()
  await isSound('phone-filter', small)
  await small.keyboard.press('Escape')
  await small.getByRole('button', { name: new RegExp(`^${text('phone.menu_of', { title: '' })}`) }).first().click()
  await small.getByRole('menuitem', { name: text('phone.edit') }).waitFor()
  await isSound('phone-row', small)
})
