/** A record beside any page: who or what it is, its figures and values, and a walk along its neighbours by ↑ and ↓. */

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, Maximize2, X } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { faceOf, type ObjectDef } from '@/lib/definitions'
import { isTyping } from '@/lib/keys'
import { peekStore, type PeekRequest } from '@/lib/panels'
import { recordQuery } from '@/lib/records'
import { useObject } from '@/lib/session'
import { Details } from '@/ui/Details'
import { Face } from '@/ui/Face'
import { KeyFigures } from '@/ui/KeyFigures'
import { IconButton } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'

export default function PeekPanel({ request }: { request: PeekRequest }) {
  const object = useObject(request.object)
  if (!object) return null
  return <Panel key={request.object} object={object} request={request} />
}

function Panel({ object, request }: { object: ObjectDef; request: PeekRequest }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const record = useQuery(recordQuery(object.plural, request.id))
  const among = request.among ?? []
  const at = among.indexOf(request.id)
  const before = at > 0 ? among[at - 1] : undefined
  const after = at >= 0 ? among[at + 1] : undefined
  const close = () => peekStore.set(null)

  useEffect(() => {
    const go = (id: string | undefined) => id && peekStore.set({ ...request, id })
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return
      if (event.key === 'Escape') close()
      else if (event.key === 'ArrowDown') go(after)
      else if (event.key === 'ArrowUp') go(before)
      else if (event.key === 'o') void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id: request.id } })
      else return
      // The page behind has keys of its own for these.
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('keydown', onKeyDown, true)
    return () => window.removeEventListener('keydown', onKeyDown, true)
  }, [request, before, after, navigate, object.plural])

  return (
    <aside aria-label={t('peek.title')} className="fixed inset-y-2 end-2 z-30 flex w-[400px] max-w-[calc(100vw-16px)] flex-col overflow-hidden rounded-lg bg-surface shadow-3 max-md:inset-x-0 max-md:bottom-14 max-md:top-16 max-md:w-full max-md:max-w-none max-md:rounded-b-none">
      <header className="flex h-[42px] shrink-0 items-center gap-1 border-b border-line ps-4 pe-2">
        <span className="flex-1 truncate text-meta text-fg-3">{t('peek.hint')}</span>
        {among.length > 1 && <IconButton label={t('record.before')} keys="↑" className="!size-6" disabled={!before} onClick={() => before && peekStore.set({ ...request, id: before })}><ArrowUp size={14} /></IconButton>}
        {among.length > 1 && <IconButton label={t('record.after')} keys="↓" className="!size-6" disabled={!after} onClick={() => after && peekStore.set({ ...request, id: after })}><ArrowDown size={14} /></IconButton>}
        <IconButton label={t('peek.open')} keys="O" className="!size-6" onClick={() => void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id: request.id } })}><Maximize2 size={14} /></IconButton>
        <IconButton label={t('common.close')} keys="Esc" className="!size-6" onClick={close}><X size={15} /></IconButton>
      </header>
      <div tabIndex={0} role="region" aria-label={t('record.details')} className="min-h-0 flex-1 overflow-y-auto focus-visible:outline-offset-[-2px]">
        {record.isError ? (
          <Failed error={record.error} onRetry={() => void record.refetch()} />
        ) : record.data ? (
          <>
            <div className="flex items-center gap-3 px-5 pt-5">
              <Face kind={faceOf(object)} name={record.data.title} icon={object.icon} size={44} />
              <div className="min-w-0">
                <h2 className="truncate text-figure font-semibold"><Link to="/o/$plural/$id" params={{ plural: object.plural, id: request.id }} className="hover:underline">{record.data.title || t('common.untitled')}</Link></h2>
                <p className="truncate text-fg-2">{record.data.subtitle}</p>
              </div>
            </div>
            <KeyFigures object={object} record={record.data} boxed />
            <div className="px-3 pt-2 pb-6"><Details key={request.id} object={object} record={record.data} /></div>
          </>
        ) : (
          <Bones rows={8} />
        )}
      </div>
    </aside>
  )
}
