/** Keys of the page: which element is being typed into, and how a shortcut is written on this system. */

export const isMac = /mac|iphone|ipad/i.test(navigator.platform || navigator.userAgent)

/** `⌘K` on a Mac, `Ctrl K` elsewhere. */
export function shortcut(keys: string): string {
  if (isMac) return keys
  return keys.replace('⌘⇧', 'Ctrl ⇧ ').replace('⌘', 'Ctrl ')
}

/** The key belongs to a field being typed in, or to an open menu. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type)
  return target.closest('[role=menu],[role=dialog],[role=listbox]') !== null
}

export function isCommand(event: { metaKey: boolean; ctrlKey: boolean }): boolean {
  return isMac ? event.metaKey : event.ctrlKey
}
