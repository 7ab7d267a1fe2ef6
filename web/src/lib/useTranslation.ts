/**
 * The texts of the page's language, anew when it changes. The hook of react-i18next copies the whole of i18next for each
 * of its callers: in a table of a thousand cells that was most of what was worked when a page was opened.
 */

import i18next, { type i18n, type TFunction } from 'i18next'
import { createStore, useStore } from './store'

interface Texts {
  t: TFunction
  i18n: i18n
}

const texts = createStore<Texts>({ t: i18next.getFixedT(null, 'translation'), i18n: i18next })
i18next.on('initialized languageChanged', () => texts.set({ t: i18next.getFixedT(i18next.language), i18n: i18next }))

export function useTranslation(): Texts {
  return useStore(texts)
}
