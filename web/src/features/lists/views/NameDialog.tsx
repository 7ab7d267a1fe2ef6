/** Asks how a view is called and who sees it. */

import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { Button, Segments } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import type { View } from './useViews'

const VISIBILITIES = ['private', 'team', 'everyone'] as const
const VISIBILITY_LABELS: Record<(typeof VISIBILITIES)[number], string> = { private: 'view.private', team: 'view.team', everyone: 'view.everyone' }

export default function NameDialog({ title, first, onClose, onSave }: { title: string; first: View | undefined; onClose: () => void; onSave: (name: string, visibility: string) => Promise<void> }) {
  const { t } = useTranslation()
  const [name, setName] = useState(first?.name ?? '')
  const [visibility, setVisibility] = useState<(typeof VISIBILITIES)[number]>(() => VISIBILITIES.find((one) => one === first?.record['visibility']) ?? 'private')
  const [error, setError] = useState<string | null>(null)
  return (
    <Modal title={title} open onClose={onClose}>
      <form
        className="flex flex-col gap-4 pt-1"
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() === '') return setError(t('form.required'))
          onSave(name.trim(), visibility).catch((cause: unknown) => setError(reasonOf(cause)))
        }}
      >
        <label className="flex flex-col gap-1">
          <span className="text-meta font-medium text-fg-2">{t('view.name')}</span>
          <input className="input" value={name} autoFocus onChange={(event) => setName(event.target.value)} aria-invalid={error !== null} />
          {error && <span role="alert" className="text-meta text-bad">{error}</span>}
        </label>
        <div className="flex flex-col gap-1">
          <span className="text-meta font-medium text-fg-2">{t('view.visibility')}</span>
          <div><Segments label={t('view.visibility')} value={visibility} onChange={setVisibility} options={VISIBILITIES.map((one) => ({ value: one, label: t(VISIBILITY_LABELS[one]) }))} /></div>
        </div>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit">{t('common.save')}</Button>
        </div>
      </form>
    </Modal>
  )
}
