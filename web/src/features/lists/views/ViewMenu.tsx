/** What can be done with a saved view: named, shown first, moved, copied, put away. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowLeft, ArrowRight, Copy, Link2, Pencil, Star, Trash2 } from 'lucide-react'
import { useRoleName } from '@/lib/roleNames'
import { useTranslation } from '@/lib/useTranslation'
import { ask, reasonOf } from '@/lib/api'
import { notify, useActs } from '@/lib/actions'
import type { ObjectDef } from '@/lib/definitions'
import { bulk } from '@/lib/records'
import { useSession } from '@/lib/session'
import { DropItem, DropLine, DropMore } from '@/ui/kit'
import { viewsQuery, type DefaultView, type View } from './useViews'

interface Role {
  id: string
  name: string
  key?: string | null
}

export default function ViewMenu({ object, viewObject, view, views, first, onRename, onCopy, onGone }: {
  object: ObjectDef
  viewObject: ObjectDef
  view: View
  views: View[]
  first: DefaultView
  onRename: () => void
  onCopy: () => void
  onGone: () => void
}) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const acts = useActs()
  const queries = useQueryClient()
  const session = useSession()
  const admin = session?.can.admin === true
  const roles = useQuery({
    queryKey: ['roles', 'names'],
    queryFn: async ({ signal }): Promise<Role[]> => (await ask<{ data: Role[] }>('GET', '/roles', { signal })).data.data,
    enabled: admin,
    staleTime: 60_000,
    retry: false,
  })
  const mine = first.view === view.id && first.from === 'user'
  const at = views.findIndex((one) => one.id === view.id)
  const { can } = viewObject

  async function openFirst(whom: string, on: boolean, told: string) {
    try {
      await ask('PUT', `/${object.plural}/views/default`, { body: { view: on ? view.id : null, for: whom } })
      await queries.invalidateQueries({ queryKey: viewsQuery(object.plural).queryKey })
      notify({ text: on ? told : t('view.not_first_now', { name: view.name }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
  }

  async function move(step: number) {
    const order = views.map((one) => one.id)
    order.splice(at, 1)
    order.splice(at + step, 0, view.id)
    try {
      await bulk('views', { action: 'update', records: order.map((id, position) => ({ id, position })) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
    await queries.invalidateQueries({ queryKey: ['few', 'views'] })
  }

  return (
    <>
      {can.update && <DropItem icon={<Pencil size={14} />} onClick={onRename}>{t('view.rename')}</DropItem>}
      {can.create && <DropItem icon={<Copy size={14} />} onClick={onCopy}>{t('view.copy')}</DropItem>}
      <DropItem icon={<Link2 size={14} />} onClick={() => void navigator.clipboard?.writeText(window.location.href).then(() => notify({ text: t('view.link_copied') }))}>{t('view.copy_link')}</DropItem>
      <DropLine />
      {admin ? (
        <DropMore icon={<Star size={14} />} label={t('view.opens_first')}>
          <DropItem checked={mine} onClick={() => void openFirst('me', !mine, t('view.first_for_me', { name: view.name }))}>{t('view.for_me')}</DropItem>
          {view.visibility === 'everyone' ? (
            <>
              <DropItem checked={first.view === view.id && first.from === 'everyone'} onClick={() => void openFirst('everyone', !(first.view === view.id && first.from === 'everyone'), t('view.first_for_everyone', { name: view.name }))}>{t('view.for_everyone')}</DropItem>
              {(roles.data ?? []).map((role) => (
                <DropItem key={role.id} onClick={() => void openFirst(role.id, true, t('view.first_for_role', { name: view.name, role: roleName(role) }))}>{roleName(role)}</DropItem>
              ))}
            </>
          ) : (
            <DropItem disabled>{t('view.everyone_only')}</DropItem>
          )}
        </DropMore>
      ) : (
        <DropItem icon={<Star size={14} />} checked={mine} onClick={() => void openFirst('me', !mine, t('view.first_for_me', { name: view.name }))}>{t('view.opens_first')}</DropItem>
      )}
      {can.update && (
        <>
          <DropItem icon={<ArrowLeft size={14} className="rtl:rotate-180" />} disabled={at <= 0} onClick={() => void move(-1)}>{t('list.move_before')}</DropItem>
          <DropItem icon={<ArrowRight size={14} className="rtl:rotate-180" />} disabled={at === views.length - 1} onClick={() => void move(1)}>{t('list.move_after')}</DropItem>
        </>
      )}
      {can.delete && (
        <>
          <DropLine />
          <DropItem
            icon={<Trash2 size={14} />}
            danger
            onClick={() => {
              onGone()
              void acts.trash(viewObject, view.record).then(() => queries.invalidateQueries({ queryKey: ['few', 'views'] }))
            }}
          >
            {t('view.delete')}
          </DropItem>
        </>
      )}
    </>
  )
}
