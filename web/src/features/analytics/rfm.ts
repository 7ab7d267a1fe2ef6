/** Where the named segments lie on the map of recency by frequency: each is a rectangle of scores, ends included. */

export interface Zone {
  segment: string
  /** Recency scores. */
  bottom: number
  top: number
  /** Frequency scores. */
  left: number
  right: number
}

export const zones: readonly Zone[] = [
  { segment: 'new', bottom: 5, top: 5, left: 1, right: 1 },
  { segment: 'potential_loyal', bottom: 4, top: 5, left: 2, right: 3 },
  { segment: 'champions', bottom: 5, top: 5, left: 4, right: 5 },
  { segment: 'promising', bottom: 4, top: 4, left: 1, right: 1 },
  { segment: 'loyal', bottom: 3, top: 4, left: 4, right: 5 },
  { segment: 'about_to_sleep', bottom: 3, top: 3, left: 1, right: 2 },
  { segment: 'need_attention', bottom: 3, top: 3, left: 3, right: 3 },
  { segment: 'hibernating', bottom: 1, top: 2, left: 1, right: 2 },
  { segment: 'at_risk', bottom: 1, top: 2, left: 3, right: 4 },
  { segment: 'cannot_lose', bottom: 1, top: 2, left: 5, right: 5 },
]
