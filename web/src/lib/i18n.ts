/** Languages of the workspace. Each catalogue is a data file of its own, so a reader loads one language only. */

import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { sayAway, speak } from './api'
import analysisEn from './locales/analysis/en.json?url'
import analysisRo from './locales/analysis/ro.json?url'
import analysisRu from './locales/analysis/ru.json?url'
import analysisZh from './locales/analysis/zh.json?url'
import boardsEn from './locales/boards/en.json?url'
import boardsRo from './locales/boards/ro.json?url'
import boardsRu from './locales/boards/ru.json?url'
import boardsZh from './locales/boards/zh.json?url'
import calendarEn from './locales/calendar/en.json?url'
import calendarRo from './locales/calendar/ro.json?url'
import calendarRu from './locales/calendar/ru.json?url'
import calendarZh from './locales/calendar/zh.json?url'
import commissionsEn from './locales/commissions/en.json?url'
import commissionsRo from './locales/commissions/ro.json?url'
import commissionsRu from './locales/commissions/ru.json?url'
import commissionsZh from './locales/commissions/zh.json?url'
import consolidationEn from './locales/consolidation/en.json?url'
import consolidationRo from './locales/consolidation/ro.json?url'
import consolidationRu from './locales/consolidation/ru.json?url'
import consolidationZh from './locales/consolidation/zh.json?url'
import en from './locales/en.json?url'
import layoutsEn from './locales/layouts/en.json?url'
import layoutsRo from './locales/layouts/ro.json?url'
import layoutsRu from './locales/layouts/ru.json?url'
import layoutsZh from './locales/layouts/zh.json?url'
import lettersEn from './locales/letters/en.json?url'
import lettersRo from './locales/letters/ro.json?url'
import lettersRu from './locales/letters/ru.json?url'
import lettersZh from './locales/letters/zh.json?url'
import listsEn from './locales/lists/en.json?url'
import listsRo from './locales/lists/ro.json?url'
import listsRu from './locales/lists/ru.json?url'
import listsZh from './locales/lists/zh.json?url'
import planningEn from './locales/planning/en.json?url'
import planningRo from './locales/planning/ro.json?url'
import planningRu from './locales/planning/ru.json?url'
import planningZh from './locales/planning/zh.json?url'
import quotesEn from './locales/quotes/en.json?url'
import quotesRo from './locales/quotes/ro.json?url'
import quotesRu from './locales/quotes/ru.json?url'
import quotesZh from './locales/quotes/zh.json?url'
import ro from './locales/ro.json?url'
import ru from './locales/ru.json?url'
import salesEn from './locales/sales/en.json?url'
import salesRo from './locales/sales/ro.json?url'
import salesRu from './locales/sales/ru.json?url'
import salesZh from './locales/sales/zh.json?url'
import segmentsEn from './locales/segments/en.json?url'
import segmentsRo from './locales/segments/ro.json?url'
import segmentsRu from './locales/segments/ru.json?url'
import segmentsZh from './locales/segments/zh.json?url'
import sequencesEn from './locales/sequences/en.json?url'
import sequencesRo from './locales/sequences/ro.json?url'
import sequencesRu from './locales/sequences/ru.json?url'
import sequencesZh from './locales/sequences/zh.json?url'
import settingsEn from './locales/settings/en.json?url'
import settingsRo from './locales/settings/ro.json?url'
import settingsRu from './locales/settings/ru.json?url'
import settingsZh from './locales/settings/zh.json?url'
import visitsEn from './locales/visits/en.json?url'
import visitsRo from './locales/visits/ro.json?url'
import visitsRu from './locales/visits/ru.json?url'
import visitsZh from './locales/visits/zh.json?url'
import zh from './locales/zh.json?url'
import { kept, keep } from './storage'

export const LANGUAGES = [
  { code: 'en', name: 'English' },
  { code: 'ru', name: 'Русский' },
  { code: 'zh', name: '中文' },
  { code: 'ro', name: 'Română' },
] as const

export type Language = (typeof LANGUAGES)[number]['code']

