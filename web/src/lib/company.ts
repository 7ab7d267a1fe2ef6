/** The company: its name, mark, colour, languages, zone, currency. The colour is worn by the whole workspace. */

import { queryOptions, useQuery } from '@tanstack/react-query'
import { ask } from './api'
import { keep } from './storage'

export interface Shade {
  accent: string
  on: string
}

/** What was chosen, and what is worn in each theme so that every text stays readable. */
export interface Accent {
  chosen: string
  light: Shade
  dark: Shade
  corrected: boolean
}

export interface Company {
  name: string
  languages: string[]
  language: string
  time_zone: string
  currency: string
  logo: string | null
  accent: Accent | null
}

export const companyQuery = queryOptions({
  queryKey: ['company'],
  queryFn: async ({ signal }): Promise<Company> => (await ask<Company>('GET', '/company', { signal })).data,
  staleTime: 5 * 60_000,
})

export function useCompany(): Company | undefined {
  return useQuery(companyQuery).data
}

/** The tokens that follow the accent, each at the lightness that the design gives it. */
export function accentStyle(accent: Pick<Accent, 'light' | 'dark'>): string {
  const { light, dark } = accent
  return `:root{--accent:${light.accent};--accent-fg:${light.on};--accent-hover:oklch(from ${light.accent} calc(l - .05) c h);--accent-deep:oklch(from ${light.accent} calc(l - .105) c h);--accent-soft:oklch(from ${light.accent} .955 min(c, .022) h);--accent-text:oklch(from ${light.accent} .455 min(c, .2) h)}
[data-theme=dark]{--accent:${dark.accent};--accent-fg:${dark.on};--accent-hover:oklch(from ${dark.accent} calc(l - .04) c h);--accent-deep:oklch(from ${dark.accent} calc(l - .115) c h);--accent-soft:oklch(from ${dark.accent} .285 min(c, .065) h);--accent-text:oklch(from ${dark.accent} .8 min(c, .115) h)}`
}

const HEX = /^#[0-9a-f]{6}$/i

/** Wears the colour from now on, and from the first paint of the next visit (`public/theme.js`). */
export function wearAccent(accent: Accent | null): void {
  const colours = accent ? [accent.light.accent, accent.light.on, accent.dark.accent, accent.dark.on] : []
  const style = accent && colours.every((colour) => HEX.test(colour)) ? accentStyle(accent) : null
  keep('accent', style)
  wear(style)
}

export function wear(style: string | null): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(style ?? '')
  document.adoptedStyleSheets = [sheet]
}
