/** Words in the reader's language, and under them those of the company's other languages. */

import { Languages } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { useCompany } from '@/lib/company'
import type { Labels } from '@/lib/definitions'
import { LANGUAGES } from '@/lib/i18n'
import { cx } from '@/ui/kit'
import { Labelled } from './Labelled'

export function LabelsInput({ label, value, onChange, fault, placeholder, help }: { label: string; value: Labels; onChange: (labels: Labels) => void; fault?: string | undefined; placeholder?: string; help?: string }) {
  const { t, i18n } = useTranslation()
  const company = useCompany()
  const mine = i18n.language
  const others = LANGUAGES.filter((language) => language.code !== mine && (company?.languages ?? LANGUAGES.map((one) => one.code)).includes(language.code))
  const missing = others.filter((language) => !value[language.code]).length
  const [open, setOpen] = useState(false)
  const set = (code: string, text: string) => {
    const next = { ...value, [code]: text }
    if (text === '') delete next[code]
    onChange(next)
  }
  return (
    <div className="flex flex-col gap-1.5">
      <Labelled label={label} fault={fault} help={help}>
        <input className="input" value={value[mine] ?? ''} placeholder={value[mine] === undefined ? (value['en'] ?? placeholder) : placeholder} aria-invalid={fault !== undefined} onChange={(event) => set(mine, event.target.value)} />
      </Labelled>
      {others.length > 0 && (
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex min-h-6 items-center gap-1.5 self-start text-meta text-fg-3 hover:text-fg pointer-coarse:min-h-11">
          <Languages size={13} />
          {t('fields.other_languages')}
          {missing > 0 && <span className="text-warn tabular-nums">{t('fields.words_missing', { count: missing })}</span>}
        </button>
      )}
      {open && (
        <div className={cx('grid gap-2 border-s-2 border-line ps-3')}>
          {others.map((language) => (
            <label key={language.code} className="grid grid-cols-[80px_minmax(0,1fr)] items-center gap-2">
              <span lang={language.code} className="text-meta text-fg-2">{language.name}</span>
              <input className="input" lang={language.code} value={value[language.code] ?? ''} onChange={(event) => set(language.code, event.target.value)} />
            </label>
          ))}
        </div>
      )}
    </div>
  )
}

/** The definitions want English; where nobody wrote it, the words that are there stand in. */
export function withEnglish(labels: Labels): Labels {
  const any = Object.values(labels).find(Boolean)
  return labels['en'] || !any ? labels : { ...labels, en: any }
}
