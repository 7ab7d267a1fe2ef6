/** One of the hues that pills and dots are drawn in. */

import { Check } from 'lucide-react'
import { useState, type CSSProperties } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Pop } from '@/ui/kit'

export const HUES = [240, 160, 295, 52, 25, 155, 12, 172, 196, 252, 275, 322] as const

export function HuePick({ hue, onPick, label }: { hue: number; onPick: (hue: number) => void; label: string }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <Pop
      label={label}
      open={open}
      onOpenChange={setOpen}
      className="p-2"
      trigger={
        <button type="button" aria-label={label} className="face grid size-7 shrink-0 place-items-center rounded-sm pointer-coarse:size-10" style={{ '--hue': hue } as CSSProperties}>
          <i className="size-2.5 rounded-full bg-current" />
        </button>
      }
    >
      <div role="radiogroup" aria-label={label} className="grid grid-cols-6 gap-1.5">
        {HUES.map((one) => (
          <button key={one} type="button" role="radio" aria-checked={one === hue} aria-label={t('fields.hue', { number: one })} onClick={() => { setOpen(false); onPick(one) }} className="face grid size-8 place-items-center rounded-sm pointer-coarse:size-11" style={{ '--hue': one } as CSSProperties}>
            {one === hue ? <Check size={15} strokeWidth={2.5} /> : <i className="size-2.5 rounded-full bg-current" />}
          </button>
        ))}
      </div>
    </Pop>
  )
}
