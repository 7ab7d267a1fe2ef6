/** The queue as a list: who with whom, and how likely. */

import { useEffect, useRef } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { probabilityText, type Pair } from '@/lib/matching'
import { useLocale } from '@/lib/session'
import { Button, cx } from '@/ui/kit'

export function PairList({ pairs, open, onOpen, more, onMore }: { pairs: readonly Pair[]; open: string | null; onOpen: (id: string) => void; more: boolean; onMore: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    list.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' })
  }, [open])
  return (
    <>
      <ul ref={list} aria-label={t('review.queue')} className="flex flex-col p-1.5">
        {pairs.map((pair) => {
          const isOpen = pair.id === open
          const [one, other] = pair.records
          return (
            <li key={pair.id}>
              <button type="button" aria-current={isOpen} onClick={() => onOpen(pair.id)} className={cx('flex w-full items-center gap-2.5 rounded-sm px-2.5 py-1.5 text-start', isOpen ? 'bg-accent-soft' : 'hover:bg-hover')}>
                <span className="min-w-0 flex-1">
                  <span className={cx('block truncate font-medium', isOpen && 'text-accent-text')}>{one.title || t('common.untitled')}</span>
                  <span className="block truncate text-meta text-fg-2">{other.title === one.title ? [other.subtitle, String(other['email'] ?? '')].filter(Boolean)[0] || other.title : other.title || t('common.untitled')}</span>
                </span>
                <span className="flex w-12 shrink-0 flex-col items-end gap-1">
                  <span className="text-meta text-fg-2 tabular-nums">{probabilityText(pair.probability, locale)}</span>
                  <span aria-hidden className="h-1 w-10 overflow-hidden rounded-full bg-active"><span className="block h-full rounded-full bg-accent" style={{ width: `${pair.probability * 100}%` }} /></span>
                </span>
              </button>
            </li>
          )
        })}
      </ul>
      {more && <div className="px-3 pb-3"><Button look="outline" size="sm" className="w-full" onClick={onMore}>{t('common.more')}</Button></div>}
    </>
  )
}
