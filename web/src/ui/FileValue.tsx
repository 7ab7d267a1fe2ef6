/** A file where it stands as a value: its picture or kind, its name, its size; a picture opens over the page, the rest is fetched. */

import { useQuery } from '@tanstack/react-query'
import { Download, FileArchive, FileImage, FileSpreadsheet, FileText, File as Plain, type LucideIcon } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { fileQuery, fileUrl, isPicture } from '@/lib/files'
import { formatBytes } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { cx } from './kit'

const Picture = lazy(() => import('./Picture'))

export function FileValue({ id, full, name }: { id: string; full?: boolean; name?: string | undefined }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const { data, isError } = useQuery(fileQuery(id))
  const [open, setOpen] = useState(false)
  if (isError) return <span className="text-fg-3">{t('file.gone')}</span>
  if (!data) return <span className="bone inline-block h-5 w-28" />
  const shown = name || data.name || t('file.unnamed')
  const picture = isPicture(data.type)
  const Icon = iconOf(data.type, shown)
  const inside = (
    <>
      {picture ? <img src={fileUrl(id)} alt="" loading="lazy" className={cx('shrink-0 rounded-xs object-cover shadow-[0_0_0_1px_var(--line)]', full ? 'size-9' : 'size-5')} /> : <Icon size={full ? 18 : 14} strokeWidth={1.6} className="shrink-0 text-fg-3" />}
      <span className="min-w-0 text-start"><span className="block truncate">{shown}</span>{full && data.bytes !== null && <span className="block text-label text-fg-3 tabular-nums">{formatBytes(data.bytes, locale)}</span>}</span>
    </>
  )
  const look = 'inline-flex min-h-6 max-w-full min-w-0 items-center gap-2 rounded-sm text-fg hover:text-accent-text hover:underline'
  if (!picture) {
    return (
      <a href={fileUrl(id)} download tabIndex={full ? 0 : -1} className={look} title={shown}>
        {inside}
        {full && <Download size={13} aria-label={t('file.download')} className="shrink-0 text-fg-3" />}
      </a>
    )
  }
  return (
    <>
      <button type="button" tabIndex={full ? 0 : -1} className={look} title={shown} onClick={(event) => { event.stopPropagation(); setOpen(true) }}>{inside}</button>
      {open && <Suspense><Picture src={fileUrl(id)} name={shown} onClose={() => setOpen(false)} /></Suspense>}
    </>
  )
}

function iconOf(type: string, name: string): LucideIcon {
  if (type.startsWith('image/')) return FileImage
  if (/\.(xlsx?|csv|ods)$/i.test(name)) return FileSpreadsheet
  if (/\.(zip|gz|7z|rar)$/i.test(name)) return FileArchive
  if (/\.(pdf|docx?|odt|txt|md|rtf)$/i.test(name)) return FileText
  return Plain
}
