// Passkeys with the browser's own authenticator (CDP, WebAuthn domain): what the browser makes and signs, the server accepts,
// and a second factor by code beside it. It needs no page of ours but the origin, and a company of its own: this is about
// the two ends agreeing.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { codeOf, launch, ownServer, server, setUpLink } from './browser.mjs'

const password = 'rye and caraway at dawn'
const email = 'ana@bluebakery.example'

let browser
let end
let page
let devtools
let authenticator

before(async () => {
  end = await ownServer()
  browser = await launch()
  page = await (await browser.newContext()).newPage()
  // Browsers allow passkeys on this machine by its name, never by its number.
  await page.goto(`${server.url.replace('127.0.0.1', 'localhost')}/healthz`)
  devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  ;({ authenticatorId: authenticator } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  }))
  const made = await ask('POST', '/setup', { token: setUpLink().split('#')[1], name: 'Ana Pop', email, password, company: 'Blue Bakery' })
  assert.equal(made.status, 201, JSON.stringify(made))
})

after(async () => {
  await browser?.close()
  await end?.()
})

/** A request of the page, with its cookies. */
function ask(method, path, body) {
  return page.evaluate(
    async ({ method, path, body }) => {
      const answer = await fetch(`/api/v1${path}`, {
        method,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
      const text = await answer.text()
      return { status: answer.status, body: text ? JSON.parse(text) : null }
    },
    { method, path, body },
  )
}

/** The browser makes a key, or answers with one. */
function credential(how, options) {
  return page.evaluate(
    async ({ how, options }) => {
      const parsed =
        how === 'create'
          ? PublicKeyCredential.parseCreationOptionsFromJSON(options)
          : PublicKeyCredential.parseRequestOptionsFromJSON(options)
      return (await navigator.credentials[how]({ publicKey: parsed })).toJSON()
    },
    { how, options },
  )
}

async function signInByPasskey(token) {
  const body = token === undefined ? {} : { token }
  const options = await ask('POST', '/session/passkey/options', body)
  assert.equal(options.status, 200, JSON.stringify(options))
  return ask('POST', '/session/passkey', { ...body, credential: await credential('get', options.body.publicKey) })
}

test('a passkey that the browser makes signs in without a password', async () => {
  const options = await ask('POST', '/me/passkeys/options', {})
  assert.equal(options.body.publicKey.rp.id, 'localhost')
  const made = await credential('create', options.body.publicKey)
  const kept = await ask('POST', '/me/passkeys', { name: 'This browser', credential: made })
  assert.equal(kept.status, 201, JSON.stringify(kept))
  assert.equal((await ask('DELETE', '/session')).status, 204)
  assert.equal((await ask('GET', '/session')).status, 401)

  const back = await signInByPasskey()
  assert.equal(back.status, 200, JSON.stringify(back))
  assert.equal(back.body.user.email, email)
  const sessions = await ask('GET', '/sessions')
  assert.equal(sessions.body.data.find((session) => session.current).method, 'passkey')
})

test('the same browser does not make a second key for the same person', async () => {
  const options = await ask('POST', '/me/passkeys/options', {})
  assert.equal(options.body.publicKey.excludeCredentials.length, 1)
  await assert.rejects(credential('create', options.body.publicKey), /InvalidStateError|credentials already registered/)
})

test('nobody who was not verified gets in', async () => {
  await devtools.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: false })
  await assert.rejects(signInByPasskey(), /NotAllowedError|timed out or was not allowed/)
  await devtools.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: true })
})

test('a code is asked for after the password, and the passkey may stand in for it', async () => {
  const begun = await ask('POST', '/me/totp', {})
  assert.equal(begun.status, 201, JSON.stringify(begun))
  const confirmed = await ask('POST', '/me/totp/confirmation', { code: codeOf(begun.body.secret) })
  assert.equal(confirmed.body.recovery_codes.length, 10)
  await ask('DELETE', '/session')

  const way = await ask('POST', '/session', { email, password })
  assert.equal(way.status, 202)
  assert.deepEqual(way.body.methods, ['totp', 'recovery', 'passkey'])
  const back = await signInByPasskey(way.body.token)
  assert.equal(back.status, 200, JSON.stringify(back))

  await ask('DELETE', '/session')
  const again = await ask('POST', '/session', { email, password })
  const recovered = await ask('POST', '/session/code', { token: again.body.token, code: confirmed.body.recovery_codes[0] })
  assert.equal(recovered.status, 200, JSON.stringify(recovered))
})

test('a passkey that was taken away opens nothing', async () => {
  const mine = await ask('GET', '/me/security')
  assert.equal((await ask('DELETE', `/me/passkeys/${mine.body.passkeys[0].id}`)).status, 204)
  await ask('DELETE', '/session')
  assert.equal((await signInByPasskey()).status, 401)
})
