/** Languages of the workspace. Each catalogue is a data file of its own, so a reader loads one language only. */

import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { speak } from './api'
import en from './locales/en.json?url'
import ro from './locales/ro.json?url'
import ru from './locales/ru.json?url'
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

async function catalogueOf(code: Language): Promise<Record<string, string>> {
  const response = await fetch(catalogues[code])
  if (!response.ok) throw new Error(`catalogue ${code}: ${response.status}`)
  return (await response.json()) as Record<string, string>
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
  if (!i18next.hasResourceBundle(code, 'translation')) {
    i18next.addResourceBundle(code, 'translation', await catalogueOf(code))
  }
  await i18next.changeLanguage(code)
  keep('language', code)
  settle(code)
}

function settle(code: Language): void {
  document.documentElement.lang = code === 'zh' ? 'zh-Hans' : code
  speak(code)
}
