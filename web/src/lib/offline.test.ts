import { beforeEach, expect, test } from 'vitest'
import { isOfflineOn, isReadable, switchOffline } from './offline'

const record = '/api/v1/contacts/01a20104-019f-700c-998e-2e9de4218988'

beforeEach(() => localStorage.clear())

test('records, what stands on their pages, and first pages of lists may be read again without the server', () => {
  for (const address of ['/api/v1/session', '/api/v1/definitions', record, `${record}/timeline?limit=30`, `${record}/related`, '/api/v1/deals?limit=100&count=estimate', '/api/v1/deals/layout', '/api/v1/me/day']) {
    expect(isReadable(address), address).toBe(true)
  }
})

test('secrets, rights, what was searched and later pages of lists are never kept', () => {
  for (const address of ['/api/v1/keys', '/api/v1/sessions', '/api/v1/audit?limit=50', '/api/v1/roles', '/api/v1/search?q=pop', '/api/v1/me/security', '/api/v1/deals?cursor=5b30', `${record}/explain`, '/api/v1/files/01a20104-019f-700c-998e-2e9de4218988', '/api/v1/users/01a20104-019f-700c-998e-2e9de4218988/security']) {
    expect(isReadable(address), address).toBe(false)
  }
})

test('whoever does not want it switches it off for this device', async () => {
  Object.assign(globalThis, { indexedDB: globalThis.indexedDB ?? {} })
  expect(isOfflineOn()).toBe(true)
  await switchOffline(false)
  expect(isOfflineOn()).toBe(false)
  await switchOffline(true)
  expect(isOfflineOn()).toBe(true)
})
