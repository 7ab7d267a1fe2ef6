/** The quiet frame of the pages before sign-in: the mark, one card, languages below. */

import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { changeLanguage, LANGUAGES } from '@/lib/i18n'
import { cx } from '@/ui/kit'

export function Frame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const { i18n, t } = useTranslation()
  return (
    <main className="flex min-h-full flex-col items-center justify-center gap-6 overflow-y-auto px-4 py-10">
      <div className="w-full max-w-[380px] rounded-xl bg-surface p-7 shadow-[0_0_0_1px_var(--line),var(--depth-2)]">
        <img src="/mark.svg" alt="Rapport" width={36} height={36} className="mb-5" />
        <h1 className="text-title font-semibold">{title}</h1>
        <p className="mt-1 mb-6 text-fg-2">{lead}</p>
        {children}
      </div>
      <nav aria-label={t('language.title')} className="flex gap-1">
        {LANGUAGES.map((language) => (
          <button
            key={language.code}
            type="button"
            lang={language.code}
            aria-pressed={i18n.language === language.code}
            onClick={() => void changeLanguage(language.code)}
            className={cx('h-7 rounded-sm px-2 text-meta pointer-coarse:h-11 pointer-coarse:px-3', i18n.language === language.code ? 'bg-active font-medium text-fg' : 'text-fg-3 hover:bg-hover hover:text-fg')}
          >
            {language.name}
          </button>
        ))}
      </nav>
    </main>
  )
}

export function Input({ label, fault, ...rest }: React.ComponentProps<'input'> & { label: string; fault?: string | undefined }) {
  return (
    <label className="flex flex-col gap-1">
      <span className="text-meta font-medium text-fg-2">{label}</span>
      <input {...rest} aria-invalid={fault !== undefined} className="input !min-h-9" />
      {fault && <span role="alert" className="text-meta text-bad">{fault}</span>}
    </label>
  )
}