const catalogues: Record<Language, string> = { en, ru, zh, ro }

/** Texts that only some people ever need; they come with the first page of their part. */
const parts = {
  analysis: { en: analysisEn, ru: analysisRu, zh: analysisZh, ro: analysisRo },
  boards: { en: boardsEn, ru: boardsRu, zh: boardsZh, ro: boardsRo },
  calendar: { en: calendarEn, ru: calendarRu, zh: calendarZh, ro: calendarRo },
  commissions: { en: commissionsEn, ru: commissionsRu, zh: commissionsZh, ro: commissionsRo },
  consolidation: { en: consolidationEn, ru: consolidationRu, zh: consolidationZh, ro: consolidationRo },
  planning: { en: planningEn, ru: planningRu, zh: planningZh, ro: planningRo },
  quotes: { en: quotesEn, ru: quotesRu, zh: quotesZh, ro: quotesRo },
  letters: { en: lettersEn, ru: lettersRu, zh: lettersZh, ro: lettersRo },
  lists: { en: listsEn, ru: listsRu, zh: listsZh, ro: listsRo },
  layouts: { en: layoutsEn, ru: layoutsRu, zh: layoutsZh, ro: layoutsRo },
  visits: { en: visitsEn, ru: visitsRu, zh: visitsZh, ro: visitsRo },
  sales: { en: salesEn, ru: salesRu, zh: salesZh, ro: salesRo },
  segments: { en: segmentsEn, ru: segmentsRu, zh: segmentsZh, ro: segmentsRo },
  sequences: { en: sequencesEn, ru: sequencesRu, zh: sequencesZh, ro: sequencesRo },
  settings: { en: settingsEn, ru: settingsRu, zh: settingsZh, ro: settingsRo },
} as const satisfies Record<string, Record<Language, string>>
type Part = keyof typeof parts
const needed = new Set<Part>()
const held = new Set<string>()

async function fetchTexts(address: string): Promise<Record<string, string>> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`catalogue ${address}: ${response.status}`)
  return (await response.json()) as Record<string, string>
}

/** Everything needed so far in this language, of the shell and of the parts opened. */
async function catalogueOf(code: Language): Promise<Record<string, string>> {
  const wanted = [...needed].filter((part) => !held.has(`${part} ${code}`))
  const [shell, ...others] = await Promise.all([fetchTexts(catalogues[code]), ...wanted.map((part) => fetchTexts(parts[part][code]))])
  for (const part of wanted) held.add(`${part} ${code}`)
  return Object.assign({}, shell, ...others) as Record<string, string>
}

/** Fetches the texts of a part before its first page is drawn. */
export async function needTexts(part: Part): Promise<void> {
  needed.add(part)
  const code = i18next.language as Language
  if (held.has(`${part} ${code}`)) return
  i18next.addResourceBundle(code, 'translation', await fetchTexts(parts[part][code]))
  held.add(`${part} ${code}`)
}

export function isLanguage(code: unknown): code is Language {
  return LANGUAGES.some((language) => language.code === code)
}

/** The language chosen here before, else the browser's, else English. */
export function firstLanguage(): Language {
  const chosen = kept('language')
  if (isLanguage(chosen)) return chosen
  for (const tag of navigator.languages) {
    const code = tag.slice(0, 2)
    if (isLanguage(code)) return code
  }
  return 'en'
}

export async function startLanguage(code: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: code,
    fallbackLng: false,
    resources: { [code]: { translation: await catalogueOf(code) } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  settle(code)
}

export async function changeLanguage(code: Language): Promise<void> {
  if (!i18next.hasResourceBundle(code, 'translation') || [...needed].some((part) => !held.has(`${part} ${code}`))) {
    i18next.addResourceBundle(code, 'translation', await catalogueOf(code))
  }
  await i18next.changeLanguage(code)
  keep('language', code)
  settle(code)
}

function settle(code: Language): void {
  document.documentElement.lang = code === 'zh' ? 'zh-Hans' : code
  speak(code)
  sayAway(i18next.t('state.offline'))
}
