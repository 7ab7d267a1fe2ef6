/** The quiet frame of the pages before sign-in: the mark, one card, languages below. */

import { useQuery } from '@tanstack/react-query'
import { Eye, EyeOff } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { wearAccent } from '@/lib/company'
import { changeLanguage, LANGUAGES } from '@/lib/i18n'
import { cx } from '@/ui/kit'
import { offerQuery } from './signIn'

export function Frame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const { i18n, t } = useTranslation()
  const offer = useQuery(offerQuery)
  const shown = LANGUAGES.filter((language) => offer.data?.languages.includes(language.code) ?? true)
  useEffect(() => {
    if (offer.data) wearAccent(offer.data.company.accent)
  }, [offer.data])
  return (
    <main className="flex min-h-full flex-col items-center justify-center gap-6 overflow-y-auto px-4 py-10">
      <div className="w-full max-w-[380px] rounded-xl bg-surface p-7 shadow-[0_0_0_1px_var(--line),var(--depth-2)]">
        {offer.data?.company.logo ? <img src={offer.data.company.logo} alt={offer.data.company.name} className="mb-5 h-9 max-w-40 object-contain" /> : <img src="/mark.svg" alt="Rapport" width={36} height={36} className="mb-5" />}
        <h1 className="text-title font-semibold">{title}</h1>
        <p className="mt-1 mb-6 text-fg-2">{lead}</p>
        {children}
      </div>
      <nav aria-label={t('language.title')} className="flex gap-1">
        {shown.map((language) => (
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

export function Input({ label, fault, help, className, type, ...rest }: React.ComponentProps<'input'> & { label: string; fault?: string | undefined; help?: string }) {
  const { t } = useTranslation()
  const [seen, setSeen] = useState(false)
  const secret = type === 'password'
  return (
    <div className="relative flex flex-col gap-1">
      <label className="flex flex-col gap-1">
        <span className="text-meta font-medium text-fg-2">{label}</span>
        <input {...rest} type={secret && seen ? 'text' : type} aria-invalid={fault !== undefined} className={cx('input !min-h-9', secret && '!pe-10', className)} />
        {fault ? <span role="alert" className="text-meta text-bad">{fault}</span> : help && <span className="text-meta text-fg-3">{help}</span>}
      </label>
      {secret && (
        <button type="button" aria-label={seen ? t('session.hide_password') : t('session.show_password')} onClick={() => setSeen(!seen)} className="absolute end-1 top-[21px] grid size-8 place-items-center rounded-sm text-fg-3 hover:text-fg pointer-coarse:top-[26px]">
          {seen ? <EyeOff size={15} /> : <Eye size={15} />}
        </button>
      )}
    </div>
  )
}
