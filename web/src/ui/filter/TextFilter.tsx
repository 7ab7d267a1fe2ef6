/** The question as text, with the place where it is wrong and the names that may stand there. */

import { useQuery } from '@tanstack/react-query'
import { ListFilter, X } from 'lucide-react'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem } from '@/lib/api'
import type { FieldDef, ObjectDef } from '@/lib/definitions'
import { formatNumber } from '@/lib/format'
import { parseQuestion } from '@/lib/questionText'
import { countQuery } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { Button, cx, IconButton } from '@/ui/kit'
import { usePaused } from '@/lib/usePaused'

const MOST_NAMES = 6

export default function TextFilter({ object, askable, filter, onFilter, onBuild }: { object: ObjectDef; askable: FieldDef[]; filter: string; onFilter: (filter: string) => void; onBuild: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const id = useId()
  const [text, setText] = useState(filter)
  const [word, setWord] = useState<{ from: number; text: string } | null>(null)
  const box = useRef<HTMLTextAreaElement>(null)
  const asked = usePaused(text.trim(), 300)
  const { data, error } = useQuery({ ...countQuery(object.plural, asked, true), enabled: asked !== '', retry: false })
  const place = error instanceof Problem ? error.position : null
  const mayBuild = parseQuestion(text) !== null
  const names = word ? askable.filter((field) => field.name !== word.text && (field.name.startsWith(word.text) || labelOf(field.label).toLocaleLowerCase().includes(word.text.toLocaleLowerCase()))).slice(0, MOST_NAMES) : []

  useEffect(() => {
    box.current?.focus()
    box.current?.setSelectionRange(filter.length, filter.length)
    // Only once: afterwards the caret is the writer's.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [])
  useEffect(() => setText(filter), [filter])

  /** The name being written before the caret, outside of quotes. */
  function look(value: string, caret: number) {
    const before = value.slice(0, caret)
    const quotes = before.match(/"/g)?.length ?? 0
    const written = /[A-Za-z_][\w.]*$/.exec(before)
    setWord(quotes % 2 === 0 && written && written[0].length > 1 ? { from: caret - written[0].length, text: written[0] } : null)
  }

  function take(name: string) {
    if (!word) return
    const next = `${text.slice(0, word.from)}${name}${text.slice(word.from + word.text.length)}`
    setText(next)
    setWord(null)
    requestAnimationFrame(() => {
      box.current?.focus()
      box.current?.setSelectionRange((word?.from ?? 0) + name.length, (word?.from ?? 0) + name.length)
    })
  }

  function apply() {
    onFilter(text.trim())
    if (place === null) return
    box.current?.focus()
    box.current?.setSelectionRange(place, place + 1)
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Tab' && names[0] && !event.shiftKey) {
      event.preventDefault()
      take(names[0].name)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      if (word) setWord(null)
      else if (mayBuild) leave()
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      apply()
    }
  }

  function leave() {
    if (!mayBuild) onFilter('')
    else if (text.trim() !== filter && error === null) onFilter(text.trim())
    onBuild()
  }

  return (
    <form
      className="flex min-w-0 flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      <div className="flex items-start gap-1.5">
        <textarea
          ref={box}
          rows={1}
          spellCheck={false}
          aria-label={t('filter.as_text')}
          aria-invalid={error !== null}
          aria-describedby={`${id}-say`}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            look(event.target.value, event.target.selectionStart)
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setTimeout(() => setWord(null), 150)}
          placeholder={'status = "active" and updated_at in last 30 days'}
          className="input field-sizing-content min-w-0 flex-1 resize-none font-mono text-meta"
        />
        <Button type="submit" look="primary" className="!h-8">{t('common.apply')}</Button>
        <IconButton label={mayBuild ? t('filter.as_chips') : t('filter.clear')} onClick={leave}>{mayBuild ? <ListFilter size={15} /> : <X size={15} />}</IconButton>
      </div>
      <div id={`${id}-say`} role="status" className={cx('flex min-h-5 flex-wrap items-center gap-1.5 text-meta', error ? 'text-bad' : 'text-fg-3')}>
        {names.length > 0 ? (
          names.map((field) => (
            <button key={field.name} type="button" onMouseDown={(event) => event.preventDefault()} onClick={() => take(field.name)} className="h-5 rounded-xs bg-hover px-1.5 text-fg-2 hover:bg-active">
              <code className="font-mono">{field.name}</code> <span className="text-fg-3">{labelOf(field.label)}</span>
            </button>
          ))
        ) : error ? (
          <>
            {error.message}
            {place !== null && (
              <code className="rounded-xs bg-bad-soft px-1 font-mono">
                {text.slice(Math.max(0, place - 12), place)}
                <mark className="bg-bad text-surface">{text.slice(place, place + 1) || '⌁'}</mark>
                {text.slice(place + 1, place + 13)}
              </code>
            )}
          </>
        ) : data && asked ? (
          t('filter.matches', { count: data.value, number: formatNumber(data.value, locale) })
        ) : mayBuild ? null : (
          t('filter.beyond_chips')
        )}
      </div>
    </form>
  )
}
