// Tens of thousands of records edited at once: seen before it happens, watched, stopped on the way, taken back from the
// history; then carried through and taken back from the line that tells of it. Every record is then as it was.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { becomes, begin, button, count, find, heading, isSound, page, press, step, takeBack, told, until } from './journey.mjs'
import { like, text } from './words.mjs'

/** As many as a development build changes and takes back in a minute; a release build does ROWS=100000 in the same time. */
const rows = Number(process.env.ROWS ?? 20_000)
/** A job of so many may take as long as this on a machine that does other things as well. */
const JOB_MS = 240_000
const departments = ['Bakery', 'Kitchen', 'Office', 'Vans', 'Yard']
const number = rows.toLocaleString('en-GB')

const folder = mkdtempSync(join(tmpdir(), 'rapport-many-'))
const file = join(folder, 'people.csv')
writeFileSync(file, ['First name,Last name,Email,Department', ...Array.from({ length: rows }, (_, n) => `Person,Grover ${n},person${n}@grover.example,${departments[n % departments.length]}`)].join('\n'))
after(() => rmSync(folder, { recursive: true, force: true }))

begin({ fill: ['import', file, '--object', 'contacts'] })

const movedTo = (name) => count('contacts', `department = "${name}"`)
const asBefore = async () => Promise.all(departments.map(movedTo))
const whole = departments.map((_, at) => Math.floor((rows - 1 - at) / departments.length) + 1)
const progress = () => page.getByRole('progressbar', { name: text('job.running') })

/** Chooses all of a filter and what their department becomes; answers how many there are. */
async function chooseAll(filter, department) {
  await page.goto(`/o/contacts?${new URLSearchParams({ view: 'all', f: filter, cols: 'department,email' })}`)
  await page.locator('#cell-0-0').getByRole('link').waitFor()
  await page.locator('[role=grid]').focus()
  await press('Control+a')
  await page.getByRole('toolbar', { name: text('bulk.actions') }).getByText(text('bulk.all_selected_other', { number })).waitFor()
  await button(text('bulk.edit')).click()
  await page.getByRole('combobox', { name: text('filter.field') }).fill('Department')
  await page.getByRole('option', { name: 'Department', exact: true }).click()
  await page.getByRole('textbox', { name: 'Department' }).fill(department)
  await page.getByText(like('bulk.will_change_about')).waitFor()
  await page.getByText(text('bulk.as_job')).waitFor()
}

step(`${number} contacts are there, in five departments`, async () => {
  await becomes(() => count('contacts'), rows)
  assert.deepEqual(await asBefore(), whole)
})

step('all are edited at once, stopped on the way, and what was done is taken back from the history', async () => {
  await chooseAll('email contains "@grover.example"', 'Riders')
  await isSound('many-preview')
  await button(text('bulk.apply_other', { number })).click()
  await until('it is under way', async () => Number(await progress().getAttribute('aria-valuenow')) > 0)
  // At once: nothing else is looked at here, or a quick machine would be done first.
  await button(text('common.cancel'), page.getByRole('status').filter({ has: progress() })).click()
  await told(text('job.cancelled')).waitFor()
  const done = await movedTo('Riders')
  assert.ok(done > 0 && done < rows, `${done} of ${number} were done before it was stopped`)

  const [changed] = await find('contacts', 'department = "Riders"')
  await page.goto(`/o/contacts/${changed.id}?tab=history`)
  await heading(changed.title).waitFor()
  await page.getByRole('tab', { name: text('record.history') }).click()
  await button(text('history.undo')).first().click()
  await becomes(() => movedTo('Riders'), 0, 'all that were done are taken back', JOB_MS)
  assert.deepEqual(await asBefore(), whole)
}, { patience: 480_000 })

step('all are edited at once, and one press takes all of it back', async () => {
  await chooseAll('email contains "@grover.example"', 'Riders')
  await button(text('bulk.apply_other', { number })).click()
  await progress().waitFor()
  await told(text('job.done_other', { number })).waitFor({ timeout: JOB_MS })
  assert.equal(await movedTo('Riders'), rows)
  await page.locator('#cell-0-1').getByText('Riders').waitFor()
  await takeBack(text('job.done_other', { number }))
  await progress().waitFor()
  await isSound('many-progress')
  await becomes(() => movedTo('Riders'), 0, 'all are taken back', JOB_MS)
  assert.deepEqual(await asBefore(), whole)
  await page.locator('#cell-0-1').getByText(new RegExp(departments.join('|'))).waitFor()
}, { patience: 600_000 })
