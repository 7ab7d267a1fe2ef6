// How fast the workspace is in the hand, on a large company: each figure beside its limit, measured in Chromium. The program
// must be a release build; the data is written to (one person is added, fifty cells are edited), so it should be a copy.
//
//   node web/journeys/speed.mjs PROGRAM DATA [PART …]        or, with the data made and copied: bin/bench pages
//
// Conditions: everything on one machine, the browser too; window 1440 × 900, no GPU, nothing throttled. Tasks and main-thread
// time are what the page's own thread worked (thread time of Chromium's trace), whatever else the machine did meanwhile;
// what an edit takes is wall time, from the key to the screen and to the server's answer.

import { spawnSync } from 'node:child_process'
import { strict as assert } from 'node:assert'

const [program, data, ...chosen] = process.argv.slice(2)
if (!program || !data) {
  console.error('usage: node web/journeys/speed.mjs PROGRAM DATA')
  process.exit(2)
}
process.env.RAPPORT_BIN = program
process.env.RAPPORT_URL ??= 'http://127.0.0.1:1'
process.env.RAPPORT_LOG ??= '/dev/null'
process.env.RAPPORT_DATA = data
const { launch, open, serve, server } = await import('./browser.mjs')

const who = { email: 'speed@rapport.example', password: 'as fast as the hand can go' }
const added = spawnSync(program, ['user', 'add', '--data', data, '--email', who.email, '--name', 'Speed'], { env: { ...process.env, RAPPORT_PASSWORD: who.password }, encoding: 'utf8' })
if (added.status !== 0 && !/exist|taken|already|unique/i.test(added.stderr)) throw new Error(added.stderr)

const end = await serve(data)
const browser = await launch()
const page = await open(browser)

/** Figures as they came, to be printed at the end. */
const figures = []
const measured = (what, value, limit, unit, conditions = '') => {
  figures.push({ what, value, limit, unit, conditions })
  console.log(`${value <= limit ? 'ok  ' : 'MISS'} ${what.padEnd(58)} ${String(Math.round(value * 10) / 10).padStart(8)} ${unit.padEnd(6)} of ${limit}${conditions && `   ${conditions}`}`)
}
const part = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(values.length * share) - 1)]

/** What the page's own thread works while `act` runs: each task in milliseconds of its processor time. */
async function tasksOf(act) {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] })
  const answer = await act()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString())
  const main = new Set(traceEvents.filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain').map((event) => `${event.pid} ${event.tid}`))
  const tasks = traceEvents.filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && event.tdur !== undefined && main.has(`${event.pid} ${event.tid}`))
  return { answer, tasks: tasks.map((event) => event.tdur / 1000) }
}
const sum = (values) => values.reduce((total, value) => total + value, 0)
const painted = () => page.evaluate(() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go))))
const nodes = () => page.evaluate(() => document.querySelectorAll('*').length)
try {
  const entered = await page.request.post('/api/v1/session', { headers: { origin: server.url }, data: who })
  assert.equal(entered.status(), 200, await entered.text())
  await page.goto('/o/contacts?view=all')
  await page.locator('#cell-0-0').getByRole('link').waitFor()
  const { count } = await (await page.request.get('/api/v1/contacts?limit=1&count=estimate')).json()
  console.log(`${count.value.toLocaleString('en-GB')} contacts\n`)

  const parts = { table: scrollOfTable, routes, edit: inlineEdit, board: boardColumn }
  for (const [name, measure] of Object.entries(parts)) if (chosen.length === 0 || chosen.includes(name)) await measure()
} finally {
  await browser.close()
  await end()
}
process.exit(figures.every(({ value, limit }) => value <= limit) ? 0 : 1)

/** The wheel turned as fast as a hand can: thousands of rows go by. */
async function scrollOfTable() {
  const grid = page.locator('[role=grid]')
  const box = await grid.boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const turn = async (times) => {
    for (let turns = 0; turns < times; turns += 1) {
      await page.mouse.wheel(0, 600)
      await painted()
    }
  }
  await turn(10)
  const before = await nodes()
  let most = before
  const { tasks } = await tasksOf(async () => {
    for (let round = 0; round < 10; round += 1) {
      await turn(30)
      most = Math.max(most, await nodes())
    }
  })
  const rows = await grid.evaluate((element) => Math.round(element.scrollTop / 36))
  measured('table: tasks over 50 ms while scrolling', tasks.filter((one) => one > 50).length, 0, 'tasks', `${rows.toLocaleString('en-GB')} rows passed, longest ${Math.round(Math.max(...tasks))} ms of ${tasks.length} tasks`)
  measured('table: elements more than before', most - before, 200, 'nodes', `${before} before, ${most} at most`)
}

