/** Evidence in plain words: "Email: one slip of the finger", "Birthday: different". The part `consolidation` holds its texts. */

import { useTranslation } from '@/lib/useTranslation'
import type { Comparison, Evidence } from './matching'

const COMPARED: Record<string, string> = {
  given: 'evidence.given', family: 'evidence.family', name: 'evidence.name', date: 'evidence.date', email: 'evidence.email', phone: 'evidence.phone', number: 'evidence.number',
  domain: 'evidence.domain', place: 'evidence.place', text: 'evidence.text',
}

const CAME_OUT: Record<string, string> = {
  same: 'evidence.is_same', typo: 'evidence.is_typo', alike: 'evidence.is_alike', initial: 'evidence.is_initial', swapped: 'evidence.is_swapped', contained: 'evidence.is_contained',
  day_month: 'evidence.is_day_month', mailbox: 'evidence.is_mailbox', other: 'evidence.is_other', unknown: 'evidence.is_unknown',
  house: 'evidence.at_house', street: 'evidence.at_street', area: 'evidence.in_area', near: 'evidence.in_near', region: 'evidence.in_region',
}
const OTHER_PLACE: Record<string, string> = { typo: 'evidence.at_typo', unknown: 'evidence.at_unknown', other: 'evidence.at_other' }
const OTHER_AREA: Record<string, string> = { unknown: 'evidence.in_unknown', other: 'evidence.in_other' }

/** A value four times rarer, or more usual, than the run of them is worth a word. */
const WORTH_A_WORD = 2

export function useEvidenceWords() {
  const { t } = useTranslation()
  const compared = (comparison: Comparison) => t(COMPARED[typeof comparison === 'string' ? comparison : 'text'] ?? 'evidence.text')
  const known = (words: Record<string, string>, level: string) => (words[level] ? t(words[level]) : level.replaceAll('_', ' '))
  const cameOut = (level: string): string => {
    const [first = '', second] = level.split('.')
    if (second === undefined) return known(CAME_OUT, first)
    if (first === 'namesake') return t('evidence.namesake', { what: known(CAME_OUT, second) })
    return t('evidence.and', { one: known({ ...CAME_OUT, ...OTHER_PLACE }, first), other: known({ ...CAME_OUT, ...OTHER_AREA }, second) })
  }
  const words = ({ comparison, level, rarity }: Evidence): string => {
    const said = t('evidence.said', { what: compared(comparison), how: level === null ? t('evidence.silent') : cameOut(level) })
    if (rarity >= WORTH_A_WORD) return t('evidence.rare', { said })
    return rarity <= -WORTH_A_WORD ? t('evidence.usual', { said }) : said
  }
  return { compared, cameOut, words }
}

const LIKELIHOODS = { certain: 'likelihood.certain', very: 'likelihood.very', likely: 'likelihood.likely', open: 'likelihood.open', hardly: 'likelihood.hardly' } as const

/** The key of the words for a likelihood. */
export function likelihoodKey(likelihood: keyof typeof LIKELIHOODS): string {
  return LIKELIHOODS[likelihood]
}
