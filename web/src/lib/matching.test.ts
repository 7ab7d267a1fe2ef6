import { expect, test } from 'vitest'
import { likelihoodOf, probabilityText, stepsOf } from './matching'

test('a probability is never rounded to certainty', () => {
  expect(probabilityText(0.99996, 'en')).toBe('99.99%')
  expect(probabilityText(1, 'en')).toBe('99.99%')
  expect(probabilityText(0.974, 'en')).toBe('97%')
  expect(probabilityText(0.987, 'en')).toBe('98.7%')
  expect(probabilityText(0, 'en')).toBe('0.01%')
})

test('the words for a probability have five steps', () => {
  expect([0.999, 0.95, 0.8, 0.5, 0.1].map(likelihoodOf)).toEqual(['certain', 'very', 'likely', 'open', 'hardly'])
})

test('the bars of the evidence lead from the prior to the sum, and what nobody said is no bar', () => {
  const steps = stepsOf({
    prior_bits: -10,
    bits: 1,
    why: [
      { comparison: 'email', level: 'same', bits: 14, rarity: 0 },
      { comparison: 'date', level: 'other', bits: -3, rarity: 0 },
      { comparison: 'phone', level: null, bits: 0, rarity: 0 },
    ],
  })
  expect(steps.map(({ from, to }) => [from, to])).toEqual([[-10, 4], [4, 1]])
})
