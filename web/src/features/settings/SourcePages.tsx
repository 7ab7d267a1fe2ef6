/** How the pages behind the first are fetched from a web address: said by the answer, or counted. */

import { useTranslation } from '@/lib/useTranslation'
import { Labelled } from './Labelled'
import { pagesOf, wholeOf, type SourcePages as Pages } from './sources'

const WAYS = { one: 'sources.pages_none', next: 'sources.pages_next', cursor: 'sources.pages_cursor', offset: 'sources.pages_offset', number: 'sources.pages_number' } as const
type Way = keyof typeof WAYS

const TEXTS = { path: 'sources.pages_path', parameter: 'sources.pages_parameter', first: 'sources.pages_first', size: 'sources.pages_size', limit: 'sources.pages_limit' } as const
type Text = keyof typeof TEXTS
const isNumber = (name: Text) => name === 'size' || name === 'first'
const ASKED: Record<Way, Text[]> = { one: [], next: ['path'], cursor: ['path', 'parameter'], offset: ['parameter', 'size', 'limit'], number: ['parameter', 'first', 'size', 'limit'] }
const EXAMPLES: Record<Text, string> = { path: 'paging.next', parameter: 'page', first: '1', size: '100', limit: 'per_page' }

export function SourcePages({ pages, onChange }: { pages: Pages | null; onChange: (pages: Pages | null) => void }) {
  const { t } = useTranslation()
  const way: Way = pages?.by ?? 'one'
  return (
    <>
      <Labelled label={t('sources.pages')}>
        <select className="input" value={way} onChange={(event) => onChange(pagesOf(event.target.value as Way, pages))}>
          {(Object.keys(WAYS) as Way[]).map((one) => <option key={one} value={one}>{t(WAYS[one])}</option>)}
        </select>
      </Labelled>
      {pages && (
        <div className="grid gap-4 sm:grid-cols-2">
          {ASKED[way].map((name) => (
            <Labelled key={name} label={t(TEXTS[name])}>
              <input className="input font-mono text-meta" spellCheck={false} inputMode={isNumber(name) ? 'numeric' : undefined} placeholder={EXAMPLES[name]} value={String(pages[name] ?? '')}
                onChange={(event) => onChange({ ...pages, [name]: isNumber(name) ? wholeOf(event.target.value) : event.target.value })} />
            </Labelled>
          ))}
        </div>
      )}
    </>
  )
}
