/** The layouts a list has besides the table, each fetched when it is first chosen, and the switch between them. */

import { CalendarDays, ChartColumn, ChevronDown, Kanban, LayoutGrid, Table2, Grid3x3, type LucideIcon } from 'lucide-react'
import { lazy, type ComponentType } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { faceOf, storedType, type ObjectDef } from '@/lib/definitions'
import { needTexts } from '@/lib/i18n'
import { TABLE } from '@/lib/listUrl'
import { Button, cx, Drop, DropItem } from '@/ui/kit'
import type { Layout } from '../layout'
import { toolsPlace } from './slot'

export interface LayoutSwitchProps {
  object: ObjectDef
  layout: string
  onLayout: (layout: string) => void
}

/** The texts of the layouts come with the first of them. */
function withTexts<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => (await Promise.all([load(), needTexts('layouts')]))[0]
}

/** By the name that stands in the address and in saved views. */
export const layouts: Partial<Record<string, Layout>> = {
  board: lazy(withTexts(() => import('./board/BoardLayout'))),
  calendar: lazy(withTexts(() => import('./calendar/CalendarLayout'))),
  gallery: lazy(withTexts(() => import('./gallery/GalleryLayout'))),
  pivot: lazy(withTexts(() => import('./figures/PivotLayout'))),
  chart: lazy(withTexts(() => import('./figures/ChartLayout'))),
}

/** Layouts that show records in the order of the list. */
export const SORTED: ReadonlySet<string> = new Set(['board', 'gallery'])

interface Choice {
  name: string
  label: string
  icon: LucideIcon
  may: (object: ObjectDef) => boolean
}

const isDay = (object: ObjectDef) => object.fields.some((field) => ['date', 'time'].includes(storedType(field)))
const isSlot = (object: ObjectDef) => object.fields.some((field) => ['choice', 'boolean', 'link'].includes(storedType(field)) && field.section !== 'system')
const isPictured = (object: ObjectDef) => object.fields.some((field) => field.type === 'file') || faceOf(object) !== 'icon'

const CHOICES: readonly Choice[] = [
  { name: TABLE, label: 'layout.table', icon: Table2, may: () => true },
  { name: 'board', label: 'layout.board', icon: Kanban, may: isSlot },
  { name: 'calendar', label: 'layout.calendar', icon: CalendarDays, may: isDay },
  { name: 'gallery', label: 'layout.gallery', icon: LayoutGrid, may: isPictured },
  { name: 'pivot', label: 'layout.pivot', icon: Grid3x3, may: isSlot },
  { name: 'chart', label: 'layout.chart', icon: ChartColumn, may: () => true },
]

/** Which layouts this object can have, and which is on; the chosen layout's own choices stand before it. */
export const LayoutSwitch: ComponentType<LayoutSwitchProps> = ({ object, layout, onLayout }) => {
  const { t } = useTranslation()
  const choices = CHOICES.filter(({ name, may }) => (name === TABLE || layouts[name]) && may(object))
  const chosen = choices.find(({ name }) => name === layout) ?? choices[0]
  return (
    <>
      <div ref={toolsPlace.set} className="flex flex-none items-center gap-1 empty:hidden" />
      <div role="radiogroup" aria-label={t('layout.switch')} className="order-last flex gap-px rounded-sm bg-hover p-0.5 max-md:hidden">
        {choices.map(({ name, label, icon: Icon }) => (
          <button
            key={name}
            type="button"
            role="radio"
            aria-checked={layout === name}
            aria-label={t(label)}
            data-hint={t(label)}
            onClick={() => onLayout(name)}
            className={cx('grid h-6 place-items-center rounded-[5px] px-2 pointer-coarse:h-9 pointer-coarse:px-3', layout === name ? 'bg-surface text-fg shadow-1 dark:bg-active' : 'text-fg-3 hover:text-fg')}
          >
            <Icon size={14} />
          </button>
        ))}
      </div>
      {chosen && (
        <span className="order-last md:hidden">
          <Drop
            align="end"
            trigger={
              <Button size="sm">
                <chosen.icon size={14} />
                <span className="sr-only">{t('layout.switch')}</span> {t(chosen.label)}
                <ChevronDown size={12} className="text-fg-3" />
              </Button>
            }
          >
            {choices.map(({ name, label, icon: Icon }) => <DropItem key={name} icon={<Icon size={14} />} checked={name === layout} onClick={() => onLayout(name)}>{t(label)}</DropItem>)}
          </Drop>
        </span>
      )}
    </>
  )
}
