/** The keys of this page on one sheet: what the page offers first, then what its kind of page knows, then what holds everywhere. */

import { useRouterState } from '@tanstack/react-router'
import { useTranslation } from '@/lib/useTranslation'
import { commandStore } from '@/lib/commands'
import { shortcut } from '@/lib/keys'
import { shortcutsStore } from '@/lib/panels'
import { useSettings } from '@/lib/session'
import { useStore } from '@/lib/store'
import { Key } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

type Line = readonly [keys: readonly string[], label: string]

const LIST: Line[] = [
  [['↑', '↓', '←', '→'], 'shortcuts.move'],
  [['J', 'K'], 'shortcuts.rows'],
  [['↵'], 'shortcuts.edit'],
  [['Space'], 'shortcuts.peek'],
  [['O'], 'shortcuts.open'],
  [['X'], 'shortcuts.select'],
  [['⌘C', '⌘V'], 'shortcuts.clipboard'],
  [['⌘D'], 'shortcuts.fill_down'],
  [['⇧↑', '⇧↓'], 'shortcuts.extend'],
  [['⌘A'], 'shortcuts.all'],
  [['F'], 'shortcuts.filter'],
  [['⇧F'], 'shortcuts.clear_filter'],
]
const RECORD: Line[] = [
  [['←', '→'], 'shortcuts.tabs'],
  [['↵', 'F2'], 'shortcuts.edit_value'],
  [['@'], 'shortcuts.mention'],
]
const EVERYWHERE: Line[] = [
  [['⌘K'], 'shortcuts.palette'],
  [['/'], 'shortcuts.search'],
  [['G', 'H'], 'shortcuts.home'],
  [['G', 'C'], 'shortcuts.area'],
  [['C', 'P'], 'shortcuts.create'],
  [['I'], 'shortcuts.inbox'],
  [['⌘↵'], 'shortcuts.save'],
  [['⌘Z'], 'shortcuts.undo'],
  [['⌘⇧Z'], 'shortcuts.redo'],
  [['Esc'], 'shortcuts.close'],
  [['['], 'shortcuts.fold'],
  [['?'], 'shortcuts.this'],
]

export default function Shortcuts() {
  const { t } = useTranslation()
  const [settings] = useSettings()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const own = useStore(commandStore).toReversed().flatMap(({ title, commands }) => {
    const lines = commands.flatMap((command): Line[] => (command.shown ? [[command.shown, command.label]] : command.key ? [[[shownKey(command.key)], command.label]] : []))
    return lines.length > 0 ? [{ title, lines }] : []
  })
  const isRecord = /^\/o\/[^/]+\/[^/]+/.test(path)
  const isList = /^\/o\/[^/]+\/?$/.test(path)
  const told = (lines: readonly Line[]) => lines.map(([keys, label]): Line => [keys, t(label)])
  const groups = [
    ...own,
    ...(isList ? [{ title: t('shortcuts.in_list'), lines: told(LIST) }] : []),
    ...(isRecord ? [{ title: t('shortcuts.in_record'), lines: told(RECORD) }] : []),
    { title: t('shortcuts.everywhere'), lines: told(EVERYWHERE) },
  ]

  return (
    <Modal title={t('shortcuts.title')} open onClose={() => shortcutsStore.set(false)} width="max-w-[680px]">
      {settings.letters === false && <p role="status" className="mb-3 rounded-md bg-warn-soft px-3 py-1.5 text-meta text-warn">{t('shortcuts.are_off')}</p>}
      <div tabIndex={0} role="region" aria-label={t('shortcuts.title')} className="rounded-sm">
      {groups.map((group) => (
        <section key={group.title} aria-label={group.title} className="mb-4">
          <h3 className="mb-1 text-meta font-semibold tracking-normal text-fg-2">{group.title}</h3>
          <dl className="grid gap-x-8 sm:grid-cols-2">
            {group.lines.map(([keys, label]) => (
              <div key={label} className="flex min-h-8 items-center gap-3 border-b border-line py-1">
                <dt className="flex-1 text-fg-2">{label}</dt>
                <dd className="flex gap-1">{keys.map((key) => <Key key={key}>{shortcut(key)}</Key>)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      </div>
      <p className="text-meta text-fg-3">{t('shortcuts.switch_off')}</p>
    </Modal>
  )
}

function shownKey(key: string): string {
  return key.length === 1 ? key.toUpperCase() : key
}
