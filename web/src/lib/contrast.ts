/** How well two colours can be told apart (WCAG 2.2), for the preview of a company's colour. */

type Rgb = [number, number, number]

export function rgbOf(hex: string): Rgb | null {
  const found = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex.trim())
  return found ? [Number.parseInt(found[1] ?? '', 16), Number.parseInt(found[2] ?? '', 16), Number.parseInt(found[3] ?? '', 16)] : null
}

function luminance([r, g, b]: Rgb): number {
  const linear = (value: number) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/** From 1 to 21; null when one of them is no colour. */
export function contrast(a: string, b: string): number | null {
  const first = rgbOf(a)
  const second = rgbOf(b)
  if (!first || !second) return null
  const [light, dark] = [luminance(first), luminance(second)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const ON = ['#ffffff', '#16181d'] as const
/** The page behind a button, in each theme. */
const PAGES = { light: '#ffffff', dark: '#141519' } as const

/** What would be worn: the text that reads better, the colour moved towards black or white until both contrasts hold. */
export function shadeOf(chosen: string, theme: 'light' | 'dark'): { accent: string; on: string } | null {
  const from = rgbOf(chosen)
  if (!from) return null
  const page = PAGES[theme]
  const fits = (accent: string, on: string) => (contrast(accent, on) ?? 0) >= 4.5 && (contrast(accent, page) ?? 0) >= 3
  for (let step = 0; step <= 50; step += 1) {
    for (const target of theme === 'light' ? [0, 255] : [255, 0]) {
      const accent = `#${from.map((value) => Math.round(value + ((target - value) * step) / 50).toString(16).padStart(2, '0')).join('')}`
      for (const on of ON) if (fits(accent, on)) return { accent, on }
    }
  }
  return null
}
