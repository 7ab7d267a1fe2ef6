/** Records and views this person marked, at the foot of the areas, in an order of their own. */

import { Link } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, Ellipsis, LayoutList, Star, StarOff } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import { faceOf, objectByName } from '@/lib/definitions'
import { useFavourites, type Pointed } from '@/lib/me'
import { useDefinitions } from '@/lib/session'
import { Face } from '@/ui/Face'
import { cx, Drop, DropItem, DropLine } from '@/ui/kit'

export default function Favourites() {
  const { t } = useTranslation()
  const definitions = useDefinitions()
  const { favourites, toggle, move } = useFavourites()
  const [dragged, setDragged] = useState<string | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const complain = (error: unknown) => notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })

  function drop() {
    if (dragged !== null && over !== null) {
      const from = favourites.findIndex((one) => one.id === dragged)
      void move(dragged, over > from ? over - 1 : over).catch(complain)
    }
    setDragged(null)
    setOver(null)
  }

  return (
    <div>
      <p className="flex items-center gap-1.5 px-2 pt-4 pb-1 text-label font-medium text-fg-3">
        <Star size={11} />
        {t('shell.favourites')}
      </p>
      <ul onDragOver={(event) => dragged && event.preventDefault()} onDrop={drop}>
        {favourites.map((favourite, index) => (
          <li
            key={favourite.id}
            draggable
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move'
              setDragged(favourite.id)
            }}
            onDragEnd={() => { setDragged(null); setOver(null) }}
            onDragOver={(event) => {
              if (!dragged) return
              const box = event.currentTarget.getBoundingClientRect()
              setOver(event.clientY < box.top + box.height / 2 ? index : index + 1)
            }}
            className={cx('group relative flex items-center rounded-sm hover:bg-active focus-within:bg-active', dragged === favourite.id && 'opacity-40',
              dragged && over === index && 'before:absolute before:inset-x-1 before:-top-px before:h-0.5 before:bg-accent',
              dragged && over === favourites.length && index === favourites.length - 1 && 'after:absolute after:inset-x-1 after:-bottom-px after:h-0.5 after:bg-accent')}
          >
            <Target favourite={favourite}>
              {favourite.view_of ? <LayoutList size={15} strokeWidth={1.75} className="shrink-0 text-fg-3" /> : <Face kind={faceOf(objectByName(definitions, favourite.object))} name={favourite.title} icon={objectByName(definitions, favourite.object)?.icon} size={16} />}
              <span className="truncate">{favourite.title || t('common.untitled')}</span>
            </Target>
            <Drop
              align="end"
              trigger={
                <button type="button" aria-label={t('favourite.more', { title: favourite.title })} className="grid size-6 shrink-0 place-items-center rounded-xs text-fg-3 opacity-0 group-hover:opacity-100 hover:text-fg focus-visible:opacity-100 data-popup-open:opacity-100">
                  <Ellipsis size={14} />
                </button>
              }
            >
              <DropItem icon={<ArrowUp size={14} />} disabled={index === 0} onClick={() => void move(favourite.id, index - 1).catch(complain)}>{t('favourite.up')}</DropItem>
              <DropItem icon={<ArrowDown size={14} />} disabled={index === favourites.length - 1} onClick={() => void move(favourite.id, index + 1).catch(complain)}>{t('favourite.down')}</DropItem>
              <DropLine />
              <DropItem icon={<StarOff size={14} />} onClick={() => void toggle(favourite).catch(complain)}>{t('record.unstar')}</DropItem>
            </Drop>
          </li>
        ))}
      </ul>
    </div>
  )
}

const LOOK = 'flex h-7 min-w-0 flex-1 items-center gap-2 rounded-sm ps-2 text-fg-2 hover:text-fg'

function Target({ favourite, children }: { favourite: Pointed; children: React.ReactNode }) {
  if (favourite.view_of) return <Link to="/o/$plural" params={{ plural: favourite.view_of }} search={{ view: favourite.id }} draggable={false} className={LOOK}>{children}</Link>
  return <Link to="/o/$plural/$id" params={{ plural: favourite.plural, id: favourite.id }} draggable={false} className={LOOK}>{children}</Link>
}
