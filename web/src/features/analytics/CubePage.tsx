/** Any measure of the orders by any one or two things: a pivot that compares, breaks down and opens the customers behind a row. */

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Check, ChevronDown, Copy, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { cubeQuery } from '@/lib/analysis'
import { useAnalysisWords } from '@/lib/analysisWords'
import { formatDate } from '@/lib/format'
import { useLocale } from '@/lib/session'
import { iconOf } from '@/ui/icons'
import { Button, cx, Drop, DropItem } from '@/ui/kit'
import { Among } from './Among'
import { CubeTable } from './CubeTable'
import { conditionsOf, cubeCsv, MEASURED, measuresOf, printConditions, ROWS, toggled } from './cube'
import { Answer, Behind, Choice, Choices, Page, useChoices, useParty } from './parts'
import { comparisonOf, Period } from './Period'
import { useNames } from './useNames'

const FIRST = 50
const MORE = 500

export default function CubePage() {
  const { t } = useTranslation()
  const locale = useLocale()
  const words = useAnalysisWords()
  const nameOf = useNames()
  const [chosen, choose] = useChoices()
  const rows = ROWS.find((one) => one === chosen['rows']) ?? 'segment'
  const columns = ROWS.find((one) => one === chosen['columns'] && one !== rows)
  const measures = measuresOf(chosen['measures'])
  const conditions = conditionsOf(chosen['where'])
  const [among, party] = [chosen['among'], useParty()]
  const limit = chosen['limit'] === String(MORE) ? MORE : FIRST
  const cube = useQuery({
    ...cubeQuery({ rows, columns, measures: measures.join(','), from: chosen['from'], to: chosen['to'], compare: comparisonOf(chosen['compare']), where: printConditions(conditions), ...(among ? { among, object: party } : {}), limit }),
    placeholderData: keepPreviousData,
  })
  const [isCopied, setIsCopied] = useState(false)
  const told = cube.data
  const dimensions = ROWS.map((one) => ({ value: one as string, label: words.dimension(one) }))

  async function copy() {
    if (!told) return
    const text = cubeCsv(told, measures, {
      rows: words.dimension(rows), rowName: (key, title) => nameOf(rows, key, title), columnName: (key, title) => nameOf(columns ?? '', key, title), measure: words.measure, total: t('cube.total'), before: t('cube.before'),
    })
    await navigator.clipboard?.writeText(text).then(() => {
      setIsCopied(true)
      setTimeout(() => setIsCopied(false), 1600)
    }).catch(() => {})
  }

  return (
    <Page wide icon={iconOf('box')} title={t('analysis.cube')} tools={<Button look="outline" onClick={() => void copy()} aria-disabled={!told}>{isCopied ? <Check size={14} /> : <Copy size={14} />}{isCopied ? t('cube.copied') : t('cube.copy')}</Button>}>
      <Choices>
        <Choice label={t('cube.rows')} value={rows} options={dimensions} onChange={(next) => choose({ rows: next, columns: columns === next ? undefined : columns, limit: undefined })} />
        <Choice label={t('cube.columns')} value={columns ?? ''} none={t('cube.no_columns')} options={dimensions.filter((one) => one.value !== rows)} onChange={(next) => choose({ columns: next || undefined })} />
        <Drop trigger={<Button look="outline">{measures.length === 1 ? words.measure(measures[0] ?? '') : t('cube.measures', { count: measures.length })}<ChevronDown size={13} /></Button>}>
          {MEASURED.map((one) => <DropItem key={one} closeOnClick={false} checked={measures.includes(one)} onClick={() => choose({ measures: toggled(measures, one) })}>{words.measure(one)}</DropItem>)}
        </Drop>
        <Period told={told} />
        <Among among={among} party={party} />
      </Choices>
      {(conditions.length > 0 || among) && (
        <ul aria-label={t('cube.only')} className="flex flex-wrap items-center gap-2 border-b border-line px-5 py-2 max-md:px-4">
          {among && (
            <li className="pill max-w-full" data-plain="">
              <Behind party={party} filter={among} className="truncate">{t(party === 'company' ? 'cube.among_firms' : 'cube.among_people', { question: among })}</Behind>
              <button type="button" aria-label={t('cube.without', { what: among })} onClick={() => choose({ among: undefined, object: undefined })} className="relative -me-1 grid size-4 place-items-center rounded-xs after:absolute after:-inset-1 hover:text-fg pointer-coarse:after:-inset-3"><X size={12} /></button>
            </li>
          )}
          {conditions.map((one, index) => (
            <li key={`${one.dimension}:${one.key}`} className="pill" data-plain="">
              <span className="truncate">{words.dimension(one.dimension)}: {nameOf(one.dimension, one.key, nameKept(one.key))}</span>
              <button type="button" aria-label={t('cube.without', { what: words.dimension(one.dimension) })} onClick={() => choose({ where: printConditions(conditions.filter((_, at) => at !== index)) })} className="relative -me-1 grid size-4 place-items-center rounded-xs after:absolute after:-inset-1 hover:text-fg pointer-coarse:after:-inset-3"><X size={12} /></button>
            </li>
          ))}
        </ul>
      )}
      <div className={cx('flex min-h-0 flex-1 flex-col transition-opacity', cube.isPlaceholderData && 'opacity-55')}>
        <Answer query={cube} rows={12} refused={measures.some((one) => one.startsWith('margin')) ? t('analysis.needs_costs') : undefined}>
          {(answer) => (
            <>
              {answer.compare && <p className="px-5 pt-2.5 pb-1 text-meta text-fg-3 max-md:px-4">{t('period.compared', { from: formatDate(answer.compare.from, locale), to: formatDate(answer.compare.to, locale) })}</p>}
              <CubeTable
                cube={answer}
                rows={rows}
                columns={columns}
                measures={measures}
                onBreakDown={(key, title, by) => {
                  names.set(key, title)
                  choose({ where: printConditions([...conditions, { dimension: rows, key }]), rows: by, columns: columns === by ? undefined : columns })
                }}
                taken={conditions.map((one) => one.dimension)}
                onMore={answer.more && limit === FIRST ? () => choose({ limit: String(MORE) }) : undefined}
              />
            </>
          )}
        </Answer>
      </div>
    </Page>
  )
}

/** Titles of the rows gone into, by their keys: an address names the key alone. */
const names = new Map<string, string>()

function nameKept(key: string): string {
  return names.get(key) ?? key
}
