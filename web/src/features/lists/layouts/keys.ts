/** The keys of a layout as the sheet of shortcuts lists them; they are listened to where the focus is, on a card or an entry. */

import { useCommands } from '@/lib/commands'

export function useKeyList(title: string, keys: readonly (readonly [shown: readonly string[], label: string])[]): void {
  useCommands(title, keys.map(([shown, label]) => ({ id: label, label, shown: [...shown], onlyKeys: true, run: () => {} })))
}
