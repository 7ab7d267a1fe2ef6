/** The keys of the workspace on one sheet. */

import { useTranslation } from 'react-i18next'
import { shortcut } from '@/lib/keys'
import { shortcutsStore } from '@/lib/panels'
import { Key } from '@/ui/kit'
import { Modal } from '@/ui/overlays'

const KEYS: [keys: string[], label: string][] = [
  [['⌘K'], 'shortcuts.palette'],
  [['/'], 'shortcuts.search'],
  [['G', 'H'], 'shortcuts.home'],
  [['G', 'C'], 'shortcuts.area'],
  [['C', 'P'], 'shortcuts.create'],
  [['↑', '↓', '←', '→'], 'shortcuts.move'],
  [['J', 'K'], 'shortcuts.rows'],
  [['↵'], 'shortcuts.edit'],
  [['Space'], 'shortcuts.peek'],
  [['O'], 'shortcuts.open'],
  [['X'], 'shortcuts.select'],
  [['⇧↑', '⇧↓'], 'shortcuts.extend'],
  [['⌘A'], 'shortcuts.all'],
  [['F'], 'shortcuts.filter'],
  [['⇧F'], 'shortcuts.clear_filter'],
  [['⌘↵'], 'shortcuts.save'],
  [['⌘Z'], 'shortcuts.undo'],
  [['⌘⇧Z'], 'shortcuts.redo'],
  [['['], 'shortcuts.fold'],
  [['?'], 'shortcuts.this'],
]

export default function Shortcuts() {
  const { t } = useTranslation()
  return (
    <Modal title={t('shortcuts.title')} open onClose={() => shortcutsStore.set(false)} width="max-w-[640px]">
      <dl className="grid gap-x-8 sm:grid-cols-2">
        {KEYS.map(([keys, label]) => (
          <div key={label} className="flex min-h-8 items-center gap-3 border-b border-line py-1 last:border-0">
            <dt className="flex-1 text-fg-2">{t(label)}</dt>
            <dd className="flex gap-1">{keys.map((key) => <Key key={key}>{shortcut(key)}</Key>)}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-meta text-fg-3">{t('shortcuts.switch_off')}</p>
    </Modal>
  )
}
