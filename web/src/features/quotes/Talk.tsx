/** What the customer asked about a quote and what was answered, turn by turn. */

import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { MessageCircleQuestion, Send } from 'lucide-react'
import { useState } from 'react'
import { notify } from '@/lib/actions'
import { ask, reasonOf } from '@/lib/api'
import { formatTime } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, cx } from '@/ui/kit'

interface Turn {
  id: string
  at: string
  is_ours: boolean
  author: string | null
  text: string | null
}

const talkQuery = (id: string) =>
  queryOptions({
    queryKey: ['quotes', id, 'talk'] as const,
    queryFn: async ({ signal }) => (await ask<{ data: Turn[] }>('GET', `/quotes/${id}/talk`, { signal })).data.data,
    refetchInterval: 30_000,
  })

export function Talk({ id, mayAnswer }: { id: string; mayAnswer: boolean }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const talk = useQuery(talkQuery(id))
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const turns = talk.data ?? []
  if (turns.length === 0) return null

  async function answer() {
    if (busy || text.trim() === '') return
    setBusy(true)
    try {
      const { data } = await ask<{ data: Turn[] }>('POST', `/quotes/${id}/talk`, { body: { text } })
      queries.setQueryData(talkQuery(id).queryKey, data.data)
      setText('')
      notify({ text: t('quotes.answer_sent') })
    } catch (error) {
      notify({ text: reasonOf(error), tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }

  return (
    <section aria-label={t('quotes.talk')} className="rounded-lg bg-surface p-4 shadow-[inset_0_0_0_1px_var(--line)]">
      <h2 className="flex items-center gap-2 pb-3 font-semibold tracking-normal"><MessageCircleQuestion size={15} className="text-accent-text" />{t('quotes.talk')}</h2>
      <ol className="flex flex-col gap-2.5">
        {turns.map((turn) => (
          <li key={turn.id} className={cx('max-w-[85%] rounded-md px-3 py-2', turn.is_ours ? 'self-end bg-accent-soft' : 'self-start bg-hover')}>
            <p className="text-meta text-fg-2">{turn.is_ours ? (turn.author ?? t('quotes.we')) : t('quotes.the_customer')} · {formatTime(turn.at, locale)}</p>
            <p className="break-words whitespace-pre-wrap">{turn.text ?? t('quotes.erased')}</p>
          </li>
        ))}
      </ol>
      {mayAnswer && (
        <form className="mt-3 flex flex-col gap-2" onSubmit={(event) => { event.preventDefault(); void answer() }}>
          <textarea aria-label={t('quotes.your_answer')} placeholder={t('quotes.your_answer')} rows={2} maxLength={2000} className="input field-sizing-content min-h-16 resize-y" value={text} onChange={(event) => setText(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) { event.preventDefault(); void answer() } }} />
          <Button look="primary" type="submit" className="self-start" aria-busy={busy} disabled={text.trim() === ''}><Send size={14} />{t('quotes.answer')}</Button>
        </form>
      )}
    </section>
  )
}
