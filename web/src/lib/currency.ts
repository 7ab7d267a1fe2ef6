/** Which currency an amount without one is likely in: the one this reader sees most. */

const seen = new Map<string, number>()

export function sawCurrency(currency: string): void {
  seen.set(currency, (seen.get(currency) ?? 0) + 1)
}

export function likelyCurrency(): string {
  let likely = 'EUR'
  let most = 0
  for (const [currency, count] of seen) {
    if (count > most) {
      likely = currency
      most = count
    }
  }
  return likely
}
