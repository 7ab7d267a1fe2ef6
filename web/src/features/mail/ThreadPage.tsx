/** One thread at an address of its own, for whoever comes from a record. */

import { useParams } from '@tanstack/react-router'
import { Mail } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { TopBar } from '@/ui/TopBar'
import { ThreadView } from './ThreadView'

export default function ThreadPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/inside/mail/$id' })
  return (
    <>
      <TopBar crumbs={<h1 className="flex min-w-0 items-center gap-2 tracking-normal"><Mail size={16} className="shrink-0 text-accent-text" /><span className="truncate">{t('pages.mail')}</span></h1>} />
      <ThreadView id={id} />
    </>
  )
}
