// What every journey begins with and does: a signed-in page, steps, looking again until something is so, asking the API
// beside the page. A page does its work in its own time: a journey never looks once, it looks until it holds.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desktop, launch, open, overflows, ownServer, phone, picture, server, setUpLink, settled, violations } from './browser.mjs'
import { text } from './words.mjs'

export const ana = { name: 'Ana Pop', email: 'ana@bluebakery.example', password: 'rye and caraway at dawn' }

/** How long anything may take before it counts as never, on a machine that does other things as well. */
const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 30_000)
const LOOK_AGAIN_MS = 50

/** The page that the steps are about, and the browser it is in. */
export let page
export let browser
/** The pages of others, open for one step. */
let guests = []

/**
 * Opens the page before the first step and closes the browser after the last; signed in, unless a step does that. With
 * `fill`, on a server of its own that the program has filled by these arguments, and with settings that `settings` answers.
 */
export function begin({ signedIn = true, fill, settings } = {}) {
  let end
  before(async () => {
    if (fill) end = await ownServer(fill, await settings?.())
    browser = await launch()
    page = await open(browser)
    if (signedIn) await signIn()
  })
  after(async () => {
    await browser?.close()
    await end?.()
  })
}

/** One step. It fails for what its pages complained about as well, but for what it expects, and leaves no hand on the page. */
export function step(name, work, { expects = [], patience = 300_000 } = {}) {
  test(name, { timeout: patience }, async () => {
    try {
      await work()
      for (const one of [page, ...guests]) {
        assert.deepEqual(one.faults().filter((fault) => !expects.some((expected) => expected.test(fault))), [], 'the page complained')
      }
    } catch (error) {
      for (const [at, one] of [page, ...guests].entries()) {
        await picture(one, `failed-${name.replaceAll(/\W+/g, '-').slice(0, 60)}${at === 0 ? '' : `-${at}`}`, true).catch(() => {})
        one.faults()
      }
      await page.mouse.up().catch(() => {})
      await page.unrouteAll().catch(() => {})
      throw error
    } finally {
      for (const guest of guests) await guest.context().close()
      guests = []
    }
  })
}

// ---- people and their pages ----

/**
 * Signs somebody in who is not; Ana's workspace is set up where no other journey has done that. On the server that journeys share
 * the newcomer does: those without a server of their own have names behind hers.
 */
export async function signIn(on = page, who = ana) {
  if ((await api('GET', '/session', undefined, on)).body?.user?.email === who.email) return
  const { status } = await api('POST', '/session', { email: who.email, password: who.password }, on)
  if (status === 200) return
  assert.equal(who, ana, `${who.name} is signed in: ${status}`)
  await tell('/setup', { token: setUpLink().split('#')[1], ...ana }, on)
}

/** Another page for this step: somebody else's, or one's own on a phone. `who` is null for a stranger. */
export async function guest({ who = ana, viewport = desktop } = {}) {
  const storageState = who === ana ? await page.context().storageState() : undefined
  const made = await open(browser, { viewport, storageState })
  guests.push(made)
  if (who && who !== ana) await signIn(made, who)
  return made
}

export const onPhone = () => guest({ viewport: phone })

/** From here on the steps go on with the same session on a phone. */
export async function continueOnPhone() {
  const storageState = await page.context().storageState()
  await page.context().close()
  page = await open(browser, { viewport: phone, storageState })
}

/** Goes to an address unless the page is there. */
export async function be(path, on = page) {
  const now = on.url().startsWith('http') ? new URL(on.url()) : null
  if (!now || now.pathname + now.search !== path) await on.goto(path)
}

// ---- looking until it is so ----

/** Answers what `check` answers, as soon as it no longer throws. */
export async function eventually(check, patience = PATIENCE_MS) {
  for (const end = Date.now() + patience; ; ) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() >= end) throw error
      await new Promise((again) => setTimeout(again, LOOK_AGAIN_MS))
    }
  }
}

/** Waits until `found` answers with something true, and answers with it. */
export function until(what, found) {
  return eventually(async () => {
    const answer = await found()
    assert.ok(answer, `never: ${what}`)
    return answer
  })
}

/** Waits until `found` answers exactly this. */
export function becomes(found, wanted, what, patience = PATIENCE_MS) {
  return eventually(async () => assert.deepEqual(await found(), wanted, what), patience)
}

export const urlBecomes = (pattern, on = page) => eventually(() => assert.match(decodeURIComponent(on.url()), pattern))

/** Waits until the focus is in what `place` finds. */
export function focused(place) {
  return until('the focus is there', () => place.evaluate((element) => element.contains(document.activeElement)))
}

/** What the page keeps in this browser of something begun holds these words. */
export function draftHolds(...words) {
  return until(`a draft holds ${words}`, () => page.evaluate((wanted) => Object.entries(localStorage).some(([name, held]) => /draft|compose/.test(name) && wanted.every((word) => held.includes(word))), words))
}

// ---- what is on the page ----

export const heading = (name, on = page) => on.getByRole('heading', { level: 1, name })
export const button = (name, on = page) => on.getByRole('button', { name, exact: true })
/** What asks for attention; not the lines that tell what was done. */
export const dialog = (on = page) => on.locator('[role=dialog]:not([data-toast])')
/** The line that tells what was done. */
export const told = (words, on = page) => on.locator('[data-toast]').filter({ hasText: words }).first()
/** Takes back what that line tells. */
export const takeBack = (words, on = page) => button(text('undo.undo'), told(words, on)).click()

export async function press(...keys) {
  for (const key of keys) await page.keyboard.press(key)
}

/** No violation, in light and in dark, and nothing that scrolls sideways; the page is at rest, no button hovered. */
export async function isSound(name, on = page) {
  await on.mouse.move(1, 1)
  for (const theme of ['light', 'dark']) {
    await on.emulateMedia({ colorScheme: theme })
    await on.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme)
    await settled(on)
    await picture(on, `${name}-${theme}`)
    // What is just being drawn is nobody's fault; what stays is.
    await eventually(async () => assert.deepEqual(await violations(on, theme), [], `${name}, ${theme}`), 5000)
  }
  await on.emulateMedia({ colorScheme: 'light' })
  await on.waitForFunction(() => document.documentElement.dataset.theme === 'light')
  await eventually(async () => assert.equal(await overflows(on), false, `${name} scrolls sideways`), 5000)
}

// ---- the API beside the page, with its session ----

export async function api(method, path, data, on = page) {
  const answer = await on.request.fetch(`/api/v1${path}`, { method, ...(data === undefined ? {} : { data }), headers: { origin: new URL(server.url).origin } })
  const body = await answer.text()
  return { status: answer.status(), body: body ? JSON.parse(body) : null }
}

/** What an address answers; anything but a success fails the step. */
export async function ask(path, on = page) {
  const { status, body } = await api('GET', path, undefined, on)
  assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`)
  return body
}

export async function tell(path, data, on = page) {
  const { status, body } = await api('POST', path, data, on)
  assert.ok(status < 300, `${path}: ${status} ${JSON.stringify(body)}`)
  return body
}

export const one = (plural, id, on = page) => ask(`/${plural}/${id}`, on)
export const find = async (plural, filter, sort = '', on = page) => (await ask(`/${plural}?filter=${encodeURIComponent(filter)}&sort=${sort}&limit=50`, on)).data

export async function count(plural, filter = '', on = page) {
  const { count: found } = await ask(`/${plural}?limit=1&count=exact&filter=${encodeURIComponent(filter)}`, on)
  assert.equal(found.exact, true)
  return found.value
}
