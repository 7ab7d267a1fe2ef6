/**
 * What can be done on the page that is open: each thing defined once, with its name, its key and what it does,
 * and offered by the palette, by its key and by the sheet of shortcuts alike.
 */

import { useLayoutEffect, useRef } from 'react'
import { createStore } from './store'

export interface Command {
  id: string
  label: string
  /** A single key, as `KeyboardEvent.key` tells it. */
  key?: string
  /** How the keys are written where they differ from `key`; shown, not listened to. */
  shown?: string[]
  /** Not offered by the palette: moving about makes no sense there. */
  onlyKeys?: boolean
  run: () => void
}

export interface CommandGroup {
  owner: symbol
  title: string
  commands: readonly Command[]
}

/** The groups of the open page, the innermost last. */
export const commandStore = createStore<readonly CommandGroup[]>([])

/** Offers `commands` while the caller is on the screen. */
export function useCommands(title: string, commands: readonly Command[]): void {
  const held = useRef(commands)
  held.current = commands
  // What a command does may change with each rendering; what is listed changes only with its words.
  const told = commands.map((command) => [command.id, command.label, command.key, ...(command.shown ?? [])].join('\u0001')).join('\u0002')

  // Before the page is painted: whoever sees it may press its keys.
  useLayoutEffect(() => {
    const owner = Symbol(title)
    const listed = held.current.map((command) => ({ ...command, run: () => held.current.find((one) => one.id === command.id)?.run() }))
    commandStore.set([...commandStore.get(), { owner, title, commands: listed }])
    return () => commandStore.set(commandStore.get().filter((group) => group.owner !== owner))
  }, [title, told])
}

/** The command that listens to this key; the page opened last is asked first. */
export function commandFor(key: string): Command | undefined {
  return commandStore.get().toReversed().flatMap((group) => group.commands).find((command) => command.key === key)
}
