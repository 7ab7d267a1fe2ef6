/** Where a file is dropped, and what was imported before. */

import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { FileUp, Upload } from 'lucide-react'
import { useRef, useState, type DragEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { reasonOf } from '@/lib/api'
import { objectByName, objectByPlural } from '@/lib/definitions'
import { formatBytes, formatNumber, formatRelative } from '@/lib/format'
import { useDefinitions, useLabel, useLocale } from '@/lib/session'
import { Button, cx, Pill } from '@/ui/kit'
import { Bones, Failed } from '@/ui/states'
import { TopBar } from '@/ui/TopBar'
import { importsQuery, sendFile, type ImportStage } from './imports'

export const STAGE_LABELS: Record<ImportStage, string> = {
  draft: 'stage.draft', checking: 'stage.checking', checked: 'stage.checked', running: 'stage.running', done: 'stage.done', cancelled: 'stage.cancelled', failed: 'stage.failed', undone: 'stage.undone',
}
export const STAGE_HUES: Partial<Record<ImportStage, number>> = { checked: 240, checking: 240, running: 275, done: 155, failed: 25, cancelled: 70 }

export default function ImportsPage() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/imports' })
  const definitions = useDefinitions()
  const imports = useQuery(importsQuery)
  const objects = (definitions?.objects ?? []).filter((object) => object.can.import && object.name !== 'view')
  const [chosen, setChosen] = useState<string | null>(null)
  const plural = chosen ?? search.object ?? (objects.some((object) => object.name === 'contact') ? 'contacts' : objects[0]?.plural) ?? ''
  const object = objectByPlural(definitions, plural)
  const [over, setOver] = useState(false)
  const [sending, setSending] = useState<string | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)

  async function take(file: File | undefined) {
    if (!file || sending) return
    setFault(null)
    setSending(file.name)
    try {
      const made = await sendFile(file, plural)
      await navigate({ to: '/imports/$id', params: { id: made.id } })
    } catch (error) {
      setFault(reasonOf(error))
    } finally {
      setSending(null)
    }
  }

  function onDrop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    void take(event.dataTransfer.files[0])
  }

  return (
    <>
      <TopBar crumbs={<h1 className="flex items-center gap-2 tracking-normal"><Upload size={16} className="text-accent-text" />{t('import.title')}</h1>} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-[820px] flex-col gap-6 px-5 py-7 max-md:px-4">
          <div className="flex flex-wrap items-center gap-3">
            <label htmlFor="import-object" className="font-medium">{t('import.what')}</label>
            <select id="import-object" value={plural} onChange={(event) => setChosen(event.target.value)} className="input !w-auto">
              {objects.map((one) => <option key={one.id} value={one.plural}>{labelOf(one.label_plural)}</option>)}
            </select>
          </div>
          <div
            onDragOver={(event) => {
              event.preventDefault()
              setOver(true)
            }}
            onDragLeave={() => setOver(false)}
            onDrop={onDrop}
            className={cx('flex flex-col items-center gap-2 rounded-lg border-2 border-dashed px-6 py-12 text-center transition-colors duration-100', over ? 'border-accent bg-accent-soft' : 'border-line-strong')}
          >
            <span className="grid size-11 place-items-center rounded-lg bg-hover text-fg-2"><FileUp size={22} strokeWidth={1.6} /></span>
            <p className="text-lead font-medium">{sending ? t('import.sending', { name: sending }) : t('import.drop', { objects: labelOf(object?.label_plural).toLocaleLowerCase() })}</p>
            <p className="text-fg-2">{t('import.formats')}</p>
            <Button look="primary" size="lg" className="mt-2" aria-busy={sending !== null} onClick={() => input.current?.click()}>{t('import.choose')}</Button>
            <input ref={input} type="file" className="sr-only" tabIndex={-1} aria-label={t('import.choose')} accept=".csv,.tsv,.txt,.xlsx,.jsonl,.ndjson,.json,.vcf" onChange={(event) => { void take(event.target.files?.[0]); event.target.value = '' }} />
            {fault && <p role="alert" className="text-bad">{fault}</p>}
          </div>
          <section aria-label={t('import.past')}>
            <h2 className="mb-2 text-lead font-semibold">{t('import.past')}</h2>
            {imports.isError ? <Failed error={imports.error} onRetry={() => void imports.refetch()} /> : imports.isPending ? <Bones rows={4} className="!px-0" /> : imports.data.length === 0 ? (
              <p className="text-fg-3">{t('import.none')}</p>
            ) : (
              <ul className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
                {imports.data.map((one) => {
                  const of = objectByName(definitions, one.object) ?? objectByPlural(definitions, one.object)
                  return (
                    <li key={one.id} className="border-b border-line last:border-0">
                      <Link to="/imports/$id" params={{ id: one.id }} className="flex min-h-12 items-center gap-3 px-4 py-2 hover:bg-subtle">
                        <span className="min-w-0 flex-1">
                          <span className="block truncate font-medium">{one.name}</span>
                          <span className="block truncate text-meta text-fg-3">
                            {[labelOf(of?.label_plural), formatBytes(one.size, locale), one.created_at && formatRelative(one.created_at, locale)].filter(Boolean).join(' · ')}
                          </span>
                        </span>
                        {one.result && <span className="text-meta text-fg-2 tabular-nums max-md:hidden">{t('import.summary', { created: formatNumber(one.result.new, locale), changed: formatNumber(one.result.changed, locale), wrong: formatNumber(one.result.wrong, locale) })}</span>}
                        <Pill hue={STAGE_HUES[one.state]} dot>{t(STAGE_LABELS[one.state])}</Pill>
                      </Link>
                    </li>
                  )
                })}
              </ul>
            )}
          </section>
        </div>
      </div>
    </>
  )
}
