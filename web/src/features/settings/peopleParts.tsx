/** What inviting a person and looking at one have in common. */

import { Copy } from 'lucide-react'
import { useRoleName } from '@/lib/roleNames'
import { useTranslation } from '@/lib/useTranslation'
import { notify } from '@/lib/actions'
import { formatRelative, formatTime } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { Button, Tick } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import type { Role } from './access'

export interface Link {
  kind: 'invite' | 'reset'
  link: string
  expires_at: string
}

export function RoleTicks({ roles, picked, onChange }: { roles: Role[]; picked: string[]; onChange: (next: string[]) => void }) {
  const roleName = useRoleName()
  return (
    <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
      {roles.map((role) => (
        <label key={role.id} className="flex min-h-6 items-center gap-2.5">
          <Tick label={roleName(role)} checked={picked.includes(role.id)} onChange={(on) => onChange(on ? [...picked, role.id] : picked.filter((one) => one !== role.id))} />
          <span className="truncate">{roleName(role)}</span>
        </label>
      ))}
    </div>
  )
}

export function LinkDialog({ link, name, onClose }: { link: Link; name: string; onClose: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  return (
    <Modal open title={t('access.link')} onClose={onClose} footer={<Button look="primary" onClick={onClose}>{t('common.done')}</Button>}>
      <div className="flex flex-col gap-3">
        <p className="text-fg-2">{t('access.link_lead', { name, time: formatTime(link.expires_at, locale) })} <span className="text-fg-3">{formatRelative(link.expires_at, locale)}</span></p>
        <div className="flex items-center gap-2">
          <input readOnly aria-label={t('access.link')} className="input min-w-0 flex-1 font-mono text-meta" value={link.link} onFocus={(event) => event.currentTarget.select()} />
          <Button look="outline" size="lg" onClick={() => void navigator.clipboard?.writeText(link.link).then(() => notify({ text: t('record.link_copied') })).catch(() => {})}><Copy size={14} />{t('common.copy')}</Button>
        </div>
      </div>
    </Modal>
  )
}
