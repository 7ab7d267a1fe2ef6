/** Records this person marked, at the foot of the areas. */

import { Link } from '@tanstack/react-router'
import { Star } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { faceOf, objectByName } from '@/lib/definitions'
import { useDefinitions, useSettings } from '@/lib/session'
import { Face } from '@/ui/Face'

export default function Favourites() {
  const { t } = useTranslation()
  const [settings] = useSettings()
  const definitions = useDefinitions()
  const favourites = settings.favourites ?? []
  if (favourites.length === 0) return null
  return (
    <div>
      <p className="flex items-center gap-1.5 px-2 pt-4 pb-1 text-label font-medium text-fg-3">
        <Star size={11} />
        {t('shell.favourites')}
      </p>
      {favourites.map((favourite) => {
        const object = objectByName(definitions, favourite.object)
        if (!object) return null
        return (
          <Link key={favourite.id} to="/o/$plural/$id" params={{ plural: object.plural, id: favourite.id }} className="flex h-7 items-center gap-2 rounded-sm px-2 text-fg-2 hover:bg-active">
            <Face kind={faceOf(object)} name={favourite.title} icon={object.icon} size={16} />
            <span className="truncate">{favourite.title}</span>
          </Link>
        )
      })}
    </div>
  )
}
