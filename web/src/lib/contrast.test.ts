import { expect, test } from 'vitest'
import { contrast, shadeOf } from './contrast'

test('black on white has 21 to 1, a colour on itself 1 to 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#3366cc', '#3366cc')).toBe(1)
  expect(contrast('blue', '#ffffff')).toBeNull()
})

test.each(['#ffff00', '#000000', '#ffffff', '#0a7cff', '#808080', '#ff00aa'])('%s is worn so that text on it and it on the page can be read', (chosen) => {
  for (const [theme, page] of [['light', '#ffffff'], ['dark', '#141519']] as const) {
    const shade = shadeOf(chosen, theme)
    expect(shade).not.toBeNull()
    expect(contrast(shade?.accent ?? '', shade?.on ?? '')).toBeGreaterThanOrEqual(4.5)
    expect(contrast(shade?.accent ?? '', page)).toBeGreaterThanOrEqual(3)
  }
})
