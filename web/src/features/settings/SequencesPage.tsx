/** Sequences: letters and tasks in a row that stop when somebody answers. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { ask } from '@/lib/api'
import { fewQuery, type RecordData } from '@/lib/records'
import { useObject, useSession } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { iconOf } from '@/ui/icons'
import { Button, Pill } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import { CARD, Page, useTry } from './parts'

const ListOrdered = iconOf('list-ordered')

export default function SequencesPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const attempt = useTry()
  const may = useObject('mail_sequence')?.can
  const me = useSession()?.user.id
  const sequences = useQuery(fewQuery('mail_sequences', { sort: 'name', limit: 200 }))
  const [busy, setBusy] = useState(false)
  const shown = sequences.data?.data ?? []

  async function add() {
    setBusy(true)
    await attempt(async () => {
      const taken = new Set(shown.map((one) => one.title))
      const name = [t('sequences.first_name'), ...Array.from({ length: 99 }, (_, at) => `${t('sequences.first_name')} ${at + 2}`)].find((one) => !taken.has(one))
      const { data } = await ask<RecordData>('POST', '/mail_sequences', { body: { name, owner: me } })
      await queries.invalidateQueries({ queryKey: ['few', 'mail_sequences'] })
      await navigate({ to: '/settings/sequences/$id', params: { id: data.id } })
    })
    setBusy(false)
  }

  return (
    <Page title={t('sequences.title')} lead={t('sequences.lead')} action={may?.create && <Button look="primary" aria-busy={busy} onClick={() => !busy && void add()}><Plus size={15} />{t('sequences.new')}</Button>}>
      {sequences.isError ? <Failed error={sequences.error} onRetry={() => void sequences.refetch()} /> : sequences.isPending ? <Bones rows={4} className="!px-0" /> : shown.length === 0 ? (
        <Blank icon={ListOrdered} title={t('sequences.none')}>{t('sequences.none_hint')}</Blank>
      ) : (
        <ul aria-label={t('sequences.title')} className={CARD}>
          {shown.map((one) => (
            <li key={one.id} className="border-b border-line last:border-0">
              <Link to="/settings/sequences/$id" params={{ id: one.id }} className="flex min-h-14 items-center gap-3 px-4 py-2 hover:bg-hover">
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{one.title}</span>
                  <span className="block truncate text-meta text-fg-3">{typeof one['description'] === 'string' && one['description'] ? one['description'] : t('sequences.hours', { from: String(one['sends_from']), until: String(one['sends_until']) })}</span>
                </span>
                {one['paused'] === true && <Pill>{t('sequences.paused')}</Pill>}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}
