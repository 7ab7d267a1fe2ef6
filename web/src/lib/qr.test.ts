import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { qrOf, qrPath } from './qr'

const digest = (text: string, mask: number) => createHash('sha256').update(qrOf(text, mask).map((row) => row.map((dark) => (dark ? '1' : '0')).join('')).join('\n')).digest('hex')

test('codes of several versions and masks are those that another encoder makes, module by module', () => {
  expect(digest('hello', 2)).toBe('f67f2bc632df800dbc2c111f69cd9af3812f0488abf74fb397641a9c00b86c64')
  expect(digest('otpauth://totp/Rapport:ana%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Rapport', 5)).toBe('cdd42c3ff32374c146ed9a39d901a4a8ba9d71153296e16dd35a09673d9cde62')
  expect(digest('x'.repeat(300), 7)).toBe('0cfd1fee6e5cc6901de086d61debc646d3f80f5180898a1b724548d6c42006af')
})

test('a code is as small as its text allows, and what fits no code is refused', () => {
  expect(qrOf('a').length).toBe(21)
  expect(qrOf('y'.repeat(600)).length).toBe(93)
  expect(() => qrOf('y'.repeat(700))).toThrow(RangeError)
})

test('the path draws every dark module once', () => {
  const grid = qrOf('hello')
  expect(qrPath(grid).split('M').length - 1).toBe(grid.flat().filter(Boolean).length)
})
