// A real browser for the journeys: Debian's Chromium, driven by playwright-core.
// Every page it opens is watched: an error in the console or an answer of 500 fails the journey that met it.

import { spawn, spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const require = createRequire(import.meta.url)
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

/** The server under test and how it was started; set by bin/test, or by `ownServer`. */
export const server = {
  url: needed('RAPPORT_URL'),
  /** Holds what the server printed, the set-up link among it. */
  log: needed('RAPPORT_LOG'),
  program: needed('RAPPORT_BIN'),
  data: needed('RAPPORT_DATA'),
}

/**
 * A server with a company of its own for one journey, with these settings (lines of rapport.toml), filled by the program with
 * these arguments first; answers how to end it.
 */
export async function ownServer(fill = [], settings = undefined) {
  const data = mkdtempSync(join(tmpdir(), 'rapport-journey-'))
  if (settings) writeFileSync(join(data, 'rapport.toml'), settings)
  if (fill.length > 0) {
    const filled = spawnSync(server.program, [...fill, '--data', data], { encoding: 'utf8' })
    if (filled.status !== 0) throw new Error(`${fill.join(' ')}: ${filled.stderr}`)
  }
  const end = await serve(data)
  return async () => {
    await end()
    rmSync(data, { recursive: true, force: true })
  }
}

/** Serves a company; from here on this is the server under test. Answers how to end it. */
export async function serve(data) {
  const port = await freePort()
  const log = join(data, 'server.log')
  const output = openSync(log, 'w')
  const program = spawn(server.program, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', output, output] })
  Object.assign(server, { url: `http://127.0.0.1:${port}`, log, data })
  for (let isReady = false; !isReady; ) {
    if (program.exitCode !== null) throw new Error(readFileSync(log, 'utf8'))
    isReady = await fetch(`${server.url}/readyz`).then((answer) => answer.ok, () => false)
    if (!isReady) await new Promise((again) => setTimeout(again, 50))
  }
  return async () => {
    const ended = new Promise((over) => program.once('exit', over))
    program.kill()
    await ended
  }
}

function freePort() {
  return new Promise((found) => {
    const listener = createServer().listen(0, '127.0.0.1', () => {
      const { port } = listener.address()
      listener.close(() => found(port))
    })
  })
}

export const desktop = { width: 1440, height: 900 }
export const phone = { width: 390, height: 844 }

const pictures = fileURLToPath(new URL('./pictures/', import.meta.url))

export async function launch() {
  const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
    .find((path) => path && existsSync(path))
  if (!executablePath) throw new Error('no Chromium: apt-get install chromium, or set CHROMIUM')
  return chromium.launch({
    executablePath,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--force-color-profile=srgb',
    ],
  })
}

/** A page that remembers what went wrong in it. `page.faults()` returns and forgets. */
export async function open(browser, { viewport = desktop, theme = 'light', locale = 'en-GB', storageState } = {}) {
  const context = await browser.newContext({
    baseURL: server.url, viewport, colorScheme: theme, locale, storageState,
    reducedMotion: 'reduce', timezoneId: 'Europe/Chisinau', hasTouch: viewport.width < 500,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(Number(process.env.PATIENCE_MS ?? 30_000))
  let faults = []
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/\b40[149]\b|\b422\b/.test(message.text())) faults.push(`console: ${message.text()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`${response.status()} ${response.request().method()} ${response.url()}`)
  })
  page.faults = () => {
    const seen = faults
    faults = []
    return seen
  }
  return page
}

/** The address that the server printed for the first person, used once. */
export function setUpLink() {
  const found = readFileSync(server.log, 'utf8').match(/\/setup#[\w-]+/)
  if (!found) throw new Error('the server printed no set-up link')
  return found[0]
}

/** Waits until every fade and slide is over: half-way colours are nobody's fault. */
export async function settled(page) {
  await page.evaluate(async () => {
    const drawn = () => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))
    const passing = () => document.getAnimations().filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime))
    // What a new theme sets off begins only when it is drawn, and one fade may begin at the end of another.
    await drawn()
    for (let round = 0; round < 5 && passing().length > 0; round += 1) {
      await Promise.allSettled(passing().map((one) => one.finished))
      await drawn()
    }
  })
}

/** What a telephone shows for a secret (RFC 6238), or will show `later` steps of half a minute later. */
export function codeOf(secret, later = 0) {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
  const key = Buffer.from(bits.join('').match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later))
  const mac = createHmac('sha1', key).update(step).digest()
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

/** Saves what the page looks like, for people to look at: with PICTURES=1, and of a step that failed. */
export async function picture(page, name, always = false) {
  if (!always && !process.env.PICTURES) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: `${pictures}${name}.png` })
}

/** What axe finds against WCAG 2.2 A and AA, one line each; only colours differ in the dark. */
export async function violations(page, theme = 'light') {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  const found = await page.evaluate(async (isDark) => {
    const runOnly = isDark ? { type: 'rule', values: ['color-contrast'] } : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }
    const { violations } = await window.axe.run(document, { runOnly, resultTypes: ['violations'] })
    return violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => `${node.target.join(' ')} ${node.html.slice(0, 160)}`) }))
  }, theme === 'dark')
  return found.map(({ id, help, where }) => `${id}: ${help}\n    ${where.slice(0, 5).join('\n    ')}`)
}

/** The page is wider than its window: something pushes it to scroll sideways. */
export async function overflows(page) {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1)
}

function needed(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the journeys by bin/test journeys`)
  return value
}
