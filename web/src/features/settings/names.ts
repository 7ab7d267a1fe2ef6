/** A name for the API from words in any of our alphabets: `Заказ-наряд` becomes `zakaz_naryad`. */

const CYRILLIC: Record<string, string> = {
  а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ё: 'yo', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'h', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'sch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya',
}

export function nameFrom(words: string): string {
  const latin = [...words.trim().toLowerCase()].map((letter) => CYRILLIC[letter] ?? letter).join('')
  const plain = latin.normalize('NFD').replace(/\p{M}/gu, '').replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '')
  return /^[0-9]/.test(plain) ? `n${plain}` : plain.slice(0, 48)
}