/** From one page to another, with the keys and clicks of a person; each way first once, then five times. */
async function routes() {
  const link = () => page.locator('#cell-1-0').getByRole('link')
  const record = page.getByRole('heading', { level: 1 })
  const ways = [
    ['list to record', async () => page.goto('/o/contacts?view=all').then(() => link().waitFor()), () => link().click(), async () => { await record.waitFor(); await page.getByRole('tabpanel').getByRole('listitem').first().waitFor() }],
    ['record back to list', null, () => page.goBack(), () => link().waitFor()],
    ['list to another object', null, () => page.getByRole('link', { name: /^Companies/ }).first().click(), async () => { await page.waitForURL(/companies/); await link().waitFor() }],
    ['list to home', null, () => page.getByRole('link', { name: 'Home', exact: true }).click(), () => page.getByRole('heading', { level: 1, name: /Speed/ }).waitFor()],
    ['home to list', null, async () => { await page.keyboard.press('g'); await page.keyboard.press('c') }, () => link().waitFor()],
  ]
  const times = new Map(ways.map(([name]) => [name, []]))
  for (let round = 0; round < 6; round += 1) {
    for (const [name, prepare, go, there] of ways) {
      await prepare?.()
      await page.waitForLoadState('networkidle').catch(() => {})
      await painted()
      const { tasks } = await tasksOf(async () => {
        await go()
        await there()
        await painted()
      })
      times.get(name).push(sum(tasks))
    }
  }
  for (const [name, [first, ...warm]] of times) {
    measured(`route: ${name}, median`, part(warm, 0.5), 150, 'ms', `worst ${Math.round(Math.max(...warm))}, first ${Math.round(first)} (its script is parsed)`)
  }
}

/** Fifty cells one below the other: Enter, a new value, Enter. */
async function inlineEdit() {
  const filter = new URLSearchParams({ view: 'all', cols: 'job_title,email' })
  await page.goto(`/o/contacts?${filter}`)
  await page.locator('#cell-0-1').waitFor()
  await page.locator('#cell-0-0').getByRole('link').waitFor()
  await page.locator('[role=grid]').focus()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('ArrowRight')
  await page.evaluate(() => {
    window.edits = []
    window.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
      const cell = event.target.closest('[id^=cell-]')
      const edit = { wanted: event.target.value, began: event.timeStamp }
      window.edits.push(edit)
      const look = () => {
        if (cell.querySelector('input') === null && cell.textContent.includes(edit.wanted)) edit.shown = performance.now() - edit.began
        else requestAnimationFrame(look)
      }
      requestAnimationFrame(look)
    }, true)
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const edit = window.edits.find((one) => one.confirmed === undefined && entry.startTime >= one.began)
        if (edit && /\/api\/v1\/contacts\/[0-9a-f-]{36}$/.test(entry.name)) edit.confirmed = entry.responseEnd - edit.began
      }
    }).observe({ type: 'resource' })
  })
  // Another value than that of an earlier measurement: what is the same is not sent.
  const mark = `Edited ${Date.now() % 100_000}`
  for (let number = 0; number < 50; number += 1) {
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+a')
    await page.keyboard.type(`${mark} ${number}`)
    await page.keyboard.press('Enter')
    await page.waitForFunction((at) => window.edits[at]?.shown !== undefined && window.edits[at]?.confirmed !== undefined, number)
  }
  const edits = await page.evaluate(() => window.edits)
  measured('inline edit: key to the new value on the screen, worst', Math.max(...edits.map((edit) => edit.shown)), 50, 'ms', `50 edits, median ${Math.round(part(edits.map((edit) => edit.shown), 0.5))}`)
  measured('inline edit: key to the server’s answer, p95', part(edits.map((edit) => edit.confirmed), 0.95), 100, 'ms', `50 edits, median ${Math.round(part(edits.map((edit) => edit.confirmed), 0.5))}`)
}

/** A column of more than 20,000 cards, walked by the wheel until so many have gone by. */
async function boardColumn() {
  const wanted = 20_000
  await page.goto('/o/deals?layout=board')
  await page.locator('[data-card]').first().waitFor()
  await page.waitForLoadState('networkidle').catch(() => {})
  const columns = page.locator('section').filter({ has: page.locator('h2') })
  let fullest = null
  let cards = 0
  for (let at = 0; at < (await columns.count()); at += 1) {
    const text = await columns.nth(at).locator('h2 + span').textContent().catch(() => '0')
    const number = Number(text.replaceAll(/\D/g, ''))
    if (number > cards) [fullest, cards] = [columns.nth(at), number]
  }
  const list = fullest.getByRole('list')
  await list.waitFor()
  const before = await nodes()
  let most = before
  const walk = () => list.evaluate(async (element) => {
    for (let turns = 0; turns < 60; turns += 1) {
      element.scrollTop += 1200
      await new Promise((go) => requestAnimationFrame(go))
    }
    const last = [...element.querySelectorAll('[aria-posinset]')].at(-1)
    return Number(last?.getAttribute('aria-posinset') ?? 0)
  })
  let passed = 0
  const { tasks } = await tasksOf(async () => {
    for (const until = Date.now() + 180_000; passed < Math.min(wanted, cards) - 20 && Date.now() < until; ) {
      passed = await walk()
      most = Math.max(most, await nodes())
    }
  })
  measured('board: cards of one column not reached', Math.max(0, Math.min(wanted, cards) - 20 - passed), 0, 'cards', `${passed.toLocaleString('en-GB')} of ${cards.toLocaleString('en-GB')} passed`)
  measured('board: tasks over 50 ms while scrolling', tasks.filter((one) => one > 50).length, 0, 'tasks', `longest ${Math.round(Math.max(...tasks))} ms of ${tasks.length} tasks`)
  measured('board: elements more than before', most - before, 400, 'nodes', `${before} before, ${most} at most`)
}
