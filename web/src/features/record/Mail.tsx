/** What was written with this customer or about this deal, as far as each mailbox shows it, and a letter to begin. */

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Lock, Mail as Letter, PenLine } from 'lucide-react'
import { useState } from 'react'
import { Compose } from '@/ui/Compose'
import { formatRelative } from '@/lib/format'
import { mailboxesQuery, mailOfQuery, nameOf } from '@/lib/mail'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, Pill } from '@/ui/kit'

export default function Mail({ object, plural, id, email }: { object: string; plural: string; id: string; email: string | null }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const threads = useQuery(mailOfQuery(plural, id))
  const mailboxes = useQuery(mailboxesQuery)
  const [writing, setWriting] = useState(false)
  const mayWrite = email !== null && (mailboxes.data?.length ?? 0) > 0
  if ((threads.data?.length ?? 0) === 0 && !mayWrite) return null
  return (
    <section aria-label={t('letters.letters')} className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
      <header className="flex items-center gap-2 px-3.5 py-2">
        <Letter size={15} className="text-fg-3" />
        <h2 className="flex-1 font-medium">{t('letters.letters')}</h2>
        {mayWrite && <Button size="sm" onClick={() => setWriting(true)}><PenLine size={13} />{t('letters.write')}</Button>}
      </header>
      {(threads.data?.length ?? 0) > 0 && (
        <ul className="border-t border-line">
          {threads.data?.slice(0, 5).map((thread) => (
            <li key={thread.id} className="border-b border-line last:border-0">
              <Link to="/mail/$id" params={{ id: thread.id }} className="flex min-h-10 items-center gap-3 px-3.5 py-1.5 hover:bg-hover">
                <span className="min-w-0 flex-1 truncate">
                  {thread.sight === 'metadata' ? <span className="text-fg-3"><Lock size={12} className="me-1.5 inline" />{t('letters.hidden', { name: nameOf(thread.with) })}</span> : <><span className="font-medium">{thread.subject || t('letters.no_subject')}</span>{thread.words && <span className="text-fg-3"> — {thread.words}</span>}</>}
                </span>
                {thread.has_answer && <Pill hue={155}>{t('letters.answered')}</Pill>}
                <span className="shrink-0 text-meta text-fg-3">{formatRelative(thread.last_at, locale)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {writing && mailboxes.data && email && <Compose mailboxes={mailboxes.data} to={email} about={{ object, id }} onClose={() => setWriting(false)} />}
    </section>
  )
}
