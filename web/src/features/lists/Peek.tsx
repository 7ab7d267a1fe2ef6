/** The panel beside the list: who or what this is, its figures and its values, without leaving the list. */

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Maximize2, X } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { faceOf, type ObjectDef } from '@/lib/definitions'
import { isTyping } from '@/lib/keys'
import { recordQuery } from '@/lib/records'
import { Details } from '@/ui/Details'
import { Face } from '@/ui/Face'
import { KeyFigures } from '@/ui/KeyFigures'
import { IconButton } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'

export default function Peek({ object, id, onClose }: { object: ObjectDef; id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const record = useQuery(recordQuery(object.plural, id))

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return
      if (event.key === 'Escape') onClose()
      if (event.key === 'o' && !event.metaKey && !event.ctrlKey) void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id } })
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [onClose, navigate, object.plural, id])

  return (
    <aside aria-label={t('peek.title')} className="flex w-[400px] shrink-0 flex-col border-s border-line bg-surface max-[1280px]:absolute max-[1280px]:inset-y-0 max-[1280px]:end-0 max-[1280px]:z-20 max-[1280px]:shadow-3">
      <header className="flex h-[34px] shrink-0 items-center gap-1 border-b border-line ps-4 pe-2">
        <span className="flex-1 truncate text-meta text-fg-3">{t('peek.hint')}</span>
        <IconButton label={t('peek.open')} keys="O" className="!size-6" onClick={() => void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id } })}><Maximize2 size={14} /></IconButton>
        <IconButton label={t('common.close')} keys="Esc" className="!size-6" onClick={onClose}><X size={15} /></IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {record.isError ? (
          <Failed error={record.error} onRetry={() => void record.refetch()} />
        ) : record.data ? (
          <>
            <div className="flex items-center gap-3 px-5 pt-5">
              <Face kind={faceOf(object)} name={record.data.title} icon={object.icon} size={44} />
              <div className="min-w-0">
                <h2 className="truncate text-figure font-semibold">
                  <Link to="/o/$plural/$id" params={{ plural: object.plural, id }} className="hover:underline">{record.data.title || t('common.untitled')}</Link>
                </h2>
                <p className="truncate text-fg-2">{record.data.subtitle}</p>
              </div>
            </div>
            <KeyFigures object={object} record={record.data} boxed />
            <div className="px-3 pt-2 pb-6">
              <Details object={object} record={record.data} />
            </div>
          </>
        ) : (
          <Bones rows={8} />
        )}
      </div>
    </aside>
  )
}
