/** Words looked for in the titles of a list. */

import { Search } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'

export function ListSearchBox({ words, onWords, objects }: { words: string; onWords: (words: string) => void; objects: string }) {
  const { t } = useTranslation()
  return (
    <span className="relative flex items-center max-md:min-w-0 max-md:flex-1">
      <Search size={13} className="pointer-events-none absolute start-2 text-fg-3" />
      <input
        type="search"
        data-list-search
        aria-label={t('list.search_in', { objects })}
        placeholder={t('list.search_in', { objects })}
        value={words}
        onChange={(event) => onWords(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.preventDefault()
            if (words) onWords('')
            else event.currentTarget.blur()
          } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
            event.preventDefault()
            document.querySelector<HTMLElement>('[role=grid]')?.focus()
          }
        }}
        className="h-7 w-44 rounded-sm bg-hover ps-7 pe-2 text-body outline-none focus-visible:bg-surface focus-visible:shadow-[inset_0_0_0_2px_var(--accent)] max-md:h-10 max-md:w-full"
      />
    </span>
  )
}
