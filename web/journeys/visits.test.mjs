// The company's sites: the log of a server is given to a page, the pages tell which searches bring visits and where they
// lead, a goal and a funnel are set up, and a page with the tracker is looked at by somebody, whose visit is seen.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { server } from './browser.mjs'
import { ask, becomes, begin, browser, button, dialog, heading, isSound, onPhone, page, step, tell, until, urlBecomes } from './journey.mjs'
import { text } from './words.mjs'

begin({ fill: ['demo'] })

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Sixty visits of three pages over ten days, a third of them by a search, and one line that is none. */
function log() {
  const lines = ['this is no line']
  for (let visit = 0; visit < 60; visit++) {
    const begun = Date.now() - (10 - (visit % 10)) * 86_400_000 - visit * 60_000
    const referrer = visit % 3 === 0 ? `https://www.google.com/search?q=${visit % 2 === 0 ? 'blue+tea' : 'tea+pot'}` : '-'
    for (const [place, path] of ['/', '/tea', visit % 4 === 0 ? '/thanks' : '/about'].entries()) {
      const at = new Date(begun + place * 30_000)
      const two = (number) => String(number).padStart(2, '0')
      const clock = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
      lines.push(`192.0.2.${visit} - - [${clock} +0000] "GET ${path} HTTP/1.1" 200 500 "${place === 0 ? referrer : '-'}" "${FIREFOX}"`)
    }
  }
  return `${lines.join('\n')}\n`
}

const part = (key) => page.getByRole('navigation', { name: text('web.parts') }).getByRole('button', { name: text(key), exact: true })
const region = (key) => page.getByRole('region', { name: text(key), exact: true })
const row = (words) => page.getByRole('row').filter({ hasText: words })

step('an empty company is told how to begin', async () => {
  await page.goto('/analysis/web')
  await heading(text('analysis.web')).waitFor()
  await page.getByRole('heading', { name: text('web.none') }).waitFor()
  await isSound('web-empty')
  await button(text('web.set_up')).click()
  await urlBecomes(/part=setup/)
  await region('web.logs').waitFor()
})

step('a log is given to the page and read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-log-'))
  const file = join(folder, 'access.log')
  writeFileSync(file, log())
  const chooser = page.waitForEvent('filechooser')
  await button(text('web.logs_choose')).click()
  await (await chooser).setFiles(file)
  await becomes(async () => (await ask('/analytics/web/logs')).data[0]?.state, 'done')
  rmSync(folder, { recursive: true })
  await page.getByText(text('web.done'), { exact: true }).waitFor()
  await page.locator('summary').click()
  await page.getByText(text('web.damaged_line', { stream: 'access.log', line: '1', damage: text('web.damage_no_time') })).waitFor()
  await isSound('web-setup')
})

step('the figures of the period are those of the log', async () => {
  await part('web.overview').click()
  const seen = await ask('/analytics/web')
  assert.equal(seen.figures.visits, 60)
  assert.equal(seen.figures.views, 180)
  await page.getByRole('term').filter({ hasText: text('web.visits') }).first().waitFor()
  await page.getByRole('definition').filter({ hasText: /^60$/ }).first().waitFor()
  await isSound('web-overview')
})

step('which searches bring visits', async () => {
  await part('web.sources').click()
  await page.getByRole('radio', { name: text('web.by_phrase') }).or(page.getByRole('button', { name: text('web.by_phrase') })).first().click()
  await urlBecomes(/side=phrase/)
  const { rows } = await ask('/analytics/web/by/phrase')
  assert.deepEqual(rows.map((one) => [one.key, one.visits]), [['blue tea', 10], ['tea pot', 10]])
  await row('blue tea').getByRole('cell', { name: '10', exact: true }).waitFor()
  await isSound('web-sources')
  await part('web.buyers').click()
  await row('blue tea').first().waitFor()
  await isSound('web-buyers')
})

step('what was looked at before and after a page', async () => {
  await part('web.pages').click()
  await region('web.pages').last().getByRole('button', { name: '/tea', exact: true }).click()
  await urlBecomes(/page=\/tea/)
  const around = await ask('/analytics/web/paths?page=/tea')
  assert.deepEqual(around.after.map((one) => one.path), ['/about', '/thanks'])
  await region('web.paths').getByRole('button', { name: '/thanks' }).waitFor()
  await isSound('web-pages')
})

step('a goal and a funnel are set up on the page and counted', async () => {
  await part('web.steps').click()
  await button(text('web.add_goal')).click()
  await dialog().getByLabel(text('web.name')).fill('Thanked')
  await dialog().getByLabel(text('web.goal_path')).fill('/thanks')
  await dialog().getByRole('button', { name: text('common.save') }).click()
  await row('Thanked').getByRole('cell', { name: '15', exact: true }).first().waitFor()
  await button(text('web.add_funnel')).click()
  await dialog().getByLabel(text('web.name')).fill('To the end')
  await dialog().getByLabel(text('web.funnel_steps')).fill('/\n/tea\n/thanks')
  await dialog().getByRole('button', { name: text('common.save') }).click()
  await page.getByRole('article', { name: 'To the end' }).getByText(text('web.funnel_done', { share: '25%' })).waitFor()
  await isSound('web-steps')
})

step('who is looked at by the tracker is seen, without an id on the device', async () => {
  const shown = `<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1><script src="${server.url}/t.js"></script></html>`
  const shop = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end(shown))
  await new Promise((listening) => shop.listen(0, '127.0.0.1', listening))
  const address = `http://127.0.0.1:${shop.address().port}`
  await tell('/sites', { name: 'Shop', domains: '127.0.0.1' })
  const visitor = await browser.newContext({ userAgent: FIREFOX })
  try {
    const there = await visitor.newPage()
    await there.goto(`${address}/spring?utm_source=letter&utm_campaign=May`)
    await there.evaluate(() => {
      history.pushState({}, '', '/basket')
      window.rapport('event', 'signed_up')
    })
    const site = (await ask('/sites?limit=5')).data[0].id
    await becomes(async () => (await ask(`/analytics/web?site=${site}`)).figures?.views, 2)
    assert.deepEqual((await ask(`/analytics/web/by/campaign?site=${site}`)).rows.map((one) => one.key), ['May'])
    assert.equal(await there.evaluate(() => localStorage.length + document.cookie.length), 0)
    const word = await there.evaluate(() => new Promise((told) => window.rapport('visit', told)))
    assert.match(word, /^[0-9a-f]+\.[0-9a-f]{32}$/)
    // With consent there is an id that lasts, and it goes when the consent goes.
    await there.evaluate(() => window.rapport('consent', true))
    assert.equal(await there.evaluate(() => localStorage.length), 1)
    await there.evaluate(() => window.rapport('consent', false))
    assert.equal(await there.evaluate(() => localStorage.length), 0)
    await page.goto(`/analysis/web?part=pages&site=${site}`)
    await region('web.pages').last().getByRole('button', { name: '/basket', exact: true }).waitFor()
  } finally {
    await visitor.close()
    shop.close()
  }
})

step('visitors, and everything on a phone', async () => {
  await page.goto('/analysis/web?part=visitors')
  await region('web.known').waitFor()
  await until('devices are told', () => row(text('web.desktop')).first().isVisible())
  await isSound('web-visitors')
  const small = await onPhone()
  for (const name of ['overview', 'sources', 'pages', 'steps', 'visitors', 'buyers', 'setup']) {
    await small.goto(`/analysis/web${name === 'overview' ? '' : `?part=${name}`}`)
    await small.getByRole('heading', { level: 2 }).first().waitFor()
    await isSound(`phone-web-${name}`, small)
  }
})
