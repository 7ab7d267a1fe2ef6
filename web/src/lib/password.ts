/** How far a new password has come; whether it is good enough is for the server to say. */

export const SHORTEST_PASSWORD = 15

/** 0 to 4: short of the minimum, just there, and better for length and variety. Repeats do not count. */
export function passwordScore(password: string): 0 | 1 | 2 | 3 | 4 {
  const distinct = new Set(password).size
  const length = [...password].length
  if (length < SHORTEST_PASSWORD) return 0
  if (distinct < 6 || /^(.{1,4})\1+$/.test(password)) return 1
  if (length < 18 || distinct < 9) return 2
  return length < 24 ? 3 : 4
}
