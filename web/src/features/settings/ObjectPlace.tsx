/** Where an object stands in the sidebar, and by which icon it is known. */

import { useTranslation } from '@/lib/useTranslation'
import { AREAS } from '@/lib/definitions'
import { iconNames, iconOf } from '@/ui/icons'
import { cx } from '@/ui/kit'
import { Labelled } from './Labelled'
import { AREA_LABELS } from './words'

export function ObjectPlace({ area, icon, onArea, onIcon }: { area: string; icon: string; onArea: (area: string) => void; onIcon: (icon: string) => void }) {
  const { t } = useTranslation()
  return (
    <>
      <Labelled label={t('objects.area')}>
        <select className="input" value={area} onChange={(event) => onArea(event.target.value)}>
          {AREAS.map((one) => <option key={one} value={one}>{t(AREA_LABELS[one] ?? 'area.customers')}</option>)}
        </select>
      </Labelled>
      <fieldset>
        <legend className="mb-1 text-meta font-medium text-fg-2">{t('objects.icon')}</legend>
        <div role="radiogroup" aria-label={t('objects.icon')} className="flex max-h-32 flex-wrap gap-1 overflow-y-auto rounded-md p-1 shadow-[inset_0_0_0_1px_var(--line)]">
          {iconNames.map((one) => {
            const Icon = iconOf(one)
            return <button key={one} type="button" role="radio" aria-checked={icon === one} aria-label={one} onClick={() => onIcon(one)} className={cx('grid size-8 place-items-center rounded-sm', icon === one ? 'bg-accent-soft text-accent-text shadow-[inset_0_0_0_2px_var(--accent)]' : 'text-fg-2 hover:bg-hover')}><Icon size={16} strokeWidth={1.75} /></button>
          })}
        </div>
      </fieldset>
    </>
  )
}
